"""A sheet below its header: the rows that hold people, and nothing else."""

import re
from dataclasses import dataclass, field

from veterans.importing.cells import text_of
from veterans.importing.headers import Header, field_of, is_serial
from veterans.importing.layouts import other_table

STOP_AFTER_BLANK = 200
_FOOTER = re.compile(
    r"^(合\s*计|小\s*计|总\s*计|共\s*计|本页|以上|填表|制表|填报|审核|负责人|经办|站长|"
    r"(说明|注|备注|填表说明)\s*[：:]|\d+[、.．]\s*(请|本表|填写))"
)
# The grey row of our own blank roster.
_SAMPLES = {"示例", "样例", "例"}
_TOTAL = re.compile(r"^(合\s*计|总\s*计|共\s*计|总\s*人\s*数|共\s*\d+\s*[人名])")
_SUM = re.compile(rf"{_TOTAL.pattern}|^([本每]页)?小\s*计|^汇\s*总$")
# Below a table, where no name is: 单位负责人（签字）：, （盖章）, 第1页 共2页, 以下空白.
_SIGNATURE = re.compile(
    r"负责人|填表|制表|填报|审核|审批|经办|站长|签[字名章]|盖章|日期\s*[：:]|联系(人|电话)\s*[：:]"
    r"|第\s*\d+\s*页|以下(空白|无)|无正文|(服务站|服务中心|委员会|村委会|居委会|事务局|办公室)$"
)
# 一组, 第二村民小组（12人）: a heading between the people.
_GROUP = re.compile(
    r"第?[一二三四五六七八九十\d]+\s*(村民)?(小组|组|队|网格)\s*([（(].*[）)])?|[（(].*[）)]"
)
# 一、转业干部; （二）退役士兵
_SECTION = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}(?:[)）]\s*、?|[、.．])\s*\S.*")
_COUNT = re.compile(r"(\d+)\s*(?:人|名|$)")
# What a second line of the same person may hold.
_MORE_OF_ONE = {"honours", "strengths", "note", "care"}


@dataclass
class RawRow:
    """`number` counts from 1, as the user sees it. `texts` are the cells as texts;
    `continues`: more of the row above."""

    number: int
    cells: list
    texts: list[str]
    is_hidden: bool = False
    is_struck: bool = False
    comments: list[str] = field(default_factory=list)
    unread: frozenset[int] = frozenset()
    errors: frozenset[int] = frozenset()
    continues: bool = False

    def at(self, column: int) -> tuple:
        """(the cell as it was typed, its text); a short row is empty further out."""
        return (self.cells[column], self.texts[column]) if column < len(self.cells) else ("", "")


@dataclass
class Table:
    rows: list[RawRow] = field(default_factory=list)
    stated_total: int | None = None
    # From here on the sheet names its columns otherwise, and was not read.
    other_from: int | None = None


def read_table(sheet, header: Header) -> Table:
    table, blanks = Table(), 0
    marks = sheet.marks
    shadow = _shadow(marks.merges, header)
    across = _across(marks.merges, header)
    texts = _notes_by_row(marks.comments)
    unread = _columns_by_row(marks.unread_formulas)
    errors = _columns_by_row(marks.errors)
    own = [list(map(text_of, row)) for row in sheet.rows[header.row : header.first]]
    for index in range(header.first, len(sheet.rows)):
        cells = _visible(sheet.rows, index, shadow)
        row = RawRow(
            index + 1,
            cells,
            list(map(text_of, cells)),
            is_hidden=index in marks.hidden_rows,
            is_struck=_is_struck(marks.struck.get(index, ()), header),
            comments=texts.get(index, []),
            unread=frozenset(unread.get(index, ())),
            errors=frozenset(errors.get(index, ())),
        )
        if not row.unread and not any(row.texts):
            blanks += 1
            if blanks >= STOP_AFTER_BLANK:
                break
            continue
        blanks = 0
        # Most people begin with a serial number, and no heading does.
        first = row.texts[0]
        is_heading = not first.isdecimal() and (first == "序号" or "姓名" in row.texts)
        if is_heading and row.texts not in own and other_table(row.texts, header):
            table.other_from = row.number
            break
        if _is_no_person(row, header, table, index in across):
            continue
        row.continues = bool(table.rows) and _continues(row, header, shadow)
        table.rows.append(row)
    return table


