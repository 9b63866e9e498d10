"""The 42 cases of rosters as they really are, each by its number; 14 to 30, what one cell says,
are in test_import_case_cells.py."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tests.factories import RegionFactory, StationFactory, VeteranFactory
from veterans.importing import batches, writing
from veterans.importing.honours import read_honours
from veterans.importing.opening import Refused, open_book
from veterans.models import Strength, Veteran
from veterans.tests import test_import_case_cells
from veterans.tests.roster_books import HEADER, ID_1, book, levels, line, only
from veterans.tests.roster_files import FOLDER


def test_case_1_a_file_is_what_its_bytes_say(read):
    assert open_book((FOLDER / "old.xls").read_bytes()).sheets[0].name == "花名册"
    assert open_book((FOLDER / "html.xls").read_bytes()).is_text
    with pytest.raises(Refused, match="不是表格"):
        open_book((FOLDER / "picture.xlsx").read_bytes())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", "|"])
def test_case_2_text_in_any_encoding_without_lost_characters(read, encoding, sign):
    lines = [sign.join(HEADER), sign.join(line("张𠮷"))]

    assert only(read("\r\n".join(lines).encode(encoding))).name == "张𠮷"


def test_case_2_bytes_of_no_encoding_are_refused(read):
    assert "编码" in read("姓名,性别".encode("gb18030") + b"\xff\xff,\n").refused


def test_case_3_a_password_is_said_so(read):
    assert (
        read((FOLDER / "password.xlsx").read_bytes()).refused == "文件有密码，请取消密码后再上传。"
    )


def test_case_4_titles_two_levels_and_another_station_in_the_title(read, tree):
    header = [["甲二村退役军人花名册"], ["填报单位："], HEADER]

    reading = read(*header, line(), header=None)

    assert only(reading).outcome == "ask"
    assert "甲二村" in reading.rows[0].notes[0].message


def test_case_5_a_summary_does_not_import_people_twice(read, town_station):
    def more(workbook, page):
        page.title = "汇总"
        for name in ("甲一村", "甲二村"):
            copy = workbook.create_sheet(name)
            copy.append(HEADER)
            copy.append(line(f"{name[1:2]}某人"))
        workbook.create_sheet("Sheet2")

    reading = read(line("一某人"), at=town_station, change=more)

    assert [row.name for row in reading.rows] == ["一某人", "二某人"]
    assert [plan.selected for plan in reading.sheets] == [False, True, True, False]


def test_case_6_footers_are_skipped_and_a_wrong_total_is_said(read):
    reading = read(line(), ["合计", "86人"], ["填表人：", "", "审核人："], ["说明：如实填写"])

    assert only(reading).outcome == "created"
    assert "86人，读到1人" in reading.sheets[0].notes[0]


def test_case_7_repeated_headers_and_blank_rows_are_skipped(read):
    reading = read(line("张三"), [], HEADER, line("李四"), ["小计", "2"])

    assert [(row.name, row.number) for row in reading.rows] == [("张三", 2), ("李四", 5)]


def test_case_8_the_serial_number_is_no_key(read):
    reading = read(["１", *line("张三")], [1.0, *line("李四")], header=["序号", *HEADER])

    assert [row.outcome for row in reading.rows] == ["created", "created"]


def test_case_9_a_hidden_row_waits(read):
    def hide(_, page):
        page.row_dimensions[2].hidden = True

    reading = read(line("张三"), line("李四"), change=hide)

    assert [row.outcome for row in reading.rows] == ["ask", "created"]
    assert "第2行在表格里被隐藏" in reading.rows[0].notes[0].message


def test_case_10_a_merged_village_holds_for_all_its_rows(read, tree, town_station):
    def merge(_, page):
        page.merge_cells("A2:A3")

    reading = read(["甲二村", *line("张三")], ["", *line("李四")], header=["村名", *HEADER],
                   at=town_station, change=merge)  # fmt: skip

    assert {row.station.region.name for row in reading.rows} == {"甲二村"}


def test_case_11_what_hides_under_a_merge_is_not_there(read):
    content = book(line(备注="看得见"), line("李四", 备注="旧的字"))
    marked = _with_merge(content, "L2:L3")

    reading = read(marked)

    assert [row.values.get("note") for row in reading.rows] == ["看得见", None]


def _with_merge(content, reference):
    """As stale files have it: the merge is declared, the old text still lies under it."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                merge = f'</sheetData><mergeCells><mergeCell ref="{reference}"/></mergeCells>'
                data = data.replace(b"</sheetData>", merge.encode())
            out.writestr(name, data)
    return target.getvalue()


def test_case_12_one_person_over_two_rows_keeps_both_honours(read):
    def merge(_, page):
        page.merge_cells("A2:A3")

    second = [""] * 9 + ["嘉奖"]
    row = only(read(line(荣誉奖励="三等功"), second, change=merge))

    assert [honour["kind"] for honour in row.values["honours"]] == ["merit_3", "commendation"]
    assert "note" in levels(row, "name")


