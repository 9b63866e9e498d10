"""The finished programme: recognitions of 2023 to 2025 with their own dates.

Most of them come from paper and are entered afterwards, as a city would; the last batch
went through the system. One was revoked and one ended with a merger, so the programme
stays short of its targets by a few.
"""

import datetime as dt

from accreditation import workflow
from accreditation.workflow.back_entry import Row
from config.demo.programmes import Programmes
from config.demo.world import World
from stations.models import Station

BATCH_DAYS = (
    dt.date(2023, 6, 28), dt.date(2023, 12, 20), dt.date(2024, 7, 26), dt.date(2024, 12, 18),
    dt.date(2025, 6, 27), dt.date(2025, 12, 19),
)  # fmt: skip
DOCUMENTS = ("〔2023〕演示1号", "〔2023〕演示2号", "〔2024〕演示1号", "〔2024〕演示2号",
             "〔2025〕演示1号", "〔2025〕演示2号")  # fmt: skip
# How many fewer than the counties took over, and how many ended since.
SHORT = {"red": 2, "historical": 1, "rural": 0}
RANK = {"good": 0, "ready": 1, "half": 2, "thin": 3, "empty": 4}
FROM_RECORDS = 0.6


def recognise_finished(world: World, programmes: Programmes, units) -> set[int]:
    """Returns the keys of the stations that were recognised."""
    chosen = _choose(world, programmes, units)
    rng = world.rng("finished")
    rng.shuffle(chosen)
    rows, city = [], world.users["city"]
    for number, (station, track) in enumerate(chosen):
        batch = min(number * len(BATCH_DAYS) // len(chosen), len(BATCH_DAYS) - 1)
        rows.append(
            Row(
                programme=programmes.finished, station=station, track=track,
                named_on=BATCH_DAYS[batch],
                document_no=f"宿退役军人{DOCUMENTS[batch]}",
            )
        )  # fmt: skip
    made = workflow.enter_accreditations(rows, by=city, at=world.moment(dt.date(2026, 1, 8)))
    _afterwards(world, made)
    return {station.pk for station, _track in chosen}


def _choose(world, programmes, units):
    """For every unit and track as many as it took over, less what it fell short."""
    short = dict(SHORT)
    largest = sorted(units, key=lambda unit: -sum(programmes.shares[unit.pk].values()))
    wanted = {unit.pk: dict(programmes.shares[unit.pk]) for unit in units}
    for track, number in short.items():
        for unit in largest[:number]:
            wanted[unit.pk][track] -= 1
    # One more of each that has ended since.
    wanted[largest[0].pk]["red"] += 1
    wanted[largest[1].pk]["historical"] += 1
    chosen, taken = [], set()
    for unit in units:
        rng = world.rng("finished", unit.code)
        spare = list(Station.objects.active().in_region(unit).order_by("region__path"))
        rng.shuffle(spare)
        filled = {place.station.pk for place in world.places}
        spare = [station for station in spare if station.pk not in filled]
        for track, number in wanted[unit.pk].items():
            kept = _best(world, unit, track, taken)
            for place in kept[: max(number - len(spare), round(number * FROM_RECORDS))][:number]:
                chosen.append((place.station, track))
                taken.add(place.station.pk)
            while (
                sum(1 for s, t in chosen if t == track and s.region.path.startswith(unit.path))
                < number
            ):
                station = spare.pop()
                chosen.append((station, track))
    return chosen


def _best(world, unit, track, taken):
    places = [
        place
        for place in world.places
        if place.track == track and place.county.pk == unit.pk and place.station.pk not in taken
    ]
    return sorted(places, key=lambda place: (RANK[place.level.name], place.region.code))


def _afterwards(world, made):
    """Rechecks passed in the following year, two that run today, and the two that ended."""
    city = world.users["city2"]
    red = [row for row in made if row.track == "red"]
    historical = [row for row in made if row.track == "historical"]
    rural = [row for row in made if row.track == "rural"]
    early = [row for row in made if row.named_on.year == 2023]
    ended = {row.pk for row in (_first_until(red, 2024), _first_until(historical, 2024))}
    workflow.revoke(
        _first_until(red, 2024), reason="年度复核时阵地已改作他用，整改期满仍未恢复。",
        ended_on=dt.date(2025, 5, 20), by=city, at=world.moment(dt.date(2025, 5, 20)),
    )  # fmt: skip
    workflow.end_by_merger(
        _first_until(historical, 2024), reason="村（社区）调整，服务站并入相邻社区服务站。",
        ended_on=dt.date(2025, 8, 15), by=city, at=world.moment(dt.date(2025, 8, 15)),
    )  # fmt: skip
    for row in [row for row in early if row.pk not in ended][:5]:
        at = world.moment(dt.date(2024, 11, 12))
        workflow.start_recheck(row, reason="年度复核", by=city, at=at)
        workflow.pass_recheck(
            row, finding="阵地、队伍和活动保持良好。", by=city, at=at + world.days(9)
        )
    running = [row for row in (*red, *rural) if row.pk not in ended][-4:]
    # As the yearly one is started, with the lines of the standard to be gone through.
    for row, ago in ((running[0], 18), (running[-1], 40)):
        workflow.start_rechecks(
            [row], reason="年度复核", by=city, at=world.moment(world.days_ago(ago))
        )
        row.refresh_from_db(fields=["state", "version"])
    workflow.order_rectification(
        running[-1], finding="宣传栏半年未更换，志愿服务记录中断。",
        rectify_by=world.today + world.days(35), by=city, at=world.moment(world.days_ago(25)),
    )  # fmt: skip


def _first_until(rows, year):
    return next(row for row in sorted(rows, key=lambda row: row.pk) if row.named_on.year < year)
