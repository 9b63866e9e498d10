"""A video as it came, with the position in it, leaves in no archive."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accreditation.dossier import archive
from records.models import Attachment, AttachmentLink
from tests.factories import FacilityFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("preparation", "packed", "reason"),
    [
        ("waiting", 0, "视频还没有处理好，未装入"),
        ("failed", 0, "视频还没有处理好，未装入"),
        ("", 1, ""),
    ],
)
def test_only_a_prepared_video_is_packed(preparation, packed, reason, station):
    row = Attachment.objects.create(
        station=station, kind="video", preparation=preparation, original_name="活动.mp4",
        file=default_storage.save("test/video.mp4", ContentFile(b"as it came")),
        content_type="video/mp4", size=10, sha256="0" * 64,
    )  # fmt: skip
    link = AttachmentLink.objects.create(attachment=row, record=FacilityFactory(station=station))
    manifest = []

    with zipfile.ZipFile(io.BytesIO(), "w") as out:
        archive._add_file(out, manifest, "C1.1", 1, link)

        assert len(out.namelist()) == packed
    assert [line[3] for line in manifest] == [reason]
