"""A blank roster for a station: instructions, drop-downs, one grey sample row, columns that
are text. What comes back imports without a question."""

import io

from xlsxwriter import Workbook

from veterans.models import CareCategory, Veteran

ROWS = 500
LINED = 20  # rows with edges before anybody has typed: also filled in by hand
# As narrow as what is written there, so that all of it prints on one width of A4.
COLUMNS = (
    ("序号", 5.5), ("姓名", 9), ("原部队职务", 12), ("现任职务", 14), ("特点优长", 14), ("荣誉奖励", 17),
    ("性别", 5), ("出生年月", 9), ("身份证号", 21), ("政治面貌", 9), ("入伍时间", 9),
    ("退役时间", 9), ("军兵种", 8), ("联系电话", 13), ("优抚类别", 12), ("居住情况", 9),
    ("光荣牌", 9), ("备注", 12),
)  # fmt: skip
FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "text_wrap": True}
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
    title = book.add_format({**FONT, "bold": True, "font_size": 18, "align": "center"})
    head = book.add_format({**FONT, "bold": True, "border": 1, "align": "center"})
    text = book.add_format({**FONT, "num_format": "@"})
    lined = book.add_format({**FONT, "num_format": "@", "border": 1})
    grey = book.add_format({**FONT, "num_format": "@", "border": 1, "font_color": "#808080",
                            "italic": True})  # fmt: skip
    page.merge_range(0, 0, 0, len(COLUMNS) - 1, f"{place}退役军人花名册", title)
    filled_by = f"填报单位（盖章）：{unit or ' ' * 16}    填报时间：    年  月  日"
    page.write_string(1, 0, filled_by, book.add_format({**FONT, "text_wrap": False}))
    lists = _choices()
    for column, (label, width) in enumerate(COLUMNS):
        page.set_column(column, column, width, text)
        page.write_string(2, column, label, head)
        page.write_string(3, column, SAMPLE[column], grey)
        if label in lists:
            # Suggested, not forced: several categories may stand in one cell.
            options = {"validate": "list", "source": lists[label], "error_type": "warning"}
            page.data_validation(3, column, ROWS + 3, column, options)
        for row in range(4, LINED + 4):
            page.write_blank(row, column, None, lined)
    edge = book.add_format({"border": 1})
    named = {"type": "formula", "criteria": '=$B5<>""', "format": edge}
    page.conditional_format(4, 0, ROWS + 3, len(COLUMNS) - 1, named)
    _on_paper(page)
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 90)
    for row, line in enumerate(INSTRUCTIONS):
        notes.write_string(row, 0, line)
    book.close()
    return buffer.getvalue()


def _on_paper(page):
    page.freeze_panes(3, 2)
    page.repeat_rows(0, 2)
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.set_default_row(34)
    page.set_row(0, 34)
    page.set_row(2, 34)
    gap = " " * 30
    page.set_footer(f"&L填表人：{gap}审核人：{gap}站长：&R第 &P 页 共 &N 页", {"margin": 0.3})
