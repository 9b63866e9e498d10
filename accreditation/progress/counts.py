"""The questions behind the progress page, all grouped SQL whose statements are compiled once
(records/kept.py), and the sums over their rows by county, level, track and stage.
"""

import datetime as dt
from collections import Counter

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Substr
from django.utils import timezone

from accreditation.models import (
    Accreditation,
    Application,
    Programme,
    StationScore,
    Target,
    Transition,
)
from accreditation.schedule import Schedule
from records.by_row import ByRow
from records.kept import kept
from stations.models import Region

State = Application.State
IN_REVIEW = (
    State.TOWN_REVIEW,
    State.COUNTY_REVIEW,
    State.CITY_REVIEW,
    State.SITE_VISIT,
    State.DECISION,
)
IN_PREPARATION = (State.DRAFT, State.RETURNED)
STAGE_OF = (
    {State.PUBLIC_NOTICE: "in_notice"}
    | dict.fromkeys(IN_REVIEW, "in_review")
    | dict.fromkeys(IN_PREPARATION, "in_preparation")
)
# "3213/321322/": the official codes of a city and a county have 4 and 6 digits. A county
# that was merged hangs below its successor, which thereby inherits what it had.
COUNTY_PATH = 12


def county_of(path: str) -> Substr:
    return Substr(path, 1, COUNTY_PATH)


def is_below(path: str) -> Q:
    """Of stations below this path, looked up for each row: applications are few beside the
    stations of a city, which PostgreSQL would go through to find them."""
    regions = Region.objects.filter(pk=OuterRef("station__region"), path__startswith=path)
    return Q(ByRow(regions))


def _confirmed(programme: int, path: str) -> QuerySet:
    targets = Target.objects.filter(
        programme=programme, region__path__startswith=path, state=Target.State.CONFIRMED
    )
    return targets.order_by("due_on").values_list("region_id", "track", "due_on", "number")


def read_schedules(programme: Programme, city: Region) -> dict[tuple[int, str], Schedule]:
    steps: dict[tuple[int, str], list[tuple[dt.date, int]]] = {}
    for region, track, due_on, number in kept(_confirmed, programme=programme.pk, path=city.path):
        steps.setdefault((region, track), []).append((due_on, number))
    return {key: Schedule(programme.starts_on, tuple(found)) for key, found in steps.items()}


def read_named(programme: Programme, city: Region, level: str) -> list[tuple]:
    """(county path, level, track, named on, ended on, how many): naming goes by batches,
    so these are few rows, and they answer for every day at once."""
    rows = kept(_named_counted, programme=programme.pk, path=city.path)
    return [row for row in rows if level in ("", row[1])]


def _named_counted(programme: int, path: str) -> QuerySet:
    named = Accreditation.objects.filter(programme=programme, county__path__startswith=path)
    return (
        named.annotate(county_path=county_of("county__path"))
        .order_by()
        .values_list("county_path", "station__region__level", "track", "named_on", "ended_on")
        .annotate(n=Count("pk"))
    )


def is_valid(named_on: dt.date, ended_on: dt.date | None, day: dt.date) -> bool:
    """The same as `Accreditation.objects.valid_on(day)`."""
    return named_on <= day and (ended_on is None or ended_on > day)


def count_named(named: list[tuple], on: dt.date, counted_on: dt.date) -> Counter:
    """Those named after the programme's end are in neither number."""
    counts: Counter = Counter()
    for county, level, track, named_on, ended_on, n in named:
        if is_valid(named_on, ended_on, counted_on):
            _add(counts, county, level, track, "recognised", n)
        if named_on <= counted_on and is_valid(named_on, ended_on, on):
            _add(counts, county, level, track, "valid", n)
    return counts


def count_under_way(programme: Programme, city: Region, on: dt.date, level: str) -> Counter:
    counts: Counter = Counter()
    given = {"programme": programme.pk, "path": city.path}
    if on >= timezone.localdate():
        rows = kept(_states_now, **given)
    else:
        rows = list(_counted_by_state(state_on(_applications(**given), on)))
    for county, station_level, track, state, n in rows:
        if level in ("", station_level):
            _add(counts, county, station_level, track, STAGE_OF[state], n)
    return counts


def _applications(programme: int, path: str) -> QuerySet:
    return Application.objects.filter(is_below(path), programme=programme)


def _states_now(programme: int, path: str) -> QuerySet:
    return _counted_by_state(_applications(programme, path).annotate(state_then=F("state")))


def _counted_by_state(applications: QuerySet) -> QuerySet:
    return (
        applications.filter(state_then__in=list(STAGE_OF))
        .annotate(county_path=county_of("station__region__path"))
        .order_by()
        .values_list("county_path", "station__region__level", "track", "state_then")
        .annotate(n=Count("pk"))
    )


def state_on(applications, day: dt.date):
    """Annotates `state_then`: the state at the end of the day, by the transitions. Before
    its first transition an application that existed was a draft; one that did not exist
    has none."""
    if day >= timezone.localdate():
        return applications.annotate(state_then=F("state"))
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
    last = (
        Transition.objects.filter(application=OuterRef("pk"), at__lt=end)
        .order_by("-at", "-pk")
        .values("to_state")[:1]
    )
    any_before = Transition.objects.filter(application=OuterRef("pk"), at__lt=end)
    return applications.annotate(
        state_then=Case(
            When(Exists(any_before), then=Subquery(last)),
            When(created_at__lt=end, then=Value(State.DRAFT.value)),
            default=Value(""),
        )
    )


def count_ready(programme: Programme, city: Region, level: str) -> Counter:
    """Stations that would pass by the computed score and have nothing running."""
    counts: Counter = Counter()
    for county, station_level, track, n in kept(
        _ready_counted, programme=programme.pk, path=city.path
    ):
        if level in ("", station_level):
            _add(counts, county, station_level, track, "ready", n)
    return counts


def _ready_counted(programme: int, path: str) -> QuerySet:
    of_station = {"programme": programme, "station": OuterRef("station")}
    running = Application.objects.filter(**of_station).exclude(state__in=Application.ENDED)
    named = Accreditation.objects.filter(**of_station).exclude(state=Accreditation.State.ENDED)
    ready = StationScore.objects.filter(
        is_below(path),
        ~Exists(running),
        ~Exists(named),
        is_ready=True,
        station__is_active=True,
    )
    return (
        ready.annotate(county_path=county_of("station__region__path"))
        .order_by()
        .values_list("county_path", "station__region__level", "track")
        .annotate(n=Count("pk"))
    )


def _add(counts: Counter, county: str, level: str, track: str, number: str, n: int) -> None:
    """Into the county's, the city's and the level's sum; the empty text stands for all."""
    counts[county, "", track, number] += n
    counts["", "", track, number] += n
    counts["", level, track, number] += n
