"""Dates of a life: often only a year or a month is known."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models

# Beyond these a date is a slip of the hand (year 2, year 20226), and the arithmetic of
# dates ends before the calendar does.
FIRST, LAST = dt.date(1800, 1, 1), dt.date(2200, 12, 31)


def check_day(value):
    """The validator of every date that is typed."""
    if value and not FIRST <= value <= LAST:
        raise ValidationError(
            f"年份{value.year}不对，应在{FIRST.year}年到{LAST.year}年之间，请核对。"
        )


class Precision(models.TextChoices):
    YEAR = "year", "精确到年"
    MONTH = "month", "精确到月"
    DAY = "day", "精确到日"


_KNOWN = {Precision.YEAR.value: len("1985"), Precision.MONTH.value: len("1985-07")}


def format_partial(value, precision: str, separator: str = "-") -> str:
    """1985, 1985-07 or 1985-07-01, by what is known; empty for no date."""
    if value is None:
        return ""
    text = value.isoformat()[: _KNOWN.get(precision, len("1985-07-01"))]
    return text if separator == "-" else text.replace("-", separator)
