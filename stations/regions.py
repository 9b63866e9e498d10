"""What changes the tree of regions: loading a file, renaming, moving, merging.

Nothing that refers to a region is ever lost: a region keeps its row when it is renamed
(the old name is kept with the day), moved (the paths of its subtree follow) or merged
(it hangs below its successor, which therefore sees its records).
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from stations import region_files
from stations.models import Region, Station
from stations.region_order import renumber

BATCH = 500
FILE_FIELDS = ["name", "level", "kind", "sort_order"]
CHANGED_FIELDS = [
    *FILE_FIELDS, "former_names", "parent", "path", "merged_into", "is_active", "version",
]  # fmt: skip


@dataclass
class Loaded:
    created: int = 0
    unchanged: int = 0
    renamed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    stations: int = 0


def load(content: bytes, *, by=None, on=None) -> Loaded:
    """Bring the tree in line with a file. Regions that the file does not name stay as they
    are; what a city entered beside the file (office, leader, phone) is never touched."""
    on = on or timezone.localdate()
    rows = region_files.read(content)
    with transaction.atomic():
        _lock_tree()
        existing = _linked_tree()
        region_files.check_tree(rows, existing)
        plan = _Plan(existing, rows, on)
        plan.apply()
        plan.write(by)
        renumber()
        plan.result.stations = create_missing_stations(by=by)
        _place_administrators()
    return plan.result


def _linked_tree() -> dict[str, Region]:
    """All regions by code, each parent the very object that stands in the tree: a change of
    one is then seen from its whole subtree."""
    regions = {region.pk: region for region in Region.objects.all()}
    for region in regions.values():
        if region.parent_id:
            region.parent = regions[region.parent_id]
        if region.merged_into_id:
            region.merged_into = regions[region.merged_into_id]
    return {region.code: region for region in regions.values()}


def _place_administrators():
    """The first administrator is made before there is a tree; he belongs to the city."""
    cities = Region.objects.filter(level=Region.Level.CITY).order_by("code")
    User.objects.filter(role=User.Role.ADMIN, region=None).update(region=cities.first())


class _Plan:
    """The tree in memory: file rows are laid over it, then all paths are computed anew."""

    def __init__(self, existing, rows, on):
        self.regions, self.rows, self.on = existing, rows, on
        self.new, self.changed, self.result = [], {}, Loaded()
        self.entries: list[AuditEntry] = []
        self.renamed: list[tuple[Region, str]] = []
        self.closed: list[Region] = []

    def apply(self):
        for row in self.rows:
            if row.code not in self.regions:
                region = Region(code=row.code)
                self.regions[row.code] = region
                self.new.append(region)
        created = {region.code for region in self.new}
        for row in self.rows:
            self._lay(row, self.regions[row.code], row.code in created)
        paths: dict[str, str] = {}
        for region in self.regions.values():
            path = _path(region, paths)
            if region.path != path:
                region.path = path
                self.changed.setdefault(region.code, region)
        self.result.created = len(self.new)
        self.result.unchanged = len(self.rows) - len(
            [row for row in self.rows if row.code in self.changed or row.code in created]
        )

    def _lay(self, row, region, is_new):
        parent = self.regions.get(row.parent_code)
        if region.merged_into_id and not row.merged_into:
            # A merger is history: a file that does not speak of it does not undo it.
            parent = region.parent
        if row.merged_into:
            parent = self.regions[row.merged_into]
        if not is_new:
            self._note_changes(row, region, parent)
        if row.merged_into:
            region.merged_into, region.is_active = parent, False
        region.parent = parent
        for name in FILE_FIELDS:
            setattr(region, name, getattr(row, name))

    def _note_changes(self, row, region, parent):
        before = {name: getattr(region, name) for name in FILE_FIELDS}
        after = {name: getattr(row, name) for name in FILE_FIELDS}
        before["parent"] = region.parent.code if region.parent else ""
        after["parent"] = parent.code if parent else ""
        merged = region.merged_into.code if region.merged_into else ""
        before["merged_into"], after["merged_into"] = merged, row.merged_into or merged
        if before == after:
            return
        self.changed[region.code] = region
        region.version += 1
        if before["name"] != after["name"]:
            region.former_names = [*region.former_names, former_name(region.name, self.on)]
            self.renamed.append((region, region.name))
            self.result.renamed.append(f"{row.code} {region.name} → {row.name}")
        if before["merged_into"] != after["merged_into"]:
            self.closed.append(region)
            self.result.merged.append(f"{row.code} {row.name} 并入 {parent.name}（{parent.code}）")
        elif before["parent"] != after["parent"]:
            self.result.moved.append(
                f"{row.code} {row.name}：主管单位 {before['parent']} → {after['parent']}"
            )
        elif before["name"] == after["name"]:
            self.result.edited.append(f"{row.code} {row.name}")
        self.entries.append(
            audit.entry("region.load", by=None, obj=region, before=before, after=after)
        )

    def write(self, by):
        for depth in sorted({region.path.count("/") for region in self.new}):
            # Parents and successors before those below them, so that their keys exist.
            fresh = [region for region in self.new if region.path.count("/") == depth]
            _take_keys(fresh)
            Region.objects.bulk_create(fresh, batch_size=BATCH)
        updated = list(self.changed.values())
        new = {region.code for region in self.new}
        updated = [region for region in updated if region.code not in new]
        _take_keys(updated)
        Region.objects.bulk_update(updated, CHANGED_FIELDS, batch_size=BATCH)
        for region, old_name in self.renamed:
            rename_station(region, old_name)
        Station.objects.filter(region__in=self.closed).update(is_active=False)
        for entry in self.entries:
            entry.actor = by
            entry.actor_name = f"{by.full_name}（{by.username}）" if by else ""
        if self.new:
            self.entries.append(
                audit.entry(
                    "region.load", by=by, label=f"新增{len(self.new)}个单位",
                    after={"codes": [region.code for region in self.new[:50]]},
                )
            )  # fmt: skip
        AuditEntry.objects.bulk_create(self.entries, batch_size=BATCH)


def _take_keys(regions):
    """The keys of objects that were saved after they were assigned."""
    for region in regions:
        region.parent_id = region.parent.pk if region.parent else None
        region.merged_into_id = region.merged_into.pk if region.merged_into else None


def _path(region, known):
    if region.code not in known:
        known[region.code] = (_path(region.parent, known) if region.parent else "") + (
            region.code + "/"
        )
    return known[region.code]


def former_name(name, on):
    return {"name": name, "until": on.isoformat()}


def readable_name(name: str) -> str:
    """官庄村委会 -> 官庄村, 王集社区居委会 -> 王集社区, 南关居委会 -> 南关社区."""
    stem = re.sub(r"(村民委员会|居民委员会|村委会|居委会|委员会)$", "", name)
    if stem == name or not stem:
        return name
    if stem.endswith(("村", "社区")):
        return stem
    if name.endswith(("村民委员会", "村委会")):
        return stem + "村"
    if name.endswith(("居民委员会", "居委会")):
        return stem + "社区"
    return stem


def station_name(region: Region, *, with_town: bool = False) -> str:
    town = region.parent.name if with_town and region.parent else ""
    return f"{town}{readable_name(region.name)}退役军人服务站"


def rename_station(region: Region, old_name: str) -> None:
    """A station that carries its region's name follows it; one with its own name does not."""
    old = readable_name(old_name)
    station = Station.objects.filter(region=region, name__endswith=f"{old}退役军人服务站").first()
    if station is None:
        return
    prefix = station.name.removesuffix(f"{old}退役军人服务站")
    if prefix in ("", region.parent.name if region.parent else ""):
        Station.objects.filter(pk=station.pk).update(
            name=prefix + station_name(region), version=F("version") + 1
        )


