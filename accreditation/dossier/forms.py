"""申报表 and 自评表 with the usual fields of such forms, and opinions level by level."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accreditation.dossier.material import Material
from accreditation.models import Application
from accreditation.scorecard.page import ITEMS, PREFIX
from records.printing import Column, Facts, Heading, Opinion, Paragraph, Table
from stations.models import Facility, Region, Resource, Title
from stations.papers import long_day
from veterans.models import Honour, Veteran
from volunteers.models import Team

STATE = Application.State
LEVELS = {
    Region.Level.TOWN: "乡镇（街道）级",
    Region.Level.VILLAGE: "村居（社区）级",
}
MERITS = ("merit_1", "merit_2", "merit_3", "war_merit", "historic_merit")
LINES = (
    Column("编号", 2.1, "center"), Column("评价要点", 3.6), Column("满分", 1.4, "center"),
    Column("自评得分", 1.4, "center"), Column("系统核查情况", 4.3), Column("待补内容", 3.3),
)  # fmt: skip


def points(value: int | None) -> str:
    return "待评" if value is None else f"{value / 100:.2f}"


def application_form(material: Material) -> list[Any]:
    """The form itself; opinions that were given stand there, the others wait for a pen."""
    station = material.station
    totals = material.data["totals"]
    people = _people(material)
    pairs = [
        ("服务站名称", station.name, True),
        ("层级", LEVELS.get(station.region.level, station.region.get_level_display())),
        ("区划代码", station.region.code),
        ("所在单位", _place(station), True),
        ("主管单位", _office(station), True),
        ("申报类别", material.application.get_track_display()),
        ("特色主题", station.theme_statement),
        ("站长", station.manager_name),
        ("站长电话", station.manager_phone),
        ("专职人员数", _number(station.fulltime_staff)),
        ("兼职人员数", _number(station.parttime_staff)),
        ("建站时间", long_day(station.founded_on)),
        ("场所面积（平方米）", _number(station.floor_area)),
        ("场所使用", _sharing(material)),
        ("辖区人口", _number(station.population)),
        ("退役军人数", str(people["people"])),
        ("建档立卡退役军人数", _number(station.registered_veterans)),
        ("其中党员", str(people["party"])),
        ("其中参战", str(people["war"])),
        ("其中残疾军人", str(people["disabled"])),
        ("其中立功", str(people["merit"])),
        ("“兵支书”", str(people["secretary"])),
        ("其他优抚对象数", str(people["others"])),
        ("志愿服务队", _teams(material), True),
        ("特色资源简介", _resources(material), True),
        ("已获集体荣誉", _titles(material), True),
        ("自评得分", f"{points(totals['computed'])} / {points(totals['computed_max'])}（待评要点不计）"),
        ("标准版本", f"评价标准（试行）第{material.data['rubric']}版"),
    ]  # fmt: skip
    return [
        Heading("一、申报表", new_page=True),
        Facts(pairs),
        Heading("创建做法与成效", level=2),
        Paragraph(material.data["statement"] or "（未填写）"),
        Heading("审核意见", level=2),
        *_opinions(material),
    ]


def _number(value: Any) -> str:
    return "" if value is None else str(value)


def _place(station: Any) -> str:
    """From the county down, without the city."""
    codes = station.region.ancestor_codes[1:]
    names = dict(Region.objects.filter(code__in=codes).values_list("code", "name"))
    return "　".join(names.get(code, "") for code in codes)


def _office(station: Any) -> str:
    county = Region.objects.filter(code=station.region.county_code).first()
    return county.office_title if county else ""


def _sharing(material: Material) -> str:
    shared = material.rows(Facility).values_list("is_shared", flat=True)
    return "" if not shared else "部分与村居（社区）共用" if any(shared) else "独立使用"


def people_of(material: Material) -> QuerySet[Veteran]:
    """Those of the roster, in a submitted dossier those of the archive."""
    rows = Veteran.objects.visible_to(material.reader).filter(
        station__region__path__startswith=material.station.region.path,
        status=Veteran.Status.ACTIVE,
        merged_into=None,
    )
    return rows if material.is_draft else rows.filter(pk__in=material.keys(Veteran))


def _people(material: Material) -> dict[str, int]:
    """Figures, no names: the roster itself stays at the station."""
    counted = Q(person_kind=Veteran.PersonKind.VETERAN)
    merits = Honour.objects.filter(veteran=OuterRef("pk"), kind__in=MERITS)
    return (
        people_of(material)
        .annotate(has_merit=Exists(merits))
        .aggregate(
            people=Count("pk", filter=counted),
            party=Count("pk", filter=counted & Q(political_status="party_member")),
            war=Count("pk", filter=counted & ~Q(war_tags="")),
            disabled=Count("pk", filter=counted & Q(care_categories__contains=",disabled,")),
            merit=Count("pk", filter=counted & Q(has_merit=True)),
            secretary=Count("pk", filter=counted & Q(is_village_secretary=True)),
            others=Count("pk", filter=~counted),
        )
    )


def _teams(material: Material) -> str:
    rows = material.rows(Team).annotate(
        n=Count("memberships", filter=Q(memberships__left_on=None), distinct=True)
    )
    return "；".join(f"{row.name}（{row.n}人）" for row in rows)


def _resources(material: Material) -> str:
    codes = [material.station.region.code]
    if material.station.is_village and material.station.region.parent:
        codes.append(material.station.region.parent.code)
    rows = Resource.objects.visible_to(material.reader).filter(region__code__in=codes)
    names = rows.filter(theme=material.application.track).values_list("name", flat=True)
    return "、".join(names)


def _titles(material: Material) -> str:
    return "；".join(
        f"{row.name}（{row.get_level_display()}，{row.awarded_on.year}年）"
        for row in material.rows(Title)
    )


def _opinions(material: Material) -> list[Opinion]:
    """乡镇（街道）, 县级, 市级: the last word of each, blank while there is none."""
    given: dict[str, Any] = {}
    if not material.is_draft:
        for row in material.application.transitions.select_related("actor").order_by("at", "pk"):
            given[f"{row.from_state}>{row.to_state}"] = row
    boxes = []
    if material.station.is_village:
        row = given.get(f"{STATE.TOWN_REVIEW}>{STATE.COUNTY_REVIEW}")
        boxes.append(_opinion("乡镇（街道）\n审核意见", row, "同意上报。"))
    row = given.get(f"{STATE.COUNTY_REVIEW}>{STATE.CITY_REVIEW}")
    boxes.append(_opinion("县（区）、功能区\n初审意见", row, "同意推荐。"))
    row = given.get(f"{STATE.DECISION}>{STATE.PUBLIC_NOTICE}")
    boxes.append(_opinion("市级意见", row, ""))
    return boxes


def _opinion(label: str, row: Any, standard: str) -> Opinion:
    if row is None:
        return Opinion(label)
    day = long_day(timezone.localdate(row.at))
    who = row.actor.full_name if row.actor else ""
    return Opinion(label, row.comment or standard, f"经办人：{who}　　（盖章）\n{day}")


def self_assessment(material: Material) -> list[Any]:
    """Every requirement with what the system found, item by item."""
    totals = material.data["totals"]
    text = (
        f"核算日期：{long_day(material.on)}。自评得分{points(totals['computed'])}分"
        f"（可计满分{points(totals['computed_max'])}分），其中共性{points(totals['common'])}分、"
        f"个性{points(totals['own'])}分。分值为试行，政策未规定；人工评定的要点为待评，不计入。"
    )
    blocks: list[Any] = [Heading("二、自评表", new_page=True), Paragraph(text)]
    items: dict[str, list[Any]] = {}
    for requirement in material.requirements:
        items.setdefault(requirement.item, []).append(requirement)
    for item, rows in items.items():
        name = f"{PREFIX[item[0]]}{item[1:]}　{ITEMS.get(item, '')}"
        blocks += [Heading(name, level=2), Table(LINES, [_cells(material, row) for row in rows])]
    return blocks


def _cells(material: Material, requirement: Any) -> list[str]:
    line = material.line(requirement)
    must = "（必备项）" if requirement.must else ""
    return [
        requirement.display_code,
        requirement.label + must,
        points(requirement.points),
        points(line.get("points")),
        line.get("found", ""),
        line.get("missing", ""),
    ]
