"""Erasures: from the decision through the grace to the day when nothing is left, and who has to do what for it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from daemon.records.base import NEVER_REUSE_IDS, Record


class Erasure(Record):
    """One person on the way out (GDPR Art. 17; states: daemon/decisions/states.py)."""

    __tablename__ = "erasures"
    __table_args__ = (
        Index(None, "contact_id", "state"),
        Index(None, "state", "grace_until"),
        Index(None, "swept_at", "purged_at"),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"), unique=True)
    """The reply that asked for it."""
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    """None once the person is erased."""
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case: Mapped[str] = mapped_column(index=True)
    digests: Mapped[list[str]]
    """Keyed digests of the address in its forms, so that a later mail of this person is recognised."""
    language: Mapped[str | None]
    """Language of its letters."""
    message_id: Mapped[str | None]
    """The mail that its letters answer; gone with the address."""
    released: Mapped[bool]
    """Its letters leave without a key, as the reply's would have."""
    state: Mapped[str]
    started_at: Mapped[datetime]
    grace_until: Mapped[datetime]
    """Until then a person can undo it."""
    purged_at: Mapped[datetime | None]
    """When all that was stored here went, but the address."""
    items: Mapped[list[str] | None]
    """What went then, by the field names of letters."""
    recipients: Mapped[list[str] | None]
    """Who had received the data, read before the source's record went: a person tells them (Art. 19)."""
    done_at: Mapped[datetime | None]
    """When the address went too."""
    ended_by: Mapped[str | None]
    """Who undid it, or has it finished without a letter."""
    swept_at: Mapped[datetime | None]
    """When what the database itself keeps of deleted rows went too; None while that is still to be done."""


class SystemTask(Record):
    """What a person has to do in one declared system for one erasure."""

    __tablename__ = "system_tasks"
    __table_args__ = (UniqueConstraint("erasure_id", "system"), Index(None, "state", "due"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    erasure_id: Mapped[int] = mapped_column(ForeignKey("erasures.id"))
    system: Mapped[str]
    """Its name as letters say it."""
    steps: Mapped[list[str]]
    due: Mapped[date]
    state: Mapped[str]
    """`open` or `done`."""
    opened_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    note: Mapped[bytes | None]
    """What the person noted, encrypted (`task.note`); it goes with the erasure."""
    note_key: Mapped[bytes | None]