def test_case_12_the_same_honour_on_two_lines_is_two(read):
    row = only(read(line(荣誉奖励="三等功"), [""] * 9 + ["三等功"]))

    assert [honour["kind"] for honour in row.values["honours"]] == ["merit_3", "merit_3"]


def test_case_13_struck_out_red_and_commented_rows_wait(read):
    def mark(_, page):
        for cell in page[2]:
            cell.font = Font(strike=True)
        for cell in page[3]:
            cell.font = Font(color="FFFF0000")
        page["B4"].comment = Comment("已故", "x")

    reading = read(line("张三"), line("李四"), line("王五"), line("赵六"), change=mark)

    assert [row.outcome for row in reading.rows] == ["ask", "ask", "ask", "created"]
    # Whoever agrees to the comment agrees to what it says.
    assert [row.values.get("status") for row in reading.rows] == [None, None, "deceased", None]


@pytest.mark.parametrize("text", ["其父已故", "配偶去世，独居", "已故，其子代领" + "；" * 20])
def test_case_13_whoever_may_not_be_meant_is_asked_for_and_not_marked(read, text):
    def mark(_, page):
        page["B2"].comment = Comment(text, "x")

    for row in (only(read(line(), change=mark)), only(read(line(备注=text)))):
        assert row.outcome == "ask" and "status" not in row.values
        assert any("不改在册状态" in note.message for note in row.notes)


def test_case_13_a_comment_marks_nobody_until_somebody_says_so(read, station, cast):
    def mark(_, page):
        page["B2"].comment = Comment("已故", "x")

    person = VeteranFactory(station=station, name="张三", birth_date=dt.date(1960, 5, 1))
    batch = batches.start(book(line(), change=mark), name="x.xlsx", station=station)
    batches.read(batch)
    writing.write(batch)
    person.refresh_from_db()
    assert person.status == "active"

    row = batch.rows.get()
    assert ("status", "已去世") in [(change["field"], change["new"]) for change in row.changes]
    batches.decide(row, "accept", by=cast.manager)
    writing.write(batch)
    person.refresh_from_db()
    assert person.status == "deceased"


def test_case_31_twice_in_one_file(read):
    reading = read(
        line("张三"), line("张三"), line("李四"), line("李四", 现任职务="教师", 入伍时间="1979.12")
    )

    assert [row.outcome for row in reading.rows] == ["created", "skipped", "created", "ask"]


def test_case_32_a_person_of_another_station_is_a_pending_transfer(read, other_station):
    from records.fields import keyed_hash

    VeteranFactory(station=other_station, id_number=ID_1, id_hash=keyed_hash(ID_1),
                   id_check="valid", name="张三")  # fmt: skip
    row = only(read(line(身份证号=ID_1, 出生年月="1985.07", 入伍时间="2003.12", 退役时间="")))

    assert (row.outcome, row.action) == ("ask", "transfer")


def test_case_33_a_blank_never_overwrites(read, station):
    VeteranFactory(station=station, name="张三", birth_date=dt.date(1960, 5, 1), gender="male",
                   current_post="务农", current_post_state="answered", note="旧")  # fmt: skip
    row = only(read(line(现任职务="无", 入伍时间="", 退役时间="")))

    assert row.outcome == "unchanged" and row.changes == []


def test_case_34_families_are_listed_and_not_counted(read):
    header = [*HEADER, "优抚类别"]
    reading = read([*line("张三"), "烈士遗属"], [*line("李四"), "现役军人家属"], [*line("王五"), "民兵"],
                   [*line("赵六"), "带病回乡退役军人"], header=header)  # fmt: skip

    assert [row.values["person_kind"] for row in reading.rows] == [
        "survivor", "military_family", "other_care", "veteran",
    ]  # fmt: skip
    assert levels(reading.rows[0], "person_kind") == {"note"}
    assert reading.rows[3].values["care_categories"] == ["returned_ill"]


def test_case_35_honours_are_taken_apart():
    read = read_honours("三等功1次，嘉奖2次；88年优秀士兵")

    assert [(h["kind"], h["count"], h["year"]) for h in read.honours] == [
        ("merit_3", 1, None), ("commendation", 2, None), ("four_have", 1, 1988),
    ]  # fmt: skip
    assert {read_honours(text).honours[0]["kind"] for text in ("叁等功", "3等功")} == {"merit_3"}
    assert [note.level for note in read_honours("立功").notes] == ["ask"]


@pytest.mark.parametrize(
    ("text", "year"),
    [("光荣在党50年纪念章", None), ("服役20年纪念章", None), ("88年优秀士兵", 1988),
     ("1998年抗洪先进", 1998), ("2003年度先进个人", 2003)],
)  # fmt: skip
def test_case_35_years_of_membership_are_no_year_of_an_award(text, year):
    assert read_honours(text).honours[0]["year"] == year


@pytest.mark.parametrize("text", ["83×××部队 3营 副连长", "83123部队3营副连长", "××师××团副连长"])
def test_case_36_units_leave_the_post(read, text):
    row = only(read(line(原部队职务=text)))

    assert row.values["former_post"] == "副连长"
    assert "note" in levels(row, "former_post")
    assert "83" not in " ".join(row.raw) + "".join(note.message for note in row.notes)


