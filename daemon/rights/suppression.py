"""Stopping outreach: pauses that can end, suppressions that stay, both found by keyed digests.

A suppression also keeps, encrypted, what it is about, for the list that a sending tool gets; erasing the person
destroys that, and the digest stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from daemon.records import Pause, Suppression
from daemon.records.digests import NORMAL_FORM_VERSION, Digester, normal_domain, suppression_forms
from daemon.records.encryption import Sealed, Vault

VALUE_PURPOSE = "suppression.value"


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
    session: Session,
    digester: Digester,
    address: str,
    *,
    vault: Vault,
    reply_id: int | None,
    reason: str,
    since: datetime,
) -> bool:
    """Stop outreach to an address, in all its forms, for good; False when it was already. Raises BadAddress.

    That its whole domain is stopped is no reason to forget what this person said: it may be lifted some day.
    """
    said = _Said(reply_id, reason, since)
    stopped = False
    for digest, form in zip(digester.addresses(address), suppression_forms(address), strict=True):
        stopped |= _stop(session, digester, vault, "address", digest, form, said)
    return stopped


def suppress_domain(
    session: Session, digester: Digester, domain: str, *, vault: Vault, reason: str, since: datetime
) -> bool:
    """Stop outreach to everybody at a domain, not at its subdomains; False when it was already. Raises BadAddress."""
    digest, form = digester.domain(domain), normal_domain(domain)
    return _stop(session, digester, vault, "domain", digest, form, _Said(None, reason, since))


@dataclass(frozen=True, slots=True)
class _Said:
    """Who said it, why and when."""

    reply_id: int | None
    reason: str
    since: datetime


def _stop(session: Session, digester: Digester, vault: Vault, scope: str, digest: str, form: str, said: _Said) -> bool:
    """Put the row of one form in force; what is in force already stays as it is, a value that was erased stays gone."""
    known = session.scalar(select(Suppression).where(Suppression.scope == scope, Suppression.digest == digest))
    if known is not None and known.undone_at is None:
        return False
    row = known or Suppression(scope=scope, digest=digest)
    row.normal_form, row.key_version = NORMAL_FORM_VERSION, digester.key_version
    row.reason, row.reply_id, row.since = said.reason, said.reply_id, said.since
    row.undone_at = row.undone_by = None
    sealed = vault.seal(form.encode(), purpose=VALUE_PURPOSE)
    row.value, row.value_key = sealed.ciphertext, sealed.key
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another transaction has stopped it in this very moment (PostgreSQL)
        return False
    return True


def value_of(row: Suppression, vault: Vault) -> str | None:
    """The address or domain that a suppression is about; None once the person was erased. Raises WrongKey."""
    if row.value is None or row.value_key is None:
        return None
    return vault.open(Sealed(row.value, row.value_key), VALUE_PURPOSE).decode()


def undo(session: Session, digester: Digester, address: str, *, by: str, at: datetime) -> bool:
    """Lift the suppression of an address in all its forms, keeping the trace; False when none is in force.

    A suppressed domain stays so. Raises BadAddress.
    """
    return _lift(session, "address", digester.addresses(address), by=by, at=at)


def undo_domain(session: Session, digester: Digester, domain: str, *, by: str, at: datetime) -> bool:
    """Lift the suppression of a domain; whoever at it said no themselves stays stopped. Raises BadAddress."""
    return _lift(session, "domain", (digester.domain(domain),), by=by, at=at)


def _lift(session: Session, scope: str, digests: Sequence[str], *, by: str, at: datetime) -> bool:
    rows = session.scalars(
        select(Suppression).where(
            Suppression.scope == scope, Suppression.digest.in_(digests), Suppression.undone_at.is_(None)
        )
    ).all()
    for row in rows:
        row.undone_at, row.undone_by = at, by
        row.value = row.value_key = None  # nobody has to be told of it any more
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
