"""The roster as a workbook: exactly the people asked for, in the order of Annex 1.

Masked unless a purpose was given; written row by row, so that a city's rows cost no more
memory than a village's. What is written here reads back through the import to the same
people: a masked cell leaves the stored number as it is.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from xlsxwriter import Workbook

from records.dates import format_partial
from records.fields import as_stored, decrypt_all
from records.workbooks import SAFE, plain
from veterans.importing.honours import honours_text
from veterans.importing.matching import honours_of, tags_of
from veterans.importing.strengths import strengths_cell
from veterans.models import AnswerState, CareCategory, Veteran, War

CHUNK = 1000
# (heading, width): the fields of Annex 1 first, in its order.
COLUMNS = (
    ("序号", 6), ("姓名", 10), ("原部队职务", 16), ("现任职务", 18), ("特点优长", 20), ("荣誉奖励", 24),
    ("性别", 6), ("出生年月", 11), ("身份证号", 20), ("政治面貌", 11), ("入伍时间", 11),
    ("退役时间", 11), ("军兵种", 10), ("联系电话", 14), ("人员类别", 14), ("参战经历", 14),
    ("居住情况", 10), ("光荣牌", 10), ("在册状态", 10), ("村居", 14), ("备注", 20),
)  # fmt: skip
_WORDS = {AnswerState.NONE: "无", AnswerState.UNKNOWN: "不详"}
# Looked up once: get_..._display builds its table anew for every cell.
_KIND = dict(Veteran.PersonKind.choices)
_GENDER = dict(Veteran.Gender.choices)
_POLITICAL = dict(Veteran.PoliticalStatus.choices)
_RESIDENCE = dict(Veteran.Residence.choices)
_PLAQUE = dict(Veteran.Plaque.choices)
_STATUS = dict(Veteran.Status.choices)
_CARE = dict(CareCategory.choices)
_WAR = dict(War.choices)
# All that a row shows; what is encrypted is opened a thousand at a time.
_FIELDS = (
    "pk", "station_id", "name", "former_post", "former_post_state", "current_post",
    "current_post_state", "strengths_text", "strengths_state", "honours_state", "gender",
    "birth_date", "birth_precision", "political_status", "enlisted_on",
    "enlisted_precision", "discharged_on", "discharged_precision", "branch",
    "person_kind", "care_categories", "war_tags", "residence", "plaque", "status", "note",
)  # fmt: skip
_SEALED = {"sealed_number": as_stored("id_number"), "sealed_phone": as_stored("phone")}


def export_roster(
    people, path: Path, *, region, by=None, unmasked=False, purpose="", progress=None
) -> int:
    """Write the people of a queryset to a workbook; returns how many."""
    book = Workbook(str(path), SAFE)
    page = book.add_worksheet("花名册")
    text = book.add_format({"num_format": "@", "border": 1, "text_wrap": True})
    # Of cells that are empty yet: a number that is typed there must not be rounded.
    typed = book.add_format({"num_format": "@"})
    head = book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    _frame(page, region, by, unmasked)
    page.merge_range(0, 0, 0, len(COLUMNS) - 1, f"{region.name}退役军人花名册", title)
    today = timezone.localdate()
    page.write_string(
        1,
        0,
        f"填报单位：{region.office_title}    填报时间：{today.year}年{today.month}月{today.day}日",
    )
    for column, (label, width) in enumerate(COLUMNS):
        page.set_column(column, column, width, typed)
        page.write_string(2, column, label, head)
    number = 0
    for parts in _with_parts(people):
        cells = _cells(*parts, unmasked)
        number += 1
        for column, cell in enumerate([str(number), *cells]):
            if cell:
                page.write_string(number + 2, column, plain(cell), text)
        if progress and number % CHUNK == 0:
            progress(number)
    page.write_string(number + 3, 0, "合计")
    page.write_string(number + 3, 1, f"{number}人")
    page.write_string(number + 4, 0, "填表人：          审核人：          站长：")
    if unmasked:
        who = f"{by.full_name}（{by.region or ''}）" if by else "命令"
        at = timezone.localtime().strftime("%Y-%m-%d %H:%M")
        page.write_string(number + 5, 0, f"说明：含个人信息，由{who}于{at}导出，用途：{purpose}。")
    book.close()
    return number


def _frame(page, region, by, unmasked):
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.freeze_panes(3, 2)
    page.repeat_rows(0, 2)
    kind = "含个人信息，注意保管" if unmasked else "身份号码和电话已脱敏"
    who = by.full_name if by else ""
    at = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    page.set_footer(f"&L{region.name} {who} {at} {kind}&R第 &P 页 共 &N 页")


def _with_parts(people):
    """The people with their strengths and honours, a thousand at a time."""
    names = people.order_by().values_list("station_id", "station__region__name").distinct()
    places = dict(names)
    rows = people.order_by("station_id", "pinyin", "pk").annotate(**_SEALED)
    rows = rows.values_list(*_FIELDS, *_SEALED, named=True)
    part = []
    for person in rows.iterator(chunk_size=CHUNK):
        part.append(person)
        if len(part) == CHUNK:
            yield from _join(part, places)
            part = []
    yield from _join(part, places)


def _join(part, places):
    keys = [person.pk for person in part]
    tags, honours = tags_of(keys), honours_of(keys)
    numbers = decrypt_all([person.sealed_number for person in part])
    phones = decrypt_all([person.sealed_phone for person in part])
    for person, number, phone in zip(part, numbers, phones, strict=True):
        place = places[person.station_id]
        yield person, number, phone, tags.get(person.pk, ()), honours.get(person.pk, ()), place


def _cells(person, number, phone, tags, honours, place, unmasked) -> list[str]:
    """In the order of COLUMNS, without the serial number."""
    return [
        person.name,
        person.former_post or _WORDS.get(person.former_post_state, ""),
        person.current_post or _WORDS.get(person.current_post_state, ""),
        strengths_cell(tags, person.strengths_text) or _WORDS.get(person.strengths_state, ""),
        honours_text(honours) or _WORDS.get(person.honours_state, ""),
        _GENDER.get(person.gender, ""),
        _date(person.birth_date, person.birth_precision),
        number if unmasked else masked_id_number(number),
        _POLITICAL.get(person.political_status, ""),
        _date(person.enlisted_on, person.enlisted_precision),
        _date(person.discharged_on, person.discharged_precision),
        person.branch,
        phone if unmasked else masked_phone(phone),
        "、".join([_KIND[person.person_kind], *(_CARE[tag] for tag in person.care_categories)]),
        "、".join(_WAR[tag] for tag in person.war_tags),
        _RESIDENCE[person.residence],
        _PLAQUE[person.plaque],
        _STATUS[person.status],
        place,
        person.note,
    ]


def masked_id_number(number):
    return Veteran.masked_id_number.fget(_Number(id_number=number))


def masked_phone(number):
    return Veteran.masked_phone.fget(_Number(phone=number))


@dataclass
class _Number:
    """What the model's two masks look at."""

    id_number: str = ""
    phone: str = ""


def _date(value: dt.date | None, precision) -> str:
    return format_partial(value, precision, ".")