def test_case_37_a_former_name_of_a_village_is_known(read, tree, town_station):
    tree.village.former_names = [{"name": "老庄村", "until": "2020-01-01"}]
    tree.village.save()

    assert read(line(), at=town_station, title="老庄村").sheets[0].station.region == tree.village


def test_case_37_a_misspelt_village_waits_for_a_choice(read, town_station):
    def more(workbook, page):
        workbook.create_sheet("甲一村").append(HEADER)

    plan = read(line(), at=town_station, title="甲依村", change=more).sheets[0]

    assert not plan.selected and "甲依村" in plan.reason


@pytest.mark.parametrize(
    ("text", "value"), [("男", "male"), ("M", "male"), (1, "male"), ("女", "female")]
)
def test_case_38_dictionaries(read, text, value):
    assert only(read(line(性别=text))).values["gender"] == value


def test_case_39_formulas_without_a_value_wait_and_errors_are_blank(read):
    row, error = read(line(出生年月="=MID(D2,7,8)"), line("李四", 现任职务="#REF!")).rows

    assert row.outcome == "ask"
    assert levels(error, "current_post") == {"blank"}


def test_case_40_phantom_rows_and_bombs(read):
    assert len(read((FOLDER / "phantom.xlsx").read_bytes()).rows) == 5
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", b"<a/>" + b" " * 60_000_000)
    assert "过大" in read(bomb.getvalue()).refused

    def far(_, page):
        page["XFD1048576"] = "x"

    assert "太大" in read(line(), change=far).refused


def test_case_41_text_like_a_formula_is_text(read):
    rows = read((FOLDER / "formula.xlsx").read_bytes()).rows

    assert [row.values.get("note", "")[:10] for row in rows[:3]] == [
        "=HYPERLINK", "@SUM(1+1)", "+86 电话",
    ]  # fmt: skip


def test_case_42_numbers_are_written_out(read):
    row = only(read(line(联系电话=19900001111.0, 备注=3.0)))

    assert (row.values["phone"], row.values["note"]) == ("19900001111", "3")


def test_strengths_become_tags_of_the_one_list(read, db):
    Strength.objects.get_or_create(name="驾驶操作")
    exact, free = read(
        line(特点优长="驾驶操作、水电维修"), line("李四", 特点优长="会唱淮海戏")
    ).rows

    assert exact.values["strengths"] == ["驾驶操作", "水电维修"]
    assert "strengths_text" not in exact.values
    assert free.values["strengths_text"] == "会唱淮海戏"


def test_columns_of_families_never_fill_the_veteran(read):
    rows = read((FOLDER / "two_level.xlsx").read_bytes()).rows

    assert rows[0].name == "韩华建"
    assert not any("phone" in row.values for row in rows)


def test_reading_writes_nothing(read):
    read(line())

    assert not Veteran.objects.exists()


@pytest.mark.parametrize("title", ["甲一村", "甲一村委会", "甲一社区"])
def test_a_sheet_finds_its_station_by_any_ending(read, tree, town_station, title):
    RegionFactory(code="321322100299", name="丙村", parent=tree.town)
    StationFactory(region=RegionFactory(code="321322100298", name="丁村", parent=tree.town))

    assert read(line(), at=town_station, title=title).sheets[0].station.region == tree.village


@pytest.mark.parametrize("title", ["长安社区居委会", "长安社区", "长安居民委员会", "长安居委会"])
def test_a_community_is_found_with_and_without_the_word(read, tree, town_station, title):
    """Its unit is 长安居委会, its station 长安社区退役军人服务站: both are written."""
    mine = RegionFactory(code="321322100299", name="长安居委会", parent=tree.town)
    StationFactory(region=mine)
    read_sheet = read(line(), at=town_station, title=title).sheets[0]

    assert read_sheet.station.region == mine


def test_a_title_with_the_word_that_the_unit_lacks_is_another_station(read, station, tree):
    """长安社区居委会 above the table is the neighbour 长安居委会, and asked about."""
    RegionFactory(code="321322100299", name="长安居委会", parent=tree.town)

    def titled(_, page):
        page.insert_rows(1)
        page["A1"] = "长安社区居委会退役军人花名册"

    assert "长安居委会" in read(line(), change=titled).sheets[0].asks


@pytest.mark.parametrize(("sheet", "asked"), [("甲二村", True), ("甲一村", False), ("表1", False)])
def test_a_sheet_named_after_a_neighbour_is_asked_about(read, station, sheet, asked):
    found = read(line(), at=station, title=sheet)

    assert found.sheets[0].station == station
    assert ("工作表名是“甲二村”" in (found.sheets[0].asks or "")) is asked
    assert (found.rows[0].outcome == "ask") is asked


def test_each_of_the_42_cases_has_its_test():
    names = [*globals(), *vars(test_import_case_cells)]
    tested = {int(name.split("_")[2]) for name in names if name.startswith("test_case_")}
    assert tested == set(range(1, 43))
