"""The background of a batch: everything stored about its people, read with one query a kind instead of one a person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from daemon.decisions.states import DeliveryState, RequestState
from daemon.records import Contact, Delivery, Letter, OutreachMessage, Provenance, Reply, Request, Suppression
from daemon.records.digests import Digester

OPEN = (RequestState.OPEN, RequestState.WITH_PERSON)
_COUNTS = Delivery.state != DeliveryState.WITHDRAWN
"""A letter that waits counts like one that left: limits fail closed."""
_ANSWERS = Letter.step != "challenge"
"""One-time codes have limits of their own; the answer that they lead to is not to wait a week for them."""


@dataclass(slots=True)
class Person:
    """What is stored about one contact beside their own row."""

    provenance: list[Provenance] = field(default_factory=list)
    outreach: list[OutreachMessage] = field(default_factory=list)
    came: list[tuple[int, datetime, str | None]] = field(default_factory=list)
    """Identifier, arrival and Message-ID of each mail that came from them."""
    open_rights: set[Intent] = field(default_factory=set)
    letters: list[tuple[datetime, str | None]] = field(default_factory=list)
    """When each letter of the last 30 days was written, and the Message-ID it answers."""
    stopped_since: datetime | None = None


@dataclass(slots=True)
class Background:
    """People by identifier, and the letters of the last hour by domain."""

    people: dict[int, Person]
    last_hour: Counter[str]

    def note_letter(self, domain: str) -> None:
        """Count a letter that has just been decided, so that the next decision of the batch knows of it."""
        self.last_hour[domain] += 1


def read_background(session: Session, digester: Digester, contacts: Iterable[Contact], now: datetime) -> Background:
    """Read what is stored about these contacts, inside the transaction that decides."""
    return Background(read_people(session, digester, contacts, now), _last_hour(session, now))


def read_people(session: Session, digester: Digester, contacts: Iterable[Contact], now: datetime) -> dict[int, Person]:
    """Read the people alone; used again for somebody about whom the same batch has already decided."""
    rows = list(contacts)
    people: defaultdict[int, Person] = defaultdict(Person)
    people.update((contact.id, Person()) for contact in rows)
    ids = sorted(people)
    _read_records(session, people, ids)
    _read_requests(session, people, ids)
    letters = (
        select(Letter.contact_id, Letter.created_at, Letter.in_reply_to)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.contact_id.in_(ids), Letter.created_at > now - timedelta(days=30), _COUNTS, _ANSWERS)
    )
    for contact_id, created_at, answered in session.execute(letters):
        if contact_id is not None:
            people[contact_id].letters.append((created_at, answered))
    _read_stops(session, digester, people, rows)
    return people


def _read_records(session: Session, people: dict[int, Person], ids: Sequence[int]) -> None:
    for row in session.scalars(select(Provenance).where(Provenance.contact_id.in_(ids)).order_by(Provenance.id)):
        people[row.contact_id].provenance.append(row)
    outreach = select(OutreachMessage).where(OutreachMessage.contact_id.in_(ids)).order_by(OutreachMessage.sent_at)
    for message in session.scalars(outreach):
        people[message.contact_id].outreach.append(message)
    came = (
        select(Reply.contact_id, Reply.id, Reply.received_at, Reply.message_id)
        .where(Reply.contact_id.in_(ids))
        .order_by(Reply.received_at)
    )
    for contact_id, reply_id, received_at, message_id in session.execute(came):
        if contact_id is not None:
            people[contact_id].came.append((reply_id, received_at, message_id))


def _read_requests(session: Session, people: dict[int, Person], ids: Sequence[int]) -> None:
    rights = select(Request.contact_id, Request.right).where(Request.contact_id.in_(ids), Request.state.in_(OPEN))
    for contact_id, right in session.execute(rights):
        if contact_id is not None:
            people[contact_id].open_rights.add(Intent(right))


def _read_stops(session: Session, digester: Digester, people: dict[int, Person], rows: Sequence[Contact]) -> None:
    """Since when outreach to each is stopped for good, by address in any form or by domain."""
    by_digest: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for contact in rows:
        addresses, domains = digester.of_every_version(contact.email)
        for scope, digests in (("address", addresses), ("domain", domains)):
            for digest in digests:
                by_digest[scope, digest].append(contact.id)
    wanted = [digest for _, digest in by_digest]
    stops = select(Suppression).where(
        Suppression.undone_at.is_(None),
        Suppression.scope.in_(("address", "domain")),  # the index begins with it
        Suppression.digest.in_(wanted),
    )
    for stop in session.scalars(stops.order_by(Suppression.id)):
        for contact_id in by_digest.get((stop.scope, stop.digest), ()):
            person = people[contact_id]
            person.stopped_since = min(person.stopped_since or stop.since, stop.since)


def _last_hour(session: Session, now: datetime) -> Counter[str]:
    """Letters of the last hour by the domain they go to."""
    addresses = session.scalars(
        select(Contact.email_normal)
        .join(Letter, Letter.contact_id == Contact.id)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.created_at > now - timedelta(hours=1), _COUNTS)
    )
    return Counter(address.rpartition("@")[2] for address in addresses)
