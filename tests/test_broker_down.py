"""The broker is away while pages are used: each answers, and the timer does the work once."""

import socket

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from records import tasks
from records.finishing import LEFT_TO_THE_BELL
from records.models import Attachment, Job
from tests.factories import FacilityFactory
from tests.hostile import image
from veterans import import_views
from veterans.models import RosterImport

pytestmark = pytest.mark.django_db
ROSTER = "姓名,性别,出生日期\n张三,男,1960-01-01\n".encode()


@pytest.fixture
def refused():
    """The address of a Redis that is not there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{probe.getsockname()[1]}/0"  # bound, and nobody listens


def test_an_upload_and_an_import_wait_for_the_timer_and_are_done_once(
    station, cast, login, settings, refused, monkeypatch, django_capture_on_commit_callbacks
):
    settings.CELERY_BROKER_URL = refused
    monkeypatch.setattr(import_views, "READ_AT_ONCE", 0)  # every roster is one for the worker
    client = login(cast.manager)
    args = [station.code, "facilities", "facility", FacilityFactory(station=station).pk]
    photo = SimpleUploadedFile("门牌.jpg", image(size=(640, 480)))
    roster = SimpleUploadedFile("花名册.csv", ROSTER)

    with django_capture_on_commit_callbacks(execute=True):
        uploaded = client.post(reverse("record_files", args=args), {"files": photo})
        sent = client.post(reverse("import_upload"), {"station": station.pk, "file": roster})

    assert (uploaded.status_code, sent.status_code) == (302, 302)
    assert "读取花名册" in client.get(sent.url).content.decode()
    assert list(Job.objects.values_list("state", "rung_at")) == [("queued", None)]
    assert Attachment.objects.get().is_unfinished

    settings.CELERY_BROKER_URL = "filesystem://"
    Attachment.objects.update(uploaded_at=timezone.now() - 2 * LEFT_TO_THE_BELL)
    for _ in range(2):  # the timer comes again, and finds nothing
        tasks.pick_up_jobs()

    assert list(Job.objects.values_list("state", "attempt")) == [("done", 1)]
    assert not Attachment.objects.get().is_unfinished
    batch = RosterImport.objects.get()
    assert (batch.state, batch.rows.count()) == ("ready", 1)
