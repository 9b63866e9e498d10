"""佐证材料目录 and one 评价要点材料提交单 per requirement: the records that the score counted,
and the files that hang on them."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType

from accreditation.dossier.forms import points
from accreditation.dossier.material import Material
from accreditation.scorecard.views import describe
from accreditation.scoring.explain import explain
from accreditation.scoring.measures import MEASURES
from activities.models import Activity, Participation, Reception, ServiceRecord, SurveyResponse
from records.models import Attachment, AttachmentLink
from records.printing import Column, Facts, Heading, Paragraph, Photos, Picture, Table
from veterans.models import Honour, RosterEdition, Veteran
from volunteers.models import Membership

# People, what they came with and what they answered are figures in a dossier, never rows.
NEVER_LISTED = (
    Veteran, Honour, Membership, Participation, Reception, ServiceRecord, SurveyResponse,
)  # fmt: skip
SHOWN = 40
PHOTOS, PHOTO_SIDE = 6, 600
INDEX = (
    Column("序号", 1, "center"), Column("评价要点", 1.6, "center"), Column("材料所在记录", 5),
    Column("材料名称", 4), Column("类型", 1.2, "center"), Column("校验码（前12位）", 2.8, "center"),
)  # fmt: skip
ROWS = (Column("序号", 1, "center"), Column("记录", 8), Column("材料", 2, "center"))


@dataclass
class Sheet:
    """One requirement with its records and their files."""

    requirement: Any
    rows: list[Any] = field(default_factory=list)
    people: int = 0
    files: dict[Any, list[AttachmentLink]] = field(default_factory=dict)


def sheets(material: Material) -> list[Sheet]:
    """The files of all records are fetched together, one query per kind of record."""
    found = [_sheet(material, requirement) for requirement in material.requirements]
    links = _links(material, [row for sheet in found for row in sheet.rows])
    for sheet in found:
        sheet.files = {row: links[_key(row)] for row in sheet.rows if links.get(_key(row))}
    return found


def _sheet(material: Material, requirement: Any) -> Sheet:
    sheet = Sheet(requirement)
    if requirement.measure not in MEASURES or material.is_hidden(requirement):
        return sheet
    rows = explain(
        material.station,
        requirement.code,
        on=material.on,
        user=material.reader,
        programme=material.application.programme,
        requirement=requirement,
    )
    seen = set()
    for one in rows:
        # A row that meets two conditions of a requirement stands there once.
        if not one.ok or _key(one.row) in seen or not material.holds(one.row):
            continue
        seen.add(_key(one.row))
        if isinstance(one.row, NEVER_LISTED) or one.row._meta.auto_created:
            sheet.people += 1
        else:
            sheet.rows.append(one.row)
    return sheet


def _key(row: Any) -> tuple[str, int]:
    return row._meta.label_lower, row.pk


def is_private(row: Any) -> bool:
    return isinstance(row, Activity) and row.kind == Activity.Kind.TALK


def _links(material: Material, rows: list[Any]) -> dict[tuple[str, int], list[AttachmentLink]]:
    keys: dict[Any, set[int]] = defaultdict(set)
    for row in rows:
        # A talk's files stay with those who had it; a signed roster names everybody.
        if not is_private(row) and not isinstance(row, RosterEdition):
            keys[type(row)].add(row.pk)
    found = defaultdict(list)
    for model, pks in keys.items():
        links = AttachmentLink.objects.filter(
            content_type=ContentType.objects.get_for_model(model), object_id__in=pks
        ).exclude(purpose=AttachmentLink.Purpose.CONSENT)
        for link in links.select_related("attachment"):
            if material.is_draft or link.attachment.sha256 in material.files:
                found[model._meta.label_lower, link.object_id].append(link)
    return found


def words(material: Material, row: Any) -> str:
    if is_private(row):
        return f"{row.happened_on:%Y-%m-%d} {row.get_kind_display()}"
    return describe(row) + material.mark(row)


def index(material: Material, found: list[Sheet]) -> list[Any]:
    """Every file once, at the first requirement that it serves."""
    rows, seen = [], set()
    for sheet in found:
        for row, links in sheet.files.items():
            for link in links:
                if link.attachment_id in seen:
                    continue
                seen.add(link.attachment_id)
                file = link.attachment
                rows.append(
                    [
                        str(len(rows) + 1),
                        sheet.requirement.display_code,
                        words(material, row),
                        link.caption or file.original_name,
                        file.get_kind_display(),
                        file.sha256[:12],
                    ]
                )
    return [
        Heading("三、佐证材料目录", new_page=True),
        Table(INDEX, rows, total=f"共{len(rows)}件"),
    ]


def submit_sheets(material: Material, found: list[Sheet]) -> list[Any]:
    blocks: list[Any] = [
        Heading("四、评价要点材料提交单", new_page=True),
        Paragraph("每个评价要点一张，列出系统计入的记录和所附材料；花名册人员只计人数，不列姓名。"),
    ]
    shown: set[int] = set()
    for number, sheet in enumerate(found):
        blocks += _one(material, sheet, new_page=number > 0)
        blocks += _photos(sheet, shown)
    return blocks


def _photos(sheet: Sheet, shown: set[int]) -> list[Any]:
    """The first pictures of a requirement; one that serves several stands at the first."""
    links = [
        link
        for group in sheet.files.values()
        for link in group
        if link.attachment.kind == Attachment.Kind.PHOTO and link.attachment_id not in shown
    ]
    if not links:
        return []
    shown.update(link.attachment_id for link in links)
    pictures = [
        (Picture(name=link.attachment.file.name, side=PHOTO_SIDE), link.caption[:40])
        for link in links[:PHOTOS]
    ]
    more = len(links) - len(pictures)
    text = f"另有照片{more}张，见压缩包。" if more else ""
    return [Photos(pictures, columns=3), *([Paragraph(text, size="small")] if text else [])]


def _one(material: Material, sheet: Sheet, *, new_page: bool) -> list[Any]:
    requirement, line = sheet.requirement, material.line(sheet.requirement)
    head = Heading(f"{requirement.display_code}　{requirement.label}", level=2, new_page=new_page)
    facts = Facts(
        [
            ("政策条款", requirement.clause, True),
            ("政策原文", requirement.sentence, True),
            ("评定方式", requirement.get_how_display()),
            ("必备项", "是" if requirement.must else "否"),
            ("满分", points(requirement.points)),
            ("自评得分", points(line.get("points"))),
            ("系统核查情况", line.get("found", ""), True),
            ("待补内容", line.get("missing", "") or "无", True),
        ]
    )
    rows = [
        [str(number), words(material, row), _count(sheet.files.get(row))]
        for number, row in enumerate(sheet.rows[:SHOWN], 1)
    ]
    total = f"共{len(sheet.rows)}条记录"
    if sheet.people:
        total += f"；另计入人员、答卷等{sheet.people}条（不列明细）"
    return [head, facts, Table(ROWS, rows, total=total, empty="没有逐条列出的记录")]


def _count(links: list[AttachmentLink] | None) -> str:
    return f"{len(links)}件" if links else "—"
