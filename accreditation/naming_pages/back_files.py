"""A list of earlier recognitions from Excel or CSV: read, check row by row, hold until
confirmed. Nothing is written before that; the rows travel in the page, signed."""

import csv
import datetime as dt
import io
import zipfile
from dataclasses import asdict, dataclass

from django.core import signing
from django.utils import timezone
from django.utils.dateparse import parse_date
from python_calamine import CalamineError, CalamineWorkbook

from accreditation.workflow import back_entry
from stations.models import Station, Track

COLUMNS = ["区划代码", "服务站名称", "建设类别", "认定日期", "决定文号", "认定编号"]
NEEDED = ("区划代码", "建设类别", "认定日期")
MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 50 * 1024 * 1024
MAX_ROWS = 500
SALT = "accreditation.back_files"
TRACK_WORDS = {label: value for value, label in Track.choices} | {
    "红色": "red", "古色": "historical", "历史": "historical", "历史文化": "historical",
    "绿色": "rural", "乡村振兴": "rural",
}  # fmt: skip


class FileError(Exception):
    """The file as a whole cannot be used; the text says why."""


@dataclass
class Line:
    line: int
    code: str
    name: str
    track: str
    named_on: str
    document_no: str
    number: str
    error: str = ""

    @property
    def sentence(self):
        return f"第{self.line}行：{self.error}" if self.error else ""


def read(file) -> list[Line]:
    if file.size > MAX_BYTES:
        raise FileError("文件超过2MB，请只保留认定名单这一张表后重试。")
    content = file.read()
    cells = _csv(content) if file.name.lower().endswith(".csv") else _excel(content)
    if not cells:
        raise FileError("文件里没有内容。")
    heads = [_text(cell) for cell in cells[0]]
    lacking = [name for name in NEEDED if name not in heads]
    if lacking:
        raise FileError(f"第1行缺少列：{'、'.join(lacking)}。请下载模板后按模板填写。")
    lines = [
        _line(number, dict(zip(heads, row, strict=False)))
        for number, row in enumerate(cells[1:], start=2)
        if any(_text(c) for c in row)
    ]
    if not lines:
        raise FileError("文件里没有数据行。")
    if len(lines) > MAX_ROWS:
        raise FileError(f"一次最多{MAX_ROWS}行，请分几次导入。")
    return lines


def _csv(content: bytes) -> list[list]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(content.decode(encoding))))
        except (UnicodeDecodeError, csv.Error):
            continue
    raise FileError("文件不是可以识别的CSV，请另存为“CSV UTF-8”后重试。")


def _excel(content: bytes) -> list[list]:
    """The declared size is looked at first: a small file can unpack to gigabytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
                raise FileError("文件内容过大，请只保留认定名单这一张表后重试。")
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python(nrows=MAX_ROWS + 50)
    except (zipfile.BadZipFile, CalamineError, IndexError, ValueError) as error:
        raise FileError("文件打不开，请用Excel另存为.xlsx格式后重试。") from error


def _text(cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    # Unprintable characters come along from other programs; PostgreSQL refuses a NUL.
    return "".join(c for c in str(cell) if c.isprintable()).strip() if cell is not None else ""


def _line(number: int, cells: dict) -> Line:
    texts = [_text(cells.get(name, "")) for name in COLUMNS]
    return Line(number, *texts)


def check(lines: list[Line], *, by, programme) -> list[back_entry.Row]:
    """Fill in the error of each line; the rows that the good ones would make."""
    codes = {line.code for line in lines}
    stations = {
        station.region.code: station
        for station in Station.objects.visible_to(by)
        .filter(region__code__in=codes)
        .select_related("region")
    }
    rows = []
    for line in lines:
        line.error, row = _row(line, stations, programme)
        rows.append((line, row))
    good = [(line, row) for line, row in rows if row is not None]
    found = back_entry.faults([row for _, row in good], today=timezone.localdate())
    for (line, _), fault in zip(good, found, strict=True):
        line.error = fault
    return [row for _, row in good]


def _row(line: Line, stations, programme):
    station = stations.get(line.code)
    if station is None:
        return f"区划代码“{line.code[:20]}”没有对应的服务站，或者不在您的管理范围内。", None
    if line.name and line.name not in (station.name, station.region.name):
        return f"区划代码{line.code}是“{station.name}”，与填写的“{line.name[:30]}”不一致。", None
    line.name = station.name  # the preview names the station that the code means
    track = TRACK_WORDS.get(line.track.strip("“”"))
    if track is None:
        return f"建设类别“{line.track[:20]}”不对，应为{'、'.join(Track.labels)}之一。", None
    day = _day(line.named_on)
    if day is None:
        return f"认定日期“{line.named_on[:20]}”不对，应写成2024-06-30这样。", None
    return "", back_entry.Row(programme, station, track, day, line.document_no, line.number)


def _day(text: str) -> dt.date | None:
    plain = text.replace("年", "-").replace("月", "-").replace("日", "")
    plain = plain.replace("/", "-").replace(".", "-")
    parts = plain.split("-")
    if len(parts) == 3:
        plain = "-".join([parts[0], parts[1].zfill(2), parts[2].zfill(2)])
    try:
        return parse_date(plain)
    except ValueError:
        return None


def hold(lines: list[Line], *, by, programme) -> str:
    data = {"by": by.pk, "programme": programme.pk, "lines": [asdict(line) for line in lines]}
    return signing.dumps(data, salt=SALT, compress=True)


def held(token: str, *, by) -> tuple[int, list[Line]]:
    try:
        data = signing.loads(token, salt=SALT, max_age=3600)
    except signing.BadSignature as error:
        raise FileError("预览已过期（1小时），请重新选择文件。") from error
    if data["by"] != by.pk:
        raise FileError("这份预览属于另一个账号，请重新选择文件。")
    return data["programme"], [Line(**line) for line in data["lines"]]
