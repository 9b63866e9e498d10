"""实地核验单 on paper: blank before the visit, filled in after it."""

from accreditation.visits.page import Sheet, Shown
from records.printing import (
    Column,
    Document,
    Facts,
    Heading,
    Paragraph,
    Photos,
    Picture,
    Signature,
    Table,
    Title,
)
from stations.papers import long_day, sheet

TITLE = "实地核验单"
COLUMNS = (
    Column("要点", 1.1),
    Column("核验内容", 3),
    Column("申报材料核查情况", 3),
    Column("结果", 1),
    Column("现场情况", 3),
)
DRAWN = (Column("序号", 0.6), Column("抽取的台账", 4), Column("结果", 1), Column("现场情况", 4))
BOXES = "□符合\n□部分符合\n□不符合"


def visit_document(application, page: Sheet, *, by) -> Document:
    station = application.station
    visit = page.sheet.visit
    paper = sheet(station, TITLE, by=by, landscape=True)
    paper.add(
        Title(TITLE, (f"{application.number}　抽取序号 {page.sheet.seed}",)),
        Facts(
            [
                ("服务站", station.name),
                ("申报类别", application.get_track_display()),
                ("核验日期", long_day(visit.visited_on) if visit else "　　年　　月　　日"),
                ("结论", visit.get_conclusion_display() if visit else "□符合　□存在问题"),
            ]
        ),
        Heading("一、台账抽查", level=2),
        Paragraph("系统从近两年台账中随机抽取，请查看原始记录，询问参加人员。", size="small"),
        Table(DRAWN, [_drawn(n, one) for n, one in enumerate(page.drawn, 1)],
              empty="近两年没有可以抽取的台账"),
        Heading("二、人工评定、人工确认的评价要点", level=2),
        Table(COLUMNS, [_line(one) for one in page.judged]),
        Heading("三、系统核算的评价要点", level=2),
        Table(COLUMNS, [_line(one) for one in page.counted]),
        Heading("四、核验情况", level=2),
        Paragraph(visit.finding if visit else "\n\n\n"),
    )  # fmt: skip
    pictures = [
        (Picture(name=link.attachment.file.name, side=700), one.line.label[:40])
        for one in page.all
        for link in one.photos
        if link.attachment.kind == "photo"
    ]
    if pictures:
        paper.add(Heading("五、现场照片", level=2), Photos(pictures, columns=3))
    paper.add(Signature(("核验人员", "核验人员", "核验人员", "服务站负责人")))
    return paper


def _result(one: Shown) -> str:
    return one.line.get_result_display() if one.line.result else BOXES


def _drawn(number: int, one: Shown) -> list[str]:
    return [str(number), one.line.label, _result(one), one.line.finding]


def _line(one: Shown) -> list[str]:
    return [
        one.requirement.display_code, one.line.label, one.found, _result(one), one.line.finding,
    ]  # fmt: skip
