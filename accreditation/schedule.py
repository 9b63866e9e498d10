"""序时进度: the line that a cumulative, dated target draws, and the distance from it.

The line starts with 0 on the programme's first day and runs straight from one step to
the next; after the last step it stays level. Its value is a fraction, never rounded
before it is compared. A unit is behind (慢于序时) or ahead (快于序时) by the whole
stations of the difference; a difference of less than one station is on schedule
(符合序时). In days: how long ago the line passed what is reached, or how long until it
gets there.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor


@dataclass(frozen=True)
class Gap:
    """Signed: below zero is behind. `days` has the sign of `stations`."""

    stations: int
    days: int

    @property
    def text(self) -> str:
        if not self.stations:
            return "符合序时"
        word = "慢于序时" if self.stations < 0 else "快于序时"
        return f"{word}{abs(self.stations)}个"

    @property
    def days_text(self) -> str:
        return f"{abs(self.days)}天" if self.days else ""

    @property
    def state(self) -> str:
        return "behind" if self.stations < 0 else "ahead" if self.stations else "on"


@dataclass(frozen=True)
class Schedule:
    """Steps (due day, cumulative number), in the order of their days."""

    starts_on: date
    steps: tuple[tuple[date, int], ...]

    @property
    def points(self) -> tuple[tuple[date, int], ...]:
        return ((self.starts_on, 0), *self.steps)

    @property
    def final(self) -> int:
        return self.points[-1][1]

    def due_on(self, day: date) -> int:
        """What had to be reached by a step that is already due."""
        return max((number for due, number in self.steps if due <= day), default=0)

    def value_on(self, day: date) -> Fraction:
        for (start, low), (end, high) in pairwise(self.points):
            if day <= start:
                return Fraction(low)
            if day < end:
                return low + Fraction((high - low) * (day - start).days, (end - start).days)
        return Fraction(self.final)

    def gap(self, day: date, reached: int) -> Gap:
        stations = int(reached - self.value_on(day))  # int() cuts towards zero
        if stations < 0:
            return Gap(stations, (self._passed(reached) - day).days)
        if stations > 0:
            return Gap(stations, max((self._reaches(reached) - day).days, 0))
        return Gap(0, 0)

    def _passed(self, number: int) -> date:
        """The last day on which the line asked for no more than `number`."""
        for (start, low), (end, high) in pairwise(self.points):
            if high > number:
                return start + timedelta(
                    days=floor(Fraction((number - low) * (end - start).days, high - low))
                )
        return self.points[-1][0]

    def _reaches(self, number: int) -> date:
        """The first day on which the line asks for `number`; its last day if never."""
        for (start, low), (end, high) in pairwise(self.points):
            if high >= number > low:
                return start + timedelta(
                    days=ceil(Fraction((number - low) * (end - start).days, high - low))
                )
        return self.points[-1][0]


@lru_cache(maxsize=4096)
def line_on(schedule: Schedule, day: date) -> float:
    """The line to one place, for reading; the same months are shown on every page."""
    return round(float(schedule.value_on(day)), 1)
