"""Find the header and give every column its meaning."""

import re
from dataclasses import dataclass, field

from veterans.importing.cells import narrow, text_of

SEARCHED_ROWS = 15
LEAST_HITS = 3

# What stations call the columns. 退伍 is read as 退役 first; what stands in brackets is not
# looked at unless the bare word alone is unknown.
ALIASES = {
    "name": "姓名 名字 退役军人姓名 退役士兵姓名 人员姓名 本人姓名 军人姓名 老兵姓名 优抚对象姓名",
    "gender": "性别",
    "birth_date": "出生年月 出生日期 出生时间 出生年月日 出生 生日 出生年份",
    "id_number": "身份证号 身份证 身份证号码 证件号码 证件号 公民身份号码 公民身份证号码 身份号码 "
    "公民身份证号 居民身份证号",
    "phone": "联系电话 手机 电话 联系方式 手机号 手机号码 电话号码 本人电话 联系号码 "
    "联系手机 固定电话 本人联系电话 本人手机 备用电话 备用号码 备用手机 备用联系电话 其他电话 "
    "其他联系方式 家庭电话 座机 座机号 座机号码 宅电 住宅电话 家庭座机 办公电话 单位电话 "
    "第二联系电话 第二电话",
    "political_status": "政治面貌",
    "enlisted_on": "入伍时间 入伍年月 参军时间 入伍日期 参军年月 入伍年份 参军日期 入伍年月日",
    "discharged_on": "退役时间 退役年月 退役日期 复员时间 转业时间 离队时间 退役年份 退役年月日 "
    "复员年月 复员日期 转业年月 转业日期 退出现役时间 退出现役日期 复退时间 复退年月",
    "service": "服役时间 服役年月 服役起止时间 服役起止年月 起止时间 起止年月 服役期间 服役起止 "
    "入伍退役时间 入伍退役年月 入伍及退役时间 入伍和退役时间",
    "branch": "军兵种 军种 兵种 军种兵种",
    "former_post": "原部队职务 部队职务 服役期间职务 职务部队 原任职务 原职务 部队任职 原部队任职 "
    "原部队职务级别 在部队职务 服役时职务 退役时职务 部队职级 部队时职务",
    "current_post": "现任职务 现职业 工作单位及职务 现从事工作 现工作单位 工作单位 现职务 职业 "
    "现工作单位及职务 现任职务现工作单位 就业情况 现从事职业 现工作 "
    "现在工作单位 就业单位 目前职业 从事职业 从事工作 职业状况 现就业情况 现任职务及单位",
    "strengths": "特点优长 特长 专长 专业特长 优长 技能特长 特长优势 个人特长 擅长 专业技能 "
    "爱好特长",
    "honours": "荣誉奖励 立功受奖 奖励情况 获奖情况 立功受奖情况 荣誉 所获荣誉 立功情况 受奖情况 "
    "荣誉情况 何时立功受奖 何时何地立功受奖 奖惩情况 服役期间立功受奖情况 在部队立功受奖情况 "
    "立功授奖 获得荣誉",
    "care": "优抚类别 人员类别 类别 优抚对象类别 身份类别 对象类别 人员身份 优抚对象 优抚身份 "
    "退役军人类别 退役士兵类型",
    "war_tags": "参战经历 参战情况 参战 参战战役 参加战役",
    "asked_party": "是否党员 是否中共党员 是否为党员 是否是党员 党员否 是否为中共党员 党员 中共党员",
    "asked_war": "是否参战 是否参战人员 是否为参战人员 是否参加过战争 是否参加作战 参战否 "
    "是否参战退役人员 参战人员 参战退役人员",
    "asked_merit": "是否立功 是否立过功 是否荣立战功 立功否 是否立功人员 是否荣立三等功以上奖励",
    "asked_honours": "是否立功受奖 是否受奖 是否获奖 是否获得荣誉 是否受过奖励 有无立功受奖 有无荣誉",
    "residence": "居住情况",
    "plaque": "光荣牌 是否悬挂光荣牌 光荣牌悬挂 悬挂光荣牌",
    "status": "在册状态",
    "note": "备注 说明",
    "relation": "与退役军人关系 与军人关系 与本人关系 与优抚对象关系 与退役军人本人关系 与现役军人关系 与烈士关系",
    "place": "村名 村居 村居社区 村社区 所在村 所在村居 村别 所属村居 行政村 社区 村",
    "group": "组别 村组 小组 组 村民小组 网格",
    "ignored": "序号 编号 民族 户口性质 文化程度 学历 健康状况 入伍地 安置地 军衔 家庭住址 住址 "
    "现住址 户籍地址 户籍地 地址 与户主关系 关系 退役证号 优待证号 婚姻状况 级别 士官级别 "
    "服役年限 年龄",
    "unit": "部队单位 部队代号 原部队 原部队番号 所在部队 大单位 军区大单位 服役部队 部队番号 "
    "原部队单位",
}
_FIELD_OF = {alias: name for name, aliases in ALIASES.items() for alias in aliases.split()}
# Below such a heading stand other people's names and phones.
_OTHERS = re.compile("家庭成员|家属|父亲|母亲|父母|配偶|子女|亲属|紧急联系|联系人|监护人|审核")
_LABELS_ONLY_OURS = {
    name for name in ALIASES if name not in ("ignored", "relation", "place", "group", "unit")
}


