"""Each signal finds what it is for and leaves the ordinary alone; a doubt is opened once."""

import datetime as dt
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import audit
from accounts.models import AuditEntry
from accreditation import doubts
from accreditation.doubts import engine, entries, figures, people, photos, timing
from accreditation.models import Application, Doubt, ScorePoint, StationScore, Verdict
from accreditation.scoring.stored import store_scores
from accreditation.tests.doubtful import DAY, LONG, attach, entry, moment
from accreditation.tests.workflow_world import a_programme
from records.fields import keyed_hash
from records.tests.test_lookalikes import drawn
from tests.factories import (
    ActivityFactory,
    FacilityFactory,
    ParticipationFactory,
    RegulationFactory,
    StationFactory,
    StoryFactory,
    VeteranFactory,
)
from veterans.models import DataFault

pytestmark = pytest.mark.django_db
PHONE = {"phone": "13800001111", "phone_hash": keyed_hash("13800001111")}


# --- the ledger ------------------------------------------------------------------------------


def test_a_year_at_one_sitting(station):
    for month in range(1, 6):
        entry(station, dt.date(2026, month, 10), moment(dt.date(2026, month, 12)))
    for number in range(5):
        entry(station, dt.date(2026, number + 1, 20), moment(DAY, 9, number))
    (found,) = entries.bulk_entry(DAY)
    assert found.left["label"].endswith("录入5条") and found.requirement == "C6.4"
    assert found.right["text"] == "2026-01-20至2026-05-20"


def test_entries_marked_as_entered_afterwards_are_no_sitting(station):
    for number in range(12):
        entry(station, dt.date(2026, 1, number + 1), moment(DAY, 9, number), is_late_entry=True)
    assert list(entries.bulk_entry(DAY)) == []
    assert list(entries.date_order(DAY)) == []


def test_a_steady_ledger_is_no_sitting(station):
    for month in range(1, 6):
        for day in (3, 10, 24):
            at = dt.date(2026, month, day)
            entry(station, at, moment(at + dt.timedelta(1)))
    assert list(entries.bulk_entry(DAY)) == []
    assert list(entries.date_order(DAY)) == []


@pytest.mark.parametrize("happened_on", [DAY + dt.timedelta(1), DAY - dt.timedelta(61)])
def test_days_in_the_wrong_order(station, happened_on):
    entry(station, happened_on, moment(DAY))
    (found,) = entries.date_order(DAY)
    assert found.right["day"] == happened_on.isoformat()


# --- people ----------------------------------------------------------------------------------


def test_one_person_in_two_towns_on_a_day(tree, station, other_station):
    town = tree.stations["321322100"]
    person, neighbour = VeteranFactory(station=station), VeteranFactory(station=station)
    for at in (station, other_station):
        ParticipationFactory(activity=ActivityFactory(station=at, happened_on=DAY), veteran=person)
    for at in (station, town):  # a village and its own town: the same event, twice written
        activity = ActivityFactory(station=at, happened_on=DAY)
        ParticipationFactory(activity=activity, veteran=neighbour)
    (found,) = people.two_places(DAY)
    assert found.left["text"] == person.name
    assert {found.left["station"], found.right["station"]} == {
        station.region.code, other_station.region.code,
    }  # fmt: skip


def test_a_call_is_not_being_there(station, other_station):
    person = VeteranFactory(station=station)
    for at, by_phone in ((station, False), (other_station, True)):
        activity = ActivityFactory(station=at, happened_on=DAY, by_phone=by_phone)
        ParticipationFactory(activity=activity, veteran=person)
    assert list(people.two_places(DAY)) == []


def test_one_person_on_two_rosters_until_a_side_closes_it(station, other_station):
    one, other = VeteranFactory(station=station), VeteranFactory(station=other_station)
    for mine, its in ((one, other), (other, one)):
        DataFault.objects.create(veteran=mine, other=its, kind="duplicate")
    (found,) = people.two_rosters(DAY)
    assert found.station == other_station.pk
    DataFault.objects.update(closed_at=moment(DAY))
    assert list(people.two_rosters(DAY)) == []


