"""The rows of a FETCH answer, kept apart by their own UID. Pure.

imapclient's `fetch` files a row without UID under its sequence number, where it becomes part of the mail that has this
number as UID: another mail's flags. Sequence numbers mean nothing here: a row without a UID is dropped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

Row = dict[bytes, object]
"""Data items of one mail by upper-case name, for example {b"UID": 7, b"RFC822.SIZE": 1200}."""

_DATE_TIME = re.compile(
    r" ?(\d{1,2})-([A-Za-z]{3})-((?:19[7-9]\d|2\d{3})) (\d\d):(\d\d):(\d\d) ([+-])([01]\d)([0-5]\d)", re.ASCII
)
"""RFC 9051 section 9, date-time; from 1970 on, because lost clocks and broken servers date mail before mail was."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rows_by_uid(parsed: Sequence[object], wanted: Iterable[int]) -> dict[int, Row]:
    """Return the wanted mails' rows from a flat "sequence number, items, sequence number, items ..." answer.

    Several rows of one UID are joined, the later winning; rows of mails that nobody asked for are dropped.
    """
    asked = frozenset(wanted)
    rows: dict[int, Row] = {}
    for items in parsed[1::2]:
        row = _named(items)
        uid = row.get(b"UID")
        if isinstance(uid, int) and uid in asked:
            rows.setdefault(uid, {}).update(row)
    return rows


def _named(items: object) -> Row:
    """Pair names and values of one row; ValueError where they do not pair."""
    if not isinstance(items, tuple) or len(items) % 2 or not all(isinstance(name, bytes) for name in items[::2]):
        raise ValueError("a FETCH row is no list of names and values")
    return {name.upper(): value for name, value in zip(items[::2], items[1::2], strict=True)}


def size_of(row: Row) -> int | None:
    """Return RFC822.SIZE in bytes, None where the server did not say."""
    size = row.get(b"RFC822.SIZE")
    return size if isinstance(size, int) else None


def flags_of(row: Row) -> frozenset[str]:
    r"""Return the flags as they were written, for example `\Answered`."""
    flags = row.get(b"FLAGS")
    if not isinstance(flags, tuple):
        return frozenset()
    return frozenset(flag.decode("ascii", "replace") if isinstance(flag, bytes) else str(flag) for flag in flags)


def internal_date_of(row: Row) -> datetime | None:
    """Return INTERNALDATE (RFC 9051 section 2.3.3) in UTC, None where it is missing or no date."""
    written = row.get(b"INTERNALDATE")
    found = _DATE_TIME.fullmatch(written.decode("ascii", "replace")) if isinstance(written, bytes) else None
    if not found:
        return None
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
    ahead = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    try:
        local = datetime(
            int(year), _MONTHS.index(month.title()) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC
        )
    except ValueError:
        return None
    return local - (ahead if sign == "+" else -ahead)


def body_of(row: Row, size_bytes: int | None) -> bytes | None:
    """Return what BODY[...] holds; None where there is none yet.

    Exchange announces a mail before its payload: an empty body of a mail that has a size is a body still to come.
    """
    for name, value in row.items():
        if name.startswith(b"BODY[") and isinstance(value, bytes):
            return value if value or size_bytes == 0 else None
    return None


def batches(sizes: Sequence[tuple[int, int]], *, max_count: int, max_bytes: int) -> Iterator[list[int]]:
    """Group (UID, size in bytes) in order, so that no group exceeds either limit unless it is a single mail."""
    group: list[int] = []
    held = 0
    for uid, size in sizes:
        if group and (len(group) >= max_count or held + size > max_bytes):
            yield group
            group, held = [], 0
        group.append(uid)
        held += size
    if group:
        yield group
