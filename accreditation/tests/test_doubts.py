"""Each signal finds what it is for and leaves the ordinary alone; a doubt is opened once."""

import datetime as dt
import io
import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from accreditation import doubts
from accreditation.doubts import copies, engine, entries, figures, people, photos, texts, timing
from accreditation.models import Application, Doubt, ScorePoint, StationScore, Verdict
from accreditation.scoring.stored import store_scores
from accreditation.tests.workflow_world import a_programme
from activities.entry import words
from records.fields import keyed_hash
from records.files import link, store_upload
from records.finishing import finish_photo, finish_photos
from records.models import Attachment
from records.tests.test_lookalikes import drawn
from stations.models import Outcome
from tests.factories import (
    ActivityFactory,
    FacilityFactory,
    ParticipationFactory,
    RegulationFactory,
    StationFactory,
    StoryFactory,
    VeteranFactory,
)
from veterans import near_copies
from veterans.models import DataFault

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)
PHONE = {"phone": "13800001111", "phone_hash": keyed_hash("13800001111")}


def moment(day, hour=9, minute=0):
    return timezone.make_aware(dt.datetime(day.year, day.month, day.day, hour, minute))


def picture(image):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def attach(record, image, *, by, name="合影.jpg"):
    photo = store_upload(SimpleUploadedFile(name, picture(image)), station=record.station, by=by)
    link(photo, record)
    finish_photo(photo.pk)
    photo.refresh_from_db()
    return photo


def kinds(findings):
    return [finding.kind for finding in findings]


# --- pictures ------------------------------------------------------------------------------


def test_the_same_and_a_shrunk_picture_at_another_station(station, other_station, cast):
    scene = drawn(1)
    first = FacilityFactory(station=station)
    attach(first, scene, by=cast.manager)
    attach(FacilityFactory(station=other_station), scene, by=cast.outsider)
    attach(ActivityFactory(station=other_station), scene.resize((200, 150)), by=cast.outsider)

    assert doubts.open_found(photos.compare_new()) == 2
    # The room and the event of the other station are of two kinds and need no word.
    found = Doubt.objects.order_by("kind").values_list("kind", "station")
    assert list(found) == [
        ("same_file", other_station.pk), ("similar_photo", other_station.pk),
    ]  # fmt: skip


def test_many_pictures_of_one_event_are_no_doubt(station, cast):
    activity = ActivityFactory(station=station)
    for size in ((320, 240), (300, 225), (280, 210)):
        attach(activity, drawn(2).resize(size), by=cast.manager)
    assert list(photos.compare_new()) == []


def test_a_picture_on_two_events_of_one_station_is_one_doubt(station, cast):
    early, late = ActivityFactory(station=station), ActivityFactory(station=station)
    for size in ((320, 240), (300, 225)):
        attach(early, drawn(3).resize(size), by=cast.manager)
        attach(late, drawn(3).resize(size), by=cast.manager)
    assert doubts.open_found(photos.compare_new()) == 1
    doubt = Doubt.objects.get()
    assert doubt.requirement == "C6.3"
    assert {doubt.left["station"], doubt.right["station"]} == {station.region.code}


def test_one_photo_on_two_events_is_told_as_two_copies_are(station, cast, login):
    early, late = ActivityFactory(station=station), ActivityFactory(station=station)
    room = FacilityFactory(station=station)
    photo = attach(early, drawn(3), by=cast.manager)
    code = station.region.code
    pick = f"/stations/{code}/{{}}/files/pick/".format
    client = login(cast.manager)
    client.post(pick(f"facilities/facility/{room.pk}"), {"photo": photo.code})
    assert list(photos.compare_new()) == []

    client.post(pick(f"activities/activity/{late.pk}"), {"photo": photo.code})

    assert doubts.open_found(photos.compare_new()) == 1
    doubt = Doubt.objects.get()
    assert doubt.kind == "same_file" and doubt.left["file"] == doubt.right["file"] == photo.code
    assert doubt.left["link"] != doubt.right["link"]


def test_a_picture_is_compared_once(station, cast):
    attach(FacilityFactory(station=station), drawn(4), by=cast.manager)
    assert list(photos.compare_new()) == []
    assert not Attachment.objects.filter(compared_at=None).exists()
    # A later copy still finds it.
    attach(FacilityFactory(station=station), drawn(4), by=cast.manager)
    assert kinds(photos.compare_new()) == ["same_file"]


