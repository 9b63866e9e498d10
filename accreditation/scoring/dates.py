"""Windows of time, pure: every one ends on, or before, the day of scoring."""

import calendar
import datetime as dt
from functools import lru_cache
from itertools import pairwise

from activities.keydates import span
from activities.models import KeyDate

Window = tuple[dt.date, dt.date]


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months ago; 31 becomes the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def years_before(day: dt.date, years: int) -> dt.date:
    return months_before(day, 12 * years)


def last_months(on: dt.date, count: int = 12) -> list[Window]:
    """The last complete months, oldest first."""
    first = on.replace(day=1)
    starts = [months_before(first, n) for n in range(count, -1, -1)]
    return [(a, b - dt.timedelta(days=1)) for a, b in pairwise(starts)]


def last_quarters(on: dt.date, count: int = 4) -> list[Window]:
    """The last complete quarters, oldest first."""
    first = dt.date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
    starts = [months_before(first, 3 * n) for n in range(count, -1, -1)]
    return [(a, b - dt.timedelta(days=1)) for a, b in pairwise(starts)]


def remaining(windows: list[Window], begin: dt.date | None) -> list[bool]:
    """Which windows count: those that do not start before the records begin."""
    return [begin is None or start >= begin for start, _ in windows]


def scaled(full: int, of: int, left: int) -> int:
    """x of n becomes the same share of what remains, rounded up."""
    return -(-full * left // of)


def percent_up(people: int, percent: int) -> int:
    """A share of people rounds up and is at least 1."""
    return max(1, -(-people * percent // 100))


# The day of a 节点 is set by the policy and the calendar, not by the station; the codes that
# the rubric names stand here so that a score needs no query for them.
_FIXED = {
    "lei_feng_month": (3, None),
    "july_first": (7, 1),
    "august_first": (8, 1),
    "martyrs_day": (9, 30),
    "national_day": (10, 1),
}


@lru_cache(maxsize=512)
def key_date_before(code: str, on: dt.date) -> dt.date | None:
    """The first day of the last occurrence that began within the 12 months ending `on`."""
    month, day = _FIXED.get(code, (None, None))
    row = KeyDate(code=code, month=month, day=day)
    for year in (on.year, on.year - 1):
        found = span(row, year)
        if found and years_before(on, 1) < found[0] <= on:
            return found[0]
    return None
