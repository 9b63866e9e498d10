"""What a reviewer's page does by itself."""

import pytest
from django.urls import reverse

from accreditation.models import Verdict
from accreditation.rubric import shipped
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


def _as_shipped(rubric):
    """The desk looks at what stands behind a line today, so the lines need real measures."""
    for row in shipped()["requirements"]:
        rubric.requirements.filter(code=row["code"]).update(
            measure=row["measure"], parameters=row["parameters"]
        )


def test_a_reviewer_works_through_the_desk_with_the_keys(cast, station, browse):
    programme = a_programme()
    _as_shipped(programme.rubric)
    application = World(cast, station, programme).at("city_review")
    address = reverse("desk_review", args=[application.number])

    def judge(page):
        page.goto(f"{page.base}{address}?line=C2.1")
        page.keyboard.press("1")
        page.wait_for_selector("text=已保存")
        assert "符合" in page.locator("#row-C2\\.1").inner_text()
        page.keyboard.press("n")
        page.wait_for_selector("[data-right][data-code='R1.2']")
        page.keyboard.press("k")
        page.wait_for_selector("[data-right][data-code='R1.1']")
        page.keyboard.press("j")
        page.wait_for_selector("[data-right][data-code='R1.2']")
        page.keyboard.press("2")
        page.locator("[name=points]").fill("10")
        page.locator("[name=is_override]").check()
        page.locator("[name=comment]").fill("缺少原件")
        page.locator("text=保存并下一个").click()
        page.wait_for_selector("[data-right][data-code='C1.2']")
        assert "10.00" in page.locator("#row-R1\\.2").inner_text()
        assert "待评 1 个" in page.locator("[data-totals]").inner_text()
        page.keyboard.press("?")
        page.wait_for_selector("dialog[open]")

    browse(cast.city, judge)

    given = {row.requirement: (row.result, row.points) for row in Verdict.objects.all()}
    assert given == {"C2.1": ("met", 1000), "R1.2": ("partly", 1000)}