def test_the_same_list_three_times_in_a_row(station):
    regulars = [VeteranFactory(station=station) for _ in range(6)]
    for week in range(4):
        activity = ActivityFactory(station=station, happened_on=DAY - dt.timedelta(7 * week))
        # Four events: five times the same five, once with one more.
        for person in regulars[: 6 if week == 3 else 5]:
            ParticipationFactory(activity=activity, veteran=person)
    (found,) = people.copied_participants(DAY)
    assert found.left["text"] == "连续3次都是同样的5人"


def test_a_telephone_of_more_than_three(station, other_station):
    for _ in range(3):
        VeteranFactory(station=station, **PHONE)
    VeteranFactory(station=other_station, **PHONE)
    assert list(people.shared_phone(DAY)) == []
    VeteranFactory(station=station, **PHONE)
    (found,) = people.shared_phone(DAY)
    assert (found.kind, found.station) == ("implausible_person", station.pk)
    assert "13800001111" not in str(found)


# --- figures and applications ----------------------------------------------------------------


@pytest.mark.parametrize(("registered", "is_doubt"), [(20, False), (19, True), (None, False)])
def test_more_people_than_the_county_counts(station, registered, is_doubt):
    VeteranFactory.create_batch(20, station=station)
    VeteranFactory(station=station, status="deceased")
    VeteranFactory(station=station, person_kind="survivor")
    station.registered_veterans = registered
    station.save()
    assert bool(list(figures.over_registered(DAY))) is is_doubt


@pytest.fixture
def application(station):
    return Application.objects.create(
        programme=a_programme(), station=station, track="red", number="2026R001",
        state="county_review", submitted_at=moment(DAY),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "days_before", "is_doubt"),
    [(90, 70, 10, True), (70, 90, 10, False), (90, 70, 100, False)],
)
def test_an_official_count_that_falls_before_applying(
    application, cast, old, new, days_before, is_doubt
):
    audit.record(
        "figures.change", by=cast.county, obj=application.station, station=application.station,
        before={"registered_veterans": old}, after={"registered_veterans": new},
        at=moment(DAY - dt.timedelta(days_before)),
    )  # fmt: skip
    assert bool(list(figures.registered_drop(DAY))) is is_doubt


def test_most_of_what_is_shown_belongs_to_another_track(application):
    for theme, count in (("red", 2), ("rural", 2)):
        for _ in range(count):
            StoryFactory(station=application.station, theme=theme)
    assert list(figures.mixed_theme(DAY)) == []
    StoryFactory(station=application.station, theme="historical")
    (found,) = figures.mixed_theme(DAY)
    assert found.left["text"] == "共5项，其中3项属于其他类别"


@pytest.mark.parametrize(
    ("course", "is_doubt"),
    [
        ([(20, 4000), (3, 6600)], True),
        ([(20, 4000), (9, 6600)], False),
        ([(20, 4000), (3, 6400)], False),
        ([(3, 6600)], False),
    ],
    ids=["in the last week", "before it", "by less", "not known before"],
)
def test_a_score_that_rises_in_the_week_before_applying(application, course, is_doubt):
    for days, computed in course:
        ScorePoint.objects.create(
            station=application.station, track="red", on=DAY - dt.timedelta(days), computed=computed
        )
    # The score of another track, and what came after, say nothing.
    for track, on in (("rural", DAY), ("red", DAY + dt.timedelta(1))):
        ScorePoint.objects.create(station=application.station, track=track, on=on, computed=9900)
    found = list(timing.sudden_rise(DAY + dt.timedelta(2)))
    assert bool(found) is is_doubt
    if found:
        assert (found[0].left["text"], found[0].right["text"]) == ("66.00分", "40.00分")


def review(application, reviewer, *, seconds, not_met=0, lines=10, on=DAY):
    """Ten opinions of a reviewer, the last so many seconds after the first."""
    for number in range(lines):
        Verdict.objects.create(
            application=application, requirement=f"C1.{number}", points=100, reviewer=reviewer,
            result="not_met" if number < not_met else "met", stage="city_review",
            given_at=moment(on) + dt.timedelta(seconds=seconds * number / (lines - 1)),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "not_met", "applications", "is_doubt"),
    [(60, 0, 5, True), (600, 0, 5, False), (60, 1, 5, False), (60, 0, 4, False)],
    ids=["hasty", "with time", "with criticism", "too few to say"],
)
def test_a_reviewer_who_finds_all_met_in_no_time(
    application, cast, seconds, not_met, applications, is_doubt
):
    reviewed = [application]
    for number in range(1, applications):
        station = StationFactory()
        reviewed.append(
            Application.objects.create(
                programme=application.programme,
                station=station,
                track="red",
                number=f"2026R01{number}",
                state="city_review",
            )
        )
    for one in reviewed:
        review(one, cast.city, seconds=seconds, not_met=not_met)
        review(one, cast.city2, seconds=5, lines=3)  # mended lines after a return
    found = list(timing.review_pattern(DAY))
    assert bool(found) is is_doubt
    if found:
        assert found[0].station == reviewed[-1].station_id
        assert found[0].left["text"] == "50条意见中50条为符合"
        assert found[0].right["text"] == "中位数60秒"


