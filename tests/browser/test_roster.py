"""The roster in the browser: a number leaves the page in no address, what loses something is asked first."""

import pytest
from django.urls import reverse

from tests.factories import VeteranFactory
from veterans.models import RosterImport

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


def test_an_import_is_given_up_only_when_that_is_confirmed(cast, station, browse):
    batch = RosterImport.objects.create(
        station=station, file_name="花名册.xlsx", sha256="", state="refused", message="不是表格。",
        created_by=cast.manager,
    )  # fmt: skip
    address = reverse("import_batch", args=[batch.code])

    def give_up(page):
        answers = [False, True]
        page.on("dialog", lambda asked: asked.accept() if answers.pop(0) else asked.dismiss())
        page.goto(page.base + address)
        page.get_by_role("button", name="放弃并删除文件").click()
        assert answers == [True] and page.url.endswith(address)
        with page.expect_navigation():
            page.get_by_role("button", name="放弃并删除文件").click()
        assert "已放弃" in page.inner_text("main")

    browse(cast.manager, give_up)
    batch.refresh_from_db()
    assert batch.state == "discarded"
