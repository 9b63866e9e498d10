"""What only the records of an old .xls tell about its cells: the same as marks.py of an .xlsx.

The cells themselves are read elsewhere, by a reader that takes memory for as many rows and
columns as a record claims: what no roster has is refused here, before that.
"""

import struct
from collections import defaultdict
from itertools import islice

from accounts.workbook_sizes import (
    LAST_OLD_COLUMN,
    ONE_CELL,
    SEVERAL,
    SIZE,
    Extent,
    ExtentError,
    records,
    workbook_stream,
)
from veterans.importing.looks import NUMBERED, is_red, short_of
from veterans.importing.marks import BadMarkup, BookMarks, SheetMarks, TooLarge

_MOST_RECORDS = 5_000_000
_ROW, _COLUMNS, _MERGES = 0x0208, 0x007D, 0x00E5
_EPOCH, _SHEET, _FONT, _FORMAT = 0x0022, 0x0085, 0x0031, 0x00E0
_OBJECT, _TEXT, _CONTINUE, _NOTE = 0x005D, 0x01B6, 0x003C, 0x001C
_BEGIN, _END = 0x0809, 0x000A
_PASSWORD, _PALETTE, _NUMBER_FORMAT = 0x002F, 0x0092, 0x041E
_FIRST_CHANGED = 8  # of the numbered colours


class Locked(Exception):
    """The records are encrypted."""


def read_old_marks(content: bytes, *, most_cells: int) -> BookMarks:
    try:
        return _book(workbook_stream(content), most_cells)
    except ExtentError as error:
        raise TooLarge from error
    except (struct.error, IndexError, KeyError, ValueError, OverflowError) as error:
        raise BadMarkup("records") from error


def _book(stream: bytes, most_cells: int) -> BookMarks:
    book, sheets, looks = BookMarks(), [], _Looks()
    for kind, data in records(stream):
        if kind == _EPOCH:
            book.is_1904 = data[0] == 1
        elif kind == _SHEET:
            sheets.append((_short_text(data, 6), struct.unpack_from("<I", data)[0]))
        elif kind in looks.takes:
            looks.takes[kind](data)
        elif kind == _PASSWORD:
            raise Locked
        elif kind == _END:
            break
    left, told = _MOST_RECORDS, looks.told()
    for name, start in sheets:
        sheet = _sheet(islice(records(stream, start), left), told, most_cells)
        book.sheets[name] = sheet.marks
        left -= sheet.read
        if left <= 0:
            raise TooLarge
    return book


class _Looks:
    """Fonts, colours and formats of the book, to which its cells refer by number."""

    def __init__(self):
        self.fonts, self.font_of, self.shape_of = [], [], []
        self.colours, self.codes = dict(NUMBERED), {}
        self.takes = {
            _FONT: self._font,
            _PALETTE: self._palette,
            _FORMAT: self._format,
            _NUMBER_FORMAT: self._number_format,
        }

    def _font(self, data):
        _, style, colour = struct.unpack_from("<3H", data)
        self.fonts.append((bool(style & 0x8), colour))

    def _palette(self, data):
        for n in range(struct.unpack_from("<H", data)[0]):
            self.colours[_FIRST_CHANGED + n] = data[2 + 4 * n : 5 + 4 * n].hex()

    def _format(self, data):
        # The fourth font has no number: those behind it count one more.
        number, shape = struct.unpack_from("<2H", data)
        self.font_of.append(number - 1 if number > 4 else number)
        self.shape_of.append(shape)

    def _number_format(self, data):
        self.codes[struct.unpack_from("<H", data)[0]] = _long_text(data, 2)

    def told(self):
        """(the cell formats that mark a row, those of dates that show little)"""
        marked = {
            number
            for number, (is_struck, colour) in enumerate(self.fonts)
            if is_struck or is_red(self.colours.get(colour, ""))
        }
        short = enumerate(short_of(self.shape_of, self.codes))
        return (
            {number for number, font in enumerate(self.font_of) if font in marked},
            {number: shown for number, shown in short if shown},
        )


