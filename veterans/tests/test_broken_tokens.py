"""One number that no key opens, among a thousand: nothing is written half, and nothing is
passed over in silence."""

import pytest
from cryptography.fernet import InvalidToken
from django.db import connection

from records.rotation import WrongKey, rotate, tables
from tests.factories import VeteranFactory
from veterans.exporting import export_roster
from veterans.importing import batches, writing
from veterans.models import ImportRow, RosterImport, Veteran
from veterans.tests.test_import_pages import person, sheet


def break_one(model, column, pk):
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE {model._meta.db_table} SET "{column}" = %s WHERE id = %s',
            ["gAAAAABbroken", pk],
        )


def test_an_export_leaves_no_file(station, tmp_path):
    people = [VeteranFactory(station=station, name=f"人{n}", phone="19900001111") for n in range(9)]
    break_one(Veteran, "phone", people[4].pk)
    path = tmp_path / "花名册.xlsx"

    with pytest.raises(InvalidToken):
        export_roster(Veteran.objects.all(), path, region=station.region)

    assert not path.exists()


def test_an_import_writes_nobody_and_can_be_tried_again(station):
    batch = batches.start(
        sheet(*(person(f"张{n}") for n in "一二三四五")), name="花名册.xlsx", station=station
    )
    batches.read(batch)
    row = batch.rows.order_by("pk")[2]
    with connection.cursor() as cursor:
        cursor.execute('SELECT "values" FROM veterans_importrow WHERE id = %s', [row.pk])
        kept = cursor.fetchone()[0]
    break_one(ImportRow, "values", row.pk)

    with pytest.raises(InvalidToken):
        writing.write(batch)

    assert not Veteran.objects.exists()
    batch = RosterImport.objects.get(pk=batch.pk)
    assert batch.state == "ready" and batch.rows.filter(written_at=None).count() == 5
    with connection.cursor() as cursor:
        cursor.execute('UPDATE veterans_importrow SET "values" = %s WHERE id = %s', [kept, row.pk])
    assert writing.write(batch)["created"] == 5


def test_the_rotation_says_where(station):
    one = VeteranFactory(station=station, name="张三", phone="19900001111")
    break_one(Veteran, "phone", one.pk)

    with pytest.raises(WrongKey, match=f"{one.pk}, phone"):
        rotate(next(table for table in tables() if table.model is Veteran))
