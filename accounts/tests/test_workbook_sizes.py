"""A workbook that claims the world is told before anybody reads its cells."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.tables import TableError, read_table
from accounts.workbook_sizes import ExtentError, check_extent
from tests.hostile import old_workbook_that_claims_the_world, workbook

OLD = Path(__file__).parents[2] / "veterans/tests/old_rosters/marked.xls"


def far(*cells):
    book, out = Workbook(), io.BytesIO()
    for cell in cells:
        book.active[cell] = "x"
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [far("A1", "XFD1048576"), far("A1048576", "Z1"), old_workbook_that_claims_the_world(),
     workbook(b'<x:worksheet xmlns:x="a"><x:sheetData><x:row r="1"><x:c r="XFD1"/></x:row>'
              b"<x:row r='1048576'/></x:sheetData></x:worksheet>")],
)  # fmt: skip
def test_far_cells_are_refused(content):
    with pytest.raises(ExtentError):
        check_extent(content, most_cells=500_000)
    with pytest.raises(TableError, match="表格太大"):
        read_table(SimpleUploadedFile("a.xlsx", content), what="名单")


@pytest.mark.parametrize(
    "content", [OLD.read_bytes()[:700], workbook(b"<worksheet><sheetData><row"), b"PK\x03\x04"]
)
def test_what_cannot_be_followed_is_not_read(content):
    with pytest.raises(TableError, match="打不开"):
        read_table(SimpleUploadedFile("a.xlsx", content), what="名单")


def test_small_tables_are_read():
    assert read_table(SimpleUploadedFile("a.xlsx", far("A1", "C3")), what="名单")[2][2] == "x"
    assert len(read_table(SimpleUploadedFile("a.xls", OLD.read_bytes()), what="名单")) == 9
