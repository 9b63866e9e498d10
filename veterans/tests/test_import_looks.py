"""Red and struck through as people make it: dark reds, colours of the theme, pieces of a cell."""

import io
import re
import struct
import zipfile

import pytest
from openpyxl.styles import Font
from openpyxl.styles.colors import Color
from xlsxwriter import Workbook

from veterans.importing.looks import is_red
from veterans.tests.roster_books import HEADER, book, line
from veterans.tests.test_import_files import OLD


@pytest.mark.parametrize("rgb", ["FFFF0000", "C00000", "FFC00000", "E60012", "9C0006", "800000", "FF3300",
                                 "C0504D", "ED1C24", "D9001B"])  # fmt: skip
def test_reds_are_red(rgb):
    assert is_red(rgb)


@pytest.mark.parametrize("rgb", ["000000", "FFFFFF", "FF6600", "FFC000", "993300", "FF99CC", "FF00FF", "0070C0",
                                 "00B050", "7030A0", "808080", "E46C0A", "FDE9D9", "330000", "", "red"])  # fmt: skip
def test_other_colours_are_not(rgb):
    assert not is_red(rgb)


def outcomes(reading):
    return [row.outcome for row in reading.rows]


@pytest.mark.parametrize(
    ("colour", "outcome"),
    [
        (Color(rgb="FFC00000"), "ask"),
        (Color(theme=5), "ask"),  # accent 2 of the theme that openpyxl writes: C0504D
        (Color(theme=5, tint=-0.25), "ask"),
        (Color(theme=1), "created"),
        (Color(theme=4), "created"),
        (Color(theme=9), "created"),
        (Color(indexed=10), "ask"),
        (Color(indexed=16), "ask"),
        (Color(indexed=12), "created"),
        (Color(rgb="FF0070C0"), "created"),
    ],
)
def test_a_row_in_a_red_of_any_kind_waits(colour, outcome, read):
    def mark(_, page):
        for cell in page[2]:
            cell.font = Font(color=colour)

    assert outcomes(read(line("张三"), line("李四"), change=mark)) == [outcome, "created"]


def changed_part(content, part, change):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()) if name == part else data)
    return out.getvalue()


def test_the_workbooks_own_theme_and_palette_are_looked_into(read):
    def mark(_, page):
        page["A2"].font = Font(color=Color(theme=4))
        page["A3"].font = Font(color=Color(indexed=12))

    content = book(line("张三"), line("李四"), change=mark)
    assert outcomes(read(content)) == ["created", "created"]

    content = changed_part(
        content, "xl/theme/theme1.xml",
        lambda xml: re.sub(r'(<a:accent1>\s*<a:srgbClr val=")\w+', r"\g<1>C00000", xml),
    )  # fmt: skip
    content = changed_part(
        content,
        "xl/styles.xml",
        lambda xml: xml.replace('<rgbColor rgb="000000FF"/>', '<rgbColor rgb="00FF0000"/>'),
    )
    assert outcomes(read(content)) == ["ask", "ask"]


def pieces(*names):
    """Each name is a list of (text, format) or a text."""
    buffer = io.BytesIO()
    workbook = Workbook(buffer)
    page = workbook.add_worksheet("花名册")
    page.write_row(0, 0, HEADER)
    formats = {
        "struck": workbook.add_format({"font_strikeout": True}),
        "red": workbook.add_format({"color": "#C00000"}),
        "plain": workbook.add_format({"bold": True}),
    }
    for number, name in enumerate(names, 1):
        page.write_row(number, 0, line("x"))
        if isinstance(name, str):
            page.write_string(number, 0, name)
        else:
            page.write_rich_string(
                number, 0, *(part for text, look in name for part in (formats[look], text))
            )
    workbook.close()
    return buffer.getvalue()


def test_a_name_whose_every_piece_is_marked_is_marked(read):
    content = pieces(
        [("张", "struck"), ("三", "struck")],
        [("李", "struck"), ("四", "plain")],
        [("王", "red"), ("五", "struck")],
        "赵六",
        [("钱", "plain"), ("七", "plain")],
        "张三丰",
    )

    reading = read(content)

    assert [row.name for row in reading.rows] == ["张三", "李四", "王五", "赵六", "钱七", "张三丰"]
    assert outcomes(reading) == ["ask", "created", "ask", "created", "created", "created"]


def test_a_struck_name_is_found_wherever_its_text_is_used_again(read):
    """Shared texts stand once: two rows with one marked name are both marked, a formula
    beside them keeps its meaning."""
    same = [("张", "struck"), ("三", "struck")]
    content = pieces(same, "李四", same)

    assert [row.number for row in read(content).rows if any("删除线" in n.message for n in row.notes)] == [2, 4]  # fmt: skip


def old_with_colour(number, palette=None):
    """The old workbook with every font in a colour, and another palette if asked."""
    data, at = bytearray(OLD), 512
    while at + 4 < len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == 0x0031:
            flags = struct.unpack_from("<H", data, at + 6)[0] & ~0x8
            struct.pack_into("<2H", data, at + 6, flags, number)
        if kind == 0x000A:
            break
        at += 4 + size
    return bytes(data)


@pytest.mark.parametrize(
    ("number", "is_marked"), [(10, True), (16, True), (12, False), (0x7FFF, False)]
)
def test_an_old_workbook_has_the_same_numbered_colours(number, is_marked, read):
    rows = read(old_with_colour(number)).rows

    marked = [any("标红" in note.message for note in row.notes) for row in rows]
    assert marked == [is_marked] * len(rows)
