"""Accounts with their controller, and the mailboxes that are read for them."""

from datetime import datetime

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
    uidvalidity: Mapped[int]
    last_uid: Mapped[int]
    renumbered: Mapped[bool]
    """UIDVALIDITY has changed since the beginning: old mail may have new UIDs."""
    started_at: Mapped[datetime]
    """Nothing that arrived before is touched, even when the server renumbers."""
    lease_token: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    polled_at: Mapped[datetime | None]
