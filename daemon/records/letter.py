"""Letters and their delivery."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from daemon.records.base import NEVER_REUSE_IDS, Record


class Letter(Record):
    """One answer to one contact, its facts frozen when it was decided; rendered when it is claimed for sending."""

    __tablename__ = "letters"
    __table_args__ = (UniqueConstraint("reply_id", "step"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    """None once the person was erased."""
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    step: Mapped[str]
    """Which step this is; at most one letter each: `answer` (`answer_2` for what was proved or judged later),
    `challenge`, `extension`, `erasure_interim`, `erasure_completed`."""
    sections: Mapped[list[str]]
    language: Mapped[str]
    facts: Mapped[bytes | None]
    """Frozen `responses.facts.Facts` as JSON, encrypted."""
    facts_key: Mapped[bytes | None]
    in_reply_to: Mapped[str | None]
    references: Mapped[list[str]]
    message_id: Mapped[str] = mapped_column(unique=True)
    """Fixed when decided, so that a copy in Sent can be recognised."""
    created_at: Mapped[datetime]


class Delivery(Record):
    """The way of one letter to one mailbox (states: daemon/decisions/states.py)."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "not_before"), Index(None, "sent_at"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), unique=True)
    state: Mapped[str]
    not_before: Mapped[datetime]
    """End of the settling time, or of the wait before the next attempt."""
    token: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int]
    reason: Mapped[str | None]
    """Why it is held, refused or in doubt: a code, never text of a mail."""
    sent_at: Mapped[datetime | None]
    by_key: Mapped[bool] = mapped_column(default=False)
    """A person let it go; otherwise it leaves only while the letters of its language are signed off as they are."""
    copied_at: Mapped[datetime | None]
    """When a copy was put into the Sent folder."""


class FrozenCopy(Record):
    """What was held about a person when their request arrived; nothing later may change what they are told."""

    __tablename__ = "frozen_copies"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"), unique=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    facts: Mapped[bytes | None]
    """Frozen `responses.facts.Facts` as JSON, encrypted."""
    facts_key: Mapped[bytes | None]
    frozen_at: Mapped[datetime]
