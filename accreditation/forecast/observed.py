"""What the last two years teach: the share that passes from each stage, and how long a stage
takes. Where too few were observed, a stated assumption (假设) stands in its place."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from statistics import median

from django.db.models import QuerySet
from django.utils import timezone

from accreditation.models import Application
from accreditation.progress.counts import county_of, is_below
from records.kept import kept
from stations.models import Region

State = Application.State
# The way of an application; what was returned stands where a draft stands.
STAGES = (
    State.DRAFT,
    State.TOWN_REVIEW,
    State.COUNTY_REVIEW,
    State.CITY_REVIEW,
    State.SITE_VISIT,
    State.DECISION,
    State.PUBLIC_NOTICE,
)
# 乡镇（街道）审核 is passed by villages only: every way leads through this one.
SUBMITTED = State.COUNTY_REVIEW
WINDOW = dt.timedelta(days=730)
MIN_ENDED, MIN_STAYS = 10, 5
# 假设: per cent that passes, calendar days that it takes.
ASSUMED = {
    State.DRAFT: (50, 30),
    State.TOWN_REVIEW: (65, 10),
    State.COUNTY_REVIEW: (70, 15),
    State.CITY_REVIEW: (75, 30),
    State.SITE_VISIT: (85, 20),
    State.DECISION: (90, 15),
    State.PUBLIC_NOTICE: (98, 10),
}


def stage_of(state: str) -> str:
    return State.DRAFT if state == State.RETURNED else state


@dataclass(frozen=True)
class Step:
    to: str
    on: dt.date


@dataclass(frozen=True)
class Course:
    """An application as it had gone by the day: its steps, oldest first."""

    programme: int
    track: str
    county: str
    steps: tuple[Step, ...]

    @property
    def state(self) -> str:
        return self.steps[-1].to

    @property
    def since(self) -> dt.date:
        return self.steps[-1].on


@dataclass(frozen=True)
class Stage:
    """One stage with what was observed; `rate` and `days` are what the forecast uses."""

    state: State
    rate: Fraction
    days: int
    ended: int
    stays: int

    @property
    def is_rate_assumed(self) -> bool:
        return self.ended < MIN_ENDED

    @property
    def is_days_assumed(self) -> bool:
        return self.stays < MIN_STAYS

    @property
    def percent(self) -> int:
        return round(self.rate * 100)


@dataclass(frozen=True)
class Observed:
    stages: dict[str, Stage]

    def days_from(self, state: str) -> int:
        """From entering the stage to taking effect."""
        at = STAGES.index(State(state))
        later = [s for s in STAGES[at:] if s != State.TOWN_REVIEW or s == state]
        return sum(self.stages[each].days for each in later)

    @property
    def is_assumed(self) -> bool:
        used = [stage for state, stage in self.stages.items() if state != State.TOWN_REVIEW]
        return any(stage.is_rate_assumed or stage.is_days_assumed for stage in used)


def _steps(path: str) -> QuerySet:
    return (
        Application.objects.filter(is_below(path))
        .annotate(county_path=county_of("station__region__path"))
        .order_by("pk", "transitions__at", "transitions__pk")
        .values_list(
            "pk",
            "programme_id",
            "track",
            "county_path",
            "created_at",
            "transitions__from_state",
            "transitions__to_state",
            "transitions__at",
        )
    )


def read_courses(city: Region, on: dt.date) -> list[Course]:
    """Every application of the city as it stood at the end of the day; one query."""
    end = timezone.make_aware(dt.datetime.combine(on + dt.timedelta(days=1), dt.time.min))
    rows, zone = kept(_steps, path=city.path), timezone.get_current_timezone()
    courses = []
    for (_, programme, track, county, made), group in groupby(rows, key=lambda row: row[:5]):
        steps = [
            Step(to, at.astimezone(zone).date())
            for *_, before, to, at in group
            if to and at < end and before != to
        ]
        if not steps and made < end:
            steps = [Step(State.DRAFT, made.astimezone(zone).date())]
        if steps:
            courses.append(Course(programme, track, county, tuple(steps)))
    return courses


def observe(courses: Iterable[Course], on: dt.date) -> Observed:
    first = on - WINDOW
    ended: dict[str, list[bool]] = defaultdict(list)
    stays: dict[str, list[int]] = defaultdict(list)
    for course in courses:
        if course.state in Application.ENDED and course.since >= first:
            for stage in {stage_of(step.to) for step in course.steps} & set(STAGES):
                ended[stage].append(course.state == State.ACCREDITED)
        for here, following in pairwise(course.steps):
            if stage_of(here.to) in STAGES and following.on >= first:
                stays[stage_of(here.to)].append((following.on - here.on).days)
    return Observed({stage: _stage(stage, ended[stage], stays[stage]) for stage in STAGES})


def _stage(state: State, ended: list[bool], stays: list[int]) -> Stage:
    percent, days = ASSUMED[state]
    return Stage(
        state=state,
        rate=Fraction(sum(ended), len(ended))
        if len(ended) >= MIN_ENDED
        else Fraction(percent, 100),
        days=round(median(stays)) if len(stays) >= MIN_STAYS else days,
        ended=len(ended),
        stays=len(stays),
    )
