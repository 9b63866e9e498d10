"""Working days in China: holidays and the weekends that are worked instead (调休).

The calendar of a year is decreed in the autumn before; for later years the package knows
the festivals but not yet which weekends are worked.
"""

import datetime as dt
from functools import lru_cache

import holidays


@lru_cache(maxsize=16)
def _calendar(year: int) -> holidays.HolidayBase:
    # A year of its own: the object fills itself in lazily, which threads must not share.
    return holidays.country_holidays("CN", years=[year], expand=False)


def is_workday(day: dt.date) -> bool:
    calendar = _calendar(day.year)
    if day in calendar.weekend_workdays:
        return True
    return day.weekday() < 5 and day not in calendar


def add_workdays(day: dt.date, number: int) -> dt.date:
    """The `number`-th working day after `day`, which itself does not count."""
    while number:
        day += dt.timedelta(days=1)
        number -= is_workday(day)
    return day


def notice_end(starts_on: dt.date, workdays: int = 5) -> dt.date:
    """Last day of a notice that is up for so many working days, the first one included."""
    return add_workdays(starts_on - dt.timedelta(days=1), workdays)


def last_workday(day: dt.date) -> dt.date:
    """That day, or the last working day before it."""
    while not is_workday(day):
        day -= dt.timedelta(days=1)
    return day
