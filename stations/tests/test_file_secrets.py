"""A file says no more to anybody than the record that it was taken for."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEntry
from activities.models import Activity
from records.models import Attachment
from tests.factories import ActivityFactory

NAME = "张三来访谈话.jpg"


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return SimpleUploadedFile(NAME, out.getvalue(), content_type="image/jpeg")


def a_talk(station):
    return ActivityFactory(station=station, kind=Activity.Kind.TALK, title="谈心谈话")


@pytest.fixture
def uploaded(login, cast, station, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    record = a_talk(station)
    address = reverse(
        "record_files", args=[station.region.code, "activities", "activity", record.pk]
    )
    answer = login(cast.manager).post(address, {"files": [picture()]})
    assert answer.status_code == 302
    return record, Attachment.objects.get()


def status(client, attachment, name="file"):
    return client.get(reverse(name, args=[attachment.code])).status_code


@pytest.mark.parametrize("end", ["removed", "deleted"])
def test_a_file_taken_off_a_veiled_record_stays_with_those_who_keep_it(
    end, uploaded, login, cast, station
):
    record, attachment = uploaded
    assert status(login(cast.admin), attachment) == 404
    if end == "removed":
        link = attachment.links.get()
        login(cast.manager).post(reverse("link_remove", args=[link.pk]))
    else:
        record.delete()
    assert not attachment.links.exists()

    for person in (cast.admin, cast.city, cast.other_county, cast.outsider):
        assert status(login(person), attachment) == 404
        assert status(login(person), attachment, "file_thumbnail") == 404
    assert status(login(cast.manager), attachment) == 200
    assert status(login(cast.county), attachment) == 200


def test_the_audit_log_does_not_tell_the_name_of_such_a_file(uploaded):
    entry = AuditEntry.objects.get(action="file.upload")
    assert NAME not in entry.label
    assert entry.label == "照片"
