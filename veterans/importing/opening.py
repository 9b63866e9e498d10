"""Bytes -> sheets of raw cells, by what the file is and not by what it is called."""

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from html.parser import HTMLParser

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from veterans.importing.marks import BadMarkup, SheetMarks, TooLarge, read_marks
from veterans.importing.old_marks import Locked, read_old_marks

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 150
RATIO_FROM = 20 * 1024 * 1024
MAX_CELLS = 4_000_000
MAX_SHEETS = 300
MAX_COLUMNS = 200

SAVE_AS = "请用 Excel 或 WPS 打开，另存为 xlsx 格式后再上传。"
DAMAGED = f"文件已损坏或不完整，打不开。{SAVE_AS}"
TOO_LARGE = "表格太大：有内容的格子离得太远或太多。请删除多余的行列，只保留花名册后再上传。"
LOCKED = "文件有密码，请取消密码后再上传。"
# An .xlsx with a password is an old container with a stream of this name.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NOT_A_TABLE = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BM",
    b"RIFF", b"II*\x00", b"MM\x00*", b"MZ",
)  # fmt: skip


class Refused(Exception):
    """The file as a whole cannot be read; the text is the sentence that the user reads."""


@dataclass
class SheetData:
    name: str
    rows: list[list]
    is_hidden: bool = False
    marks: SheetMarks = field(default_factory=SheetMarks)


@dataclass
class Book:
    """`is_text`: the file holds texts only, so a number may have lost its last nought."""

    sheets: list[SheetData]
    is_text: bool = False
    is_1904: bool = False


