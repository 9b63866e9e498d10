"""The pattern of a record, seen through its pages."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from activities.models import Activity, Participation
from records.registry import all_sections, get_section
from stations.models import Facility, Regulation
from stations.tests.record_pages import url
from tests.factories import (
    FacilityFactory,
    PlanItemFactory,
    RegulationFactory,
    ResourceFactory,
    StoryFactory,
    TeamFactory,
    VeteranFactory,
)
from veterans.models import RosterEdition

pytestmark = pytest.mark.django_db


def facility_data(**changes):
    return {"kind": "reading_area", "name": "阅览室", "book_count": "120"} | changes


def test_a_saved_record_belongs_to_the_station_and_leaves_one_entry(cast, station, login):
    page = login(cast.manager).post(
        url("record_new", station, "facilities", "facility"), facility_data(), follow=True
    )

    facility = Facility.objects.get()
    assert (facility.station, facility.book_count) == (station, 120)
    assert facility.created_by == cast.manager
    assert "“阅览室”已保存。" in page.content.decode()
    entry = AuditEntry.objects.get(action="record.create")
    assert (entry.actor, entry.station, entry.after["图书册数"]) == (cast.manager, station, "120")


def test_the_first_record_starts_the_months_of_the_score(cast, station, login):
    login(cast.manager).post(url("record_new", station, "facilities", "facility"), facility_data())

    station.refresh_from_db()
    assert station.records_begin_on == dt.date.today()


def test_bad_input_keeps_what_was_typed_and_writes_nothing(cast, station, login):
    future = (dt.date.today() + dt.timedelta(days=2)).isoformat()
    page = login(cast.manager).post(
        url("record_new", station, "facilities", "facility"), facility_data(changed_on=future)
    )

    text = page.content.decode()
    assert "最近更换日期不能晚于今天。" in text
    assert 'value="阅览室"' in text
    assert not Facility.objects.exists()
    assert not AuditEntry.objects.filter(action="record.create").exists()


def test_the_second_of_two_savers_sees_both_versions_and_loses_nothing(cast, station, login):
    facility = FacilityFactory(station=station, kind="reading_area", name="原名")
    address = url("record", station, "facilities", "facility", facility.pk)
    first, second = login(cast.manager), login(cast.county)
    first.post(address, facility_data(name="甲的名称", version="1"))

    page = second.post(address, facility_data(name="乙的名称", version="1"))

    text = page.content.decode()
    assert page.status_code == 409
    assert "甲的名称" in text and "乙的名称" in text and cast.manager.full_name in text
    facility.refresh_from_db()
    assert facility.name == "甲的名称"
    # Having seen both, saving again is a decision.
    assert 'name="version" value="2"' in text
    second.post(address, facility_data(name="乙的名称", version="2"))
    facility.refresh_from_db()
    assert (facility.name, facility.version) == ("乙的名称", 3)


TODAY = dt.date.today().isoformat()

# What a person would type at least, for every kind of record.
VALID = {
    ("facilities", "facility"): {"kind": "talk_room"},
    ("regulations", "regulation"): {"kind": "study", "title": "制度", "adopted_on": TODAY},
    ("duties", "duty"): {"kind": "person", "post": "站长"},
    ("resources", "use"): {"resource": "resource"},
    ("resources", "resource"): {"theme": "red", "kind": "relic_site", "name": "遗址"},
    ("partners", "partner"): {"name": "小学", "kind": "school"},
    ("grids", "grid"): {"name": "第一网格"},
    ("titles", "title"): {"name": "先进", "level": "county", "awarded_on": TODAY},
    ("outcomes", "outcome"): {"metric": "收入", "year": "2025", "value": "1", "unit": "万元"},
    ("roster", "person"): {
        "name": "张三", "person_kind": "veteran", "former_post_state": "blank",
        "current_post_state": "blank", "strengths_state": "blank", "honours_state": "none",
        "interview_status": "not_started", "plaque": "none", "residence": "local",
        "status": "active",
    },
    ("roster", "honour"): {"veteran": "veteran", "kind": "merit_3", "count": "1"},
    ("roster", "consent"): {"veteran": "veteran", "kind": "story", "given_on": TODAY},
    ("editions", "edition"): {"printed_on": TODAY},
    ("enterprises", "enterprise"): {"name": "农场", "kind": "family_farm", "trade": "种植"},
    ("stories", "story"): {
        "theme": "red", "subject": "other", "subject_name": "某人", "title": "事迹", "body": "正文",
        "source": "口述",
    },
    ("exhibits", "exhibit"): {"place": "hall", "title": "展板", "order": "0"},
    ("volunteers", "team"): {"kinds": ["lei_feng"], "name": "志愿队"},
    ("volunteers", "group"): {"team": "team", "name": "小组", "field": "flood"},
    ("volunteers", "member"): {"team": "team", "veteran": "veteran", "joined_on": TODAY},
    ("plans", "plan"): {"period": "year", "year": "2026", "number": "1", "title": "计划",
                        "state": "draft"},
    ("plans", "item"): {"planned_on": TODAY, "title": "事项"},
    ("activities", "activity"): {"kind": "study", "title": "学习", "happened_on": TODAY,
                                 "other_headcount": "0"},
    ("receptions", "reception"): {"received_on": TODAY, "visitor": "甲", "matter": "咨询",
                                  "handler": "乙"},
    ("services", "service"): {"kind": "policy", "received_on": TODAY, "matter": "咨询"},
    ("publicity", "publicity"): {"channel": "tv", "level": "county", "title": "报道",
                                 "published_on": TODAY},
    ("films", "film"): {"title": "短片", "duration": "120", "made_on": TODAY},
    ("surveys", "response"): {"source": "paper", "respondent": "veteran", "honour": "5",
                              "belonging": "4", "gain": "4", "overall": "5", "given_on": TODAY},
    ("notes", "note"): {"title": "经验", "written_on": TODAY},
}  # fmt: skip


def typed(section, kind, station):
    """The valid data with names of rows replaced by rows of the station."""
    rows = {
        "resource": lambda: ResourceFactory(region=station.region),
        "veteran": lambda: VeteranFactory(station=station),
        "team": lambda: TeamFactory(station=station),
    }
    data = VALID[section, kind]
    return {k: rows[v]().pk if k == v and v in rows else v for k, v in data.items()}


@pytest.mark.parametrize(("section", "kind"), VALID)
def test_no_edit_form_overwrites_silently(cast, station, login, section, kind):
    """Two tabs: the second saver is told and the first one's version stays (Q3)."""
    client = login(cast.county)
    data = typed(section, kind, station)
    client.post(url("record_new", station, section, kind), data)
    known = get_section(section).kind(kind)
    record = known.model.objects.latest("pk")
    address = url("record", station, section, kind, getattr(record, known.lookup))
    known.model.objects.filter(pk=record.pk).update(version=2)

    second = client.post(address, data | {"version": "1"})

    assert second.status_code == 409
    assert "您的内容还没有保存" in second.content.decode()
    assert known.model.objects.get(pk=record.pk).version == 2
    seen = client.post(address, data | {"version": "2"})
    assert seen.status_code == 302
    assert known.model.objects.get(pk=record.pk).version == 3


