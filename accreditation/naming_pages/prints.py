"""The papers of a batch: the list that is put up, the decision and the list of the named."""

from collections import Counter
from itertools import groupby

from django.utils.dateparse import parse_date

from accreditation.models import Application, Transition
from accreditation.naming_pages.certificate import code_picture, public_address
from accreditation.naming_pages.words import OFFICIAL, may_name, result_word
from accreditation.workdays import is_workday
from records.printing import (
    DRAFT,
    Column,
    Document,
    Paragraph,
    Signature,
    Table,
    Title,
    marks,
)
from stations.models import Region, Track
from stations.papers import long_day

LIST = (Column("序号", 0.5), Column("服务站", 3), Column("所在县（区）", 1.6), Column("类别", 2.2))


def members(batch):
    """In the order of the list: track, then unit."""
    rows = Application.objects.filter(batch=batch).exclude(state__in=("rejected", "withdrawn"))
    return list(
        rows.select_related("station__region", "accreditation").order_by(
            "track", "station__region__rank", "pk"
        )
    )


def counties(rows):
    codes = {row.station.region.county_code for row in rows}
    return dict(Region.objects.filter(code__in=codes).values_list("code", "name"))


def minutes(batch) -> list[tuple[str, str]]:
    """(day, number) of the meetings that agreed, as entered with each application."""
    steps = Transition.objects.filter(application__batch=batch, details__verb="decide")
    found = {
        (row.details.get("decided_on", ""), row.details.get("minutes_number", ""))
        for row in steps
        if row.details.get("conclusion") == "agree"
    }
    return sorted(found)


def _paper(title, *others, by):
    return Document(
        title,
        unit=by.region.office_title if by.region else "",
        marks=marks(*others),
        blocks=[],
    )


def workdays(notice) -> int:
    length = (notice.ends_on - notice.starts_on).days + 1
    days = (notice.starts_on.fromordinal(notice.starts_on.toordinal() + n) for n in range(length))
    return sum(is_workday(day) for day in days)


def notice_list(batch, *, by) -> Document:
    """公示名单. Names of places only; whoever objects finds where to turn to."""
    rows, notice = members(batch), batch.public_notice
    word = result_word(batch.programme)
    paper = _paper(f"拟{word}服务站名单公示", by=by)
    paper.add(
        Title(f"拟{word}服务站名单公示", (str(batch.programme), batch.name)),
        Paragraph(
            f"经县（区）推荐、市级评审、实地核验和集体研究，拟{word}以下{len(rows)}个退役军人服务站，"
            f"现予公示。公示期自{long_day(notice.starts_on)}至{long_day(notice.ends_on)}，"
            f"共{workdays(notice)}个工作日。"
        ),
        Paragraph(
            "公示期内，任何单位和个人如有异议，可以书面、电话等形式实名或匿名反映，"
            f"受理单位对反映人信息保密。受理单位及电话：{notice.contact}。"
        ),
        *_tables(rows),
        Paragraph(_issuer(by), align="right", indent=False),
        Paragraph(long_day(notice.starts_on), align="right", indent=False),
    )
    return paper


def _issuer(by):
    return by.region.office_title if by.region else ""


def _tables(rows):
    names = counties(rows)
    blocks = []
    for track, group in groupby(rows, key=lambda row: row.track):
        lines = [
            [str(n), row.station.name, names.get(row.station.region.county_code, ""),
             str(Track(track).label)]
            for n, row in enumerate(group, 1)
        ]  # fmt: skip
        blocks.append(Paragraph(f"{OFFICIAL[track]}（{len(lines)}个）", indent=False, bold=True))
        blocks.append(Table(LIST, lines))
    return blocks


def named_list(batch, *, by) -> Document:
    """认定名单, with numbers; an annex of the decision."""
    made = [row.accreditation for row in members(batch) if hasattr(row, "accreditation")]
    word = result_word(batch.programme)
    title = f"{word}服务站名单"
    paper = _paper(title, by=by)
    names = dict(
        Region.objects.filter(pk__in={row.county_id for row in made}).values_list("pk", "name")
    )
    columns = (*LIST, Column("编号", 1.4))
    lines = [
        [str(n), row.station.name, names[row.county_id], row.get_track_display(), row.number]
        for n, row in enumerate(made, 1)
    ]
    paper.add(
        Title(title, (f"{batch.decision_document}　{long_day(batch.named_on)}",)),
        Table(columns, lines, total=f"共{len(made)}个"),
        Signature(("制表人", "审核人")),
    )
    return paper


def plaque_texts(batch, *, by) -> Document:
    """牌匾文字: what is written on each plaque, and the code to print on it, for whoever makes
    them."""
    made = [row.accreditation for row in members(batch) if hasattr(row, "accreditation")]
    lines = [
        [
            str(n),
            row.station.name,
            f"{OFFICIAL[row.track]}\n{_issuer(by)}\n{long_day(row.named_on)}",
            row.number,
            code_picture(address, width=24, height=24) if (address := public_address(row)) else "—",
        ]
        for n, row in enumerate(made, 1)
    ]
    columns = (
        Column("序号", 0.5), Column("服务站", 2), Column("牌匾文字", 3.2), Column("编号", 1.1),
        Column("查询二维码", 1.4),
    )  # fmt: skip
    paper = _paper("牌匾文字", by=by)
    paper.add(
        Title("牌匾文字", (f"{batch.decision_document}　{long_day(batch.named_on)}",)),
        Table(columns, lines, total=f"共{len(made)}块"),
        Signature(("制表人", "审核人")),
    )
    return paper


def decision_draft(batch, *, by) -> Document:
    """The decision as a draft for the office: the system writes figures and names, people
    the rest."""
    rows = members(batch)
    word, programme = result_word(batch.programme), batch.programme
    title = f"关于{word}{batch.name}服务站的决定"
    held = "；".join(
        f"{long_day(parse_date(day))}，会议纪要{number}" for day, number in minutes(batch)
    )
    counted = Counter(row.track for row in rows)
    parts = "、".join(f"{OFFICIAL[t]}{counted[t]}个" for t in Track.values if counted[t])
    basis = f"经批准（{programme.approval_document}），" if may_name(programme) else ""
    paper = _paper(title, DRAFT, by=by)
    paper.add(
        Title(title, (batch.decision_document or "宿退役军人〔　　〕　号",)),
        Paragraph("各县（区）退役军人事务局、功能区主管单位：", indent=False),
        Paragraph(
            f"根据《{programme.name}》安排，{basis}经县（区）推荐、市级评审、实地核验、集体研究"
            f"（{held or '会议纪要编号待填'}）和公示，决定{word}{len(rows)}个服务站，其中{parts}。"
        ),
        Paragraph(
            f"各地要加强日常指导，巩固建设成效。{word}实行动态管理，定期复核，"
            "不再符合条件的按规定处理。"
        ),
        *_tables(rows),
        Paragraph(_issuer(by), align="right", indent=False),
        Paragraph(long_day(batch.named_on) or "　　年　　月　　日", align="right", indent=False),
    )
    return paper
