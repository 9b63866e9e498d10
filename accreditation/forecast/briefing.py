"""月度通报 (draft): one reading of the numbers, as Word, PDF and Excel."""

import datetime as dt
import io
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from xlsxwriter import Workbook

from accounts import audit
from accreditation.forecast.gaps import HeatLine, heat_map
from accreditation.forecast.outlook import Forecast, forecast
from accreditation.models import Programme
from accreditation.progress import Progress, progress, units_for
from accreditation.progress.words import headline
from records.printing import (
    DRAFT,
    Column,
    Document,
    Heading,
    Paragraph,
    Table,
    Title,
    as_response,
    file_name,
    marks,
)
from records.workbooks import XLSX
from stations.models import Region, Track
from stations.papers import long_day

LACKING_SHOWN = 10
LONG_NAME = 24
# Text stays text whatever it begins with: no cell is ever a formula.
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
NOTE = (
    "已认定只计有效认定，公示、评审中的另列；预计数按近两年各环节的通过率和办理用时测算，"
    "不含以后新报的申报。评价标准为试行，短板按系统核算统计。"
)


@dataclass
class Briefing:
    programme: Programme
    on: dt.date
    user: object
    result: Progress
    forecast: Forecast | None
    lacking: list[HeatLine]
    has_scores: bool

    @property
    def is_city(self) -> bool:
        return self.user.region.level == Region.Level.CITY

    @property
    def unit(self) -> str:
        return self.user.region.office_title

    @property
    def title(self) -> str:
        return f"特色化退役军人服务站建设进度月度通报（{self.on.year}年{self.on.month}月）"

    @property
    def rows(self) -> list:
        return [*self.result.units, self.result.city]

    def name_of(self, row) -> str:
        return f"{row.region.name}合计" if row is self.result.city else row.region.name


def read_briefing(programme: Programme, *, user, city: Region, on: dt.date) -> Briefing:
    result = progress(programme, on=on, city=city)
    result.units = units_for(result, user)
    # Scores are kept for today only.
    has_scores = result.city.cells[Track.RED].ready is not None
    lacking = (
        heat_map(programme, city=city, units=result.units, first=LACKING_SHOWN)
        if has_scores
        else []
    )
    return Briefing(programme, on, user, result, forecast(result), lacking, has_scores)


# --- tables, the same for paper and workbook -----------------------------------------------------


def progress_table(found: Briefing) -> tuple[list[str], list[list]]:
    head = ["主管单位"]
    for track in Track:
        head += [f"{track.short_label}{what}" for what in ("已认定", "目标", "公示", "评审中")]
    rows = [
        [found.name_of(row)]
        + [
            value
            for _, cell in row.tracks
            for value in (cell.recognised, cell.target, cell.in_notice, cell.in_review)
        ]
        for row in found.rows
    ]
    return head, rows


def forecast_table(found: Briefing) -> tuple[list[str], list[list]]:
    head = ["主管单位", "建设类别", "已认定", "预计", "目标", "缺口", "还要报送", "最迟报送日"]
    rows = []
    for row in found.rows:
        for track, one in found.forecast.outlooks(row):
            if one.target is None and not one.expected:
                continue
            rows.append(
                [
                    found.name_of(row),
                    track.short_label,
                    one.recognised,
                    one.expected,
                    one.target,
                    one.gap,
                ]
                + ([one.to_submit, one.submit_by.isoformat()] if one.to_submit else [None, None])
            )
    return head, rows


def lacking_table(found: Briefing) -> tuple[list[str], list[list]]:
    head = ["评价要点", *(found.name_of(row) for row in found.rows)]
    rows = [
        [str(line.requirement)]
        + ["—" if cell["percent"] is None else f"{cell['percent']}%" for cell in line.cells]
        for line in found.lacking
    ]
    return head, rows


def _sentences(found: Briefing) -> str:
    result = found.result
    said = [f"截至{long_day(found.on)}，全市{headline(result)}。"]
    for track, cell in result.city.tracks:
        target = f"，目标{cell.target}个左右" if cell.target is not None else ""
        gap = f"，{cell.gap.text}" if cell.gap and not result.is_over else ""
        said.append(
            f"{track.label}：已认定{cell.recognised}个{target}；"
            f"公示{cell.in_notice}个，评审中{cell.in_review}个{gap}。"
        )
    return "\n".join(said)


