"""Cells that a spreadsheet would run when somebody opens the file (CSV injection, CWE-1236). Pure."""

import re

_RUN = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-][0-9][0-9 ()./-]*")
"""A phone number or a negative number is no formula."""
_PLAIN_ADDRESS = re.compile(r"[\w.+=-]+@[\w.-]+")
"""An address of these characters can call nothing and reach nothing, whatever it begins with."""


def defused(cell: str) -> str:
    """The cell, behind an apostrophe where a spreadsheet would take it for a formula that may do something.

    An address stays as it is wherever that is safe: the list that names it must match.
    """
    if not cell.startswith(_RUN) or _NUMBER.fullmatch(cell) or _PLAIN_ADDRESS.fullmatch(cell):
        return cell
    return f"'{cell}"
