"""The records themselves: roster in figures, plans, ledger, stories, exhibits with photos."""

from itertools import pairwise
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q

from accreditation.dossier.forms import people_of
from accreditation.dossier.material import Material
from accreditation.scoring.dates import years_before
from activities.ledger_prints import entries_of
from activities.models import Activity, Plan, PlanItem
from records.models import Attachment, AttachmentLink
from records.printing import Column, Facts, Heading, Paragraph, Photos, Picture, Table
from stations.papers import long_day
from veterans.models import Exhibit, RosterEdition, Story, Veteran
from veterans.sections import check_state

AGES = (30, 45, 60, 70, 80)
EDITIONS = (
    Column("版次", 1.5, "center"), Column("打印日期", 2, "center"), Column("人数（系统）", 2, "center"),
    Column("人数（签字件）", 2, "center"), Column("核对人", 2, "center"), Column("核对日期", 2, "center"),
)  # fmt: skip
PLANS = (
    Column("序号", 1, "center"), Column("计划", 6), Column("状态", 2, "center"),
    Column("审定人", 2, "center"), Column("审定日期", 2.4, "center"),
)  # fmt: skip
ITEMS = (
    Column("序号", 1, "center"), Column("计划日期", 2.2, "center"), Column("事项", 5),
    Column("地点", 3), Column("责任人", 2, "center"),
)  # fmt: skip
LEDGER = (
    Column("序号", 1, "center"), Column("活动时间", 2.4, "center"), Column("活动类型", 2, "center"),
    Column("活动名称", 5), Column("地点", 3), Column("参加人数", 1.5, "center"),
    Column("照片", 1.2, "center"),
)  # fmt: skip


def roster(material: Material) -> list[Any]:
    rows = [
        [
            str(row),
            _day(row.printed_on),
            str(row.row_count),
            "" if row.counted_rows is None else str(row.counted_rows),
            row.confirmed_by,
            _day(row.confirmed_on),
        ]
        for row in material.rows(RosterEdition)
    ]
    text = "花名册含个人信息，不编入本汇编；签字的书面花名册由服务站保管，核验时出示。"
    return [
        Heading("五、花名册情况", new_page=True),
        Paragraph(text),
        Facts(_roster_figures(material)),
        Heading("历次打印", level=2),
        Table(EDITIONS, rows, empty="还没有打印过花名册"),
    ]


def _roster_figures(material: Material) -> list[tuple[str, str]]:
    """One statement; ages on the day of the dossier, who has no date of birth apart."""
    born = [years_before(material.on, age) for age in AGES]
    groups = {"young": Q(birth_date__gt=born[0]), "old": Q(birth_date__lte=born[-1])}
    groups |= {
        f"age_{age}": Q(birth_date__lte=day, birth_date__gt=next_day)
        for age, day, next_day in zip(AGES, born, born[1:], strict=False)
    }
    residences = {value: Q(residence=value) for value in Veteran.Residence.values}
    counts = {"all": Q(), "unknown": Q(birth_date=None)} | groups | residences
    found = (
        people_of(material)
        .filter(person_kind=Veteran.PersonKind.VETERAN)
        .aggregate(**{f"n_{name}": Count("pk", filter=rule) for name, rule in counts.items()})
    )
    words = {"all": "退役军人", "young": f"未满{AGES[0]}周岁"}
    words |= {f"age_{age}": f"{age}至{older - 1}周岁" for age, older in pairwise(AGES)}
    words |= {"old": f"{AGES[-1]}周岁及以上", "unknown": "出生日期未填"}
    words |= {value: str(label) for value, label in Veteran.Residence.choices}
    return [(words[name], f"{found[f'n_{name}']}人") for name in words]


def _day(day: Any) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def plans(material: Material) -> list[Any]:
    rows = material.rows(Plan).order_by("-year", "period", "number")
    listed = [
        [str(n), row.title, row.get_state_display(), row.approved_by, _day(row.approved_on)]
        for n, row in enumerate(rows, 1)
    ]
    items = material.rows(PlanItem).filter(planned_on__year=material.on.year)
    cells = [
        [str(n), _day(one.planned_on), one.title + material.mark(one), one.place, one.owner]
        for n, one in enumerate(items, 1)
    ]
    return [
        Heading("六、活动计划", new_page=True),
        Table(PLANS, listed),
        Heading(f"{material.on.year}年计划事项", level=2),
        Table(ITEMS, cells),
    ]


def ledger(material: Material) -> list[Any]:
    """The twelve months before."""
    first = material.on.replace(year=material.on.year - 1, day=min(material.on.day, 28))
    rows = material.rows(Activity).filter(happened_on__gt=first, happened_on__lte=material.on)
    found = entries_of(rows)
    cells = []
    for number, entry in enumerate(found, 1):
        one = entry.cells(number)
        cells.append([one[0], one[1], one[2], one[3] + material.mark(entry.activity), one[4], one[6], one[9]])  # fmt: skip
    title = f"七、活动台账目录（{long_day(first)}以后）"
    return [Heading(title, new_page=True), Table(LEDGER, cells, total=f"共{len(found)}次活动")]


def stories(material: Material) -> list[Any]:
    rows = material.rows(Story).filter(withdrawn_on=None).prefetch_related("checks")
    blocks: list[Any] = [Heading("八、典型故事", new_page=True)]
    for number, story in enumerate(rows.select_related("veteran"), 1):
        who = story.veteran.name if story.veteran else story.subject_name
        blocks += [
            Heading(f"{number}　{story.title}{material.mark(story)}", level=2),
            Facts(
                [
                    ("人物", who),
                    ("人物类型", story.get_subject_display()),
                    ("来源", story.source, True),
                    ("内容审核", check_state(story), True),
                ]
            ),
            Paragraph(story.body),
        ]
    return blocks if len(blocks) > 1 else [*blocks, Paragraph("暂无记录")]


def exhibits(material: Material) -> list[Any]:
    rows = list(material.rows(Exhibit).filter(withdrawn_on=None).prefetch_related("checks"))
    photos: dict[int, list[AttachmentLink]] = {}
    links = AttachmentLink.objects.filter(
        content_type=ContentType.objects.get_for_model(Exhibit),
        object_id__in=[row.pk for row in rows],
        purpose=AttachmentLink.Purpose.GENERAL,
        attachment__kind=Attachment.Kind.PHOTO,
    )
    for link in links.select_related("attachment"):
        if material.is_draft or link.attachment.sha256 in material.files:
            photos.setdefault(link.object_id, []).append(link)
    blocks: list[Any] = [Heading("九、陈列展示", new_page=True)]
    for number, row in enumerate(rows, 1):
        blocks += [
            Heading(f"{number}　{row.title}{material.mark(row)}", level=2),
            Facts([("陈列位置", row.get_place_display()), ("内容审核", check_state(row))]),
        ]
        if row.body:
            blocks.append(Paragraph(row.body))
        if row.pk in photos:
            blocks.append(
                Photos(
                    [
                        (Picture(name=one.attachment.file.name, side=700), one.caption or row.title)
                        for one in photos[row.pk]
                    ]
                )
            )
    return blocks if len(blocks) > 1 else [*blocks, Paragraph("暂无记录")]
