"""`replyd review`: the replies that wait for a person, and what the person decides."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from classifiers.reading.message import UnreadableMail
from daemon import clock
from daemon.cli.opened import opened, quiet_log, reachable
from daemon.cli.options import AsJson, By, ConfigPath, NeedsPerson, settings_of
from daemon.cli.output import console, print_json, table
from daemon.cli.review_actions import dismiss_reply, intents_of, retry_reply
from daemon.cli.review_queue import WAITING, waiting, waiting_ids
from daemon.cli.review_screen import show_reply
from daemon.cli.review_session import Sitting
from daemon.cli.single_keys import keys
from daemon.decisions.plan import Plan
from daemon.decisions.states import ReplyState
from daemon.rights.review import LetterUnderWay
from daemon.wiring import Parts, wired
from responses.rendering import Templates

app = typer.Typer(add_completion=False, help="Decide about the replies that wait for a person.")

ReplyId = Annotated[int, typer.Argument(metavar="ID")]


@contextmanager
def _parts(config: Path | None) -> Iterator[tuple[Parts, Templates]]:
    quiet_log()
    settings = settings_of(config)
    own = settings.letters.templates
    with reachable(), wired(settings, clock.now) as parts:
        yield parts, Templates((own,) if own else ())


@app.callback(invoke_without_command=True)
def review(
    ctx: typer.Context,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides [your login name].")] = None,
    config: ConfigPath = None,
) -> None:
    """Go through the replies that wait, one by one."""
    if ctx.invoked_subcommand is not None:
        return
    with _parts(config) as (parts, templates), keys() as read_key:
        Sitting(parts, templates, by or getpass.getuser(), console(), read_key).go_through()


@app.command("list")
def list_waiting(
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    shadowed: Annotated[bool, typer.Option("--shadowed", help="Also what mode shadow only showed.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """List what waits, by deadline, then by age."""
    states = [state for state in WAITING if shadowed or state is not ReplyState.SHADOWED]
    with _parts(config) as (parts, templates):
        with parts.database.read() as session:
            ids = waiting_ids(session, states, limit)
        rows = waiting(parts, templates, ids)
    if as_json:
        for row in rows:
            print_json(asdict(row))
        return
    columns = ("id", "received", "due", "why", "own words")
    texts = ((r.id, f"{r.received_at:%Y-%m-%d}", r.due, ", ".join(r.reasons), (r.own_text or "")[:60]) for r in rows)
    console().print(table(columns, texts))
    typer.echo(f"{len(rows)} wait; decide with `replyd review`, or `replyd review decide ID --intents ... --by NAME`")


@app.command()
def show(reply_id: ReplyId, as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Show one reply with its letter."""
    with _parts(config) as (parts, templates):
        (row,) = waiting(parts, templates, [reply_id])
    if as_json:
        print_json(asdict(row))
    else:
        show_reply(row, console())


@app.command()
def decide(
    reply_id: ReplyId,
    intents: Annotated[str, typer.Option(metavar="NAMES", help="opt_out,access ... or none; separated by commas.")],
    by: By,
    note: Annotated[str | None, typer.Option(help="Kept with the decision.")] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Say what a reply asks for; everything that follows from it is done."""
    with _parts(config) as (parts, _):
        plan = decided(parts, reply_id, intents, by, note)
    if as_json:
        print_json({"id": reply_id, "state": plan.state.value, "plan": plan.in_words(), "reasons": list(plan.reasons)})
    else:
        typer.echo("\n".join(plan.in_words()) or "nothing to do")


def decided(parts: Parts, reply_id: int, intents: str, by: str, note: str | None) -> Plan:
    """Carry a judgement out; raises NeedsPerson where a letter is under way or the mail cannot be read."""
    try:
        return parts.pipeline.review(reply_id, intents_of(intents.split(",")), by, note)
    except (LetterUnderWay, UnreadableMail) as error:
        raise NeedsPerson(f"reply {reply_id}: {error}") from error


@app.command()
def dismiss(reply_id: ReplyId, by: By, config: ConfigPath = None) -> None:
    """Put a reply away that was dealt with elsewhere: its requests are closed, pauses stay."""
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        dismiss_reply(session, reply_id, by, clock.now())
    typer.echo(f"reply {reply_id} is put away")


@app.command()
def retry(reply_id: ReplyId, config: ConfigPath = None) -> None:
    """Have a reply that failed handled afresh by the running service."""
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        retry_reply(session, reply_id)
    typer.echo(f"reply {reply_id} is handled again by the next run")