def open_book(content: bytes) -> Book:
    if not content:
        raise Refused("文件是空的，没有任何内容，请检查后重新上传。")
    if len(content) > MAX_BYTES:
        raise Refused("文件超过20兆。请删除表中的照片，或按村居分成几个文件后再上传。")
    if content.startswith(b"PK"):
        return _open_zip(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if ENCRYPTED in content:
            raise Refused(LOCKED)
        return _open_old(content)
    if content.startswith(NOT_A_TABLE):
        raise Refused("这个文件不是表格。请上传 xlsx、xls 或 csv 格式的花名册。")
    return _open_text(content)


# --- workbooks -------------------------------------------------------------------------


def _open_zip(content):
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        _check_claims(archive)
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names:
            raise Refused(_no_workbook(names))
        marks = read_marks(archive, most_cells=MAX_CELLS)
    except TooLarge:
        raise Refused(TOO_LARGE) from None
    except (zipfile.BadZipFile, BadMarkup, EOFError, OSError, NotImplementedError, RuntimeError,
            ValueError, KeyError, zlib.error) as error:  # fmt: skip
        raise Refused(DAMAGED) from error
    return Book(_calamine(content, marks.sheets), is_1904=marks.is_1904)


def _no_workbook(names):
    """What else comes as a ZIP archive, and what to do with it."""
    if "xl/workbook.bin" in names or "content.xml" in names:
        return SAVE_AS
    if "word/document.xml" in names:
        return "这是 Word 文档。请把其中的表格复制到 Excel，一行一人，另存为 xlsx 格式后再上传。"
    if any(name.lower().endswith((".xlsx", ".xls", ".et", ".csv")) for name in names):
        return "这是压缩包。请解压后，把里面的表格逐个上传。"
    return f"这个文件不是 Excel 表格。{SAVE_AS}"


def _open_old(content):
    try:
        marks = read_old_marks(content, most_cells=MAX_CELLS)
    except Locked:
        raise Refused(LOCKED) from None
    except TooLarge:
        raise Refused(TOO_LARGE) from None
    except BadMarkup as error:
        raise Refused(DAMAGED) from error
    return Book(_calamine(content, marks.sheets), is_1904=marks.is_1904)


def _check_claims(archive):
    """By the sizes that the archive states, before anything is unpacked."""
    total = packed = 0
    for info in archive.infolist():
        total += info.file_size
        packed += info.compress_size
        if info.flag_bits & 1:
            raise Refused(LOCKED)
    if total > MAX_UNPACKED or (total > RATIO_FROM and total > MAX_RATIO * max(packed, 1)):
        raise Refused("文件解压后过大，不能导入。请删除照片和多余的行，只保留花名册后再上传。")


def _calamine(content, marks):
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [meta for meta in book.sheets_metadata if "Sheet" in str(meta.typ)]
        if len(visible) > MAX_SHEETS:
            raise Refused(f"文件里的工作表超过{MAX_SHEETS}张，请拆成几个文件后再上传。")
        return [_sheet(book, meta, marks.get(meta.name)) for meta in visible]
    except PasswordError:
        raise Refused(LOCKED) from None
    except Refused:
        raise
    except BaseException as error:
        # A file that makes the reader's own code panic is damaged, not our mistake.
        is_panic = type(error).__name__ == "PanicException"
        if not is_panic and not isinstance(error, (CalamineError, OSError, ValueError)):
            raise
        raise Refused(f"文件已损坏或不是 Excel 表格，打不开。{SAVE_AS}") from error


def _sheet(book, meta, marks):
    hidden = meta.visible != SheetVisibleEnum.Visible
    rows = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
    rows = [row[:MAX_COLUMNS] for row in rows]
    marks = marks or SheetMarks()
    _shorten(rows, marks.short_dates)
    return SheetData(meta.name, rows, hidden, marks)


def _shorten(rows, short_dates):
    """1985年7月 is stored as the first of July: what the cell shows is what was typed. Years
    that became days of 1905 are asked about elsewhere."""
    for (row, column), shown in short_dates.items():
        cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
        if isinstance(cell, dt.date) and cell.day == 1 and cell.year != 1905:
            rows[row][column] = (
                f"{cell:%Y-%m}" if shown == "month" or cell.month > 1 else f"{cell:%Y}"
            )


# --- texts -----------------------------------------------------------------------------


def _open_text(content):
    text = _decode(content)
    head = text.lstrip("\ufeff \t\r\n")[:4000].lower()
    if head.startswith("<"):
        if "<table" in text.lower():
            return Book(_html_tables(text), is_text=True)
        raise Refused(f"这个文件不是 Excel 表格。{SAVE_AS}")
    if head.startswith("mime-version:"):
        raise Refused(f"这个文件是网页存档（mht）。{SAVE_AS}")
    if text.count("\n") > 200_000:
        raise Refused("文件超过20万行，请分成几个文件后再上传。")
    return Book([SheetData("", _split(text))], is_text=True)


def _decode(content):
    """Strict in every encoding: a character is never replaced by a question mark."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content[:400]:
        # Without its mark: figures and signs have a nought behind them, or before.
        is_little = content[:400].find(b"\0") % 2
        encodings = ["utf-16-le" if is_little else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return text
    raise Refused("这个文件不是表格，或者文字编码不能识别。请另存为 xlsx 格式后再上传。")


def _split(text):
    signs = "\t,;|"
    lines = (line for line in text.splitlines() if "姓" in line and any(map(line.count, signs)))
    delimiter = max(signs, key=next(lines, text[:4000]).count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Refused(f"文件内容不完整，不能识别。{SAVE_AS}") from error
    return [[_as_shown(cell) for cell in row[:MAX_COLUMNS]] for row in rows]


def _as_shown(cell):
    """="3213…" keeps Excel from rounding a long number; what is meant is the number."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell


class _Table:
    """Rows as they stand on the page: what a cell covers is empty, and told by `merges`."""

    def __init__(self):
        self.rows, self.merges = [], []
        self.covered = {}  # column -> the first row that is free again

    def add(self, text, wide, high):
        row, number = self.rows[-1], len(self.rows) - 1
        while self.covered.get(len(row), 0) > number and len(row) < MAX_COLUMNS:
            row.append("")
        left = len(row)
        right = min(left + wide, MAX_COLUMNS) - 1
        if right < left:
            return
        row += [text, *[""] * (right - left)]
        if high > 1 or right > left:
            self.merges.append((number, left, number + high - 1, right))
        if high > 1:
            self.covered |= dict.fromkeys(range(left, right + 1), number + high)


class _Tables(HTMLParser):
    """Tables of a web page that was saved under the name of a workbook."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tables, self.cell = [], None

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self._close()
            self.tables.append(_Table())
        elif tag == "tr" and self.tables:
            self._close()
            self.tables[-1].rows.append([])
        elif tag in ("td", "th") and self.tables:
            self._close()
            if not self.tables[-1].rows:
                self.tables[-1].rows.append([])
            given = dict(attributes)
            self.cell = ([], _span(given, "colspan", 2), _span(given, "rowspan", 3))
        elif tag == "br" and self.cell:
            self.cell[0].append("\n")

    def handle_data(self, data):
        if self.cell:
            self.cell[0].append(data)

    def handle_endtag(self, tag):
        if tag in ("td", "th", "tr", "table"):
            self._close()

    def _close(self):
        if self.cell:
            texts, wide, high = self.cell
            self.tables[-1].add("".join(texts).strip(), wide, high)
            self.cell = None


def _span(attributes, name, most_digits):
    span = attributes.get(name) or "1"
    return max(int(span), 1) if span.isdecimal() and len(span) <= most_digits else 1


def _html_tables(text):
    parser = _Tables()
    parser.feed(text)
    parser.close()
    tables = [table for table in parser.tables if table.rows]
    if not tables:
        raise Refused(f"文件里没有表格。{SAVE_AS}")
    many = len(tables) > 1
    return [
        SheetData(f"表{n}" if many else "", table.rows, marks=SheetMarks(merges=table.merges))
        for n, table in enumerate(tables, 1)
    ]
