"""Whether the list of the suppressed may have changed, told without reading it."""

from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from daemon.records import Contact, LedgerEntry, Pause, Suppression

LOOK_MINUTES = 10
"""The list is looked at again at least so often, for example because a pause has ended with its date."""


def pulse(session: Session, at: datetime) -> tuple[object, ...]:
    """Changes whenever anything was done at all; two look-ups in indices, so that it can be asked every second.

    Whatever stops or frees somebody is written into the ledger. An entry that commits late under a smaller id is seen
    when it is sealed.
    """
    last, sealed = session.execute(
        select(func.max(LedgerEntry.id), select(func.max(LedgerEntry.seq)).scalar_subquery())
    ).one()
    return last, sealed, at.replace(minute=at.minute - at.minute % LOOK_MINUTES, second=0, microsecond=0)


def mark(session: Session, at: datetime) -> str:
    """Changes whenever somebody may have come onto the list or left it: counts, latest times, and the day.

    The day is in it so that whatever this overlooks, such as a contact's address that was corrected, lasts a day at
    most.
    """
    suppressed = select(
        func.count(), func.count(Suppression.undone_at), func.count(Suppression.value), func.max(Suppression.id),
        func.max(Suppression.since), func.max(Suppression.undone_at),
    )  # fmt: skip
    runs = and_(Pause.ended_at.is_(None), Pause.until.is_(None) | (Pause.until > at))
    paused = select(
        func.count(), func.count(case((runs, 1))), func.max(Pause.id), func.max(Pause.since), func.max(Pause.ended_at)
    )
    contacts = select(func.count(), func.max(Contact.id), func.count(Contact.restricted_since))
    counts = [
        *session.execute(suppressed.select_from(Suppression)).one(),
        *session.execute(paused.select_from(Pause)).one(),
        *session.execute(contacts.select_from(Contact)).one(),
    ]
    return " ".join(map(str, [at.date(), *counts]))
