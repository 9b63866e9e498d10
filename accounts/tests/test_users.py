import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from xlsxwriter import Workbook

from accounts import tries, workflow
from accounts.models import AuditEntry, User
from accounts.passwords import kinds_in
from tests.factories import StationFactory, UserFactory


def sheet(*rows, name="list.xlsx"):
    buffer = io.BytesIO()
    book = Workbook(buffer)
    page = book.add_worksheet()
    for number, row in enumerate((["姓名", "用户名", "角色", "单位代码", "电话"], *rows)):
        page.write_row(number, 0, row)
    book.close()
    return SimpleUploadedFile(name, buffer.getvalue())


def csv_file(text, encoding="utf-8"):
    return SimpleUploadedFile("list.csv", text.encode(encoding))


# --- one account -------------------------------------------------------------------------


def test_a_county_sees_the_accounts_of_its_stations_and_its_own(cast, login):
    response = login(cast.county).get("/manage/users/")

    assert {user.username for user in response.context["page"]} == {"county", "town", "manager"}


def test_an_administrator_sees_all_accounts(cast, login):
    response = login(cast.admin).get("/manage/users/")

    assert response.context["page"].paginator.count == User.objects.count()


def test_the_list_costs_the_same_with_one_and_many(cast, tree, login, django_assert_num_queries):
    client = login(cast.admin)
    client.get("/manage/users/")
    with django_assert_num_queries(6):
        client.get("/manage/users/?q=manager")
    for _ in range(20):
        UserFactory(region=tree.village)
    with django_assert_num_queries(6):
        client.get("/manage/users/")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=town", {"town"}),
        ("q=甲一村", {"manager"}),
        ("q=321322100201", {"manager"}),
        ("role=county", {"county"}),
        ("state=off", set()),
        ("role=wrong", set()),
    ],
)
def test_the_list_is_filtered(cast, login, query, names):
    response = login(cast.admin).get(f"/manage/users/?{query}")

    if query == "role=county":
        names = {"county", "other_county"}
    assert {user.username for user in response.context["page"]} == names


def new_account(tree, **changes):
    fields = {
        "full_name": "李新", "username": "lixin", "role": "station", "region": tree.village2.pk,
        "phone": "0527-1234567",
    }  # fmt: skip
    return fields | changes


def test_a_county_makes_an_account_and_gets_its_password_once(cast, tree, login):
    client = login(cast.county)

    response = client.post("/manage/users/new/", new_account(tree))

    [(account, password)] = response.context["accounts"]
    assert password in response.content.decode()
    stored = User.objects.get(username="lixin")
    assert account == stored
    assert stored.check_password(password)
    assert (len(password), kinds_in(password)) == (12, 3)
    assert stored.must_change_password
    assert AuditEntry.objects.get(action="user.create").after["region"] == tree.village2.code
    assert password not in client.get("/manage/users/").content.decode()
    assert password not in str(AuditEntry.objects.values_list("after", "label", "reason"))


@pytest.mark.parametrize("role", ["admin", "city", "county", "viewer"])
def test_a_county_makes_no_other_accounts_than_those_of_stations(cast, tree, login, role):
    login(cast.county).post("/manage/users/new/", new_account(tree, role=role))

    assert not User.objects.filter(username="lixin").exists()


def test_a_county_makes_no_account_for_another_county(cast, tree, login):
    login(cast.county).post("/manage/users/new/", new_account(tree, region=tree.other_village.pk))

    assert not User.objects.filter(username="lixin").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "manager"}, "已经有人使用"),
        ({"username": "带 空格"}, "用户名只能用字母"),
        ({"full_name": ""}, "请填写此项"),
        ({"role": "city"}, "所属单位应为市"),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_stays(cast, tree, login, changes, sentence):
    response = login(cast.admin).post("/manage/users/new/", new_account(tree, **changes))

    page = response.content.decode()
    assert sentence in page
    assert "0527-1234567" in page
    assert not User.objects.filter(phone="0527-1234567").exists()


