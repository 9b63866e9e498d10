"""Workbooks of a few people, as tests write them, and what an import says of them."""

import io

import openpyxl

HEADER = ["姓名", "性别", "出生年月", "身份证号", "入伍时间", "退役时间", "原部队职务", "现任职务",
          "特点优长", "荣誉奖励", "联系电话", "备注"]  # fmt: skip
ID_1, ID_2 = "321300198507010012", "321300195410310023"


def line(name="张三", **given):
    values = dict.fromkeys(HEADER, "") | {"性别": "男", "出生年月": "1960.05", "入伍时间": "1980.12",
                                          "退役时间": "1984.12", "姓名": name} | given  # fmt: skip
    return [values[label] for label in HEADER]


def book(*rows, header=HEADER, title="花名册", change=None):
    workbook = openpyxl.Workbook()
    page = workbook.active
    page.title = title
    for row in ([header] if header else []) + list(rows):
        page.append(row)
    if change:
        change(workbook, page)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def only(reading):
    assert reading.refused is None
    assert len(reading.rows) == 1
    return reading.rows[0]


def levels(row, name):
    return {note.level for note in row.notes if note.field == name}
