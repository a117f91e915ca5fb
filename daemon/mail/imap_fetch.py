"""Fetching mails in bounded portions: sizes first, then bodies, no more at once than memory was promised."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from daemon.mail.imap_rows import Row, batches, body_of, flags_of, internal_date_of, size_of
from daemon.mail.imap_stream import MIB

FETCH_COUNT = 200
"""Mails asked for at once: a command line of at most 2.2 kB (a server takes 8 kB, RFC 9051 section 4)."""
FETCH_BYTES = 8 * MIB
_META = "UID RFC822.SIZE INTERNALDATE FLAGS"

RowsOf = Callable[[Sequence[int], str], Mapping[int, Row]]
"""Fetches these data items of these UIDs. An unreadable row comes back empty, the row of a vanished mail not at all."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail. `raw` None: the server has it and did not give it, ask again later; `truncated`: its beginning."""

    uid: int
    internal_date: datetime | None
    """When the server received it, UTC; None where it gave no date that makes sense."""
    size_bytes: int
    flags: frozenset[str]
    raw: bytes | None = field(repr=False)
    truncated: bool


def fetch_mails(rows_of: RowsOf, uids: Sequence[int], max_bytes: int) -> Iterator[Fetched]:
    """Yield the mails that exist, in the order given; of one above `max_bytes`, or of unknown size, its beginning."""
    for start in range(0, len(uids), FETCH_COUNT):
        metas = rows_of(uids[start : start + FETCH_COUNT], _META)
        costs = [(uid, _cost(metas[uid], max_bytes)) for uid in uids[start : start + FETCH_COUNT] if uid in metas]
        for group in batches(costs, max_count=FETCH_COUNT, max_bytes=FETCH_BYTES):
            partial = not _fits(metas[group[0]], max_bytes)
            bodies = rows_of(group, f"UID BODY.PEEK[]<0.{max_bytes}>" if partial else "UID BODY.PEEK[]")
            for uid in group:
                yield _fetched(uid, metas[uid], bodies.get(uid, {}), max_bytes if partial else None)


def _fits(meta: Row, max_bytes: int) -> bool:
    size = size_of(meta)
    return size is not None and size <= max_bytes


def _cost(meta: Row, max_bytes: int) -> int:
    """Return the bytes a mail counts for; one that is fetched in part counts so much that it goes alone."""
    size = size_of(meta)
    return size if size is not None and size <= max_bytes else FETCH_BYTES + 1


def _fetched(uid: int, meta: Row, body: Row, cut_at: int | None) -> Fetched:
    size = size_of(meta)
    raw = body_of(body, size)
    return Fetched(
        uid=uid,
        internal_date=internal_date_of(meta),
        size_bytes=len(raw or b"") if size is None else size,
        flags=flags_of(meta),
        raw=raw,
        truncated=raw is not None and cut_at is not None and len(raw) >= cut_at,
    )
