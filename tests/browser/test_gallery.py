"""The gallery on a phone and on a desk: the large view by keys and swipes, order by button and
by dragging, captions where they stand, a photo that moves and one that serves twice; and 记一笔
with a bad network."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from activities.models import Activity
from records.files import store_upload
from records.models import Attachment
from tests.browser.conftest import PHONE, WIDE
from tests.browser.test_records import photo
from tests.factories import ActivityFactory, FacilityFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def attach(record, by, *shades):
    for shade in shades:
        upload = SimpleUploadedFile(f"现场{shade}.jpg", photo(shade))
        store_upload(upload, station=record.station, by=by, place={"record": record})


def address_of(record):
    code = record.station.region.code
    slugs = {"activity": "activities", "facility": "facilities"}
    kind = record._meta.model_name
    return reverse("record", args=[code, slugs[kind], kind, record.pk])


def names(record):
    rows = record.attachment_links.order_by("order", "pk")
    return list(rows.values_list("attachment__original_name", flat=True))


def shown(page):
    """The photo that stands large, once it is really painted."""
    page.wait_for_function(
        "() => { const i = document.querySelector('dialog[open] img');"
        " return i && i.complete && i.naturalWidth > 0; }"
    )
    return page.inner_text(".lightbox-count")


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "desk"])
def test_photos_open_large_and_are_put_in_order(cast, station, browse, size):
    activity = ActivityFactory(station=station, title="理论学习")
    attach(activity, cast.manager, 10, 20, 30, 40)

    def look(page):
        page.goto(page.base + address_of(activity))
        page.click(".photo-open >> nth=1")
        assert shown(page) == "2 / 4"
        page.keyboard.press("ArrowRight")
        assert shown(page) == "3 / 4"
        page.keyboard.press("End")
        assert shown(page) == "4 / 4" and page.is_disabled(".lightbox-next")
        middle = size["height"] / 2
        page.mouse.move(80, middle)
        page.mouse.down()
        page.mouse.move(240, middle, steps=4)
        page.mouse.up()
        assert shown(page) == "3 / 4"
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog[open]", state="detached")
        assert page.evaluate("document.activeElement.className") == "photo-open"

        with page.expect_response("**/order/"):
            page.click("[aria-label=后移] >> nth=0")
        handle = page.locator("[data-handle] >> nth=3")
        handle.scroll_into_view_if_needed()
        box, first = handle.bounding_box(), page.locator(".photo-open >> nth=2").bounding_box()
        page.mouse.move(box["x"] + 8, box["y"] + 8)
        page.mouse.down()
        page.mouse.move(first["x"] + 30, first["y"] + 30, steps=8)
        assert page.locator(".is-dragged").count() == 1
        with page.expect_response("**/order/"):
            page.mouse.up()
        field = page.locator("[name=caption] >> nth=0")
        field.fill("第二张在前")
        field.press("Tab")
        page.wait_for_selector(".photo-state >> text=已保存")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    browse(cast.manager, look, size)

    assert names(activity) == ["现场20.jpg", "现场10.jpg", "现场40.jpg", "现场30.jpg"]
    assert activity.attachment_links.order_by("order").first().caption == "第二张在前"


def test_a_photo_is_moved_and_another_one_serves_twice(cast, station, browse):
    day = dt.date(2026, 5, 4)
    study = ActivityFactory(station=station, title="理论学习", happened_on=day)
    visit = ActivityFactory(station=station, title="走访老兵", happened_on=day)
    room = FacilityFactory(station=station)
    attach(study, cast.manager, 10, 20)

    def arrange(page):
        page.goto(page.base + address_of(study))
        page.click(".photo-menu summary >> nth=1")
        page.click("details[open] >> text=移到别的记录")
        page.click("button.choose-record:has-text('走访老兵')")
        page.wait_for_selector("text=说明、拍摄日期和上传人不变")
        page.goto(page.base + address_of(room))
        page.click("text=从本站照片中选")
        assert page.is_disabled("button:has-text('用于这条记录')")
        page.check("figure:has-text('理论学习') input[name=photo]")
        page.click("button:has-text('用于这条记录')")
        page.wait_for_selector("text=另用于1条记录")

    browse(cast.manager, arrange, PHONE)

    assert (names(study), names(visit), names(room)) == (
        ["现场10.jpg"], ["现场20.jpg"], ["现场10.jpg"],
    )  # fmt: skip
    assert Attachment.objects.count() == 2


def test_an_entry_sends_its_photos_one_by_one_and_waits_for_them(cast, station, browse):
    chosen = [
        {"name": f"现场{n}.jpg", "mimeType": "image/jpeg", "buffer": photo(n * 30)}
        for n in range(5)
    ]
    chosen[2]["buffer"] = chosen[2]["buffer"][:400]
    lost = []

    def lose_two(route):
        """The first two tries get no answer, as in a dead spot."""
        lost.append(route.request.url)
        if len(lost) <= 2:
            route.abort()
        else:
            route.continue_()

    def record(page):
        page.goto(page.base + reverse("quick_activity", args=[station.code]))
        page.click("label:has-text('学习活动') >> nth=0")
        page.route("**/photos/upload/", lose_two)
        page.set_input_files("input[data-photos]", chosen)
        page.wait_for_selector("text=秒后自动重试")
        page.click(".entry-buttons button >> nth=0")
        # The refused one is read before anything is saved.
        page.wait_for_selector("text=“现场2.jpg”不是完整的照片", timeout=60_000)
        page.wait_for_function("() => document.querySelectorAll('.upload-done').length === 4")
        page.click(".upload-done >> nth=0 >> text=不要")
        page.click(".entry-buttons button >> nth=0")
        page.wait_for_selector("text=已上传3张照片")

    browse(cast.manager, record, PHONE, expected=r"400 \(Bad Request\)|net::ERR_FAILED")

    activity = Activity.objects.get()
    assert len(names(activity)) == 3 and "现场2.jpg" not in names(activity)
    assert Attachment.objects.count() == 4
    assert set(Attachment.objects.values_list("origin", flat=True)) == {"album"}


def test_what_an_entry_could_not_send_follows_to_its_record(cast, station, browse):
    chosen = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo(50)}

    def record(page):
        page.goto(page.base + reverse("quick_activity", args=[station.code]))
        page.click("label:has-text('学习活动') >> nth=0")
        page.route("**/photos/upload/", lambda route: route.fulfill(status=200, body="log in"))
        page.set_input_files("input[data-photos]", chosen)
        page.click("text=先保存文字，照片随后再传")
        page.wait_for_selector("text=记一笔时没有传完的1张照片")
        page.click("text=点击附到这条记录")
        page.wait_for_selector(".gallery figure")

    browse(cast.manager, record, PHONE)

    assert names(Activity.objects.get()) == ["现场.jpg"]
