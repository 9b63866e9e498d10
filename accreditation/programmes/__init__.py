"""The programme of the policy as data, and the choice of a programme for a page."""

import datetime as dt

from django.db import transaction

from accounts import audit
from accreditation.models import Programme, ProgrammeStage, Rubric, Target
from stations.models import Region, Track

# Section three of the policy, in its order: 50 / 30 / 20 (左右) by the end of 2025.
NAME_532 = "“532工程”（2022-2025年）"
STARTS_ON = dt.date(2022, 9, 15)
ENDS_ON = dt.date(2025, 12, 31)
NUMBERS = {Track.RED: 50, Track.HISTORICAL: 30, Track.RURAL: 20}
# 一年做示范、两年抓提升、三年树品牌 (section two, four): the policy gives years, no days.
STAGES = (
    (ProgrammeStage.Kind.DEMONSTRATION, STARTS_ON, dt.date(2023, 9, 14)),
    (ProgrammeStage.Kind.IMPROVEMENT, dt.date(2023, 9, 15), dt.date(2024, 9, 14)),
    (ProgrammeStage.Kind.BRAND, dt.date(2024, 9, 15), ENDS_ON),
)


class NotPossibleYet(Exception):
    """Something that the programme hangs on is not loaded; the message says what."""


def city_region() -> Region | None:
    return Region.objects.filter(level=Region.Level.CITY, parent=None).order_by("code").first()


@transaction.atomic
def ensure_programme_532() -> Programme:
    """Make the programme with stages and city targets where they are missing. What is
    there is left as it is: the city may have changed it."""
    city = city_region()
    if city is None:
        raise NotPossibleYet("还没有行政区划，请先执行 load_regions。")
    rubric = Rubric.objects.filter(state=Rubric.State.IN_FORCE).order_by("version").first()
    if rubric is None:
        raise NotPossibleYet("还没有施行中的评价标准，请先执行 migrate。")
    programme, is_new = Programme.objects.get_or_create(
        name=NAME_532,
        defaults={
            "starts_on": STARTS_ON,
            "ends_on": ENDS_ON,
            "rubric": rubric,
            "is_current": not Programme.objects.filter(is_current=True).exists(),
        },
    )
    if is_new:
        ProgrammeStage.objects.bulk_create(
            ProgrammeStage(
                programme=programme, kind=kind, starts_on=first, ends_on=last, aim=kind.label
            )
            for kind, first, last in STAGES
        )
        audit.record("programme.create", by=None, obj=programme, region=city)
    if not Target.objects.filter(programme=programme, region=city).exists():
        Target.objects.bulk_create(
            Target(
                programme=programme,
                region=city,
                track=track,
                due_on=ENDS_ON,
                number=number,
                state=Target.State.CONFIRMED,
            )
            for track, number in NUMBERS.items()
        )
    return programme


def choose_programme(programmes: list[Programme], asked: str | None = None) -> Programme | None:
    """The one that is asked for, else the current one, else the latest (they come latest
    first)."""
    for programme in programmes:
        if asked and str(programme.pk) == asked:
            return programme
    current = [programme for programme in programmes if programme.is_current]
    return next(iter(current or programmes), None)
