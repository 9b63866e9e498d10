"""记一笔 on a phone: from the first tap to the saved activity with two photos."""

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity
from records.models import Draft
from tests.browser.conftest import PHONE
from tests.browser.test_records import photo
from tests.factories import GroupFactory, MembershipFactory, TeamFactory, VeteranFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_activity_with_two_photos_is_recorded_on_a_phone(cast, station, browse):
    person = VeteranFactory(station=station, name="张三", pinyin="zhang san", initials="zs")
    group = GroupFactory(team=TeamFactory(station=station), name="走访组", field="hardship")
    member = VeteranFactory(station=station, name="李四", pinyin="li si", initials="ls")
    MembershipFactory(team=group.team, group=group, veteran=member)
    address = reverse("quick_activity", args=[station.code])
    month = timezone.localdate().month
    files = [
        {"name": f"现场{n}.jpg", "mimeType": "image/jpeg", "buffer": photo(n * 90)} for n in (1, 2)
    ]

    def record(page):
        page.goto(page.base + address)
        page.click("label:has-text('志愿服务') >> nth=0")
        assert page.input_value("input[name=title]") == f"{month}月志愿服务"
        page.click("label:has-text('走访组（1人）')")
        page.locator("[data-search]").type("zs")
        page.locator("[data-results] button").first.click()
        page.click("button:has-text('开展环境整治志愿服务。')")
        # The camera gives one picture at a time; the second does not replace the first.
        for file in files:
            page.set_input_files("input[data-camera]", file)
        page.wait_for_selector("[data-files] .upload-done >> nth=1")
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.fill("textarea[name=outcome]", "村道干净了")
        page.wait_for_selector("text=已保存草稿")
        small = page.evaluate(
            "[...document.querySelectorAll('.entry .btn, .entry-kinds span, .entry .form-control')]"
            ".filter(e => e.offsetHeight && e.offsetHeight < 44).map(e => e.textContent)"
        )
        assert small == []

        # The session is lost, the page comes again: everything is there.
        page.goto(page.base + address)
        page.wait_for_selector("text=已恢复草稿")
        assert page.input_value("textarea[name=content]") == "开展环境整治志愿服务。"
        assert page.locator(".pick-chip input:checked").count() == 1
        assert page.locator("[data-files] img").count() == 2
        page.click(".entry-buttons button >> nth=0")
        page.wait_for_selector("text=已上传2张照片")

    browse(cast.manager, record, PHONE)

    activity = Activity.objects.get()
    assert (activity.kind, activity.title) == ("volunteering", f"{month}月志愿服务")
    assert activity.content == "开展环境整治志愿服务。"
    people = set(activity.participations.values_list("veteran_id", flat=True))
    assert people == {person.pk, member.pk}
    assert activity.attachment_links.count() == 2
    assert not Draft.objects.exists()
