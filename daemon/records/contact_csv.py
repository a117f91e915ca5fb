"""Contacts as a CSV file: bytes in, rows or faults out. Pure; a fault names its row and column, never a value."""

import csv
import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from daemon.errors import ReplydError
from daemon.records.contact_cells import (
    COLUMNS,
    CONTACT_COLUMNS,
    NEEDED,
    MessageCells,
    ProvenanceCells,
    faults_of,
    message_of,
    provenance_of,
)
from daemon.records.digests import normal_form


class BadFile(ReplydError):  # noqa: N818  the name is what went wrong
    """A file of which no row can be read."""

    permanent = True


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


def read_rows(raw: bytes) -> Iterator[ContactRow | Fault]:
    """Every row, as a contact or as its faults; raises BadFile where the file as a whole cannot be read."""
    reader = csv.reader(io.StringIO(_decoded(raw), newline=""), strict=True)
    try:
        head = _head(next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield from _row(reader.line_num, head, cells)
    except csv.Error as error:
        raise BadFile(f"line {reader.line_num}: this is not CSV ({error})") from None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadFile(
            f"line {line}: this is not UTF-8, perhaps Latin-1 or Windows-1252; save the file again as 'CSV UTF-8'"
        ) from None


def _head(cells: Sequence[str]) -> list[str]:
    """The columns of the file; raises BadFile for one that is not known, missing or there twice."""
    names = [cell.strip().lower() for cell in cells]
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        raise BadFile("line 1: the columns are not separated by commas; save the file again with commas")
    for name in names:
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(COLUMNS)}"
            raise BadFile(f"line 1: there is no column {name[:40]!r}; {hint}")
        if names.count(name) > 1:
            raise BadFile(f"line 1: the column {name} is there twice")
    if lacking := [name for name in NEEDED if name not in names]:
        raise BadFile(f"line 1: the column {lacking[0]} is missing")
    return names


def _row(line: int, head: Sequence[str], values: Sequence[str]) -> Iterator[ContactRow | Fault]:
    if len(values) != len(head):
        yield Fault(line, "", f"has {len(values)} cells, the head of the file has {len(head)}")
        return
    cells = {name: value.strip() for name, value in zip(head, values, strict=True) if value.strip()}
    if faults := [Fault(line, column, what) for column, what in faults_of(cells)]:
        yield from faults
        return
    yield ContactRow(
        line,
        cells["email"],
        normal_form(cells["email"]),
        {name: cells[name] for name in CONTACT_COLUMNS if name in cells},
        provenance_of(cells),
        message_of(cells),
    )