def test_the_second_of_two_savers_sees_both_versions(cast, tree, login):
    manager = cast.manager
    data = new_account(tree, username="manager", region=tree.village.pk, version=manager.version)
    first, second = login(cast.county), login(cast.admin)
    first.post(f"/manage/users/{manager.pk}/", data | {"full_name": "甲"})

    response = second.post(f"/manage/users/{manager.pk}/", data | {"full_name": "乙"})

    page = response.content.decode()
    assert "刚刚被其他人修改过" in page
    assert "当前保存的内容：甲" in page
    assert 'value="乙"' in page
    manager.refresh_from_db()
    assert manager.full_name == "甲"
    second.post(
        f"/manage/users/{manager.pk}/",
        data | {"full_name": "乙", "version": response.context["form"].data["version"]},
    )
    manager.refresh_from_db()
    assert manager.full_name == "乙"


def test_a_reset_shows_the_new_password_once_and_forces_a_change(cast, login):
    manager = cast.manager

    response = login(cast.county).post(
        f"/manage/users/{manager.pk}/reset/", {"version": manager.version}
    )

    [(_, password)] = response.context["accounts"]
    manager.refresh_from_db()
    assert manager.check_password(password)
    assert manager.must_change_password
    assert AuditEntry.objects.filter(action="password.reset", actor=cast.county).count() == 1


def test_a_repeated_reset_is_refused(cast, login):
    client, data = login(cast.county), {"version": cast.manager.version}
    client.post(f"/manage/users/{cast.manager.pk}/reset/", data)
    before = User.objects.get(pk=cast.manager.pk).password

    client.post(f"/manage/users/{cast.manager.pk}/reset/", data)

    assert User.objects.get(pk=cast.manager.pk).password == before


def test_a_hand_over_keeps_the_name_in_the_log(cast, login):
    manager = cast.manager
    from accounts import audit

    audit.record("record.change", by=manager)

    login(cast.county).post(
        f"/manage/users/{manager.pk}/hand-over/",
        {"version": manager.version, "full_name": "接任人", "phone": "1"},
    )

    manager.refresh_from_db()
    assert (manager.full_name, manager.phone, manager.username) == ("接任人", "1", "manager")
    entry = AuditEntry.objects.get(action="user.hand_over")
    assert (entry.before["full_name"], entry.after["full_name"]) == ("manager", "接任人")
    assert AuditEntry.objects.get(action="record.change").actor_name == "manager（manager）"


def test_the_two_forms_of_an_account_share_no_id(cast, login):
    page = login(cast.county).get(f"/manage/users/{cast.manager.pk}/").content.decode()

    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_hand_over_needs_a_name(cast, login):
    login(cast.county).post(f"/manage/users/{cast.manager.pk}/hand-over/", {"version": 1})

    assert not AuditEntry.objects.filter(action="user.hand_over").exists()


def test_disabling_and_enabling(cast, login):
    manager, client = cast.manager, login(cast.county)
    client.post(f"/manage/users/{manager.pk}/disable/", {"version": manager.version})
    manager.refresh_from_db()
    assert not manager.is_active

    client.post(f"/manage/users/{manager.pk}/enable/", {"version": manager.version})

    manager.refresh_from_db()
    assert manager.is_active


def test_unlocking_by_the_county(cast, login):
    for _ in range(5):
        tries.take("manager")
    client = login(cast.county)
    assert "已锁定" in client.get(f"/manage/users/{cast.manager.pk}/").content.decode()

    client.post(f"/manage/users/{cast.manager.pk}/unlock/")

    assert tries.locked(["manager"]) == set()
    assert AuditEntry.objects.filter(action="user.unlock").count() == 1


def test_an_administrator_cannot_disable_himself(cast, login):
    response = login(cast.admin).post(
        f"/manage/users/{cast.admin.pk}/disable/", {"version": cast.admin.version}, follow=True
    )

    assert "不能停用自己的账号" in response.content.decode()
    assert User.objects.get(pk=cast.admin.pk).is_active


def test_an_administrator_cannot_drop_his_own_role(cast, tree, login):
    response = login(cast.admin).post(
        f"/manage/users/{cast.admin.pk}/",
        new_account(tree, username="admin", role="city", region=tree.city.pk, version=1),
    )

    assert "管理员角色" in response.content.decode()
    assert User.objects.get(pk=cast.admin.pk).role == "admin"


def test_the_last_administrator_stays(cast):
    with pytest.raises(workflow.Refused, match="至少要有一名"):
        workflow.set_active(cast.admin, False, version=cast.admin.version, by=cast.city)

    assert User.objects.get(pk=cast.admin.pk).is_active


def test_a_county_does_not_touch_its_own_account(cast, login):
    response = login(cast.county).post(
        f"/manage/users/{cast.county.pk}/reset/", {"version": cast.county.version}
    )

    assert response.status_code == 403


