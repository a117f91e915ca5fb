"""The ledger's rows: entries, the subjects they speak of, and the leases that keep workers apart."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from daemon.records.base import NEVER_REUSE_IDS, Record


class Subject(Record):
    """A person as the ledger knows them: a commitment, and its opening as long as they are not erased."""

    __tablename__ = "subjects"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), unique=True)
    commitment: Mapped[str] = mapped_column(unique=True)
    """HMAC-SHA-256 of the address's normal form under the opening, in hex."""
    opening: Mapped[bytes | None]
    """The opening, encrypted; destroyed at erasure."""
    opening_key: Mapped[bytes | None]


class LedgerEntry(Record):
    """One fact of what was done; written unsealed in the work's own transaction, chained later by the sealer."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        Index(
            "ix_ledger_entries_unsealed", "id", sqlite_where=text("seq IS NULL"), postgresql_where=text("seq IS NULL")
        ),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    subject: Mapped[str | None]
    """Commitment to the person, never who they are."""
    payload: Mapped[dict[str, Any]]
    """What happened, without personal data."""
    seq: Mapped[int | None] = mapped_column(unique=True)
    previous: Mapped[str | None]
    seal: Mapped[str | None]
    """SHA-256 over the canonical form of the entry and the previous seal, in hex."""


class LedgerHead(Record):
    """How far the ledger is sealed, so that a chain cut off at its end is noticed."""

    __tablename__ = "ledger_heads"

    name: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    seal: Mapped[str]
    sealed_at: Mapped[datetime]


class Lease(Record):
    """Who may do a job that only one may do at a time; the token is checked again by the work itself."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str]
    until: Mapped[datetime]
