"""The broker is away while pages are used: each answers, and the timer does the work once."""

import contextlib
import socket
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accreditation.models import Transition
from accreditation.tests.workflow_world import World, a_card, a_programme
from accreditation.workflow import snapshots
from config.celery import app
from records import tasks
from records.finishing import LEFT_TO_THE_BELL
from records.models import Attachment, Job
from tests.factories import FacilityFactory
from tests.hostile import image
from veterans import import_views
from veterans.models import RosterImport

pytestmark = pytest.mark.django_db
ROSTER = "姓名,性别,出生日期\n张三,男,1960-01-01\n".encode()


@contextlib.contextmanager
def refused(settings):
    """A Redis that is not there: bound, and nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"
        yield


@contextlib.contextmanager
def silent(settings):
    """A Redis that hangs: it takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        yield


@contextlib.contextmanager
def no_folder(settings):
    """The embedded broker's folder cannot be written to: a file stands in its place."""
    folder = Path(app.conf.broker_transport_options["data_folder_out"])
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder.rename(folder.with_name("aside"))
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


@pytest.fixture(params=[refused, silent, no_folder], ids=lambda made: made.__name__)
def broker(request, settings):
    """Enter it, and the broker is away; leave it, and it is back."""

    @contextlib.contextmanager
    def away():
        before, eager = settings.CELERY_BROKER_URL, app.conf.task_always_eager
        app.conf.task_always_eager = False
        try:
            with request.param(settings):
                yield
        finally:
            settings.CELERY_BROKER_URL, app.conf.task_always_eager = before, eager

    return away


def test_an_upload_and_an_import_wait_for_the_timer_and_are_done_once(
    station, cast, login, broker, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(import_views, "READ_AT_ONCE", 0)  # every roster is one for the worker
    client = login(cast.manager)
    args = [station.code, "facilities", "facility", FacilityFactory(station=station).pk]
    photo = SimpleUploadedFile("门牌.jpg", image(size=(640, 480)))
    roster = SimpleUploadedFile("花名册.csv", ROSTER)

    with broker(), django_capture_on_commit_callbacks(execute=True):
        uploaded = client.post(reverse("record_files", args=args), {"files": photo})
        sent = client.post(reverse("import_upload"), {"station": station.pk, "file": roster})

    assert (uploaded.status_code, sent.status_code) == (302, 302)
    assert "读取花名册" in client.get(sent.url).content.decode()
    assert list(Job.objects.values_list("state", "rung_at")) == [("queued", None)]
    assert Attachment.objects.get().is_unfinished

    Attachment.objects.update(uploaded_at=timezone.now() - 2 * LEFT_TO_THE_BELL)
    for _ in range(2):  # the timer comes again, and finds nothing
        tasks.pick_up_jobs()

    assert list(Job.objects.values_list("state", "attempt")) == [("done", 1)]
    assert not Attachment.objects.get().is_unfinished
    batch = RosterImport.objects.get()
    assert (batch.state, batch.rows.count()) == ("ready", 1)


def test_an_approval_needs_no_broker_and_its_papers_wait(
    station, cast, login, broker, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(snapshots, "score", lambda station, **_: a_card())
    application = World(cast, station, a_programme()).at("county_review")
    client = login(cast.county)

    with broker(), django_capture_on_commit_callbacks(execute=True):
        step = client.post(reverse("application_recommend", args=[application.number]))
        papers = client.post(reverse("application_dossier", args=[application.number, "docx"]))

    assert (step.status_code, papers.status_code) == (302, 302)
    application.refresh_from_db()
    assert application.state == "city_review"
    moves = Transition.objects.filter(from_state="county_review", to_state="city_review")
    assert moves.count() == 1
    assert list(Job.objects.values_list("state", "rung_at")) == [("queued", None)]

    for _ in range(2):
        tasks.pick_up_jobs()
    assert list(Job.objects.values_list("state", "attempt")) == [("done", 1)]
