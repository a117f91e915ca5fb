"""Accounts with their controller, the mailboxes that are read for them, and what their letters may rest on."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from daemon.records.base import NEVER_REUSE_IDS, Record


class Account(Record):
    """A mail account and the controller that writes from it (GDPR Art. 4(7), 13(1)(a)-(b)); as the settings say."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str]
    aliases: Mapped[list[str]]
    controller_name: Mapped[str | None]
    controller_seat: Mapped[str | None]
    controller_country: Mapped[str | None]
    """ISO 3166 code of the seat; its public holidays move deadlines."""
    controller_email: Mapped[str | None]
    representative: Mapped[str | None]
    officer: Mapped[str | None]
    authority: Mapped[str | None]
    storage_countries: Mapped[list[str] | None]
    safeguards: Mapped[str | None]
    """What protects data that is stored outside the EEA (Art. 46), in words."""


class MailboxCursor(Record):
    """How far one folder of an account has been read (RFC 9051 section 2.3.1.1: UID and UIDVALIDITY)."""

    __tablename__ = "mailboxes"
    __table_args__ = (UniqueConstraint("account_id", "folder"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    folder: Mapped[str]
    kind: Mapped[str] = mapped_column(default="replies")
    """What is read there: `replies`, or `sent`, what we wrote ourselves."""
    uidvalidity: Mapped[int]
    last_uid: Mapped[int]
    renumbered: Mapped[bool]
    """UIDVALIDITY has changed since the beginning: old mail may have new UIDs."""
    started_at: Mapped[datetime]
    """Nothing that arrived before is touched, even when the server renumbers."""
    lease_token: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    polled_at: Mapped[datetime | None]


class Assessment(Record):
    """A signed balancing test of Art. 6(1)(f), as the settings say; letters about the legal basis quote it."""

    __tablename__ = "assessments"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    interest: Mapped[str]
    weighed_on: Mapped[date]
    weighed_by: Mapped[str]
    outcome: Mapped[str]
    countries: Mapped[list[str]]
    """ISO 3166 codes of the contacts it holds for."""


class SignOff(Record):
    """A person has read the letters of one language as they are, and lets them leave by machine."""

    __tablename__ = "sign_offs"

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(index=True)
    digest: Mapped[str]
    """SHA-256 over the templates that were read: others need another signature."""
    signed_by: Mapped[str]
    signed_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
