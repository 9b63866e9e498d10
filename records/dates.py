"""Dates of a life: often only a year or a month is known."""

from django.db import models


class Precision(models.TextChoices):
    YEAR = "year", "精确到年"
    MONTH = "month", "精确到月"
    DAY = "day", "精确到日"


def format_partial(value, precision: str, separator: str = "-") -> str:
    """1985, 1985-07 or 1985-07-01, by what is known; empty for no date."""
    if value is None:
        return ""
    length = {Precision.YEAR: 1, Precision.MONTH: 2}.get(precision, 3)
    return separator.join([f"{value.year:04d}", f"{value.month:02d}", f"{value.day:02d}"][:length])
