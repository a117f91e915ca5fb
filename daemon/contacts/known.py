"""What is stored about the people of a file: read in bulk, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.contacts.rows import ContactRow
from daemon.decisions.states import ErasureState
from daemon.records import Campaign, Contact, Erasure, OutreachMessage, Pause, Provenance, Suppression
from daemon.records.contact_cells import CONTACT_COLUMNS, PROVENANCE_COLUMNS
from daemon.records.digests import Digester

T = TypeVar("T")

AT_ONCE = 1000
"""Values in one condition; SQLite takes 32,766 (SQLITE_MAX_VARIABLE_NUMBER), older ones 999 for each part."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Digests:
    """Digests that a stop of one person may stand under."""

    people: frozenset[str]
    domains: frozenset[str]


@dataclass(slots=True)
class Person:
    """One contact as it is stored."""

    id: int
    values: Values
    restricted: bool
    provenance: list[tuple[int, Values]] = field(default_factory=list)
    message_ids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Known:
    """Everything an import needs to know; people by the normal form of their address."""

    people: dict[str, Person]
    suppressed: frozenset[str]
    paused: frozenset[str]
    promises: dict[str, str]
    """Promise by name of campaign."""


def digests_of(digester: Digester, rows: Iterable[ContactRow]) -> dict[str, Digests]:
    """Digests by normal form; outside of any transaction, for it takes a while."""
    return {row.email_normal: Digests(*digester.of_every_version(row.email_normal)) for row in rows}


def read_known(session: Session, digests: Mapping[str, Digests], now: datetime) -> Known:
    """Look everybody up who is in the file."""
    people = _people(session, list(digests))
    return Known(
        people,
        _suppressed(session, digests),
        _paused(session, digests, now),
        {campaign.name: campaign.promise for campaign in session.scalars(select(Campaign))},
    )


def portions(items: Iterable[T]) -> Iterator[list[T]]:
    """The items, as many at once as one condition takes."""
    iterator = iter(items)
    while portion := list(islice(iterator, AT_ONCE)):
        yield portion


def provenance_values(row: Provenance) -> Values:
    """A stored provenance row by column, with its list."""
    return {"list_id": row.list_id, **{name: getattr(row, name) for name in PROVENANCE_COLUMNS}}


def _people(session: Session, normal_forms: Sequence[str]) -> dict[str, Person]:
    people: dict[str, Person] = {}
    for portion in portions(normal_forms):
        for contact in session.scalars(select(Contact).where(Contact.email_normal.in_(portion))):
            values = {name: getattr(contact, name) for name in CONTACT_COLUMNS}
            people[contact.email_normal] = Person(contact.id, values, contact.restricted_since is not None)
    by_id = {person.id: person for person in people.values()}
    for ids in portions(by_id):
        rows = select(Provenance).where(Provenance.contact_id.in_(ids)).order_by(Provenance.id)
        for row in session.scalars(rows):
            by_id[row.contact_id].provenance.append((row.id, provenance_values(row)))
        sent = select(OutreachMessage.contact_id, OutreachMessage.message_id)
        for contact_id, message_id in session.execute(sent.where(OutreachMessage.contact_id.in_(ids))):
            if message_id:
                by_id[contact_id].message_ids.add(message_id)
    return people


def _suppressed(session: Session, digests: Mapping[str, Digests]) -> frozenset[str]:
    """Who is stopped for good, as an address in any form, by domain, or because they are being or were erased."""
    stopped: set[tuple[str, str]] = set()
    lifted: set[str] = set()
    for scope, part in (("address", "people"), ("domain", "domains")):
        wanted = {digest for found in digests.values() for digest in getattr(found, part)}
        for portion in portions(sorted(wanted)):
            rows = select(Suppression.digest, Suppression.undone_at).where(
                Suppression.scope == scope, Suppression.digest.in_(portion)
            )
            for digest, undone_at in session.execute(rows):
                (lifted.add(digest) if undone_at else stopped.add((scope, digest)))
    erased = _erased(session, lifted)
    return frozenset(
        normal
        for normal, found in digests.items()
        if any(("address", digest) in stopped for digest in found.people)
        or any(("domain", digest) in stopped for digest in found.domains)
        or not erased.isdisjoint(found.people)
    )


def _erased(session: Session, lifted: set[str]) -> frozenset[str]:
    """Digests of those who are being erased, and of those who were, unless somebody lifted their stop afterwards."""
    rows = select(Erasure.digests, Erasure.state).where(Erasure.state != ErasureState.UNDONE)
    return frozenset(
        digest
        for digests, state in session.execute(rows)
        if state != ErasureState.DONE or lifted.isdisjoint(digests)
        for digest in digests
    )


def _paused(session: Session, digests: Mapping[str, Digests], now: datetime) -> frozenset[str]:
    """Who is paused at this moment."""
    by_digest: defaultdict[str, set[str]] = defaultdict(set)
    for normal, found in digests.items():
        for digest in found.people:
            by_digest[digest].add(normal)
    resting: set[str] = set()
    for portion in portions(by_digest):
        rows = select(Pause.digest).where(
            Pause.digest.in_(portion), Pause.ended_at.is_(None), Pause.until.is_(None) | (Pause.until > now)
        )
        for digest in session.scalars(rows):
            resting |= by_digest[digest]
    return frozenset(resting)
