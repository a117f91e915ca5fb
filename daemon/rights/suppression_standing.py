"""Whether people may be written to: one answer for many addresses, the same wherever it is asked."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.records import Contact, Pause, Suppression
from daemon.records.digests import Digester, normal_form, suppressions

AT_ONCE = 500
"""Addresses in one question: each stands for a few digests, and a database takes some ten thousand of those."""


class Outreach(StrEnum):
    """Whether an address may be written to."""

    FREE = "free"
    PAUSED = "paused"
    SUPPRESSED = "suppressed"
    BAD = "bad"
    """It is no address, so nobody can tell."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one address stands: why, and since when; neither for those that are free or bad."""

    outreach: Outreach
    reason: str | None = None
    since: datetime | None = None
    stop: Suppression | None = None
    """The suppression, where that is what stops it."""


FREE = Standing(Outreach.FREE)


def standings(session: Session, digester: Digester, addresses: Collection[str], at: datetime) -> dict[str, Standing]:
    """How each of these addresses stands at this moment; at most AT_ONCE of them. Raises BadAddress.

    A suppression, of the person or the whole domain, wins over a pause; the data of somebody who disputes them are used
    for nothing (Art. 18(1)(a) GDPR), which is a pause here.
    """
    stops = suppressions(session, digester, addresses)
    rest = [address for address in addresses if address not in stops]
    resting = _restricted(session, rest) | _paused(session, digester, rest, at)
    found = {
        address: Standing(Outreach.SUPPRESSED, stop.reason, stop.since, stop) for address, stop in stops.items()
    } | resting
    return {address: found.get(address, FREE) for address in addresses}


def _paused(session: Session, digester: Digester, addresses: Iterable[str], at: datetime) -> dict[str, Standing]:
    of_digest: dict[str, list[str]] = {}
    for address in addresses:
        for digest in digester.addresses(address):
            of_digest.setdefault(digest, []).append(address)
    rows = session.execute(
        select(Pause.digest, Pause.reason, Pause.since)
        .where(
            Pause.digest.in_(of_digest),
            Pause.ended_at.is_(None),
            Pause.until.is_(None) | (Pause.until > at),
        )
        .order_by(Pause.id.desc())  # the first one is written last, and stands
    )
    return {
        address: Standing(Outreach.PAUSED, reason, since)
        for digest, reason, since in rows
        for address in of_digest[digest]
    }


def _restricted(session: Session, addresses: Iterable[str]) -> dict[str, Standing]:
    of_form: dict[str, list[str]] = {}
    for address in addresses:
        of_form.setdefault(normal_form(address), []).append(address)
    rows = session.execute(
        select(Contact.email_normal, Contact.restricted_since).where(
            Contact.email_normal.in_(of_form), Contact.restricted_since.is_not(None)
        )
    )
    return {
        address: Standing(Outreach.PAUSED, "restricted", since) for form, since in rows for address in of_form[form]
    }