def create_missing_stations(*, by=None) -> int:
    """A station for every statutory town and village that has none. Two villages of one
    name in one county-level unit carry the name of their town."""
    without = list(
        Region.objects.filter(
            level__in=(Region.Level.TOWN, Region.Level.VILLAGE),
            kind=Region.Kind.STATUTORY,
            is_active=True,
            station=None,
        )
        .select_related("parent")
        .order_by("path")
    )
    if not without:
        return 0
    names = Counter(Station.objects.values_list("name", flat=True))
    names.update(station_name(region) for region in without)
    stations = [
        Station(
            region=region,
            name=station_name(region, with_town=names[station_name(region)] > 1
                              and region.level == Region.Level.VILLAGE),
            created_by=by,
            updated_by=by,
        )
        for region in without
    ]  # fmt: skip
    Station.objects.bulk_create(stations, batch_size=BATCH)
    audit.record("station.create", by=by, label=f"新建{len(stations)}个服务站",
                 after={"count": len(stations)})  # fmt: skip
    return len(stations)


class StaleRegion(Exception):
    """Somebody else changed the region since the page was shown."""


class Refused(Exception):
    """A rule of the tree forbids it; the text says which."""


def edit(region: Region, values: dict, *, version: int, by, on=None) -> Region:
    """Change what is written on a region; a new name keeps the old one with the day."""
    with transaction.atomic():
        stored = _claim(region, version)
        before = {name: getattr(stored, name) for name in values}
        if before == values:
            return stored
        fields = [*values, "former_names"]
        old_name = stored.name
        if values.get("name", old_name) != old_name:
            day = on or timezone.localdate()
            stored.former_names = [*stored.former_names, former_name(old_name, day)]
        for name, value in values.items():
            setattr(stored, name, value)
        stored.save(update_fields=fields)
        if "sort_order" in values:
            renumber()
        if stored.name != old_name:
            rename_station(stored, old_name)
        audit.record("region.edit", by=by, obj=stored, region=stored, before=before, after=values)
    return stored


