"""预计: how many there will be at the programme's end, what is then lacking, and by when how
many more must have been submitted."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, isqrt

from accreditation.forecast.observed import (
    STAGES,
    SUBMITTED,
    Course,
    Observed,
    observe,
    read_courses,
    stage_of,
)
from accreditation.models import Application
from accreditation.progress import Cell, Progress, Row
from accreditation.progress.counts import COUNTY_PATH
from accreditation.workdays import last_workday
from stations.models import Track

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Outlook:
    """One unit and one track. `chances` are those of the applications that can still take
    effect within the programme; `late` are the others."""

    target: int | None
    recognised: int
    chances: tuple[Fraction, ...]
    late: int
    rate: Fraction
    submit_by: dt.date
    on: dt.date

    @cached_property
    def expected(self) -> int:
        return self.recognised + int(self._sum(lambda p: p) + HALF)

    @cached_property
    def spread(self) -> int:
        """One standard deviation, rounded up: each application passes or does not."""
        variance = self._sum(lambda p: p * (1 - p))
        root = isqrt(ceil(variance))
        return root if root * root >= variance else root + 1

    def _sum(self, term: Callable[[Fraction], Fraction]) -> Fraction:
        """Over the chances, of which many are the same."""
        return sum((term(p) * n for p, n in Counter(self.chances).items()), Fraction())

    @property
    def gap(self) -> int | None:
        return None if self.target is None else max(self.target - self.expected, 0)

    @property
    def gap_text(self) -> str:
        return f"缺{self.gap}个"

    @property
    def to_submit(self) -> int:
        """So many more have to be submitted, by what passes of those that are."""
        return ceil(self.gap / self.rate) if self.gap and self.rate else 0

    @property
    def is_too_late(self) -> bool:
        return bool(self.to_submit) and self.submit_by < self.on

    @property
    def text(self) -> str:
        if self.target is None:
            return "无已确认目标"
        if not self.gap:
            return "预计可以达到目标"
        if not self.to_submit:
            return f"预计还差{self.gap}个"
        day = f"{self.submit_by.year}年{self.submit_by.month}月{self.submit_by.day}日"
        if self.is_too_late:
            return f"预计还差{self.gap}个；最迟报送日为{day}，现在新报的预计在方案结束后办结"
        return f"预计还差{self.gap}个，最迟{day}前再报送{self.to_submit}个"


@dataclass
class Forecast:
    progress: Progress
    observed: Observed
    submit_by: dt.date
    courses: list[Course]

    @property
    def days(self) -> int:
        """From submission to taking effect."""
        return self.observed.days_from(SUBMITTED)

    @cached_property
    def _by_cell(self) -> dict[tuple[str, str], list[Course]]:
        found = defaultdict(list)
        for course in self.courses:
            found[course.county, course.track].append(course)
            found["", course.track].append(course)
        return found

    def outlook(self, row: Row, track: str) -> Outlook:
        cell: Cell = row.cells[track]
        chances, late = [], 0
        for course in self._by_cell.get((self._key(row), track), ()):
            stage = stage_of(course.state)
            if stage not in STAGES:
                continue
            if self._ends(course) <= self.progress.programme.ends_on:
                chances.append(self.observed.stages[stage].rate)
            else:
                late += 1
        return Outlook(
            target=cell.target,
            recognised=cell.recognised,
            chances=tuple(chances),
            late=late,
            rate=self.observed.stages[SUBMITTED].rate,
            submit_by=self.submit_by,
            on=self.progress.on,
        )

    def outlooks(self, row: Row) -> list[tuple[Track, Outlook]]:
        return [(track, self.outlook(row, track)) for track in Track]

    def _key(self, row: Row) -> str:
        return "" if row is self.progress.city else row.region.path[:COUNTY_PATH]

    def _ends(self, course: Course) -> dt.date:
        """Its stage takes what a stage takes, counted from its beginning, at least until
        today; then come those that follow."""
        stage = stage_of(course.state)
        here = course.since + dt.timedelta(days=self.observed.stages[stage].days)
        rest = self.observed.days_from(stage) - self.observed.stages[stage].days
        return max(here, self.progress.on) + dt.timedelta(days=rest)

    def funnel(self, row: Row) -> Counter:
        """Applications by the state they are in."""
        counts: Counter = Counter()
        for track in Track:
            counts.update(c.state for c in self._by_cell.get((self._key(row), track.value), ()))
        return counts


def forecast(result: Progress) -> Forecast | None:
    """Of the whole city, one query; nothing for a programme that is over, nor for one level
    alone, because targets do not tell towns from villages."""
    if result.is_over or result.level:
        return None
    courses = read_courses(result.city.region, result.on)
    observed = observe(courses, result.on)
    latest = result.programme.ends_on - dt.timedelta(days=observed.days_from(SUBMITTED))
    return Forecast(
        progress=result,
        observed=observed,
        submit_by=last_workday(latest),
        courses=[c for c in courses if c.programme == result.programme.pk],
    )


FUNNEL = (
    Application.State.DRAFT,
    Application.State.RETURNED,
    *STAGES[1:],
    Application.State.ACCREDITED,
)
