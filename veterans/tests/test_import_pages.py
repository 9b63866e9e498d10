"""花名册导入 in the browser: preview, decide, confirm, take home, undo."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from accounts.models import AuditEntry
from records.fields import keyed_hash
from tests.factories import VeteranFactory
from veterans import transfers
from veterans.id_numbers import check_digit
from veterans.importing import batches
from veterans.models import DataFault, ImportRow, RosterImport, Transfer, Veteran

FOLDER = Path(__file__).parent / "rosters"
HEADER = ["姓名", "性别", "出生年月", "身份证号", "入伍时间", "退役时间", "原部队职务", "现任职务",
          "特点优长", "荣誉奖励", "联系电话", "备注"]  # fmt: skip
NUMBER = "321300198507010012"


def sheet(*rows, header=HEADER, name="花名册"):
    buffer = io.BytesIO()
    book = Workbook(buffer, {"strings_to_formulas": False})
    page = book.add_worksheet(name)
    for number, row in enumerate((header, *rows)):
        page.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


def person(name="张三", **values):
    given = dict(zip(HEADER, ["", "男", "1960.05", "", "1980.12", "1984.12", "班长", "务农",
                              "驾驶操作", "无", "", ""], strict=True)) | {"姓名": name} | values  # fmt: skip
    return [given[label] for label in HEADER]


def numbered(**values):
    """Somebody with a valid number, and dates that agree with it."""
    given = {
        "身份证号": NUMBER,
        "出生年月": "1985.07",
        "入伍时间": "2003.12",
        "退役时间": "2005.12",
    }
    return person(**given | values)


def upload(client, station, content, name="花名册.xlsx"):
    file = SimpleUploadedFile(name, content)
    response = client.post("/veterans/import/upload/", {"station": station.pk, "file": file})
    assert response.status_code == 302, response.context["form"].errors
    return RosterImport.objects.latest("pk")


def act(client, batch, name, data=None, **kwargs):
    url = reverse(name, kwargs={"code": batch.code, **kwargs})
    return client.post(url, data or {}, follow=True)


def test_nothing_is_written_before_it_is_confirmed(cast, station, login):
    client = login(cast.manager)

    batch = upload(client, station, sheet(person("张三"), person("李四")))
    page = client.get(f"/veterans/import/{batch.code}/").content.decode()

    assert not Veteran.objects.exists()
    assert "张三" in page and "李四" in page
    assert page.count("确认导入 2 行") == 2  # above the rows and below them
    act(client, batch, "import_confirm")
    assert sorted(Veteran.objects.values_list("name", flat=True)) == ["张三", "李四"]
    assert Veteran.objects.get(name="张三").former_post_state == "answered"


def test_a_changed_row_is_shown_field_by_field_and_blanks_leave_the_rest(cast, station, login):
    client = login(cast.manager)
    first = upload(client, station, sheet(person(备注="常年在家", 联系电话="19900001111")))
    act(client, first, "import_confirm")

    batch = upload(client, station, sheet(person(现任职务="退休", 原部队职务="", 备注="")))
    page = client.get(f"/veterans/import/{batch.code}/").content.decode()
    act(client, batch, "import_confirm")

    assert "<del>务农</del> → <ins>退休</ins>" in page
    assert "班长" not in page
    one = Veteran.objects.get()
    assert (one.current_post, one.former_post, one.note) == ("退休", "班长", "常年在家")
    assert one.phone == "19900001111"
    assert one.version == 2


def test_the_numbers_of_a_person_are_masked_in_the_preview(cast, station, login):
    client = login(cast.manager)

    batch = upload(
        client, station, sheet(person(身份证号="321300198507010012", 出生年月="1985.07",
                                      入伍时间="2003.12", 退役时间="2005.12", 联系电话="19900001111"))
    )  # fmt: skip
    page = client.get(f"/veterans/import/{batch.code}/").content.decode()

    assert "32*************012" in page and "199****1111" in page
    assert "321300198507010012" not in page and "19900001111" not in page


def test_neither_the_file_nor_its_numbers_lie_on_disk_in_the_clear(
    cast, station, login, settings, django_capture_on_commit_callbacks
):
    client = login(cast.manager)
    number = "321300198507010012"

    batch = upload(client, station, sheet(person(身份证号=number, 出生年月="1985.07", 入伍时间="2003.12", 退役时间="2005.12")))  # fmt: skip

    stored = Path(settings.MEDIA_ROOT) / batch.file.name
    assert number.encode() not in stored.read_bytes() and b"PK" not in stored.read_bytes()[:4]
    raw = ImportRow.objects.extra(select={"raw": '"values" || cells'}).get()
    assert number not in raw.raw
    with django_capture_on_commit_callbacks(execute=True):
        act(client, batch, "import_confirm")
    batch.refresh_from_db()
    assert not batch.file and not stored.exists()


def test_a_waiting_row_is_decided_in_the_page(cast, station, login):
    client = login(cast.manager)
    batch = upload(client, station, (FOLDER / "decide.xlsx").read_bytes())
    row = batch.rows.get(name="沈民文")
    assert row.outcome == "ask"

    act(
        client,
        batch,
        "import_row",
        {"decision": "accept", "value-birth_date": "1960-10"},
        pk=row.pk,
    )
    act(client, batch, "import_confirm")

    one = Veteran.objects.get(name="沈民文")
    assert (one.birth_date.isoformat(), one.birth_precision) == ("1960-10-01", "month")
    assert not Veteran.objects.filter(name="曹军永").exists()
    assert batch.rows.get(name="曹军永").written_at is None


def test_what_was_typed_badly_stays_in_its_box_with_the_reason(cast, station, login):
    client = login(cast.manager)
    batch = upload(client, station, (FOLDER / "decide.xlsx").read_bytes())
    row = batch.rows.get(name="沈民文")

    response = act(client, batch, "import_row",
                   {"decision": "accept", "value-birth_date": "六零年"}, pk=row.pk)  # fmt: skip

    assert response.status_code == 400
    page = response.content.decode()
    assert 'value="六零年"' in page and "请按“1985-10”的格式填写" in page
    row.refresh_from_db()
    assert row.decision == ""


def test_the_waiting_rows_are_decided_later_and_only_they_are_written_then(cast, station, login):
    client = login(cast.manager)
    batch = upload(client, station, (FOLDER / "marked.xlsx").read_bytes())
    act(client, batch, "import_confirm")
    assert Veteran.objects.count() == 6

    act(client, batch, "import_decide_all", {"decision": "accept"})
    act(client, batch, "import_confirm")

    assert Veteran.objects.count() == 9
    assert not batch.rows.filter(batches.WAITS).exists()


def test_the_bad_rows_go_home_in_the_users_columns_with_the_reason(cast, station, login):
    client = login(cast.manager)
    batch = upload(
        client,
        station,
        sheet(person("张三"), person("", 备注="=1+1"), person("李四", 出生年月=1985.1)),
    )

    response = client.post(f"/veterans/import/{batch.code}/bad-rows/")
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
        .get_sheet_by_index(0)
        .to_python()
    )

    assert rows[0] == [*HEADER, "错误原因"]
    assert [row[0] for row in rows[1:]] == ["", "李四"]
    assert rows[1][11] == "=1+1" and "没有姓名" in rows[1][-1]
    assert "10月" in rows[2][-1]
    assert AuditEntry.objects.filter(action="import.bad_rows").count() == 1


def test_an_import_is_undone_as_a_whole(cast, station, login):
    client = login(cast.manager)
    first = upload(client, station, sheet(person()))
    act(client, first, "import_confirm")
    second = upload(
        client,
        station,
        sheet(person(现任职务="退休", 荣誉奖励="三等功1次", 特点优长="烹饪"), person("李四")),
    )
    act(client, second, "import_confirm")
    assert Veteran.objects.get(name="张三").honours.count() == 1

    act(client, second, "import_undo")

    one = Veteran.objects.get()
    assert (one.name, one.current_post, one.honours.count()) == ("张三", "务农", 0)
    assert [tag.name for tag in one.strengths.all()] == ["驾驶操作"]
    second.refresh_from_db()
    assert second.state == "undone"


def test_an_undone_import_asks_for_nobody_any_more(cast, station, other_station, login):
    number = "32130019600501001"
    number += check_digit(number)
    elsewhere = VeteranFactory(
        station=other_station, name="张三", id_number=number, id_hash=keyed_hash(number),
        id_check="valid",
    )  # fmt: skip
    client = login(cast.manager)
    batch = upload(client, station, sheet(person(身份证号=number), person("李四")))
    row = batch.rows.get(name="张三")
    said = act(client, batch, "import_row", {"decision": "accept"}, pk=row.pk).content.decode()
    assert "张三：申请转入。" in said
    page = act(client, batch, "import_confirm").content.decode()
    page = client.get(f"/veterans/import/{batch.code}/?outcome=ask").content.decode()
    assert "已提交" in page and ">待确认</span>" not in page
    assert Transfer.objects.open().get().veteran == elsewhere

    page = act(client, batch, "import_undo").content.decode()

    assert "1人恢复到导入之前。撤回转入申请1份。" in page
    assert not Transfer.objects.open().exists()
    assert list(Veteran.objects.all()) == [elsewhere]


def test_a_request_that_was_answered_stays_as_it_is(cast, station, other_station, login):
    number = "32130019600501001"
    number += check_digit(number)
    VeteranFactory(
        station=other_station, name="张三", id_number=number, id_hash=keyed_hash(number),
        id_check="valid",
    )  # fmt: skip
    client = login(cast.manager)
    batch = upload(client, station, sheet(person(身份证号=number)))
    act(client, batch, "import_decide_all", {"decision": "accept"})
    act(client, batch, "import_confirm")
    transfers.answer(Transfer.objects.get(), accept=True, by=cast.outsider)

    page = act(client, batch, "import_undo").content.decode()

    assert "已撤销本次导入。</" in page and "撤回转入申请" not in page
    assert Veteran.objects.get().station == station


def test_an_import_that_somebody_built_on_is_not_undone(cast, station, login):
    client = login(cast.manager)
    batch = upload(client, station, sheet(person(), person("李四")))
    act(client, batch, "import_confirm")
    Veteran.objects.filter(name="李四").update(version=2)

    page = act(client, batch, "import_undo").content.decode()

    assert "不能整批撤销" in page and "李四" in page
    assert Veteran.objects.count() == 2


def test_a_person_of_another_station_is_asked_for_and_counted_once(
    cast, station, other_station, login
):
    number = "321300198507010012"
    row = person(身份证号=number, 出生年月="1985.07", 入伍时间="2003.12", 退役时间="2005.12")
    there = upload(login(cast.outsider), other_station, sheet(row))
    act(login(cast.outsider), there, "import_confirm")
    client = login(cast.manager)

    batch = upload(client, station, sheet(row))
    page = client.get(f"/veterans/import/{batch.code}/").content.decode()
    act(client, batch, "import_row", {"decision": "accept"}, pk=batch.rows.get().pk)
    act(client, batch, "import_confirm")

    assert "另一服务站" in page and "乙一村" not in page
    assert Veteran.objects.count() == 1
    transfer = Transfer.objects.get()
    assert (transfer.from_station, transfer.to_station) == (other_station, station)


def test_the_same_file_again_changes_nothing_and_says_so(cast, station, login):
    client = login(cast.manager)
    content = (FOLDER / "clean.xlsx").read_bytes()
    act(client, upload(client, station, content), "import_confirm")

    batch = upload(client, station, content)
    page = client.get(f"/veterans/import/{batch.code}/").content.decode()

    assert "与花名册完全一致" in page and "已于" in page
    assert batch.rows.filter(outcome="unchanged").count() == 20
    assert Veteran.objects.count() == 20


def test_a_file_that_is_no_roster_is_refused_with_a_sentence(cast, station, login):
    client = login(cast.manager)

    batch = upload(client, station, (FOLDER / "password.xlsx").read_bytes())
    page = client.get(f"/veterans/import/{batch.code}/").content.decode()

    assert batch.state == "refused" and not batch.file
    assert "文件有密码，请取消密码后再上传。" in page


def test_a_town_chooses_where_its_sheets_belong(cast, tree, town_station, login):
    client = login(cast.town)
    buffer = io.BytesIO()
    book = Workbook(buffer)
    for name, who in (("汇总", "王五"), ("甲一村", "张三"), ("五组", "李四")):
        page = book.add_worksheet(name)
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, person(who))
    book.close()
    batch = upload(client, town_station, buffer.getvalue())
    assert [sheet["selected"] for sheet in batch.sheets] == [False, True, False]

    act(client, batch, "import_sheets", {"sheet-1": "321322100201", "sheet-2": "321322100202"})
    act(client, batch, "import_confirm")

    assert dict(Veteran.objects.values_list("name", "station__region__name")) == {
        "张三": "甲一村", "李四": "甲二村",
    }  # fmt: skip


def test_faults_of_imported_people_are_listed(cast, station, login):
    client = login(cast.manager)
    batch = upload(client, station, (FOLDER / "decide.xlsx").read_bytes())
    act(client, batch, "import_decide_all", {"decision": "accept"})

    act(client, batch, "import_confirm")

    kinds = set(DataFault.objects.values_list("veteran__name", "kind"))
    assert {("吴立武", "check_digit"), ("赵进华", "impossible_date")} <= kinds
    assert Veteran.objects.get(name="郑志明").id_check == "lost"
    assert Veteran.objects.get(name="王军立").former_post == "副连长"
    assert Veteran.objects.get(name="曹军永").status == "deceased"


@pytest.mark.parametrize("count", [1, 40])
def test_the_preview_asks_the_database_the_same_for_one_row_and_many(
    count, cast, station, login, django_assert_num_queries
):
    client = login(cast.manager)
    batch = upload(
        client, station, sheet(*[person(f"人{'甲乙丙丁'[n % 4]}{n}") for n in range(count)])
    )
    client.get(f"/veterans/import/{batch.code}/")

    with django_assert_num_queries(9):
        client.get(f"/veterans/import/{batch.code}/")


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_of_imports_takes_constant_queries(
    count, cast, station, login, django_assert_num_queries
):
    RosterImport.objects.bulk_create(
        RosterImport(station=station, file_name="a.xlsx", sha256="x", created_by=cast.manager)
        for _ in range(count)
    )
    client = login(cast.manager)
    client.get("/veterans/import/")

    with django_assert_num_queries(7):
        client.get("/veterans/import/")


def test_a_big_file_is_read_and_written_in_the_background(
    cast, station, login, monkeypatch, django_capture_on_commit_callbacks
):
    from veterans import import_views

    monkeypatch.setattr(import_views, "READ_AT_ONCE", 10)
    monkeypatch.setattr(import_views, "WRITE_AT_ONCE", 0)
    client = login(cast.manager)
    with django_capture_on_commit_callbacks(execute=True):
        batch = upload(client, station, sheet(person()))
    batch.refresh_from_db()
    assert batch.state == "ready"

    with django_capture_on_commit_callbacks(execute=True):
        act(client, batch, "import_confirm")

    batch.refresh_from_db()
    assert batch.state == "written" and Veteran.objects.get().name == "张三"


def test_what_was_confirmed_is_not_offered_again_while_it_is_written(
    cast, station, login, monkeypatch
):
    from veterans import import_views

    monkeypatch.setattr(import_views, "WRITE_AT_ONCE", 0)
    client = login(cast.manager)
    batch = upload(client, station, sheet(person()))
    url = f"/veterans/import/{batch.code}/"
    assert client.get(url).content.decode().count("确认导入") == 2

    page = act(client, batch, "import_confirm").content.decode()

    assert "data-job-bar" in page and "确认导入" not in page
    assert "完全一致" not in page
    assert "<td>正在导入</td>" in client.get("/veterans/import/").content.decode()


def test_giving_up_removes_the_file_and_the_rows(
    cast, station, login, settings, django_capture_on_commit_callbacks
):
    client = login(cast.manager)
    batch = upload(client, station, sheet(person()))
    stored = Path(settings.MEDIA_ROOT) / batch.file.name

    with django_capture_on_commit_callbacks(execute=True):
        act(client, batch, "import_discard")

    assert not stored.exists() and not ImportRow.objects.exists()


def test_a_number_in_the_name_of_a_file_is_not_kept(cast, station, login):
    number = "321300198507010012"

    batch = upload(login(cast.manager), station, sheet(person()), name=f"张三{number}.xlsx")

    assert batch.file_name == "张三（号码）.xlsx"
    assert number not in str(list(AuditEntry.objects.values_list("label", "after")))


def test_a_county_chooses_whose_blank_roster_it_takes(cast, station, login):
    page = login(cast.county).get("/veterans/import/").content.decode()

    form = page.split('<h2 class="card-title">空白花名册')[1].split("</form>")[0]
    assert f'action="{reverse("veterans_template")}"' in form
    assert f'<option value="{station.region.code}">' in form
    # One without a name is taken as it is offered.
    assert '<option value="" selected>' in form and "required" not in form


def test_a_village_has_nothing_to_choose(cast, station, login):
    page = login(cast.manager).get("/veterans/import/").content.decode()

    assert f"{reverse('veterans_template')}?station={station.region.code}" in page
    assert 'id="blank_station"' not in page