def _shadow(merges, header):
    """(row, column) under a merge -> its top left cell if the value belongs there too."""
    down = {header.columns[name] for name in ("place", "group") if name in header.columns}
    shadow = {}
    for top, left, bottom, right in merges:
        if bottom < header.first or (bottom - top) * (right - left) > 5_000:
            continue
        for row in range(max(top, header.first), min(bottom, top + 5_000) + 1):
            for column in range(left, min(right, 200) + 1):
                if (row, column) != (top, left):
                    shadow[row, column] = (top, left) if column in down else None
    return shadow


def _across(merges, header):
    """Rows in which one cell lies over the name and more: a heading among the people."""
    name_at = header.columns["name"]
    return {
        top
        for top, left, bottom, right in merges
        if top == bottom and left <= name_at <= right and right - left >= 2
    }


def _visible(rows, index, shadow):
    """The row as Excel shows it: what hides under a merge is not there, but a name of a
    village or group holds for all the rows that it spans."""
    cells = rows[index]
    if not shadow:
        return cells
    shown = list(cells)
    for column in range(len(shown)):
        if (index, column) in shadow:
            source = shadow[index, column]
            shown[column] = rows[source[0]][source[1]] if source else ""
    return shown


def _is_struck(columns, header):
    if not columns:
        return False
    mapped = set(header.columns.values())
    return header.columns["name"] in columns or len(mapped & set(columns)) * 2 > len(mapped)


def _notes_by_row(comments):
    found = {}
    for (row, _column), text in comments.items():
        if text:
            found.setdefault(row, []).append(text)
    return found


def _columns_by_row(cells):
    found = {}
    for row, column in cells:
        found.setdefault(row, set()).add(column)
    return found


def _is_no_person(row, header, table, is_across):
    """Footers, totals, headings of groups, and the header printed again on every page."""
    texts = row.texts
    filled = [text for text in texts if text]
    name_at = header.columns["name"]
    name = texts[name_at] if name_at < len(texts) else ""
    # A formula without its value may be anybody's name.
    if not filled or name_at in row.unread | row.errors:
        return False
    if "名" in name and field_of(name) == "name":
        return True
    # Most people have a serial number or a phone, and no heading is a number.
    is_worded = len(filled) >= 2 and not any(map(str.isdecimal, filled))
    if is_worded and all(field_of(text) for text in filled):
        return True
    if filled[0] in _SAMPLES:
        return True
    if _is_sum(filled, name, table):
        return True
    if len(filled) < 6 and _FOOTER.match(filled[0]):
        return True
    return _is_between(filled, name, is_across) or _is_unused(texts, name, header)


def _is_sum(filled, name, table):
    """合计 where the name would be, or in the first cell of a row with little else."""
    word = next((text for text in (name, filled[0]) if _SUM.match(text)), "")
    if not word or (word != name and len(filled) >= 6):
        return False
    if _TOTAL.match(word):
        count = _COUNT.search(" ".join(filled[filled.index(word) :]))
        if count:
            table.stated_total = int(count[1])
    return True


def _is_between(filled, name, is_across):
    """A signature below the table or a heading among its rows."""
    first = filled[0]
    if len(filled) < 6 and _SIGNATURE.search(first) and (not name or re.search("[:：]", first)):
        return True
    if len(filled) > 1:
        return False
    return is_across or bool(_GROUP.fullmatch(first) or _SECTION.fullmatch(first))


def _is_unused(texts, name, header):
    """A row that was numbered in advance and names nobody yet."""
    if name:
        return False
    known = {header.columns[field] for field in ("place", "group") if field in header.columns}
    serial = {column for column, label in enumerate(header.labels) if is_serial(label)}
    used = {column for column, text in enumerate(texts) if text and column < len(header.labels)}
    return bool(used) and used <= known | serial


def _continues(row, header, shadow):
    name_at = header.columns["name"]
    if (row.number - 1, name_at) in shadow:
        return True
    if row.at(name_at)[1]:
        return False
    filled = {
        name
        for name, column in header.columns.items()
        if column < len(row.texts) and row.texts[column]
    }
    return (
        bool(filled)
        and filled <= _MORE_OF_ONE | {"place", "group"}
        and bool(filled & {"honours", "strengths"})
    )
