"""Forty more rosters as people lay them out. Each says what a clerk would expect of it."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Protection
from xlsxwriter import Workbook

from veterans.tests.test_import_looks import changed_part

HEADER = [
    "序号",
    "姓名",
    "性别",
    "出生年月",
    "入伍时间",
    "退役时间",
    "原部队职务",
    "联系电话",
    "备注",
]
NAMES = ["张建国", "李卫东", "王志强", "赵永明"]


def person(name, number=1, **given):
    values = {"序号": number, "姓名": name, "性别": "男", "出生年月": "1960.05", "入伍时间": "1980.12",
              "退役时间": "1984.12", "原部队职务": "班长", "联系电话": "", "备注": ""} | given  # fmt: skip
    return [values[label] for label in HEADER]


PEOPLE = [person(name, number) for number, name in enumerate(NAMES, 1)]


def grid(*rows, merges=(), change=None, sheets=None):
    workbook = openpyxl.Workbook()
    pages = sheets or {"花名册": rows}
    workbook.remove(workbook.active)
    for title, lines in pages.items():
        page = workbook.create_sheet(title)
        for number, row in enumerate(lines, 1):
            for column, cell in enumerate(row, 1):
                if cell not in (None, ""):
                    page.cell(number, column, cell)
        for reference in merges:
            page.merge_cells(reference)
        if change:
            change(workbook, page)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def names(reading):
    assert reading.refused is None, reading.refused
    return [row.name for row in reading.rows if row.outcome not in ("skipped", "rejected")]


def outcomes(reading):
    return {row.name: row.outcome for row in reading.rows}


def reads_all(reading, expected=NAMES):
    assert names(reading) == list(expected)
    assert [row.outcome for row in reading.rows] == ["created"] * len(expected), [
        (row.name, row.notes) for row in reading.rows
    ]


# --- tables as they lie on the sheet ---------------------------------------------------------


def test_two_tables_side_by_side_are_both_read(read):
    half = HEADER[:6]
    left, right = [row[:6] for row in PEOPLE[:2]], [row[:6] for row in PEOPLE[2:]]
    rows = [["甲一村退役军人花名册"], [*half, "", *half]]
    rows += [[*one, "", *other] for one, other in zip(left, right, strict=True)]

    reading = read(grid(*rows))

    reads_all(reading, [NAMES[0], NAMES[1], NAMES[2], NAMES[3]])
    assert [row.number for row in reading.rows] == [3, 4, 3, 4]


def test_a_right_half_that_ends_earlier_leaves_no_empty_people(read):
    half = HEADER[:6]
    rows = [half + half, PEOPLE[0][:6] + PEOPLE[2][:6], [*PEOPLE[1][:6], 4, "", "", "", "", ""]]

    reads_all(read(grid(*rows)), NAMES[:3])


def test_a_header_and_title_on_every_page_are_no_people(read):
    page = ["退役军人花名册"], HEADER
    rows = [*page, *PEOPLE[:2], ["第1页，共2页"], [], *page, *PEOPLE[2:], ["第2页，共2页"]]

    reads_all(read(grid(*rows)))


def test_names_merged_over_two_columns_are_one_name(read):
    rows = [[row[0], row[1], "", *row[2:]] for row in [HEADER, *PEOPLE]]
    merges = [f"B{n}:C{n}" for n in range(1, 6)]

    reading = read(grid(*rows, merges=merges))

    reads_all(reading)
    assert reading.rows[0].values["gender"] == "male"


def test_a_sheet_that_runs_sideways_is_refused_with_what_to_do(read):
    rows = [list(column) for column in zip(HEADER, *PEOPLE, strict=True)]

    refused = read(grid(*rows)).refused

    assert "转置" in refused and "一行一人" in refused


FORM = [
    ["退役军人基本信息登记表"],
    ["姓名", "张建国", "性别", "男", "出生年月", "1960.05"],
    ["身份证号", "", "", "政治面貌", "群众", ""],
    ["入伍时间", "1980.12", "退役时间", "1984.12", "联系电话", "13812345678"],
    ["家庭住址", "甲一村三组", "", "", "", ""],
    ["立功受奖情况", "三等功一次", "", "", "", ""],
]


def test_a_form_per_person_is_refused_with_what_to_do(read):
    for content in (grid(*FORM), grid(sheets={"张建国": FORM, "李卫东": FORM})):
        refused = read(content).refused
        assert "登记表" in refused and "一行一人" in refused and "空白花名册" in refused


def test_a_form_beside_a_roster_is_left_out_and_said(read):
    reading = read(grid(sheets={"花名册": [HEADER, *PEOPLE], "张建国": FORM}))

    reads_all(reading)
    assert "登记表" in reading.sheets[1].reason


def test_another_table_below_is_not_read_with_the_columns_of_the_first(read):
    below = [["现役军人家属名册"], ["序号", "现役军人", "姓名", "与军人关系", "联系电话"], [1, "张小军", "张大山", "父亲", "13900001111"]]  # fmt: skip

    reading = read(grid(HEADER, *PEOPLE, [], *below))

    reads_all(reading)
    assert any("第8行" in note and "另一张表" in note for note in reading.sheets[0].notes)


def test_a_header_of_two_levels_on_every_page_stays_the_same_table(read):
    header = [
        [*HEADER[:8], "家庭成员", "", ""],
        ["", "", "", "", "", "", "", "", "姓名", "关系", "电话"],
    ]
    people = [[*row[:8], "王小红", "妻子", "13900001111"] for row in PEOPLE]

    reading = read(grid(*header, *people[:2], *header, people[2], *header, people[3]))

    reads_all(reading)
    assert reading.sheets[0].notes == []


def test_the_same_header_below_with_columns_changed_is_said_too(read):
    turned = [HEADER[0], HEADER[2], HEADER[1], *HEADER[3:]]
    row = [3, "男", "王志强", *PEOPLE[2][3:]]

    reading = read(grid(HEADER, *PEOPLE[:2], [], turned, row))

    assert "男" not in names(reading)
    assert any("另一张表" in note for note in reading.sheets[0].notes)


def test_headings_of_sections_are_no_people(read):
    rows = [
        HEADER,
        ["一、转业干部"],
        PEOPLE[0],
        ["二、退役士兵（3人）"],
        *PEOPLE[1:],
        ["（三）其他"],
    ]
    reads_all(read(grid(*rows)))

    nameless = [row[1:] for row in [HEADER, PEOPLE[0]]]
    reads_all(read(grid(nameless[0], ["一、转业干部"], nameless[1], ["二、退役士兵"])), NAMES[:1])


@pytest.mark.parametrize(
    "tail",
    [
        ["注：1.本表由村服务站填写"],
        ["1.出生年月按身份证填写；"],
        ["2、本表一式两份。"],
        ["①此表每年更新一次"],
        ["填表说明：按实际情况填写"],
        ["以上信息由本人核对无误"],
        ["汇总", "4"],
        ["总人数", "4人"],
        ["", "共4人"],
        ["审核：王主任", "", "", "填表：李会计", "", "2022年9月20日"],
        ["填报人：", "张会计", "联系电话：", "13800001111"],
        ["（此表加盖公章有效）"],
        ["", "", "", "甲一村退役军人服务站", "", "2022年9月"],
        ["2022年9月20日"],
        ["——————以下空白——————"],
    ],
    ids=str,
)
def test_words_below_the_table_are_no_people(tail, read):
    reads_all(read(grid(HEADER, *PEOPLE, [], tail)))


def test_a_table_far_from_the_corner_is_found(read):
    rows = [[]] * 5 + [["", "", "", *row] for row in [HEADER, *PEOPLE]]
    reads_all(read(grid(*rows)))


def test_a_header_of_three_levels_gives_every_column_its_meaning(read):
    rows = [
        ["序号", "基本情况", "", "", "服役情况", "", ""],
        ["", "姓名", "性别", "出生", "时间", "", "职务"],
        ["", "", "", "年月", "入伍", "退役", ""],
        [1, "张建国", "男", "1960.05", "1980.12", "1984.12", "班长"],
    ]
    reading = read(grid(*rows, merges=["B1:D1", "E1:G1", "E2:F2"]))

    reads_all(reading, NAMES[:1])
    values = reading.rows[0].values
    assert (values["birth_date"], values["enlisted_on"], values["discharged_on"]) == (
        "1960-05", "1980-12", "1984-12",
    )  # fmt: skip
    assert reading.sheets[0].left_out == ["职务"]  # of then or of today: the level is too far up


def test_a_copied_sheet_does_not_double_its_people(read):
    rows = [HEADER, *PEOPLE]

    reading = read(grid(sheets={"Sheet1": rows, "Sheet1 (2)": rows}))

    assert names(reading) == NAMES


# --- files as programs write them ------------------------------------------------------------


def test_readings_of_ideographs_are_no_part_of_a_name(read):
    """WPS and Japanese input methods keep how a word is read beside it."""

    def with_reading(xml):
        return xml.replace("<t>张建国</t>", '<t>张建国</t><rPh sb="0" eb="1"><t>zhang</t></rPh>')

    buffer = io.BytesIO()
    book = Workbook(buffer)
    page = book.add_worksheet("花名册")
    for number, row in enumerate([HEADER, *PEOPLE]):
        page.write_row(number, 0, row)
    book.close()

    reads_all(read(changed_part(buffer.getvalue(), "xl/sharedStrings.xml", with_reading)))


def test_protected_sheets_and_filters_are_read(read):
    def protect(workbook, page):
        page.protection.sheet = True
        page.protection.password = "123456"
        page["A1"].protection = Protection(hidden=True)
        workbook.security.lockStructure = True
        page.auto_filter.ref = "A1:I5"

    reads_all(read(grid(HEADER, *PEOPLE, change=protect)))


def test_a_long_filtered_sheet_waits_for_one_word_on_what_is_hidden(read):
    def filtered(_, page):
        page.auto_filter.ref = "A1:I1501"
        for row in range(102, 1502):
            page.row_dimensions[row].hidden = True

    people = [person(f"张{chr(0x4E00 + n)}", n) for n in range(1500)]

    reading = read(grid(HEADER, *people, change=filtered))

    assert len(reading.rows) == 1500
    assert [row.outcome for row in reading.rows[:100]] == ["created"] * 100
    assert {row.outcome for row in reading.rows[100:]} == {"ask"}
    assert any("第102—1501行" in note and "隐藏" in note for note in reading.sheets[0].notes)


def text(*rows, sign=","):
    return "\r\n".join(sign.join(str(cell) for cell in row) for row in rows) + "\r\n"


RARE = ["张𠮷", "李䶮", "王㛃", "龙〇一"]


@pytest.mark.parametrize(
    "content",
    [
        text(HEADER, *map(person, RARE)).encode("gb18030"),
        text(HEADER, *map(person, RARE), sign="\t").encode("utf-16"),
        ("sep=;\r\n" + text(HEADER, *map(person, RARE), sign=";")).encode("utf-8-sig"),
        ("﻿退役军人花名册,,,,\r\n" + text(HEADER, *map(person, RARE))).encode("utf-8"),
        text(HEADER, *map(person, RARE), sign="\t").encode("utf-16-le"),
        text(HEADER, *map(person, RARE), sign="\t").encode("utf-16-be"),
    ],
    ids=["gb18030", "utf-16", "sep", "title", "utf-16-le", "utf-16-be"],
)
def test_rare_ideographs_survive_every_kind_of_text(content, read):
    reads_all(read(content), RARE)


SPREADSHEET_2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="花名册"><Table>
<Row><Cell><Data ss:Type="String">姓名</Data></Cell></Row></Table></Worksheet></Workbook>"""
MHT = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n姓名,性别\r\n"


