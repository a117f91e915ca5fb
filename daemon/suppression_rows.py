"""Files of a sending tool, row by row: CSV, one address a line, or JSON lines; a million rows take no memory.

`records/table_file.py` reads a table as a whole, which is right for contacts. Here one column counts, the rest of a row
goes through as it came, byte for byte, and a file may be far larger.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from daemon.records.table_text import BadFile, decoded

ADDRESS_COLUMNS = (
    "email", "e-mail", "mail", "email address", "e-mail address", "email_address", "emailaddress", "e-mail-adresse",
    "lead email", "lead_email", "prospect email", "contact email", "recipient", "recipient email",
)  # fmt: skip
"""Heads of the column with the address, in lower case, as sending tools and address books write them."""

OTHER_COLUMNS = ("value", "bl_value", "domain", "md5", "sha1", "sha256", "hash", "email_md5", "email_sha256")
"""Heads of a list of opt-outs that names domains or hashes."""

_SAMPLE_BYTES = 65_536
_SAMPLE_ROWS = 50
_LONGEST_LINE = 1_000_000
"""Characters: what is longer is no line of a list, and must not fill the memory."""
_HASH = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_BLANK = " \t\r\n\u00a0\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line on which it begins (from 1), what stands in the column, and the row as it came."""

    line: int
    value: str
    cells: Sequence[str]
    raw: str
    """With its line break."""
    fault: str | None = None
    """Why nothing can be said about it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A file that was looked into: how it is read, and its head."""

    path: Path
    encoding: str
    head: tuple[str, ...]
    """Names of the columns; empty where the first line is a row already."""
    raw_head: str
    separator: str | None
    """None for JSON lines."""
    column: int
    name: str

    def __iter__(self) -> Iterator[Row]:
        """Every row that is not empty; raises BadFile where the file cannot be read on."""
        with self.path.open(encoding=self.encoding, newline="") as text:
            try:
                yield from (_json_rows if self.separator is None else _csv_rows)(self, text)
            except UnicodeDecodeError:
                raise BadFile(f"{self.path}: the file begins as {self.encoding} but is not; save it again") from None

    @property
    def kept_as(self) -> str:
        """The encoding to write rows of it in: the same bytes, but UTF-8 for UTF-16."""
        return "latin-1" if self.ascii_only else "utf-8"

    @property
    def ascii_only(self) -> bool:
        """The encoding is not known: letters beyond ASCII are kept as bytes, and an address with them is not read."""
        return self.encoding == "latin-1"


def look_into(path: Path, column: str | None = None) -> Rows:
    """Find out how a file is to be read, and which column counts; raises BadFile that says what to do."""
    try:
        encoding = _encoding(path)
        with path.open(encoding=encoding, newline="") as text:
            sample = text.read(_SAMPLE_BYTES)
    except OSError as error:
        raise BadFile(f"{path} cannot be read ({type(error).__name__})") from None
    if sample.lstrip()[:1] == "[":
        raise BadFile(f"{path} is one JSON array; write one object a line (JSON lines), or save it as CSV")
    if sample.lstrip()[:1] in {"{", '"'} and _is_json(sample.lstrip().partition("\n")[0]):
        return Rows(path, encoding, (), "", None, 0, column or "")
    return _look_into_csv(path, encoding, sample, column)


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _encoding(path: Path) -> str:
    """UTF-8 where all of it is, UTF-16 by its mark; anything else byte for byte. Raises BadFile for what is no text."""
    check = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as opened:
        first = opened.read(_SAMPLE_BYTES)
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if first.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")) or b"\0" in first:
            decoded(first)
            raise BadFile(f"{path} is not a text file; save it as 'CSV UTF-8'")
        try:
            block = first
            while block:
                check.decode(block)
                block = opened.read(1 << 20)
            check.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig" if first.startswith(codecs.BOM_UTF8) else "utf-8"


def _look_into_csv(path: Path, encoding: str, sample: str, column: str | None) -> Rows:
    lines = list(io.StringIO(sample, newline=""))
    lines = lines[:-1] if len(sample) == _SAMPLE_BYTES and len(lines) > 1 else lines
    separator = max(",;\t|", key=lambda sign: _width(lines, sign))
    records = list(_records(lines, separator, path))[:_SAMPLE_ROWS]
    first = next((cells for _, cells, _ in records if any(cells)), [])
    if not first:
        raise BadFile(f"{path} is empty")
    names = tuple(cell.strip(_BLANK) for cell in first)
    is_row = any("@" in name or _HASH.fullmatch(name) for name in names)
    if is_row or (len(names) == 1 and column is None and not _is_name(names[0]) and "." in names[0]):
        at = _at(path, names, [cells for _, cells, _ in records], column, head=False)
        return Rows(path, encoding, (), "", separator, at, f"column {at + 1}")
    raw = next(raw for _, cells, raw in records if any(cells))
    at = _at(path, names, [cells for _, cells, _ in records[1:]], column, head=True)
    return Rows(path, encoding, names, raw, separator, at, names[at])


