"""Contacts: the data subjects, how their data came, and what was sent to them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from daemon.records.base import NEVER_REUSE_IDS, Record


class Contact(Record):
    """One person (or role mailbox) that the controller holds data about."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    """The stored address: the only place personal data ever goes to."""
    email_normal: Mapped[str] = mapped_column(index=True)
    """Its normal form, compared exactly."""
    name: Mapped[str | None]
    company: Mapped[str | None]
    position: Mapped[str | None]
    country: Mapped[str | None]
    kind: Mapped[str]
    """`employee`, `role`, `sole_trader` or `consumer`."""
    language: Mapped[str | None]
    created_at: Mapped[datetime]
    letters_off_since: Mapped[datetime | None]
    """Set when a letter bounced: nothing goes out by machine any more."""
    restricted_since: Mapped[datetime | None]
    """Set while a dispute about the data is open: they are stored and used for nothing else (Art. 18(1)(a))."""


class ContactList(Record):
    """Contacts that came together, for example on a list that was bought, and share its answers."""

    __tablename__ = "contact_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    imported_at: Mapped[datetime]
    answers: Mapped[dict[str, Any]]
    """What all its rows share, by question, as it was typed (`daemon/contacts/answers.py`); nobody's personal data."""


class Provenance(Record):
    """How some of a contact's data came (GDPR Art. 14(2)(f)), one row for one set of items from one source."""

    __tablename__ = "provenance"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    list_id: Mapped[int | None] = mapped_column(ForeignKey("contact_lists.id"), index=True)
    """The list whose answers these are; None where they are this contact's own."""
    items: Mapped[list[str]]
    source_kind: Mapped[str]
    source: Mapped[str | None]
    obtained_on: Mapped[date | None]
    obtained_by: Mapped[str | None]
    verified_with: Mapped[str | None]
    publicly_accessible: Mapped[bool | None]
    purpose: Mapped[str | None]
    reason: Mapped[str | None]
    recipients: Mapped[list[str] | None]
    """An empty list states that nobody received the data; NULL that nobody knows."""
    stored_in: Mapped[list[str] | None]
    keep_until: Mapped[date | None]


class Campaign(Record):
    """A series of first mails and what its footer promised to whoever answers no."""

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    promise: Mapped[str]
    """`none`, `remove` (off the list) or `delete` (out of the database)."""
    footer: Mapped[str | None]
    """Text that stands in every mail of the campaign, by which sent mails are recognised as its."""


class OutreachMessage(Record):
    """One mail that was sent to a contact."""

    __tablename__ = "outreach_messages"
    __table_args__ = (UniqueConstraint("contact_id", "message_id"), Index(None, "message_id"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    message_id: Mapped[str | None]
    """With angle brackets; None where the sending tool does not say."""
    subject: Mapped[str | None]
    sent_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(default="import")
    """How we know of it: `import`, or `sent_folder`."""
    shared: Mapped[bool] = mapped_column(default=False)
    """Others got it too, so that knowing its identifier or its words proves nothing."""
    in_reply_to: Mapped[str | None] = mapped_column(index=True)
    """The message that it answers: where that is a reply, a person of ours was there first."""
    text: Mapped[bytes | None]
    """Its plain text, encrypted (`outreach.text`), so that quotes of it are recognised."""
    text_key: Mapped[bytes | None]
