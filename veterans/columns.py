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
# Decrypted for nothing where no column shows them.
SECRETS = {"id_number": "id_number", "phone": "phone"}


@dataclass(frozen=True)
class Column:
    """`text` says what stands in the cell of a person; `collect` gets what does not lie in
    the person's own row, for all people of a page at once: {pk: text}."""

    key: str
    label: str
    text: Callable | None = None
    collect: Callable | None = None
    default: bool = False
    roles: tuple[str, ...] = ()
    is_short: bool = False

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


COLUMNS: list[Column] = [
    Column("station", "服务站", lambda p: p.station.short_name, default=True, is_short=True),
    Column("person_kind", "人员类别", _shown("person_kind")),
    Column("gender", "性别", _shown("gender"), default=True, is_short=True),
    Column("birth", "出生年月", _partial("birth_date"), default=True, is_short=True),
    Column("age", "年龄", age_of, is_short=True),
    Column("former_post", "原部队职务", _answer("former_post"), default=True),
    Column("current_post", "现任职务", _answer("current_post"), default=True),
    Column("strengths", "特点优长", default=True),
    Column("honours", "荣誉奖励", default=True),
    Column("political_status", "政治面貌", _shown("political_status")),
    Column("enlisted", "入伍时间", _partial("enlisted_on"), is_short=True),
    Column("discharged", "退役时间", _partial("discharged_on"), is_short=True),
    Column("branch", "军兵种", lambda p: p.branch),
    Column("id_number", "公民身份号码", lambda p: p.masked_id_number, is_short=True),
    Column("phone", "联系电话", lambda p: p.masked_phone, default=True, is_short=True),
    Column("care", "优抚类别", _labels("care_categories", CareCategory.choices)),
    Column("war", "参战经历", _labels("war_tags", War.choices)),
    Column("residence", "居住情况", _shown("residence"), is_short=True),
    Column("grid", "网格", lambda p: p.grid.name if p.grid_id else "", is_short=True),
    Column("plaque", "光荣牌", _shown("plaque"), is_short=True),
    Column("interview", "口述史料采集", _shown("interview_status")),
    Column("photos", "军旅生涯照片", collect=photo_counts),
    Column("status", "在册状态", _shown("status"), is_short=True),
    Column("note", "备注", lambda p: p.note),
]


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


def with_columns(people, columns):
    """The queryset of a page, without what no column shows."""
    keys = {column.key for column in columns}
    unread = [field for key, field in SECRETS.items() if key not in keys]
    people = people.defer("former_unit", "consents", *unread).select_related("station__region")
    return people.select_related("grid") if "grid" in keys else people