@dataclass
class Header:
    """`first` is the row that data follow; `columns` maps a field to its column,
    `labels` are the joined headings of all columns."""

    row: int
    first: int
    columns: dict[str, int]
    labels: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    more_phones: list[int] = field(default_factory=list)
    # Where the same table begins anew beside the first, which is so many columns wide.
    repeats: list[int] = field(default_factory=list)
    width: int = 0


def normalise(text: str) -> str:
    text = re.sub(r"[\s*＊:：、/／._\-—]", "", narrow(text_of(text)))
    return text.replace("退伍", "退役")


def field_of(text: str) -> str | None:
    """The field that a heading names."""
    whole = normalise(text)
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", whole)
    unbracketed = re.sub(r"[()（）\[\]【】]", "", whole)
    # 联系电话1 and 联系电话2.
    for candidate in (unbracketed, bare, bare.rstrip("0123456789一二三")):
        if candidate in _FIELD_OF:
            return _FIELD_OF[candidate]
    return None


def _hits(row) -> set[str]:
    found = {field_of(text_of(cell)) for cell in row if isinstance(cell, str) and cell.strip()}
    return {name for name in found if name}


def find_header(rows, merges=()) -> Header | None:
    """The row among the first fifteen that names most columns, with the level above or
    below it."""
    best, most = None, 0
    for number, row in enumerate(rows[:SEARCHED_ROWS]):
        hits = _hits(row)
        if "name" in hits and _is_second_level(rows, number, merges):
            hits |= _hits(rows[number + 1])
        ours = len(hits & _LABELS_ONLY_OURS)
        if "name" in hits and ours >= LEAST_HITS and ours > most:
            best, most = number, ours
    if best is None:
        return None
    upper, lower = best, None
    if _is_second_level(rows, best, merges):
        lower = best + 1
    elif best and _is_group_level(rows[best - 1], rows[best]):
        upper, lower = best - 1, best
    return _map(rows, upper, lower, merges)


def _is_second_level(rows, top, merges):
    """The row below a header belongs to it if it names nobody and holds headings only."""
    if top + 1 >= len(rows):
        return False
    below = rows[top + 1]
    name_at = next(i for i, cell in enumerate(rows[top]) if field_of(text_of(cell)) == "name")
    texts = [text_of(cell) for cell in below]
    if name_at < len(texts) and texts[name_at]:
        return False
    filled = [text for text in texts if text]
    above = [text_of(cell) for cell in rows[top]]
    known = [text for n, text in enumerate(texts) if text and _names_with(text, above[: n + 1])]
    if any(len(text) > 14 or re.search(r"\d", text) for text in filled):
        return False
    return len(known) * 3 >= len(filled) > 0 or (bool(filled) and _is_below(texts, top, merges))


def _is_below(texts, top, merges):
    """All of them stand below headings that are merged over several columns."""
    groups = [
        (left, right)
        for first, left, last, right in merges
        if first == last == top and right > left
    ]
    filled = [column for column, text in enumerate(texts) if text]
    return all(any(left <= column <= right for left, right in groups) for column in filled)


