"""Replies: every mail that came, what was made of it, and who decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from daemon.records.base import NEVER_REUSE_IDS, Record


class Reply(Record):
    """One mail from a mailbox, in exactly one state (daemon/decisions/states.py)."""

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "uidvalidity", "uid"),
        Index(None, "mailbox_id", "raw_digest"),
        Index(None, "state", "claimed_until"),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    uidvalidity: Mapped[int]
    uid: Mapped[int]
    received_at: Mapped[datetime]
    """The server's INTERNALDATE: clocks of rights start here."""
    stored_at: Mapped[datetime]
    size_bytes: Mapped[int]
    truncated: Mapped[bool]
    answered: Mapped[bool]
    r"""The mail was \Answered when it was fetched: a person got there first."""
    raw_digest: Mapped[str]
    """Keyed digest of the raw bytes, so that a renumbered mailbox is not read twice."""
    raw: Mapped[bytes | None]
    """The raw mail, encrypted; for mail that is not ours only its header."""
    raw_key: Mapped[bytes | None]
    state: Mapped[str]
    attempts: Mapped[int]
    claim_token: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    case: Mapped[str | None] = mapped_column(unique=True)
    """Case reference that letters and requests carry, for example `R-7K3MQ2XA`."""
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    matched_by: Mapped[str | None]
    message_id: Mapped[str | None]
    language: Mapped[str | None]
    automatic_kind: Mapped[str | None]
    automatic_rule: Mapped[str | None]
    unanswerable: Mapped[str | None]
    evidence: Mapped[list[Any] | None]
    """`{"level": "E0", "rule": name}` for each piece of evidence of who sent it."""
    plan: Mapped[list[str] | None]
    """What was decided, in words without personal data."""
    reasons: Mapped[list[str] | None]
    """Why it waits for a person, or why it ended as it did."""
    error: Mapped[str | None]
    """Exception type and place of the last failure, never its message."""
    decided_at: Mapped[datetime | None]


class PredictionRecord(Record):
    """What one model version said of a reply."""

    __tablename__ = "predictions"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), index=True)
    model_version: Mapped[str]
    language: Mapped[str | None]
    probabilities: Mapped[dict[str, Any]]
    act: Mapped[list[str]]
    maybe: Mapped[list[str]]
    review: Mapped[bool]
    reasons: Mapped[list[str]]
    made_at: Mapped[datetime]


class Review(Record):
    """A person's decision about one reply; it becomes a labelled example."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), index=True)
    reviewer: Mapped[str]
    intents: Mapped[list[str]]
    note: Mapped[str | None]
    decided_at: Mapped[datetime]
