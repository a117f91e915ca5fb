"""A table as it was read from a file: rows of text with their lines, and the rows that could not be read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daemon.records.table_text import BadFile

LONGEST_CELL = 32_767
"""Characters, as many as a cell of Excel holds."""
MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file on which it begins (from 1), and its cells by column, those that are not empty."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that could not be read, and why; never what stands in it."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Table:
    """A whole file."""

    head: tuple[str, ...]
    """Names of the columns as the file has them; a second one is `Name (2)`, a nameless one `column 3`."""
    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]
    encoding: str
    form: str


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names of columns, each once; raises BadFile for too many."""
    if len(names) > MOST_COLUMNS:
        raise BadFile(f"there are more than {MOST_COLUMNS} columns")
    seen: dict[str, int] = {}
    made = []
    for number, name in enumerate(names, 1):
        shown = name[:200] or f"column {number}"
        seen[shown] = seen.get(shown, 0) + 1
        made.append(shown if seen[shown] == 1 else f"{shown} ({seen[shown]})")
    return tuple(made)


def checked(line: int, cells: Mapping[str, str]) -> Row | BadRow:
    """A row without its empty cells, unless one is too long."""
    if long := next((name for name, value in cells.items() if len(value) > LONGEST_CELL), None):
        return BadRow(line, f"the cell in {long[:40]!r} has more than {LONGEST_CELL} characters")
    return Row(line, {name: value for name, value in cells.items() if value})
