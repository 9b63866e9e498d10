"""Signals of pictures: the same one twice, another day, one hour for two days."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accreditation import doubts
from accreditation.doubts import photos
from accreditation.models import Doubt
from accreditation.tests.doubtful import DAY, attach, kinds, moment, picture
from records.finishing import finish_photos
from records.models import Attachment
from records.tests.test_lookalikes import drawn
from tests.factories import ActivityFactory, FacilityFactory

pytestmark = pytest.mark.django_db


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
