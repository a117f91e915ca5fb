"""`replyd tasks`: what has to be erased by hand in the declared systems, and ticking it off."""

from typing import Annotated, Any

import typer
from sqlalchemy import select

from daemon import clock
from daemon.cli.opened import opened
from daemon.cli.options import AsJson, By, ConfigPath, WrongUse, settings_of
from daemon.cli.output import console, print_json, printable, table
from daemon.decisions.states import TaskState
from daemon.records import Contact, Erasure, SystemTask
from daemon.records.encryption import Vault
from daemon.rights.tasks import finish_task, note_of, reopen_task

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Tick off what was erased in other systems.")

TaskId = Annotated[int, typer.Argument(metavar="ID")]


@app.command("list")
def list_tasks(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are done.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """List what is to be erased, the most urgent first."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        found = (
            select(SystemTask, Erasure, Contact.email)
            .join(Erasure, Erasure.id == SystemTask.erasure_id)
            .outerjoin(Contact, Contact.id == Erasure.contact_id)
            .order_by(SystemTask.due, SystemTask.id)
        )
        if not everything:
            found = found.where(SystemTask.state == TaskState.OPEN)
        rows = [_row(task, erasure, address) for task, erasure, address in session.execute(found)]
    if as_json:
        for row in rows:
            print_json(row)
        return
    names = ("id", "system", "due", "overdue", "state", "contact", "case", "erasure")
    console().print(table(names, ([row[name] for name in names] for row in rows)))


def _row(task: SystemTask, erasure: Erasure, address: str | None) -> dict[str, Any]:
    return {
        "id": task.id,
        "system": task.system,
        "due": task.due,
        "overdue": task.state == TaskState.OPEN and task.due < clock.now().date(),
        "state": task.state,
        "contact": printable(address) if address else None,
        "case": erasure.case,
        "erasure": erasure.id,
        "opened_at": task.opened_at,
        "done_at": task.done_at,
        "done_by": task.done_by,
    }


@app.command()
def show(task_id: TaskId, as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Show whom to erase where, step by step."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        task = session.get(SystemTask, task_id)
        if task is None:
            raise WrongUse(f"there is no task {task_id}; `replyd tasks list` shows those that are open")
        erasure = session.get_one(Erasure, task.erasure_id)
        contact = session.get(Contact, erasure.contact_id) if erasure.contact_id is not None else None
        row = _row(task, erasure, contact.email if contact else None)
        row |= {"steps": list(task.steps), "note": _note(installation.vault, task)}
    if as_json:
        print_json(row)
        return
    typer.echo(f"{printable(task.system)}: erase {row['contact'] or 'nobody any more'} by {task.due} ({task.state})")
    for number, step in enumerate(task.steps, start=1):
        typer.echo(f"  {number}. {printable(step)}")
    typer.echo(f"Case {erasure.case}. When it is done: replyd tasks done {task.id} --by NAME")
    if row["note"]:
        typer.echo(f"Noted by {task.done_by}: {row['note']}")


def _note(vault: Vault, task: SystemTask) -> str | None:
    text = note_of(vault, task)
    return printable(text) if text else None


@app.command()
def done(
    task_id: TaskId,
    by: By,
    note: Annotated[str | None, typer.Option(help="What you did; erased with the address.")] = None,
    config: ConfigPath = None,
) -> None:
    """Say that you have erased the person there."""
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        task = finish_task(session, installation.vault, task_id, by=by, note=note, now=clock.now())
        typer.echo(f"Task {task.id} ({printable(task.system)}) is done.")


@app.command()
def reopen(task_id: TaskId, by: By, config: ConfigPath = None) -> None:
    """Say that it was not erased there after all."""
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        task = reopen_task(session, task_id, by=by, now=clock.now())
        typer.echo(f"Task {task.id} ({printable(task.system)}) is open again, due by {task.due}.")
