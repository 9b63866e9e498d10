"""Photos that are there: looked at, described, put in order, moved, used a second time."""

import datetime as dt
import io
import re
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEntry
from activities.models import Activity
from records.files import store_upload
from records.models import Attachment, AttachmentLink
from tests.factories import ActivityFactory, FacilityFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 4)


def jpeg(shade=90):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 40, 90)).save(out, "JPEG")
    return out.getvalue()


def attach(record, by, *, name="IMG_1.jpg", caption="", day=DAY, shade=90):
    photo = store_upload(
        SimpleUploadedFile(name, jpeg(shade)),
        station=record.station,
        by=by,
        captured_on=day,
        place={"record": record, "caption": caption},
    )
    return photo.links.get()


@pytest.fixture
def activity(station):
    return ActivityFactory(
        station=station, kind=Activity.Kind.STUDY, title="理论学习", happened_on=DAY
    )


@pytest.fixture
def row(activity, cast):
    return [attach(activity, cast.manager, name=f"{n}.jpg", shade=n * 60) for n in range(3)]


def names(record):
    return [link.attachment.original_name for link in record.attachment_links.order_by("order")]


def photos_of(page):
    return [photo.original_name for photo, _ in page.context["tiles"]]


# --- the large view ------------------------------------------------------------------------


def test_the_large_view_leads_to_its_neighbours_and_tells_what_is_known(login, cast, row):
    page = login(cast.city).get(reverse("link", args=[row[1].pk]))

    text = page.content.decode()
    assert re.findall(r'href="(/links/\d+/)" data-(previous|next)', text) == [
        (f"/links/{row[0].pk}/", "previous"), (f"/links/{row[2].pk}/", "next"),
    ]  # fmt: skip
    assert "2 / 3" in text and "1.jpg" in text and cast.manager.full_name in text
    assert "/caption/" not in text and "移到别的记录" not in text
    assert "移到别的记录" in login(cast.manager).get(page.wsgi_request.path).content.decode()


def test_the_photo_of_a_talk_opens_for_nobody_who_may_not_read_the_talk(login, cast, station):
    talk = ActivityFactory(station=station, kind=Activity.Kind.TALK, title="谈心谈话")
    link = attach(talk, cast.manager)
    code = station.region.code

    for person, status, shown in ((cast.admin, 404, []), (cast.manager, 200, ["IMG_1.jpg"])):
        client = login(person)
        assert client.get(reverse("link", args=[link.pk])).status_code == status
        assert photos_of(client.get(reverse("photos", args=[code]))) == shown


def test_a_download_is_named_after_station_record_day_and_number(login, cast, station, row):
    link = row[2]
    address = f"{reverse('file', args=[link.attachment.code])}?save={link.pk}"

    sent = login(cast.manager).get(address)["Content-Disposition"]

    assert sent.startswith("attachment")
    assert unquote(
        sent.partition("''")[2]
    ) == f"{station.name}_{link.record}_2026-05-04_03.jpg".replace(" ", "-")


# --- captions ------------------------------------------------------------------------------


def test_a_caption_is_saved_where_it_stands(login, cast, row):
    address = reverse("link_caption", args=[row[0].pk])
    client = login(cast.manager)

    def send(**fields):
        return client.post(address, fields, headers={"accept": "application/json"}).json()

    assert send(caption="合影", captured_on="2026-05-05") == {"saved": "合影"}
    assert send(caption="长" * 201) == {"error": "说明最多200字，请缩短后再保存。"}
    assert send(caption="第31集团军某团", captured_on="2026-05-05") == {"ask": True}
    assert send(caption="合影二", captured_on="昨天")["error"].startswith("拍摄日期没有保存")

    link = AttachmentLink.objects.select_related("attachment").get(pk=row[0].pk)
    assert (link.caption, str(link.attachment.captured_on)) == ("合影二", "2026-05-05")
    assert AuditEntry.objects.filter(action="file.caption").count() == 3