def packed(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SPREADSHEET_2003.encode(), ["另存为 xlsx"]),
        (MHT.encode(), ["另存为 xlsx"]),
        (packed("word/document.xml"), ["Word", "复制到 Excel"]),
        (packed("甲一村.xlsx", "甲二村.xlsx"), ["压缩包", "解压"]),
        (packed("Index/Document.iwa"), ["另存为 xlsx"]),
        (b"%PDF-1.7 ...", ["不是表格"]),
        (b"{\\rtf1\\ansi ...}", ["不是"]),
    ],
    ids=["2003", "mht", "docx", "zip", "numbers", "pdf", "rtf"],
)
def test_what_cannot_be_read_says_what_to_do(content, words, read):
    refused = read(content).refused

    assert refused and all(word in refused for word in words), refused
    assert "上传" in refused


# --- cells as people fill them -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("一九八五年十月", "1985-10"),
        ("85.10", "1985-10"),
        ("1985年10月－", "1985-10"),
        ("1985.10-", "1985-10"),
        ("1985。10", "1985-10"),
        ("1985，10", "1985-10"),
        ("1985 10", "1985-10"),
        ("1985年10", "1985-10"),
        ("1985-10月", "1985-10"),
        ("二〇〇三年十二月", "2003-12"),
        ("二00三年十二月", "2003-12"),
        ("二零零三年十二月", "2003-12"),
        ("2003/12/1 0:00:00", "2003-12-01"),
        ("2003年12月1日 星期一", "2003-12-01"),
        ("２００３．１２", "2003-12"),
        ("2003.12月", "2003-12"),
        ("2003年冬", "2003"),
        ("2003年12月入伍", "2003-12"),
    ],
)
def test_dates_of_enlistment_in_the_hands_of_a_village(cell, value, read):
    born, left = ("1984.05", "2005.12") if value > "2000" else ("1966.05", "1989.12")

    row = read(grid(HEADER, person("张建国", 出生年月=born, 入伍时间=cell, 退役时间=left))).rows[0]

    assert row.values.get("enlisted_on") == value, row.notes


