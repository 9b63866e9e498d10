"""批量修改: exactly what the page listed is written, all rows or none."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from stations.models import Grid
from tests.factories import VeteranFactory
from veterans import bulk
from veterans.models import BulkEdit, Veteran


@pytest.fixture
def people(station):
    return [VeteranFactory(station=station, name=f"人员{n}") for n in range(3)]


def preview(client, people, change, **extra):
    data = {"person": [p.pk for p in people], "change": change, **extra}
    return client.post(reverse("bulk_preview"), data)


def confirm(client, rows, change):
    return client.post(reverse("bulk_apply"), {"row": rows, "change": change}, follow=True)


def values(name="residence"):
    return list(Veteran.objects.order_by("pk").values_list(name, "version"))


def test_the_page_lists_every_row_and_writes_nothing(people, cast, login):
    Veteran.objects.filter(pk=people[0].pk).update(residence="away")

    response = preview(login(cast.manager), people, "residence:away")

    rows = response.context["rows"]
    assert [(row.person.name, row.old, row.new) for row in rows] == [
        ("人员1", "常住", "外出务工"), ("人员2", "常住", "外出务工"),
    ]  # fmt: skip
    assert "另有 1 人已经是这个内容" in response.content.decode()
    assert values() == [("away", 1), ("local", 1), ("local", 1)]


def test_the_ticked_rows_are_changed_and_each_leaves_its_entry(people, cast, login):
    client = login(cast.manager)

    response = confirm(client, [f"{p.pk}.1" for p in people[:2]], "residence:away")

    assert "已修改2人：居住情况：外出务工。" in response.content.decode()
    assert values() == [("away", 2), ("away", 2), ("local", 1)]
    entries = AuditEntry.objects.filter(action="record.change", reason="批量修改")
    assert {(e.object_id, str(e.before), str(e.after)) for e in entries} == {
        (str(p.pk), "{'居住情况': '常住'}", "{'居住情况': '外出务工'}") for p in people[:2]
    }


def test_one_row_changed_meanwhile_stops_all_of_them(people, cast, login):
    Veteran.objects.filter(pk=people[1].pk).update(version=2, residence="elsewhere")

    response = confirm(login(cast.manager), [f"{p.pk}.1" for p in people], "residence:away")

    assert response.status_code == 409
    assert values() == [("local", 1), ("elsewhere", 2), ("local", 1)]
    text = response.content.decode()
    assert "这一次没有修改任何人" in text and "<del>人户分离</del>" in text
    assert [row.person.name for row in response.context["rows"] if row.is_stale] == ["人员1"]
    assert not AuditEntry.objects.filter(reason="批量修改").exists()


def test_a_row_changed_while_writing_rolls_everything_back(people, cast):
    change = bulk.read_change("residence:away", cast.manager)
    rows, _ = bulk.preview(change, Veteran.objects.order_by("pk"))
    Veteran.objects.filter(pk=people[2].pk).update(version=5)

    with pytest.raises(bulk.Stale):
        bulk.apply(change, rows, by=cast.manager)

    assert values() == [("local", 1), ("local", 1), ("local", 5)]
    assert not AuditEntry.objects.filter(reason="批量修改").exists()


def test_care_categories_are_added_and_taken_away_one_by_one(people, cast, login):
    Veteran.objects.filter(pk=people[0].pk).update(care_categories=["disabled"])
    client = login(cast.manager)

    confirm(client, [f"{p.pk}.1" for p in people[:2]], "care_add:combat")
    assert values("care_categories")[:2] == [(["disabled", "combat"], 2), (["combat"], 2)]

    confirm(client, [f"{people[0].pk}.2"], "care_remove:disabled")
    assert values("care_categories")[0] == (["combat"], 3)


def test_a_grid_takes_only_people_of_its_own_station(people, cast, login, town_station, station):
    grid = Grid.objects.create(station=station, name="东片")
    stranger = VeteranFactory(station=town_station, name="镇上的人")
    client = login(cast.town)

    response = preview(client, [people[0], stranger], f"grid:{grid.pk}")
    assert [bool(row.refusal) for row in response.context["rows"]] == [True, False]
    confirm(client, [f"{people[0].pk}.1", f"{stranger.pk}.1"], f"grid:{grid.pk}")

    people[0].refresh_from_db()
    stranger.refresh_from_db()
    assert (people[0].grid, stranger.grid) == (grid, None)


def test_priority_is_the_county_s_to_set(people, cast, login):
    change = "is_priority:yes"

    response = preview(login(cast.manager), people, change)
    assert response.status_code == 302
    confirm(login(cast.county), [f"{people[0].pk}.1"], change)

    assert list(Veteran.objects.filter(is_priority=True)) == [people[0]]


@pytest.mark.parametrize(
    "change", ["", "residence:moon", "name:张三", "grid:999999", "status:lost"]
)
def test_what_is_not_offered_is_refused_in_words(change, people, cast, login):
    response = client_post(login(cast.manager), people, change)

    assert "请选择要修改成什么" in response.content.decode()
    assert values() == [("local", 1)] * 3


def client_post(client, people, change):
    data = {"person": [p.pk for p in people], "change": change}
    return client.post(reverse("bulk_preview"), data, follow=True)


def test_people_of_another_scope_are_not_touched(people, cast, login):
    response = confirm(login(cast.outsider), [f"{p.pk}.1" for p in people], "residence:away")

    assert response.status_code == 409
    assert values() == [("local", 1)] * 3
    assert preview(login(cast.city), people, "residence:away").status_code == 403


def test_all_that_the_filter_finds_can_be_chosen_up_to_a_limit(people, cast, login, monkeypatch):
    client = login(cast.manager)

    response = preview(client, [], "residence:away", all="1", filters="q=人员1")
    assert [row.person.name for row in response.context["rows"]] == ["人员1"]

    offer = "符合条件的全部"
    assert offer in client.get("/veterans/").content.decode()
    monkeypatch.setattr(bulk, "MOST", 2)
    assert offer not in client.get("/veterans/").content.decode()
    response = client.post(
        reverse("bulk_preview"),
        {"all": "1", "filters": "", "change": "residence:away"},
        follow=True,
    )
    assert "请用查询条件缩小范围" in response.content.decode()


@pytest.mark.parametrize("count", [1, 40])
def test_the_preview_and_the_writing_cost_the_same_for_many(
    count, cast, station, login, django_assert_num_queries
):
    people = VeteranFactory.create_batch(count, station=station)
    client = login(cast.manager)
    client.get("/notices/")

    with django_assert_num_queries(6):
        preview(client, people, "residence:away")
    with django_assert_num_queries(9):
        client.post(
            reverse("bulk_apply"),
            {"row": [f"{p.pk}.1" for p in people], "change": "residence:away"},
        )
    assert Veteran.objects.filter(residence="away").count() == count


# --- taken back ----------------------------------------------------------------------


def undo(client, edit=None):
    edit = edit or BulkEdit.objects.latest("pk")
    return client.post(reverse("bulk_undo", args=[edit.code]), follow=True)


@pytest.mark.parametrize(
    ("change", "column", "old", "new"),
    [
        ("residence:away", "residence", "elsewhere", "away"),
        ("care_add:combat", "care_categories", ["disabled"], ["disabled", "combat"]),
        ("is_priority:yes", "is_priority", False, True),
    ],
)
def test_a_bulk_edit_is_taken_back_as_a_whole(change, column, old, new, people, cast, login):
    Veteran.objects.filter(pk=people[0].pk).update(**{column: old})
    before = values(column)
    client = login(cast.county)
    page = confirm(client, [f"{p.pk}.1" for p in people], change).content.decode()
    assert values(column)[0] == (new, 2)
    assert "撤销这次修改" in page and "人员0" in page

    response = undo(client)

    assert "已撤销，3人恢复到这次批量修改之前。" in response.content.decode()
    assert values(column) == [(value, 3) for value, _ in before]
    entries = AuditEntry.objects.filter(reason="撤销批量修改")
    assert entries.count() == 3 and entries.latest("pk").actor == cast.county
    assert "刚刚已经撤销过" in undo(client).content.decode()
    assert [value for value, _ in values(column)] == [value for value, _ in before]


def test_grids_are_put_back_while_they_exist(people, cast, login, station):
    old, new = (Grid.objects.create(station=station, name=name) for name in ("东片", "西片"))
    Veteran.objects.filter(pk=people[0].pk).update(grid=old)
    client = login(cast.manager)
    confirm(client, [f"{p.pk}.1" for p in people], f"grid:{new.pk}")
    undo(client)
    assert [value for value, _ in values("grid")] == [old.pk, None, None]

    confirm(client, [f"{p.pk}.3" for p in people], f"grid:{new.pk}")
    Veteran.objects.filter(grid=old).update(grid=None)
    old.delete()
    assert "原来的网格已经删除" in undo(client).content.decode()
    assert [value for value, _ in values("grid")] == [new.pk] * 3


def test_one_row_that_was_worked_on_since_keeps_all_of_them(people, cast, login):
    client = login(cast.manager)
    confirm(client, [f"{p.pk}.1" for p in people], "residence:away")
    Veteran.objects.filter(pk=people[1].pk).update(version=3, residence="elsewhere")

    page = client.get(reverse("bulk_edit", args=[BulkEdit.objects.get().code])).content.decode()
    assert "有 1 人在这次修改之后又有改动" in page and "撤销这次修改" not in page
    text = undo(client).content.decode()

    assert "不能整批撤销：人员1在这次修改之后又有改动" in text
    assert values() == [("away", 2), ("elsewhere", 3), ("away", 2)]
    assert BulkEdit.objects.get().undone_at is None
    assert not AuditEntry.objects.filter(reason="撤销批量修改").exists()


def test_a_bulk_edit_is_seen_by_its_unit_and_those_above(people, cast, login):
    confirm(login(cast.manager), [f"{people[0].pk}.1"], "residence:away")
    edit = BulkEdit.objects.get()
    address = reverse("bulk_edit", args=[edit.code])

    for who, status in (("manager", 200), ("town", 200), ("county", 200), ("outsider", 404),
                        ("other_county", 404), ("city", 403), ("leader", 403)):  # fmt: skip
        client = login(getattr(cast, who))
        assert client.get(address).status_code == status
        if status != 200:
            assert undo(client, edit).status_code == status
    assert edit.label in login(cast.county).get(reverse("bulk_edits")).content.decode()
    assert edit.label not in login(cast.outsider).get(reverse("bulk_edits")).content.decode()
    assert values()[0] == ("away", 2)
