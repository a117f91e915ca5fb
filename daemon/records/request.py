"""What follows from replies: requests with clocks, pauses, suppressions."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from daemon.records.base import NEVER_REUSE_IDS, Record


class Request(Record):
    """One right, one person, one clock; one reply may open several."""

    __tablename__ = "requests"
    __table_args__ = (UniqueConstraint("reply_id", "right"), Index(None, "contact_id", "state"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    case: Mapped[str] = mapped_column(index=True)
    """Case reference; the requests of one reply share it."""
    right: Mapped[str]
    """Name of the intent that is the right asked for."""
    state: Mapped[str]
    received_at: Mapped[datetime]
    legal_due: Mapped[date]
    safe_due: Mapped[date]
    changed_at: Mapped[datetime]


class Pause(Record):
    """Outreach to one address stopped in doubt; ends by a decision or its date."""

    __tablename__ = "pauses"
    __table_args__ = (Index(None, "digest"), UniqueConstraint("reply_id", "digest"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    """Keyed digest of the address's normal form."""
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id"))
    reason: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class Suppression(Record):
    """Nobody writes to this address, domain or company again; kept as a keyed digest, it outlives erasure."""

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("scope", "digest"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str]
    """`address`, `domain` or `company`."""
    digest: Mapped[str]
    normal_form: Mapped[int]
    """Version of the normal form that was digested."""
    key_version: Mapped[int]
    reason: Mapped[str]
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id"))
    since: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    value: Mapped[bytes | None]
    """The address or domain itself, encrypted (`suppression.value`), for the list that the sending tool gets; gone with
    the person's erasure."""
    value_key: Mapped[bytes | None]


class KeyCheck(Record):
    """Check value of a key kept outside the database: with a wrong or lost key everything fails closed."""

    __tablename__ = "key_checks"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    check_value: Mapped[str]
