"""Reading and checking a file of regions. Nothing here writes to the database."""

import csv
import io
from dataclasses import dataclass

from accounts.marks import without_marks
from stations.models import Region

REQUIRED = ("code", "name", "level", "kind", "parent_code", "sort_order")
LEVEL_BY_LENGTH = {4: "city", 6: "county", 9: "town", 12: "village"}
# A functional zone may run villages without a town between.
PARENT_LEVELS = {
    "city": (),
    "county": ("city",),
    "town": ("county",),
    "village": ("town", "county"),
}
MAX_ERRORS = 20


class RegionFileError(Exception):
    """The file is refused; `errors` are sentences that name the line."""

    def __init__(self, errors):
        self.errors = errors
        super().__init__("\n".join(errors))


@dataclass
class Row:
    line: int
    code: str
    name: str
    level: str
    kind: str
    parent_code: str
    sort_order: int
    merged_into: str


def read(content: bytes) -> list[Row]:
    """The rows of a file, each valid by itself."""
    reader = csv.reader(io.StringIO(without_marks(_decode(content))))
    header = [cell.strip() for cell in next(reader, [])]
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise RegionFileError(
            [
                f"第1行：缺少列 {'、'.join(missing)}。表头应为 {','.join(REQUIRED)}，可另加 merged_into。"
            ]
        )
    rows: list[Row] = []
    errors: list[str] = []
    lines: dict[str, int] = {}
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        line = reader.line_num
        if len(cells) != len(header):
            errors.append(f"第{line}行：应有{len(header)}列，实际有{len(cells)}列，请检查逗号。")
            continue
        values = {key: cell.strip() for key, cell in zip(header, cells, strict=True)}
        problems = list(_problems_in(values))
        code = values["code"]
        if code and code in lines:
            problems.append(f"代码 {code} 与第{lines[code]}行重复。")
        lines.setdefault(code, line)
        errors += [f"第{line}行：{problem}" for problem in problems]
        if not problems:
            rows.append(_row(line, values))
    if errors:
        raise RegionFileError(_shortened(errors))
    if not rows:
        raise RegionFileError(["文件里没有数据行，请检查后重试。"])
    return rows


def check_tree(rows: list[Row], existing: dict[str, Region]) -> None:
    """Every parent and successor is known, of the right level, and no chain runs in a circle."""
    levels = {code: region.level for code, region in existing.items()}
    levels |= {row.code: row.level for row in rows}
    above = {r.code: (r.parent.code if r.parent_id else "") for r in existing.values()}
    above |= {row.code: row.merged_into or row.parent_code for row in rows}
    errors = []
    for row in rows:
        problem = _tree_problem(row, levels, above)
        if problem:
            errors.append(f"第{row.line}行：{problem}")
    if errors:
        raise RegionFileError(_shortened(errors))


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RegionFileError(["第1行：文件编码不是 UTF-8，请另存为“CSV UTF-8”格式后重试。"])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RegionFileError(
            [f"第{line}行：文件编码不是 UTF-8，请另存为“CSV UTF-8”格式后重试。"]
        ) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise RegionFileError([f"第{line}行：含有不可见的控制字符，请用 CSV 文本文件。"])
    return text


def _problems_in(values):
    code, level, kind = values["code"], values["level"], values["kind"]
    expected = LEVEL_BY_LENGTH.get(len(code)) if code.isascii() and code.isdigit() else None
    if expected is None:
        yield f"代码“{code[:20]}”应为4、6、9或12位数字。"
    if level not in Region.Level.values:
        yield f"层级“{level[:20]}”不对，应为 {'、'.join(Region.Level.values)} 之一。"
    elif expected and level != expected:
        yield f"{len(code)}位代码的层级应为 {expected}，文件中是 {level}。"
    if kind not in Region.Kind.values:
        yield f"性质“{kind[:20]}”不对，应为 {'、'.join(Region.Kind.values)} 之一。"
    if not values["name"]:
        yield "名称为空，请填写。"
    elif len(values["name"]) > 60:
        yield "名称超过60个字，请缩短。"
    order = values["sort_order"]
    if order and not (order.isascii() and order.isdigit() and len(order) <= 9):
        yield f"排序“{order[:20]}”应为整数。"


def _row(line, values):
    return Row(
        line=line,
        code=values["code"],
        name=values["name"],
        level=values["level"],
        kind=values["kind"],
        parent_code=values["parent_code"],
        sort_order=int(values["sort_order"] or 0),
        merged_into=values.get("merged_into", ""),
    )


def _tree_problem(row, levels, above):
    if row.merged_into:
        if row.merged_into not in levels:
            return f"并入的单位 {row.merged_into} 不在文件和系统中。"
        if levels[row.merged_into] != row.level:
            return f"只能并入同一层级的单位，{row.merged_into} 的层级不同。"
    elif not row.parent_code:
        if row.level != Region.Level.CITY:
            return "主管单位代码（parent_code）为空，请填写。"
    elif row.parent_code not in levels:
        return f"主管单位 {row.parent_code} 不在文件和系统中。"
    if _runs_in_a_circle(row.code, above):
        return "主管单位（并入单位）互相循环，请检查。"
    if row.merged_into or not row.parent_code:
        return None
    if levels[row.parent_code] not in PARENT_LEVELS[row.level]:
        return f"主管单位 {row.parent_code} 的层级不对，不能管理 {row.level} 一级。"
    return None


def _runs_in_a_circle(code, above):
    seen = set()
    while code:
        if code in seen:
            return True
        seen.add(code)
        code = above.get(code, "")
    return False


def _shortened(errors):
    if len(errors) <= MAX_ERRORS:
        return errors
    return [*errors[:MAX_ERRORS], f"另有{len(errors) - MAX_ERRORS}处错误未列出。"]
