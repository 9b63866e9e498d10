"""试算对比: every station scored by the version in force and by the draft, on the same day and
the same records. Only sums are kept: which requirements move, and how many stations per track
and per county-level unit would pass or be ready."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from accreditation.models import Programme, Rubric
from accreditation.scoring import PARTS, Scorecard, score_stations
from stations.models import Region, Station


@dataclass
class Side:
    """One version over all stations; the cards themselves are not kept."""

    ready: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    passed: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    totals: Counter[str] = field(default_factory=Counter)
    # code -> station -> (hundredths earned, full marks); None: 待评
    lines: dict[str, dict[int, tuple[int | None, int]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def take(self, cards: dict[int, Scorecard]) -> "Side":
        for pk, card in cards.items():
            for track in PARTS:
                result = card.track(track)
                self.totals[track] += result.computed
                if result.is_ready:
                    self.ready[track].add(pk)
                if result.is_passed:
                    self.passed[track].add(pk)
            for code, line in card.lines.items():
                self.lines[code][pk] = (line.points, line.max_points)
        return self


def score_side(rubric: Rubric, *, on: dt.date, programme: Programme | None) -> Side:
    """As the version would count: a verdict on a requirement that it revises is not given."""
    stations = Station.objects.active()
    return Side().take(score_stations(stations, on=on, programme=programme, rubric=rubric))


def compare(old: Side, new: Side, *, county_of: dict[int, int]) -> dict[str, Any]:
    """What the page shows and the workbook holds, as JSON."""
    return {
        "stations": len(county_of),
        "tracks": {track: _track(old, new, track, len(county_of)) for track in PARTS},
        "requirements": _requirements(old, new),
        "counties": _counties(old, new, county_of),
    }


def _track(old: Side, new: Side, track: str, stations: int) -> dict[str, int]:
    before, after = old.ready[track], new.ready[track]
    return {
        "ready_before": len(before),
        "ready_after": len(after),
        "gained": len(after - before),
        "lost": len(before - after),
        "passed_before": len(old.passed[track]),
        "passed_after": len(new.passed[track]),
        "mean_before": old.totals[track] // max(stations, 1),
        "mean_after": new.totals[track] // max(stations, 1),
    }


def _requirements(old: Side, new: Side) -> list[dict[str, Any]]:
    """Those that move at any station, most stations first."""
    found = []
    for code, after in new.lines.items():
        before = old.lines.get(code, {})
        more = [pk for pk in after if _share(after[pk]) > _share(before.get(pk))]
        less = [pk for pk in after if _share(after[pk]) < _share(before.get(pk))]
        moved = sum(after[pk] != before.get(pk) for pk in after)
        if moved:
            found.append(
                {
                    "code": code,
                    "moved": moved,
                    "more": len(more),
                    "less": len(less),
                    "full_before": _full(before.values()),
                    "full_after": _full(after.values()),
                    "mean_before": _mean(before.values()),
                    "mean_after": _mean(after.values()),
                }
            )
    return sorted(found, key=lambda row: (-row["more"] - row["less"], -row["moved"], row["code"]))


def _share(earned: tuple[int | None, int] | None) -> float:
    if earned is None or earned[0] is None:
        return 0.0
    return earned[0] / earned[1] if earned[1] else 0.0


def _full(rows: Iterable[tuple[int | None, int]]) -> int:
    return sum(points == full for points, full in rows)


def _mean(rows: Iterable[tuple[int | None, int]]) -> int:
    known = [points for points, _ in rows if points is not None]
    return sum(known) // len(known) if known else 0


def _counties(old: Side, new: Side, county_of: dict[int, int]) -> list[dict[str, Any]]:
    """In the city's own order of units."""
    stations = Counter(county_of.values())
    before, after = _per_county(old, county_of), _per_county(new, county_of)
    units = Region.objects.county_level().filter(pk__in=stations).order_by("rank", "code")
    return [
        {
            "name": unit.name,
            "stations": stations[unit.pk],
            "ready": {track: [before[unit.pk, track], after[unit.pk, track]] for track in PARTS},
        }
        for unit in units
    ]


def _per_county(side: Side, county_of: dict[int, int]) -> Counter[tuple[int, str]]:
    return Counter(
        (county_of[pk], track) for track in PARTS for pk in side.ready[track] if pk in county_of
    )


def counties_of_stations() -> dict[int, int]:
    """Station -> its county-level unit."""
    units = dict(Region.objects.county_level().values_list("code", "pk"))
    rows = Station.objects.active().values_list("pk", "region__path").order_by()
    places = ((pk, path.split("/")[1:2]) for pk, path in rows)
    return {pk: units[code[0]] for pk, code in places if code and code[0] in units}
