"""The review at the keyboard: one reply at a time, one key each."""

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from classifiers.intents import MEANINGS, Intent
from classifiers.reading.message import UnreadableMail
from daemon import clock
from daemon.cli.options import WrongUse
from daemon.cli.output import console, printable
from daemon.cli.review_actions import dismiss_reply
from daemon.cli.review_queue import WAITING, Waiting, waiting, waiting_ids
from daemon.decisions.states import ReplyState
from daemon.errors import ReplydError
from daemon.rights.review import LetterUnderWay
from daemon.wiring import Parts
from responses.rendering import Templates

_KEYS = "1-9 switch an intent, a accept, s skip, d dismiss, q quit"
_MOST = 1000


def show_reply(row: Waiting, out: Console) -> None:
    """One reply with why it waits, what was done, and the letter that is held."""
    due = f", due {row.due}" if row.due else ""
    title = f"reply {row.id} ({row.case or 'no case'}), received {row.received_at:%Y-%m-%d %H:%M}{due}"
    out.print(Panel(Text(printable(row.own_text or "(no own words)")), title=title, title_align="left"))
    lines = [
        ("contact", row.contact or "nobody we know"),
        ("why", ", ".join(row.reasons)),
        ("intents", ", ".join([*row.act, *(f"{name}?" for name in row.maybe)]) or "none"),
        *(("done" if row.state != ReplyState.SHADOWED else "would do", step) for step in row.plan),
    ]
    for name, text in lines:
        out.print(Text(f"{name:9} {printable(text)}"))
    if row.letter:
        out.print(Panel(Text(printable(row.letter)), title=f"letter, {row.letter_state}", title_align="left"))


def go_through(parts: Parts, templates: Templates, reviewer: str) -> None:
    """Every reply that waits, until the person quits; each is read when it is shown."""
    states = [state for state in WAITING if state is not ReplyState.SHADOWED]
    with parts.database.read() as session:
        ids = waiting_ids(session, states, _MOST)
    for place, reply_id in enumerate(ids, start=1):
        (row,) = waiting(parts, templates, [reply_id])
        typer.echo(f"\n{place} of {len(ids)}")
        show_reply(row, console())
        if not _decide(parts, row, reviewer):
            return
    typer.echo("nothing waits any more" if ids else "nothing waits")


def _decide(parts: Parts, row: Waiting, reviewer: str) -> bool:
    """Ask for keys until this reply is settled or skipped; False when the person quits."""
    chosen = {Intent(name) for name in (*row.act, *row.maybe)}
    while True:
        typer.echo(_choices(chosen))
        key = typer.prompt(_KEYS, default="s", show_default=False).strip().lower()
        if key == "q":
            return False
        if key == "s":
            return True
        if key in "123456789":
            chosen ^= {list(Intent)[int(key) - 1]}
        elif key in {"a", "d"} and _carried_out(parts, row, key, chosen, reviewer):
            return True


def _carried_out(parts: Parts, row: Waiting, key: str, chosen: set[Intent], reviewer: str) -> bool:
    """Accept or dismiss; False, with the reason on the screen, where that cannot be."""
    try:
        if key == "a":
            plan = parts.pipeline.review(row.id, frozenset(chosen), reviewer)
            typer.echo("; ".join(plan.in_words()) or "nothing to do")
        else:
            with parts.database.write() as session:
                dismiss_reply(session, row.id, reviewer, clock.now())
    except (ReplydError, WrongUse, LetterUnderWay, UnreadableMail) as error:
        typer.echo(f"  {error}", err=True)
        return False
    return True


def _choices(chosen: Sequence[Intent] | set[Intent]) -> str:
    marks = ((number, intent, "x" if intent in chosen else " ") for number, intent in enumerate(Intent, start=1))
    return "\n".join(f"  {number} [{mark}] {intent:14} {MEANINGS[intent].words}" for number, intent, mark in marks)
