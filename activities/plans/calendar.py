"""The calendar of a station: its items, the key dates and the public holidays."""

import calendar
import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache

import holidays

from activities import keydates
from activities.models import KeyDate, PlanItem
from activities.plans.items import read_items, tally

WEEKDAYS = "一二三四五六日"


@dataclass
class Day:
    date: dt.date
    is_in_month: bool
    is_today: bool
    holiday: str = ""
    key_dates: list[str] = field(default_factory=list)
    items: list[PlanItem] = field(default_factory=list)

    @property
    def weekday(self):
        return WEEKDAYS[self.date.weekday()]

    @property
    def is_shown_on_phone(self):
        return self.is_in_month and bool(self.items or self.key_dates or self.holiday)


@lru_cache(maxsize=16)
def public_holidays(year) -> dict[dt.date, str]:
    """Statutory holidays and the days off beside them, as far as they are announced."""
    days = holidays.country_holidays("CN", years=year, language="zh_CN")
    # A day off that was moved carries in its name where it came from.
    return {date: name.partition("（由")[0] for date, name in days.items()}


def days_of(station, user, first, last, today) -> dict[dt.date, Day]:
    """Every day from the first to the last."""
    count = (last - first).days + 1
    dates = [first + dt.timedelta(days=n) for n in range(count)]
    found = {date: Day(date, True, date == today) for date in dates}
    key_dates = list(_key_dates())
    for year in {first.year, last.year}:
        for date, name in public_holidays(year).items():
            if date in found:
                found[date].holiday = name
        for row in key_dates:
            span = keydates.span(row, year)
            if span and span[0] in found:
                found[span[0]].key_dates.append(row.name)
    rows = PlanItem.objects.visible_to(user).filter(
        station=station, planned_on__range=(first, last)
    )
    for item in read_items(rows, today):
        found[item.planned_on].items.append(item)
    return found


def _key_dates():
    return KeyDate.objects.filter(is_active=True)


def month_weeks(station, user, year, month, today) -> list[list[Day]]:
    weeks = calendar.Calendar().monthdatescalendar(year, month)
    days = days_of(station, user, weeks[0][0], weeks[-1][-1], today)
    for day in days.values():
        day.is_in_month = day.date.month == month
    return [[days[date] for date in week] for week in weeks]


@dataclass
class Month:
    number: int
    key_dates: list[tuple[int, str]]
    items: list[PlanItem]
    tally: object


def year_months(station, user, year, today) -> list[Month]:
    rows = PlanItem.objects.visible_to(user).filter(station=station, planned_on__year=year)
    items = read_items(rows, today)
    starts = [
        (span[0], row.name)
        for row in _key_dates()
        if (span := keydates.span(row, year)) is not None
    ]
    months = []
    for number in range(1, 13):
        own = [item for item in items if item.planned_on.month == number]
        dates = sorted((day.day, name) for day, name in starts if day.month == number)
        months.append(Month(number, dates, own, tally(own, today)))
    return months