# --- many accounts -----------------------------------------------------------------------


def test_a_county_makes_the_accounts_of_all_its_stations(cast, tree, login):
    client = login(cast.county)
    offered = {place.code for place in client.get("/manage/users/stations/").context["places"]}
    assert offered == {tree.village2.code}
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)

    response = client.post(
        "/manage/users/stations/", {"regions": [tree.village.code, tree.village2.code]}
    )

    made = {account.username: password for account, password in response.context["accounts"]}
    assert made.keys() == {"station-321322100201", "station-321322100202"}
    assert all(User.objects.get(username=n).check_password(p) for n, p in made.items())
    assert AuditEntry.objects.filter(action="user.create").count() == 2
    assert list(client.get("/manage/users/stations/").context["places"]) == []


def test_a_second_click_makes_no_second_account(cast, tree, login):
    client, data = login(cast.county), {"regions": [tree.village2.code]}
    client.post("/manage/users/stations/", data)

    response = client.post("/manage/users/stations/", data)

    assert "已经有账号" in response.content.decode()
    assert User.objects.filter(region=tree.village2).count() == 1


def test_a_place_of_another_county_is_refused(cast, tree, login):
    User.objects.filter(pk=cast.outsider.pk).update(is_active=False)

    response = login(cast.county).post(
        "/manage/users/stations/", {"regions": [tree.other_village.code]}
    )

    assert "不在您的管理范围内" in response.content.decode()
    assert AuditEntry.objects.filter(action="user.create").count() == 0


def test_a_name_of_a_disabled_account_is_not_given_twice(cast, tree, login):
    UserFactory(username="station-321322100202", region=tree.village2, is_active=False)

    response = login(cast.county).post("/manage/users/stations/", {"regions": [tree.village2.code]})

    [(account, _)] = response.context["accounts"]
    assert account.username == "station-321322100202-2"


def test_a_batch_has_a_limit(cast, tree, login, monkeypatch):
    monkeypatch.setattr(workflow, "BATCH_LIMIT", 0)

    response = login(cast.county).post("/manage/users/stations/", {"regions": [tree.village2.code]})

    assert "一次最多0个" in response.content.decode()


def test_the_offer_costs_the_same_with_one_and_many(cast, tree, login, django_assert_num_queries):
    client = login(cast.county)
    client.get("/manage/users/stations/")
    with django_assert_num_queries(4):
        client.get("/manage/users/stations/")
    for number in range(203, 220):
        from tests.factories import RegionFactory

        StationFactory(region=RegionFactory(code=f"321322100{number}", parent=tree.town))
    with django_assert_num_queries(4):
        client.get("/manage/users/stations/")


def confirm(client, preview):
    return client.post("/manage/users/import/confirm/", {"token": preview.context["token"]})


def test_a_list_is_shown_first_and_written_when_confirmed(cast, tree, login):
    client = login(cast.county)
    file = sheet(
        ["张一", "zhang1", "服务站", 321322100202, 13900000000],
        ["张二", "zhang2", "服务站工作人员", "321322100", ""],
    )

    preview = client.post("/manage/users/import/", {"file": file})
    assert not User.objects.filter(username__startswith="zhang").exists()
    response = confirm(client, preview)

    made = {account.username: password for account, password in response.context["accounts"]}
    assert made.keys() == {"zhang1", "zhang2"}
    zhang = User.objects.get(username="zhang1")
    assert (zhang.full_name, zhang.phone, zhang.region) == ("张一", "13900000000", tree.village2)
    assert zhang.check_password(made["zhang1"])


def test_the_rows_of_a_list_are_checked_one_by_one(cast, tree, login):
    file = sheet(
        ["好", "good", "服务站", "321322100202", ""],
        ["", "noname", "服务站", "321322100202", ""],
        ["重", "good", "服务站", "321322100202", ""],
        ["占", "manager", "服务站", "321322100202", ""],
        ["外", "other", "服务站", "321391100201", ""],
        ["级", "level", "服务站", "321322", ""],
        ["市", "city9", "市局", "321322100202", ""],
        ["错", "role9", "站长", "321322100202", ""],
        ["长", "x" * 61, "服务站", "321322100202", ""],
    )

    preview = login(cast.county).post("/manage/users/import/", {"file": file})

    errors = {row.line: " ".join(row.errors) for row in preview.context["rows"]}
    assert errors[2] == ""
    for line, text in {
        3: "姓名", 4: "与第2行重复", 5: "已经有人使用", 6: "不在您的管理范围内",
        7: "不在您的管理范围内", 8: "只能建服务站工作人员", 9: "角色“站长”不对", 10: "用户名",
    }.items():  # fmt: skip
        assert text in errors[line], (line, errors[line])
    assert (preview.context["good"], preview.context["bad"]) == (1, 8)


