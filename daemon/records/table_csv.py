"""CSV (RFC 4180) as programs of many countries write it, as a table. Pure."""

import csv
import io
import itertools
from collections.abc import Iterator, Sequence

from daemon.records.table import BadRow, Row, Table, checked, distinct
from daemon.records.table_text import BadFile

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

_SAMPLE_ROWS = 50
_BLANK = " \t\r\n\u00a0\u200b\ufeff"
"""What stands around a cell without being part of it: spaces, no-break and zero-width ones."""


def read_csv(text: str, encoding: str) -> Table:
    """Rows below the head, which is the first line; raises BadFile."""
    text, separator, skipped = _separator(text)
    records = _records(text, separator, skipped)
    head = _head(next(records, BadRow(1 + skipped, "the file is empty")))
    rows, bad = [], []
    for record in records:
        made = record if isinstance(record, BadRow) else _row(head, *record)
        if isinstance(made, BadRow):
            bad.append(made)
        elif made.cells:
            rows.append(made)
    return Table(head, tuple(rows), tuple(bad), encoding, f"CSV with {SEPARATORS[separator]}")


def _records(text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str]] | BadRow]:
    """Each record with the line on which it begins; after one with broken quotes the next line begins afresh."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise BadFile(f"line {line}: this is not CSV: a quote is opened here and never closed") from None
            last = reader.line_num + skipped
            lines = f" (up to line {last})" if last > line else ""
            yield BadRow(line, f"its quotes are broken{lines}: inside of quotes, a quote is written twice ({error})")


def _head(record: tuple[int, list[str]] | BadRow) -> tuple[str, ...]:
    if isinstance(record, BadRow):
        raise BadFile(f"line {record.line}: {record.what}")
    names = [name.strip(_BLANK) for name in record[1]]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise BadFile(f"line {record[0]}: the names of the columns have to stand in the first line")
    return distinct(names)


def _row(head: Sequence[str], line: int, values: Sequence[str]) -> Row | BadRow:
    cells = [value.strip(_BLANK) for value in values]
    if len(cells) != len(head) and any(cells) and (len(cells) < len(head) or any(cells[len(head) :])):
        return BadRow(line, f"has {len(cells)} cells, the head of the file has {len(head)}")
    return checked(line, dict(zip(head, cells, strict=False)))


def _separator(text: str) -> tuple[str, str, int]:
    """The text below an Excel line `sep=;`, what separates its cells, and how many lines were skipped."""
    first, _, rest = text.partition("\n")
    told = first.strip().lower().removeprefix("sep=")
    if first.lower().startswith("sep=") and (told or "\t") in SEPARATORS:
        return rest, told or "\t", 1
    return text, max(SEPARATORS, key=lambda separator: _fitness(text, separator)), 0


def _fitness(text: str, separator: str) -> tuple[bool, float, int]:
    """How well a separator explains the first rows: several columns, rows as long as the head, many columns."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        sample = [len(cells) for cells in itertools.islice(reader, _SAMPLE_ROWS) if any(cells)]
    except csv.Error:
        return False, 0.0, 0
    if not sample or sample[0] == 1:
        return False, 0.0, 0
    return True, sum(width == sample[0] for width in sample) / len(sample), sample[0]
