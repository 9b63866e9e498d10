"""The rows that could not go in, as the user's own sheet with one column more. What the sheet
said of a row outside its cells goes along: struck through it comes back struck through."""

import json
import re
import tempfile
from pathlib import Path

from xlsxwriter import Workbook

from records.workbooks import SAFE, plain
from stations.models import Region
from veterans.importing.batches import WAITS
from veterans.importing.rows import STRUCK
from veterans.models import RosterImport

REASON = "错误原因"
NARROWEST, WIDEST, OF_REASON = 8, 30, 60
_COMMENT = re.compile("批注写有“(.*?)”，", re.DOTALL)


def write_bad_rows(batch: RosterImport) -> Path:
    """Exactly the rows that wait or cannot be imported, sheet by sheet."""
    handle = tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False)  # noqa: SIM115 handed on
    handle.close()
    sheets = {sheet["name"][:60]: sheet for sheet in batch.sheets}
    book = Workbook(handle.name, SAFE)
    styles = _styles(book)
    page, current = None, None
    for row in batch.rows.filter(WAITS).order_by("sheet", "number").iterator(chunk_size=500):
        if page is None or row.sheet != current:
            if page is not None:
                page.finish()
            current, sheet = row.sheet, sheets.get(row.sheet, {})
            title = _title_of(batch, sheet.get("station", ""))
            page = _Page(book, row.sheet, sheet.get("labels", []), title, styles)
        page.add(row)
    if page is None:
        book.add_worksheet("没有问题行")
    else:
        page.finish()
    book.close()
    return Path(handle.name)


def _styles(book):
    text = {"num_format": "@", "border": 1, "text_wrap": True, "valign": "top"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "head": book.add_format({**text, "bold": True, "align": "center", "valign": "vcenter"}),
        "text": book.add_format(text),
        "struck": book.add_format({**text, "font_strikeout": True}),
        "reason": book.add_format({**text, "italic": True}),
    }


def _title_of(batch, code):
    """Which village it is, where the sheet was found to be another station's than the file's."""
    if code in ("", batch.station.region.code):
        return ""
    region = Region.objects.filter(code=code).first()
    return f"{region.name}退役军人花名册" if region else ""


class _Page:
    """One sheet of the user's, as wide as its words."""

    def __init__(self, book, name, labels, title, styles):
        self.page = book.add_worksheet(_title(book, name))
        self.width, self.styles = len(labels), styles
        self.widths = [NARROWEST] * self.width
        self.at = 0
        if title:
            self.page.write_string(0, 0, title, styles["title"])
            self.at = 1
        self.page.freeze_panes(self.at + 1, 0)
        self.page.repeat_rows(0, self.at)
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)
        self._write([*labels, REASON], [styles["head"]] * (self.width + 1), empty=" ")

    def add(self, row):
        cells = (json.loads(row.cells or "[]") + [""] * self.width)[: self.width]
        asked = [note["message"] for note in row.notes if note["field"] == "row"]
        style = self.styles["struck" if STRUCK in asked else "text"]
        comments = [found[1] for found in map(_COMMENT.match, asked) if found]
        if comments:
            self.page.write_comment(self.at, 0, "\n".join(comments))
        styles = [style] * self.width + [self.styles["reason"]]
        self._write([*(cell[:32_000] for cell in cells), reasons(row)], styles)

    def _write(self, cells, styles, empty=""):
        for column, (cell, style) in enumerate(zip(cells, styles, strict=True)):
            if cell or empty:
                self.page.write_string(self.at, column, plain(cell or empty), style)
            else:
                self.page.write_blank(self.at, column, None, style)
            if column < self.width:
                wide = len(cell.encode("gbk", "replace")) + 2
                self.widths[column] = max(self.widths[column], min(wide, WIDEST))
        self.at += 1

    def finish(self):
        for column, width in enumerate([*self.widths, OF_REASON]):
            self.page.set_column(column, column, width)


def reasons(row) -> str:
    """Why this row did not go in, in one cell."""
    asked = [n["message"] for n in row.notes if n["level"] in ("ask", "blank")]
    return " ".join(asked) or "没有决定是否导入。"


def _title(book, name):
    """Excel allows 31 characters, some signs not, and no name twice."""
    bare = "".join("_" if sign in "[]:*?/\\'" else sign for sign in name)[:28] or "表格"
    taken = {page.get_name().lower() for page in book.worksheets()}
    return bare if bare.lower() not in taken else f"{bare}{len(taken)}"
