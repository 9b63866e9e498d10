"""What only the XML of an .xlsx tells about its cells.

A stream parser reads each sheet once: it counts before anything is decoded, so a workbook
that claims a billion cells is refused for its claim, and memory stays flat.
"""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from accounts.workbook_sizes import column_number
from veterans.importing.looks import SharedTexts, Styles, Theme

CHUNK = 1 << 16
WORKBOOK = "xl/workbook.xml"


class BadMarkup(Exception):
    """The XML inside the workbook is broken or not what Excel writes."""


class TooLarge(Exception):
    """More cells, or cells further out, than any roster has."""


@dataclass
class SheetMarks:
    """Rows and columns count from 0. `merges` are (top, left, bottom, right)."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    unread_formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    struck: dict[int, set[int]] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    # Of dates that show no more than their "month" or "year".
    short_dates: dict[tuple[int, int], str] = field(default_factory=dict)
    last_row: int = -1
    last_column: int = -1


@dataclass
class BookMarks:
    sheets: dict[str, SheetMarks] = field(default_factory=dict)
    is_1904: bool = False


def read_marks(archive: zipfile.ZipFile, *, most_cells: int) -> BookMarks:
    book = BookMarks()
    names = set(archive.namelist())
    styles = _styles(archive, names)
    told = styles.marked_formats(), styles.short_dates()
    texts = _marked_texts(archive, names, styles.palette)
    parts = _sheet_parts(archive, names, book)
    for title, part in parts:
        marks = book.sheets[title] = SheetMarks()
        sheet = _Sheet(marks, told, most_cells)
        if texts:
            sheet = _SheetInPieces(marks, told, most_cells, texts)
        sheet.parse(archive, part)
        for target in _targets(archive, names, part, "/comments"):
            _read_comments(archive, target, marks)
    return book


def position(reference: str) -> tuple[int, int]:
    """ "B8" -> (7, 1)."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    if not 1 <= len(digits) <= 7:
        raise BadMarkup(reference)
    return int(digits) - 1, _COLUMNS[letters]


class _Columns(dict):
    """Their numbers by their letters: a sheet names the same few in every row."""

    def __missing__(self, letters: str) -> int:
        match = re.fullmatch(r"\$?([A-Z]{1,3})\$?", letters)
        if not match:
            raise BadMarkup(letters)
        number = self[letters] = column_number(match[1])
        return number


_COLUMNS = _Columns()  # 18,278 at most, with and without $


