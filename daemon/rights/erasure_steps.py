"""The three steps of an erasure, each inside one transaction: purge, write the completion letter, end."""

from collections.abc import Callable, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from daemon.decisions.states import ErasureState, ReplyState, RequestState, sources
from daemon.ledger.entries import EntryKind, record, subject_of
from daemon.records import Contact, Erasure, Pause, Provenance, Reply, Request, Subject
from daemon.records.conditional import rows_changed
from daemon.rights.decided import Effects
from daemon.rights.erasure_letters import can_write, queue_erasure_letter, withdraw
from daemon.rights.erasure_progress import COMPLETED, INTERIM, progress_of
from daemon.rights.facts import HELD_FIELDS
from daemon.rights.purge import erase, person_of, residue
from daemon.rights.tasks import open_tasks
from daemon.settings_rights import System


class ResidueError(RuntimeError):
    """A fault of the program: something was still there after it had been erased, and all of it was rolled back."""


def locked(session: Session, erasure_id: int) -> Erasure | None:
    """Lock everybody whom a step is about, in the order in which deciding about their mail locks them."""
    contact_id = session.scalar(select(Erasure.contact_id).where(Erasure.id == erasure_id))
    if contact_id is None:
        return None
    session.execute(select(Reply.id).where(Reply.contact_id == contact_id).order_by(Reply.id).with_for_update())
    session.execute(select(Contact.id).where(Contact.id == contact_id).with_for_update())
    return session.get(Erasure, erasure_id, with_for_update=True)


def moved(session: Session, erasure: Erasure, to: ErasureState, **values: object) -> bool:
    """Take an erasure to another state; False when it cannot go there any more."""
    statement = update(Erasure).where(Erasure.id == erasure.id, Erasure.state.in_(sources(to)))
    return rows_changed(session, statement.values(state=to, **values)) == 1


def _purge(erasure: Erasure, effects: Effects, systems: tuple[System, ...]) -> bool:
    """Erase everything but the address, open the tasks, and say so in an interim letter where any is open."""
    session, now = effects.session, effects.now
    contact = session.get_one(Contact, erasure.contact_id)
    known = {"items": _items(contact), "recipients": _recipients(session, contact.id)}
    if not moved(session, erasure, ErasureState.PURGED, purged_at=now, **known):
        return False
    subject_of(session, effects.vault, contact)
    _erase(erasure, effects, EntryKind.ERASURE_PURGED, end=False)
    progress = progress_of(session, erasure, now)
    if open_tasks(session, erasure, systems, now) and can_write(progress):
        queue_erasure_letter(INTERIM, erasure, effects)
    return True


def _complete(erasure: Erasure, effects: Effects, _systems: tuple[System, ...]) -> bool:
    """Every system is ticked: write the completion letter, unless a person has decided that there is none."""
    progress = progress_of(effects.session, erasure, effects.now)
    if not moved(effects.session, erasure, ErasureState.COMPLETING):
        return False
    withdraw(effects, erasure, (INTERIM,), "completed")
    if can_write(progress):
        queue_erasure_letter(COMPLETED, erasure, effects)
    return True


def _end(erasure: Erasure, effects: Effects, _systems: tuple[System, ...]) -> bool:
    """Erase the address and everything that still leads to it; the request is answered."""
    session, now = effects.session, effects.now
    if not moved(session, erasure, ErasureState.DONE, done_at=now, swept_at=None):
        return False
    withdraw(effects, erasure, (INTERIM, COMPLETED), "erased")
    settled = RequestState.CLOSED if erasure.ended_by else RequestState.ANSWERED
    session.execute(
        update(Request)
        .where(
            Request.contact_id == erasure.contact_id,
            Request.right == Intent.ERASURE,
            Request.state.in_(sources(settled)),
        )
        .values(state=settled, changed_at=now)
    )
    # Only a letter of its own can have brought that reply back: its text is gone, and nobody can judge it any more.
    session.execute(
        update(Reply)
        .where(Reply.id == erasure.reply_id, Reply.state == ReplyState.REVIEW)
        .values(state=ReplyState.HANDLED, decided_at=now)
    )
    _erase(erasure, effects, EntryKind.ERASED, end=True)
    return True


STEPS: Mapping[ErasureState, Callable[[Erasure, Effects, tuple[System, ...]], bool]] = {
    ErasureState.GRACE: _purge,
    ErasureState.PURGED: _complete,
    ErasureState.COMPLETING: _end,
}
"""What leads out of each state."""


def _items(contact: Contact) -> list[str]:
    """What is about to go, by the field names of letters."""
    fields = [name for name in HELD_FIELDS if name not in {"email", "kind"} and getattr(contact, name)]
    return [*fields, "correspondence"]


def _recipients(session: Session, contact_id: int) -> list[str]:
    """Who had received the data, by name: afterwards no record would say whom to tell."""
    rows = session.scalars(
        select(Provenance.recipients).where(Provenance.contact_id == contact_id).order_by(Provenance.id)
    )
    return list(dict.fromkeys(name for row in rows for name in row or ()))


def _erase(erasure: Erasure, effects: Effects, kind: EntryKind, *, end: bool) -> None:
    """Erase by the table, search again, and write down how much went; ResidueError rolls everything back."""
    session = effects.session
    if erasure.contact_id is None:
        raise RuntimeError(f"erasure {erasure.id} is about nobody any more")
    person = person_of(session, erasure.contact_id, tuple(erasure.digests))
    commitment = session.scalar(select(Subject.commitment).where(Subject.contact_id == person.contact_id))
    session.execute(
        update(Pause)
        .where(Pause.contact_id == person.contact_id, Pause.ended_at.is_(None))
        .values(ended_at=effects.now, ended_by="erasure")
    )
    rows = erase(session, person, end=end)
    if left := residue(session, person, end=end):
        raise ResidueError(f"still there after an erasure: {', '.join(left)}")
    payload = {"erasure": erasure.id, "reply": erasure.reply_id, "case": erasure.case, "rows": rows}
    record(session, effects.now, kind, subject=commitment, payload=payload)
