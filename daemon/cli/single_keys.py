"""Keys: single presses from a terminal; from a pipe, one a line."""

import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ReadKey = Callable[[], str]
"""Gives the next key: a character, or one of the names below; `END` when nobody types any more."""

ENTER, LEFT, RIGHT, END = "enter", "left", "right", "end"

_SEQUENCES = {"\x1b[C": RIGHT, "\x1b[D": LEFT, "\x1bOC": RIGHT, "\x1bOD": LEFT}
"""What terminals send for arrows (ECMA-48 section 8.3.20 and 8.3.18; the second form in application mode)."""
_SEQUENCE_LENGTH = 3


@contextmanager
def keys() -> Iterator[ReadKey]:
    """Read keys until the block ends; a terminal is set back as it was, whatever happens."""
    if not sys.stdin.isatty():
        yield _from_line
        return
    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield _from_terminal
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _from_line() -> str:
    line = sys.stdin.readline()
    return END if not line else line.strip()[:1].lower() or ENTER


def _from_terminal() -> str:
    char = sys.stdin.read(1)
    if char == "\x1b":
        char += sys.stdin.read(_SEQUENCE_LENGTH - 1)
        return _SEQUENCES.get(char, "")
    if char in {"", "\x04"}:
        return END
    return ENTER if char in "\r\n" else char.lower()
