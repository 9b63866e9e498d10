"""The roster on paper, in the order of Annex 1: one line and one photo per person.

ID numbers and telephones stand there masked, the former unit not at all. A town's book has
a chapter for each of its places. A fixed number of queries per thousand people.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from records.dates import format_partial
from records.models import Attachment, AttachmentLink
from records.printing import (
    INTERNAL,
    Column,
    Contents,
    Document,
    Heading,
    Paragraph,
    Picture,
    Signature,
    Table,
    Title,
    marks,
)
from veterans.exporting import masked_id_number, masked_phone
from veterans.importing.honours import honours_text
from veterans.importing.matching import chunks, honours_of, tags_of
from veterans.importing.strengths import strengths_cell
from veterans.models import AnswerState, Veteran

COLUMNS = (
    Column("序号", 0.9, "center"), Column("姓名", 1.5, "center"), Column("原部队职务", 2),
    Column("现任职务", 2), Column("特点优长", 2.3), Column("荣誉奖励", 3),
    Column("军旅生涯\n照片", 2.3, "center"), Column("性别", 0.9, "center"),
    Column("出生年月", 1.6, "center"), Column("政治面貌", 1.6, "center"),
    Column("入伍时间", 1.6, "center"), Column("退役时间", 1.6, "center"),
    Column("公民身份号码\n联系电话\n（已脱敏）", 3.4, "center"), Column("备注", 2),
)  # fmt: skip
OTHERS = (
    Column("序号", 1, "center"), Column("姓名", 2, "center"), Column("人员类别", 4),
    Column("性别", 1, "center"), Column("出生年月", 2, "center"),
    Column("联系电话（已脱敏）", 3, "center"), Column("备注", 5),
)  # fmt: skip
PHOTO_COLUMN = 6
_FIELDS = (
    "pk", "station_id", "name", "person_kind", "status", "former_post", "former_post_state",
    "current_post", "current_post_state", "strengths_text", "strengths_state", "honours_state",
    "gender", "birth_date", "birth_precision", "political_status", "enlisted_on",
    "enlisted_precision", "discharged_on", "discharged_precision", "id_number", "phone",
    "photos_known_none", "note",
)  # fmt: skip
_WORDS = {AnswerState.NONE: "无", AnswerState.UNKNOWN: "不详"}
_GENDER = dict(Veteran.Gender.choices)
_KIND = dict(Veteran.PersonKind.choices)
_POLITICAL = dict(Veteran.PoliticalStatus.choices)
_PERSON, _STATUS = Veteran.PersonKind, Veteran.Status


@dataclass
class Chapter:
    """One place: the veterans who count, whoever else is cared for, who cannot be found."""

    name: str
    people: list[list] = field(default_factory=list)
    others: list[list] = field(default_factory=list)
    lost: list[list] = field(default_factory=list)


@dataclass
class Book:
    """All that is printed but the number of the edition and the day."""

    station_name: str
    chapters: list[Chapter]
    keys: list[int]
    """The people who count, in the order of the book."""

    @property
    def row_count(self) -> int:
        return len(self.keys)

    @property
    def content_hash(self) -> str:
        """Two books with the same one are the same paper."""
        rows = [
            [chapter.name, part, [_plain(cell) for cell in row]]
            for chapter in self.chapters
            for part in ("people", "others", "lost")
            for row in getattr(chapter, part)
        ]
        text = json.dumps([self.station_name, self.keys, rows], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(cell):
    return cell.name if isinstance(cell, Picture) else cell


def counted(station):
    """The people of an edition: a town's book holds those of its villages (as its score
    does, docs/scoring.md)."""
    return _on_roster(station).people()


def _on_roster(station):
    path = station.region.path
    return Veteran.objects.filter(station__region__path__startswith=path, merged_into=None)


def collect(station) -> Book:
    """Read the roster of a station, in the order in which it is printed."""
    rows = list(
        _on_roster(station)
        .filter(status__in=[_STATUS.ACTIVE, _STATUS.LOST])
        .order_by("station__region__rank", "station__region__path", "pinyin", "pk")
        .values_list(*_FIELDS, "station__region__name", named=True)
    )
    keys = [row.pk for row in rows]
    tags, honours, photos = tags_of(keys), honours_of(keys), photos_of(keys)
    chapters: dict[int, Chapter] = {}
    counted_keys = []
    for row in rows:
        place = row.station__region__name
        chapter = chapters.setdefault(row.station_id, Chapter(place))
        if row.status == _STATUS.LOST:
            chapter.lost.append(_other_cells(len(chapter.lost) + 1, row))
        elif row.person_kind != _PERSON.VETERAN:
            chapter.others.append(_other_cells(len(chapter.others) + 1, row))
        else:
            counted_keys.append(row.pk)
            parts = (tags.get(row.pk, ()), honours.get(row.pk, ()), photos.get(row.pk))
            chapter.people.append(_cells(len(chapter.people) + 1, row, *parts))
    return Book(station.name, list(chapters.values()), counted_keys)


def photos_of(keys: Sequence[int]) -> dict[int, Picture]:
    """One picture per person: of the service life, else a portrait."""
    found: dict[int, Picture] = {}
    purposes = (AttachmentLink.Purpose.PORTRAIT, AttachmentLink.Purpose.SERVICE_LIFE)
    kind = ContentType.objects.get_for_model(Veteran)
    for part in chunks(keys):
        links = AttachmentLink.objects.filter(
            content_type=kind,
            object_id__in=part,
            purpose__in=purposes,
            attachment__kind=Attachment.Kind.PHOTO,
        ).order_by("-purpose", "order", "pk")
        for person, small, full in links.values_list(
            "object_id", "attachment__thumbnail", "attachment__file"
        ):
            found.setdefault(person, Picture(name=small or full, side=260, width=20, height=25))
    return found


def _month(date, precision) -> str:
    """1985.07: the paper asks for year and month, and a day would not fit its column."""
    return format_partial(date, "month" if precision == "day" else precision, ".")


def _cells(number: int, row, tags, honours, photo) -> list:
    """In the order of COLUMNS."""
    return [
        str(number),
        row.name,
        row.former_post or _WORDS.get(row.former_post_state, ""),
        row.current_post or _WORDS.get(row.current_post_state, ""),
        strengths_cell(tags, row.strengths_text) or _WORDS.get(row.strengths_state, ""),
        honours_text(honours) or _WORDS.get(row.honours_state, ""),
        photo or ("无" if row.photos_known_none else ""),
        _GENDER.get(row.gender, ""),
        _month(row.birth_date, row.birth_precision),
        _POLITICAL.get(row.political_status, ""),
        _month(row.enlisted_on, row.enlisted_precision),
        _month(row.discharged_on, row.discharged_precision),
        "\n".join(filter(None, (masked_id_number(row.id_number), masked_phone(row.phone)))),
        row.note,
    ]


def _other_cells(number: int, row) -> list:
    """In the order of OTHERS."""
    return [
        str(number),
        row.name,
        _KIND[row.person_kind],
        _GENDER.get(row.gender, ""),
        _month(row.birth_date, row.birth_precision),
        masked_phone(row.phone),
        row.note,
    ]


def lay_out(book: Book, *, edition: int, by=None) -> Document:
    """The paper of one edition."""
    today = timezone.localdate()
    at = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    who = f"{by.full_name} " if by else ""
    document = Document(
        f"{book.station_name}花名册第{edition}版",
        unit=book.station_name,
        marks=marks(INTERNAL),
        note=f"第{edition}版　{who}{at} 打印　身份号码、电话已脱敏",
        landscape=True,
    )
    day = f"{today.year}年{today.month}月{today.day}日"
    facts = (
        f"填报单位：{book.station_name}",
        f"填报日期：{day}",
        f"版次：第{edition}版",
        f"人数：{book.row_count}人",
    )
    document.add(Title("退役军人花名册", ("　　".join(facts),)))
    if len(book.chapters) > 1:
        document.add(_summary(book), Contents())
    for chapter in book.chapters or [Chapter(book.station_name)]:
        if len(book.chapters) > 1:
            document.add(Heading(chapter.name, new_page=True))
        document.add(*_chapter(chapter))
    return document.add(Signature())


def _summary(book: Book) -> Table:
    columns = [
        Column("村居（社区）", 3),
        Column("退役军人（人）", 1, "center"),
        Column("其他优抚对象（人）", 1, "center"),
        Column("暂未联系上（人）", 1, "center"),
    ]
    rows = [
        [one.name, str(len(one.people)), str(len(one.others)), str(len(one.lost))]
        for one in book.chapters
    ]
    return Table(columns, rows, total=f"合计：退役军人{book.row_count}人")


def _chapter(chapter: Chapter) -> list:
    blocks: list = [Table(COLUMNS, chapter.people, total=f"合计：{len(chapter.people)}人")]
    for title, rows in (
        ("其他优抚对象（不计入退役军人人数）", chapter.others),
        ("暂未联系上人员（不计入人数）", chapter.lost),
    ):
        if rows:
            blocks += [Paragraph(title, indent=False, bold=True), Table(OTHERS, rows)]
    return blocks
