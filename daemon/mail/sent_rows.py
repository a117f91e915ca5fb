"""What Sent tells of our contacts, as rows: each mail once for each contact, and nothing about anybody else."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.campaigns import Footer, campaign_of, open_campaigns
from daemon.decisions.states import ErasureState
from daemon.mail.sent_headers import SentHeader
from daemon.mail.sent_texts import seal_text
from daemon.records import Contact, Erasure, Letter, OutreachMessage
from daemon.records.encryption import Vault

SAME_MAIL = timedelta(minutes=10)
"""A sending tool that gives no Message-ID may also give another time than the mail does, by so much."""

_AT_ONCE = 5_000
"""Values in one query; a database takes some 30,000."""


@dataclass(frozen=True, slots=True)
class SentMail:
    """One mail that went to contacts, with its text where it could be read."""

    header: SentHeader
    contacts: frozenset[int]
    shared: bool
    """Others than one contact and ourselves got it."""
    subject: str | None
    text: str | None
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mail whose text is worth fetching: to which contacts it went, and whether others got it too."""

    contacts: frozenset[int]
    shared: bool


def wanted(session: Session, headers: Sequence[SentHeader], own: Collection[str]) -> dict[int, Wanted]:
    """By UID, the mails that went to contacts, are no letters of this service, and are not stored with their text.

    `own` are the normal forms of our addresses. What a contact wrote is none of ours, wherever it lies.
    """
    forms = {form for header in headers for form in (*header.recipients, *header.senders)} - {*own}
    contacts = _contacts(session, forms)
    ids = {header.message_id for header in headers if header.message_id}
    letters = set(session.scalars(select(Letter.message_id).where(Letter.message_id.in_(ids))))
    complete = {
        (row.contact_id, row.message_id)
        for row in session.execute(
            select(OutreachMessage.contact_id, OutreachMessage.message_id).where(
                OutreachMessage.message_id.in_(ids), OutreachMessage.text.is_not(None)
            )
        )
    }
    found: dict[int, Wanted] = {}
    for header in headers:
        people = frozenset(contacts[form] for form in header.recipients if form in contacts)
        if header.message_id in letters or any(form in contacts for form in header.senders):
            continue
        if any((contact, header.message_id) not in complete for contact in people):
            found[header.uid] = Wanted(people, shared=len(header.recipients - {*own}) > 1)
    return found


def _contacts(session: Session, forms: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    listed = sorted(forms)
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        rows = session.execute(select(Contact.email_normal, Contact.id).where(Contact.email_normal.in_(some)))
        found |= {row.email_normal: row.id for row in rows}
    return found


def store(session: Session, vault: Vault, mails: Sequence[SentMail], footers: Sequence[Footer]) -> list[int]:
    """Store what is new and fill what was known without its text; the contacts of the rows that changed, in order.

    A contact that has gone meanwhile, or whose data was purged, gets nothing.
    """
    return [contact for group in _groups(mails) for contact in _store(session, vault, group, footers)]


def _groups(mails: Sequence[SentMail]) -> Iterator[list[SentMail]]:
    """The mails in groups whose contacts fit one query."""
    group: list[SentMail] = []
    for mail in mails:
        if group and sum(len(other.contacts) for other in group) + len(mail.contacts) > _AT_ONCE:
            yield group
            group = []
        group.append(mail)
    if group:
        yield group


def _store(session: Session, vault: Vault, mails: Sequence[SentMail], footers: Sequence[Footer]) -> list[int]:
    people = lock_contacts(session, {contact for mail in mails for contact in mail.contacts})
    known = Known.of(session, people, {mail.header.message_id for mail in mails if mail.header.message_id})
    still_open = open_campaigns(session)
    changed: list[int] = []
    for mail in mails:
        campaign = campaign_of(mail.text, footers) if mail.text else None
        for contact in sorted(mail.contacts & people):
            row = known.row(contact, mail.header.message_id, mail.subject, mail.sent_at)
            if row is None:
                row = OutreachMessage(contact_id=contact, source="sent_folder", sent_at=mail.sent_at)
                session.add(row)
            elif row.text is not None or mail.text is None:
                continue
            _fill(row, mail, vault, campaign, still_open)
            known.add(row)
            changed.append(contact)
    session.flush()
    return changed


def _fill(row: OutreachMessage, mail: SentMail, vault: Vault, campaign: int | None, still_open: frozenset[int]) -> None:
    """Write what the mail tells into its row; what was known before stays."""
    row.message_id = row.message_id or mail.header.message_id
    row.in_reply_to = row.in_reply_to or mail.header.in_reply_to
    row.subject = row.subject or mail.subject
    if campaign is not None and (row.campaign_id is None or row.campaign_id in still_open):
        row.campaign_id = campaign
    row.shared = row.shared or mail.shared
    if mail.text is not None:
        seal_text(vault, row, mail.text)


def lock_contacts(session: Session, contacts: Collection[int]) -> set[int]:
    """Those of the contacts of whom something may be stored, locked in order, so that nobody stores it beside us."""
    query = select(Contact.id).where(Contact.id.in_(contacts)).order_by(Contact.id).with_for_update(key_share=True)
    purged = (ErasureState.PURGED, ErasureState.COMPLETING, ErasureState.DONE)
    leaving = select(Erasure.contact_id).where(Erasure.contact_id.in_(contacts), Erasure.state.in_(purged))
    return set(session.scalars(query)) - set(session.scalars(leaving))


class Known:
    """Stored messages of some contacts, each found once."""

    def __init__(self, rows: Iterable[OutreachMessage]) -> None:
        self._named: dict[tuple[int, str], OutreachMessage] = {}
        self._alike: dict[tuple[int, str], list[OutreachMessage]] = {}
        for row in rows:
            self.add(row)

    @classmethod
    def of(cls, session: Session, contacts: Collection[int], message_ids: Collection[str]) -> "Known":
        """What is stored of these contacts under these identifiers, or under none."""
        this = select(OutreachMessage).where(OutreachMessage.contact_id.in_(contacts))
        named = this.where(OutreachMessage.message_id.in_(message_ids))
        nameless = this.where(OutreachMessage.message_id.is_(None))
        return cls([*session.scalars(named), *session.scalars(nameless)])

    @classmethod
    def all_of(cls, session: Session, contacts: Collection[int]) -> "Known":
        """All that is stored of these contacts, for rows without an identifier."""
        return cls(session.scalars(select(OutreachMessage).where(OutreachMessage.contact_id.in_(contacts))))

    def add(self, row: OutreachMessage) -> None:
        """Take a row in, which may be known."""
        if row.message_id is not None:
            self._named[row.contact_id, row.message_id] = row
        alike = self._alike.setdefault((row.contact_id, _subject(row.subject)), [])
        if row not in alike:
            alike.append(row)

    def row(
        self, contact: int, message_id: str | None, subject: str | None, sent_at: datetime
    ) -> OutreachMessage | None:
        """The row of this mail to this contact: by identifier; where one of the two has none, by subject and time."""
        if message_id is not None and (named := self._named.get((contact, message_id))):
            return named
        near = [
            row
            for row in self._alike.get((contact, _subject(subject)), ())
            if abs(row.sent_at - sent_at) <= SAME_MAIL and (message_id is None or row.message_id is None)
        ]
        return min(near, key=lambda row: abs(row.sent_at - sent_at), default=None)


def _subject(subject: str | None) -> str:
    return " ".join((subject or "").casefold().split())
