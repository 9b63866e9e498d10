"""Hostile files on the road of every upload: a sentence, never an error of the server."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.file_names import clean_name
from records.files import RefusedFile, store_upload
from records.models import Attachment
from tests.hostile import HARMLESS, files

pytestmark = pytest.mark.django_db


def test_no_hostile_file_does_harm_and_each_refusal_names_file_and_reason(station):
    hostile = files()
    assert len(hostile) >= 60
    unnamed = []
    for name, data in hostile.items():
        upload = SimpleUploadedFile("x", data)
        upload._name = name  # as a client that is no browser would send it
        try:
            store_upload(upload, station=station, by=None)
        except RefusedFile as refused:
            if clean_name(name)[:20] not in str(refused):
                unnamed.append((name, str(refused)))

    assert unnamed == []
    stored = list(Attachment.objects.all())
    assert {row.original_name for row in stored} >= HARMLESS
    for row in stored:
        assert "html" not in row.content_type and "svg" not in row.content_type
        if row.kind == "photo":
            content = row.file.storage.open(row.file.name).read()
            assert content.startswith(b"\xff\xd8\xff") and b"<script>" not in content
