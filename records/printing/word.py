"""The same document as .docx, in the fonts that offices here have (仿宋, 宋体, 黑体)."""

import io
from collections.abc import Callable

from docx import Document as new_document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from records.printing import blocks as b
from records.printing.pictures import fitted, picture_bytes

BODY, TABLE, HEAD = "仿宋", "宋体", "黑体"
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
SIZES = {"small": 9, "body": 12, "large": 18, "huge": 26}
RED, GREY = RGBColor(0xB0, 0x20, 0x20), RGBColor(0x59, 0x59, 0x59)
BLANK = "________________"
MANY_COLUMNS = 8


def docx(document: b.Document, *, progress: Callable[[int], None] | None = None) -> bytes:
    return _Writer(document, progress).bytes()


def _font(style_or_run, name: str, size: float, *, bold: bool | None = None) -> None:
    """Word has a font for East Asian characters of its own; setting only `name` changes
    nothing that a Chinese reader sees."""
    style_or_run.font.name = name
    style_or_run.font.size = Pt(size)
    if bold is not None:
        style_or_run.font.bold = bold
    style_or_run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


class _Writer:
    def __init__(self, document: b.Document, progress: Callable[[int], None] | None) -> None:
        self.source = document
        self.out = new_document()
        self._progress = progress
        self._pictures_done = 0
        self._breaks = False
        self._page()
        self._styles()
        self._header_and_footer()
        for block in document.blocks:
            getattr(self, f"_{type(block).__name__.lower()}")(block)

    def bytes(self) -> bytes:
        stream = io.BytesIO()
        self.out.save(stream)
        return stream.getvalue()

    # --- the page ------------------------------------------------------------------

    def _page(self) -> None:
        page = self.out.sections[0]
        width, height = Mm(210), Mm(297)
        margins = (Mm(22), Mm(18), Mm(15), Mm(15)) if self.source.landscape else (
            Mm(28), Mm(24), Mm(26), Mm(24))  # fmt: skip
        if self.source.landscape:
            width, height = height, width
            page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = width, height
        page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = margins
        page.header_distance = page.footer_distance = Mm(10)
        self.width = width - page.left_margin - page.right_margin
        self.out.core_properties.title = b.plain(self.source.title)[:255]
        self.out.core_properties.author = b.plain(self.source.unit)[:255]

    def _styles(self) -> None:
        styles = self.out.styles
        _font(styles["Normal"], BODY, SIZES["body"])
        for level, size in ((1, 15), (2, 12), (3, 11)):
            _font(styles[f"Heading {level}"], HEAD, size, bold=True)
            styles[f"Heading {level}"].font.color.rgb = RGBColor(0, 0, 0)

    def _header_and_footer(self) -> None:
        for name in ("Header", "Footer"):  # their own stops are those of another width
            self.out.styles[name].paragraph_format.tab_stops.clear_all()
        page = self.out.sections[0]
        head = page.header.paragraphs[0]
        head.paragraph_format.tab_stops.add_tab_stop(self.width, 2)  # right
        self._run(head, b.plain(self.source.unit) + "\t", TABLE, 9).font.color.rgb = GREY
        marks = "　".join(f"【{b.plain(mark)}】" for mark in self.source.marks)
        self._run(head, marks, HEAD, 9).font.color.rgb = RED
        foot = page.footer.paragraphs[0]
        foot.paragraph_format.tab_stops.add_tab_stop(self.width, 2)
        self._run(foot, b.plain(self.source.note), TABLE, 9)
        if not self.source.numbered:
            return
        self._run(foot, "\t第 ", TABLE, 9)
        self._field(foot, "PAGE")
        self._run(foot, " 页　共 ", TABLE, 9)
        self._field(foot, "NUMPAGES")
        self._run(foot, " 页", TABLE, 9)

    def _field(self, paragraph, instruction: str, shown: str = "1", size: float = 9) -> None:
        self._field_begin(paragraph, instruction, size)
        self._run(paragraph, shown, TABLE, size)
        self._field_mark(paragraph, "end", size)

    def _field_begin(self, paragraph, instruction: str, size: float):
        begin = self._field_mark(paragraph, "begin", size)
        text = OxmlElement("w:instrText")
        text.set(qn("xml:space"), "preserve")
        text.text = f" {instruction} "
        self._run(paragraph, "", TABLE, size)._r.append(text)
        self._field_mark(paragraph, "separate", size)
        return begin

    def _field_mark(self, paragraph, kind: str, size: float):
        # A run for each part: in one run LibreOffice forgets the size of what is shown.
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        self._run(paragraph, "", TABLE, size)._r.append(mark)
        return mark

    def _run(self, paragraph, text: str, font: str, size: float, bold: bool | None = None):
        run = paragraph.add_run(text)
        _font(run, font, size, bold=bold)
        return run

    def _paragraph_in(self, align: str = "left"):
        paragraph = self.out.add_paragraph()
        paragraph.alignment = ALIGN[align]
        paragraph.paragraph_format.space_after = Pt(4)
        if self._breaks:
            paragraph.paragraph_format.page_break_before = True
            self._breaks = False
        return paragraph

    # --- blocks --------------------------------------------------------------------

    def _title(self, block: b.Title) -> None:
        self._run(self._paragraph_in("center"), b.plain(block.text), TABLE, 20, bold=True)
        for line in block.lines:
            self._run(self._paragraph_in("center"), b.plain(line), TABLE, 10.5)

    def _heading(self, block: b.Heading) -> None:
        heading = self.out.add_heading(b.plain(block.text), level=block.level)
        heading.paragraph_format.page_break_before = block.new_page or self._breaks
        self._breaks = False

    def _paragraph(self, block: b.Paragraph) -> None:
        size = SIZES[block.size]
        for line in b.plain(block.text).split("\n"):
            paragraph = self._paragraph_in(block.align)
            if block.indent and block.align == "left":
                paragraph.paragraph_format.first_line_indent = Pt(size * 2)
            self._run(paragraph, line, BODY, size, bold=block.bold)

    def _break(self, block: b.Break) -> None:
        self._breaks = True

    def _contents(self, block: b.Contents) -> None:
        self._run(self._paragraph_in("center"), b.plain(block.title), HEAD, 16, bold=True)
        # Word fills in the pages; the names stand there, a line each, for programmes that do not.
        chapters = [
            b.plain(one.text)
            for one in self.source.blocks
            if isinstance(one, b.Heading) and one.level == 1
        ]
        size = SIZES["body"]
        paragraph = self._paragraph_in()
        self._field_begin(paragraph, 'TOC \\o "1-1" \\h', size).set(qn("w:dirty"), "true")
        for number, chapter in enumerate(chapters):
            paragraph = self._paragraph_in() if number else paragraph
            self._run(paragraph, chapter, BODY, size)
        self._field_mark(paragraph, "end", size)

    def _signature(self, block: b.Signature) -> None:
        line = self._paragraph_in()
        line.paragraph_format.space_before = Pt(16)
        line.paragraph_format.keep_with_next = block.date_line
        labels = "　　".join(f"{b.plain(label)}：{BLANK}" for label in block.labels)
        self._run(line, labels, TABLE, 10.5)
        if block.date_line:
            self._run(self._paragraph_in("right"), "　　　　年　　月　　日", TABLE, 10.5)

    def _opinion(self, block: b.Opinion) -> None:
        table = self._grid(1, [1, 5])
        label, box = table.rows[0].cells
        self._fill(label, block.label, align="center")
        self._fill(box, block.text)
        signed = b.plain(block.signed) or "负责人（签字）：　　　　　　（盖章）\n　　年　　月　　日"
        for line in signed.split("\n"):
            paragraph = box.add_paragraph()
            paragraph.alignment = ALIGN["right"]
            self._run(paragraph, line, TABLE, 10.5)
        table.rows[0].height = Mm(block.height)
        self.out.add_paragraph()

    # --- tables --------------------------------------------------------------------

    def _grid(self, rows: int, widths: list[float]):
        if self._breaks:
            self._paragraph_in()
        table = self.out.add_table(rows=rows, cols=len(widths), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        share = self.width / sum(widths)
        self._widths = [Emu(int(width * share)) for width in widths]
        for column, width in zip(table.columns, self._widths, strict=True):
            column.width = width
        if len(widths) >= MANY_COLUMNS:
            self._narrow_margins(table)
        return table

    @staticmethod
    def _narrow_margins(table) -> None:
        """Word's own 1.9 mm on both sides would break dates in a table of many columns."""
        margins = OxmlElement("w:tblCellMar")
        for side in ("left", "right"):
            margin = OxmlElement(f"w:{side}")
            margin.set(qn("w:w"), "45")
            margin.set(qn("w:type"), "dxa")
            margins.append(margin)
        # The schema's order: before tblLook.
        table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption")

    def _table(self, block: b.Table) -> None:
        table = self._grid(1 + len(block.rows), [column.width for column in block.columns])
        rows = iter(table.rows)
        head = next(rows)
        self._repeat(head)
        for cell, column, width in zip(head.cells, block.columns, self._widths, strict=True):
            cell.width = width
            self._fill(cell, column.label, align="center", size=9, bold=True)
        for row, values in zip(rows, block.rows, strict=True):
            self._keep(row)
            parts = zip(row.cells, values, block.columns, self._widths, strict=True)
            for cell, value, column, width in parts:
                cell.width = width
                self._fill(cell, value, align=column.align, size=9)
        for text in (block.empty if not block.rows else "", block.total):
            if text:
                cells = table.add_row().cells
                self._fill(cells[0].merge(cells[-1]), text, size=9, bold=text == block.total)
        self.out.add_paragraph().paragraph_format.space_after = Pt(0)

    def _facts(self, block: b.Facts) -> None:
        if block.picture:
            self._picture(self._paragraph_in("right").add_run(), block.picture)
        table = self._grid(0, [1, 1.7] * block.columns)
        used, cells = 0, ()
        for label, text, *wide in block.pairs:
            is_wide = bool(wide and wide[0])
            if not used or is_wide:
                used, cells = 0, table.add_row().cells
            self._fill(cells[used], label, align="center", size=10.5)
            value = cells[used + 1].merge(cells[-1]) if is_wide else cells[used + 1]
            self._fill(value, text, size=10.5)
            used = 0 if is_wide else (used + 2) % len(cells)
        self.out.add_paragraph()

    @staticmethod
    def _repeat(row) -> None:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

    @staticmethod
    def _keep(row) -> None:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))

    def _fill(self, cell, value: b.Cell, *, align="left", size=10.5, bold=None) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.alignment = ALIGN[align]
        if isinstance(value, b.Picture):
            paragraph.alignment = ALIGN["center"]
            self._picture(paragraph.add_run(), value)
            return
        self._run(paragraph, b.plain(value), TABLE, size, bold=bold)

    # --- pictures ------------------------------------------------------------------

    def _picture(self, run, picture: b.Picture, *, width=None, height=None) -> None:
        self._pictures_done += 1
        if self._progress:
            self._progress(self._pictures_done)
        content = picture_bytes(picture)
        if not content:
            run.add_text("照片缺失")
            return
        width, height = width or Mm(picture.width), height or Mm(picture.height)
        size = fitted(content, width, height)
        run.add_picture(io.BytesIO(content), *(Emu(int(side)) for side in size))

    def _photos(self, block: b.Photos) -> None:
        columns = block.columns
        if not block.pictures:
            return
        table = self._grid(-(-len(block.pictures) // columns), [1] * columns)
        cells = (cell for row in table.rows for cell in row.cells)
        for cell, (picture, caption) in zip(cells, block.pictures, strict=False):
            cell.paragraphs[0].alignment = ALIGN["center"]
            room = {"width": Mm(block.room), "height": Mm(block.height)}
            self._picture(cell.paragraphs[0].add_run(), picture, **room)
            line = cell.add_paragraph()
            line.alignment = ALIGN["center"]
            self._run(line, b.plain(caption), TABLE, 9)
        self.out.add_paragraph()

    def _photopage(self, block: b.PhotoPage) -> None:
        self._breaks = self._breaks or (block.new_page and bool(self.out.paragraphs))
        if block.heading:
            self._heading(b.Heading(block.heading, level=2))
        height = Mm(92) if self.source.landscape else Mm(130)
        paragraph = self._paragraph_in("center")
        self._picture(paragraph.add_run(), block.picture, width=self.width, height=height)
        table = self._grid(len(block.caption), [1, 6])
        for row, (label, text) in zip(table.rows, block.caption, strict=True):
            for cell, width in zip(row.cells, self._widths, strict=True):
                cell.width = width
            self._fill(row.cells[0], label, align="center")
            self._fill(row.cells[1], text)
