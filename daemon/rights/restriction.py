"""Restriction: while a dispute about the data is open they are stored, and used for nothing else (Art. 18(1)(a))."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from daemon.ledger.entries import EntryKind, record
from daemon.records import Contact, Request, Subject
from daemon.rights.background import OPEN
from daemon.rights.decided import Decided, Effects, note


def restrict(decided: Decided, effects: Effects) -> None:
    """Restrict the contact's data from now on; a restriction that stands already keeps its day."""
    if decided.contact is None or decided.contact.restricted_since is not None:
        return
    decided.contact.restricted_since = effects.now
    note(EntryKind.RESTRICTED, decided, effects, {})


def end_restriction(session: Session, contact_id: int | None, *, by: str, now: datetime) -> bool:
    """End the restriction once no dispute about the contact's data is open any more; False while there is one."""
    contact = session.get(Contact, contact_id, with_for_update=True) if contact_id is not None else None
    if contact is None or contact.restricted_since is None:
        return False
    session.flush()
    disputes = select(Request.id).where(
        Request.contact_id == contact.id, Request.right == Intent.RECTIFICATION.value, Request.state.in_(OPEN)
    )
    if session.scalar(disputes.limit(1)) is not None:
        return False
    contact.restricted_since = None
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == contact.id))
    record(session, now, EntryKind.RESTRICTION_ENDED, subject=subject, payload={"by": by})
    return True
