"""Rows of a sending tool's export, as mails that were sent or as faults. Pure; a fault never repeats a value."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from email.utils import parsedate_to_datetime

from daemon.contacts.dates import DateOrderOpen, Order, order_of, read_date
from daemon.outreach_columns import WrongMapping
from daemon.records.digests import BadAddress, normal_form
from daemon.records.table import Row, Table

_MESSAGE_ID = re.compile(r"<?([^<>\s@]{1,400}@[^<>\s@]{1,400})>?")
_EPOCH = re.compile(r"(\d{10})(\d{3})?(?:\.\d+)?")
_TIME = re.compile(r"[ T,]+(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:[.,]\d+)?(?:\s*([AaPp])\.?[Mm]\.?)?\s*$")
_FORMATS = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%b %d %Y")
"""Days with the name of the month in English, as tools write them."""
_LONGEST_SUBJECT = 998
_NO_MESSAGE_ID = "is no Message-ID, for example <x1@example.com>; --map message_id= leaves the column out"
_NO_TIME = "is no date and time, for example 2026-03-02T09:30+01:00"
_NOON = 12


@dataclass(frozen=True, slots=True)
class SentRow:
    """One mail that a tool says it has sent."""

    line: int
    recipient: str
    """Normal form."""
    sent_at: datetime
    message_id: str | None
    subject: str | None
    campaign: str | None
    text: str | None
    """Plain or HTML, as the tool gives it."""
    in_reply_to: str | None


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in one row; `column` is as the file has it, empty for the row as a whole."""

    line: int
    column: str
    what: str


def read_rows(
    table: Table, columns: Mapping[str, str], zone: tzinfo = UTC, order: Order | None = None
) -> Iterator[SentRow | RowFault]:
    """Every row of a table; times without a zone are of `zone`. Raises WrongMapping where dates are ambiguous."""
    yield from (RowFault(bad.line, "", bad.what) for bad in table.bad)
    try:
        order = order or order_of(row.cells.get(columns["sent_at"], "") for row in table.rows)
    except DateOrderOpen as error:
        raise WrongMapping(f"column {columns['sent_at']!r}: {error}; say which by --dates") from None
    for row in table.rows:
        yield from _row(row, columns, zone, order)


def _row(row: Row, columns: Mapping[str, str], zone: tzinfo, order: Order | None) -> Iterator[SentRow | RowFault]:
    cells = {field: row.cells[column] for field, column in columns.items() if column in row.cells}
    recipient = sent_at = None
    faults = []
    try:
        recipient = normal_form(cells.get("recipient", ""))
    except BadAddress as error:
        faults.append(RowFault(row.line, columns["recipient"], str(error)))
    try:
        sent_at = moment(cells.get("sent_at", ""), zone, order)
    except (ValueError, OverflowError, OSError):
        faults.append(RowFault(row.line, columns["sent_at"], _NO_TIME))
    ids = {field: _identifier(cells.get(field)) for field in ("message_id", "in_reply_to")}
    if "message_id" in cells and ids["message_id"] is None:
        faults.append(
            RowFault(
                row.line,
                columns["message_id"],
                "is no Message-ID, for example <x1@example.com>; --map message_id= leaves it out",
            )
        )
    if recipient is None or sent_at is None or faults:
        yield from faults
        return
    yield SentRow(
        row.line, recipient, sent_at, ids["message_id"], _one_line(cells.get("subject")),
        _one_line(cells.get("campaign")), cells.get("text"), ids["in_reply_to"],
    )  # fmt: skip


def moment(cell: str, zone: tzinfo, order: Order | None) -> datetime:
    """A time as tools write it, in UTC: ISO 8601, RFC 5322, seconds since 1970, or a day with a time; ValueError."""
    text = cell.strip()
    if found := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]), UTC)
    with suppress(ValueError):
        return _in_utc(datetime.fromisoformat(text), zone)
    with suppress(ValueError, TypeError, IndexError):
        if text[:1].isalpha():
            return _in_utc(parsedate_to_datetime(text), zone)
    clock = _TIME.search(text)
    day = (text[: clock.start()] if clock else text).strip(" ,")
    with suppress(ValueError):
        return _at(datetime.combine(read_date(day, order), time()), clock, zone)
    for form in _FORMATS:
        with suppress(ValueError):
            return _at(datetime.strptime(day, form), clock, zone)  # noqa: DTZ007  the zone follows
    raise ValueError("no date")


def _at(day: datetime, clock: re.Match[str] | None, zone: tzinfo) -> datetime:
    if clock is None:
        return _in_utc(day, zone)
    hour, minute, second, half = int(clock[1]), int(clock[2]), int(clock[3] or 0), (clock[4] or "").lower()
    if half:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    return _in_utc(day.replace(hour=hour, minute=minute, second=second), zone)


def _in_utc(found: datetime, zone: tzinfo) -> datetime:
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _identifier(cell: str | None) -> str | None:
    found = _MESSAGE_ID.fullmatch(cell.strip()) if cell else None
    return f"<{found[1]}>" if found else None


def _one_line(cell: str | None) -> str | None:
    return " ".join(cell.split())[:_LONGEST_SUBJECT] or None if cell else None


def rows_of(found: Sequence[SentRow | RowFault]) -> tuple[list[SentRow], list[RowFault]]:
    """Good rows and faults apart; a row with a fault is no good one."""
    rows = [item for item in found if isinstance(item, SentRow)]
    return rows, sorted((item for item in found if isinstance(item, RowFault)), key=lambda fault: fault.line)