def test_every_kind_is_in_the_table_of_valid_data():
    assert set(every_edit_form()) == set(VALID)


def every_edit_form():
    return [(s.slug, k.slug) for s in all_sections() for k in s.kinds]


@pytest.mark.parametrize(("section", "kind"), every_edit_form())
def test_every_kind_of_record_has_a_list_and_a_form(cast, station, login, section, kind):
    client = login(cast.county)

    listing = client.get(reverse("section", args=[station.region.code, section]), {"part": kind})
    form = client.get(url("record_new", station, section, kind))

    assert "还没有记录" in listing.content.decode()
    assert 'name="csrfmiddlewaretoken"' in form.content.decode()
    empty = client.post(url("record_new", station, section, kind), {})
    assert empty.status_code in (200, 302)
    if empty.status_code == 200:
        assert re.search(r"请(填写|选择)[^。<]+。<", empty.content.decode())


def test_a_form_is_prefilled_from_its_address(cast, station, login):
    page = login(cast.manager).get(
        url("record_new", station, "facilities", "facility"), {"kind": "honour_wall"}
    )

    assert '<option value="honour_wall" selected>' in page.content.decode()


def test_a_choice_outside_the_scope_is_not_offered_and_not_taken(
    cast, station, other_station, login
):
    stranger = VeteranFactory(station=other_station)
    page = login(cast.manager).post(
        url("record_new", station, "volunteers", "team"),
        {"kinds": ["lei_feng"], "name": "队伍", "leader": stranger.pk},
    )

    assert "请从列表中选择" in page.content.decode()


def test_a_missing_person_is_asked_for_in_one_sentence(cast, station, login):
    page = login(cast.manager).post(
        url("record_new", station, "roster", "honour"), {"kind": "medal", "veteran": ""}
    )

    assert page.context["form"].errors["veteran"] == ["请选择人员。"]


def test_deleting_asks_first_and_keeps_the_content_in_the_log(cast, station, login):
    regulation = RegulationFactory(station=station)
    address = url("record_delete", station, "regulations", "regulation", regulation.pk)
    client = login(cast.manager)

    assert "确定删除" in client.get(address).content.decode()
    assert Regulation.objects.filter(pk=regulation.pk).exists()
    client.post(address)

    assert not Regulation.objects.filter(pk=regulation.pk).exists()
    assert AuditEntry.objects.get(action="record.delete").before["内容"] == regulation.body


def test_a_record_in_use_is_not_deleted_and_says_why(cast, station, login):
    story = StoryFactory(station=station, veteran=VeteranFactory(station=station))
    team = TeamFactory(station=station)
    Activity.objects.create(
        station=station, kind="volunteering", title="服务", happened_on=dt.date.today(), team=team
    )
    client = login(cast.manager)

    page = client.post(url("record_delete", station, "volunteers", "team", team.pk), follow=True)

    assert "正在被活动台账使用，不能删除" in page.content.decode()
    assert story.veteran is not None


