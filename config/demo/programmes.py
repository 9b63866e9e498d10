"""Two programmes: the finished one of the policy, short of its targets by a few, and a
current one whose targets are an assumption and say so."""

import datetime as dt
from dataclasses import dataclass

from accounts import audit
from accounts.models import AuditEntry
from accreditation.models import BuildList, CountyPlan, Programme, ProgrammeStage, Target
from accreditation.programmes import NUMBERS, ensure_programme_532
from config.demo.world import World
from stations.models import Region, Station

NAME_NEXT = "巩固提升（演示，目标为假设）"
NEXT_STARTS, NEXT_ENDS = dt.date(2026, 1, 1), dt.date(2028, 12, 31)
STEPS_532 = {
    dt.date(2023, 12, 31): 0.3,
    dt.date(2024, 12, 31): 0.68,
    dt.date(2025, 12, 31): 1.0,
}
STEPS_NEXT = {
    dt.date(2026, 12, 31): 0.3,
    dt.date(2027, 12, 31): 0.66,
    dt.date(2028, 12, 31): 1.0,
}
# What the counties took over, all together: not quite the city's 50 / 30 / 20.
ASSIGNED_532 = {"red": 50, "historical": 30, "rural": 19}
ASSIGNED_NEXT = {"red": 48, "historical": 29, "rural": 20}


@dataclass
class Programmes:
    finished: Programme
    current: Programme
    # unit -> track -> number taken over in the finished programme
    shares: dict[int, dict[str, int]]


def make_programmes(world: World, units: list[Region]) -> Programmes:
    finished = ensure_programme_532()
    Programme.objects.filter(pk=finished.pk).update(is_current=False)
    finished.is_current = False
    current = Programme.objects.create(
        name=NAME_NEXT,
        starts_on=NEXT_STARTS,
        ends_on=NEXT_ENDS,
        rubric=finished.rubric,
        is_current=True,
        is_demo=True,
    )
    kinds = ProgrammeStage.Kind
    ProgrammeStage.objects.bulk_create(
        ProgrammeStage(
            programme=current,
            kind=kind,
            starts_on=dt.date(year, 1, 1),
            ends_on=dt.date(year, 12, 31),
            aim=kind.label,
        )
        for kind, year in (
            (kinds.DEMONSTRATION, 2026),
            (kinds.IMPROVEMENT, 2027),
            (kinds.BRAND, 2028),
        )
    )
    weights = _weights(units)
    finished_shares = _shares(units, weights, ASSIGNED_532)
    next_shares = _shares(units, weights, ASSIGNED_NEXT)
    by = world.users["city"]
    rows = [
        _target(world, current, world.city, track, NEXT_ENDS, number, by)
        for track, number in NUMBERS.items()
    ]
    rows += _county_targets(world, finished, units, finished_shares, STEPS_532, drafts=0)
    rows += _county_targets(world, current, units, next_shares, STEPS_NEXT, drafts=2)
    Target.objects.bulk_create(rows)
    _note(world, finished, current, units)
    _county_plans(world, finished, units)
    return Programmes(finished, current, finished_shares)


def _weights(units):
    return {unit.pk: Station.objects.active().in_region(unit).count() ** 0.7 for unit in units}


def _shares(units, weights, numbers):
    """The city's number split over the units, sums exact."""
    total = sum(weights.values()) or 1
    shares = {unit.pk: {} for unit in units}
    for track, number in numbers.items():
        exact = {pk: number * weight / total for pk, weight in weights.items()}
        whole = {pk: int(value) for pk, value in exact.items()}
        by_rest = sorted(exact, key=lambda pk: whole[pk] - exact[pk])
        for pk in by_rest[: number - sum(whole.values())]:
            whole[pk] += 1
        for pk, value in whole.items():
            shares[pk][track] = value
    return shares


def _target(world, programme, region, track, due_on, number, by, *, confirmed=True):
    at = world.moment(max(programme.starts_on, dt.date(2022, 11, 1)))
    return Target(
        programme=programme,
        region=region,
        track=track,
        due_on=due_on,
        number=number,
        state=Target.State.CONFIRMED if confirmed else Target.State.DRAFT,
        confirmed_by=world.users["city"] if confirmed else None,
        created_by=by,
        updated_by=by,
        created_at=at,
        updated_at=at,
    )


def _county_targets(world, programme, units, shares, steps, *, drafts):
    rows = []
    for position, unit in enumerate(units):
        by = world.users[f"county-{unit.code}"]
        for track, number in shares[unit.pk].items():
            for due_on, share in steps.items():
                rows.append(
                    _target(world, programme, unit, track, due_on, round(number * share), by,
                            confirmed=position < len(units) - drafts)
                )  # fmt: skip
    return rows


def _note(world, finished, current, units):
    entries = [audit.entry("programme.create", by=world.users["admin"], obj=current)]
    for programme in (finished, current):
        for unit in units:
            by = world.users[f"county-{unit.code}"]
            entries.append(audit.entry("target.save", by=by, obj=programme, region=unit))
    AuditEntry.objects.bulk_create(entries)


def _county_plans(world, programme, units):
    CountyPlan.objects.bulk_create(
        CountyPlan(
            programme=programme,
            region=unit,
            adopted_on=dt.date(2022, 10, 10) + dt.timedelta(days=7 * number),
            leader="分管领导（演示）",
            contact="经办人（演示）",
            created_by=world.users[f"county-{unit.code}"],
            updated_by=world.users[f"county-{unit.code}"],
        )
        for number, unit in enumerate(units)
    )


def make_build_list(world: World, programme: Programme) -> None:
    """建设名单 of the current year: the stations that the counties build up."""
    chosen = [p for p in world.places if p.level.name in ("ready", "good")]
    BuildList.objects.bulk_create(
        [
            BuildList(
                programme=programme,
                station=place.station,
                track=place.track,
                year=world.today.year,
                created_by_id=place.county_user_id,
                updated_by_id=place.county_user_id,
            )
            for place in chosen
        ],
        batch_size=500,
    )
