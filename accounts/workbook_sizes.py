"""Is a workbook as small as it looks? The reader of cells takes memory for the whole rectangle
that a file claims: two far cells of a file of 5 KB are a terabyte, and the end of the process.
So the claims are looked at first, in an .xlsx and in an old .xls.
"""

import io
import re
import struct
import zipfile
from xml.parsers import expat

_END_OF_CHAIN = 0xFFFFFFFA  # from here on the numbers of sectors are signs
_MOST_SECTORS = 1 << 17
LAST_OLD_COLUMN = 255
# Records of an old sheet: what it claims, a row of cells, one cell.
SIZE, SEVERAL = 0x0200, 0x00BD
ONE_CELL = {0x00FD, 0x0203, 0x027E, 0x0006, 0x0204, 0x00D6, 0x0205}
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


class ExtentError(Exception):
    """Rows and columns that no table has."""


class Extent:
    def __init__(self, most_cells, last_column=1 << 14):
        self.most, self.last = most_cells, last_column
        self.row, self.column = 0, 0

    def add(self, row, column):
        """A cell, counted from 0."""
        self.row, self.column = max(self.row, row), max(self.column, column)
        if self.column > self.last or (self.row + 1) * (self.column + 1) > self.most:
            raise ExtentError

    def claim(self, data):
        """What an old sheet tells: from the first to the one behind the last."""
        form = "<II HH" if len(data) > 12 else "<HHHH"
        top, rows, left, columns = struct.unpack_from(form, data)
        if top > max(rows - 1, 0) or left > max(columns - 1, 0):
            raise ValueError("a sheet that ends before it begins")
        if rows * columns > self.most or columns > self.last + 1:
            raise ExtentError


def column_number(letters: str) -> int:
    """ "A" -> 0, "AA" -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def check_extent(content: bytes, *, most_cells: int) -> None:
    """ExtentError for what is too large, ValueError for what cannot be followed."""
    try:
        if content.startswith(b"PK"):
            _check_archive(content, most_cells)
        elif content.startswith(b"\xd0\xcf\x11\xe0"):
            _check_records(workbook_stream(content), most_cells)
    except (struct.error, IndexError, KeyError, OverflowError) as error:
        raise ValueError("damaged") from error


# --- .xlsx --------------------------------------------------------------------------------


def _check_archive(content, most_cells):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith("calcChain.xml"):
                continue
            part = archive.read(name)
            if name.endswith(".xml") or b"sheetData" in part:
                _check_part(part, most_cells)


def _check_part(part, most_cells):
    extent = Extent(most_cells)

    def start(name, attributes):
        name = name.rpartition(":")[2]
        if name == "row" and attributes.get("r", "").isdecimal():
            extent.add(int(attributes["r"]) - 1, 0)
        elif name == "c" and (found := _REFERENCE.fullmatch(attributes.get("r", ""))):
            extent.add(int(found[2]) - 1, column_number(found[1]))

    def refuse(*_):
        raise ValueError("document type")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise ValueError("markup") from error


# --- .xls ---------------------------------------------------------------------------------


def _check_records(stream, most_cells):
    """All sheets as one: a small table has one."""
    extent = Extent(most_cells, LAST_OLD_COLUMN)
    for kind, data in records(stream):
        if kind == SIZE:
            extent.claim(data)
        elif kind in ONE_CELL or kind == SEVERAL:
            extent.add(*struct.unpack_from("<2H", data))


def workbook_stream(content: bytes) -> bytes:
    """The records of an old .xls, out of the little file system that the file is."""
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
    small, streams = None, {}
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        length = max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)
        if entry[66] == 5:
            small = struct.unpack_from("<I", entry, 116)[0]
        streams.setdefault(entry[:length].decode("utf-16-le", "ignore"), entry)
    # Book is what Excel 5 and 95 wrote.
    entry = streams.get("Workbook") or streams["Book"]
    start, length = struct.unpack_from("<II", entry, 116)
    if length >= least:
        return _chain(start, follows, sector)[:length]
    return _small_stream(start, length, first_small, small, follows, sector)


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


def records(stream, at=0):
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
