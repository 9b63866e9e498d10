"""Makes programmes, targets, applications with their history and namings, on given days."""

import datetime as dt
from itertools import count

from django.utils import timezone

from accreditation.models import (
    Accreditation,
    Application,
    Programme,
    Rubric,
    StationScore,
    Target,
    Transition,
)
from stations.models import Track
from tests.factories import RegionFactory, StationFactory

_numbers = count(1)


def noon(day):
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def a_rubric():
    found = Rubric.objects.order_by("version").first()
    return found or Rubric.objects.create(version=1, state=Rubric.State.IN_FORCE)


def a_programme(name="方案", starts=dt.date(2024, 1, 1), ends=dt.date(2027, 12, 31), **fields):
    return Programme.objects.create(
        name=name, starts_on=starts, ends_on=ends, rubric=a_rubric(), **fields
    )


def a_target(programme, region, track, number, due=None, state="confirmed"):
    return Target.objects.create(
        programme=programme,
        region=region,
        track=track,
        number=number,
        due_on=due or programme.ends_on,
        state=state,
    )


def a_village(county, level="village"):
    """A new place with a station somewhere below the county."""
    region = RegionFactory(parent=county, level=level)
    region.path = f"{county.path}{region.code}/"
    region.save()
    return StationFactory(region=region)


def a_naming(programme, station, county, track, on, ended=None, reason="revoked"):
    return Accreditation.objects.create(
        programme=programme,
        station=station,
        county=county,
        track=track,
        named_on=on,
        number=f"认{next(_numbers)}",
        state="ended" if ended else "active",
        ended_on=ended,
        end_reason=reason if ended else "",
    )


def an_application(programme, station, track, steps):
    """`steps`: (state, day) in order; the first is the draft."""
    application = Application.objects.create(
        programme=programme,
        station=station,
        track=track,
        number=f"申{next(_numbers)}",
        state=steps[-1][0],
        created_at=noon(steps[0][1]),
    )
    before = ""
    for state, day in steps:
        Transition.objects.create(
            application=application, from_state=before, to_state=state, at=noon(day)
        )
        before = state
    return application


def a_score(station, track, ready=True):
    return StationScore.objects.create(
        station=station,
        track=track,
        computed=8500,
        computed_max=9500,
        common=5000,
        common_max=5500,
        own=3500,
        own_max=4000,
        musts_missing=0,
        lines_missing=1,
        is_ready=ready,
        scored_on=timezone.localdate(),
    )


def many_namings(programme, county, n, on):
    for number in range(n):
        a_naming(programme, a_village(county), county, list(Track)[number % 3], on)
