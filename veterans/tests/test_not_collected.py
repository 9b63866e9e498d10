"""Children's, bank and health data are not collected (PIPL article 6)."""

import io
import re

import pytest
from django.apps import apps
from openpyxl import Workbook

from tests.factories import StationFactory
from veterans.importing import batches, writing
from veterans.models import ImportRow

PRODUCT = {"records", "stations", "veterans", "volunteers", "activities", "accreditation"}
NOT_OURS = re.compile("银行|账号|卡号|存折|病历|病史|诊断|健康|子女|未成年|低保|收入|家庭成员")


def test_no_field_asks_for_them():
    asked = [
        f"{model._meta.label}.{field.name}"
        for app in PRODUCT
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.fields
        if NOT_OURS.search(str(field.verbose_name))
    ]
    assert asked == []


@pytest.mark.django_db
def test_an_import_keeps_nothing_of_columns_that_are_not_asked_for():
    station = StationFactory()
    book = Workbook()
    book.active.append(
        ["姓名", "性别", "出生年月", "原部队职务", "现任职务", "银行卡号", "子女姓名"]
    )
    book.active.append(["张三", "男", "1960.10", "班长", "务农", "6222000011112222", "张小四"])
    file = io.BytesIO()
    book.save(file)
    batch = batches.start(file.getvalue(), name="a.xlsx", station=station)
    batches.read(batch)
    batch.refresh_from_db()
    assert batch.state == "ready", batch.message
    writing.write(batch)
    row = ImportRow.objects.get()
    assert row.written_at is not None
    kept = row.cells + row.values + str(row.changes) + str(row.notes) + row.before
    assert "6222000011112222" not in kept and "张小四" not in kept
