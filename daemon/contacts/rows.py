"""From a row of any table to a contact: fields picked, cells tidied, what is wrong said by line and column. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from daemon.contacts.answers import SUPPLIED, ListAnswers, cells_of
from daemon.contacts.dates import Order
from daemon.contacts.heads import FIRST_NAME, LAST_NAME
from daemon.contacts.kinds import EMPLOYEE, kind_by_rule
from daemon.contacts.tidying import TIDIED, raw_cell, source_kind_of, split_address, tidy
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
    picked = _picked(row, reading)
    cells, normal = picked.cells, picked.email_normal
    found = [*_address_faults(picked), *_kind_faults(picked, reading), *_source_faults(cells, reading)]
    own = {name: cells[name] for name in PROVENANCE_COLUMNS if name in cells}
    if reading.answers:
        cells = {**cells, **cells_of(reading.answers, own, reading.since)}
    known_good = {"email", *(reading.answers.keys() - own.keys())}
    said_already = {name for name, _ in found}
    found += [(name, what) for name, what in faults_of(cells, known_good=known_good) if name not in said_already]
    if found or normal is None:
        return [Fault(row.line, reading.columns.get(name, name), what) for name, what in found]
    said = {name: cells[name] for name in CONTACT_COLUMNS if name in cells}
    provenance, message = provenance_of(cells), message_of(cells)
    return ContactRow(row.line, cells["email"], normal, said, provenance, message, picked.ruled_kind)


def free_mail_lines(table: Table, reading: Reading) -> list[int]:
    """Lines of the rows of which a person has to say what kind of contact they are."""
    found = ((row.line, _kind_faults(_picked(row, reading), reading)) for row in table.rows)
    return [line for line, faults in found if any(faults)]


@dataclass(frozen=True, slots=True)
class _Picked:
    """The cells of a row by field, in the form that is checked."""

    cells: dict[str, str]
    email_normal: str | None
    """None where the address is none; then `fault` says why."""
    fault: str
    ruled_kind: bool


def _picked(row: Row, reading: Reading) -> _Picked:
    cells = {name: raw_cell(row.cells[head]) for name, head in reading.columns.items() if head in row.cells}
    parts = [cells.pop(part) for part in (FIRST_NAME, LAST_NAME) if part in cells]
    if parts:
        cells.setdefault("name", " ".join(parts))
    for name in TIDIED & cells.keys():
        cells[name] = tidy(name, cells[name], reading.orders.get(name))
    normal, fault = None, "is empty"
    if "email" in cells:
        cells["email"], display_name = split_address(cells["email"])
        if display_name and "name" not in reading.columns and not parts:
            cells["name"] = display_name
        normal, fault = _normal(cells["email"])
    if "source" in cells and "source_kind" not in cells and (kind := source_kind_of(cells["source"])):
        cells["source_kind"] = kind
    if "kind" in cells or ("kind" in reading.columns and reading.kind is None):
        return _Picked(cells, normal, fault, ruled_kind=False)
    if normal is None:
        cells["kind"] = EMPLOYEE  # the address is the fault, and the only one that is worth saying
    elif kind := kind_by_rule(normal, default=reading.kind, free_mail=reading.free_mail_kind):
        cells["kind"] = kind
    return _Picked(cells, normal, fault, ruled_kind=True)


def _normal(address: str) -> tuple[str | None, str]:
    """The normal form, or None and what is wrong."""
    if address.count("@") > 1:
        return None, "holds several addresses; write one in each row"
    try:
        normal = normal_form(address)
    except BadAddress as error:
        return None, str(error)
    return (normal, "") if "." in normal.rpartition("@")[2] else (None, "the domain has no dot; correct the address")


def _address_faults(picked: _Picked) -> Iterator[tuple[str, str]]:
    if picked.email_normal is None:
        yield "email", picked.fault


FREE_MAIL_FAULT = (
    "is not known of an address at a free mail service, which may be a consumer's; "
    "say it with --free-mail-kind sole_trader, consumer or employee"
)


def _kind_faults(picked: _Picked, reading: Reading) -> Iterator[tuple[str, str]]:
    """A kind that neither the file nor a rule says."""
    if "kind" not in picked.cells and "kind" not in reading.columns:
        yield "kind", FREE_MAIL_FAULT


def _source_faults(cells: Mapping[str, str], reading: Reading) -> Iterator[tuple[str, str]]:
    """A row's own source beside a list from a supplier: nobody may say that the supplier was that web page."""
    if "source" in cells and "source_kind" not in cells and reading.answers.get("source_kind") in SUPPLIED:
        yield "source", "is another source than the list's supplier, and its kind is not known; map source_kind too"


def kinds_by_rule(rows: Sequence[ContactRow]) -> dict[str, int]:
    """How many contacts got each kind by a rule or a default."""
    people = {row.email_normal: row.said["kind"] for row in rows if row.ruled_kind}
    return dict(Counter(people.values()).most_common())
