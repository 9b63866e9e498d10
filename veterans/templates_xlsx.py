"""A blank roster for a station: instructions, drop-downs, one grey sample row, columns that
are text. What comes back imports without a question."""

import io

from xlsxwriter import Workbook

from veterans.models import CareCategory, Veteran

ROWS = 500
COLUMNS = (
    ("序号", 6), ("姓名", 10), ("原部队职务", 16), ("现任职务", 18), ("特点优长", 20), ("荣誉奖励", 24),
    ("性别", 6), ("出生年月", 11), ("身份证号", 21), ("政治面貌", 12), ("入伍时间", 11),
    ("退役时间", 11), ("军兵种", 10), ("联系电话", 14), ("优抚类别", 16), ("居住情况", 10),
    ("光荣牌", 16), ("备注", 20),
)  # fmt: skip
# Nobody's: the address code belongs to no place.
SAMPLE = (
    "示例", "张某某", "班长", "务农", "驾驶操作、水电维修", "三等功1次；1988年优秀士兵", "男", "1960.05",
    "", "中共党员", "1978.12", "1982.12", "陆军", "", "退役军人", "常住", "已悬挂", "本行不导入",
)  # fmt: skip
INSTRUCTIONS = (
    "填写说明",
    "1．一人一行，姓名必填；没有的内容填“无”，问不到的填“不详”，暂未问的留空。",
    "2．日期写到月即可，如1985.07；一月写1985.01，十月写1985.10。",
    "3．原部队职务只填职务（如“班长”），不填部队番号、代号、驻地。",
    "4．身份证号、联系电话各列已设为文本格式，请直接填写，不要改成数字格式。",
    "5．荣誉奖励用分号隔开，可写年份和次数，如“三等功1次；1988年优秀士兵”。",
    "6．特点优长用顿号隔开。灰色的示例行不会导入，可以保留。",
    "7．严禁填写涉密内容。",
)


def _choices():
    return {
        "性别": ["男", "女"],
        "政治面貌": [str(label) for label in Veteran.PoliticalStatus.labels],
        "居住情况": [str(label) for label in Veteran.Residence.labels],
        "光荣牌": [str(label) for label in Veteran.Plaque.labels],
        "优抚类别": [
            str(Veteran.PersonKind.VETERAN.label),
            *(str(label) for label in CareCategory.labels if label != CareCategory.OTHER.label),
            str(Veteran.PersonKind.MILITARY_FAMILY.label),
        ],
    }


def blank_roster(place: str, unit: str = "") -> bytes:
    """`place`: the village or town of the title, `unit` the station that fills it in; both
    empty for any."""
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("花名册")
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    head = book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    grey = book.add_format({"num_format": "@", "font_color": "#808080", "italic": True})
    page.merge_range(0, 0, 0, len(COLUMNS) - 1, f"{place}退役军人花名册", title)
    filled_by = f"填报单位（盖章）：{unit or ' ' * 16}    填报时间：    年  月  日"
    page.write_string(1, 0, filled_by)
    lists = _choices()
    for column, (label, width) in enumerate(COLUMNS):
        page.set_column(column, column, width, text)
        page.write_string(2, column, label, head)
        page.write_string(3, column, SAMPLE[column], grey)
        if label in lists:
            # Suggested, not forced: several categories may stand in one cell.
            options = {"validate": "list", "source": lists[label], "error_type": "warning"}
            page.data_validation(3, column, ROWS + 3, column, options)
    page.freeze_panes(3, 2)
    page.repeat_rows(0, 2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 90)
    for row, line in enumerate(INSTRUCTIONS):
        notes.write_string(row, 0, line)
    book.close()
    return buffer.getvalue()
