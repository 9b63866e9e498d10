"""花名册导入: the same people by two files, by two confirmations, and taken back afterwards."""

from accounts.models import AuditEntry
from records.fields import keyed_hash
from tests.factories import VeteranFactory
from veterans.models import RosterImport, Transfer, Veteran
from veterans.tests.test_import_pages import HEADER, NUMBER, act, numbered, person, sheet, upload

VALID = {"id_number": NUMBER, "id_hash": keyed_hash(NUMBER), "id_check": "valid"}


def told(page):
    return page.content.decode()


def written():
    return AuditEntry.objects.filter(action="import.write").latest("pk").after


def test_the_same_file_twice_makes_nobody_twice(cast, station, login):
    client, content = login(cast.manager), sheet(person("张三"), person("李四"))
    first, second = upload(client, station, content), upload(client, station, content)
    act(client, first, "import_confirm")

    page = told(act(client, second, "import_confirm"))

    assert sorted(Veteran.objects.values_list("name", flat=True)) == ["张三", "李四"]
    assert "新增0人" in page
    assert set(second.rows.values_list("outcome", flat=True)) == {"unchanged"}


def test_a_second_row_of_one_person_can_be_taken_back_with_the_first(cast, station, login):
    client = login(cast.manager)
    act(client, upload(client, station, sheet(person(现任职务="务农"))), "import_confirm")
    again = person(出生年月="", 入伍时间="", 现任职务="退休", 备注="常年在外")
    batch = upload(client, station, sheet(person(现任职务="村会计"), again))
    act(client, batch, "import_decide_all", {"decision": "accept"})
    act(client, batch, "import_confirm")
    act(client, batch, "import_decide_all", {"decision": "accept"})
    act(client, batch, "import_confirm")
    assert Veteran.objects.get().current_post == "退休"

    page = told(act(client, batch, "import_undo"))

    one = Veteran.objects.get()
    assert (one.current_post, one.note) == ("务农", "")
    assert "1人恢复" in page
    batch.refresh_from_db()
    assert batch.state == RosterImport.State.UNDONE


def test_what_somebody_wrote_between_two_confirmations_keeps_the_import(cast, station, login):
    client = login(cast.manager)
    act(client, upload(client, station, sheet(person(现任职务="务农"))), "import_confirm")
    again = person(出生年月="", 入伍时间="", 现任职务="退休")
    batch = upload(client, station, sheet(person(现任职务="村会计"), again))
    act(client, batch, "import_decide_all", {"decision": "accept"})
    act(client, batch, "import_confirm")
    Veteran.objects.update(note="当面核对过", version=7)
    for _ in range(2):
        act(client, batch, "import_decide_all", {"decision": "accept"})
        act(client, batch, "import_confirm")

    assert "不能整批撤销" in told(act(client, batch, "import_undo"))
    assert Veteran.objects.get().note == "当面核对过"


def test_a_person_made_and_then_changed_by_one_import_is_taken_back(cast, station, login):
    client = login(cast.manager)
    again = person(出生年月="", 入伍时间="", 现任职务="退休", 荣誉奖励="三等功1次")
    batch = upload(client, station, sheet(person(), again))
    act(client, batch, "import_confirm")
    typed = {"decision": "accept", "value-birth_date": "1960.05"}
    act(client, batch, "import_row", typed, pk=batch.rows.get(written_at=None).pk)
    act(client, batch, "import_confirm")
    assert Veteran.objects.get().current_post == "退休"

    page = told(act(client, batch, "import_undo"))

    assert "已撤销" in page
    assert not Veteran.objects.exists()


def test_whoever_died_since_the_preview_is_not_asked_for_silently(
    cast, station, login, other_station
):
    client = login(cast.manager)
    away = VeteranFactory(station=other_station, name="张三", birth_date="1985-07-01", **VALID)
    batch = upload(client, station, sheet(numbered()))
    act(client, batch, "import_decide_all", {"decision": "accept"})
    Veteran.objects.filter(pk=away.pk).update(status="deceased", version=2)

    page = told(act(client, batch, "import_confirm"))

    assert not Transfer.objects.exists()
    assert "有1行" in page
    assert batch.rows.get().outcome == "ask" and batch.rows.get().written_at is None


def test_whoever_moved_here_since_the_preview_is_compared_anew(cast, station, login, other_station):
    client = login(cast.manager)
    away = VeteranFactory(station=other_station, name="张三", birth_date="1985-07-01", **VALID)
    batch = upload(client, station, sheet(numbered()))
    act(client, batch, "import_decide_all", {"decision": "accept"})
    Veteran.objects.filter(pk=away.pk).update(station=station, version=2)

    act(client, batch, "import_confirm")

    row = batch.rows.get()
    assert (row.outcome, row.action, row.written_at) == ("ask", "update", None)
    assert not any("另一服务站" in note["message"] for note in row.notes)


