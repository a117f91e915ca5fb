"""Printing: JSON for programs, tables for people."""

import json
import math
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text


def json_line(values: object) -> str:
    """One line of JSON; a mail's lone surrogates are escaped, so that any text can be printed."""
    text = json.dumps(_plain(values), ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode()


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever is printed
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, PurePath) else value


def print_json(values: object) -> None:
    """Print one line of JSON at once."""
    typer.echo(json_line(values))


def printable(text: str) -> str:
    """Text of a stranger without what a terminal would obey."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table of texts, none of which is read as markup."""
    made = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        made.add_row(*(Text(printable("" if cell is None else str(cell))) for cell in row))
    return made


def console() -> Console:
    """Where people read; made when it is needed, so that tests can catch what it prints."""
    return Console(highlight=False, soft_wrap=False)