def test_comparing_takes_the_same_queries_for_one_and_for_many(
    station, cast, django_assert_max_num_queries
):
    for seed in range(12):
        attach(FacilityFactory(station=station), drawn(seed % 6), by=cast.manager)
    with django_assert_max_num_queries(8):
        assert len(list(photos.compare_new())) == 6


@pytest.mark.parametrize(
    ("taken", "is_doubt"),
    [(None, False), (DAY, False), (DAY + dt.timedelta(3), False), (DAY - dt.timedelta(4), True)],
)
def test_the_day_in_a_picture(station, cast, taken, is_doubt):
    activity = ActivityFactory(station=station, happened_on=DAY)
    photo = attach(activity, drawn(5), by=cast.manager)
    photo.taken_at = moment(taken) if taken else None
    photo.uploaded_at = moment(DAY)
    photo.save()
    found = list(photos.photo_date(DAY))
    assert bool(found) is is_doubt
    if found:
        assert found[0].left["day"] == "2026-05-28" and found[0].right["day"] == "2026-06-01"


def shot(activity, seed, taken_at, *, by):
    photo = attach(activity, drawn(seed), by=by)
    photo.taken_at, photo.uploaded_at = taken_at, moment(DAY)
    photo.save()
    return photo


@pytest.mark.parametrize(
    ("days", "minutes", "is_doubt"),
    [(2, 40, True), (0, 40, False), (2, 90, False), (9, 40, False)],
    ids=["two days, one hour", "one day", "later", "said as photo_date"],
)
def test_pictures_of_two_days_from_one_hour(station, cast, days, minutes, is_doubt):
    early = ActivityFactory(station=station, happened_on=DAY - dt.timedelta(days))
    late = ActivityFactory(station=station, happened_on=DAY)
    begin = moment(DAY - dt.timedelta(1), 9)
    for number in range(2):  # a pair of entries is one doubt, however many pictures
        shot(early, 2 * number, begin + dt.timedelta(minutes=number), by=cast.manager)
        at = begin + dt.timedelta(minutes=minutes + number)
        shot(late, 2 * number + 1, at, by=cast.manager)

    found = list(photos.same_scene(DAY))

    assert bool(found) is is_doubt
    if found:
        (one,) = found
        assert one.about == (early.pk, late.pk) and one.requirement == "C6.3"
        assert {one.left["day"], one.right["day"]} == {"2026-05-30", "2026-06-01"}


def test_two_stations_at_the_same_hour_are_no_scene(station, other_station, cast):
    for at, day, seed in ((station, 0, 0), (other_station, 1, 1)):
        activity = ActivityFactory(station=at, happened_on=DAY - dt.timedelta(day))
        shot(activity, seed, moment(DAY, 9), by=cast.manager)
    assert list(photos.same_scene(DAY)) == []


# --- the ledger ------------------------------------------------------------------------------


def entry(station, happened_on, recorded_at, **fields):
    activity = ActivityFactory(station=station, happened_on=happened_on, **fields)
    activity.recorded_at = recorded_at
    activity.save()
    return activity


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


# --- texts and figures -------------------------------------------------------------------------


LONG = "老班长退役回乡后带着村里的年轻人修渠种树，三十年如一日，把荒滩变成了绿洲。" * 3


def test_a_story_copied_from_another_station(station, other_station):
    copied = LONG.replace("老班长", "老支书", 1)
    for at, body in ((station, LONG), (station, LONG), (other_station, copied)):
        near_copies.index(StoryFactory(station=at, body=body))
    other = (
        "那年冬天他在哨所写下第一封家书，信里说雪很大，战友们都好，请母亲放心，来年开春再寄照片。"
    )
    near_copies.index(StoryFactory(station=other_station, body=other * 2))
    found = list(texts.copied_text(DAY))
    # Twice in one's own book is no copy from elsewhere.
    assert [finding.station for finding in found] == [other_station.pk] * 2
    assert found[0].left["text"].startswith("两篇文字相同约")


def test_a_withdrawn_story_is_no_copy(station, other_station):
    for at, day in ((station, None), (other_station, DAY)):
        near_copies.index(StoryFactory(station=at, body=LONG, withdrawn_on=day))
    assert list(texts.copied_text(DAY)) == []


CONTENT = (
    "组织退役军人到{}集中学习，围绕退役军人保障法逐条讲解优待政策，大家结合自己的经历谈体会，"
    "会后帮助两名老兵填写了优待证申请，并商定下个月到敬老院开展志愿服务。"
)


def copied(station, place, day, **fields):
    content = CONTENT.format(place) + fields.pop("more", "")
    return ActivityFactory(station=station, happened_on=day, content=content, **fields)