def test_a_serial_number_of_the_calendar_as_text_is_a_day_and_said(read):
    row = read(
        grid(HEADER, person("张建国", 入伍时间="31229", 出生年月="1966.05", 退役时间="1989.12"))
    ).rows[0]

    assert row.values["enlisted_on"] == "1985-07-01"
    assert any(note.field == "enlisted_on" and "日期序号" in note.message for note in row.notes)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张\uffa0建国", "张建国"),
        ("张\u2003建国", "张建国"),
        ("张\u3164建国", "张建国"),
        ("张\u200b建国\ufeff", "张建国"),
        ("张\u00a0\u3000建国", "张建国"),
        ("买买提･艾力", "买买提·艾力"),
        ("买买提⋅艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("买买提 · 艾力", "买买提·艾力"),
        ("葛\U000e0100建国", "葛建国"),
        ("1、张建国", "张建国"),
        ("1.张建国", "张建国"),
        ("（12）张建国", "张建国"),
        ("①张建国", "张建国"),
    ],
)
def test_names_with_odd_blanks_dots_and_numbers(cell, name, read):
    row = read(grid(HEADER, person(cell))).rows[0]

    assert (row.name, row.outcome) == (name, "created"), row.notes


@pytest.mark.parametrize("cell", ["张三\n李四", "张建国\n李卫东", "张三 李四", "12", "003"])
def test_what_is_not_one_name_waits(cell, read):
    assert (
        outcomes(read(grid(HEADER, person(cell))))[read(grid(HEADER, person(cell))).rows[0].name]
        == "ask"
    )


