"""The desk shows each role what waits for it, and the same number of queries for any number."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts import tries
from accreditation.desk import waiting
from accreditation.desk.markup import town_lines
from accreditation.models import Application, NotApplicable, Programme, Rubric, Target
from records.kept import kept
from records.models import Feedback, Job, Notice
from tests.factories import (
    ActivityFactory,
    PlanItemFactory,
    RegionFactory,
    StationFactory,
    VeteranFactory,
)
from veterans.faults import listing
from veterans.faults.detection import check

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def programme(db):
    rubric, _ = Rubric.objects.get_or_create(version=99)
    return Programme.objects.create(
        name="测试方案", starts_on="2026-01-01", ends_on="2028-12-31", rubric=rubric
    )


@pytest.fixture
def apply(programme):
    """An application of the station in the given state, whatever road led there."""

    def _apply(station, state, **fields):
        number = f"T-{Application.objects.count() + 1:04}"
        return Application.objects.create(
            programme=programme, station=station, track="red", number=number, state=state, **fields
        )

    return _apply


def numbers(context):
    return {figure.label: figure.number for figure in context["figures"]}


def test_a_station_sees_its_own_drafts_and_what_came_back(cast, tree, station, town_station, apply):
    own = apply(station, "returned", returned_to="station", returned_from="county_review")
    apply(tree.stations["321322100202"], "draft")
    apply(town_station, "county_review")

    context = waiting.of_station(cast.manager, today=TODAY)

    assert context["applications"] == [own]


def test_what_the_county_submits_again_the_station_still_mends(cast, station, apply):
    own = apply(station, "returned", returned_to="county", returned_from="city_review")

    assert waiting.of_station(cast.manager, today=TODAY)["applications"] == [own]


def test_a_town_endorses_its_villages_and_keeps_its_own_draft(cast, tree, town_station, apply):
    own = apply(town_station, "draft")
    village = apply(tree.stations["321322100201"], "town_review")
    apply(tree.stations["321322100202"], "draft")

    context = waiting.of_station(cast.town, today=TODAY)

    assert set(context["applications"]) == {own, village}


def test_plan_items_are_open_ones_of_the_ten_days_before_and_after(cast, station, town_station):
    def item(days, **fields):
        return PlanItemFactory(
            station=fields.pop("station", station),
            planned_on=TODAY + dt.timedelta(days=days),
            **fields,
        )

    first, last = item(-10), item(10)
    item(-11), item(11), item(3, cancelled_reason="大雨"), item(3, station=town_station)
    ActivityFactory(station=station, plan_item=item(4), happened_on=TODAY)

    context = waiting.of_station(cast.manager, today=TODAY)

    assert context["items"] == [first, last]


def test_a_county_sees_its_queue_and_each_town_in_one_row(
    cast, tree, station, other_station, apply
):
    waits = apply(station, "county_review")
    apply(other_station, "county_review")
    apply(tree.stations["321322100202"], "city_review")
    station.registered_veterans, station.population = 40, 900
    station.save()

    context = waiting.of_county(cast.county, today=TODAY)

    assert context["applications"] == [waits]
    assert [(t.name, t.stations, t.lacking, t.open, t.named) for t in context["towns"]] == [
        ("甲镇", 3, 2, 2, 0)
    ]
    assert numbers(context)["待初审、待补正的申报"] == 1
    assert numbers(context)["缺人口或建档人数的站"] == 2
    line = '甲镇</a></th><td class="text-end">3</td><td class="text-end">2</td>'
    assert line + '<td class="text-end">—</td><td class="text-end">2</td>' in context["town_lines"]


def test_the_name_of_a_town_is_a_text_in_its_line_and_in_its_address():
    lines = town_lines([waiting.TownRow("<b>&甲 镇", "321322100")])

    assert "&lt;b&gt;&amp;甲 镇</a>" in lines and "<b>" not in lines
    assert "?q=%3Cb%3E%26%E7%94%B2%20%E9%95%87" in lines


def test_the_desk_counts_the_faults_that_the_page_of_faults_lists(
    cast, tree, station, town_station, other_station
):
    for place in (station, station, town_station, other_station):
        VeteranFactory(
            station=place, name="张三", birth_date=dt.date(1955, 3, 1), birth_precision="month"
        )
    VeteranFactory(station=other_station, enlisted_on=dt.date(1962, 9, 1))
    check()

    found = {}
    for reader in (cast.county, cast.outsider, cast.city):
        listed = listing.lines(listing.open_faults(reader))
        found[reader] = len(kept(waiting._fault_lines, reader))
        assert found[reader] == listed.count() > 0, reader
    assert len(kept(waiting._own_faults, cast.manager)) > 0
    assert found[cast.outsider] < found[cast.city]


def test_the_city_sees_states_targets_and_proposals(cast, tree, station, other_station, apply):
    apply(station, "county_review")
    visited = apply(other_station, "site_visit")
    Target.objects.create(
        programme=visited.programme, region=tree.county, track="red", due_on=TODAY, number=3
    )
    NotApplicable.objects.create(station=station, requirement="R1.1", reason="本地没有")
    NotApplicable.objects.create(
        station=other_station, requirement="R1.1", reason="无", confirmed_on=TODAY
    )

    context = waiting.of_city(cast.city, today=TODAY)

    assert numbers(context) == {"市级评审": 0, "实地核验": 1, "集体研究": 0, "公示中": 0}
    assert context["applications"] == [visited]
    assert [(row["region__name"], row["n"]) for row in context["targets"]] == [("沭阳县", 1)]
    assert [row.station for row in context["proposals"]] == [station]


def test_what_the_city_has_to_confirm_is_one_click_away(cast, tree, station, apply, login):
    programme = apply(station, "county_review").programme
    Target.objects.create(
        programme=programme, region=tree.county, track="red", due_on=TODAY, number=3
    )
    NotApplicable.objects.create(station=station, requirement="R1.1", reason="本地没有")

    page = login(cast.city).get("/").content.decode()

    code = station.region.code
    assert f'href="/stations/{code}/scorecard/?track=red#R1.1"' in page
    assert "红色1-1 不适用" in page
    county = tree.county.code
    assert f'href="/accreditation/targets/{county}/?programme={programme.pk}"' in page


def test_targets_that_were_returned_wait_for_the_county(cast, tree, programme):
    Target.objects.create(
        programme=programme, region=tree.county, track="red", due_on=TODAY, number=3,
        return_reason="请核实",
    )  # fmt: skip

    assert waiting.of_city(cast.city, today=TODAY)["targets"] == []


def test_the_administrator_sees_locks_failures_and_questions(cast):
    for _ in range(5):
        tries.take("county")
        tries.take("nobody")
    Job.objects.create(kind="x", title="导入", state="failed", created_by=cast.county)
    Job.objects.create(kind="x", title="导出", state="done", created_by=cast.county)
    Feedback.objects.create(user=cast.manager, text="字太小")
    Feedback.objects.create(user=cast.manager, text="谢谢", answer="不客气")

    context = waiting.of_admin(cast.admin, today=TODAY)

    assert numbers(context) == {
        "启用的账号": 10,
        "已锁定的账号": 1,
        "尚未首次登录的账号": 0,
        "七天内未成功的任务": 1,
        "待答复的意见": 1,
    }
    assert context["locked"] == [cast.county]
    assert [job.title for job in context["failed"]] == ["导入"]


def test_a_reader_goes_to_the_progress_page(login, cast):
    assert login(cast.leader).get("/").url == "/accreditation/progress/"


@pytest.mark.parametrize("extra", [0, 15])
@pytest.mark.parametrize("person", ["manager", "town", "county", "city", "admin"])
def test_a_desk_costs_at_most_twelve_queries_for_any_number_of_rows(
    person, extra, login, cast, tree, apply, django_assert_max_num_queries
):
    apply(tree.stations["321322100201"], "town_review")
    states = ["town_review", "county_review", "city_review", "public_notice", "returned"]
    for i in range(extra):
        station = StationFactory(region=RegionFactory(parent=tree.town, name=f"第{i}村"))
        apply(station, states[i % len(states)], returned_to="town")
        PlanItemFactory(station=tree.stations["321322100201"], planned_on=timezone.localdate())
        NotApplicable.objects.create(station=station, requirement="R1.1", reason="本地没有")
        Notice.objects.create(user=getattr(cast, person), text="通知")
        Feedback.objects.create(user=cast.manager, text="意见")
        Job.objects.create(kind="x", title="导入", state="failed", created_by=cast.county)
    client = login(getattr(cast, person))

    client.get("/notices/")  # the first page of a session also writes the session

    with django_assert_max_num_queries(12):
        response = client.get("/")

    assert response.status_code == 200
    assert "<h1>" in response.content.decode()


def test_a_new_station_is_led_through_three_steps(login, cast, station):
    def steps():
        text = client.get("/desk/missing/").content.decode()
        return "三步开始" in text, [
            name for name in ("去选", "去导入", "去生成") if f">{name}</a>" in text
        ]

    client = login(cast.manager)
    assert steps() == (True, ["去选", "去导入", "去生成"])

    station.track = "red"
    station.save()
    VeteranFactory(station=station)
    PlanItemFactory(station=station, planned_on=timezone.localdate() - dt.timedelta(days=400))
    assert steps() == (True, ["去生成"])

    PlanItemFactory(station=station, planned_on=timezone.localdate())
    assert steps() == (False, [])


def test_the_score_says_what_to_do_first(login, cast, station):
    station.track = "red"
    station.save()

    text = login(cast.manager).get("/desk/missing/").content.decode()

    assert text.count('class="badge tone-') >= 3
    assert "（必备）" in text
    assert "/ 100.00" not in text, "what nobody can judge yet is not part of the maximum"
