"""A table in a file (CSV as programs of many countries write it, or JSON) as rows of text. Pure.

    table = read_table(raw)
    table.head, table.encoding, table.form     # ("E-Mail", "Firma"), "Windows-1252", "CSV with semicolons"
    for row in table.rows: row.line, row.cells # 2, {"E-Mail": "eva@muster.example"}
    for bad in table.bad: bad.line, bad.what   # rows that could not be read, with the reason

What the columns mean is for whoever reads the table.
"""

from pathlib import Path

from daemon.records.table import BadRow, Row, Table
from daemon.records.table_csv import read_csv
from daemon.records.table_json import looks_like_json, read_json
from daemon.records.table_text import BadFile, decoded

__all__ = ["BadFile", "BadRow", "Row", "Table", "load_bytes", "load_table", "read_table"]

LARGEST_FILE = 100_000_000
"""Bytes. A row takes about a kilobyte while it is read: 50,000 contacts are some 15 MB of file."""


def load_table(file: Path, *, encoding: str | None = None) -> Table:
    """Read a file; raises BadFile, also when it cannot be opened or is too large."""
    return read_table(load_bytes(file), encoding=encoding)


def load_bytes(file: Path) -> bytes:
    """The bytes of a file that is not too large; raises BadFile."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BadFile(f"{file} cannot be read ({type(error).__name__})") from None
    if len(raw) > LARGEST_FILE:
        raise BadFile(f"{file} is larger than {LARGEST_FILE // 1_000_000} MB; split it")
    return raw


def read_table(raw: bytes, *, encoding: str | None = None) -> Table:
    """Rows of a CSV file, a JSON array of objects or JSON lines; raises BadFile where no row can be read."""
    text, name = decoded(raw, encoding)
    return read_json(text, name) if looks_like_json(text) else read_csv(text, name)
