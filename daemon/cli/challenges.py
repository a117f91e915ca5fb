"""`replyd challenges`: the one-time codes that were sent, and what became of them."""

from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.cli.opened import opened
from daemon.cli.options import AsJson, ConfigPath, settings_of
from daemon.cli.output import console, print_json, printable, table
from daemon.decisions.states import ChallengeState
from daemon.records import ChallengeRecord, Contact, Delivery, Letter, Reply

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Look at the one-time codes that were sent.")


@app.callback()
def _group() -> None:
    """Keep `list` a command of its own."""


@app.command("list")
def list_challenges(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are passed, expired or void.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """List open codes, the one that ends first at the top; the codes themselves are not stored."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        rows = _rows(session, everything=everything)
    if as_json:
        for row in rows:
            print_json(row)
        return
    names = ("id", "case", "state", "contact", "letter", "letter_state", "valid_until", "reply")
    console().print(table(names, ([row[name] for name in names] for row in rows)))


def _rows(session: Session, *, everything: bool) -> list[dict[str, Any]]:
    found = (
        select(ChallengeRecord, Reply.case, Contact.email, Letter.id, Delivery.state)
        .join(Reply, Reply.id == ChallengeRecord.reply_id)
        .outerjoin(Contact, Contact.id == ChallengeRecord.contact_id)
        .outerjoin(Letter, (Letter.reply_id == ChallengeRecord.reply_id) & (Letter.step == "challenge"))
        .outerjoin(Delivery, Delivery.letter_id == Letter.id)
        .order_by(ChallengeRecord.valid_until, ChallengeRecord.id)
    )
    if not everything:
        found = found.where(ChallengeRecord.state == ChallengeState.OPEN)
    return [_row(*row) for row in session.execute(found)]


def _row(
    challenge: ChallengeRecord, case: str | None, address: str | None, letter: int | None, delivery: str | None
) -> dict[str, Any]:
    return {
        "id": challenge.id,
        "case": case,
        "state": challenge.state,
        "contact": printable(address) if address else None,
        "letter": letter,
        "letter_state": delivery,
        "created_at": challenge.created_at,
        "valid_until": challenge.valid_until,
        "settled_at": challenge.settled_at,
        "reply": challenge.reply_id,
    }
