"""Message to contact: by what it refers to, by what it returns, by who sent it, in that order."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.reading import Reading
from daemon.decisions.case import Evidence, Known, Match
from daemon.mail.evidence import evidence_of, referred_ids, sender_address
from daemon.records import Campaign, Contact, Letter, OutreachMessage
from daemon.records.digests import BadAddress, normal_form


@dataclass(frozen=True, slots=True)
class Found:
    """A match with what it rests on: the contact's row, the evidence, and the promise of the campaign's footer."""

    match: Match
    contact: Contact | None
    evidence: tuple[Evidence, ...]
    promise: str


MOST_RECIPIENTS = 100
"""Recipients that one bounce or report may name; more is an attempt on many at once."""

STRANGER = Match(Known.UNKNOWN, None, "none", other_sender=False)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message of ours: to whom it went, and what the footer of its campaign promised."""

    contacts: frozenset[int]
    promise: str
    is_letter: bool


def match_all(session: Session, readings: Iterable[Reading]) -> list[Found]:
    """Match a batch with three queries; one `Found` for each reading, in order."""
    batch = list(readings)
    sent = _sent_messages(session, {message_id for reading in batch for message_id in _ids(reading)})
    wanted_ids = {contact for message in sent.values() for contact in message.contacts}
    addresses = {address for reading in batch for address in _addresses(reading)}
    contacts = _contacts(session, wanted_ids, addresses)
    return [_match(reading, sent, contacts) for reading in batch]


def _ids(reading: Reading) -> tuple[str, ...]:
    returned = reading.automatic.original_message_ids if reading.automatic else ()
    return (*returned, *referred_ids(reading.message))


def _addresses(reading: Reading) -> tuple[str, ...]:
    sender = sender_address(reading.message)
    return (*([sender] if sender else []), *failed_recipients(reading))


def failed_recipients(reading: Reading) -> tuple[str, ...]:
    """Normal forms of the addresses that a bounce or report is about; none where it names too many."""
    forms = []
    named = reading.automatic.recipients if reading.automatic else ()
    for address in named if len(named) <= MOST_RECIPIENTS else ():
        try:
            forms.append(normal_form(address))
        except BadAddress:
            continue
    return tuple(forms)


def _sent_messages(session: Session, message_ids: set[str]) -> dict[str, _Sent]:
    found: dict[str, _Sent] = {}
    if not message_ids:
        return found
    outreach = session.execute(
        select(OutreachMessage.message_id, OutreachMessage.contact_id, Campaign.promise)
        .outerjoin(Campaign, Campaign.id == OutreachMessage.campaign_id)
        .where(OutreachMessage.message_id.in_(message_ids))
    )
    for message_id, contact_id, promise in outreach:
        if message_id is None:
            continue
        before = found.get(message_id)
        contacts = frozenset({contact_id}) | (before.contacts if before else frozenset())
        found[message_id] = _Sent(contacts, promise or "none", is_letter=False)
    letters = session.execute(select(Letter.message_id, Letter.contact_id).where(Letter.message_id.in_(message_ids)))
    for message_id, answered in letters:
        found[message_id] = _Sent(frozenset({answered} if answered else ()), "none", is_letter=True)
    return found


@dataclass(frozen=True, slots=True)
class _Contacts:
    by_id: dict[int, Contact]
    by_address: dict[str, Contact]
    promises: dict[int, str]


def _contacts(session: Session, ids: set[int], addresses: set[str]) -> _Contacts:
    rows = session.scalars(select(Contact).where(Contact.id.in_(ids) | Contact.email_normal.in_(addresses))).all()
    promises = session.execute(
        select(OutreachMessage.contact_id, Campaign.promise)
        .join(Campaign, Campaign.id == OutreachMessage.campaign_id)
        .where(OutreachMessage.contact_id.in_([row.id for row in rows]))
        .order_by(OutreachMessage.sent_at)
    )
    return _Contacts(
        {row.id: row for row in rows},
        {row.email_normal: row for row in rows},
        {contact_id: promise for contact_id, promise in promises},  # noqa: C416  rows are no pairs to a type checker
    )


def _match(reading: Reading, sent: dict[str, _Sent], contacts: _Contacts) -> Found:
    sender = sender_address(reading.message)
    by_address = contacts.by_address.get(sender or "")
    thread = next((sent[message_id] for message_id in _ids(reading) if message_id in sent), None)
    if thread is not None:
        contact = _whose(thread, by_address, contacts)
        if contact is not None:
            return _found(reading, contact, sent, contacts, _by(reading, thread), thread.promise)
    for address in failed_recipients(reading):
        if address in contacts.by_address:
            named = _found(reading, contacts.by_address[address], sent, contacts, "returned", None)
            return replace(named, match=replace(named.match, by_name_only=True))
    if by_address is not None:
        return _found(reading, by_address, sent, contacts, "address", None)
    return Found(STRANGER, None, (), "none")


def _whose(thread: _Sent, by_address: Contact | None, contacts: _Contacts) -> Contact | None:
    """The contact a message went to; where one Message-ID went to several, the one who writes now."""
    if by_address is not None and by_address.id in thread.contacts:
        return by_address
    return contacts.by_id.get(next(iter(thread.contacts))) if len(thread.contacts) == 1 else None


def _by(reading: Reading, thread: _Sent) -> str:
    if reading.automatic and reading.automatic.original_message_ids:
        return "letter" if thread.is_letter else "returned"
    return "references"


def _found(
    reading: Reading, contact: Contact, sent: dict[str, _Sent], contacts: _Contacts, by: str, promise: str | None
) -> Found:
    own = {message_id for message_id, message in sent.items() if message.contacts == {contact.id}}
    evidence = evidence_of(reading.message, contact.email_normal, own)
    other_sender = sender_address(reading.message) != contact.email_normal
    match = Match(Known.CONTACT, contact.id, by, other_sender=other_sender)
    known_promise = promise if promise and promise != "none" else contacts.promises.get(contact.id, "none")
    return Found(match, contact, evidence, known_promise)
