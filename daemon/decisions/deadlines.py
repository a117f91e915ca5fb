"""When a request is due, as the law computes it.

EU: Regulation (EEC, Euratom) 1182/71 Art. 3: the day of receipt is not counted; a period of months ends on the same
date of the last month, or on its last day where that date is missing; an end on a holiday, Sunday or Saturday moves to
the end of the next working day; the holidays are those of the state where the controller sits (Art. 2).
UK: UK GDPR Art. 12A, with the same date and the bank holidays of the nation.
"""

import calendar
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import holidays

UK_NATIONS = {"GB": None, "GB-ENG": "ENG", "GB-SCT": "SCT", "GB-NIR": "NIR", "GB-WLS": "WLS"}
"""The nation of a seat; `GB` alone does not say which, and only holidays of all four move its dates."""
EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905  a list of codes reads best as one line
)
SAFE_DAYS = 28
"""No month is shorter, so that nothing answered by then is ever late."""
SAFE_DAYS_EXTENDED = 89
"""The same for three months."""


@dataclass(frozen=True, slots=True)
class Due:
    """Two dates: `legal` is the law's last day, `safe` is never later and never moved by a holiday."""

    legal: date
    safe: date
    rule: str


def due(received_at: datetime, seat: str | None) -> Due:
    """The dates for a request received at an aware moment by a controller seated at an ISO 3166 code.

    The day is taken in UTC, which in the EEA and the UK is never later than the local day. A seat outside the EEA and
    the UK, or an unknown one, has the safe date only.
    """
    day = received_at.astimezone(UTC).date()
    safe = day + timedelta(days=SAFE_DAYS)
    if seat in UK_NATIONS:
        return Due(_rolled(add_months(day, 1), _uk_holidays(UK_NATIONS[seat])), safe, "UK GDPR Art. 12A, one month")
    if seat in EEA:
        last = _rolled(add_months(day, 1), holidays.country_holidays(seat))
        return Due(last, safe, "GDPR Art. 12(3) with Reg. 1182/71 Art. 3, one month")
    return Due(safe, safe, f"{SAFE_DAYS} days, since the law of the seat is not known")


def extended(received_at: datetime, seat: str | None) -> Due | None:
    """The dates with two further months (GDPR Art. 12(3)); None where the law of the seat is not known.

    They count from receipt too: three months that end as `due` says, and no three months have fewer days than 89.
    """
    if seat not in UK_NATIONS and seat not in EEA:
        return None
    day = received_at.astimezone(UTC).date()
    last = _rolled(add_months(day, 3), _holidays_of(seat))
    return Due(last, day + timedelta(days=SAFE_DAYS_EXTENDED), "GDPR Art. 12(3), two further months")


def working_days_after(moment: datetime, days: int, seat: str | None) -> datetime:
    """The end of the n-th working day after the day of an aware moment: its midnight in UTC, as an aware datetime.

    Saturdays, Sundays and the public holidays of the seat are none; where those are not known, weekends only. The day
    of the moment is not counted (Reg. 1182/71 Art. 3(1)). Raises ValueError for less than one day.
    """
    if days < 1:
        raise ValueError("a term of working days has at least one")
    day, off = moment.astimezone(UTC).date(), _holidays_of(seat)
    for _ in range(days):
        day = _rolled(day + timedelta(days=1), off)
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def add_months(day: date, months: int) -> date:
    """The same date some months later, or the last day of that month where it has no such date."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _holidays_of(seat: str | None) -> Container[date]:
    """Public holidays at a seat that we know; none elsewhere."""
    if seat in UK_NATIONS:
        return _uk_holidays(UK_NATIONS[seat])
    return holidays.country_holidays(seat) if seat in EEA else frozenset[date]()


def _uk_holidays(nation: str | None) -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv=nation)


def _rolled(day: date, off: Container[date]) -> date:
    """The next day from `day` on that is neither Saturday, Sunday nor holiday."""
    while day.weekday() >= calendar.SATURDAY or day in off:
        day += timedelta(days=1)
    return day
