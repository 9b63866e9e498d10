"""花名册导入: rows whose people changed between preview and writing wait with what is true now."""

from records.fields import keyed_hash
from tests.factories import VeteranFactory
from veterans.models import Veteran
from veterans.tests.test_import_pages import act, person, sheet, upload


def test_whoever_was_changed_since_the_preview_is_not_overwritten(cast, station, login):
    client = login(cast.manager)
    first = upload(client, station, sheet(person()))
    act(client, first, "import_confirm")
    batch = upload(client, station, sheet(person(现任职务="退休")))
    Veteran.objects.update(current_post="村民小组长", version=5)

    page = act(client, batch, "import_confirm").content.decode()

    assert "退回待确认" in page
    assert Veteran.objects.get().current_post == "村民小组长"
    assert batch.rows.get().outcome == "ask"


def test_what_came_back_shows_what_it_would_change_now_and_can_be_accepted(cast, station, login):
    client = login(cast.manager)
    act(client, upload(client, station, sheet(person(现任职务="务农"))), "import_confirm")
    batch = upload(client, station, sheet(person(现任职务="退休")))
    Veteran.objects.update(current_post="村民小组长", version=5)
    act(client, batch, "import_confirm")

    page = client.get(f"/veterans/import/{batch.code}/").content.decode()
    assert "村民小组长" in page
    act(client, batch, "import_row", {"decision": "accept"}, pk=batch.rows.get().pk)
    page = act(client, batch, "import_confirm").content.decode()

    assert "更新1人" in page
    assert Veteran.objects.get().current_post == "退休"


def test_who_came_in_since_the_preview_is_offered_as_the_person_of_the_row(cast, station, login):
    number = "321300198507010012"
    client = login(cast.manager)
    row = person(身份证号=number, 出生年月="1985.07", 入伍时间="2003.12", 退役时间="2005.12")
    batch = upload(client, station, sheet(row))
    colleague = VeteranFactory(
        station=station, name="张三", id_number=number, id_hash=keyed_hash(number),
        id_check="valid", current_post="",
    )  # fmt: skip

    assert "退回待确认" in act(client, batch, "import_confirm").content.decode()
    back = batch.rows.get()
    assert (back.action, back.person) == ("update", colleague)
    act(client, batch, "import_row", {"decision": "accept"}, pk=back.pk)
    act(client, batch, "import_confirm")

    assert Veteran.objects.get().current_post == "务农"


def test_what_a_colleague_has_entered_meanwhile_needs_no_decision(cast, station, login):
    client = login(cast.manager)
    act(client, upload(client, station, sheet(person(现任职务="务农"))), "import_confirm")
    batch = upload(client, station, sheet(person(现任职务="退休")))
    Veteran.objects.update(current_post="退休", version=5)

    page = act(client, batch, "import_confirm").content.decode()

    assert "退回" not in page
    assert batch.rows.get().outcome == "unchanged"


def test_two_rows_for_one_person_in_one_go_leave_the_second_to_be_seen_again(cast, station, login):
    client = login(cast.manager)
    act(client, upload(client, station, sheet(person(现任职务="务农"))), "import_confirm")
    again = person(出生年月="", 入伍时间="", 现任职务="退休")
    batch = upload(client, station, sheet(person(现任职务="村会计"), again))
    act(client, batch, "import_decide_all", {"decision": "accept"})

    page = act(client, batch, "import_confirm").content.decode()

    assert "更新1人" in page and "有1行" in page
    assert Veteran.objects.get().current_post == "村会计"
    waiting = batch.rows.get(written_at=None)
    assert [(one["old"], one["new"]) for one in waiting.changes] == [("村会计", "退休")]


def test_a_second_row_of_one_stored_person_says_so_once_and_can_update(cast, station, login):
    client = login(cast.manager)
    act(client, upload(client, station, sheet(person(现任职务="务农"))), "import_confirm")
    again = person(出生年月="", 入伍时间="", 现任职务="退休")
    batch = upload(client, station, sheet(person(现任职务="务农"), again))
    row = batch.rows.get(outcome="ask")

    (asked,) = [note for note in row.notes if note["level"] == "ask"]
    assert "更新此人" in asked["message"] and "第2行" in asked["message"]
    act(client, batch, "import_row", {"decision": "accept"}, pk=row.pk)
    page = act(client, batch, "import_confirm").content.decode()

    assert "更新1人" in page
    assert Veteran.objects.get().current_post == "退休"
