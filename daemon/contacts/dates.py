"""Dates as spreadsheets and people write them. Pure.

Whether 03/02/2026 is in February or in March is decided by looking at the whole column, and never guessed.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

EXCEL_DAY_ZERO = date(1899, 12, 30)
"""Day 0 of Excel's calendar as it counts from March 1900 on (it holds 1900 for a leap year)."""
_SERIALS = range(20_000, 80_000)
"""From 1954 to 2119: other numbers are no dates."""

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?: \d{1,2}:\d\d.*)?")
_PARTED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?: \d{1,2}:\d\d.*)?")


class Order(StrEnum):
    """What stands first in dates such as 03/02/2026."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class DateOrderOpen(ValueError):  # noqa: N818  an outcome that callers name
    """Both orders fit the whole column, or neither does; somebody has to say which it is."""


def order_of(cells: Iterable[str]) -> Order | None:
    """The order that the dates of a column are written in; None where it makes no difference.

    Raises DateOrderOpen where both orders give dates, but different ones, and where some cells can only be read with
    the day first, others only with the month first.
    """
    pairs = [(int(found[1]), int(found[3])) for cell in cells if (found := _PARTED.fullmatch(cell))]
    day_first = any(first > 12 >= second for first, second in pairs)  # noqa: PLR2004  months
    month_first = any(second > 12 >= first for first, second in pairs)  # noqa: PLR2004  months
    if day_first and month_first:
        raise DateOrderOpen("some dates have the day first, others the month")
    if day_first or month_first:
        return Order.DAY_FIRST if day_first else Order.MONTH_FIRST
    if any(first != second and max(first, second) <= 12 for first, second in pairs):  # noqa: PLR2004  months
        raise DateOrderOpen("the dates can be read with the day or with the month first")
    return None


def read_date(cell: str, order: Order | None) -> date:
    """One date: 2026-03-02, 2.3.2026, 02/03/2026 by `order`, or a number of Excel's calendar; raises ValueError.

    A time of day behind it is left out. Years have four digits: of two nobody knows the century.
    """
    if found := _ISO.fullmatch(cell):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.fullmatch(cell):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _PARTED.fullmatch(cell):
        return _parted(int(found[1]), int(found[3]), int(found[4]), order)
    serial = cell.partition(".")[0]
    if serial.isascii() and serial.isdigit() and len(serial) == 5 and int(serial) in _SERIALS:  # noqa: PLR2004  digits
        return EXCEL_DAY_ZERO + timedelta(days=int(serial))
    raise ValueError("not a date")


def _parted(first: int, second: int, year: int, order: Order | None) -> date:
    if order is None and first != second:
        raise ValueError("the order of day and month is not known")
    return date(year, second, first) if order is Order.DAY_FIRST else date(year, first, second)
