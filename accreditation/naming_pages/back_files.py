"""A list of earlier recognitions from Excel or CSV: read, check row by row, hold until
confirmed."""

import datetime as dt
from dataclasses import asdict, dataclass

from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts import tables
from accounts.tables import TableError
from accreditation.workflow import back_entry
from stations.models import Station, Track

COLUMNS = ["区划代码", "服务站名称", "建设类别", "认定日期", "决定文号", "认定编号"]
NEEDED = ("区划代码", "建设类别", "认定日期")
MAX_ROWS = 500
SALT = "accreditation.back_files"
TRACK_WORDS = {label: value for value, label in Track.choices} | {
    "红色": "red", "古色": "historical", "历史": "historical", "历史文化": "historical",
    "绿色": "rural", "乡村振兴": "rural",
}  # fmt: skip


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
    cells = tables.read_table(file, what="认定名单")
    if not cells:
        raise TableError("文件里没有内容。")
    heads = cells[0]
    lacking = [name for name in NEEDED if name not in heads]
    if lacking:
        raise TableError(f"第1行缺少列：{'、'.join(lacking)}。请下载模板后按模板填写。")
    lines = [
        _line(number, dict(zip(heads, row, strict=False)))
        for number, row in enumerate(cells[1:], start=2)
        if any(row)
    ]
    if not lines:
        raise TableError("文件里没有数据行。")
    if len(lines) > MAX_ROWS:
        raise TableError(f"一次最多{MAX_ROWS}行，请分几次导入。")
    return lines


def _line(number: int, cells: dict[str, str]) -> Line:
    return Line(number, *(cells.get(name, "") for name in COLUMNS))


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
    data = {"programme": programme.pk, "lines": [asdict(line) for line in lines]}
    return tables.hold(data, by=by, salt=SALT)


def held(token: str, *, by) -> tuple[int, list[Line]]:
    data = tables.held(token, by=by, salt=SALT)
    return data["programme"], [Line(**line) for line in data["lines"]]
