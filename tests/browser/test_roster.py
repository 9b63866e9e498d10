"""The roster's searches: an ID number or a phone leaves the page in no address."""

import pytest
from django.urls import reverse

from tests.factories import VeteranFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE_NUMBER = "199 0000 1111"


def test_a_number_is_in_no_address(cast, station, browse):
    VeteranFactory(station=station, name="张三", pinyin="zhang san", initials="zs")
    roster = reverse("station_roster", args=[station.region.code])
    form = reverse("record_new", args=[station.region.code, "stories", "story"])

    def look(page):
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page.base + roster)
        page.fill("input[name=q]", PHONE_NUMBER)
        with page.expect_navigation():
            page.press("input[name=q]", "Enter")
        assert "没有找到登记这个号码的人员" in page.inner_text("main")

        page.goto(page.base + reverse("stories"))
        page.fill("input[name=q]", PHONE_NUMBER)
        page.press("input[name=q]", "Enter")
        field = page.locator("input[name=q]")
        assert "不能按身份号码、电话查找" in field.evaluate("field => field.validationMessage")
        page.fill("input[name=q]", "古桥")
        with page.expect_navigation():
            page.press("input[name=q]", "Enter")

        page.goto(page.base + form)
        picker = page.locator("[data-pick-people]").first
        picker.locator("[data-search]").fill(PHONE_NUMBER)
        picker.get_by_text("请不要填写身份号码、电话").wait_for()
        picker.locator("[data-search]").fill("zs")
        picker.get_by_role("button", name="张三").wait_for()

        assert not [address for address in asked if "1111" in address]

    browse(cast.manager, look)