def activity_data(**changes):
    return {
        "kind": "volunteering",
        "title": "清扫公园",
        "happened_on": dt.date.today().isoformat(),
        "other_headcount": "0",
    } | changes


def test_an_activity_records_who_did_what(cast, station, login):
    one, two = VeteranFactory.create_batch(2, station=station)
    client = login(cast.manager)
    client.post(
        url("record_new", station, "activities", "activity"),
        activity_data(volunteers=[one.pk, two.pk], speakers=[one.pk], hours="2.5"),
    )
    activity = Activity.objects.get()
    rows = set(Participation.objects.values_list("veteran_id", "role", "hours"))
    assert {(v, r) for v, r, _ in rows} == {
        (one.pk, "volunteer"),
        (two.pk, "volunteer"),
        (one.pk, "speaker"),
    }

    client.post(
        url("record", station, "activities", "activity", activity.pk),
        activity_data(volunteers=[two.pk], hours="3", version="1"),
    )

    left = Participation.objects.get()
    assert (left.veteran_id, left.role, left.hours) == (two.pk, "volunteer", 3)


def test_an_activity_from_a_plan_item_is_filled_in(cast, station, login):
    item = PlanItemFactory(station=station, title="“八一”座谈", place="站内", owner="李四")

    page = login(cast.manager).get(
        url("record_new", station, "activities", "activity"), {"plan_item": item.pk}
    )

    text = page.content.decode()
    assert "“八一”座谈" in text and 'value="站内"' in text and 'value="李四"' in text


def test_a_town_keeps_the_records_of_its_villages(cast, station, login):
    login(cast.town).post(url("record_new", station, "facilities", "facility"), facility_data())

    assert Facility.objects.get().station == station


def test_an_edition_counts_the_roster_itself(cast, station, login):
    VeteranFactory.create_batch(3, station=station)
    VeteranFactory(station=station, status="deceased")
    client = login(cast.manager)
    address = url("record_new", station, "editions", "edition")

    missing = client.post(address, {"confirmed_on": dt.date.today().isoformat()})
    assert "核对花名册时必须填写" in missing.content.decode()
    for _ in range(2):
        client.post(address, {"printed_on": dt.date.today().isoformat(), "counted_rows": "3"})

    editions = RosterEdition.objects.order_by("edition").values_list("edition", "row_count")
    assert list(editions) == [(1, 3), (2, 3)]


def test_whoever_comes_from_the_scorecard_is_led_back_to_its_line(cast, station, login):
    client = login(cast.manager)
    card_line = f"/stations/{station.code}/scorecard/?track=red#C1.3"
    new = url("record_new", station, "facilities", "facility") + "?kind=reading_area&back=red-C1.3"

    form = client.get(new).content.decode()
    saved = client.post(new, facility_data(), follow=True).content.decode()

    assert card_line in form
    assert card_line in saved


@pytest.mark.parametrize("back", ["//evil.example", "red-X9.9", "blue-C1.1", "red-C1.1%0d"])
def test_the_way_back_is_only_ever_a_line_of_the_scorecard(cast, station, login, back):
    new = url("record_new", station, "facilities", "facility")

    page = login(cast.manager).get(f"{new}?back={back}").content.decode()

    assert "返回对标自评" not in page


def test_a_link_to_a_new_record_shows_those_that_are_there_already(cast, station, login):
    room = FacilityFactory(station=station, kind="talk_room", name="老兵谈心室")
    other = FacilityFactory(station=station, kind="reading_area", name="图书角")

    page = login(cast.manager).get(
        url("record_new", station, "facilities", "facility") + "?kind=talk_room"
    )

    assert url("record", station, "facilities", "facility", room.pk) in page.content.decode()
    assert url("record", station, "facilities", "facility", other.pk) not in page.content.decode()


def test_who_may_only_read_a_record_reads_it_and_meets_no_form(cast, station, login):
    team = TeamFactory(station=station, kinds=["lei_feng", "hometown"], leader=None)
    activity = Activity.objects.create(
        station=station,
        kind="volunteering",
        title="清理河道",
        happened_on=dt.date(2026, 5, 4),
        tags=["environment"],
        team=team,
        other_headcount=7,
    )
    person = VeteranFactory(station=station, name="赵志愿")
    Participation.objects.create(activity=activity, veteran=person, role="volunteer", hours=2)
    address = url("record", station, "activities", "activity", activity.pk)

    read = login(cast.city).get(address)
    written = login(cast.manager).get(address)

    facts = {str(field.label): text for field, text in read.context["form"].facts()}
    assert facts["活动类型"] == "志愿服务"
    assert facts["活动标签"] == "生态环境改善"
    assert facts["活动时间"] == "2026-05-04"
    assert facts["志愿服务队"] == team.name
    assert facts["志愿服务人员"] == "赵志愿"
    assert facts["其他参加人数"] == "7"
    assert facts["补录"] == "否"
    assert "清理河道" in read.content.decode()
    for word in ("data-draft=", "严禁上传涉密内容"):
        assert word not in read.content.decode()
        assert word in written.content.decode()
