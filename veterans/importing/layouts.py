"""Sheets that are no roster of one person a row: forms, tables that lie sideways, several
tables on one sheet."""

from dataclasses import replace

from veterans.importing.cells import text_of
from veterans.importing.headers import Header, field_of, is_serial
from veterans.importing.marks import SheetMarks
from veterans.importing.opening import SheetData

FORM = "一人一张的登记表"
SIDEWAYS = "竖着排的表（一列一人）"
ADVICE = {
    FORM: "文件里是一人一张的登记表，不能直接导入。请汇总成一行一人的花名册（可下载空白花名册填写）后再上传。",
    SIDEWAYS: "这张表是竖着排的（一列一人），不能直接导入。请在 Excel 里复制全表，用“选择性粘贴”的“转置”改成一行一人，"
    "另存后再上传。",
}
_LOOKED_AT = 20
_FEWEST = 3  # rows that begin with a heading
# What no cell of a roster says that is no heading.
_OF_A_FORM = {
    "name", "gender", "birth_date", "id_number", "phone", "political_status", "enlisted_on",
    "discharged_on", "former_post", "current_post", "strengths", "honours", "care", "branch",
    "ignored", "unit",
}  # fmt: skip


def odd_layout(rows, header: Header | None) -> str:
    """What the sheet is instead of a roster, or nothing. In a roster headings stand in one
    row; in a form and in a table that lies sideways row after row begins with one."""
    first = header.first if header else 0
    known = set(header.columns) if header else set()
    begun = []
    for row in rows[first : first + _LOOKED_AT]:
        fields = [field_of(text) for text in map(text_of, row) if text]
        if fields and fields[0] in _OF_A_FORM and fields[0] not in known and not _is_serial(row):
            begun.append(fields)
    if header is not None:
        return FORM if len(begun) >= _FEWEST - 1 else ""
    named = any(field_of(text_of(cell)) == "name" for row in rows[:_LOOKED_AT] for cell in row)
    if len(begun) < _FEWEST or not named:
        return ""
    # One heading a row, and people beside each other: a form has one person.
    is_sideways = all(not any(fields[1:]) for fields in begun)
    has_several = sum(1 for fields in begun if len(fields) > 2) >= _FEWEST
    return SIDEWAYS if is_sideways and has_several else FORM


def _is_serial(row):
    return is_serial(next(text for text in map(text_of, row) if text))


def other_table(texts: list[str], header: Header) -> bool:
    """A row of headings that names its columns otherwise than the header does."""
    own: dict[str, int] = {}
    for column, text in enumerate(texts):
        if text and (name := field_of(text)) and name != "ignored":
            own.setdefault(name, column)
    # A level below 家庭成员 has a 姓名 too, and little else.
    is_whole = len(own) >= 3 or (is_serial(texts[0]) and texts[0])
    if "name" not in own or not is_whole:
        return False
    return any(header.columns.get(name, column) != column for name, column in own.items())


def side_by_side(sheet: SheetData, header: Header) -> list[SheetData]:
    """One sheet for each of the tables that stand beside each other, all with the columns of
    the first; the sheet itself where there is one table."""
    width = header.width
    if not header.repeats:
        return [sheet]
    return [_cut(sheet, start, width) for start in (0, *header.repeats)]


def _cut(sheet, start, width):
    rows = [row[start : start + width] for row in sheet.rows]
    return replace(sheet, rows=rows, marks=_cut_marks(sheet.marks, start, start + width))


def _cut_marks(marks: SheetMarks, start: int, end: int) -> SheetMarks:
    def within(cells):
        return {(row, column - start) for row, column in cells if start <= column < end}

    return replace(
        marks,
        merges=[
            (top, left - start, bottom, min(right, end - 1) - start)
            for top, left, bottom, right in marks.merges
            if start <= left < end
        ],
        unread_formulas=within(marks.unread_formulas),
        errors=within(marks.errors),
        struck={
            row: {column - start for column in columns if start <= column < end}
            for row, columns in marks.struck.items()
        },
        comments={
            (row, column - start): text
            for (row, column), text in marks.comments.items()
            if start <= column < end
        },
    )


def hidden_rows(sheet: SheetData, header: Header) -> str:
    """第12—18行: the hidden rows that hold something, as one sentence can name them."""
    filled = sorted(
        row + 1
        for row in sheet.marks.hidden_rows
        if header.first <= row < len(sheet.rows) and any(sheet.rows[row])
    )
    spans: list[list[int]] = []
    for row in filled:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    named = [f"{first}—{last}" if first < last else str(first) for first, last in spans]
    if not named:
        return ""
    more = "等" if len(named) > 5 else ""
    return (
        f"第{'、'.join(named[:5])}行{more}被隐藏（或筛选掉），共{len(filled)}行，待您决定是否导入。"
    )
