"""From a row of any table to a contact: fields picked, cells tidied, what is wrong said by line and column. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from daemon.contacts.answers import SUPPLIED, ListAnswers, cells_of
from daemon.contacts.dates import Order
from daemon.contacts.heads import FIRST_NAME, LAST_NAME
from daemon.contacts.kinds import EMPLOYEE, kind_by_rule
from daemon.contacts.tidying import raw_cell, source_kind_of, split_address, tidy
from daemon.records.contact_cells import (
    CONTACT_COLUMNS,
    PROVENANCE_COLUMNS,
    MessageCells,
    ProvenanceCells,
    faults_of,
    message_of,
    provenance_of,
)
from daemon.records.digests import BadAddress, normal_form
from daemon.records.table import Row, Table


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell; `line` counts from 1, the head of the file included."""

    line: int
    column: str
    what: str


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One row: a contact, perhaps how some of its data came, perhaps a mail that went to it."""

    line: int
    email: str
    email_normal: str
    said: Mapping[str, str]
    """What the row says of the contact, by column; empty cells say nothing."""
    provenance: ProvenanceCells | None
    message: MessageCells | None
    ruled_kind: bool = False
    """The kind was not in the file: a rule or a default said it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of one table are to be understood."""

    columns: Mapping[str, str]
    """Column by field."""
    since: date
    """Day of the list's first import, where a term starts if nobody knows when the data were obtained."""
    orders: Mapping[str, Order | None] = field(default_factory=dict)
    """Whether day or month stands first, by field."""
    kind: str | None = None
    """Kind of those of whom the file says none."""
    free_mail_kind: str | None = None
    """Kind of those who write from free mail services; None: each of them is a fault, for a person has to say."""
    answers: ListAnswers = field(default_factory=dict)
    """What the list says of all rows."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A file as it was understood."""

    rows: tuple[ContactRow, ...]
    faults: tuple[Fault, ...]
    in_file: int
    """Rows that the file has, the bad ones included."""


def read_batch(table: Table, reading: Reading) -> Batch:
    """Every row, as a contact or as its faults."""
    rows: list[ContactRow] = []
    faults = [Fault(bad.line, "", bad.what) for bad in table.bad]
    for row in table.rows:
        made = read_row(row, reading)
        if isinstance(made, ContactRow):
            rows.append(made)
        else:
            faults += made
    return Batch(tuple(rows), tuple(faults), len(table.rows) + len(table.bad))


def read_row(row: Row, reading: Reading) -> ContactRow | list[Fault]:
    """One row, as a contact or as everything that is wrong with it."""
    cells, ruled = _cells(row, reading)
    found = [*_address_faults(cells), *_kind_faults(cells, reading), *_source_faults(cells, reading)]
    said_already = {name for name, _ in found}
    own = {name: cells[name] for name in PROVENANCE_COLUMNS if name in cells}
    if reading.answers:
        cells = {**cells, **cells_of(reading.answers, own, reading.since)}
    found += [(name, what) for name, what in faults_of(cells) if name not in said_already]
    if found:
        return [Fault(row.line, _shown(name, reading.columns), what) for name, what in found]
    return ContactRow(
        row.line,
        cells["email"],
        normal_form(cells["email"]),
        {name: cells[name] for name in CONTACT_COLUMNS if name in cells},
        provenance_of(cells),
        message_of(cells),
        ruled,
    )


def free_mail_lines(table: Table, reading: Reading) -> list[int]:
    """Lines of the rows of which a person has to say what kind of contact they are."""
    lines = []
    for row in table.rows:
        cells, _ = _cells(row, reading)
        if any(what == FREE_MAIL_FAULT for _, what in _kind_faults(cells, reading)):
            lines.append(row.line)
    return lines


def _cells(row: Row, reading: Reading) -> tuple[dict[str, str], bool]:
    """The cells of a row by field, in the form that is checked; and whether the kind was found by rule."""
    picked = {name: raw_cell(row.cells[head]) for name, head in reading.columns.items() if head in row.cells}
    parts = [picked.pop(part) for part in (FIRST_NAME, LAST_NAME) if part in picked]
    if parts:
        picked.setdefault("name", " ".join(parts))
    cells = {name: tidy(name, value, reading.orders.get(name)) for name, value in picked.items()}
    if "email" in cells:
        cells["email"], display_name = split_address(cells["email"])
        if display_name and "name" not in reading.columns and not parts:
            cells["name"] = display_name
    if "source" in cells and "source_kind" not in cells and (kind := source_kind_of(cells["source"])):
        cells["source_kind"] = kind
    if "kind" in cells or ("kind" in reading.columns and reading.kind is None):
        return cells, False
    if kind := _ruled_kind(cells, reading):
        cells["kind"] = kind
    return cells, True


def _ruled_kind(cells: Mapping[str, str], reading: Reading) -> str | None:
    try:
        normal = normal_form(cells.get("email", ""))
    except BadAddress:
        return EMPLOYEE  # the address is the fault, and the only one that is worth saying
    return kind_by_rule(normal, default=reading.kind, free_mail=reading.free_mail_kind)


def _address_faults(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    address = cells.get("email", "")
    if address.count("@") > 1:
        yield "email", "holds several addresses; write one in each row"
    elif "@" in address and "." not in address.partition("@")[2]:
        yield "email", "the domain has no dot; correct the address"


FREE_MAIL_FAULT = (
    "is not known of an address at a free mail service, which may be a consumer's; "
    "say it with --free-mail-kind sole_trader, consumer or employee"
)


def _kind_faults(cells: Mapping[str, str], reading: Reading) -> Iterator[tuple[str, str]]:
    """A kind that neither the file nor a rule says."""
    if "kind" not in cells and "kind" not in reading.columns:
        yield "kind", FREE_MAIL_FAULT


def _source_faults(cells: Mapping[str, str], reading: Reading) -> Iterator[tuple[str, str]]:
    """A row's own source beside a list from a supplier: nobody may say that the supplier was that web page."""
    if "source" in cells and "source_kind" not in cells and reading.answers.get("source_kind") in SUPPLIED:
        yield "source", "is another source than the list's supplier, and its kind is not known; map source_kind too"


def _shown(name: str, columns: Mapping[str, str]) -> str:
    """A field by the name that its column has in the file."""
    return columns.get(name, name)


def kinds_by_rule(rows: Sequence[ContactRow]) -> dict[str, int]:
    """How many contacts got each kind by a rule or a default."""
    people = {row.email_normal: row.said["kind"] for row in rows if row.ruled_kind}
    return dict(Counter(people.values()).most_common())