def test_a_preview_counts_for_its_maker_only(cast, tree, login):
    row = ["张一", "zhang1", "服务站", "321322100202", ""]
    preview = login(cast.county).post("/manage/users/import/", {"file": sheet(row)})

    response = confirm(login(cast.other_county), preview)

    assert response.status_code == 302
    assert not User.objects.filter(username="zhang1").exists()


def test_what_changed_since_the_preview_is_checked_again(cast, tree, login):
    client = login(cast.county)
    row = ["张一", "zhang1", "服务站", "321322100202", ""]
    preview = client.post("/manage/users/import/", {"file": sheet(row)})
    UserFactory(username="zhang1")

    response = client.post(
        "/manage/users/import/confirm/", {"token": preview.context["token"]}, follow=True
    )

    assert "没有建立任何账号" in response.content.decode()
    assert User.objects.filter(username="zhang1").count() == 1


def test_a_forged_preview_is_refused(cast, login):
    response = login(cast.county).post(
        "/manage/users/import/confirm/", {"token": "forged"}, follow=True
    )

    assert "预览已过期" in response.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_list_is_read_in_the_usual_encodings(cast, login, encoding):
    text = "姓名,用户名,角色,单位代码,电话\n张一,zhang1,服务站,321322100202,1"

    preview = login(cast.county).post("/manage/users/import/", {"file": csv_file(text, encoding)})

    assert [(row.full_name, row.errors) for row in preview.context["rows"]] == [("张一", [])]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("a.xlsx", b"PK\x03\x04 not a workbook"), "打不开这个文件"),
        (SimpleUploadedFile("a.xlsx", b"\x00" * 50), "打不开这个文件"),
        (SimpleUploadedFile("a.csv", b"\xff\xff\xff\xff"), "编码"),
        (SimpleUploadedFile("a.csv", "甲,乙\n1,2".encode()), "没有找到表头"),
        (SimpleUploadedFile("a.csv", "姓名,用户名\n1,2".encode()), "表头缺少：角色、单位代码"),
        (SimpleUploadedFile("a.csv", "姓名,用户名,角色,单位代码\n".encode()), "没有数据行"),
        (SimpleUploadedFile("a.csv", b""), "文件是空的"),
        (SimpleUploadedFile("a.csv", b"x" * (2 * 1024 * 1024 + 1)), "超过2MB"),
        (None, "请选择文件"),
    ],
    ids=range(9),
)
def test_an_unusable_file_is_refused_with_a_sentence(cast, login, file, sentence):
    data = {"file": file} if file else {}
    if file:
        file.seek(0)

    response = login(cast.county).post("/manage/users/import/", data)

    assert sentence in response.content.decode()


def test_a_list_too_long_is_refused(cast, login, monkeypatch):
    from accounts import user_lists

    monkeypatch.setattr(user_lists, "BATCH_LIMIT", 1)
    rows = [[f"张{n}", f"zhang{n}", "服务站", "321322100202", ""] for n in range(2)]

    response = login(cast.county).post("/manage/users/import/", {"file": sheet(*rows)})

    assert "一次最多1人" in response.content.decode()


def test_createadmin_makes_the_first_administrator(db, capsys, monkeypatch):
    from django.core.management import CommandError, call_command

    call_command("createadmin", "root", name="管理员")
    password = capsys.readouterr().out.split("初始密码：")[1].split("\n")[0]
    monkeypatch.setenv("ADMIN_PASSWORD", "short")
    with pytest.raises(CommandError):
        call_command("createadmin", "root2", name="管理员")
    with pytest.raises(CommandError, match="已经有人使用"):
        call_command("createadmin", "root", name="管理员")

    user = User.objects.get()
    assert (user.role, user.must_change_password) == ("admin", True)
    assert user.check_password(password)


def test_an_unchosen_unit_says_what_to_do(cast, login):
    page = login(cast.admin).get("/manage/users/new/").content.decode()

    assert '<option value="" selected>请选择</option>' in page
    assert "---------" not in page
