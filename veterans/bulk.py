"""One change for many people: shown row by row before anything is written, then written in
one transaction that holds only if nobody touched any of the rows meanwhile."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.permissions import is_county
from records.fields import TagsField
from stations.models import Grid
from veterans.models import CareCategory, Veteran

MOST = 500
CHUNK = 200
NO_GRID = "none"
YES_NO = [("yes", "是"), ("no", "否")]


class Stale(Exception):
    """Somebody changed one of the rows since the page that listed them."""


class UnknownChange(ValueError):
    """Not a change that the page offers to this person."""


@dataclass(frozen=True)
class BulkField:
    """`choices` are (value, label); `new` gives the new value of the column from the old."""

    key: str
    label: str
    column: str
    choices: list[tuple[str, str]]
    new: Callable = lambda old, value: value
    only_county: bool = False

    def is_for(self, user: User, station=None) -> bool:
        """A grid is chosen on the page of its station, what the county decides by the county."""
        return (is_county(user) or not self.only_county) and bool(self.choices or station)


def _plain(name: str) -> BulkField:
    field = Veteran._meta.get_field(name)
    return BulkField(name, str(field.verbose_name), name, list(field.flatchoices))


FIELDS = {
    field.key: field
    for field in (
        _plain("residence"),
        BulkField("grid", "网格", "grid_id", []),
        _plain("political_status"),
        _plain("plaque"),
        BulkField(
            "care_add",
            "优抚类别增加",
            "care_categories",
            list(CareCategory.choices),
            lambda old, value: [tag for tag in CareCategory.values if tag in {*old, value}],
        ),
        BulkField(
            "care_remove",
            "优抚类别去掉",
            "care_categories",
            list(CareCategory.choices),
            lambda old, value: [tag for tag in old if tag != value],
        ),
        _plain("interview_status"),
        BulkField(
            "is_priority",
            "重点走访对象",
            "is_priority",
            YES_NO,
            lambda old, value: value == "yes",
            only_county=True,
        ),
    )
}


@dataclass(frozen=True)
class Change:
    """What was chosen: a field of FIELDS and a value of it."""

    field: BulkField
    value: str
    value_label: str
    grid: Grid | None = None

    @property
    def key(self) -> str:
        return f"{self.field.key}:{self.value}"

    @property
    def label(self) -> str:
        return f"{self.field.label}：{self.value_label}"

    def new_value(self, person):
        if self.field.key == "grid":
            return self.grid.pk if self.grid else None
        return self.field.new(getattr(person, self.field.column), self.value)

    def refusal(self, person) -> str:
        if self.grid and person.station_id != self.grid.station_id:
            return "这个网格不属于该人员所在的服务站。"
        return ""


@dataclass(frozen=True)
class Row:
    person: Veteran
    old: str
    new: str
    value: object
    refusal: str = ""
    is_stale: bool = False

    @property
    def key(self) -> str:
        return f"{self.person.pk}.{self.person.version}"


def read_change(text: str, user: User) -> Change:
    """`residence:local` as the page sends it."""
    key, _, value = text.partition(":")
    field = FIELDS.get(key)
    if field is None or (field.only_county and not is_county(user)):
        raise UnknownChange
    if key == "grid":
        return _read_grid(field, value, user)
    label = dict(field.choices).get(value)
    if label is None:
        raise UnknownChange
    return Change(field, value, str(label))


def _read_grid(field, value, user):
    if value == NO_GRID:
        return Change(field, value, "不划入网格")
    digits = value.isascii() and value.isdigit() and len(value) <= 18
    grid = Grid.objects.editable_by(user).filter(pk=value).first() if digits else None
    if grid is None:
        raise UnknownChange
    return Change(field, value, grid.name, grid)


def preview(change: Change, people, *, stale=()) -> tuple[list[Row], int]:
    """(the rows that would change or cannot, how many are so already)."""
    rows, same = [], 0
    for person in people.select_related("station__region", "grid"):
        value, refusal = change.new_value(person), change.refusal(person)
        if not refusal and value == getattr(person, change.field.column):
            same += 1
            continue
        old = shown(change.field, person)
        new = _shown_value(change, value)
        rows.append(Row(person, old, new, value, refusal, person.pk in stale))
    return rows, same


def shown(field: BulkField, person) -> str:
    if field.key == "grid":
        return person.grid.name if person.grid_id else ""
    return _words(field, getattr(person, field.column))


def _shown_value(change, value):
    if change.field.key == "grid":
        return change.grid.name if change.grid else ""
    return _words(change.field, value)


def _words(field, value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    column = Veteran._meta.get_field(field.column)
    if isinstance(column, TagsField):
        return "、".join(column.labels(value))
    return str(dict(field.choices).get(value, value))


def apply(change: Change, rows: list[Row], *, by: User) -> int:
    """Write all rows or none. Raises Stale when one of them is no longer as it was shown."""
    groups, now = defaultdict(list), timezone.now()
    for row in rows:
        value = tuple(row.value) if isinstance(row.value, list) else row.value
        groups[row.person.version, value].append(row.person.pk)
    label = str(Veteran._meta.get_field(change.field.column).verbose_name)
    with transaction.atomic():
        for (version, value), keys in groups.items():
            stored = list(value) if isinstance(value, tuple) else value
            for start in range(0, len(keys), CHUNK):
                part = keys[start : start + CHUNK]
                people = Veteran.objects.editable_by(by).filter(pk__in=part, version=version)
                done = people.update(
                    **{change.field.column: stored},
                    version=F("version") + 1,
                    updated_at=now,
                    updated_by=by,
                )
                if done != len(part):
                    raise Stale
        AuditEntry.objects.bulk_create(
            [
                audit.entry(
                    "record.change",
                    by=by,
                    obj=row.person,
                    before={label: row.old},
                    after={label: row.new},
                    reason="批量修改",
                )
                for row in rows
            ],
            batch_size=CHUNK,
        )
    return len(rows)
