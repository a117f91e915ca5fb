"""The background of a batch: everything stored about its people, read with one query a kind instead of one a person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, load_only

from classifiers.intents import Intent
from daemon.decisions.states import DeliveryState, ErasureState, ReplyState, RequestState
from daemon.records import (
    Assessment,
    Contact,
    Delivery,
    Erasure,
    Letter,
    OutreachMessage,
    Provenance,
    Reply,
    Request,
    Suppression,
)
from daemon.records.digests import Digester

OPEN = (RequestState.OPEN, RequestState.WITH_PERSON)
_OVER = (ErasureState.DONE, ErasureState.UNDONE)
_COUNTS = Delivery.state != DeliveryState.WITHDRAWN
"""A letter that waits counts like one that left: limits fail closed."""


@dataclass(frozen=True, slots=True)
class Written:
    """One letter to a person: about which of their mails, when, as which step, with what, and where it is."""

    reply_id: int
    created_at: datetime
    in_reply_to: str | None
    step: str
    sections: frozenset[str]
    state: str


@dataclass(slots=True)
class Person:
    """What is stored about one contact beside their own row."""

    provenance: list[Provenance] = field(default_factory=list)
    outreach: list[OutreachMessage] = field(default_factory=list)
    came: list[tuple[int, datetime, str | None]] = field(default_factory=list)
    """Identifier, arrival and Message-ID of each mail that came from them."""
    open_rights: list[tuple[int, Intent]] = field(default_factory=list)
    """Rights whose clocks run, with the mail that started each."""
    letters: list[Written] = field(default_factory=list)
    """Letters that were not withdrawn: of the last 30 days, and older ones that have not left."""
    waiting: set[int] = field(default_factory=set)
    """Mails of theirs that wait for a person."""
    erasing: set[int] = field(default_factory=set)
    """Mails of theirs whose erasure runs."""
    stopped_since: datetime | None = None
    assessment: Assessment | None = None
    """The balancing test that covers their country."""


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
    _read_letters(session, people, ids, now)
    _read_stops(session, digester, people, rows)
    _read_assessments(session, people, rows)
    return people


def _read_records(session: Session, people: dict[int, Person], ids: Sequence[int]) -> None:
    for row in session.scalars(select(Provenance).where(Provenance.contact_id.in_(ids)).order_by(Provenance.id)):
        people[row.contact_id].provenance.append(row)
    outreach = select(OutreachMessage).where(OutreachMessage.contact_id.in_(ids)).order_by(OutreachMessage.sent_at)
    for message in session.scalars(outreach):
        people[message.contact_id].outreach.append(message)
    came = (
        select(Reply.contact_id, Reply.id, Reply.received_at, Reply.message_id, Reply.state, Reply.automatic_kind)
        .where(Reply.contact_id.in_(ids))
        .order_by(Reply.received_at)
    )
    for contact_id, reply_id, received_at, message_id, state, robot in session.execute(came):
        if contact_id is None:
            continue
        people[contact_id].came.append((reply_id, received_at, message_id))
        if state == ReplyState.REVIEW and robot is None:
            people[contact_id].waiting.add(reply_id)


def _read_requests(session: Session, people: dict[int, Person], ids: Sequence[int]) -> None:
    rights = select(Request.contact_id, Request.reply_id, Request.right).where(
        Request.contact_id.in_(ids), Request.state.in_(OPEN)
    )
    for contact_id, reply_id, right in session.execute(rights):
        if contact_id is not None:
            people[contact_id].open_rights.append((reply_id, Intent(right)))
    erasures = select(Erasure.contact_id, Erasure.reply_id).where(
        Erasure.contact_id.in_(ids), Erasure.state.not_in(_OVER)
    )
    for contact_id, reply_id in session.execute(erasures):
        if contact_id is not None:
            people[contact_id].erasing.add(reply_id)


def _read_letters(session: Session, people: dict[int, Person], ids: Sequence[int], now: datetime) -> None:
    """Letters that count or wait; one whose sender died counts until it is settled."""
    recent = or_(Letter.created_at > now - timedelta(days=30), Delivery.state != DeliveryState.SENT)
    letters = (
        select(Letter, Delivery.state)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.contact_id.in_(ids), recent, _COUNTS)
        .options(load_only(Letter.reply_id, Letter.created_at, Letter.in_reply_to, Letter.step, Letter.sections))
    )
    for letter, state in session.execute(letters):
        written = Written(
            letter.reply_id, letter.created_at, letter.in_reply_to, letter.step, frozenset(letter.sections), state
        )
        people[letter.contact_id or 0].letters.append(written)


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


def _read_assessments(session: Session, people: dict[int, Person], rows: Sequence[Contact]) -> None:
    """For each person the newest balancing test that names their country; who has no country has none."""
    tests = list(session.scalars(select(Assessment).order_by(Assessment.weighed_on.desc(), Assessment.id)))
    for contact in rows:
        covering = (test for test in tests if contact.country and contact.country in test.countries)
        people[contact.id].assessment = next(covering, None)


def _last_hour(session: Session, now: datetime) -> Counter[str]:
    """Letters of the last hour by the domain they go to."""
    addresses = session.scalars(
        select(Contact.email_normal)
        .join(Letter, Letter.contact_id == Contact.id)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.created_at > now - timedelta(hours=1), _COUNTS)
    )
    return Counter(address.rpartition("@")[2] for address in addresses)