def _names_with(text, above):
    """Does a heading name a field, alone or with the nearest one above it? 入伍 below 时间."""
    over = next((word for word in reversed(above) if word), "")
    return bool(field_of(text) or (over and field_of(f"{text}{over}")) or field_of(f"{over}{text}"))


def _is_group_level(above, header):
    """服役情况 above 入伍时间: several short words, none of them a title across the sheet."""
    texts = [text_of(cell) for cell in above]
    filled = [text for text in texts if text]
    if len(filled) < 2 or any(len(text) > 14 or re.search(r"[\d:：]", text) for text in filled):
        return False
    return any(_OTHERS.search(text) or field_of(text) or text.endswith("情况") for text in filled)


def _spread(row, width, row_number, merges, beneath):
    """Group headings over all the columns they cover: by their merge, else up to the next
    heading where the lower level has a word of its own."""
    texts = [text_of(cell) for cell in row] + [""] * (width - len(row))
    covered = {}
    for top, left, bottom, right in merges:
        if top <= row_number <= bottom:
            for column in range(left, min(right + 1, width)):
                covered[column] = text_of(row[left]) if left < len(row) else ""
    carried = ""
    for column in range(width):
        if column in covered:
            texts[column] = carried = covered[column]
        elif texts[column]:
            carried = texts[column]
        elif beneath[column] and carried and not merges:
            texts[column] = carried
        else:
            carried = ""
    return texts


def _map(rows, upper, lower, merges):
    top = rows[upper]
    width = max(len(top), len(rows[lower]) if lower is not None else 0)
    own = [""] * width
    if lower is not None:
        for column, cell in enumerate(rows[lower]):
            own[column] = text_of(cell)
    groups = _spread(top, width, upper, merges, own) if lower is not None else None
    header = Header(upper, (lower if lower is not None else upper) + 1, {})
    meanings: list[str | None] = []
    for column in range(width):
        above = groups[column] if groups else text_of(top[column]) if column < len(top) else ""
        below = own[column]
        is_vertical = below == above
        label = f"{above}/{below}" if below and above and not is_vertical else below or above
        header.labels.append(" ".join(label.split()))
        meanings.append(_meaning(above, below))
    _find_repeats(header, meanings)
    for column, name in enumerate(meanings[: header.width]):
        if name and name != "ignored" and name not in header.columns:
            header.columns[name] = column
        elif name == "phone":
            header.more_phones.append(column)
        elif header.labels[column] and not is_serial(header.labels[column]):
            header.left_out.append(header.labels[column])
    return header


def _find_repeats(header, meanings):
    """姓名 性别 … 姓名 性别 …: two tables side by side, of the same columns."""
    labels = header.labels
    header.width = len(labels)
    named = [column for column, name in enumerate(meanings) if name == "name"]
    if len(named) < 2 or not labels[0]:
        return
    width = named[1] - named[0]
    first = labels[:width]
    starts = [
        start for start in range(width, len(labels), width) if _is_again(labels[start:], first)
    ]
    if sum(1 for name in meanings[:width] if name) >= LEAST_HITS and starts:
        header.width, header.repeats, header.labels = width, starts, first


def _is_again(labels, first):
    pairs = list(zip(labels, first, strict=False))
    missing = [label for label in first[len(labels) :] if label]
    return not missing and all(label == again for label, again in pairs)


def _meaning(above, below):
    if below and above and _OTHERS.search(above):
        return None
    if below:
        # 现任 below 职务 is 现任职务; 姓名 below 退役军人 is 退役军人姓名.
        words = (f"{below}{above}", below, f"{above}{below}")
        return next(filter(None, map(field_of, words)), None) or _by_group(above, below)
    if above and _OTHERS.search(above):
        return None
    return field_of(above)


def _by_group(above, below):
    """职务 means the post of then or of today by what stands above it."""
    for time, fields in (
        ("现在|目前|就业|退役后|现状|工作", {"职务": "current_post", "单位": "current_post"}),
        ("服役|部队|军旅|入伍", {"职务": "former_post", "单位": "unit", "番号": "unit", "代号": "unit"}),
    ):  # fmt: skip
        if re.search(time, above):
            return fields.get(normalise(below))
    return None


def is_serial(label: str) -> bool:
    return normalise(label) in ("序号", "编号", "")
