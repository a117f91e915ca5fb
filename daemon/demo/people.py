"""The people of the demonstration, imported as `replyd contacts import` does it, and what a reviewer says of them."""

from importlib.resources import files

from sqlalchemy import select

from classifiers.intents import Intent
from daemon import clock
from daemon.contacts.importing import Import
from daemon.decisions.plan import Plan
from daemon.decisions.states import ReplyState
from daemon.records import Reply
from daemon.wiring import Parts

REVIEWER = "demo"

KEYS = {
    "<m1@holt-logistics.example>": frozenset({Intent.OPT_OUT}),
    "<m2@moebel-becker.example>": frozenset({Intent.OPT_OUT}),
    "<m4@fisher-tools.example>": frozenset({Intent.DATA_SOURCE}),
    "<m5@kruse-anlagenbau.example>": frozenset({Intent.DATA_SOURCE}),
    "<m6@lindner-bau.example>": frozenset({Intent.ACCESS}),
    "<m7@walsh-foods.example>": frozenset({Intent.OPT_OUT, Intent.DATA_SOURCE, Intent.ACCESS}),
    "<m10@brooks-interiors.example>": frozenset({Intent.DECLINED}),
}
"""What a person would say of the replies that mean one thing only, should the classifier leave them to a person."""


def import_people(parts: Parts) -> None:
    """Import the contacts with their provenance, and what was sent to them."""
    raw = files("daemon.demo").joinpath("contacts.csv").read_bytes()
    done = Import(parts.database, parts.digester, clock.now).run(raw, skip_bad=False, dry_run=False)
    if done.faults:
        raise ValueError(f"contacts.csv of the demonstration is damaged: {done.faults[0]}")


def press_keys(parts: Parts) -> list[tuple[int, frozenset[Intent], Plan]]:
    """Review those of the clear replies that wait, as a person would; reply, judgement and plan for each of them."""
    with parts.database.read() as session:
        waiting = session.scalars(select(Reply).where(Reply.state == ReplyState.REVIEW).order_by(Reply.id)).all()
    judged = [(reply.id, KEYS[reply.message_id]) for reply in waiting if reply.message_id in KEYS]
    return [(reply_id, intents, parts.pipeline.review(reply_id, intents, REVIEWER)) for reply_id, intents in judged]
