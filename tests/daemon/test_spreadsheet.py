"""Cells that a spreadsheet would run."""

import pytest

from daemon.spreadsheet import defused


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "=cmd|'/C calc'!A0", "+SUM(A1)", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "=cmd|'/C'!A0@x.example"],
)
def test_a_formula_is_defused(cell):
    """An apostrophe in front makes it a text."""
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["jane@example.com", "+jane@example.com", "=x@example.com", "+49 (30) 1234-5", "-12", "", "a=1", "Jane"]
)
def test_what_can_do_nothing_stays_as_it_is(cell):
    """A list that names an address in another form would not stop it."""
    assert defused(cell) == cell