def test_an_entry_of_the_ledger_copied_from_another_station(station, other_station):
    first = copied(station, station.region.name, DAY)
    copied(station, station.region.name, DAY - dt.timedelta(days=30))
    # The same day: one activity of both.
    copied(other_station, other_station.region.name, DAY)
    late = copied(other_station, other_station.region.name, DAY - dt.timedelta(days=3))
    near = copied(other_station, "本村", DAY - dt.timedelta(days=5), more="最后合影。")
    copied(other_station, "", DAY - dt.timedelta(days=900))
    own = "月末在广场义诊，为八名老兵量血压、查视力，" + CONTENT.format("村部")[:24] * 2
    ActivityFactory(station=other_station, happened_on=DAY - dt.timedelta(days=7), content=own)

    found = list(copies.copied_ledger(DAY))

    assert [one.about for one in found] == [
        ("ledger", first.pk, late.pk), ("ledger", first.pk, near.pk),
    ]  # fmt: skip
    assert {(one.station, one.kind) for one in found} == {(other_station.pk, "copied_text")}
    assert found[0].left["text"].endswith("相同约100%")
    assert "相同约9" in found[1].left["text"] or "相同约8" in found[1].left["text"]


def test_sentences_that_the_form_offers_are_nobodys_copy(station, other_station):
    offered = "".join(text for texts in words.CONTENT.values() for text in texts)
    for at, day in ((station, DAY), (other_station, DAY - dt.timedelta(days=1))):
        ActivityFactory(station=at, happened_on=day, content=offered)
    assert len(offered) > copies.SHORTEST
    assert list(copies.copied_ledger(DAY)) == []


def test_a_text_that_many_stations_have_was_handed_out(tree):
    for number in range(texts.MOST_ALIKE + 1):
        place = StationFactory(region__code=f"32139110{number:04d}")
        copied(place, "", DAY - dt.timedelta(days=number))
    assert list(copies.copied_ledger(DAY)) == []


def test_another_village_in_ones_own_rules(station, other_station):
    RegulationFactory(station=station, body="甲镇甲一村每月学习。甲一村党员参加。")
    RegulationFactory(station=other_station, title="学习制度", body="甲一村每月学习一次。")
    (found,) = texts.foreign_place(DAY)
    assert found.station == other_station.pk
    assert found.right["label"] == "文中出现“甲一村”"


def test_the_same_outcome_at_three_stations(tree):
    stations = [tree.stations[code] for code in ("321322100201", "321322100202", "321391100201")]
    for number, at in enumerate(stations):
        for metric, value in (("村集体收入", 50), ("亩产", 500 + number)):
            Outcome.objects.create(
                station=at, metric=metric, year=2025, value=value, unit="万元", source="年报"
            )
    found = list(figures.repeated_figures(DAY))
    assert [finding.station for finding in found] == [at.pk for at in stations[1:]]
    assert "亩产" not in str(found)


def test_areas_that_are_all_round(station, other_station):
    for area in (100, 200, 300, 400):
        FacilityFactory(station=station, floor_area=area)
        FacilityFactory(station=other_station, floor_area=area + 5)
    (found,) = figures.repeated_figures(DAY)
    assert found.station == station.pk


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


def test_whoever_uploads_a_known_picture_is_told_first(station, other_station, cast, login):
    scene = drawn(8)
    attach(FacilityFactory(station=station), scene, by=cast.manager, name="甲村.jpg")
    mine = FacilityFactory(station=other_station)

    def send(image):
        answer = login(cast.outsider).post(
            f"/stations/{other_station.region.code}/facilities/facility/{mine.pk}/files/",
            {"files": SimpleUploadedFile("乙村.jpg", picture(image)), "purpose": "general"},
            headers={"accept": "application/json"},
        )
        finish_photos(at_start=True)
        return answer.json()["stored"][0]["note"]

    assert send(scene) == "与另一个服务站的照片（文件）是同一个文件。"
    # What is only like another one is known when the worker has looked at it.
    assert send(scene.resize((260, 195))) == ""
    assert send(drawn(9)) == ""
    page = login(cast.outsider).get(
        f"/stations/{other_station.region.code}/facilities/facility/{mine.pk}/"
    )
    notes = [one.seen_before for one in page.context["links"]]
    assert notes == [
        "与另一个服务站的照片（文件）是同一个文件。", "与此前上传的“乙村.jpg”很相似。", "",
    ]  # fmt: skip
    assert "与此前上传的“乙村.jpg”很相似。" in page.content.decode()