def add(
    parent: Region, *, code: str, name: str, kind: str, sort_order: int, with_station: bool, by
) -> Region:
    """A new unit below `parent`, with its station if it is to have one."""
    level = region_files.LEVEL_BY_LENGTH.get(len(code), "")
    try:
        with transaction.atomic():
            _lock_tree()
            parent = Region.objects.get(pk=parent.pk)
            if parent.level not in region_files.PARENT_LEVELS.get(level, ()):
                raise Refused(f"{len(code)}位代码的单位不能由{parent.name}管理，请核对代码。")
            if not parent.is_active:
                raise Refused(f"{parent.name}已停用，不能新增下级单位。")
            region = Region.objects.create(
                code=code, name=name, kind=kind, sort_order=sort_order, level=level,
                parent=parent, path=f"{parent.path}{code}/",
            )  # fmt: skip
            renumber()
            audit.record(
                "region.create", by=by, obj=region, region=region,
                after={"code": code, "name": name, "kind": kind, "parent": parent.code},
            )  # fmt: skip
            if with_station:
                open_station(region, by=by)
    except IntegrityError:
        raise Refused(f"代码{code}刚刚被另一个单位使用，请核对。") from None
    return region


def move(region: Region, parent: Region, *, version: int, by) -> Region:
    """Another unit manages the region from now on, and with it the whole subtree."""
    with transaction.atomic():
        _lock_tree()
        stored, parent = _claim(region, version), Region.objects.get(pk=parent.pk)
        if stored.merged_into_id:
            raise Refused(f"{stored.name}已并入其他单位，不能再调整主管单位。")
        if parent.level not in region_files.PARENT_LEVELS[stored.level] or not parent.is_active:
            raise Refused(f"{parent.name}不能管理{stored.get_level_display()}一级的单位。")
        before = stored.parent.code if stored.parent else ""
        _hang(stored, parent)
        audit.record(
            "region.move", by=by, obj=stored, region=stored,
            before={"parent": before}, after={"parent": parent.code},
        )  # fmt: skip
    return stored


def merge(region: Region, into: Region, *, version: int, by) -> Region:
    """The region is closed and hangs below its successor, who sees all its records."""
    with transaction.atomic():
        _lock_tree()
        stored, into = _claim(region, version), Region.objects.get(pk=into.pk)
        if stored.merged_into_id:
            raise Refused(f"{stored.name}已经并入{stored.merged_into.name}。")
        if into.level != stored.level or into.pk == stored.pk or not into.is_active:
            raise Refused(f"只能并入另一个启用的、同一层级的单位，{into.name}不是。")
        before = {"parent": stored.parent.code if stored.parent else "", "is_active": True}
        stored.merged_into, stored.is_active = into, False
        stored.save(update_fields=["merged_into", "is_active"])
        Station.objects.filter(region=stored).update(is_active=False)
        _hang(stored, into)
        audit.record(
            "region.merge", by=by, obj=stored, region=into,
            before=before, after={"merged_into": into.code, "is_active": False},
        )  # fmt: skip
    return stored


def open_station(region: Region, *, by) -> Station:
    """A station for a place that the statistics do not count as a village: a farm, a park."""
    if region.level not in (Region.Level.TOWN, Region.Level.VILLAGE) or not region.is_active:
        raise Refused(f"{region.name}不能设服务站：只有启用的乡镇（街道）和村居（社区）一级可以。")
    with transaction.atomic():
        station, created = Station.objects.get_or_create(
            region=region,
            defaults={"name": station_name(region), "created_by": by, "updated_by": by},
        )
        if not created:
            raise Refused(f"{region.name}已经有服务站。")
        audit.record("station.create", by=by, obj=station, region=region)
    return station


def _claim(region, version):
    """The stored region, its version moved on if it is still the one the page showed."""
    rows = Region.objects.filter(pk=region.pk, version=version)
    if not rows.update(version=F("version") + 1):
        raise StaleRegion
    return Region.objects.select_related("parent", "merged_into").get(pk=region.pk)


def _hang(region, parent):
    old, new = region.path, f"{parent.path}{region.code}/"
    region.parent, region.path = parent, new
    region.save(update_fields=["parent"])
    move_paths(old, new)
    renumber()


def _lock_tree():
    """Paths are computed from other rows: one change of the tree at a time."""
    list(Region.objects.select_for_update().filter(level=Region.Level.CITY).order_by("pk"))


def move_paths(old: str, new: str) -> None:
    """The subtree at path `old` is now at path `new`."""
    Region.objects.filter(path__startswith=old).update(
        path=Concat(Value(new), Substr("path", len(old) + 1))
    )
