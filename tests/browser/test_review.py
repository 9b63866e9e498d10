"""What a reviewer's page does by itself."""

import pytest
from django.urls import reverse

from accreditation.models import Verdict
from accreditation.tests.workflow_world import World, a_programme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_points_follow_the_verdict(cast, station, browse):
    application = World(cast, station, a_programme()).at("city_review")
    address = reverse("application", args=[application.number])

    def judge(page):
        page.goto(page.base + address)
        line = page.locator("#line-R1\\.2")
        line.locator("summary", has_text="意见").click()
        for result, points in (("not_met", "0"), ("partly", ""), ("met", "20.00")):
            line.locator("[name=result]").select_option(result)
            assert line.locator("[name=points]").input_value() == points
        line.locator("[name=is_override]").check()
        line.locator("[name=comment]").fill("已看过原件")
        line.locator("button[type=submit]").click()
        page.wait_for_selector(".alert-success")

    browse(cast.city, judge)

    verdict = Verdict.objects.get()
    assert (verdict.requirement, verdict.result, verdict.points) == ("R1.2", "met", 2000)
