"""Which stations are filled, for which track and how well each of them is kept."""

import csv
import io
from pathlib import Path

from django.conf import settings

from config.demo.scale import LEVELS, SHARES_CITY, SHARES_SMALL
from config.demo.world import Place, World
from stations.models import Region, Station
from stations.regions import load

REGIONS_FILE = Path(settings.BASE_DIR) / "stations" / "data" / "regions.csv"
TRACK_SHARES = {"red": 0.46, "historical": 0.3, "rural": 0.24}
VILLAGES_PER_TOWN = 6


def ensure_tree(world: World) -> None:
    if not Region.objects.exists():
        load(REGIONS_FILE.read_bytes())
    world.city = (
        Region.objects.filter(level=Region.Level.CITY, parent=None).order_by("code").first()
    )
    if world.scale.factor > 1:
        load(_copied_tree(world.scale.factor, world.city.code))


def _copied_tree(factor: int, root: str) -> bytes:
    """The units of the city again and again, under codes of provinces that do not exist."""
    rows = list(csv.DictReader(io.StringIO(REGIONS_FILE.read_text(encoding="utf-8-sig"))))
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    for copy in range(1, factor):
        for row in rows:
            if row["level"] == "city":
                continue
            parent = row["parent_code"]
            changed = {
                "code": f"{83 + copy}{row['code'][2:]}",
                "parent_code": root if parent == root else f"{83 + copy}{parent[2:]}",
            }
            if row["level"] == "county":
                changed["name"] = f"{row['name']}（演示{copy + 1}）"
            writer.writerow(row | changed)
    return out.getvalue().encode()


def counties_with_stations() -> list[Region]:
    return list(Region.objects.county_level().filter(is_active=True))


def choose_stations(world: World) -> list[Station]:
    stations = list(
        Station.objects.filter(is_active=True)
        .select_related("region__parent")
        .order_by("region__path")
    )
    if world.scale.stations is None:
        return stations
    by_county: dict[str, list[Station]] = {}
    for station in stations:
        by_county.setdefault(station.region.county_code, []).append(station)
    chosen = []
    for code, quota in _quotas(by_county, world.scale.stations).items():
        chosen += _some_towns(world.rng("choose", code), by_county[code], quota)
    return chosen


def _quotas(by_county, total):
    """Half alike for every unit, half by its size; the sum is exact."""
    size = sum(map(len, by_county.values()))
    exact = {
        code: total * (0.5 / len(by_county) + 0.5 * len(rows) / size)
        for code, rows in by_county.items()
    }
    quotas = {code: max(1, int(number)) for code, number in exact.items()}
    by_rest = sorted(exact, key=lambda code: int(exact[code]) - exact[code])
    for code in by_rest * total:
        if sum(quotas.values()) >= total:
            break
        quotas[code] += 1
    return quotas


def _some_towns(rng, stations, quota):
    """Whole corners of a county: a town's station with several of its villages'."""
    towns = [s for s in stations if s.region.level == Region.Level.TOWN]
    rng.shuffle(towns)
    per_town = max(VILLAGES_PER_TOWN, -(-quota // max(1, len(towns))) - 1)
    chosen = []
    for town in towns:
        villages = [s for s in stations if s.region.parent_id == town.region_id]
        picked = rng.sample(villages, min(per_town, len(villages)))
        chosen += [town, *sorted(picked, key=lambda s: s.region.path)]
        if len(chosen) >= quota:
            break
    return chosen[:quota]


def make_places(world: World, stations: list[Station], regions: dict[int, Region]) -> list[Place]:
    shares = SHARES_CITY if world.scale.stations is None else SHARES_SMALL
    rng = world.rng("levels")
    levels = _dealt(rng, shares, len(stations))
    tracks = _dealt(rng, TRACK_SHARES, len(stations))
    places = []
    for station, level, track in zip(stations, levels, tracks, strict=True):
        region = station.region
        county = world.users[f"county-{region.county_code}"]
        is_town = region.level == Region.Level.TOWN
        clerk = world.users.get(f"station-{region.code}", county)
        places.append(
            Place(
                station=station,
                region=region,
                town=region if is_town else regions[region.parent_id],
                county=county.region,
                level=LEVELS[level],
                track=track,
                rng=world.rng("place", region.code),
                clerk_id=clerk.pk,
                county_user_id=county.pk,
            )
        )
    return places


def _dealt(rng, shares, count):
    """A deck with the exact shares, shuffled: a small city has some of everything."""
    deck = [name for name, share in shares.items() for _ in range(max(1, round(share * count)))]
    deck += [next(iter(shares))] * max(0, count - len(deck))
    rng.shuffle(deck)
    return deck[:count]