def test_many_are_described_on_one_page(login, cast, station, row):
    chosen = {"photo": [link.attachment.code for link in row]}
    address = reverse("photos_captions", args=[station.region.code])
    client = login(cast.manager)
    assert client.get(address, chosen).content.decode().count('name="caption_') == 3

    client.post(address, chosen | {f"caption_{row[0].pk}": "开场", f"caption_{row[2].pk}": "合影"})

    found = dict(AttachmentLink.objects.values_list("pk", "caption"))
    assert found == {row[0].pk: "开场", row[1].pk: "", row[2].pk: "合影"}


# --- order ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moved", "before", "then"), [(2, 0, "201"), (0, None, "120"), (0, 2, "102"), (1, 1, "021")]
)
def test_a_photo_is_put_before_another_or_behind_all(
    login, cast, activity, row, moved, before, then
):
    wanted = "" if before is None else row[before].pk

    login(cast.manager).post(reverse("link_order", args=[row[moved].pk]), {"before": wanted})

    assert names(activity) == [f"{n}.jpg" for n in then]
    assert AuditEntry.objects.filter(action="file.order").count() == 1


def test_a_neighbour_that_is_gone_is_told_and_moves_nothing(login, cast, activity, row):
    other = attach(FacilityFactory(station=activity.station), cast.manager)
    address = reverse("link_order", args=[row[2].pk])

    page = login(cast.manager).post(address, {"before": other.pk}, follow=True)

    assert "请刷新页面再调整顺序" in page.content.decode()
    assert names(activity) == ["0.jpg", "1.jpg", "2.jpg"]


# --- to another record ---------------------------------------------------------------------


def test_a_moved_photo_keeps_all_but_its_place(login, cast, station, activity, row):
    link = row[1]
    AttachmentLink.objects.filter(pk=link.pk).update(caption="开场")
    kept = ("captured_on", "taken_at", "uploaded_by", "uploaded_at", "sha256", "file")
    before = Attachment.objects.filter(pk=link.attachment_id).values(*kept).get()
    room = FacilityFactory(station=station)
    address = reverse("link_move", args=[link.pk])
    client = login(cast.manager)
    page = client.get(address, {"kind": "facilities-facility"})
    assert f'value="facilities-facility-{room.pk}"' in page.content.decode()

    page = client.post(address, {"to": f"facilities-facility-{room.pk}"}, follow=True)

    assert "说明、拍摄日期和上传人不变" in page.content.decode()
    moved = room.attachment_links.get()
    assert (moved.pk, moved.caption) == (link.pk, "开场")
    assert Attachment.objects.filter(pk=link.attachment_id).values(*kept).get() == before
    assert names(activity) == ["0.jpg", "2.jpg"]
    entries = AuditEntry.objects.filter(action="file.move").order_by("pk")
    assert [entry.kind for entry in entries] == ["activities.activity", "stations.facility"]
    # An activity may be a talk: the log of the room does not say its title.
    assert "理论学习" not in str(entries[1].after)


def test_a_photo_never_leaves_its_station(login, cast, other_station, row):
    elsewhere = FacilityFactory(station=other_station)
    address = reverse("link_move", args=[row[0].pk])

    answer = login(cast.county).post(address, {"to": f"facilities-facility-{elsewhere.pk}"})

    assert answer.status_code == 404 and not elsewhere.attachment_links.exists()


def test_where_it_hangs_already_it_is_not_put_twice(login, cast, station, row):
    room = FacilityFactory(station=station)
    client = login(cast.manager)
    pick = reverse("record_pick", args=[station.region.code, "facilities", "facility", room.pk])
    client.post(pick, {"photo": row[0].attachment.code})
    address = reverse("link_move", args=[row[0].pk])

    page = client.post(address, {"to": f"facilities-facility-{room.pk}"}, follow=True)

    assert "上已经有这张照片" in page.content.decode()
    assert room.attachment_links.count() == 1 and row[0].record.attachment_links.count() == 3


def test_activities_of_the_day_are_offered_first(login, cast, station, row):
    near = ActivityFactory(station=station, title="青年节座谈", happened_on=DAY + dt.timedelta(2))
    ActivityFactory(station=station, title="国庆座谈", happened_on=DAY + dt.timedelta(150))

    page = login(cast.manager).get(reverse("link_move", args=[row[0].pk]))

    assert [key for key, _, _ in page.context["near"]] == [near.pk]


