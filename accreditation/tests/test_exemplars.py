import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accreditation.models import Accreditation, StationScore
from accreditation.tests.progress_world import a_naming, a_programme, a_village
from records.models import Attachment, AttachmentLink
from stations.models import Facility
from tests.factories import ActivityFactory, ExhibitFactory, FacilityFactory, VeteranFactory

pytestmark = pytest.mark.django_db
SMALL = b"\xff\xd8small"


@pytest.fixture
def programme():
    return a_programme(is_current=True)


@pytest.fixture
def accredited(tree, programme):
    """An accredited station of a track that has the room and its photo."""

    def make(track="red", *, level="village", agreed=True, county=None, **fields):
        county = county or tree.county
        station = a_village(county, level)
        for name, value in {"is_exemplar": agreed, "track": track, **fields}.items():
            setattr(station, name, value)
        station.save()
        room = FacilityFactory(
            station=station, kind=Facility.Kind.RECREATION_ROOM, name="某某的秘密房间"
        )
        a_photo(room)
        a_naming(programme, station, county, track, dt.date(2025, 6, 1))
        return station

    return make


def a_photo(room):
    photo = Attachment.objects.create(
        station=room.station,
        kind="photo",
        sha256=f"{room.pk:064}",
        original_name="张三.jpg",
        size=1,
        thumbnail=default_storage.save("small.jpg", ContentFile(SMALL)),
    )
    AttachmentLink.objects.create(attachment=photo, record=room)
    return photo


def page(client, station, code="C1.2", track="red"):
    return client.get(f"/stations/{station.code}/scorecard/{code}/exemplars/?track={track}")


def names(response):
    return [one.station for one in response.context["rows"]]


def test_it_shows_how_others_met_the_line_and_nothing_of_their_people(
    accredited, station, cast, login
):
    other = accredited(brand="红色薪火", theme_statement="军号嘹亮")
    VeteranFactory(station=other, name="李四")

    response = page(login(cast.manager), station)

    html = response.content.decode()
    assert names(response) == [other]
    assert "文体活动室：有，照片：有" in html
    assert "红色薪火 · 军号嘹亮" in html
    assert "文体活动室 1" in html
    for secret in ("李四", "某某的秘密房间", "张三.jpg", "/files/"):
        assert secret not in html


def test_who_did_not_agree_or_does_not_count_any_more_is_not_shown(
    accredited, station, cast, login
):
    accredited(agreed=False)
    ended = accredited()
    Accreditation.objects.filter(station=ended).update(
        state="ended", ended_on="2026-01-01", end_reason="revoked"
    )
    closed = accredited(is_active=False)

    response = page(login(cast.manager), station)

    assert closed not in names(response)
    assert names(response) == []
    assert "还没有可以参考的样板" in response.content.decode()


def test_who_does_not_meet_the_line_is_not_shown(accredited, station, cast, login):
    accredited()

    assert names(page(login(cast.manager), station, "C1.3")) == []


def test_the_same_track_comes_first_then_the_same_kind_of_place(accredited, station, cast, login):
    green = accredited("rural")
    town = accredited(level="town")
    village = accredited()
    accredited("historical", level="town")

    assert names(page(login(cast.manager), station)) == [village, town, green]


def test_a_line_of_a_track_has_exemplars_of_that_track_only(accredited, station, cast, login):
    red, green = accredited("red"), accredited("rural")
    for one in (red, green):
        for _ in range(4):
            ActivityFactory(station=one, tags=["red"], happened_on=timezone.localdate())

    assert names(page(login(cast.manager), station, "R1.3")) == [red]


def test_stored_scores_spare_those_that_lack_the_line(accredited, station, cast, login):
    """The stored score says who lacks it; without one the station is asked."""
    first, second = accredited(), accredited()
    StationScore.objects.create(
        station=first, track="red", computed=0, computed_max=1, common=0, common_max=1, own=0,
        own_max=1, musts_missing=0, lines_missing=1, is_ready=False, gaps="C1.2=75 C1.3=10",
        scored_on=timezone.localdate(),
    )  # fmt: skip

    assert names(page(login(cast.manager), station)) == [second]


def test_a_theme_that_names_a_unit_is_left_out(accredited, station, cast, login):
    accredited(brand="红色薪火", theme_statement="83012部队老兵")

    html = page(login(cast.manager), station).content.decode()

    assert "红色薪火" in html
    assert "83012" not in html


def test_an_administrator_sees_no_numbers_of_records_by_kind(accredited, station, cast, login):
    """Talks would be among them."""
    other = accredited()

    seen_by_admin = page(login(cast.admin), station)
    seen_by_station = page(login(cast.manager), station)

    assert names(seen_by_admin) == names(seen_by_station) == [other]
    assert "<li>文体活动室 1</li>" in seen_by_station.content.decode()
    assert "<li>文体活动室 1</li>" not in seen_by_admin.content.decode()


