"""The rows that could not go in, as the user's own sheet with one column more."""

import json
import tempfile
from pathlib import Path

from xlsxwriter import Workbook

from records.workbooks import SAFE, plain
from veterans.importing.batches import WAITS
from veterans.models import RosterImport

REASON = "错误原因"


def write_bad_rows(batch: RosterImport) -> Path:
    """Exactly the rows that wait or cannot be imported, sheet by sheet."""
    handle = tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False)  # noqa: SIM115 handed on
    handle.close()
    labels = {sheet["name"][:60]: sheet["labels"] for sheet in batch.sheets}
    book = Workbook(handle.name, SAFE)
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    page, at, current = None, 0, None
    for row in batch.rows.filter(WAITS).order_by("sheet", "number").iterator(chunk_size=500):
        if row.sheet != current:
            current, at = row.sheet, 1
            page = book.add_worksheet(_title(book, row.sheet))
            heads = labels.get(row.sheet, [])
            for column, label in enumerate([*heads, REASON]):
                page.write_string(0, column, plain(label or " "), bold)
        width = len(labels.get(row.sheet, []))
        cells = (json.loads(row.cells or "[]") + [""] * width)[:width]
        for column, cell in enumerate(cells):
            if cell:
                page.write_string(at, column, plain(cell[:32_000]), text)
        page.write_string(at, width, plain(reasons(row)))
        at += 1
    if page is None:
        book.add_worksheet("没有问题行")
    book.close()
    return Path(handle.name)


def reasons(row) -> str:
    """Why this row did not go in, in one cell."""
    asked = [n["message"] for n in row.notes if n["level"] in ("ask", "blank")]
    return " ".join(asked) or "没有决定是否导入。"


def _title(book, name):
    """Excel allows 31 characters, some signs not, and no name twice."""
    bare = "".join("_" if sign in "[]:*?/\\'" else sign for sign in name)[:28] or "表格"
    taken = {page.get_name().lower() for page in book.worksheets()}
    return bare if bare.lower() not in taken else f"{bare}{len(taken)}"
