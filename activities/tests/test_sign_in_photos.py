"""A photo of the signed sheet files itself, however it was taken."""

import io

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from activities.entry import sign_in
from activities.entry.reading import code_in
from activities.models import Activity
from tests.factories import ActivityFactory, PlanItemFactory

# A sheet of A4 at 150 dpi, its code 36 mm wide as it is printed.
PAPER, CODE = (1240, 1754), 213
CONDITIONS = {
    "straight": {},
    "on its side": {"turn": 90},
    "upside down": {"turn": 180},
    "askew": {"turn": 17},
    "from the side": {"lean": 0.1},
    "in a dim room": {"light": 0.35, "grain": 12},
    "all of it": {"turn": 8, "lean": 0.08, "light": 0.5, "grain": 12, "blur": 0.8},
}


def paper(text: str) -> Image.Image:
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=10, border=2)
    page = Image.new("L", PAPER, 255)
    page.paste(Image.open(drawn).convert("L").resize((CODE, CODE)), (940, 130))
    pen = ImageDraw.Draw(page)
    for y in range(420, 1700, 70):
        pen.line((80, y, 1160, y), fill=0, width=2)
    for x in (80, 180, 500, 800, 1160):
        pen.line((x, 420, x, 1680), fill=0, width=2)
    return page


def photographed(text: str, *, turn=0, lean=0.0, light=1.0, grain=0, blur=0.0) -> bytes:
    """As a phone sees the sheet on a dark table: turned, in perspective, badly lit."""
    width, height = 1600, 2100
    view = Image.new("L", (width, height), 90)
    view.paste(paper(text), (180, 170))
    view = view.rotate(turn, resample=Image.Resampling.BICUBIC, expand=turn in (90, 270))
    width, height = view.size
    corners = (
        -lean * width, -lean * 0.3 * height,
        lean * 0.4 * width, height * (1 + lean * 0.2),
        width * (1 - lean * 0.3), height * (1 + lean),
        width * (1 + lean), lean * height,
    )  # fmt: skip
    view = view.transform((width, height), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    shadow = Image.linear_gradient("L").resize((width, height)).point(lambda v: 120 + v // 2)
    view = ImageEnhance.Brightness(ImageChops.multiply(view, shadow)).enhance(light)
    view = view.filter(ImageFilter.GaussianBlur(blur)) if blur else view
    if grain:
        view = ImageChops.add(view, Image.effect_noise((width, height), grain), 1, -128)
    view.thumbnail((1600, 1600))
    out = io.BytesIO()
    view.convert("RGB").save(out, "JPEG", quality=70)
    return out.getvalue()


def upload(item, name="IMG_1.jpg", **condition):
    content = photographed(sign_in.mark_of(item), **condition)
    return SimpleUploadedFile(name, content, "image/jpeg")


@pytest.fixture
def item(station):
    return PlanItemFactory(
        station=station, title="集中学习日", kind="study", planned_on=timezone.localdate()
    )


@pytest.mark.parametrize("base", ["", "https://zhan.example.gov.cn"])
@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
def test_the_code_is_read_however_the_sheet_was_held(item, settings, base, condition):
    settings.PUBLIC_BASE_URL = base
    assert code_in(photographed(sign_in.mark_of(item), **condition)) == sign_in.code_of(item)


@pytest.mark.parametrize("text", ["https://example.com/", "sign-in:", "sign-in:zz", "你好"])
def test_another_code_is_no_sheet(text):
    assert code_in(photographed(text)) == ""


def test_sheets_of_several_activities_are_sorted_and_one_that_is_not_read_is_named(
    cast, station, item, login
):
    there = ActivityFactory(station=station, plan_item=PlanItemFactory(station=station))
    blank = SimpleUploadedFile("风景.jpg", photographed("https://example.com/"), "image/jpeg")
    photos = [upload(item), upload(there.plan_item, "IMG_2.jpg", turn=90), blank]

    page = login(cast.manager).post(reverse("sign_in_photos"), {"photos": photos})

    made = Activity.objects.get(plan_item=item)
    assert [one.activity for one in page.context["filed"]] == [made, there, None]
    assert "“风景.jpg”没有认出签到表的二维码" in page.content.decode()
    for activity in (made, there):
        assert [one.purpose for one in activity.attachment_links.all()] == ["sign_in"]


def test_a_single_sheet_leads_to_its_activity_and_sent_again_is_stored_once(cast, item, login):
    client, address = login(cast.manager), reverse("sign_in_photos")

    first = client.post(address, {"photos": [upload(item)]})
    second = client.post(address, {"photos": [upload(item)]})

    activity = Activity.objects.get()
    assert first.url == second.url
    assert first.url.endswith(f"/activities/activity/{activity.pk}/")
    assert activity.attachment_links.count() == 1


def test_the_sheet_of_another_station_goes_nowhere(cast, item, login):
    page = login(cast.outsider).post(reverse("sign_in_photos"), {"photos": [upload(item)]})
    assert "不是本站的签到表" in page.content.decode()
    assert not Activity.objects.exists()


@pytest.mark.parametrize("content", [b"GIF89a nothing", b"%PDF-1.4 nothing", b"\xff\xd8\xff"])
def test_what_is_no_photo_is_refused_by_name(cast, item, login, content):
    broken = SimpleUploadedFile("IMG_9.jpg", content, "image/jpeg")
    page = login(cast.manager).post(reverse("sign_in_photos"), {"photos": [broken]})
    (filed,) = page.context["filed"]
    assert filed.activity is None and "IMG_9.jpg" in filed.problem
    assert not Activity.objects.exists()


def test_too_many_at_once_are_refused_before_one_is_read(cast, item, login):
    photos = [SimpleUploadedFile(f"{n}.jpg", b"x", "image/jpeg") for n in range(13)]
    page = login(cast.manager).post(reverse("sign_in_photos"), {"photos": photos})
    assert (page.status_code, "一次最多上传12张" in page.content.decode()) == (400, True)
