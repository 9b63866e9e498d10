"""The whole road from bytes to rows with an outcome. Reads the database, writes nothing."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone

from records.bulk import collector_resting
from stations.models import Region, Station
from veterans.importing import layouts, matching, merging
from veterans.importing.cells import ASK, shown, text_of, without_numbers
from veterans.importing.headers import find_header
from veterans.importing.opening import Book, Refused, SheetData, open_book
from veterans.importing.places import Places, is_generic, is_summary, of_other_people
from veterans.importing.rows import Cleaner, PersonRow
from veterans.importing.tables import read_table
from veterans.models import Strength

ONLY_SHEET = "表格"


@dataclass
class SheetPlan:
    """A sheet and the station proposed for it. `labels` are its headings."""

    name: str
    station: object = None
    selected: bool = False
    reason: str = ""
    asks: str = ""
    labels: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    header: object = None
    odd: str = ""
    stated_total: int | None = None
    data: SheetData | None = None


@dataclass
class Reading:
    sheets: list[SheetPlan] = field(default_factory=list)
    rows: list[PersonRow] = field(default_factory=list)
    refused: str | None = None

    def counts(self) -> Counter:
        return Counter(row.outcome for row in self.rows)


def places_for(station) -> Places:
    """Where the rows of a file for this station may go: itself and the stations below."""
    fillable = list(
        Station.objects.filter(region__path__startswith=station.region.path, is_active=True)
        .select_related("region")
        .order_by("region__path")
    )
    by_region = {item.region_id: item for item in fillable}
    merged = Region.objects.filter(merged_into__in=by_region)
    absorbed = [(region, by_region[region.merged_into_id]) for region in merged]
    county = "".join(f"{code}/" for code in station.region.ancestor_codes[:2])
    near = Region.objects.filter(path__startswith=county, level="village", is_active=True)
    others = near.exclude(pk__in=by_region).only("pk", "name", "former_names")
    return Places.build(station, fillable, others, absorbed)


@collector_resting()
def read_roster(content: bytes, *, station, choices=None, progress=None) -> Reading:
    """`choices`: what a person decided per sheet, {number: station or None}."""
    try:
        book = open_book(content)
        places = places_for(station)
        plans = [plan_sheet(sheet, places) for sheet in book.sheets]
        _check_any(plans)
    except Refused as refused:
        return Reading(refused=str(refused))
    _propose(plans, places)
    for number, chosen in (choices or {}).items():
        plans[number].selected = chosen is not None
        plans[number].station = chosen or plans[number].station
        plans[number].asks = ""
    rows = _people(book, plans, places, progress)
    matching.match(rows, matching.StoredPeople(rows))
    for plan in plans:
        plan.data = None
    return Reading(plans, rows)


def plan_sheet(sheet: SheetData, places: Places) -> SheetPlan:
    plan = SheetPlan(without_numbers(sheet.name) or ONLY_SHEET, data=sheet)
    if not any(text_of(cell) for row in sheet.rows for cell in row):
        plan.reason = "空表"
        return plan
    plan.header = find_header(sheet.rows, sheet.marks.merges)
    if odd := layouts.odd_layout(sheet.rows, plan.header):
        plan.header, plan.odd = None, odd
        plan.reason = f"这是{odd}，没有导入"
        return plan
    if plan.header is None:
        plan.reason = "没有找到花名册的表头"
        return plan
    plan.labels, plan.left_out = plan.header.labels, plan.header.left_out
    hidden = [
        plan.labels[column]
        for column in sorted(sheet.marks.hidden_columns)
        if column in plan.header.columns.values()
    ]
    if hidden:
        plan.notes.append(f"隐藏的列也会导入：{'、'.join(hidden)}。")
    if plan.header.more_phones:
        columns = [plan.header.columns["phone"], *plan.header.more_phones]
        said = "、".join(plan.labels[column] for column in columns)
        plan.notes.append(f"“{said}”几列的号码合在一起作为联系电话。")
    if plan.header.repeats:
        plan.notes.append(f"左右并排的{len(plan.header.repeats) + 1}张表都会读取。")
    if hidden := layouts.hidden_rows(sheet, plan.header):
        plan.notes.append(hidden)
    return plan


def _check_any(plans):
    if any(plan.header for plan in plans):
        return
    if all(plan.reason == "空表" for plan in plans):
        raise Refused("文件里没有任何内容，请检查后重新上传。")
    if odd := next((plan.odd for plan in plans if plan.odd), ""):
        raise Refused(layouts.ADVICE[odd])
    raise Refused(
        "没有找到花名册的表头。表格前15行里应有一行写着“姓名”和“出生年月”“入伍时间”等列名，"
        "请核对是不是花名册，或下载空白花名册填写后上传。"
    )


def _propose(plans, places):
    for plan in plans:
        if plan.header is None:
            continue
        if plan.data.is_hidden:
            plan.reason = "隐藏的工作表"
            continue
        if is_summary(plan.name) and len(plans) > 1:
            plan.reason = "汇总表，人员以各村居的表为准"
            continue
        _place(plan, places)
    usable = [plan for plan in plans if plan.header and not plan.data.is_hidden]
    if usable and not any(plan.selected for plan in plans):
        only = usable[0]
        if len(usable) == 1:
            only.selected, only.station, only.reason = True, places.chosen, ""


def _place(plan, places):
    _station(plan, places)
    if not plan.asks and (title := of_other_people(plan.data.rows[: plan.header.row])):
        plan.asks = f"标题写的是“{title}”，不像退役军人花名册，请确认是否导入。"


def _station(plan, places):
    named = places.find(plan.name)
    titled, other = places.in_title(plan.data.rows[: plan.header.row])
    station = named or titled
    source = "标题写的"
    if station is None and not other:
        source, other = "工作表名", places.neighbour(plan.name)
    if station is None and other and (source == "标题写的" or places.chosen.is_village):
        station = places.chosen
        plan.asks = f"{source}是“{other}”，与所选的{places.chosen.name}不是同一个站，请确认。"
    if station is None and (is_generic(plan.name) or places.chosen.is_village):
        station = places.chosen
    plan.station, plan.selected = station, station is not None
    if station is None:
        plan.reason = f"没有找到与“{plan.name}”对应的服务站，请选择"


def _people(book: Book, plans, places, progress):
    strengths = dict(Strength.objects.filter(is_active=True).values_list("name", "pk"))
    today = timezone.localdate()
    rows: list[PersonRow] = []
    for plan in plans:
        if not plan.selected or plan.header is None:
            continue
        cleaner = Cleaner(
            plan.name,
            plan.header.columns,
            strengths,
            today,
            is_text=book.is_text,
            is_1904=book.is_1904,
            more_phones=plan.header.more_phones,
        )
        found: list[PersonRow] = []
        for part in layouts.side_by_side(plan.data, plan.header):
            table = read_table(part, plan.header)
            _say_about(plan, table)
            told = progress and (
                lambda done, before=len(rows) + len(found): progress(before + done)
            )
            found += _clean(table, cleaner, plan, places, told)
            plan.stated_total = table.stated_total or plan.stated_total
        if plan.stated_total not in (None, len(found)):
            plan.notes.append(f"表中合计写的是{plan.stated_total}人，读到{len(found)}人，请核对。")
        rows += found
    merging.join_repeats(rows)
    return rows


def _clean(table, cleaner, plan, places, progress):
    cleaned, continued = [], set()
    cleaner.above.clear()
    for raw in table.rows:
        row = cleaner.clean(raw)
        row.station = plan.station
        _own_place(row, raw, plan, places)
        if plan.asks:
            row.say("row", ASK, plan.asks)
        if raw.continues:
            continued.add(id(row))
        cleaned.append(row)
        if progress and len(cleaned) % 500 == 0:
            progress(len(cleaned))
    return merging.join_continuations(cleaned, continued)


def _say_about(plan, table):
    if table.other_from:
        plan.notes.append(
            f"第{table.other_from}行起是另一张表（列名不同），没有导入。"
            "是花名册的，请放到单独的工作表后再上传。"
        )


def _own_place(row, raw, plan, places):
    """A column that names the village sends each row to that village's station."""
    column = plan.header.columns.get("place")
    text = raw.texts[column] if column is not None and column < len(raw.texts) else ""
    if not text:
        return
    station = places.find(text)
    if station is not None:
        row.station = station
    elif len(places.by_stem) > 1 or places.near.get(text):
        row.say("row", ASK, f"“{shown(text)}”没有对应的服务站，确认则导入{plan.station.name}。")
