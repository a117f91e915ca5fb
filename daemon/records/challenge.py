"""Challenges: one-time codes for whoever reads a stored address."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from daemon.records.base import NEVER_REUSE_IDS, Record


class ChallengeRecord(Record):
    """One code that was sent to a contact's stored address because of one reply."""

    __tablename__ = "challenges"
    __table_args__ = (Index(None, "contact_id", "created_at"), Index(None, "state", "valid_until"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"), unique=True)
    """The reply whose sender has to be proved."""
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    code_digest: Mapped[str] = mapped_column(unique=True)
    """Keyed digest of the code; the code itself stands in the encrypted facts of its letter alone."""
    state: Mapped[str]
    """`open`, `passed`, `expired` or `void`."""
    created_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
