"""On which days a 重要节点 falls in a given year.

A row with month and day falls on that day; one with a month only lasts the whole month
(学雷锋月); the Spring Festival and Qingming follow the calendar, taken from `holidays`.
"""

import calendar
import datetime as dt
from functools import lru_cache

import holidays

from activities.models import KeyDate

COMPUTED = {
    "spring_festival": "Chinese New Year (Spring Festival)",
    "qingming": "Tomb-Sweeping Day",
}


@lru_cache(maxsize=64)
def computed_day(code: str, year: int) -> dt.date | None:
    calendar_of_china = holidays.country_holidays(
        "CN", years=year, observed=False, language="en_US"
    )
    days = calendar_of_china.get_named(COMPUTED[code], lookup="exact")
    return min(days, default=None)


def span(key_date: KeyDate, year: int) -> tuple[dt.date, dt.date] | None:
    """First and last day in `year`; None if the row has no day (an incomplete entry, or
    29 February in a year without one)."""
    if key_date.code in COMPUTED:
        day = computed_day(key_date.code, year)
        return (day, day) if day else None
    if not key_date.month:
        return None
    last = calendar.monthrange(year, key_date.month)[1]
    if not key_date.day:
        return dt.date(year, key_date.month, 1), dt.date(year, key_date.month, last)
    if key_date.day > last:
        return None
    day = dt.date(year, key_date.month, key_date.day)
    return day, day


def day_of(key_date: KeyDate, year: int) -> dt.date | None:
    found = span(key_date, year)
    return found[0] if found else None


def days_of(year: int, key_dates=None) -> dict[str, dt.date]:
    """Code -> first day, of the given rows (default: all active ones), in calendar order."""
    rows = KeyDate.objects.filter(is_active=True) if key_dates is None else key_dates
    found = {row.code: day_of(row, year) for row in rows}
    return dict(sorted(((c, d) for c, d in found.items() if d), key=lambda pair: pair[1]))
