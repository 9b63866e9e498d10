"""What only the records of an old .xls tell about its cells: the same as marks.py of an .xlsx.

The cells themselves are read elsewhere. A file whose records cannot be followed has no marks;
whether it can be read at all is said by the reader of its cells.
"""

import struct
from collections import defaultdict

from veterans.importing.marks import BookMarks, SheetMarks

_END_OF_CHAIN = 0xFFFFFFFA  # from here on the numbers of sectors are signs
_MOST_SECTORS = 1 << 17
_RED = {2, 10}  # both stand for FF0000 in the palette
_ONE_CELL = {0x00FD, 0x0203, 0x027E, 0x0006, 0x0204, 0x00D6, 0x0205, 0x0201}
_ROW, _COLUMNS, _MERGES, _SEVERAL = 0x0208, 0x007D, 0x00E5, 0x00BD
_EPOCH, _SHEET, _FONT, _FORMAT = 0x0022, 0x0085, 0x0031, 0x00E0
_OBJECT, _TEXT, _CONTINUE, _NOTE = 0x005D, 0x01B6, 0x003C, 0x001C
_BEGIN, _END = 0x0809, 0x000A


def read_old_marks(content: bytes) -> BookMarks:
    try:
        return _book(_workbook(content))
    except (struct.error, IndexError, KeyError, ValueError, OverflowError):
        return BookMarks()


# --- the container ------------------------------------------------------------------------


def _workbook(content: bytes) -> bytes:
    """The stream of that name, out of the little file system that the file is."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in (512, 4096):
        raise ValueError("size of sectors")
    (first_directory,) = struct.unpack_from("<I", content, 48)
    least, first_small, _, first_more, _ = struct.unpack_from("<5I", content, 56)

    def sector(number):
        return content[size * (number + 1) : size * (number + 2)]

    tables = list(struct.unpack_from("<109I", content, 76))
    while first_more < _END_OF_CHAIN and len(tables) < _MOST_SECTORS:
        more = struct.unpack(f"<{size // 4}I", sector(first_more))
        tables += more[:-1]
        first_more = more[-1]
    follows: list[int] = []
    for number in tables:
        if number < _END_OF_CHAIN:
            follows += struct.unpack(f"<{size // 4}I", sector(number))

    directory = _chain(first_directory, follows, sector)
    small = None
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode(
            "utf-16-le", "ignore"
        )
        start, length = struct.unpack_from("<II", entry, 116)
        if entry[66] == 5:
            small = start
        elif name == "Workbook":
            if length >= least:
                return _chain(start, follows, sector)[:length]
            return _small_stream(start, length, first_small, small, follows, sector)
    raise ValueError("no workbook")


def _chain(first, follows, sector):
    parts, number = [], first
    while number < _END_OF_CHAIN:
        parts.append(sector(number))
        number = follows[number]
        if len(parts) > len(follows):
            raise ValueError("a chain that runs in a ring")
    return b"".join(parts)


def _small_stream(first, length, first_small, small, follows, sector):
    """Streams below the least size lie in sectors of 64 bytes inside a stream of their own."""
    table = _chain(first_small, follows, sector)
    next_of = struct.unpack(f"<{len(table) // 4}I", table)
    inside = _chain(small, follows, sector)
    return _chain(first, next_of, lambda n: inside[64 * n : 64 * (n + 1)])[:length]


# --- the records --------------------------------------------------------------------------


def _records(stream, at=0):
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _book(stream: bytes) -> BookMarks:
    book, sheets, fonts, formats = BookMarks(), [], [], []
    for kind, data in _records(stream):
        if kind == _EPOCH:
            book.is_1904 = data[0] == 1
        elif kind == _SHEET:
            sheets.append((_short_text(data, 6), struct.unpack_from("<I", data)[0]))
        elif kind == _FONT:
            _, style, colour = struct.unpack_from("<3H", data)
            fonts.append(bool(style & 0x8) or colour in _RED)
        elif kind == _FORMAT:
            # The fourth font has no number: those behind it count one more.
            number = struct.unpack_from("<H", data)[0]
            formats.append(number - 1 if number > 4 else number)
        elif kind == _END:
            break
    struck = {n for n, font in enumerate(formats) if font < len(fonts) and fonts[font]}
    for name, start in sheets:
        book.sheets[name] = _sheet(_records(stream, start), struck)
    return book


def _short_text(data, at):
    """A text with its length in one byte, and whether its signs take one byte or two."""
    length, is_wide = data[at], data[at + 1] & 1
    raw = data[at + 2 : at + 2 + length * (2 if is_wide else 1)]
    return raw.decode("utf-16-le" if is_wide else "latin-1")


def _sheet(records, struck) -> SheetMarks:
    sheet, depth = _Sheet(struck), 0
    for kind, data in records:
        if kind == _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1  # a chart inside the sheet has a beginning and an end of its own
            if depth == 0:
                break
        elif depth == 1 and kind in sheet.takes:
            sheet.takes[kind](data)
    sheet.marks.comments = sheet.comments()
    return sheet.marks


class _Sheet:
    """The text of a comment stands with the drawing of its box; a note says in which cell."""

    def __init__(self, struck):
        self.marks, self.struck = SheetMarks(), struck
        self.takes = dict.fromkeys(_ONE_CELL, self._cell) | {
            _SEVERAL: self._cells,
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

    def _look(self, row, column, look):
        if look in self.struck:
            self.marks.struck.setdefault(row, set()).add(column)

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
