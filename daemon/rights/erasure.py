"""Erasing one person: started by a decision, undoable in its grace, then carried through step by step.

grace        nothing is deleted yet; the questions of `daemon/decisions/erasure.py` are asked
purged       all that was stored here is gone but the address; people erase in the declared systems
completing   every system is ticked off, and the completion letter is on its way
done         the address is gone too; keyed digests stay

`daemon/rights/erasure_clockwork.py` takes the steps.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from daemon.decisions.deadlines import working_days_after
from daemon.decisions.states import ErasureState, RequestState, check
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, record
from daemon.records import Contact, Delivery, Erasure, Letter, Request, Subject
from daemon.rights.decided import Decided, Effects, note
from daemon.rights.erasure_clockwork import Erasures
from daemon.rights.erasure_letters import withdraw
from daemon.rights.erasure_progress import COMPLETED, INTERIM, RUNNING, SETTLED
from daemon.rights.erasure_steps import moved
from responses.languages import LANGUAGES

__all__ = ["CannotDoThat", "Erasures", "finish_without_letter", "start", "undo"]


class CannotDoThat(ReplydError):  # noqa: N818  an outcome that callers name
    """There is no such erasure, or it is past the point where this can be done."""

    permanent = True


def start(decided: Decided, effects: Effects, *, released: bool) -> None:
    """Begin the erasure of the contact, in its grace; one that runs already is joined, an undone one taken up."""
    contact, session = decided.contact, effects.session
    if contact is None:
        raise RuntimeError("an erasure was planned for somebody who is no contact")
    running = session.scalars(
        select(Erasure).where(Erasure.contact_id == contact.id, Erasure.state.in_(RUNNING)).with_for_update()
    ).first()
    if running is not None:
        if running.reply_id != decided.reply.id:
            note(EntryKind.ERASURE_STARTED, decided, effects, {"erasure": running.id, "joined": True})
        return
    erasure = session.scalar(select(Erasure).where(Erasure.reply_id == decided.reply.id).with_for_update())
    if erasure is None:
        erasure = Erasure(reply_id=decided.reply.id)
    else:
        check(ErasureState(erasure.state), ErasureState.GRACE)
    _begin(erasure, contact, decided, effects)
    erasure.released = released
    session.add(erasure)
    session.flush()
    payload = {"erasure": erasure.id, "grace_until": erasure.grace_until, "seat": decided.account.controller_country}
    note(EntryKind.ERASURE_STARTED, decided, effects, payload)


def _begin(erasure: Erasure, contact: Contact, decided: Decided, effects: Effects) -> None:
    """Fill the row as it is at the beginning of the grace."""
    languages = (decided.case.prediction.language, contact.language)
    erasure.contact_id, erasure.account_id = contact.id, decided.account.id
    erasure.case = decided.reply.case or ""
    erasure.digests = list(effects.digester.addresses(contact.email_normal))
    erasure.language = next((language for language in languages if language in LANGUAGES), None)
    erasure.message_id = decided.case.reading.message.message_id or None
    erasure.state, erasure.started_at = ErasureState.GRACE.value, effects.now
    erasure.grace_until = working_days_after(
        effects.now, effects.grace_working_days, decided.account.controller_country
    )
    erasure.purged_at = erasure.done_at = erasure.swept_at = None
    erasure.items = erasure.ended_by = None


def undo(session: Session, erasure_id: int, by: str, now: datetime) -> Erasure:
    """Take an erasure back while nothing is deleted; its request goes to a person, the suppression stays.

    Raises CannotDoThat once the grace is over and the purge is done.
    """
    erasure = session.get(Erasure, erasure_id, with_for_update=True)
    if erasure is None or not moved(session, erasure, ErasureState.UNDONE, ended_by=by):
        raise CannotDoThat(f"erasure {erasure_id} is not in its grace; `replyd erasures list` shows where it is")
    session.execute(
        update(Request)
        .where(
            Request.contact_id == erasure.contact_id,
            Request.right == Intent.ERASURE,
            Request.state == RequestState.OPEN,
        )
        .values(state=RequestState.WITH_PERSON, changed_at=now)
    )
    _note(session, erasure, EntryKind.ERASURE_UNDONE, now, {"by": by})
    return erasure


def finish_without_letter(effects: Effects, erasure_id: int, *, by: str) -> Erasure:
    """A person has told them otherwise, or nobody can: the erasure is carried through, and no letter leaves for it.

    Raises CannotDoThat when it does not run, or a letter of it is being sent in this moment.
    """
    session = effects.session
    erasure = session.get(Erasure, erasure_id, with_for_update=True)
    if erasure is None or erasure.state not in RUNNING:
        raise CannotDoThat(f"erasure {erasure_id} does not run; `replyd erasures list` shows those that do")
    withdraw(effects, erasure, (INTERIM, COMPLETED), "without_letter")
    if _letters_under_way(session, erasure):
        raise CannotDoThat(f"a letter of erasure {erasure_id} is being sent in this moment; look again in a minute")
    erasure.ended_by = by
    _note(session, erasure, EntryKind.REVIEW_DECIDED, effects.now, {"decision": "without_letter", "by": by})
    return erasure


def _letters_under_way(session: Session, erasure: Erasure) -> bool:
    found = (
        select(Delivery.id)
        .join(Letter, Letter.id == Delivery.letter_id)
        .where(
            Letter.reply_id == erasure.reply_id,
            Letter.step.in_((INTERIM, COMPLETED)),
            Delivery.state.not_in(SETTLED),
        )
    )
    return session.scalar(found.limit(1)) is not None


def _note(session: Session, erasure: Erasure, kind: EntryKind, now: datetime, payload: dict[str, object]) -> None:
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == erasure.contact_id))
    values = {"erasure": erasure.id, "reply": erasure.reply_id, "case": erasure.case, **payload}
    record(session, now, kind, subject=subject, payload=values)