def test_how_the_city_reviews_is_shown_to_the_city_alone(application, cast, login):
    for kind in ("review_pattern", "sudden_rise"):
        Doubt.objects.create(kind=kind, station=application.station, key=kind)
    pages = {
        who: login(getattr(cast, who)).get("/accreditation/doubts/").content.decode()
        for who in ("city", "county", "manager")
    }
    shown = {
        who: [word in page for word in ("评审办理异常", "申报前得分骤增")]
        for who, page in pages.items()
    }
    assert shown == {"city": [True, True], "county": [False, True], "manager": [False, False]}


def test_the_course_of_a_score_is_kept_where_it_changed(station):
    course = ScorePoint.objects.filter(station=station, track="red").order_by("on")
    store_scores(on=DAY)
    store_scores(on=DAY + dt.timedelta(1))
    assert course.count() == 1
    RegulationFactory(station=station, kind="study", body=LONG, adopted_on=DAY)
    for _ in range(2):
        store_scores(on=DAY + dt.timedelta(2))
    days = [(point.on, point.computed) for point in course]
    assert [day for day, _ in days] == [DAY, DAY + dt.timedelta(2)]
    assert days[1][1] > days[0][1]
    current = StationScore.objects.get(station=station, track="red")
    assert days[1][1] == current.computed


# --- opening -----------------------------------------------------------------------------------


def test_a_finding_is_opened_once_and_written_down(application, cast):
    station = application.station
    entry(station, DAY + dt.timedelta(1), moment(DAY))
    scores = list(StationScore.objects.values())
    assert engine.look(DAY) == 1
    doubt = Doubt.objects.get()
    assert (doubt.station, doubt.application, doubt.state) == (station, application, "open")
    written = AuditEntry.objects.get(action="doubt.open")
    assert (written.actor, written.object_id) == (None, str(doubt.pk))
    assert written.label == "日期先后矛盾"
    assert list(StationScore.objects.values()) == scores

    Doubt.objects.update(state="false_alarm", reason="补录", closed_by=cast.county)
    assert engine.look(DAY) == 0
    assert AuditEntry.objects.filter(action="doubt.open").count() == 1


def test_a_look_over_the_city_takes_the_same_queries_for_one_and_for_many(station, other_station):
    def fill(at, count):
        rng = random.Random(count)
        group = [VeteranFactory(station=at, **PHONE) for _ in range(5)]
        for _ in range(count):
            activity = entry(at, DAY - dt.timedelta(rng.randrange(90)), moment(DAY))
            for person in group:
                ParticipationFactory(activity=activity, veteran=person)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            found = [list(signal(DAY)) for signal in engine.SIGNALS]
        return len(caught), sum(map(len, found))

    fill(station, 4)
    few, found = queries()
    for at in (station, other_station):
        fill(at, 12)
    many, more = queries()
    assert many == few
    assert more > found > 0


# --- the page ----------------------------------------------------------------------------------


def test_a_station_does_not_learn_which_other_station_it_is(station, other_station, cast, login):
    attach(FacilityFactory(station=station), drawn(6), by=cast.manager, name="甲村.jpg")
    photo = attach(FacilityFactory(station=other_station), drawn(6), by=cast.outsider)
    doubts.open_found(photos.compare_new())

    def shown(user):
        return login(user).get("/accreditation/doubts/").content.decode()

    theirs = shown(cast.outsider)
    assert "另一服务站的材料" in theirs and f"/files/{photo.code}/small/" in theirs
    assert "甲村.jpg" not in theirs and station.name not in theirs
    assert "另一服务站的材料" in shown(cast.other_county)
    assert "甲村.jpg" in shown(cast.city)
    assert "没有符合条件的事项" in shown(cast.county)
