"""短板: which requirements most stations lack, and which stations lack least. Both are read
from the last computed scores (accreditation/scoring/stored.py)."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, Value
from django.db.models.functions import Greatest

from accounts.permissions import is_county
from accreditation.models import Accreditation, Application, Programme, Requirement, StationScore
from accreditation.progress import Row
from accreditation.progress.counts import county_of
from accreditation.scoring.results import (
    COMMON,
    OWN,
    PARTS,
    PASS_COMMON,
    PASS_OWN,
    PASS_TOTAL,
    TOTAL,
    TRACK_OF,
)
from accreditation.scoring.stored import read_gaps
from stations.models import Region, Track

# Within so many hundredths of a point of the pass line, and so many musts, a station is close.
NEAR, NEAR_MUSTS = 1500, 5


@dataclass
class HeatLine:
    requirement: Requirement
    shares: list[tuple[int, int]]
    """(lacking, stations) per unit, then of the whole city."""

    @property
    def city(self) -> tuple[int, int]:
        return self.shares[-1]

    @property
    def cells(self) -> list[dict]:
        return [
            {"lacking": n, "of": of, "percent": percent(n, of), "heat": heat(n, of)}
            for n, of in self.shares
        ]


def percent(n: int, of: int) -> int | None:
    return round(100 * n / of) if of else None


def heat(n: int, of: int) -> int:
    """0 to 5, for the colour of the table."""
    return -(-5 * n // of) if of else 0


def heat_map(
    programme: Programme,
    *,
    city: Region,
    units: list[Row],
    part: str = "",
    first: int = 0,
    of_all: bool = False,
) -> list[HeatLine]:
    """Requirement x unit: the share of stations that could earn more there, of those that have
    chosen a track; for the common part also `of_all` stations. Two queries."""
    lacking: Counter = Counter()
    of: Counter = Counter()
    for county, track, own, gaps in (
        _counted(StationScore.objects.all(), city, of_all=of_all)
        .annotate(county_path=county_of("station__region__path"))
        .order_by()
        .values_list("county_path", "track", "station__track", "gaps")
    ):
        parts = {"C", PARTS[track]} if track == own else {"C"}
        found = [code for code in read_gaps(gaps) if code[0] in parts]
        for where in (county, ""):
            of.update((where, one) for one in parts)
            lacking.update((where, code) for code in found)
    lines = [
        HeatLine(
            requirement,
            [
                (lacking[path, requirement.code], of[path, requirement.code[0]])
                for path in [*(row.region.path for row in units), ""]
            ],
        )
        for requirement in programme.rubric.requirements.order_by("pk")
        if not part or requirement.code[0] == part
    ]
    if first:
        lines = [line for line in lines if line.city[0]]
        lines.sort(key=lambda line: -line.city[0] / line.city[1])
        return lines[:first]
    return lines


def _counted(scores, region: Region, *, of_all: bool):
    counted = Q(track=F("station__track"))
    if of_all:
        # The common part is the same on the three rows of a station; one of them is enough.
        counted |= Q(track=Track.RED, station__track="")
    return scores.filter(
        counted, station__is_active=True, station__region__path__startswith=region.path
    )


def lacking(user, region: Region, code: str, *, of_all: bool = False):
    """The stations that one number of the heat map counts."""
    rows = _counted(StationScore.objects.visible_to(user), region, of_all=of_all)
    if code[0] != "C":
        rows = rows.filter(track=TRACK_OF[code[0]], station__track=TRACK_OF[code[0]])
    return (
        rows.filter(gaps__contains=f"{code}=")
        .select_related("station__region__parent")
        .order_by("station__region__rank", "station__region__path")
    )


def _short(points: str, maximum: str, floor: int, full: int) -> ExpressionWrapper:
    """Hundredths below a floor that is taken pro rata of what can be computed."""
    needed = (F(maximum) * floor + Value(full - 1)) / full
    return ExpressionWrapper(needed - F(points), output_field=IntegerField())


def closest(user, programme: Programme, track: str):
    """Stations that have nothing running and are near the pass line of the track. A help
    list, not a ranking: for a county by what is still missing, above it in the order of the
    administrative divisions."""
    running = Application.objects.filter(programme=programme, station=OuterRef("station")).exclude(
        state__in=[s for s in Application.ENDED if s != Application.State.ACCREDITED]
    )
    named = Accreditation.objects.filter(programme=programme, station=OuterRef("station")).exclude(
        state=Accreditation.State.ENDED
    )
    common = Greatest(_short("common", "common_max", PASS_COMMON, COMMON), Value(0))
    own = Greatest(_short("own", "own_max", PASS_OWN, OWN), Value(0))
    total = Greatest(_short("computed", "computed_max", PASS_TOTAL, TOTAL), Value(0))
    return (
        StationScore.objects.visible_to(user)
        .filter(~Exists(running), ~Exists(named), track=track, station__is_active=True)
        .annotate(short=Greatest(total, ExpressionWrapper(common + own, IntegerField())))
        .filter(short__lte=NEAR, musts_missing__lte=NEAR_MUSTS)
        .select_related("station__region__parent")
        .order_by(
            *(("musts_missing", "short") if is_county(user) else ()),
            "station__region__rank",
            "station__region__path",
        )
    )


def missing_of(score: StationScore, requirements: dict[str, Requirement], first: int) -> list:
    """The musts, then what earns most."""
    found = [
        (requirements[c], lack) for c, lack in read_gaps(score.gaps).items() if c in requirements
    ]
    return sorted(found, key=lambda pair: (not pair[0].must, -pair[1]))[:first]


def part_label(part: str) -> str:
    return "共性内容" if part == "C" else Track(TRACK_OF[part]).label
