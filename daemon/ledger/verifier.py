"""The verifier: walks the chain and names everything that was edited, dropped, moved, inserted or cut off.

Whoever may write the database could make a whole new chain with a new head. What such a forger cannot change are heads
that were noted elsewhere (in a letter, a log, a mail to the officer): pass those, and the chain must still hold them.
An entry that is dropped before it was sealed leaves no trace; the sealer runs every few seconds for that reason.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from daemon.ledger.chain import GENESIS, seal_of
from daemon.ledger.sealer import HEAD
from daemon.records.entry import LedgerEntry, LedgerHead

ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal, and its place in the chain."""

    seq: int
    seal: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at which place of the chain; None where the place itself is unknown."""

    seq: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier found; the ledger is as it was written when there are no problems."""

    entries: int
    sealed: int
    unsealed: int
    problems: tuple[Problem, ...]
    head: Head | None

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(session: Session, *, noted: Sequence[Head] = ()) -> Verdict:
    """Check the whole chain against itself, its stored head, and heads that were noted elsewhere.

    Use a session of `Database.read`: it sees the chain and its head at one moment.
    """
    total = session.scalar(select(func.count()).select_from(LedgerEntry)) or 0
    stored = session.get(LedgerHead, HEAD)
    entries = session.scalars(
        select(LedgerEntry)
        .where(or_(LedgerEntry.seq.is_not(None), LedgerEntry.seal.is_not(None), LedgerEntry.previous.is_not(None)))
        .order_by(LedgerEntry.seq, LedgerEntry.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    return check_chain(entries, total=total, stored=Head(stored.seq, stored.seal) if stored else None, noted=noted)


def check_chain(
    entries: Iterable[LedgerEntry], *, total: int, stored: Head | None, noted: Sequence[Head] = ()
) -> Verdict:
    """Verdict on the sealed entries, in the order of `seq`; `total` counts the unsealed ones too."""
    problems: list[Problem] = []
    last, sealed = Head(0, GENESIS), 0
    try:
        for entry in entries:
            problems += _problems_of(entry, last)
            problems += _unlike_noted(entry, noted)
            sealed += 1
            if isinstance(entry.seq, int) and entry.seal is not None:
                last = Head(entry.seq, entry.seal)
    except (ValueError, TypeError):  # a column that is no JSON, no time or no number any more
        problems.append(Problem(last.seq + 1, "cannot be read as an entry; it was changed after it was sealed"))
    problems += _problems_at_end(last, stored, noted)
    return Verdict(total, sealed, total - sealed, tuple(problems), last if sealed else None)


def _problems_of(entry: LedgerEntry, last: Head) -> Iterator[Problem]:
    if not isinstance(entry.seq, int) or entry.previous is None or entry.seal is None:  # SQLite keeps any type
        yield Problem(None, f"entry with id {entry.id}: its place or its seal was taken away")
        return
    if entry.seq != last.seq + 1:
        yield Problem(entry.seq, f"follows entry {last.seq}: what stood between them is gone")
    elif entry.previous != last.seal:
        yield Problem(entry.seq, "does not carry the seal of the entry before it: one of them was exchanged")
    if entry.seal != seal_of(entry, seq=entry.seq, previous=entry.previous):
        yield Problem(entry.seq, "was changed after it was sealed")


def _unlike_noted(entry: LedgerEntry, noted: Sequence[Head]) -> Iterator[Problem]:
    for head in noted:
        if head.seq == entry.seq and head.seal != entry.seal:
            yield Problem(entry.seq, "has another seal than the one noted elsewhere: the chain was made anew")


def _problems_at_end(last: Head, stored: Head | None, noted: Sequence[Head]) -> Iterator[Problem]:
    if stored is None:
        if last.seq > 0:
            yield Problem(last.seq, "the stored head of the ledger is gone")
    elif stored.seq < last.seq:
        yield Problem(last.seq, f"entries were added after the stored head, which is at {stored.seq}")
    elif stored.seq == last.seq and stored.seal != last.seal:
        yield Problem(last.seq, "has another seal than the stored head")
    for seq in sorted({head.seq for head in (stored, *noted) if head is not None and head.seq > last.seq}):
        yield Problem(seq, f"the chain ends at {last.seq} already: its end was cut off")
