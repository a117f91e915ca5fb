"""The cells of a contacts file: their columns, what may stand in them, and the values they become. Pure."""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from daemon.records.digests import BadAddress, normal_form
from responses.facts import SourceKind

CONTACT_COLUMNS = ("email", "name", "company", "position", "country", "kind", "language")
PROVENANCE_COLUMNS = (
    "items", "source_kind", "source", "obtained_on", "obtained_by", "verified_with", "publicly_accessible",
    "purpose", "reason", "recipients", "stored_in", "keep_until",
)  # fmt: skip
MESSAGE_COLUMNS = ("campaign", "promise", "message_id", "subject", "sent_at")
COLUMNS = (*CONTACT_COLUMNS, *PROVENANCE_COLUMNS, *MESSAGE_COLUMNS)
NEEDED = ("email", "kind")

KINDS = ("employee", "role", "sole_trader", "consumer")
PROMISES = ("none", "remove", "delete")
ITEMS = CONTACT_COLUMNS[:5]
"""What a provenance row may be about: the columns that describe a person. Without `items`, all that the row says."""

LONGEST_CELL = 2000
"""Characters."""

_CONTROL = re.compile(r"[\x00-\x1f]")

Cells = Mapping[str, str]
"""The cells of one row that are not empty, by column."""


@dataclass(frozen=True, slots=True)
class ProvenanceCells:
    """How some data came; as in `records.Provenance`."""

    items: tuple[str, ...]
    source_kind: str
    source: str | None
    obtained_on: date | None
    obtained_by: str | None
    verified_with: str | None
    publicly_accessible: bool | None
    purpose: str | None
    reason: str | None
    recipients: tuple[str, ...] | None
    stored_in: tuple[str, ...] | None
    keep_until: date | None


@dataclass(frozen=True, slots=True)
class MessageCells:
    """One mail that was sent; as in `records.OutreachMessage` and `records.Campaign`."""

    campaign: str | None
    promise: str | None
    message_id: str
    subject: str | None
    sent_at: datetime


def _listed(cell: str | None) -> tuple[str, ...] | None:
    """`a; b` as a list, `none` as the empty one, an empty cell as not known."""
    if cell is None:
        return None
    return () if cell.lower() == "none" else tuple(part.strip() for part in cell.split(";") if part.strip())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment.astimezone(UTC)


def _day(cell: str | None) -> date | None:
    return None if cell is None else date.fromisoformat(cell)


_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def provenance_of(cells: Cells) -> ProvenanceCells | None:
    """What a row without faults says of how data came; None where it says nothing."""
    if not any(name in cells for name in PROVENANCE_COLUMNS):
        return None
    public = cells.get("publicly_accessible")
    return ProvenanceCells(
        items=_listed(cells.get("items")) or tuple(name for name in ITEMS if name in cells),
        source_kind=cells["source_kind"],
        source=cells.get("source"),
        obtained_on=_day(cells.get("obtained_on")),
        obtained_by=cells.get("obtained_by"),
        verified_with=cells.get("verified_with"),
        publicly_accessible=None if public is None else _YES_NO[public.lower()],
        purpose=cells.get("purpose"),
        reason=cells.get("reason"),
        recipients=_listed(cells.get("recipients")),
        stored_in=_listed(cells.get("stored_in")),
        keep_until=_day(cells.get("keep_until")),
    )


def message_of(cells: Cells) -> MessageCells | None:
    """What a row without faults says of a mail that was sent; None where it says nothing."""
    if not any(name in cells for name in MESSAGE_COLUMNS):
        return None
    message_id = cells["message_id"]
    return MessageCells(
        campaign=cells.get("campaign"),
        promise=cells.get("promise"),
        message_id=message_id if message_id.startswith("<") else f"<{message_id}>",
        subject=cells.get("subject"),
        sent_at=_moment(cells["sent_at"]),
    )


def faults_of(cells: Cells, *, known_good: Container[str] = ()) -> Iterator[tuple[str, str]]:
    """Column and fault of everything that is wrong in one row; columns that are `known_good` are not looked at."""
    for name in (*NEEDED, *_needed_too(cells)):
        if name not in cells:
            yield name, "is empty"
    for name, value in cells.items():
        if name not in known_good and (what := fault_in(name, value)):
            yield name, what


def fault_in(name: str, value: str) -> str | None:
    """What is wrong with one cell that is not empty; None when nothing is."""
    if len(value) > LONGEST_CELL or _CONTROL.search(value):
        return f"has a line break, a control character, or more than {LONGEST_CELL} characters"
    return _CHECKS[name](value) if name in _CHECKS else None


def _needed_too(cells: Cells) -> Iterator[str]:
    """What a row needs because of what it says."""
    if any(name in cells for name in PROVENANCE_COLUMNS):
        yield "source_kind"
    if any(name in cells for name in MESSAGE_COLUMNS):
        yield from ("message_id", "sent_at")
    if "promise" in cells:
        yield "campaign"


Check = Callable[[str], str | None]


def _one_of(*values: str) -> Check:
    return lambda cell: None if cell in values else f"must be one of {', '.join(values)}"


def _form(pattern: str, expected: str) -> Check:
    return lambda cell: None if re.fullmatch(pattern, cell) else f"must be {expected}"


def _readable(read: Callable[[str], object], expected: str) -> Check:
    def check(cell: str) -> str | None:
        try:
            read(cell)
        except ValueError:
            return f"must be {expected}"
        return None

    return check


def _address(cell: str) -> str | None:
    try:
        normal_form(cell)
    except BadAddress as error:
        return str(error)
    return None


def _items(cell: str) -> str | None:
    named = _listed(cell)
    return None if named and set(named) <= set(ITEMS) else f"must be some of {'; '.join(ITEMS)}"


_DAY = _readable(date.fromisoformat, "a date as 2026-03-02")

_CHECKS: dict[str, Check] = {
    "email": _address,
    "country": _form(r"[A-Z]{2}", "an ISO 3166 code in capitals, for example DE"),
    "kind": _one_of(*KINDS),
    "language": _form(r"[a-z]{2,3}", "a code of a language, for example de"),
    "items": _items,
    "source_kind": _one_of(*SourceKind),
    "obtained_on": _DAY,
    "publicly_accessible": lambda cell: None if cell.lower() in _YES_NO else "must be yes or no",
    "keep_until": _DAY,
    "promise": _one_of(*PROMISES),
    "message_id": _form(r"<[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+", "a Message-ID, for example <x1@example.com>"),
    "sent_at": _readable(_moment, "a time with its zone, as 2026-03-02T09:30:00+01:00"),
}