def _stream(archive, part, handler):
    """Feed one part to a handler; a document type has no business in a workbook and is the
    way entities are abused."""
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    handler.parser = parser
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = getattr(handler, "end", None)
    parser.CharacterDataHandler = getattr(handler, "text", None)

    def refuse(*_):
        raise BadMarkup("document type")

    parser.StartDoctypeDeclHandler = refuse
    try:
        with archive.open(part) as source:
            while chunk := source.read(CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BadMarkup(part) from error


@lru_cache(maxsize=1_000)
def _local(name):
    """The name without its namespace; a sheet says the same few a hundred thousand times."""
    return name.rpartition("|")[2]


class _Collect:
    """The attributes of all elements of some names."""

    def __init__(self, *wanted):
        self.wanted, self.found = wanted, []

    def start(self, name, attributes):
        name = _local(name)
        if name in self.wanted:
            self.found.append((name, {_local(key): value for key, value in attributes.items()}))


def _targets(archive, names, part, ending):
    folder, _, file = part.rpartition("/")
    relations = f"{folder}/_rels/{file}.rels"
    if relations not in names:
        return []
    collect = _Collect("Relationship")
    _stream(archive, relations, collect)
    found = []
    for _, attributes in collect.found:
        if attributes.get("Type", "").endswith(ending):
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
            path = posixpath.normpath(path)
            if path in names:
                found.append(path)
    return found


def _sheet_parts(archive, names, book):
    collect = _Collect("sheet", "workbookPr")
    _stream(archive, WORKBOOK, collect)
    relations = _Collect("Relationship")
    if "xl/_rels/workbook.xml.rels" in names:
        _stream(archive, "xl/_rels/workbook.xml.rels", relations)
    paths = {}
    for _, attributes in relations.found:
        target = attributes.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        paths[attributes.get("Id")] = posixpath.normpath(path)
    parts = []
    for name, attributes in collect.found:
        if name == "workbookPr":
            book.is_1904 = attributes.get("date1904") in ("1", "true")
        elif (path := paths.get(attributes.get("id"))) in names:
            parts.append((attributes.get("name", ""), path))
    return parts


def _styles(archive, names) -> Styles:
    styles = Styles()
    if "xl/styles.xml" in names:
        _stream(archive, "xl/styles.xml", styles)
    if styles.needs_theme:
        for part in _targets(archive, names, WORKBOOK, "/theme"):
            theme = Theme()
            _stream(archive, part, theme)
            styles.palette.theme = theme.colours
    return styles


def _marked_texts(archive, names, palette) -> set[str]:
    """Most workbooks have no text in pieces: one look at the bytes tells."""
    for part in _targets(archive, names, WORKBOOK, "/sharedStrings"):
        if _holds(archive, part, b"rPr>"):
            texts = SharedTexts(palette)
            _stream(archive, part, texts)
            return texts.marked
    return set()


def _holds(archive, part, word):
    last = b""
    with archive.open(part) as source:
        while chunk := source.read(CHUNK * 16):
            if word in chunk or word in last + chunk[: len(word)]:
                return True
            last = chunk[-len(word) :]
    return False


class _Sheet:
    """Most cells hold a value and nothing to be said: they cost as little as can be."""

    def __init__(self, marks, told_styles, most_cells):
        self.marks, self.most = marks, most_cells
        self.struck, self.short = told_styles
        self.told = self.struck | self.short.keys()
        self.parser = None
        self.row, self.digits = -1, "0"
        self.column = -1
        self.cell = None
        self.has_formula = self.has_value = self.in_formula = False

    def parse(self, archive, part):
        _stream(archive, part, self)
        self._end_cell()

    def start(self, name, attributes):
        name = _local(name)
        if name == "v" or name == "is":
            if self.has_formula:
                self.in_formula = False
                is_text = name == "is" or (self.cell is not None and self.cell.get("t") == "str")
                self.has_value |= is_text
            else:
                self.has_value = True
        elif name == "c":
            if self.cell is not None:
                self._end_cell()
            self._cell(attributes)
        elif name == "f":
            # A formula whose value is missing has an element for it all the same.
            self.has_formula = self.in_formula = True
            self.parser.CharacterDataHandler = self._value
        elif name != "t":
            self._end_cell()
            self._around(name, attributes)

    def _around(self, name, attributes):
        if name == "row":
            self._row(attributes)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"]), int(attributes["max"])
            self.marks.hidden_columns.update(range(first - 1, min(last, 1000)))

    def _value(self, text):
        if not self.in_formula and not text.isspace():
            self.has_value = True

    def _row(self, attributes):
        self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
        self.digits = str(self.row + 1)
        self.column = -1
        if attributes.get("hidden") in ("1", "true"):
            self.marks.hidden_rows.add(self.row)

    def _end_cell(self):
        marks, cell = self.marks, self.cell
        self.cell = None
        if cell is None or not (self.has_value or self.has_formula):
            return
        row, column = self.row, self.column
        if self.has_formula:
            self.parser.CharacterDataHandler = None
            if not self.has_value:
                marks.unread_formulas.add((row, column))
        if cell.get("t") == "e":
            marks.errors.add((row, column))
        if cell.get("s") in self.told:
            self._tell(cell["s"], row, column)
        if row > marks.last_row or column > marks.last_column:
            self._reach(row, column)

    def _tell(self, style, row, column):
        if style in self.struck:
            self.marks.struck.setdefault(row, set()).add(column)
        if style in self.short:
            self.marks.short_dates[row, column] = self.short[style]

    def _reach(self, row, column):
        """The reader lays the sheet out as a rectangle: two far cells are a billion."""
        marks = self.marks
        marks.last_row = max(marks.last_row, row)
        marks.last_column = max(marks.last_column, column)
        if (marks.last_row + 1) * (marks.last_column + 1) > self.most:
            raise TooLarge

    def _cell(self, attributes):
        self.cell = attributes
        self.has_formula = self.has_value = False
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
            return
        # Nearly always a known column of the row that it stands in.
        letters = reference.removesuffix(self.digits)
        if letters != reference and letters in _COLUMNS:
            self.column = _COLUMNS[letters]
        else:
            self.row, self.column = position(reference)

    def _merge(self, reference):
        first, _, last = reference.partition(":")
        top, left = position(first)
        bottom, right = position(last or first)
        self.marks.merges.append((top, left, bottom, right))


class _SheetInPieces(_Sheet):
    """Some texts are marked piece by piece: a cell names its text by a number."""

    def __init__(self, marks, told_styles, most_cells, marked_texts):
        super().__init__(marks, told_styles, most_cells)
        self.texts, self.number = marked_texts, ""

    def start(self, name, attributes):
        super().start(name, attributes)
        if self.cell is not None and _local(name) == "v" and self.cell.get("t") == "s":
            self.number = ""
            self.parser.CharacterDataHandler = self._add

    def _add(self, text):
        self.number += text

    def _end_cell(self):
        if self.cell is not None and self.number.strip() in self.texts:
            self.marks.struck.setdefault(self.row, set()).add(self.column)
        if self.number:
            self.number, self.parser.CharacterDataHandler = "", None
        super()._end_cell()


class _Comments:
    def __init__(self, marks):
        self.marks, self.at, self.parts = marks, None, []

    def start(self, name, attributes):
        if _local(name) == "comment":
            self.at, self.parts = position(attributes.get("ref", "A1")), []

    def text(self, text):
        if self.at:
            self.parts.append(text)

    def end(self, name):
        if _local(name) == "comment" and self.at:
            self.marks.comments[self.at] = "".join(self.parts).strip()
            self.at = None


def _read_comments(archive, part, marks):
    _stream(archive, part, _Comments(marks))
