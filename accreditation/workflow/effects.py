"""What naming a batch does to the numbers of each county and track."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from accreditation.models import Accreditation, Application, Programme, Target
from stations.models import Region, Track


@dataclass(frozen=True)
class Change:
    """A number before and after, beside the whole target of the programme if there is one."""

    track: str
    target: int | None
    before: int
    added: int

    @property
    def after(self) -> int:
        return self.before + self.added


@dataclass(frozen=True)
class CountyEffect:
    county: Region
    changes: list[Change]

    @property
    def added(self) -> int:
        return sum(change.added for change in self.changes)


def county_effects(
    rows: Iterable[Application], programme: Programme, *, on: dt.date
) -> list[CountyEffect]:
    """Every county-level unit in its order; a naming after the end adds nothing."""
    counties = list(Region.objects.filter(level=Region.Level.COUNTY, is_active=True))
    counties.sort(key=lambda county: (county.sort_order, county.code))
    last = min(on, programme.ends_on)
    valid = Accreditation.objects.filter(programme=programme, named_on__lte=programme.ends_on)
    before = Counter(valid.valid_on(last).values_list("county__code", "track"))
    counts = programme.starts_on <= on <= programme.ends_on
    added = Counter((row.station.region.county_code, row.track) for row in rows if counts)
    targets: dict[tuple[str, str], int] = {}
    steps = Target.objects.filter(
        programme=programme, region__level=Region.Level.COUNTY, state=Target.State.CONFIRMED
    )
    # Cumulative: the last day's number is the whole target.
    for code, track, number in steps.order_by("due_on").values_list(
        "region__code", "track", "number"
    ):
        targets[code, track] = number
    return [
        CountyEffect(
            county,
            [
                Change(
                    track,
                    targets.get((county.code, track)),
                    before[county.code, track],
                    added[county.code, track],
                )
                for track in Track.values
            ],
        )
        for county in counties
    ]
