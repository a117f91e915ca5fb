"""`replyd erasures`: who is on the way out, what each erasure waits for, and what a person can decide about it."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon import clock
from daemon.cli.opened import opened
from daemon.cli.options import AsJson, By, ConfigPath, WrongUse, settings_of
from daemon.cli.output import console, print_json, printable, table
from daemon.decisions.erasure import REASONS, reasons
from daemon.records import Contact, Delivery, Erasure, Letter
from daemon.rights.decided import Effects
from daemon.rights.erasure import finish_without_letter, undo
from daemon.rights.erasure_progress import COMPLETED, INTERIM, RUNNING, progress_of
from daemon.rights.tasks import tasks_of

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Look at erasures, undo them or finish them.")

ErasureId = Annotated[int, typer.Argument(metavar="ID")]


@app.command("list")
def list_erasures(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are done or undone.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """List the erasures that run, and what each waits for."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        found = select(Erasure).order_by(Erasure.id)
        if not everything:
            found = found.where(Erasure.state.in_(RUNNING))
        rows = [_row(session, erasure, clock.now()) for erasure in session.scalars(found)]
    if as_json:
        for row in rows:
            print_json(row)
        return
    names = ("id", "case", "state", "contact", "grace_until", "waits_for")
    console().print(table(names, ([_cell(row[name]) for name in names] for row in rows)))


def _cell(value: object) -> object:
    """A cell that people read: lists with commas, moments to the minute."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _row(session: Session, erasure: Erasure, now: datetime) -> dict[str, Any]:
    progress = progress_of(session, erasure, now)
    contact = session.get(Contact, erasure.contact_id) if erasure.contact_id is not None else None
    return {
        "id": erasure.id,
        "case": erasure.case,
        "reply": erasure.reply_id,
        "state": erasure.state,
        "contact": printable(contact.email) if contact else None,
        "started_at": erasure.started_at,
        "grace_until": erasure.grace_until,
        "purged_at": erasure.purged_at,
        "done_at": erasure.done_at,
        "ended_by": erasure.ended_by,
        "open_tasks": progress.open_tasks,
        "recipients": list(erasure.recipients or ()),
        "waits_for": list(reasons(progress)),
    }


@app.command()
def show(erasure_id: ErasureId, as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Show one erasure with its tasks and letters, and in sentences what it waits for."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        erasure = session.get(Erasure, erasure_id)
        if erasure is None:
            raise WrongUse(f"there is no erasure {erasure_id}; `replyd erasures list --all` shows them all")
        row = _row(session, erasure, clock.now())
        tasks = [
            {"id": t.id, "system": t.system, "due": t.due, "state": t.state} for t in tasks_of(session, erasure.id)
        ]
        row |= {"tasks": tasks, "letters": _letters(session, erasure)}
    if as_json:
        print_json(row)
    else:
        _print(row)


def _letters(session: Session, erasure: Erasure) -> list[dict[str, Any]]:
    found = session.execute(
        select(Letter.id, Letter.step, Delivery.state, Delivery.sent_at)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.reply_id == erasure.reply_id, Letter.step.in_((INTERIM, COMPLETED)))
        .order_by(Letter.id)
    )
    return [{"id": row.id, "step": row.step, "state": row.state, "sent_at": row.sent_at} for row in found]


def _print(row: dict[str, Any]) -> None:
    for name in ("id", "case", "reply", "state", "contact", "started_at", "grace_until", "purged_at", "done_at"):
        if row[name] is not None:
            typer.echo(f"{name:12} {_cell(row[name])}")
    for name in row["recipients"]:
        typer.echo(f"had received the data, to be told (Art. 19): {printable(name)}")
    for task in row["tasks"]:
        typer.echo(f"task {task['id']}: {printable(task['system'])}, by {task['due']}: {task['state']}")
    for letter in row["letters"]:
        typer.echo(f"letter {letter['id']}: {letter['step']}, {letter['state']}")
    for reason in row["waits_for"]:
        typer.echo(f"waits: {REASONS[reason]}")


@app.command("undo")
def undo_erasure(erasure_id: ErasureId, by: By, config: ConfigPath = None) -> None:
    """Take an erasure back while nothing is deleted; outreach stays stopped, and the request is a person's."""
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        erasure = undo(session, erasure_id, by=by, now=clock.now())
        typer.echo(f"Erasure {erasure.id} (case {erasure.case}) is undone. Its request waits: `replyd requests list`.")


@app.command()
def finish(
    erasure_id: ErasureId,
    by: By,
    without_letter: Annotated[bool, typer.Option("--without-letter", help="No letter leaves for it.")] = False,
    config: ConfigPath = None,
) -> None:
    """Carry an erasure through without a letter, since none can be written or you have told them yourself."""
    if not without_letter:
        raise WrongUse("an erasure ends by itself with its letter; to end it without one, add --without-letter")
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        effects = Effects(session, installation.vault, installation.digester, clock.now(), timedelta())
        erasure = finish_without_letter(effects, erasure_id, by=by)
        typer.echo(
            f"Erasure {erasure.id} (case {erasure.case}) goes on without a letter as soon as nothing else waits."
        )
