"""One change for many people: shown row by row before anything is written, then written in
one transaction that holds only if nobody touched any of the rows meanwhile. It can be taken
back as a whole while that is still so."""

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
from veterans.models import BulkEdit, CareCategory, Veteran

MOST = 500
CHUNK = 200
NO_GRID = "none"
YES_NO = [("yes", "是"), ("no", "否")]


class Stale(Exception):
    """Somebody changed one of the rows since the page that listed them."""


class CannotUndo(Exception):
    """The edit cannot be taken back; the sentence says why."""


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


def apply(change: Change, rows: list[Row], *, by: User) -> BulkEdit:
    """Write all rows or none. Raises Stale when one of them is no longer as it was shown."""
    column = change.field.column
    with transaction.atomic():
        if _write(column, [(r.person.pk, r.person.version, r.value) for r in rows], by=by):
            raise Stale
        edit = BulkEdit.objects.create(
            label=change.label,
            column=column,
            made_by=by,
            rows=[
                {
                    "person": row.person.pk,
                    "version": row.person.version + 1,
                    "old": getattr(row.person, column),
                    "was": row.old,
                    "now": row.new,
                }
                for row in rows
            ],
        )
        _record(column, [(r.person, r.old, r.new) for r in rows], by=by, reason="批量修改")
    return edit


def undo(edit: BulkEdit, *, by: User) -> int:
    """Put every row back as it was, or none when somebody has worked on one of them since."""
    people = Veteran.objects.select_related("station").in_bulk([r["person"] for r in edit.rows])
    if edit.column == "grid_id":
        _refuse_without_grid(edit, people)
    rows = [(row["person"], row["version"], row["old"]) for row in edit.rows]
    try:
        with transaction.atomic():
            open_edit = BulkEdit.objects.filter(pk=edit.pk, undone_at=None)
            if not open_edit.update(undone_at=timezone.now(), undone_by=by):
                raise CannotUndo("这次批量修改刚刚已经撤销过。")
            if _write(edit.column, rows, by=by):
                raise Stale
            back = [(people[row["person"]], row["now"], row["was"]) for row in edit.rows]
            _record(edit.column, back, by=by, reason="撤销批量修改")
    except Stale as stale:
        raise CannotUndo(_sentence(touched(edit, people, by=by), people)) from stale
    return len(rows)


def touched(edit: BulkEdit, people: dict[int, Veteran], *, by: User) -> list[int]:
    """Who is no longer as the edit left him, or no longer this user's to change."""
    own = Veteran.objects.editable_by(by).filter(pk__in=people)
    versions = dict(own.values_list("pk", "version"))
    return [r["person"] for r in edit.rows if versions.get(r["person"]) != r["version"]]


def _sentence(keys, people):
    names = "、".join(people[key].name for key in keys[:10] if key in people) or "有人员"
    more = f"等{len(keys)}人" if len(keys) > 10 else ""
    return f"不能整批撤销：{names}{more}在这次修改之后又有改动或已转走。请逐人修改。"


def _refuse_without_grid(edit, people):
    wanted = {row["old"] for row in edit.rows if row["old"]}
    gone = wanted.difference(Grid.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    if gone:
        keys = [row["person"] for row in edit.rows if row["old"] in gone]
        names = "、".join(people[key].name for key in keys[:10] if key in people)
        raise CannotUndo(f"不能整批撤销：{names}原来的网格已经删除。请逐人修改。")


def _write(column, rows, *, by) -> int:
    """How many of (person, version, new value) are no longer at that version; nothing may stay
    written then."""
    groups, now = defaultdict(list), timezone.now()
    for pk, version, value in rows:
        groups[version, tuple(value) if isinstance(value, list) else value].append(pk)
    for (version, value), keys in groups.items():
        stored = list(value) if isinstance(value, tuple) else value
        for start in range(0, len(keys), CHUNK):
            part = keys[start : start + CHUNK]
            people = Veteran.objects.editable_by(by).filter(pk__in=part, version=version)
            done = people.update(
                **{column: stored}, version=F("version") + 1, updated_at=now, updated_by=by
            )
            if done != len(part):
                return len(part) - done
    return 0


def _record(column, rows, *, by, reason):
    label = str(Veteran._meta.get_field(column).verbose_name)
    AuditEntry.objects.bulk_create(
        [
            audit.entry(
                "record.change",
                by=by,
                obj=person,
                before={label: before},
                after={label: after},
                reason=reason,
            )
            for person, before, after in rows
        ],
        batch_size=CHUNK,
    )