def _assumptions(found: Briefing) -> str:
    stages = found.forecast.observed.stages.values()
    said = "；".join(
        f"{stage.state.label}通过率{stage.percent}%{'（假设）' if stage.is_rate_assumed else ''}、"
        f"用时{stage.days}天{'（假设）' if stage.is_days_assumed else ''}"
        for stage in stages
    )
    return f"测算依据：{said}。"


# --- files -----------------------------------------------------------------------------------


def as_document(found: Briefing, form: str) -> HttpResponse:
    paper = Document(
        found.title,
        unit=found.unit,
        marks=marks(DRAFT),
        note=f"数据截至 {found.on.isoformat()}",
        landscape=True,
    )
    paper.add(Title(found.title, (found.programme.name, f"数据截至{long_day(found.on)}")))
    paper.add(Heading("一、总体进度"), Paragraph(_sentences(found)))
    paper.add(Heading("二、县（区）、功能区进度"), _table(*progress_table(found)))
    if found.forecast:
        paper.add(Heading("三、预测"), _table(*forecast_table(found)))
        paper.add(Paragraph(_assumptions(found), size="small"))
    if found.lacking:
        number = "四" if found.forecast else "三"
        paper.add(Heading(f"{number}、还差得最多的评价要点"))
        paper.add(_table(*lacking_table(found), first=3))
        paper.add(Paragraph("表中为还没有达到满分的服务站占比。", size="small"))
    paper.add(Paragraph(NOTE, size="small"))
    _note_print(found, form)
    return as_response(paper, form, name=_name(found, form))


def _table(head: list[str], rows: list[list], first: float = 2) -> Table:
    columns = [Column(head[0], first), *(Column(label, 1, "center") for label in head[1:])]
    return Table(columns, [["—" if cell is None else str(cell) for cell in row] for row in rows])


def as_workbook(found: Briefing) -> HttpResponse:
    buffer = io.BytesIO()
    book = Workbook(buffer, SAFE)
    heading = book.add_format({"bold": True, "font_size": 14})
    label = book.add_format(
        {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
    )
    cell = book.add_format({"border": 1})
    first = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    note = book.add_format({"text_wrap": True, "valign": "top"})
    sheets = [("进度", progress_table(found))]
    if found.forecast:
        sheets.append(("预测", forecast_table(found)))
    if found.lacking:
        sheets.append(("短板", lacking_table(found)))
    for name, (head, rows) in sheets:
        page = book.add_worksheet(name)
        page.write_string(0, 0, found.title, heading)
        true_for = f"{found.programme.name} · 数据截至 {found.on.isoformat()}"
        page.write_string(1, 0, " · ".join([true_for, *marks(DRAFT)]))
        page.set_row(2, 32)
        page.set_column(0, 0, 48 if name == "短板" else 22)
        page.set_column(1, len(head) - 1, 12)
        page.freeze_panes(3, 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, 2)
        page.set_footer("&R第 &P 页 共 &N 页")
        for column, text in enumerate(head):
            page.write_string(2, column, text, label)
        for at, row in enumerate(rows, 3):
            if len(row[0]) > LONG_NAME:  # no programme but Excel finds the height by itself
                page.set_row(at, 30)
            for column, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(at, column, value, cell)
                else:
                    page.write_string(at, column, value or "—", cell if column else first)
        page.merge_range(len(rows) + 4, 0, len(rows) + 4, len(head) - 1, NOTE, note)
        page.set_row(len(rows) + 4, 32)
    book.close()
    _note_print(found, "xlsx")
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, _name(found, "xlsx"))
    response["Cache-Control"] = "private, no-store"
    return response


def _name(found: Briefing, form: str) -> str:
    return file_name(found.unit, "月度通报", f"{found.on:%Y%m%d}", extension=form)


def _note_print(found: Briefing, form: str) -> None:
    audit.record(
        "print",
        by=found.user,
        obj=found.programme,
        region=found.user.region,
        after={"打印": found.title, "格式": form, "数据截至": found.on.isoformat()},
    )
