"""A database without room: a page that says so, nothing half written, no repair afterwards."""

import io
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from activities.models import Publicity
from records.models import Attachment
from tests.factories import FacilityFactory
from tests.hostile import image
from veterans.models import RosterImport

MOST = 300
pytestmark = pytest.mark.django_db(transaction=True)


def full():
    return full_sqlite() if connection.vendor == "sqlite" else full_postgres()


@contextmanager
def full_postgres():
    """Every table answers an insert as the server does whose disk is full. PostgreSQL knows no
    limit that a connection could set; what arrives here is its own error all the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'CREATE TRIGGER no_room BEFORE INSERT ON "{table}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION no_room()"
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION no_room() CASCADE")


@contextmanager
def full_sqlite():
    """No page more than now, and those that are free inside the file taken up."""
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        cursor.execute("CREATE TABLE filler (data BLOB)")
        cursor.execute("PRAGMA max_page_count = 1")  # SQLite makes it what is there
        for size in (200_000, 4_000, 100):
            with pytest.raises(OperationalError, match="full"):
                while True:
                    cursor.execute("INSERT INTO filler VALUES (zeroblob(%s))", [size])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {before}")
            cursor.execute("DROP TABLE filler")


def stored():
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def names_of_files(model):
    rows = model.objects.all() if hasattr(model, "file") else ()
    fields = ("file", "thumbnail")
    return {Path(str(getattr(row, f))).name for row in rows for f in fields if getattr(row, f, "")}


def a_record(station):
    data = {"channel": "tv", "level": "county", "title": "学习" * 50, "published_on": "2026-11-01"}
    return reverse("record_new", args=[station.code, *["publicity"] * 2]), Publicity, lambda: data


def a_photo(station):
    args = [station.code, "facilities", "facility", FacilityFactory(station=station).pk]
    photo = image(size=(640, 480))
    return (
        reverse("record_files", args=args),
        Attachment,
        lambda: {"files": SimpleUploadedFile("门牌.jpg", photo)},
    )


def a_roster(station):
    book, out = Workbook(), io.BytesIO()
    book.active.append(["姓名", "性别", "备注"])
    for number in range(300):
        book.active.append([f"张{number}", "男", "说明" * 50])
    book.save(out)
    return (
        reverse("import_upload"),
        RosterImport,
        lambda: {
            "station": station.pk,
            "file": SimpleUploadedFile("花名册.xlsx", out.getvalue()),
        },
    )


@pytest.mark.parametrize("what", [a_record, a_photo, a_roster])
def test_a_full_database_is_told_and_leaves_nothing_and_recovers_by_itself(what, station, cast):
    client = Client(raise_request_exception=False)
    client.force_login(cast.manager)
    url, model, data = what(station)
    before = stored()
    saved = 0

    with full():
        while (response := client.post(url, data())).status_code == 302 and saved < MOST:
            saved += 1  # what still fits into the pages that are begun
        assert response.status_code == 503
        assert "存储空间不足" in response.content.decode()
        assert model.objects.count() == saved
        assert {path.name for path in stored() - before} == names_of_files(model)

    assert client.post(url, data()).status_code == 302
    assert model.objects.count() == saved + 1
