"""What a reviewer's page does by itself."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accreditation import workflow
from accreditation.models import Verdict, VisitLine
from accreditation.rubric import shipped
from accreditation.tests.workflow_world import World, a_programme
from activities.models import Activity
from records.files import store_upload
from tests.browser.conftest import PHONE
from tests.factories import FacilityFactory

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


def test_one_key_confirms_all_that_the_system_found_met(cast, station, browse):
    programme = a_programme()
    _as_shipped(programme.rubric)
    application = World(cast, station, programme).at("city_review")
    address = reverse("desk_review", args=[application.number])

    def judge(page):
        page.goto(f"{page.base}{address}?line=C2.1")
        # In a field it is a letter like any other.
        page.locator("[name=comment]").fill("")
        page.locator("[name=comment]").press("a")
        assert page.locator("[name=comment]").input_value() == "a"
        page.locator("[name=comment]").fill("")
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        page.wait_for_selector("text=/已确认\\s*2\\s*个/")
        for code in ("C1\\.2", "R1\\.2"):
            assert "符合" in page.locator(f"#row-{code}").inner_text()

    browse(cast.city, judge)

    given = {row.requirement: (row.result, row.points) for row in Verdict.objects.all()}
    assert given == {"C1.2": ("met", 2000), "R1.2": ("met", 2000)}


def a_pdf(name):
    out = io.BytesIO()
    Image.new("RGB", (200, 300), (240, 240, 200)).save(out, "PDF")
    return SimpleUploadedFile(name, out.getvalue(), content_type="application/pdf")


def test_a_pdf_opens_as_large_as_the_window_without_leaving_the_desk(cast, station, browse):
    programme = a_programme()
    _as_shipped(programme.rubric)
    room = FacilityFactory(station=station, kind="recreation_room")
    paper = store_upload(
        a_pdf("活动室.pdf"), station=station, by=cast.manager,
        place={"record": room, "purpose": "general"},
    )  # fmt: skip
    application = World(cast, station, programme).at("city_review")
    address = reverse("desk_review", args=[application.number])

    def look(page):
        page.goto(f"{page.base}{address}?line=C1.2")
        page.locator("a[data-large]", has_text="活动室.pdf").click()
        page.wait_for_selector("dialog[data-large-view][open] iframe")
        frame = page.locator("dialog[data-large-view] iframe")
        assert frame.get_attribute("src") == f"/files/{paper.code}/page/"
        box, window = frame.bounding_box(), page.viewport_size
        assert box["width"] > 0.9 * window["width"]
        assert box["height"] > 0.7 * window["height"]
        # A refused frame shows a page of the browser instead.
        inside = next(one for one in page.frames if one.parent_frame)
        inside.wait_for_load_state()
        assert inside.url.endswith(f"/files/{paper.code}/page/")
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog[data-large-view][open]", state="detached")
        assert page.url.endswith("?line=C1.2")

    browse(cast.city, look)


def test_a_line_of_the_visit_saves_itself_on_a_phone(cast, station, browse):
    world = World(cast, station, a_programme())
    Activity.objects.create(
        station=station, kind="study", title="学习", happened_on=timezone.localdate()
    )
    application = world.at("site_visit")
    workflow.draw_sheet(application, by=cast.city)
    line = VisitLine.objects.exclude(activity=None).get()
    address = reverse("visit_sheet", args=[application.number])
    form = f"form[action$='/lines/{line.pk}/']"

    def visit(page):
        page.goto(page.base + address)
        page.locator(f"{form} label", has_text="不符合").click()
        # It waits until somebody says what is wrong.
        page.wait_for_selector(f"{form} >> text=请写明现场情况")
        page.locator(f"{form} [name=finding]").fill("签到表缺失")
        page.locator(f"{form} [name=finding]").press("Tab")
        page.wait_for_selector(f"{form} >> text=已保存")
        page.locator(f"{form} [name=photos]").set_input_files(
            {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture}
        )
        page.wait_for_selector(f"li:has({form}) img")
        assert page.locator("[data-visit-done]").inner_text() == "1"
        page.reload()
        assert page.locator(f"{form} [name=finding]").input_value() == "签到表缺失"

    out = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 40)).save(out, "JPEG")
    picture = out.getvalue()
    browse(cast.city, visit, size=PHONE)

    line.refresh_from_db()
    assert (line.result, line.finding) == ("not_met", "签到表缺失")
    assert line.attachment_links.count() == 1
