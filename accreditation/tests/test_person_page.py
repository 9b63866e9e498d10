"""A person's page: what it shows to whom, changes of status, and who was not contacted."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from activities.models import ServiceRecord
from stations.models import Grid
from tests.factories import (
    ActivityFactory,
    MembershipFactory,
    ParticipationFactory,
    StoryFactory,
    TeamFactory,
    VeteranFactory,
)
from veterans.models import Honour, Veteran

TODAY = timezone.localdate()


@pytest.fixture
def person(station):
    return VeteranFactory(
        station=station, name="张三", former_post="班长", former_post_state="answered",
        current_post_state="none", strengths_state="unknown", phone="19900001111",
    )  # fmt: skip


def page(client, person):
    return client.get(reverse("person", args=[person.code]))


def contact(person, *, days_ago, kind="visit", role="visited", **values):
    activity = ActivityFactory(
        station=person.station, kind=kind, happened_on=TODAY - dt.timedelta(days=days_ago), **values
    )
    ParticipationFactory(activity=activity, veteran=person, role=role)
    return activity


def test_the_page_shows_answers_with_their_state_and_masks_numbers(person, cast, login):
    response = page(login(cast.manager), person)

    assert response.context["answers"] == [
        ("原部队职务", "班长", False), ("现任职务", "无", False),
        ("特点优长", "不详", True), ("荣誉奖励", "未填", True),
    ]  # fmt: skip
    text = response.content.decode()
    assert "199****1111" in text and "19900001111" not in text


def test_honours_without_a_row_are_not_called_answered(person, cast, login):
    Veteran.objects.update(honours_state="answered")

    shown = page(login(cast.manager), person).content.decode()

    assert "已填" not in shown and "未填" in shown


def test_talks_and_services_are_for_those_who_may_read_them(person, cast, login):
    contact(person, days_ago=3, kind="talk", role="participant", title="谈心甲")
    contact(person, days_ago=9, title="走访乙", by_phone=True)
    ServiceRecord.objects.create(
        station=person.station, kind="policy", person=person, received_on=TODAY, matter="事项"
    )

    own = page(login(cast.manager), person).content.decode()
    city = page(login(cast.city), person).content.decode()
    admin = page(login(cast.admin), person).content.decode()

    assert "谈心甲" in own and "走访乙" in own and "政策咨询" in own and "电话联系" in own
    assert f"最近联系 {TODAY}" in own
    assert "谈心甲" in city and "政策咨询" not in city
    assert "走访乙" in admin and "谈心甲" not in admin and "政策咨询" not in admin


def test_hours_stories_and_teams_stand_together(person, cast, login):
    activity = ActivityFactory(station=person.station, kind="volunteering", title="清理河道")
    ParticipationFactory(activity=activity, veteran=person, role="volunteer", hours="2.5")
    StoryFactory(station=person.station, veteran=person, title="老班长")
    MembershipFactory(team=TeamFactory(station=person.station), veteran=person)
    Honour.objects.create(veteran=person, kind="merit_3")

    response = page(login(cast.county), person)

    text = response.content.decode()
    for words in ("清理河道", "2.5 小时", "老班长", "学雷锋志愿服务队", "三等功"):
        assert words in text


def test_the_history_says_who_changed_what_and_hides_numbers(person, cast, station, login):
    client = login(cast.manager)
    url = reverse("record", args=[station.region.code, "roster", "person", person.code])
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"current_post": "务农", "phone": "13900002222", "version": "1", "residence": "away"}
    data = {name: value for name, value in data.items() if value not in (False, [])}

    response = client.post(url, data)
    assert response.status_code == 302, response.context["form"].errors
    assert response["Location"] == reverse("person", args=[person.code])

    (event,) = page(client, person).context["history"]
    changes = {label: (before, after) for label, before, after in event.changes}
    assert event.who == "manager"
    assert changes["现任职务"] == ("", "务农")
    assert changes["居住情况"] == ("常住", "外出务工")
    assert changes["联系电话"] == ("", "已更改")
    assert "13900002222" not in page(client, person).content.decode()
    (veiled,) = page(login(cast.admin), person).context["history"]
    assert veiled.changes == []


def test_a_family_member_is_marked_as_not_counted(person, cast, login):
    Veteran.objects.filter(pk=person.pk).update(person_kind="military_family")

    text = page(login(cast.manager), person).content.decode()

    assert "不计入退役军人人数" in text and "军属</span>" in text


# --- status --------------------------------------------------------------------------


def change(client, person, status, on=TODAY, version=1):
    url = reverse("person_status", args=[person.code])
    return client.post(url, {"status": status, "on": str(on), "version": version}, follow=True)


@pytest.mark.parametrize("status", ["moved", "deceased", "lost"])
def test_nobody_is_deleted_the_status_changes_with_its_day(status, person, cast, login):
    on = TODAY - dt.timedelta(days=10)

    change(login(cast.manager), person, status, on)

    person.refresh_from_db()
    assert (person.status, person.status_on, person.version) == (status, on, 2)
    entry = AuditEntry.objects.get(action="roster.status")
    assert entry.after["状态变更日期"] == on.isoformat()
    assert not Veteran.objects.people().exists()


def test_a_day_to_come_or_no_status_is_refused_and_kept(person, cast, login):
    client = login(cast.manager)
    tomorrow = TODAY + dt.timedelta(days=1)

    late = change(client, person, "moved", tomorrow)
    none = change(client, person, "")

    assert "日期不能晚于今天。" in late.content.decode() and str(tomorrow) in late.content.decode()
    assert "请选择改为什么状态。" in none.content.decode()
    person.refresh_from_db()
    assert person.status == "active"


def test_the_second_of_two_who_change_the_status_is_told(person, cast, login):
    change(login(cast.manager), person, "lost")

    response = change(login(cast.county), person, "deceased", version=1)

    assert response.status_code == 409
    assert "刚刚被他人修改过" in response.content.decode()
    person.refresh_from_db()
    assert person.status == "lost"


def test_back_on_the_roster_only_if_nobody_else_has_the_number(person, cast, login, town_station):
    Veteran.objects.filter(pk=person.pk).update(
        status="moved", id_hash="h", id_check="valid", id_number="321300198507010012"
    )
    VeteranFactory(station=town_station, id_hash="h", id_check="valid")

    response = change(login(cast.manager), person, "active")

    assert "相同的公民身份号码" in response.content.decode()
    person.refresh_from_db()
    assert person.status == "moved"


# --- contacts ------------------------------------------------------------------------


def found(client, station, days=30):
    url = reverse("station_roster", args=[station.region.code])
    response = client.get(url, {"no_contact": days, "columns": "last_contact"})
    rows = response.context["table"]
    return {one.name: cells[0][1] for one, cells in rows}


def test_visits_talks_and_services_are_contacts_and_other_activities_are_not(station, cast, login):
    names = ("走访", "电话", "谈心", "服务", "活动", "从未", "很久", "去世", "迁出")
    people = {name: VeteranFactory(station=station, name=name) for name in names}
    contact(people["走访"], days_ago=5)
    contact(people["电话"], days_ago=5, by_phone=True)
    contact(people["谈心"], days_ago=5, kind="talk", role="participant")
    ServiceRecord.objects.create(
        station=station, kind="policy", person=people["服务"], received_on=TODAY, matter="事项"
    )
    contact(people["活动"], days_ago=5, kind="study", role="participant")
    contact(people["很久"], days_ago=200)
    Veteran.objects.filter(name="去世").update(status="deceased")
    Veteran.objects.filter(name="迁出").update(status="moved")

    late = found(login(cast.manager), station)

    old = (TODAY - dt.timedelta(days=200)).isoformat()
    assert late == {"活动": "", "从未": "", "很久": old}


def test_grids_with_their_liaison_and_their_unreached(station, cast, login):
    grid = Grid.objects.create(station=station, name="东片", liaison="王网格")
    reached = VeteranFactory(station=station, grid=grid)
    VeteranFactory(station=station, grid=grid)
    VeteranFactory(station=station)
    contact(reached, days_ago=1)

    response = login(cast.manager).get(reverse("contacts"), {"days": 30})

    rows = {
        row["grid__name"]: (row["grid__liaison"], row["people"], row["unreached"])
        for row in response.context["rows"]
    }
    assert rows == {"东片": ("王网格", 2, 1), None: (None, 1, 1)}
    assert "王网格" in response.content.decode()


def test_contacts_above_the_county_are_not_counted(station, cast, login):
    assert login(cast.city).get(reverse("contacts")).status_code == 403
    assert login(cast.admin).get(reverse("contacts")).status_code == 403
    response = login(cast.city).get(reverse("veterans"), {"no_contact": "30"})
    assert "no_contact" not in response.context["form"].fields
    assert (
        login(cast.outsider).get(reverse("contacts"), {"station": station.region.code}).status_code
        == 404
    )


@pytest.mark.parametrize("count", [1, 30])
def test_the_pages_cost_the_same_for_much_and_for_little(
    count, person, cast, station, login, django_assert_max_num_queries
):
    for number in range(count):
        contact(person, days_ago=number, title=f"走访{number}")
        Honour.objects.create(veteran=person, kind="merit_3")
        StoryFactory(station=station, veteran=person)
        AuditEntry.objects.create(
            action="record.change", kind="veterans.veteran", object_id=str(person.pk),
            before={"姓名": "甲"}, after={"姓名": "乙"},
        )  # fmt: skip
        VeteranFactory(station=station)
    client = login(cast.manager)
    page(client, person)

    with django_assert_max_num_queries(15):
        assert page(client, person).status_code == 200
    with django_assert_max_num_queries(6):
        client.get(reverse("contacts"))
