"""Twenty photos from a phone on a slow network, one of them broken, and the network away."""

import pytest
from django.urls import reverse

from records.models import Attachment
from tests.browser.conftest import PHONE
from tests.browser.test_records import photo
from tests.factories import FacilityFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SLOW = {"offline": False, "latency": 80, "downloadThroughput": 1e6, "uploadThroughput": 3e5}


def files(numbers):
    return [
        {"name": f"现场{n}.jpg", "mimeType": "image/jpeg", "buffer": photo(n * 11)} for n in numbers
    ]


def address_of(station, facility):
    return reverse("record", args=[station.code, "facilities", "facility", facility.pk])


def test_of_twenty_photos_the_broken_one_alone_is_refused(cast, station, browse):
    facility = FacilityFactory(station=station)
    address = address_of(station, facility)
    chosen = files(range(20))
    chosen[7]["buffer"] = chosen[7]["buffer"][:300]

    def upload(page):
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
        page.goto(page.base + address)
        page.set_input_files("#files-input", chosen)
        page.wait_for_selector("text=刷新查看已上传的文件", timeout=120_000)
        assert page.locator(".upload-done").count() == 19
        assert "“现场7.jpg”不是完整的照片" in page.locator(".upload-failed").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.set_input_files("#files-input", files([7]))
        # All through: the page shows its gallery anew.
        page.wait_for_selector(".gallery figure >> nth=19")

    browse(cast.manager, upload, PHONE)

    names = Attachment.objects.values_list("original_name", flat=True)
    assert sorted(names) == sorted(f"现场{n}.jpg" for n in range(20))
    assert facility.attachment_links.count() == 20


def test_what_was_not_through_waits_for_the_page_to_come_back(cast, station, browse):
    facility = FacilityFactory(station=station)
    address = address_of(station, facility)

    def upload(page):
        page.goto(page.base + address)
        # The page is left while nothing gets an answer.
        page.route("**/files/", lambda route: None)
        page.set_input_files("#files-input", files([1, 2]))
        page.wait_for_selector(".upload-list li >> nth=1")
        page.goto(page.base + address)
        page.unroute("**/files/")
        page.click("text=待续传2个文件，点击继续上传")
        page.wait_for_selector(".gallery figure >> nth=1")

    browse(cast.manager, upload, PHONE)

    assert facility.attachment_links.count() == 2