# --- one photo, two records ----------------------------------------------------------------


def test_a_photo_of_the_station_is_used_again_without_sending_it_again(
    login, cast, station, activity, row
):
    room = FacilityFactory(station=station)
    address = reverse("record_pick", args=[station.region.code, "facilities", "facility", room.pk])
    client = login(cast.manager)
    chosen = {"photo": [row[0].attachment.code, row[2].attachment.code]}

    client.post(address, chosen)
    client.post(address, chosen)

    assert names(room) == ["0.jpg", "2.jpg"] and names(activity) == ["0.jpg", "1.jpg", "2.jpg"]
    assert Attachment.objects.count() == 3
    assert AuditEntry.objects.filter(action="file.link").count() == 2
    page = login(cast.city).get(reverse("link", args=[row[0].pk])).content.decode()
    assert "同一张照片还用于" in page and str(room) in page
    page = client.get(
        reverse("record", args=[station.region.code, "facilities", "facility", room.pk])
    )
    assert [link.others for link in page.context["links"]] == [1, 1]


def test_photos_of_another_station_are_not_offered_and_not_taken(
    login, cast, station, other_station
):
    foreign = attach(FacilityFactory(station=other_station), cast.outsider)
    room = FacilityFactory(station=station)
    address = reverse("record_pick", args=[station.region.code, "facilities", "facility", room.pk])
    client = login(cast.manager)

    assert photos_of(client.get(address)) == []
    page = client.post(address, {"photo": foreign.attachment.code}, follow=True)

    assert "没有选中照片" in page.content.decode() and not room.attachment_links.exists()


# --- all of a station ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["新.jpg", "0.jpg", "散.jpg"]),
        ({"year": "2026"}, ["新.jpg", "0.jpg"]),
        ({"month": "5"}, ["0.jpg"]),
        ({"kind": "facilities-facility"}, ["新.jpg", "0.jpg"]),
        ({"kind": "activities-activity"}, ["0.jpg"]),
        ({"state": "uncaptioned"}, ["新.jpg"]),
        ({"state": "twice"}, ["0.jpg"]),
        ({"state": "unlinked"}, ["散.jpg"]),
        ({"state": "broken"}, []),
        ({"year": "0", "kind": "x", "state": "y", "month": "13"}, ["新.jpg", "0.jpg", "散.jpg"]),
    ],
)
def test_photos_are_found_by_day_kind_and_what_is_missing(
    login, cast, station, activity, query, found
):
    room = FacilityFactory(station=station)
    both = attach(activity, cast.manager, name="0.jpg", caption="合影")
    AttachmentLink.objects.create(attachment=both.attachment, record=room, caption="墙")
    attach(room, cast.manager, name="新.jpg", day=dt.date(2026, 9, 1), shade=1)
    loose = attach(room, cast.manager, name="散.jpg", day=dt.date(2025, 3, 1), shade=200)
    loose.delete()

    page = login(cast.manager).get(reverse("photos", args=[station.region.code]), query)

    assert photos_of(page) == found


def test_a_loose_photo_is_seen_by_who_keeps_the_records_only(login, cast, station):
    attach(FacilityFactory(station=station), cast.manager).delete()
    address = reverse("photos", args=[station.region.code])

    assert photos_of(login(cast.manager).get(address)) == ["IMG_1.jpg"]
    assert photos_of(login(cast.city).get(address)) == []


def test_the_wall_and_the_gallery_take_the_same_queries_for_one_and_for_many(
    login, cast, station, activity, django_assert_num_queries
):
    client = login(cast.city)
    record = reverse("record", args=[station.region.code, "activities", "activity", activity.pk])
    wall = reverse("photos", args=[station.region.code])
    attach(activity, cast.manager)
    client.get(wall), client.get(record)
    for n in range(2):
        with django_assert_num_queries(WALL_QUERIES):
            assert len(photos_of(client.get(wall))) == 1 + 12 * n
        with django_assert_num_queries(RECORD_QUERIES):
            client.get(record)
        for shade in range(12):
            attach(activity, cast.manager, shade=shade * 20)


WALL_QUERIES, RECORD_QUERIES = 9, 12
