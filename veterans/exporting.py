"""The roster as a workbook: exactly the people asked for, in the order of Annex 1.

Masked unless a purpose was given; written row by row, so that a city's rows cost no more
memory than a village's. What is written here reads back through the import to the same
people: a masked cell leaves the stored number as it is.
"""

import datetime as dt
import operator
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from xlsxwriter import Workbook

from records.dates import format_partial
from records.fields import as_stored, decrypt_all
from records.printing.marks import marks
from records.workbooks import SAFE, plain
from stations.models import Station
from veterans.importing.honours import honours_text
from veterans.importing.matching import honours_of, tags_of
from veterans.importing.strengths import strengths_cell
from veterans.models import AnswerState, CareCategory, Veteran, War

CHUNK = 1000
# (heading, width): the fields of Annex 1 first, in its order. All of them stand on one width of
# A4: each column is as narrow as its usual words allow, and longer ones break into lines.
COLUMNS = (
    ("序号", 5.5), ("姓名", 8.5), ("原部队职务", 10), ("现任职务", 12), ("特点优长", 14), ("荣誉奖励", 16),
    ("性别", 5), ("出生年月", 11), ("身份证号", 19), ("政治面貌", 9), ("入伍时间", 8.5),
    ("退役时间", 8.5), ("军兵种", 9), ("联系电话", 13), ("人员类别", 18), ("参战经历", 9),
    ("居住情况", 7), ("光荣牌", 7), ("在册状态", 7), ("村居", 11), ("备注", 12),
)  # fmt: skip
_WIDTHS = [width for _label, width in COLUMNS]
# As many characters fit into two lines, the height of every row, whatever they are.
_FITS = [int(width) for width in _WIDTHS]
_FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
LINE, ROW, TALLEST = 14.5, 32, 409  # points; Excel knows no taller row
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
    people,
    path: Path,
    *,
    region,
    by=None,
    unmasked=False,
    purpose="",
    is_filtered=False,
    progress=None,
) -> int:
    """Write the people of a queryset to a workbook; returns how many."""
    book = Workbook(str(path), SAFE)
    page = book.add_worksheet("花名册")
    text = book.add_format({**_FONT, "num_format": "@", "border": 1, "text_wrap": True})
    _frame(page, region, by, unmasked)
    _head(book, page, region, is_filtered)
    number, write = 0, page.write_string
    for parts in _with_parts(people):
        number += 1
        cells = [str(number), *_cells(*parts, unmasked)]
        if any(map(operator.gt, map(len, cells), _FITS)):
            page.set_row(number + 2, _height(cells))
        for column, cell in enumerate(cells):
            if cell:
                write(number + 2, column, cell if cell[0] != "<" else plain(cell), text)
        if progress and number % CHUNK == 0:
            progress(number)
    # Empty cells, a quarter of all, get their edges from one rule and are not written.
    edge = {"type": "blanks", "format": book.add_format({"border": 1})}
    page.conditional_format(3, 0, max(number, 1) + 2, len(COLUMNS) - 1, edge)
    _foot(book, page, number, region, by, purpose if unmasked else None)
    book.close()
    return number


def _height(cells):
    """Of a row with longer words: not every program looks for itself."""
    longer = zip(cells, _FITS, _WIDTHS, strict=True)
    lines = max(_lines(cell, width) for cell, fits, width in longer if len(cell) > fits)
    return min(ROW + LINE * max(lines - 2, 0), TALLEST)


def _lines(cell, width):
    """A Chinese character is twice as wide as a digit, as it is twice as long in this code."""
    if "\n" in cell:
        return sum(_lines(line, width) for line in cell.split("\n"))
    return -(-len(cell.encode("gbk", "replace")) // int(width)) or 1


def _frame(page, region, by, unmasked):
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.center_horizontally()
    page.set_default_row(ROW)
    page.freeze_panes(3, 2)
    page.repeat_rows(0, 2)
    kind = "含个人信息，注意保管" if unmasked else "身份号码和电话已脱敏"
    at = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    found = (*marks(), region.name, by.full_name if by else "", at, kind)
    # In a footer & begins a code; two are the sign itself.
    footer = " ".join(part for part in found if part).replace("&", "&&")
    page.set_footer(f"&L{footer}&R第 &P 页 共 &N 页", {"margin": 0.3})


def _head(book, page, region, is_filtered):
    title = book.add_format({**_FONT, "bold": True, "font_size": 18, "align": "center"})
    line = book.add_format(_FONT)
    head = book.add_format({**_FONT, "bold": True, "border": 1, "align": "center",
                            "text_wrap": True})  # fmt: skip
    # Of cells that are empty yet: a number that is typed there must not be rounded.
    typed = book.add_format({"num_format": "@"})
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width, typed)
    page.set_row(0, 34)
    page.merge_range(0, 0, 0, len(COLUMNS) - 1, f"{region.name}退役军人花名册", title)
    today = timezone.localdate()
    day = f"{today.year}年{today.month}月{today.day}日"
    part = "    （按条件筛选，非全部在册人员）" if is_filtered else ""
    filled_by = f"填报单位（盖章）：{_unit(region)}    填报时间：{day}{part}"
    page.write_string(1, 0, filled_by, line)
    page.set_row(2, 34)
    for column, (label, _width) in enumerate(COLUMNS):
        page.write_string(2, column, label, head)


def _unit(region):
    """A village's and a town's roster is its station's."""
    if region.level not in (region.Level.VILLAGE, region.Level.TOWN):
        return region.office_title
    station = Station.objects.filter(region=region).first()
    return station.name if station else region.name


def _foot(book, page, number, region, by, purpose):
    line = book.add_format(_FONT)
    last = "站长" if region.level in (region.Level.VILLAGE, region.Level.TOWN) else "负责人"
    page.write_string(number + 3, 0, "合计", line)
    page.write_string(number + 3, 1, f"{number}人", line)
    gap = " " * 30
    page.write_string(number + 4, 0, f"填表人：{gap}审核人：{gap}{last}：", line)
    if purpose is not None:
        who = f"{by.full_name}（{by.region or ''}）" if by else "命令"
        at = timezone.localtime().strftime("%Y-%m-%d %H:%M")
        note = f"说明：含个人信息，由{who}于{at}导出，用途：{purpose}。"
        page.write_string(number + 5, 0, note, line)


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
