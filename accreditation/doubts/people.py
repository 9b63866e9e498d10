"""People: in two places, on two rosters, on the same list again and again, one telephone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from django.db.models import Count, F, Min

from accreditation.doubts.found import Finding, side
from activities.models import Activity, Participation
from veterans.models import DataFault, Veteran

# The same list of at least so many, so many times in a row.
FEWEST_ON_LIST = 5
TIMES_IN_A_ROW = 3
# A telephone that more than three people share.
PEOPLE_PER_PHONE = 3
YEAR = dt.timedelta(days=366)

_PRESENT = (Participation.Role.PARTICIPANT, Participation.Role.VOLUNTEER)


def two_places(on: dt.date) -> Iterator[Finding]:
    """One person, one day, activities of two towns. Being called on the phone or
    visited is not being somewhere."""
    present = Participation.objects.filter(
        role__in=(*_PRESENT, Participation.Role.SPEAKER),
        activity__happened_on__range=(on - YEAR, on),
        activity__by_phone=False,
    ).exclude(activity__kind=Activity.Kind.TALK)
    pairs = (
        present.values("veteran", "activity__happened_on")
        .annotate(stations=Count("activity__station", distinct=True), first=Min("pk"))
        .filter(stations__gt=1)
        .order_by("veteran", "activity__happened_on")
    )
    wanted = {(row["veteran"], row["activity__happened_on"]) for row in pairs}
    rows = present.filter(veteran__in={veteran for veteran, _ in wanted}).values_list(
        "veteran_id",
        "activity__happened_on",
        "veteran__name",
        "activity__station_id",
        "activity__station__name",
        "activity__station__region__code",
        "activity__title",
        "activity__station__region__level",
        "activity__station__region_id",
        "activity__station__region__parent_id",
    )
    ordered = rows.order_by("veteran_id", "activity__happened_on", "activity__station_id", "pk")
    for key, group in groupby(ordered, key=lambda row: row[:2]):
        if key not in wanted:
            continue
        entries = list(group)
        first = entries[0]
        other = next((row for row in entries if _town(*row[7:]) != _town(*first[7:])), None)
        if other:
            yield Finding(
                "two_places",
                other[3],
                key,
                side(f"{other[4]} · {other[6]}", station=other[5], text=other[2], day=key[1]),
                side(f"{first[4]} · {first[6]}", station=first[5], text=first[2], day=key[1]),
                "C7.1",
            )


def _town(level: str, region: int, parent: int | None) -> int | None:
    return parent if level == "village" else region


def two_rosters(on: dt.date) -> Iterator[Finding]:
    """One person on the rosters of two stations, as the open data faults say."""
    rows = (
        DataFault.objects.filter(
            kind=DataFault.Kind.DUPLICATE, closed_at=None, other_id__lt=F("veteran_id")
        )
        .exclude(other__station=F("veteran__station"))
        .filter(
            veteran__status=Veteran.Status.ACTIVE,
            other__status=Veteran.Status.ACTIVE,
        )
    )
    fields = (
        "veteran_id", "other_id", "veteran__name", "other__name", "veteran__station_id",
        "veteran__station__name", "veteran__station__region__code",
        "other__station__name", "other__station__region__code",
    )  # fmt: skip
    for row in rows.order_by("pk").values_list(*fields):
        mine, other, name, other_name, station, here, code, there, other_code = row
        yield Finding(
            "two_rosters",
            station,
            (other, mine),
            side(f"{here} · 花名册", station=code, text=name),
            side(f"{there} · 花名册", station=other_code, text=other_name),
            "C2.6",
        )


def copied_participants(on: dt.date) -> Iterator[Finding]:
    """The same list of people several times in a row."""
    rows = (
        Participation.objects.filter(
            role__in=_PRESENT, activity__happened_on__range=(on - YEAR, on)
        )
        .exclude(activity__kind__in=(Activity.Kind.TALK, Activity.Kind.VISIT))
        .order_by("activity__station_id", "activity__happened_on", "activity_id", "veteran_id")
        .values_list("activity__station_id", "activity_id", "veteran_id")
    )
    runs: list[tuple[int, list[int], int]] = []
    for station, group in groupby(rows.iterator(chunk_size=20_000), key=lambda row: row[0]):
        lists = [
            (activity, frozenset(row[2] for row in people))
            for activity, people in groupby(group, key=lambda row: row[1])
        ]
        for people, same in groupby(lists, key=lambda pair: pair[1]):
            run = [activity for activity, _ in same]
            if len(people) >= FEWEST_ON_LIST and len(run) >= TIMES_IN_A_ROW:
                runs.append((station, run, len(people)))
    ends = Activity.objects.select_related("station__region").in_bulk(
        {pk for _, run, _ in runs for pk in (run[0], run[-1])}
    )
    for station, run, count in runs:
        yield _same_list(station, run, count, ends[run[0]], ends[run[-1]])


def _same_list(
    station: int, run: list[int], people: int, first: Activity, last: Activity
) -> Finding:
    code = first.station.region.code
    return Finding(
        "copied_participants",
        station,
        (run[0],),
        side(last.title, station=code, text=f"连续{len(run)}次都是同样的{people}人",
             day=last.happened_on),
        side(first.title, station=code, day=first.happened_on),
        "C7.1",
    )  # fmt: skip


def shared_phone(on: dt.date) -> Iterator[Finding]:
    """More than three people with one telephone: three of a household may share it."""
    shared = (
        Veteran.objects.filter(status=Veteran.Status.ACTIVE)
        .exclude(phone_hash="")
        .values("station_id", "phone_hash")
        .annotate(people=Count("pk"), first=Min("pk"))
        .filter(people__gt=PEOPLE_PER_PHONE)
        .order_by("station_id", "phone_hash")
    )
    groups = {(row["station_id"], row["phone_hash"]): row for row in shared}
    people = Veteran.objects.filter(
        status=Veteran.Status.ACTIVE, phone_hash__in={phone for _, phone in groups}
    )
    names: dict[tuple[int, str], list[str]] = defaultdict(list)
    codes: dict[int, str] = {}
    fields = ("station_id", "phone_hash", "name", "station__region__code")
    for station, phone, name, code in people.order_by("pk").values_list(*fields):
        names[station, phone].append(name)
        codes[station] = code
    for (station, phone), row in groups.items():
        yield Finding(
            "implausible_person",
            station,
            (station, row["first"]),
            side(f"{row['people']}人的电话相同", station=codes[station],
                 text="、".join(names[station, phone][:4])),
            side("请核对电话", station=codes[station]),
            "C2.6",
        )  # fmt: skip
