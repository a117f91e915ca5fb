"""Dates of a column: the order of day and month follows from all of them, or is asked for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.contacts.dates import DateOrderOpen, Order, order_of, read_date

DAYS = st.dates(date(1990, 1, 1), date(2050, 12, 31))
FORMS = {Order.DAY_FIRST: "{0.day:02}/{0.month:02}/{0.year}", Order.MONTH_FIRST: "{0.month}/{0.day}/{0.year}"}


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(list(Order)))
def test_an_order_that_is_found_reads_every_date_as_it_was_meant(days, order):
    """Whatever the dates are: either they are read right, or the order is said to be open; never wrongly."""
    cells = [FORMS[order].format(day) for day in days]
    try:
        found = order_of(cells)
    except DateOrderOpen:
        assert all(day.day <= 12 for day in days)
        return
    assert [read_date(cell, found) for cell in cells] == days


@given(st.lists(DAYS, min_size=1, max_size=10), st.lists(DAYS, min_size=1, max_size=10))
def test_a_column_of_both_orders_is_never_decided(first, second):
    """Where some dates can only be read one way, and others only the other way."""
    cells = [FORMS[Order.DAY_FIRST].format(day) for day in first]
    cells += [FORMS[Order.MONTH_FIRST].format(day) for day in second]
    if any(day.day > 12 for day in first) and any(day.day > 12 for day in second):
        with pytest.raises(DateOrderOpen, match="others the month"):
            order_of(cells)


@given(DAYS)
def test_dates_that_can_be_read_in_one_way_only_need_no_order(day):
    """ISO 8601, dots, and the numbers of Excel's calendar."""
    serial = str((day - date(1899, 12, 30)).days)
    cells = [day.isoformat(), f"{day:%d.%m.%Y}", f"{day.day}. {day.month}. {day.year}", serial, f"{serial}.75"]
    cells += [f"{day.isoformat()}T10:00:00Z", f"{day:%d.%m.%Y} 10:00", f"{day:%Y/%m/%d}"]
    assert order_of(cells) is None
    assert {read_date(cell, None) for cell in cells} == {day}


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/02/2026", "25/02/2026"], Order.DAY_FIRST), (["03/02/2026", "03/25/2026"], Order.MONTH_FIRST),
        (["03/03/2026", "2026-02-01"], None), (["1-13-2026"], Order.MONTH_FIRST), ([], None), (["99/99/2026"], None),
    ],
)  # fmt: skip
def test_one_clear_date_decides_for_its_column(cells, order):
    """And where both orders say the same there is nothing to decide."""
    assert order_of(cells) is order


def test_a_column_that_fits_both_orders_is_open():
    """The third of February and the second of March are a month apart in every letter."""
    with pytest.raises(DateOrderOpen, match="day or with the month first"):
        order_of(["03/02/2026", "04/05/2026"])


@pytest.mark.parametrize(
    "cell",
    ["02.03.26", "2026", "30.02.2026", "13/13/2026", "03/02/2026", "soon", "12345", "99999", "1/2-2026", "²0000", ""],
)
def test_what_is_no_date_is_refused(cell):
    """Two digits of a year say no century; without an order, day and month are not told apart."""
    with pytest.raises(ValueError, match=r"not a date|not known|out of range|must be in"):
        read_date(cell, None)
