"""Message to contact: by what it refers to, by what it returns, by who sent it, in that order."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.reading import Reading
from daemon.decisions.case import Evidence, Known, Match
from daemon.mail.erased import erased_senders
from daemon.mail.evidence import evidence_of, referred_ids, sender_address
from daemon.mail.sent_messages import Sent, answered_ids, newest_promises, sent_messages
from daemon.records import Contact
from daemon.records.digests import BadAddress, Digester, normal_form


@dataclass(frozen=True, slots=True)
class Found:
    """A match with what it rests on: the contact's row, the evidence, and the promise of the campaign's footer."""

    match: Match
    contact: Contact | None
    evidence: tuple[Evidence, ...]
    promise: str
    answered: bool = False
    """A mail in Sent answers this very message."""


MOST_RECIPIENTS = 100
"""Recipients that one bounce or report may name; more is an attempt on many at once."""

STRANGER = Match(Known.UNKNOWN, None, "none", other_sender=False)
ERASED = Match(Known.ERASED, None, "digest", other_sender=False)


def match_all(session: Session, readings: Iterable[Reading], digester: Digester | None = None) -> list[Found]:
    """Match a batch with a few queries; one `Found` for each reading, in order.

    Without a digester, people whom we erased are strangers.
    """
    batch = list(readings)
    sent = sent_messages(session, {message_id for reading in batch for message_id in _ids(reading)})
    wanted_ids = {contact for message in sent.values() for contact in message.contacts}
    addresses = {address for reading in batch for address in _addresses(reading)}
    contacts = _contacts(session, wanted_ids, addresses)
    answered = answered_ids(session, {reading.message.message_id for reading in batch} - {""})
    found = [_match(reading, sent, contacts) for reading in batch]
    found = [
        replace(one, answered=reading.message.message_id in answered) for reading, one in zip(batch, found, strict=True)
    ]
    return _with_erased(session, digester, batch, found) if digester else found


def _with_erased(session: Session, digester: Digester, batch: list[Reading], found: list[Found]) -> list[Found]:
    """Strangers who once were contacts."""
    senders = [sender_address(reading.message) for reading in batch]
    strangers = {sender for sender, one in zip(senders, found, strict=True) if sender and one.match is STRANGER}
    erased = erased_senders(session, digester, strangers)
    return [
        replace(one, match=ERASED) if one.match is STRANGER and sender in erased else one
        for sender, one in zip(senders, found, strict=True)
    ]


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


@dataclass(frozen=True, slots=True)
class _Contacts:
    by_id: dict[int, Contact]
    by_address: dict[str, Contact]
    promises: dict[int, str]
    """Of the newest mail to each whose campaign is known."""


def _contacts(session: Session, ids: set[int], addresses: set[str]) -> _Contacts:
    rows = session.scalars(select(Contact).where(Contact.id.in_(ids) | Contact.email_normal.in_(addresses))).all()
    return _Contacts(
        {row.id: row for row in rows},
        {row.email_normal: row for row in rows},
        newest_promises(session, [row.id for row in rows]),
    )


def _match(reading: Reading, sent: dict[str, Sent], contacts: _Contacts) -> Found:
    sender = sender_address(reading.message)
    by_address = contacts.by_address.get(sender or "")
    thread = next((sent[message_id] for message_id in _ids(reading) if message_id in sent), None)
    if thread is not None:
        contact = _whose(thread, by_address, contacts)
        if contact is not None:
            return _found(reading, contact, sent, contacts, _by(reading, thread))
    for address in failed_recipients(reading):
        if address in contacts.by_address:
            named = _found(reading, contacts.by_address[address], sent, contacts, "returned")
            return replace(named, match=replace(named.match, by_name_only=True))
    if by_address is not None:
        return _found(reading, by_address, sent, contacts, "address")
    return Found(STRANGER, None, (), "none")


def _whose(thread: Sent, by_address: Contact | None, contacts: _Contacts) -> Contact | None:
    """The contact a message went to; where one Message-ID went to several, the one who writes now."""
    if by_address is not None and by_address.id in thread.contacts:
        return by_address
    return contacts.by_id.get(next(iter(thread.contacts))) if len(thread.contacts) == 1 else None


def _by(reading: Reading, thread: Sent) -> str:
    if reading.automatic and reading.automatic.original_message_ids:
        return "letter" if thread.is_letter else "returned"
    return "references"


def _found(reading: Reading, contact: Contact, sent: dict[str, Sent], contacts: _Contacts, by: str) -> Found:
    own = {message_id for message_id, one in sent.items() if one.contacts == {contact.id} and not one.shared}
    evidence = evidence_of(reading.message, contact.email_normal, own)
    other_sender = sender_address(reading.message) != contact.email_normal
    match = Match(Known.CONTACT, contact.id, by, other_sender=other_sender)
    return Found(match, contact, evidence, _promise(reading, contact.id, sent, contacts))


def _promise(reading: Reading, contact: int, sent: dict[str, Sent], contacts: _Contacts) -> str:
    """What the footer promised that is answered; where that is not known, what the newest known one promised."""
    thread = (sent[message_id] for message_id in _ids(reading) if message_id in sent)
    said = (message.promises[contact] for message in thread if contact in message.promises)
    return next(said, contacts.promises.get(contact, "none"))
