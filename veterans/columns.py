"""The columns of the roster pages: which there are, which are shown unasked, what they say."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, DateField, IntegerField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from records.dates import format_partial
from records.models import AttachmentLink
from veterans.importing.honours import honours_text
from veterans.models import CareCategory, Honour, Veteran, War

STATE_WORDS = {"none": "无", "unknown": "不详"}


@dataclass(frozen=True)
class Column:
    """`text` says what stands in the cell of a person, from the `fields` of its row; `collect`
    gets what does not lie there, for all people of a page at once: {pk: text}."""

    key: str
    label: str
    text: Callable | None = None
    collect: Callable | None = None
    default: bool = False
    roles: tuple[str, ...] = ()
    is_short: bool = False
    fields: tuple[str, ...] = ()

    def is_for(self, user) -> bool:
        return not self.roles or user.role in self.roles


def _answer(name):
    """What was answered: the text, 无, 不详 or nothing."""

    def text(person):
        return getattr(person, name) or STATE_WORDS.get(getattr(person, f"{name}_state"), "")

    return text


def _partial(name):
    precision = name.removesuffix("_on").removesuffix("_date") + "_precision"
    return lambda person: format_partial(getattr(person, name), getattr(person, precision))


def _labels(name, choices):
    words = dict(choices)
    return lambda person: "、".join(words.get(tag, tag) for tag in getattr(person, name))


def _shown(name):
    words = dict(Veteran._meta.get_field(name).flatchoices)
    return lambda person: words.get(getattr(person, name), "")


def age_of(person, today=None):
    if person.birth_date is None or person.status == Veteran.Status.DECEASED:
        return ""
    today = today or timezone.localdate()
    born = person.birth_date
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def tags_and_honours(people) -> tuple[dict, dict]:
    """Names of the strengths and the honours of a page of people, in one query."""
    keys = [person.pk for person in people]
    tags, honours = defaultdict(list), defaultdict(list)
    through = Veteran.strengths.through.objects.filter(veteran__in=keys)
    strengths = through.values_list(
        "veteran_id",
        Value("", CharField()),
        Cast("strength__name", CharField()),
        Cast("strength__sort_order", IntegerField()),
        Cast(Value(None), DateField()),
    )
    given = Honour.objects.filter(veteran__in=keys).order_by().values_list(
        "veteran_id",
        Cast("kind", CharField()),
        Cast("note", CharField()),
        Cast("count", IntegerField()),
        Cast("awarded_on", DateField()),
    )  # fmt: skip
    rows = sorted(strengths.union(given, all=True), key=lambda row: (row[3], str(row[4] or "")))
    for pk, kind, text, number, on in rows:
        if kind:
            year = int(str(on)[:4]) if on else None
            honours[pk].append({"kind": kind, "count": number, "year": year, "note": text})
        else:
            tags[pk].append(text)
    return tags, honours


def photo_counts(people, user) -> dict[int, str]:
    links = AttachmentLink.objects.filter(
        content_type=ContentType.objects.get_for_model(Veteran),
        purpose=AttachmentLink.Purpose.SERVICE_LIFE,
        object_id__in=[person.pk for person in people],
    )
    counts = dict(links.order_by().values_list("object_id").annotate(n=Count("pk")))
    return {
        person.pk: f"{counts[person.pk]}张"
        if counts.get(person.pk)
        else "确无"
        if person.photos_known_none
        else ""
        for person in people
    }


def _plain(key, label, **more):
    """The words of a field of that name."""
    return Column(key, label, _shown(key), fields=(key,), **more)


def _answered(key, label):
    return Column(key, label, _answer(key), default=True, fields=(key, f"{key}_state"))


def _date(key, label, name, **more):
    fields = (name, f"{key}_precision")
    return Column(key, label, _partial(name), is_short=True, fields=fields, **more)


COLUMNS: list[Column] = [
    Column(
        "station", "服务站", lambda p: p.station.short_name, default=True, is_short=True,
        fields=("station__name",),
    ),
    _plain("person_kind", "人员类别"),
    _plain("gender", "性别", default=True, is_short=True),
    _date("birth", "出生年月", "birth_date", default=True),
    Column("age", "年龄", age_of, is_short=True, fields=("birth_date", "status")),
    _answered("former_post", "原部队职务"),
    _answered("current_post", "现任职务"),
    Column("strengths", "特点优长", default=True, fields=("strengths_text", "strengths_state")),
    Column("honours", "荣誉奖励", default=True, fields=("honours_state",)),
    _plain("political_status", "政治面貌"),
    _date("enlisted", "入伍时间", "enlisted_on"),
    _date("discharged", "退役时间", "discharged_on"),
    Column("branch", "军兵种", lambda p: p.branch, fields=("branch",)),
    Column(
        "id_number", "公民身份号码", lambda p: p.masked_id_number, is_short=True,
        fields=("id_number",),
    ),
    Column(
        "phone", "联系电话", lambda p: p.masked_phone, default=True, is_short=True,
        fields=("phone",),
    ),
    Column(
        "care", "优抚类别", _labels("care_categories", CareCategory.choices),
        fields=("care_categories",),
    ),
    Column("war", "参战经历", _labels("war_tags", War.choices), fields=("war_tags",)),
    _plain("residence", "居住情况", is_short=True),
    Column(
        "grid", "网格", lambda p: p.grid.name if p.grid_id else "", is_short=True,
        fields=("grid__name",),
    ),
    _plain("plaque", "光荣牌", is_short=True),
    Column("interview", "口述史料采集", _shown("interview_status"), fields=("interview_status",)),
    Column("photos", "军旅生涯照片", collect=photo_counts, fields=("photos_known_none",)),
    _plain("status", "在册状态", is_short=True),
    Column("note", "备注", lambda p: p.note, fields=("note",)),
]  # fmt: skip


def register_column(column: Column) -> None:
    """An app above this one adds what it knows of a person (activities: last contact)."""
    COLUMNS.append(column)


def columns_for(user, *, station=None) -> list[Column]:
    """What this reader may choose from; the name of the own station would say nothing."""
    return [c for c in COLUMNS if c.is_for(user) and not (station and c.key == "station")]


def chosen_columns(user, keys, *, station=None) -> list[Column]:
    offered = columns_for(user, station=station)
    chosen = [column for column in offered if column.key in keys]
    return chosen or [column for column in offered if column.default]


def table(people, columns, user) -> list[tuple[Veteran, list[tuple[Column, object]]]]:
    """[(person, [(column, cell)])] with a fixed number of queries."""
    people = list(people)
    keys = {column.key for column in columns}
    tags, honours = {}, {}
    if people and keys & {"strengths", "honours"}:
        tags, honours = tags_and_honours(people)
    collected = {c.key: c.collect(people, user) for c in columns if c.collect and people}

    def cell(column, person):
        if column.key == "strengths":
            parts = ["、".join(tags.get(person.pk, ())), person.strengths_text]
            return "；".join(filter(None, parts)) or STATE_WORDS.get(person.strengths_state, "")
        if column.key == "honours":
            text = honours_text(honours.get(person.pk, ()))
            return text or STATE_WORDS.get(person.honours_state, "")
        if column.collect:
            return collected[column.key].get(person.pk, "")
        return column.text(person)

    return [(p, [(column, cell(column, p)) for column in columns]) for p in people]


# What stands before and beside the name, whatever the columns (veterans/templatetags/people.py).
ALWAYS = ("code", "name", "pinyin", "person_kind", "status", "is_priority", "merged_into_id")


def with_columns(people, columns):
    """The queryset of a page: what its columns show and nothing else is read, and decrypted."""
    fields = {field for column in columns for field in column.fields}
    related = {field.partition("__")[0] for field in fields if "__" in field}
    rows = people.select_related(*sorted(related)) if related else people.select_related(None)
    return rows.only(*ALWAYS, *sorted(fields))
