"""Stopping outreach: pauses that can end, suppressions that stay, both kept as keyed digests."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from daemon.records import Pause, Suppression
from daemon.records.digests import NORMAL_FORM_VERSION, Digester


def pause(
    session: Session,
    digester: Digester,
    address: str,
    *,
    contact_id: int | None,
    reply_id: int | None,
    reason: str,
    since: datetime,
    until: datetime | None,
) -> bool:
    """Stop outreach to an address, in all its forms, until a decision or a date; False when this reply did already."""
    paused_already: set[str] = set()
    if reply_id is not None:
        paused_already.update(session.scalars(select(Pause.digest).where(Pause.reply_id == reply_id)))
    digests = [digest for digest in digester.addresses(address) if digest not in paused_already]
    for digest in digests:
        session.add(
            Pause(
                digest=digest,
                contact_id=contact_id,
                reply_id=reply_id,
                reason=reason,
                since=since,
                until=until,
                ended_at=None,
                ended_by=None,
            )
        )
    session.flush()
    return bool(digests)


def suppress(
    session: Session, digester: Digester, address: str, *, reply_id: int | None, reason: str, since: datetime
) -> bool:
    """Stop outreach to an address, in all its forms, for good; False when it was already. Raises BadAddress.

    That its whole domain is stopped is no reason to forget what this person said: it may be lifted some day.
    """
    stopped = False
    for digest in digester.addresses(address):
        known = session.scalar(select(Suppression).where(Suppression.scope == "address", Suppression.digest == digest))
        if known is not None and known.undone_at is None:
            continue
        row = known or Suppression(scope="address", digest=digest)
        row.normal_form, row.key_version = NORMAL_FORM_VERSION, digester.key_version
        row.reason, row.reply_id, row.since = reason, reply_id, since
        row.undone_at = row.undone_by = None
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another transaction has stopped it in this very moment (PostgreSQL)
            continue
        stopped = True
    return stopped


def undo(session: Session, digester: Digester, address: str, *, by: str, at: datetime) -> bool:
    """Lift the suppression of an address in all its forms, keeping the trace; False when none is in force.

    A suppressed domain stays so. Raises BadAddress.
    """
    digests = digester.addresses(address)
    rows = session.scalars(
        select(Suppression).where(
            Suppression.scope == "address", Suppression.digest.in_(digests), Suppression.undone_at.is_(None)
        )
    ).all()
    for row in rows:
        row.undone_at, row.undone_by = at, by
    return bool(rows)


def paused(session: Session, digester: Digester, address: str, at: datetime) -> bool:
    """Whether outreach to this address is paused at this moment. Raises BadAddress."""
    return (
        session.scalar(
            select(Pause.id)
            .where(
                Pause.digest.in_(digester.addresses(address)),
                Pause.ended_at.is_(None),
                Pause.until.is_(None) | (Pause.until > at),
            )
            .limit(1)
        )
        is not None
    )


def end_pauses(session: Session, contact_id: int, *, by: str, at: datetime) -> int:
    """End every open pause of a contact by a person's decision; returns how many there were."""
    rows = session.scalars(select(Pause).where(Pause.contact_id == contact_id, Pause.ended_at.is_(None))).all()
    for row in rows:
        row.ended_at, row.ended_by = at, by
    return len(rows)
