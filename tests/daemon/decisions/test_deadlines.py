from datetime import UTC, date, datetime, timedelta, timezone

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.decisions.deadlines import EEA, UK_NATIONS, add_months, due, working_days_after

SEATS = (None, "US", *sorted(EEA), *UK_NATIONS)
moments = st.integers(0, 20 * 365 * 24).map(lambda hours: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


def _at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:30:00+00:00")


@pytest.mark.parametrize(
    ("received", "germany", "england"),
    [
        ("2026-01-31", "2026-03-02", "2026-03-02"),  # the last day of February is a Saturday
        ("2027-01-31", "2027-03-01", "2027-03-01"),  # thirty days would be late
        ("2028-01-31", "2028-02-29", "2028-02-29"),  # a leap year
        ("2026-04-03", "2026-05-04", "2026-05-05"),  # received on Good Friday; early May bank holiday
        ("2026-03-05", "2026-04-07", "2026-04-07"),  # ends on Easter Sunday, and Easter Monday is off
        ("2026-11-25", "2026-12-28", "2026-12-29"),  # Christmas; the substitute day of Boxing Day
        ("2026-07-31", "2026-08-31", "2026-09-01"),  # the summer bank holiday of England
    ],
)
def test_the_legal_date(received: str, germany: str, england: str) -> None:
    """A month from receipt, on its last day where the date is missing, rolled over holidays of the seat."""
    assert due(_at(received), "DE").legal == date.fromisoformat(germany)
    assert due(_at(received), "GB-ENG").legal == date.fromisoformat(england)


def test_a_holiday_of_one_nation_counts_only_where_the_seat_is_known_to_be_there() -> None:
    """The last Monday of August is no holiday in Scotland, and "GB" alone does not say where the seat is."""
    assert due(_at("2026-07-31"), "GB-SCT").legal == date(2026, 8, 31)
    assert due(_at("2026-07-31"), "GB").legal == date(2026, 8, 31)
    assert due(_at("2026-11-25"), "GB").legal == date(2026, 12, 29)  # Christmas is everywhere


@pytest.mark.parametrize("seat", [None, "US", "CH", "de", ""])
def test_a_seat_whose_law_is_not_known_has_the_safe_date_only(seat: str | None) -> None:
    """Nobody is told a date that no law was looked up for."""
    dates = due(_at("2026-03-05"), seat)
    assert dates.legal == dates.safe == date(2026, 4, 2)


def test_the_rule_that_was_used_is_named() -> None:
    """The ledger says which law computed a date."""
    assert "1182/71" in due(_at("2026-03-05"), "FR").rule
    assert "12A" in due(_at("2026-03-05"), "GB-NIR").rule


def test_the_day_of_receipt_is_taken_in_utc() -> None:
    """Half past midnight in Berlin is still the day before, so that no date is later than the law's."""
    berlin = datetime(2026, 3, 6, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert due(berlin, "DE") == due(datetime(2026, 3, 5, 23, 30, tzinfo=UTC), "DE")


@given(moments, st.sampled_from(SEATS))
def test_the_safe_date_is_28_days_and_never_after_the_legal_one(received: datetime, seat: str | None) -> None:
    """Whoever answers by the safe date is in time under every law."""
    dates = due(received, seat)
    assert dates.safe == received.date() + timedelta(days=28)
    assert dates.safe <= dates.legal


@given(moments, st.sampled_from(SEATS))
def test_a_later_receipt_is_never_due_earlier(received: datetime, seat: str | None) -> None:
    """Dates are monotone in the day of receipt."""
    today, tomorrow = due(received, seat), due(received + timedelta(days=1), seat)
    assert today.legal <= tomorrow.legal
    assert today.safe < tomorrow.safe


@given(moments, st.sampled_from(sorted(EEA)))
def test_the_legal_date_is_the_first_working_day_from_the_month_on(received: datetime, seat: str) -> None:
    """Never later than Regulation 1182/71 allows: every day that was skipped was a day off (Art. 3(4))."""
    month, last, off = add_months(received.date(), 1), due(received, seat).legal, holidays.country_holidays(seat)
    skipped = [month + timedelta(days=n) for n in range((last - month).days)]
    assert last >= month
    assert all(day.weekday() >= 5 or day in off for day in skipped)
    assert last.weekday() < 5
    assert last not in off


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(0, 36))
def test_months_later_is_the_same_date_or_the_last_day_of_the_month(day: date, months: int) -> None:
    """31 January and a month is the last of February, never a day of March."""
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("moment", "days", "seat", "end"),
    [
        ("2026-03-05", 3, "DE", "2026-03-11"),  # Thursday: Friday, Monday, Tuesday
        ("2026-03-07", 1, "DE", "2026-03-10"),  # Saturday: Monday
        ("2026-04-02", 3, "DE", "2026-04-10"),  # Good Friday and Easter Monday are off
        ("2026-04-02", 3, "US", "2026-04-08"),  # a seat whose holidays are not known: weekends only
        ("2026-12-23", 3, "GB-ENG", "2026-12-31"),  # Christmas, the weekend, the substitute of Boxing Day
        ("2026-08-28", 1, "GB-SCT", "2026-09-01"),
        ("2026-08-28", 1, "GB-ENG", "2026-09-02"),  # the summer bank holiday
        ("2026-03-05", 1, None, "2026-03-07"),
    ],
)
def test_the_end_of_a_term_of_working_days(moment: str, days: int, seat: str | None, end: str) -> None:
    """The first midnight after the n-th working day; the day of the event is not counted."""
    assert working_days_after(_at(moment), days, seat) == datetime.fromisoformat(f"{end}T00:00:00+00:00")


def test_a_term_has_at_least_one_day() -> None:
    """A term of nothing would be no grace at all."""
    with pytest.raises(ValueError, match="at least one"):
        working_days_after(_at("2026-03-05"), 0, "DE")


@given(moment=moments, days=st.integers(1, 10), seat=st.sampled_from(SEATS))
def test_a_term_holds_exactly_its_working_days(moment: datetime, days: int, seat: str | None) -> None:
    """Counted one by one by another way, there are n working days between the event's day and the end, the last too."""
    end = working_days_after(moment, days, seat)
    off = _public_holidays(seat)
    span = (end.date() - moment.date()).days
    between = [moment.date() + timedelta(days=number) for number in range(1, span)]
    working = [day for day in between if day.weekday() < 5 and day not in off]
    assert len(working) == days
    assert working[-1] == between[-1]
    assert end == working_days_after(moment.astimezone(timezone(timedelta(hours=9))), days, seat)


def _public_holidays(seat: str | None) -> holidays.HolidayBase | frozenset[date]:
    if seat in UK_NATIONS:
        return holidays.country_holidays("GB", subdiv=UK_NATIONS[seat])
    return holidays.country_holidays(seat) if seat in EEA else frozenset()