def test_a_row_that_comes_back_twice_says_so_once(cast, station, login):
    client = login(cast.manager)
    act(client, upload(client, station, sheet(numbered(现任职务="务农"))), "import_confirm")
    batch = upload(client, station, sheet(numbered(name="张叁", 现任职务="退休")))
    for version in (5, 6):
        act(client, batch, "import_decide_all", {"decision": "accept"})
        Veteran.objects.update(version=version)
        act(client, batch, "import_confirm")

    messages = [note["message"] for note in batch.rows.get().notes]
    assert len(messages) == len(set(messages))


def test_a_row_never_means_whom_a_merge_has_put_away(cast, station, login):
    client = login(cast.manager)
    kept = VeteranFactory(
        station=station, name="张三", pinyin="zhang san", birth_date="1985-07-01", **VALID
    )
    gone = VeteranFactory(
        station=station, name="张三", birth_date="1985-07-01", status="moved", merged_into=kept
    )
    Veteran.objects.filter(pk=gone.pk).update(pinyin="a", id_hash=VALID["id_hash"])

    for row in (numbered(), numbered(身份证号="")):
        batch = upload(client, station, sheet(row))
        assert batch.rows.get().person_id in (kept.pk, None)


def test_a_merge_since_the_preview_leads_to_whom_it_kept(cast, station, login):
    client = login(cast.manager)
    act(client, upload(client, station, sheet(person(现任职务="务农"))), "import_confirm")
    gone = Veteran.objects.get()
    batch = upload(client, station, sheet(person(现任职务="退休")))
    kept = VeteranFactory(
        station=station, name="张三", pinyin="zhang san", birth_date=gone.birth_date,
        birth_precision="month",
    )  # fmt: skip
    Veteran.objects.filter(pk=gone.pk).update(merged_into=kept, status="moved", version=2)

    act(client, batch, "import_confirm")

    row = batch.rows.get()
    assert (row.outcome, row.person) == ("ask", kept)


def test_a_number_that_somebody_got_since_the_preview_is_not_written_twice(
    cast, station, login, other_station
):
    client = login(cast.manager)
    act(client, upload(client, station, sheet(numbered(身份证号=""))), "import_confirm")
    batch = upload(client, station, sheet(numbered()))
    assert batch.rows.get().outcome == "updated"
    VeteranFactory(station=other_station, name="张三", **VALID)

    page = told(act(client, batch, "import_confirm"))

    assert "更新0人" in page and "有1行" in page
    assert Veteran.objects.get(station=station).id_number == ""


def test_whoever_is_on_the_roster_elsewhere_does_not_come_back_by_a_file(
    cast, station, login, other_station
):
    client = login(cast.manager)
    header = [*HEADER, "在册状态"]
    VeteranFactory(station=station, name="张三", birth_date="1985-07-01", status="moved", **VALID)
    VeteranFactory(station=other_station, name="张三", birth_date="1985-07-01", **VALID)
    for row in (numbered(), numbered(身份证号="")):
        batch = upload(client, station, sheet([*row, "在册"], header=header))
        act(client, batch, "import_decide_all", {"decision": "accept"})

        assert "有1行" in told(act(client, batch, "import_confirm"))

    assert Veteran.objects.get(station=station).status == "moved"


def test_a_decision_on_a_page_from_before_a_confirmation_is_not_taken(cast, station, login):
    """A colleague confirmed meanwhile, and the row came back with other changes."""
    client = login(cast.manager)
    act(client, upload(client, station, sheet(person(现任职务="务农"))), "import_confirm")
    batch = upload(client, station, sheet(person(现任职务="退休")))
    seen = {"decision": "accept", "seen": batch.version}
    Veteran.objects.update(current_post="村民小组长", version=5)
    act(login(cast.town), batch, "import_confirm")

    row = batch.rows.get()
    for name, more in (
        ("import_row", {"pk": row.pk}), ("import_decide_all", {}), ("import_confirm", {}),
        ("import_undo", {}), ("import_discard", {}),
    ):  # fmt: skip
        assert "刚被别人处理过" in told(act(client, batch, name, seen, **more))
    row.refresh_from_db()
    assert row.decision == "" and Veteran.objects.get().current_post == "村民小组长"


def test_the_forms_of_the_page_say_what_was_seen(cast, station, login):
    client = login(cast.manager)
    batch = upload(client, station, sheet(person(), person(出生年月="")))

    page = client.get(f"/veterans/import/{batch.code}/?outcome=ask").content.decode()

    own = [form for form in page.split("<form ")[1:] if f"import/{batch.code}/" in form]
    assert len(own) >= 4
    for form in own:
        assert f'name="seen" value="{batch.version}"' in form or "bad-rows" in form
