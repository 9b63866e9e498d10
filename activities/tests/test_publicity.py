"""A report and its screenshot in one step, because links die."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from activities.models import Publicity

DATA = {
    "channel": "wechat_official", "level": "city", "title": "老兵宣讲进校园",
    "published_on": "2026-11-01", "url": "https://mp.example.cn/s/1",
}  # fmt: skip


def shot(name="截图.png"):
    out = io.BytesIO()
    Image.new("RGB", (80, 120), (30, 90, 120)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


@pytest.fixture
def address(station):
    return reverse("record_new", args=[station.code, "publicity", "publicity"])


def test_the_screenshot_comes_with_the_form(cast, address, login):
    client = login(cast.manager)
    assert 'name="photos"' in client.get(address).content.decode()

    client.post(address, DATA | {"photos": [shot()]})

    assert Publicity.objects.get().attachment_links.get().attachment.kind == "photo"


def test_a_broken_screenshot_costs_no_typing(cast, address, login):
    broken = SimpleUploadedFile("坏图.png", b"nothing", "image/png")
    page = login(cast.manager).post(address, DATA | {"photos": [broken]}, follow=True)
    assert Publicity.objects.get().title == DATA["title"]
    assert "坏图.png" in page.content.decode()


def test_the_same_form_sent_twice_is_one_report_with_one_screenshot(cast, address, login):
    client = login(cast.manager)
    data = DATA | {"token": client.get(address).context["form"]["token"].value()}

    for _ in range(2):
        client.post(address, data | {"photos": [shot()]})

    assert Publicity.objects.get().attachment_links.count() == 1


@pytest.mark.parametrize(("typed", "kept"), [("", None), ("1280", 1280), ("-1", "refused")])
def test_how_many_read_it_is_asked_of_nobody(cast, address, login, typed, kept):
    answer = login(cast.manager).post(address, DATA | {"reach": typed})
    if kept == "refused":
        assert answer.status_code == 200 and not Publicity.objects.exists()
        assert "阅读（收看）量" in answer.content.decode()
    else:
        assert Publicity.objects.get().reach == kept
