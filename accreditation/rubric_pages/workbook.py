"""The trial as .xlsx: three sheets of sums, nobody by name."""

import io

from xlsxwriter import Workbook

from accreditation.scoring.results import PARTS
from stations.models import Track
from veterans.exporting import SAFE


def trial_workbook(trial, labels):
    """`labels`: code -> (number shown, label) of the draft's requirements."""
    buffer = io.BytesIO()
    book = Workbook(buffer, SAFE | {"in_memory": True, "constant_memory": False})
    bold = book.add_format({"bold": True})
    title = f"第{trial.base.version}版与第{trial.rubric.version}版（草稿）试算对比，{trial.on}"
    for name, heads, rows in (
        ("建设类别", TRACK_HEADS, _tracks(trial.data)),
        ("评价要点", REQUIREMENT_HEADS, _requirements(trial.data, labels)),
        ("县（区）", COUNTY_HEADS, _counties(trial.data)),
    ):
        _sheet(book, name, title, heads, rows, bold)
    book.close()
    return buffer.getvalue()


TRACK_HEADS = (
    "建设类别", "具备申报条件（现行）", "具备申报条件（草稿）", "新增", "减少",
    "已评审达到合格线（现行）", "已评审达到合格线（草稿）", "平均得分（现行）", "平均得分（草稿）",
)  # fmt: skip
REQUIREMENT_HEADS = (
    "编号", "评价要点", "得分有变化的服务站", "得分比例提高", "得分比例降低",
    "满分服务站（现行）", "满分服务站（草稿）", "平均得分（现行）", "平均得分（草稿）",
)  # fmt: skip
COUNTY_HEADS = (
    "县（区）", "服务站",
    *(f"{Track(track).short_label}{side}" for track in PARTS for side in ("（现行）", "（草稿）")),
)  # fmt: skip


def _tracks(data):
    for track, row in data["tracks"].items():
        yield (
            Track(track).label, row["ready_before"], row["ready_after"], row["gained"],
            row["lost"], row["passed_before"], row["passed_after"],
            row["mean_before"] / 100, row["mean_after"] / 100,
        )  # fmt: skip


def _requirements(data, labels):
    for row in data["requirements"]:
        number, label = labels.get(row["code"], (row["code"], ""))
        yield (
            number, label, row["moved"], row["more"], row["less"], row["full_before"],
            row["full_after"], row["mean_before"] / 100, row["mean_after"] / 100,
        )  # fmt: skip


def _counties(data):
    for row in data["counties"]:
        yield (row["name"], row["stations"], *(n for track in PARTS for n in row["ready"][track]))


def _sheet(book, name, title, heads, rows, bold):
    page = book.add_worksheet(name)
    page.write_string(0, 0, title, bold)
    for column, head in enumerate(heads):
        page.set_column(column, column, 30 if column == 1 and name == "评价要点" else 18)
        page.write_string(1, column, head, bold)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row):
            write = page.write_string if isinstance(value, str) else page.write_number
            write(number, column, value)