@pytest.mark.parametrize(
    "cell", ["欧阳 建国", "张 建国", "张 三", "张\n建国", "诸葛　亮", "张  建  国"]
)
def test_one_name_with_blanks_does_not_wait(cell, read):
    assert list(outcomes(read(grid(HEADER, person(cell)))).values()) == ["created"]


def test_numbers_as_texts_and_texts_as_numbers(read):
    header = [*HEADER, "身份证号"]
    rows = [
        [*person("张建国", 出生年月=19600501, 入伍时间=198012, 联系电话=13812345678), "321300196005010010"],
        [*person("李卫东", 联系电话="1.3812345678E10"), "3.213E+17"],
        [*person("王志强", 联系电话="138 1234 5678"), 3.21300196005010e17],
    ]  # fmt: skip

    first, second, third = read(grid(header, *rows)).rows

    assert (first.values["birth_date"], first.values["enlisted_on"]) == ("1960-05-01", "1980-12")
    assert first.values["phone"] == "13812345678"
    assert second.values["id_check"] == "lost" and "phone" not in second.values
    assert third.values["id_check"] == "lost" and third.values["phone"] == "13812345678"


@pytest.mark.parametrize("cell", ["至今", "未退役", "在役", "现役"])
def test_who_has_not_left_is_said_and_has_no_date(cell, read):
    row = read(grid(HEADER, person("张建国", 退役时间=cell))).rows[0]

    assert "discharged_on" not in row.values
    assert any(note.field == "discharged_on" for note in row.notes)