def test_the_scorecard_offers_them_where_something_is_missing(accredited, station, cast, login):
    client, url = login(cast.manager), f"/stations/{station.code}/scorecard/?track=red"
    assert "同类样板" not in client.get(url).content.decode()
    accredited()

    html = client.get(url).content.decode()

    assert f"/stations/{station.code}/scorecard/C1.2/exemplars/?track=red" in html


def test_an_exemplar_of_its_own_is_no_exemplar(accredited, cast, login):
    own = accredited()

    response = page(login(cast.county), own, "C1.3")

    assert names(response) == []


def photos(response):
    return [photo.code for one in response.context["rows"] for photo in one.photos]


def photo_of(station):
    return Attachment.objects.get(station=station)


def test_photos_of_rooms_are_shown_where_the_station_agreed_to_that(
    accredited, station, cast, login
):
    silent = accredited()
    willing = accredited(shows_photos=True)
    client = login(cast.manager)

    response = page(client, station)
    seen = client.get(f"/accreditation/exemplars/photos/{photo_of(willing).code}/")
    hidden = client.get(f"/accreditation/exemplars/photos/{photo_of(silent).code}/")

    assert photos(response) == [photo_of(willing).code]
    assert f"/accreditation/exemplars/photos/{photo_of(willing).code}/" in response.content.decode()
    assert b"".join(seen.streaming_content) == SMALL
    assert "张三" not in str(seen.headers)
    assert hidden.status_code == 404
    # The file itself stays in the scope of its station.
    assert client.get(f"/files/{photo_of(willing).code}/").status_code == 404


def test_agreeing_to_photos_without_being_an_exemplar_shows_none(accredited, cast, login):
    other = accredited(agreed=False, shows_photos=True)

    url = f"/accreditation/exemplars/photos/{photo_of(other).code}/"

    assert login(cast.manager).get(url).status_code == 404


def room_of(station, kind):
    room = Facility.objects.get(station=station)
    Facility.objects.filter(pk=room.pk).update(kind=kind)
    return photo_of(station)


def beside_an_activity(station, cast):
    photo = photo_of(station)
    AttachmentLink.objects.create(attachment=photo, record=ActivityFactory(station=station))
    return photo


def a_signed_scan(station, cast):
    photo = photo_of(station)
    photo.links.update(purpose="signed_scan")
    return photo


def on(station, **fields):
    """The photo of something on display instead of that of the room."""
    people = fields.pop("people", [])
    values = {"place": "hall", "forms": ["object"], "no_forbidden_items": True} | fields
    thing = ExhibitFactory(station=station, **values)
    thing.people.set(people)
    photo = photo_of(station)
    photo.links.all().delete()
    AttachmentLink.objects.create(attachment=photo, record=thing)
    return photo


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda station, cast: photo_of(station), 200),
        (lambda station, cast: room_of(station, "reading_area"), 200),
        (lambda station, cast: room_of(station, "honour_wall"), 404),
        (lambda station, cast: room_of(station, "honour_board"), 404),
        (lambda station, cast: room_of(station, "talk_room"), 404),
        (beside_an_activity, 404),
        (a_signed_scan, 404),
        (lambda station, cast: on(station), 200),
        (lambda station, cast: on(station, place="honour_wall"), 404),
        (lambda station, cast: on(station, forms=["object", "photo"]), 404),
        (lambda station, cast: on(station, no_forbidden_items=False), 404),
        (lambda station, cast: on(station, withdrawn_on=dt.date(2026, 1, 1)), 404),
        (
            lambda station, cast: on(station, people=[VeteranFactory(station=station)]),
            404,
        ),
    ],
)
def test_only_photos_of_rooms_and_things_are_handed_out(
    change, status, accredited, station, cast, login
):
    other = accredited(shows_photos=True)
    photo = change(other, cast)

    response = login(cast.manager).get(f"/accreditation/exemplars/photos/{photo.code}/")

    assert response.status_code == status


def test_a_line_shows_the_photos_of_its_own_kind_only(accredited, station, cast, login):
    other = accredited(shows_photos=True)
    for _ in range(4):
        ActivityFactory(station=other, tags=["red"], happened_on=timezone.localdate())

    response = page(login(cast.manager), station, "R1.3")

    assert names(response) == [other]
    assert photos(response) == []


@pytest.mark.parametrize("count", [3, 6])
def test_the_page_asks_the_same_few_queries(
    count, accredited, station, cast, login, django_assert_num_queries
):
    for _ in range(count):
        accredited(shows_photos=True)
    client = login(cast.manager)
    page(client, station)

    with django_assert_num_queries(QUERIES):
        response = page(client, station)

    assert len(names(response)) == len(photos(response)) == 3


QUERIES = 15
