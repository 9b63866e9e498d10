"""A video from a phone on a network that breaks, until it plays where it was put."""

from threading import Thread

import pytest
from django.db import connections
from django.urls import reverse

from records import incoming, jobs
from records.models import Attachment, Job
from tests.browser.conftest import PHONE
from tests.factories import FacilityFactory
from tests.footage import video

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PIECE = 64 * 1024


@pytest.fixture(autouse=True)
def no_worker(settings, tmp_path, monkeypatch):
    """The bell rings in a folder; the test is the worker, when it says so."""
    from config.celery import app

    settings.INCOMING_DIR = tmp_path
    monkeypatch.setattr(incoming, "PIECE", PIECE)
    before, app.conf.task_always_eager = app.conf.task_always_eager, False
    yield
    app.conf.task_always_eager = before


def work():
    """What the worker does with the job that waits; in a thread, with a connection of its own."""
    try:
        for pk in Job.objects.filter(state="queued").values_list("pk", flat=True):
            jobs.run_job(pk)
    finally:
        connections.close_all()


def in_a_thread(run):
    thread = Thread(target=run)
    thread.start()
    thread.join()


def test_a_video_survives_the_network_and_plays_when_it_is_through(cast, station, browse):
    facility = FacilityFactory(station=station)
    address = reverse("record", args=[station.code, "facilities", "facility", facility.pk])
    data = video(seconds=6, size="640x480")
    assert len(data) > 2 * PIECE
    chosen = {"name": "活动.mp4", "mimeType": "video/mp4", "buffer": data}
    sent = []

    def lose_the_second(route):
        if "offset=" not in route.request.url:
            return route.continue_()
        sent.append(route.request.url.rpartition("offset=")[2])
        return route.abort() if len(sent) == 2 else route.continue_()

    def upload(page):
        page.route("**/incoming/**", lose_the_second)
        page.goto(page.base + address)
        page.set_input_files("#files-input", chosen)
        box = page.wait_for_selector("[data-waiting]", timeout=60_000)
        assert "正在处理，完成后即可播放" in box.inner_text()
        assert page.locator("video").count() == 0
        page.fill("[name=name]", "还没有保存的名称")

        in_a_thread(work)

        page.wait_for_selector(".gallery video", timeout=60_000)
        # It came into the page as it stood.
        assert page.input_value("[name=name]") == "还没有保存的名称"
        page.evaluate("document.querySelector('.gallery video').play()")
        page.wait_for_function("() => document.querySelector('.gallery video').currentTime > 0")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    browse(cast.manager, upload, PHONE, expected=r"400 \(Bad Request\)|net::ERR_FAILED")

    # The piece that was lost was sent again, and none before it.
    assert sent[:3] == ["0", str(PIECE), str(PIECE)]
    row = Attachment.objects.get()
    assert (row.kind, row.preparation) == ("video", "")
    assert facility.attachment_links.count() == 1