def _width(lines: Sequence[str], separator: str) -> tuple[int, bool]:
    """In how many columns this separator parts the first line; the comma where none does."""
    head = next((line for line in lines if line.strip()), "")
    return len(next(csv.reader([head], delimiter=separator), [])), separator == ","


def _is_name(text: str) -> bool:
    return text.lower() in ADDRESS_COLUMNS or text.lower() in OTHER_COLUMNS


def _at(path: Path, names: Sequence[str], rows: Sequence[Sequence[str]], column: str | None, *, head: bool) -> int:
    """Which column counts: the one that was named, the one whose head says so, or the only one with addresses."""
    if column is not None:
        return _named(path, names, column, head=head)
    lowered = [name.lower() for name in names]
    for known in (ADDRESS_COLUMNS, OTHER_COLUMNS) if head else ():
        found = [lowered.index(name) for name in known if name in lowered]
        if len(found) == 1:
            return found[0]
    tests: tuple[Callable[[str], object], ...] = (lambda cell: "@" in cell, _HASH.fullmatch)
    for test in tests:
        found = [at for at in range(len(names)) if any(at < len(row) and test(row[at].strip()) for row in rows)]
        if len(found) == 1:
            return found[0]
        if found:
            break
    if len(names) == 1:
        return 0
    raise BadFile(f"{path}: it is not clear which column holds the addresses; name it with --column")


def _named(path: Path, names: Sequence[str], column: str, *, head: bool) -> int:
    if not head and column.isdigit() and 1 <= int(column) <= len(names):
        return int(column) - 1
    found = [at for at, name in enumerate(names) if head and name.lower() == column.lower()]
    if len(found) != 1:
        known = ", ".join(repr(name[:40]) for name in names[:20]) if head else "there is no head; say 1 for the first"
        raise BadFile(f"{path}: there is not exactly one column {column[:40]!r}; {known}")
    return found[0]


def _records(lines: Iterator[str] | Sequence[str], separator: str, path: Path) -> Iterator[tuple[int, list[str], str]]:
    """Each record with the line it begins on and its text; a broken quote ends it all, for who knows what it hides."""
    taken: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    reader = csv.reader(noted(), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFile(f"{path}, line {line}: this is not CSV ({error}); mend the quotes, or save it anew") from None
        yield line, cells, "".join(taken)


def _csv_rows(rows: Rows, text: TextIO) -> Iterator[Row]:
    width, head_is_to_come = len(rows.head), bool(rows.head)
    for line, found, raw in _records(_lines(text, rows.path), rows.separator or ",", rows.path):
        cells = [cell.strip(_BLANK) for cell in found]
        if not any(cells):
            continue
        if head_is_to_come:
            head_is_to_come = False
            continue
        width = width or len(cells)
        fault = None
        if len(cells) < width or any(cells[width:]):
            fault = f"has {len(cells)} cells, not {width}"
        value = cells[rows.column] if rows.column < len(cells) else ""
        yield Row(line, value, cells, raw, fault or _beyond_ascii(rows, value))


def _json_rows(rows: Rows, text: TextIO) -> Iterator[Row]:
    for line, raw in enumerate(_lines(text, rows.path), 1):
        if not raw.strip():
            continue
        try:
            found = json.loads(raw)
        except (ValueError, RecursionError):
            found = None
        value = _json_value(found, rows.name)
        fault = "is no JSON object with one text that is its address" if value is None else None
        yield Row(line, (value or "").strip(_BLANK), (value or "",), raw, fault or _beyond_ascii(rows, value or ""))


def _json_value(found: object, name: str) -> str | None:
    """The text under the key that was named, or under the only key that is known; None where that is not clear."""
    if not isinstance(found, dict):
        return None
    keys = [key for key in found if key.lower() == name.lower()] if name else []
    for known in () if name else (ADDRESS_COLUMNS, OTHER_COLUMNS):
        keys = keys or [key for key in found if key.lower() in known]
    value = found[keys[0]] if len(keys) == 1 else None
    return value if isinstance(value, str) else None


def _beyond_ascii(rows: Rows, value: str) -> str | None:
    if rows.ascii_only and not value.isascii():
        return "the file is not UTF-8, so that this address cannot be read for sure"
    return None


def _lines(text: TextIO, path: Path) -> Iterator[str]:
    while line := text.readline(_LONGEST_LINE):
        if "\0" in line or (len(line) == _LONGEST_LINE and not line.endswith("\n")):
            raise BadFile(f"{path}: a line holds zero bytes or more than {_LONGEST_LINE} characters")
        yield line
