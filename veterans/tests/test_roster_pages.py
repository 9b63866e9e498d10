"""The roster pages: filters, columns, saved views, and the same queries for any number."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from stations.models import Grid, Region, Station
from tests.factories import VeteranFactory
from veterans.columns import COLUMNS
from veterans.models import Honour, SavedView, Strength, Veteran
from veterans.roster_views import count_kinds, count_scope
from veterans.templatetags.people import marks


def names(response):
    return sorted(person.name for person, _ in response.context["table"])


def listed(client, station=None, **query):
    url = reverse("station_roster", args=[station.region.code]) if station else "/veterans/"
    return client.get(url, query)


@pytest.fixture
def people(station, town_station, other_station):
    grid = Grid.objects.create(station=station, name="东片", liaison="联络员甲")
    make = VeteranFactory
    return {
        "a": make(
            station=station, name="张三", pinyin="zhang san", initials="zs",
            birth_date=dt.date(1950, 1, 1), political_status="party_member", grid=grid,
            former_post="班长", former_post_state="answered", current_post_state="none",
            strengths_state="none", honours_state="answered", residence="away",
            war_tags=["vietnam"], care_categories=["combat", "rural_60"],
        ),
        "b": make(
            station=station, name="李四", pinyin="li si", initials="ls",
            birth_date=dt.date(1990, 1, 1), political_status="probationary",
            former_post_state="unknown", is_priority=True,
        ),
        "c": make(station=station, name="王五", person_kind="survivor", status="active"),
        "d": make(station=town_station, name="赵六", status="deceased"),
        "e": make(station=other_station, name="别处的人"),
    }  # fmt: skip


CASES = [
    ({"q": "zs"}, ["张三"]),
    ({"q": "李"}, ["李四"]),
    ({"person_kind": "survivor"}, ["王五"]),
    ({"status": "deceased"}, ["赵六"]),
    ({"missing": "former_post"}, ["李四", "王五", "赵六"]),
    ({"missing": "current_post", "person_kind": "veteran"}, ["李四", "赵六"]),
    ({"missing": "birth"}, ["王五", "赵六"]),
    ({"care": "rural_60"}, ["张三"]),
    ({"war": "vietnam"}, ["张三"]),
    ({"war": "any"}, ["张三"]),
    ({"war": "korea"}, []),
    ({"political": "party"}, ["张三", "李四"]),
    ({"political": "party_member"}, ["张三"]),
    ({"age_from": "60"}, ["张三"]),
    ({"age_to": "60"}, ["李四"]),
    ({"residence": "away"}, ["张三"]),
    ({"priority": "on"}, ["李四"]),
    ({"honour": "any"}, ["张三"]),
    ({"honour": "merit"}, []),
    ({"honour": "commendation"}, ["张三"]),
    ({"missing": "photos", "status": "deceased"}, ["赵六"]),
]


@pytest.mark.parametrize(("query", "found"), CASES)
def test_a_filter_finds_exactly_its_people(query, found, people, cast, login):
    Honour.objects.create(veteran=people["a"], kind="commendation")

    response = listed(login(cast.county), **query)

    assert names(response) == sorted(found)


def test_a_strength_and_a_grid_narrow_the_list(people, cast, station, login):
    strength = Strength.objects.first()
    people["b"].strengths.add(strength)
    client = login(cast.manager)

    assert names(listed(client, station, strength=strength.pk)) == ["李四"]
    assert names(listed(client, station, grid=people["a"].grid_id)) == ["张三"]
    assert names(listed(client, station, grid="none")) == ["李四", "王五"]


def test_everybody_sees_the_own_scope_alone(people, cast, station, login):
    assert names(listed(login(cast.manager))) == ["张三", "李四", "王五"]
    assert names(listed(login(cast.outsider))) == ["别处的人"]
    assert "赵六" in names(listed(login(cast.town)))
    # A station's code in the address opens nothing that is not there for the reader.
    foreign = login(cast.outsider).get("/veterans/", {"station": station.region.code})
    assert names(foreign) == []
    assert listed(login(cast.outsider), station).status_code == 404
    assert listed(login(cast.leader), station).status_code == 403


def test_survivors_are_on_the_list_and_not_among_the_veterans(people, cast, station, login):
    response = listed(login(cast.manager), station)

    assert response.context["counts"] == {"total": 3, "veterans": 2, "others": 1}
    text = response.content.decode()
    assert "在册退役军人 2 人" in text and "不计入退役军人" in text
    assert "遗属</span>" in text


def test_the_head_of_the_whole_list_counts_as_a_filtered_one_does(
    station, town_station, other_station, cast
):
    for place in (station, station, town_station, other_station):
        for kind in Veteran.PersonKind:
            for status in Veteran.Status:
                person = VeteranFactory(station=place, person_kind=kind, status=status)
    for place in (station, other_station):
        VeteranFactory(station=place, status="moved", merged_into=person)

    found = {}
    for user in (cast.city, cast.county, cast.outsider, cast.town):
        found[user] = count_scope(user)
        people = Veteran.objects.visible_to(user).unmerged()
        assert found[user] == count_kinds(people), user

    assert found[cast.city] == {"total": 64, "veterans": 4, "others": 12}
    assert found[cast.county]["total"] < 64
    assert count_scope(cast.leader) == {"total": 0, "veterans": 0, "others": 0}


def test_the_city_does_not_count_what_lies_outside_it(station, cast):
    VeteranFactory(station=station)
    assert count_scope(cast.city)["total"] == 1

    elsewhere = Region.objects.create(code="990000", name="别的市", level="city", path="990000/")
    VeteranFactory(station=Station.objects.create(region=elsewhere, name="别的市的站"))

    assert count_scope(cast.city) == {"total": 1, "veterans": 1, "others": 0}


def test_the_marks_beside_a_name_say_who_is_to_be_visited_and_who_is_gone(station, cast, login):
    make = VeteranFactory
    priority = make(station=station, is_priority=True)
    dead = make(station=station, is_priority=True, status="deceased", person_kind="other_care")
    merged = make(station=station, status="moved", merged_into=priority)

    shown = {person.pk: marks(person) for person in (priority, dead, merged)}

    assert "重点走访" in shown[priority.pk] and "其他优抚" not in shown[priority.pk]
    assert "其他优抚" in shown[dead.pk] and "已去世" in shown[dead.pk]
    assert "重点走访" not in shown[dead.pk]
    assert "已并入另一条" in shown[merged.pk] and "已迁出" not in shown[merged.pk]
    client = login(cast.manager)
    page = listed(client, station).content.decode()
    page += listed(client, station, status="merged").content.decode()
    assert all(str(mark) in page for mark in shown.values())


def test_the_tabs_of_a_station_lead_to_all_that_hangs_on_its_people(people, cast, station, login):
    client = login(cast.manager)
    page = listed(client, station).content.decode()

    for part, heading in (("honour", "荣誉奖励"), ("consent", "个人同意事项")):
        assert f'href="?part={part}">{heading}</a>' in page
        assert heading in listed(client, station, part=part).content.decode()


def test_a_mistaken_condition_says_so_and_finds_nobody(people, cast, login):
    response = listed(login(cast.county), age_from="70", age_to="60")

    assert names(response) == []
    assert "最大年龄不能小于最小年龄。" in response.content.decode()
    assert 'value="70"' in response.content.decode()


def test_the_chosen_columns_are_shown_and_numbers_stay_masked(people, cast, station, login):
    Veteran.objects.filter(pk=people["a"].pk).update(
        phone="19900001111", id_number="32130019850701008X"
    )

    response = listed(
        login(cast.manager), station, columns=["phone", "id_number", "care", "grid"], q="zs"
    )

    (_, cells) = response.context["table"][0]
    assert {column.label: cell for column, cell in cells} == {
        "公民身份号码": "32*************08X", "联系电话": "199****1111",
        "优抚类别": "参战退役人员、年满60周岁农村籍退役士兵", "网格": "东片",
    }  # fmt: skip


def test_the_column_of_the_station_has_its_own_name(people, cast, station, login):
    station.region.name, station.name = "甲一村委会", "甲镇甲一村退役军人服务站"
    station.region.save()
    station.save()

    response = listed(login(cast.county), q="zs", columns="station")

    ((_, cells),) = response.context["table"]
    assert [cell for _, cell in cells] == ["甲镇甲一村"]


def test_the_dead_grow_no_older(people, cast, station, login):
    def age():
        ((_, cells),) = listed(login(cast.manager), station, q="zs", columns="age").context["table"]
        return cells[0][1]

    assert age() >= 75
    Veteran.objects.filter(pk=people["a"].pk).update(status="deceased")
    assert age() == ""


def test_an_answer_says_none_unknown_or_nothing(people, cast, station, login):
    response = listed(login(cast.manager), station, columns=["former_post", "current_post"])

    cells = {
        person.name: {column.label: cell for column, cell in cells}
        for person, cells in response.context["table"]
    }
    assert cells["张三"] == {"原部队职务": "班长", "现任职务": "无"}
    assert cells["李四"] == {"原部队职务": "不详", "现任职务": ""}


# --- saved views ---------------------------------------------------------------------


def save(client, station=None, name="未填党员", query="political=party&columns=phone"):
    filters = f"{query}&station={station.region.code}" if station else query
    return client.post(reverse("roster_view_save"), {"name": name, "filters": filters})


def test_a_view_is_kept_and_opens_for_a_colleague_in_his_own_scope(
    people, cast, station, login, town_station
):
    save(login(cast.county))
    view = SavedView.objects.get()

    for person, found in (("county", ["张三", "李四"]), ("manager", ["张三", "李四"])):
        response = login(getattr(cast, person)).get(f"/veterans/views/{view.code}/", follow=True)
        assert names(response) == sorted(found)
        assert [c.key for c in response.context["columns"]] == ["phone"]
    assert AuditEntry.objects.filter(action="roster.view_save").count() == 1


def test_a_colleague_is_told_whose_view_he_opened(people, cast, login):
    save(login(cast.county), name="四项未填的党员")
    address = f"/veterans/views/{SavedView.objects.get().code}/"
    told = f"{cast.county.full_name}共享的视图"

    page = login(cast.manager).get(address, follow=True).content.decode()
    assert told in page and "四项未填的党员" in page
    assert told not in login(cast.county).get(address, follow=True).content.decode()
    # Whoever may not open the view learns nothing of it from the address either.
    code = SavedView.objects.get().code
    assert told not in login(cast.outsider).get("/veterans/", {"view": code}).content.decode()


def test_a_view_shows_a_colleague_nothing_beyond_his_rights(people, cast, login, tree):
    save(login(cast.city), query="columns=last_contact&status=deceased")
    view = SavedView.objects.get()

    response = login(cast.manager).get(f"/veterans/views/{view.code}/", follow=True)

    assert names(response) == []
    # A column that the reader may not see falls away.
    response = login(cast.city).get(f"/veterans/views/{view.code}/", follow=True)
    assert "last_contact" not in [c.key for c in response.context["columns"]]


def test_a_view_of_another_line_of_regions_is_not_there(cast, login):
    save(login(cast.manager), query="q=张三")
    view = SavedView.objects.get()

    assert login(cast.outsider).get(f"/veterans/views/{view.code}/").status_code == 404
    assert login(cast.leader).get(f"/veterans/views/{view.code}/").status_code == 403
    assert login(cast.county).post(f"/veterans/views/{view.code}/delete/").status_code == 404
    assert SavedView.objects.exists()


def test_the_same_name_replaces_the_view_and_its_owner_deletes_it(cast, login, station):
    client = login(cast.manager)
    save(client)
    save(client, station, query="status=lost")

    view = SavedView.objects.get()
    assert (view.station, view.query) == (station, "status=lost")
    client.post(f"/veterans/views/{view.code}/delete/")
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_is_not_saved(cast, login):
    client = login(cast.manager)

    response = client.post(
        reverse("roster_view_save"), {"name": " ", "filters": "status=lost"}, follow=True
    )

    assert "请填写视图名称" in response.content.decode()
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("words", ["321300198507010012", "138 1234 5678", "１３８１２３４５６７８"])
def test_a_view_keeps_no_number_of_a_person(cast, login, words):
    """It is read by colleagues, and stands in the log."""
    client = login(cast.manager)

    for name, query in (("找人", f"q={words}"), (f"找{words}", "status=lost")):
        response = client.post(
            reverse("roster_view_save"), {"name": name, "filters": query}, follow=True
        )
        assert "不能保存为视图" in response.content.decode()
    assert not SavedView.objects.exists()


# --- queries -------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 60])
def test_a_roster_costs_the_same_for_one_and_for_many(
    rows, cast, station, login, django_assert_num_queries
):
    people = VeteranFactory.create_batch(rows, station=station)
    for person in people:
        person.strengths.set(Strength.objects.all()[:2])
        Honour.objects.create(veteran=person, kind="merit_3")
    client = login(cast.county)
    listed(client, station, missing="photos")  # fills the cache of content types

    with django_assert_num_queries(7):
        listed(client)
    with django_assert_num_queries(8):
        listed(client, station)
    every = ["grid", "photos", "last_contact", "strengths", "phone"]
    with django_assert_num_queries(11):
        listed(client, station, columns=every, no_contact="30")


@pytest.mark.parametrize("key", [column.key for column in COLUMNS])
def test_a_column_reads_nothing_person_by_person(key, station, cast, login):
    grid = Grid.objects.create(station=station, name="东片")
    first = VeteranFactory(station=station, grid=grid)
    client = login(cast.county)
    listed(client, columns=key, missing="photos")

    with CaptureQueriesContext(connection) as for_one:
        assert listed(client, columns=key).context["table"][0][0] == first
    VeteranFactory.create_batch(5, station=station, grid=grid)
    with CaptureQueriesContext(connection) as for_six:
        listed(client, columns=key)

    assert len(for_one) == len(for_six)
