"""Lists of earlier recognitions as other programs leave them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accreditation.tests.workflow_world import a_programme
from veterans.tests.roster_files import FOLDER

HEAD = "区划代码,服务站名称,建设类别,认定日期,决定文号,认定编号\n"


@pytest.mark.parametrize(
    "row", ["321322100201\x00,\x00站,红色,2025-03-01,,", "321322100201,站,红色,9999-12-31,,"]
)
def test_a_list_with_odd_cells_is_previewed(row, login, cast, station):
    content = SimpleUploadedFile("名单.csv", (HEAD + row).encode())
    answer = login(cast.city).post(
        reverse("accreditation_import"), {"programme": a_programme().pk, "file": content}
    )
    assert answer.status_code == 200
    lines = answer.context["lines"]
    assert [line.code for line in lines] == ["321322100201"]
    assert "\x00" not in answer.content.decode()


def test_an_old_workbook_is_read_and_its_missing_columns_are_named(login, cast):
    old = (FOLDER / "old.xls").read_bytes()
    answer = login(cast.city).post(
        reverse("accreditation_import"),
        {"programme": a_programme().pk, "file": SimpleUploadedFile("名单.xls", old)},
    )

    assert answer.status_code == 422
    assert "第1行缺少列：区划代码、建设类别、认定日期" in answer.content.decode()