def _long_text(data, at):
    length, is_wide = struct.unpack_from("<H", data, at)[0], data[at + 2] & 1
    raw = data[at + 3 : at + 3 + length * (2 if is_wide else 1)]
    return raw.decode("utf-16-le" if is_wide else "latin-1", "ignore")


def _short_text(data, at):
    """A text with its length in one byte, and whether its signs take one byte or two."""
    length, is_wide = data[at], data[at + 1] & 1
    raw = data[at + 2 : at + 2 + length * (2 if is_wide else 1)]
    return raw.decode("utf-16-le" if is_wide else "latin-1", "ignore")


def _sheet(found, told, most_cells) -> "_Sheet":
    sheet, depth = _Sheet(told, most_cells), 0
    for kind, data in found:
        sheet.read += 1
        if kind == _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1  # a chart inside the sheet has a beginning and an end of its own
            if depth == 0:
                break
        elif kind in sheet.takes:
            sheet.takes[kind](data)
    sheet.marks.comments = sheet.comments()
    return sheet


class _Sheet:
    """The text of a comment stands with the drawing of its box; a note says in which cell."""

    def __init__(self, told, most_cells):
        self.marks, self.read = SheetMarks(), 0
        self.struck, self.short = told
        self.extent = Extent(most_cells, LAST_OLD_COLUMN)
        self.takes = dict.fromkeys(ONE_CELL, self._cell) | {
            SEVERAL: self._cells,
            SIZE: self._size,
            _ROW: self._row,
            _COLUMNS: self._columns,
            _MERGES: self._merges,
            _OBJECT: self._object,
            _TEXT: self._text,
            _CONTINUE: self._continue,
            _NOTE: self._note,
        }
        self.object, self.left = 0, 0
        self.texts: dict[int, str] = defaultdict(str)
        self.notes: dict[tuple[int, int], int] = {}

    def comments(self):
        return {cell: self.texts[number].strip() for cell, number in self.notes.items()}

    def _size(self, data):
        self.extent.claim(data)

    def _look(self, row, column, look):
        self.extent.add(row, column)
        if look in self.struck:
            self.marks.struck.setdefault(row, set()).add(column)
        if look in self.short:
            self.marks.short_dates[row, column] = self.short[look]

    def _cell(self, data):
        self._look(*struct.unpack_from("<3H", data))

    def _cells(self, data):
        row, column = struct.unpack_from("<2H", data)
        for n in range((len(data) - 6) // 6):
            self._look(row, column + n, *struct.unpack_from("<H", data, 4 + 6 * n))

    def _row(self, data):
        if struct.unpack_from("<I", data, 12)[0] & 0x20:
            self.marks.hidden_rows.add(struct.unpack_from("<H", data)[0])

    def _columns(self, data):
        first, last, _, _, options = struct.unpack_from("<5H", data)
        if options & 1:
            self.marks.hidden_columns.update(range(first, min(last, 255) + 1))

    def _merges(self, data):
        for n in range(struct.unpack_from("<H", data)[0]):
            top, bottom, left, right = struct.unpack_from("<4H", data, 2 + 8 * n)
            self.marks.merges.append((top, left, bottom, right))

    def _object(self, data):
        self.object = struct.unpack_from("<H", data, 6)[0]

    def _text(self, data):
        self.left = struct.unpack_from("<H", data, 10)[0]

    def _continue(self, data):
        if self.left > 0 and data:
            signs = data[1:].decode("utf-16-le" if data[0] & 1 else "latin-1", "ignore")
            self.texts[self.object] += signs[: self.left]
            self.left -= len(signs)

    def _note(self, data):
        row, column, _, number = struct.unpack_from("<4H", data)
        self.notes[row, column] = number
