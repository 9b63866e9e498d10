"""What only a browser can show: searching people, uploading with progress, phone widths."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from PIL import Image

from activities.models import Activity
from records.models import AttachmentLink
from tests.browser.conftest import PHONE
from tests.factories import FacilityFactory, VeteranFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_people_are_picked_by_initials_and_saved(cast, station, browse):
    person = VeteranFactory(station=station, name="张三", pinyin="zhang san", initials="zs")
    VeteranFactory(station=station, name="李四", pinyin="li si", initials="ls")
    address = reverse("record_new", args=[station.region.code, "activities", "activity"])

    def record_one(page):
        page.goto(page.base + address)
        page.select_option("select[name=kind]", "study")
        page.fill("input[name=title]", "理论学习")
        page.fill("input[name=happened_on]", dt.date.today().isoformat())
        picker = page.locator("[data-pick-people][data-name=participants]")
        picker.locator("[data-search]").type("zs")
        picker.locator("[data-results] button").first.click()
        page.click("main form button[type=submit] >> text=保存")
        page.wait_for_selector(".alert-success")

    browse(cast.manager, record_one, PHONE)

    activity = Activity.objects.get()
    assert activity.title == "理论学习"
    assert list(activity.participations.values_list("veteran_id", flat=True)) == [person.pk]


def photo(shade):
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), (shade, 90, 120)).save(out, "JPEG")
    return out.getvalue()


def test_many_photos_at_once_and_a_broken_one_loses_no_other(cast, station, browse):
    facility = FacilityFactory(station=station)
    address = reverse("record", args=[station.region.code, "facilities", "facility", facility.pk])
    files = [
        {"name": f"照片{n}.jpg", "mimeType": "image/jpeg", "buffer": photo(n * 12)}
        for n in range(19)
    ]
    files.insert(7, {"name": "坏.jpg", "mimeType": "image/jpeg", "buffer": b"broken"})

    def upload(page):
        page.goto(page.base + address)
        page.set_input_files("form[data-upload] input[type=file]", files)
        page.wait_for_selector(".upload-failed", timeout=60_000)
        page.wait_for_selector("text=刷新查看已上传的文件", timeout=120_000)
        assert "坏.jpg" in page.inner_text(".upload-failed")
        assert page.locator(".upload-done").count() == 19

    browse(cast.manager, upload, PHONE)

    names = set(AttachmentLink.objects.values_list("attachment__original_name", flat=True))
    assert names == {f"照片{n}.jpg" for n in range(19)}


def test_no_page_of_a_station_is_wider_than_the_phone(cast, station, browse):
    VeteranFactory.create_batch(3, station=station, former_post="副连长", current_post="务农")
    code = station.region.code
    addresses = [
        "/",
        f"/stations/{code}/",
        f"/stations/{code}/roster/",
        f"/stations/{code}/roster/person/new/",
        f"/stations/{code}/activities/activity/new/",
        f"/stations/{code}/scorecard/",
        f"/stations/{code}/application/",
        "/accreditation/progress/",
    ]

    def visit_all(page):
        for address in addresses:
            answer = page.goto(page.base + address)
            assert answer.status == 200, address
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, f"{address} is {wide} px too wide"

    browse(cast.manager, visit_all, PHONE)


def test_what_was_typed_survives_a_closed_tab(cast, station, browse):
    address = reverse("record_new", args=[station.region.code, "notes", "note"])

    def type_and_leave(page):
        page.goto(page.base + address)
        page.fill("input[name=title]", "写了一半的经验")
        page.goto(page.base + "/")
        page.goto(page.base + address)
        page.wait_for_selector("text=已恢复草稿")
        assert page.input_value("input[name=title]") == "写了一半的经验"

    browse(cast.manager, type_and_leave)
