"""The page that the report is printed on: its width, its headings, and how it begins."""

from rich.console import Console
from rich.text import Text

WIDTH = 100
"""Columns, unless the terminal has fewer."""


def console() -> Console:
    """Where the report goes; no colour where none is wanted or nobody looks."""
    out = Console(highlight=False, markup=False)
    out.width = min(WIDTH, out.width) if out.is_terminal else WIDTH
    return out


def printable(text: str) -> str:
    """Text of a mail without what a terminal would obey."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


def heading(out: Console, words: str) -> None:
    """Begin a part of the report."""
    out.print()
    out.rule(Text(words, style="bold"), align="left", characters="─" if out.encoding.startswith("utf") else "-")


def show_opening(out: Console, count: int) -> None:
    """Say in two lines what follows."""
    out.print(f"{count} invented replies to cold e-mail arrive in a mailbox on this machine.")
    out.print("See what each is taken for, what is done, every letter, what waits, the ledger.")
