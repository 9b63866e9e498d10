"""Files that hide their rows in other ways than an .xlsx: web pages, texts, old workbooks."""

import struct
from pathlib import Path

import pytest

from accounts.workbook_sizes import records
from veterans.importing.old_marks import _sheet
from veterans.importing.opening import Refused, open_book
from veterans.importing.pipeline import read_roster
from veterans.tests.roster_books import only

OLD = (Path(__file__).parent / "old_rosters" / "marked.xls").read_bytes()


def test_a_web_page_with_cells_over_several_rows_keeps_its_columns(read):
    page = """<table><tr><td colspan=6>甲一村退役军人花名册</td></tr>
    <tr><th rowspan=2>序号</th><th rowspan=2>姓名</th><th colspan=2>服役情况</th>
        <th rowspan=2>出生年月</th><th rowspan=2>荣誉奖励</th></tr>
    <tr><th>入伍时间</th><th>退役时间</th></tr>
    <tr><td rowspan=2>1</td><td rowspan=2>张三</td><td rowspan=2>1980.12</td>
        <td rowspan=2>1984.12</td><td rowspan=2>1960.05</td><td>三等功</td></tr>
    <tr><td>嘉奖</td></tr>
    <tr><td>2</td><td>李四</td><td>1981.12</td><td>1985.12</td><td>1961.05</td><td>无</td></tr>
    </table>"""

    first, second = read(page.encode("gb18030")).rows

    assert [honour["kind"] for honour in first.values["honours"]] == ["merit_3", "commendation"]
    assert (second.name, second.values["enlisted_on"]) == ("李四", "1981-12")
    assert second.values["birth_date"] == "1961-05" and second.values["honours_state"] == "none"


def test_spans_of_a_web_page_that_claim_the_world_are_cut():
    page = "<table><tr><td rowspan=999 colspan=99>a</td><td colspan=99999>b</td><td>c</td></tr></table>"
    rows = open_book(page.encode()).sheets[0].rows

    assert [cell for cell in rows[0] if cell] == ["a", "b", "c"] and len(rows[0]) <= 200


@pytest.mark.parametrize("cell", ['="{}"', '"=""{}"""', "'{}", "\t{}"])
def test_a_number_that_was_kept_from_being_rounded_is_read(read, cell):
    number = "321300198507010012"
    text = f"姓名,性别,入伍时间,身份证号\r\n张三,男,2003.12,{cell.format(number)}\r\n"

    assert only(read(text.encode("gb18030"))).values["id_number"] == number


def test_headings_over_two_lines_do_not_hide_the_commas(read):
    text = '"姓\n名","性别","出生\n年月","入伍\n时间"\r\n张三,男,1960.05,1980.12\r\n'

    assert only(read(text.encode())).values["birth_date"] == "1960-05"


def test_an_old_workbook_tells_what_is_hidden_struck_out_and_merged(read):
    rows = {row.name: row for row in read(OLD).rows}

    assert [name for name, row in rows.items() if row.outcome == "ask"] == ["张三", "赵六", "钱七"]
    assert rows["李四"].values["note"] == "两人共用" and "note" not in rows["王五"].values
    assert rows["孙八"].values["birth_date"] == "1960-07-07"  # of a workbook that counts from 1904
    assert rows["周九"].values["birth_date"] == "1960-05"  # the cell shows its month
    assert "退役时间" in read(OLD).sheets[0].notes[0]


def test_a_comment_of_an_old_workbook_is_found_at_its_cell():
    def record(kind, *parts):
        data = b"".join(parts)
        return struct.pack("<HH", kind, len(data)) + data

    stream = (
        record(0x0809, bytes(16))
        + record(0x005D, struct.pack("<HHHH", 0x15, 18, 25, 7), bytes(14))
        + record(0x01B6, bytes(10), struct.pack("<H", 2), bytes(6))
        + record(0x003C, b"\x01", "已故".encode("utf-16-le"))
        + record(0x003C, bytes(16))
        + record(0x001C, struct.pack("<4H", 3, 1, 0, 7), bytes(4))
        + record(0x000A)
    )

    assert _sheet(records(stream), (set(), {}), 1_000).marks.comments == {(3, 1): "已故"}


@pytest.mark.parametrize("content", [OLD[:600], OLD[:512] + bytes(20_000), b"\xd0\xcf\x11\xe0"])
def test_records_that_cannot_be_followed_are_damaged_and_hang_nobody(content):
    with pytest.raises(Refused, match="已损坏"):
        open_book(content)


def changed(kind, at, value):
    """The old workbook with a number of one of its records replaced."""
    start = OLD.index(b"\x09\x08\x10\x00", 513)  # the sheet; the book itself begins at 512
    while (found := struct.unpack_from("<HH", OLD, start))[0] != kind:
        start += 4 + found[1]
    data = bytearray(OLD)
    data[start + 4 + at : start + 4 + at + len(value)] = value
    return bytes(data)


@pytest.mark.parametrize(
    ("kind", "at", "value"),
    [(0x0200, 4, b"\xff\xff\xff\x7f"), (0x0200, 10, b"\xff\xff"), (0x00FD, 2, b"\xff\xff"),
     (0x027E, 2, b"\x00\x01")],
)  # fmt: skip
def test_an_old_workbook_that_claims_the_world_is_refused_before_it_is_read(kind, at, value):
    """The reader of the cells takes the memory at once, and the whole worker goes with it."""
    with pytest.raises(Refused, match="表格太大"):
        open_book(changed(kind, at, value))


@pytest.mark.parametrize("at", [0, 8])
def test_an_old_sheet_that_ends_before_it_begins_is_damaged(at):
    with pytest.raises(Refused, match="已损坏"):
        open_book(changed(0x0200, at, b"\xa0"))


def test_every_damaged_byte_of_an_old_workbook_is_a_sentence_or_rows(station):
    for at in range(0, len(OLD), 97):
        damaged = OLD[:at] + bytes([OLD[at] ^ 0xFF]) + OLD[at + 1 :]
        reading = read_roster(damaged, station=station)
        assert reading.refused or reading.sheets
