"""A small table that somebody uploads: read whole, and held by the preview until confirmed.

Nothing of it is stored before that. The rows travel in the page itself, signed, so that no
copy of names and phone numbers is left behind.
"""

import csv
import datetime as dt
import io
import zipfile
from typing import Any

from django.core import signing
from python_calamine import CalamineError, CalamineWorkbook

from accounts.models import User
from accounts.workbook_sizes import ExtentError, check_extent

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 50 * 1024 * 1024
MAX_CELLS = 500_000
HELD_SECONDS = 3600


class TableError(Exception):
    """The file as a whole cannot be used; the text says why."""


def read_table(file, *, what: str) -> list[list[str]]:
    """The texts of an Excel or CSV file, line by line; `what` it should hold, for the sentences."""
    if file.size > MAX_BYTES:
        raise TableError(f"文件超过2MB，请只保留{what}这一张表后重试。")
    content = file.read()
    cells = _csv(content) if file.name.lower().endswith(".csv") else _excel(content, what)
    return [[_text(cell) for cell in line] for line in cells]


def _csv(content: bytes) -> list[list]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(content.decode(encoding))))
        except (UnicodeDecodeError, csv.Error):
            continue
    raise TableError("读不懂这个CSV文件的编码，请另存为“CSV UTF-8”格式或Excel文件。")


def _excel(content: bytes, what: str) -> list[list]:
    """The declared size is looked at first: a small file can unpack to gigabytes."""
    try:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
                    raise TableError(f"文件展开后过大，请只保留{what}这一张表后重试。")
        check_extent(content, most_cells=MAX_CELLS)
        return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except ExtentError as error:
        raise TableError(
            f"表格太大：有内容的格子离得太远。请只保留{what}这一张表后重试。"
        ) from error
    except (CalamineError, zipfile.BadZipFile, ValueError, IndexError) as error:
        raise TableError("打不开这个文件。请使用Excel（.xlsx、.xls）或CSV文件。") from error


def _text(cell: object) -> str:
    """Codes and phone numbers come out of Excel as numbers, days as moments."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    # Unprintable characters come along from other programs; PostgreSQL refuses a NUL.
    return "".join(c for c in str(cell) if c.isprintable()).strip() if cell is not None else ""


def hold(data: Any, *, by: User, salt: str) -> str:
    return signing.dumps({"by": by.pk, "data": data}, salt=salt, compress=True)


def held(token: str, *, by: User, salt: str) -> Any:
    try:
        found = signing.loads(token, salt=salt, max_age=HELD_SECONDS)
    except signing.BadSignature as error:
        raise TableError("预览已过期（1小时），请重新选择文件。") from error
    if found["by"] != by.pk:
        raise TableError("这份预览属于另一个账号，请重新选择文件。")
    return found["data"]
