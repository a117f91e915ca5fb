"""A JSON array of objects, or JSON lines (one object a line), as a table. Pure."""

import json
from collections.abc import Iterator
from json import JSONDecodeError

from daemon.records.table import MOST_COLUMNS, BadRow, Row, Table, checked
from daemon.records.table_text import BadFile

_READER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
"""Numbers stay the text that they were."""


def looks_like_json(text: str) -> bool:
    """Whether this begins as an array or an object does."""
    return text.lstrip()[:1] in {"[", "{"}


def read_json(text: str, encoding: str) -> Table:
    """Rows of an array or of lines; raises BadFile where an array is broken, since nothing tells where it goes on."""
    array = text.lstrip().startswith("[")
    found = _elements(text) if array else _lines(text)
    rows: list[Row] = []
    bad: list[BadRow] = []
    head: dict[str, None] = {}
    for line, value in found:
        made = value if isinstance(value, BadRow) else _row(line, value)
        if isinstance(made, BadRow):
            bad.append(made)
            continue
        head.update(dict.fromkeys(made.cells))
        if len(head) > MOST_COLUMNS:
            raise BadFile(f"line {line}: there are more than {MOST_COLUMNS} different keys")
        rows.append(made)
    return Table(tuple(head), tuple(rows), tuple(bad), encoding, "a JSON array" if array else "JSON lines")


def _lines(text: str) -> Iterator[tuple[int, object]]:
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            yield line, _READER.decode(written)
        except (JSONDecodeError, RecursionError):
            yield line, BadRow(line, "is not one JSON object")


def _elements(text: str) -> Iterator[tuple[int, object]]:
    """Each element of an array with its line; one at a time, so that a broken one has a line too."""
    at, line, counted = _space(text, text.index("[") + 1), 1, 0
    while text[at : at + 1] != "]":
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, at = _READER.raw_decode(text, at)
        except (JSONDecodeError, RecursionError):
            raise BadFile(
                f"line {line}: this is not JSON; an array of objects or one object a line is needed"
            ) from None
        yield line, value
        at = _space(text, at)
        if text[at : at + 1] == ",":
            at = _space(text, at + 1)
        elif text[at : at + 1] != "]":
            raise BadFile(f"line {line}: the array goes on without a comma, or never ends")


def _space(text: str, at: int) -> int:
    while text[at : at + 1].isspace():
        at += 1
    return at


def _row(line: int, value: object) -> Row | BadRow:
    if not isinstance(value, dict):
        return BadRow(line, "is not a JSON object")
    cells = {}
    for name, cell in value.items():
        written = _text(cell)
        if written is None:
            return BadRow(line, f"the value of {str(name)[:40]!r} is neither text nor number nor a list of them")
        cells[str(name).strip()[:200]] = written.strip()
    return checked(line, cells)


def _text(value: object) -> str | None:
    """A value as the cell of a table would hold it; None where none could."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(value)
    return None
