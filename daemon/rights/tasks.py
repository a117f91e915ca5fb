"""Tasks: what a person has to erase in each declared system, and that they did."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.decisions.states import ErasureState, TaskState, check
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, record
from daemon.records import Erasure, Request, Subject, SystemTask
from daemon.records.encryption import Sealed, Vault
from daemon.settings_rights import System

NOTE_PURPOSE = "task.note"


class NoSuchTask(ReplydError):  # noqa: N818  an outcome that callers name
    """There is no such task, or it is not in the state that this needs."""

    permanent = True


def open_tasks(session: Session, erasure: Erasure, systems: Iterable[System], now: datetime) -> list[SystemTask]:
    """One task for each system that is declared now; a later declaration holds up no erasure that runs.

    Due after the system's days, and by the safe date of the request where that comes first.
    """
    today = now.astimezone(UTC).date()
    safe = session.scalar(
        select(Request.safe_due).where(Request.reply_id == erasure.reply_id, Request.right == "erasure")
    )
    by_name = {system.name: system for system in systems}
    opened = [_task(erasure, system, _due(today, system.days, safe), now) for system in by_name.values()]
    session.add_all(opened)
    session.flush()
    for task in opened:
        _note(session, erasure, EntryKind.TASK_OPENED, task, now, {"due": task.due.isoformat()})
    return opened


def _task(erasure: Erasure, system: System, due: date, now: datetime) -> SystemTask:
    return SystemTask(
        erasure_id=erasure.id,
        system=system.name,
        steps=list(system.steps),
        due=due,
        state=TaskState.OPEN.value,
        opened_at=now,
        done_at=None,
        done_by=None,
        note=None,
        note_key=None,
    )


def _due(today: date, days: int, safe: date | None) -> date:
    last = today + timedelta(days=days)
    return last if safe is None or safe <= today else min(last, safe)


def tasks_of(session: Session, erasure_id: int) -> list[SystemTask]:
    """All tasks of one erasure, in the order in which they were opened."""
    return list(session.scalars(select(SystemTask).where(SystemTask.erasure_id == erasure_id).order_by(SystemTask.id)))


def finish_task(
    session: Session, vault: Vault, task_id: int, *, by: str, note: str | None, now: datetime
) -> SystemTask:
    """A person has erased there and says so; raises NoSuchTask when it is not open."""
    task, erasure = _locked(session, task_id)
    if task.state != TaskState.OPEN:
        raise NoSuchTask(f"task {task_id} is done already, by {task.done_by}; `replyd tasks reopen` takes that back")
    check(TaskState(task.state), TaskState.DONE)
    task.state, task.done_at, task.done_by = TaskState.DONE.value, now, by
    if note:
        sealed = vault.seal(note.encode(), purpose=NOTE_PURPOSE)
        task.note, task.note_key = sealed.ciphertext, sealed.key
    _note(session, erasure, EntryKind.TASK_DONE, task, now, {"by": by})
    return task


def reopen_task(session: Session, task_id: int, *, by: str, now: datetime) -> SystemTask:
    """It was not erased there after all; raises NoSuchTask once the completion letter was written."""
    task, erasure = _locked(session, task_id)
    if task.state != TaskState.DONE or erasure.state != ErasureState.PURGED:
        raise NoSuchTask(f"task {task_id} cannot be opened again: it is {task.state}, its erasure {erasure.state}")
    check(TaskState(task.state), TaskState.OPEN)
    task.state, task.done_at, task.done_by = TaskState.OPEN.value, None, None
    _note(session, erasure, EntryKind.TASK_OPENED, task, now, {"again": True, "by": by})
    return task


def overdue(session: Session, today: date) -> list[SystemTask]:
    """Open tasks whose last day is over, the oldest first."""
    found = select(SystemTask).where(SystemTask.state == TaskState.OPEN, SystemTask.due < today)
    return list(session.scalars(found.order_by(SystemTask.due, SystemTask.id)))


def note_of(vault: Vault, task: SystemTask) -> str | None:
    """What was noted when it was done."""
    if task.note is None or task.note_key is None:
        return None
    return vault.open(Sealed(task.note, task.note_key), NOTE_PURPOSE).decode()


def _locked(session: Session, task_id: int) -> tuple[SystemTask, Erasure]:
    """The task and its erasure, locked in the order in which the clockwork locks them."""
    erasure_id = session.scalar(select(SystemTask.erasure_id).where(SystemTask.id == task_id))
    if erasure_id is None:
        raise NoSuchTask(f"there is no task {task_id}; `replyd tasks list` shows those that are open")
    erasure = session.get_one(Erasure, erasure_id, with_for_update=True)
    return session.get_one(SystemTask, task_id, with_for_update=True), erasure


def _note(
    session: Session, erasure: Erasure, kind: EntryKind, task: SystemTask, now: datetime, payload: dict[str, object]
) -> None:
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == erasure.contact_id))
    values = {"erasure": erasure.id, "case": erasure.case, "task": task.id, **payload}
    record(session, now, kind, subject=subject, payload=values)
