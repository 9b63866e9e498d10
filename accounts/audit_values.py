"""What an audit entry holds, in the words of the page: fields, choices and regions by name.

The log itself keeps codes, which stay true when a unit or a choice is renamed.
"""

import re

from django.apps import apps

from accounts.models import User

# Never on a page that more than one unit reads.
HIDDEN_FIELDS = {"former_unit", "原部队单位", "password", "密码"}
# Of steps that write down more than fields.
LABELS = {
    "applications": "申报编号",
    "batch": "批次",
    "code": "编号",
    "codes": "单位代码",
    "conclusion": "结论",
    "confirmed": "评审得分",
    "count": "数量",
    "created": "新增",
    "decision": "决定",
    "decided_on": "研究日期",
    "document_no": "决定文号",
    "due_on": "期限",
    "edition": "版次",
    "file": "文件",
    "form": "文件格式",
    "found": "找到人数",
    "import": "导入批次",
    "level": "层级",
    "minutes_number": "会议纪要编号",
    "other_visitors": "其他核验人员",
    "query": "查询条件",
    "removed": "移除人数",
    "requests": "撤回的转入申请",
    "requirements": "评价要点",
    "returned": "改为待确认",
    "rows": "行数",
    "snapshot": "申报存档编号",
    "until": "公示截止",
    "updated": "更新",
    "visitors": "核验人员",
}
VALUES = {
    "conclusion": {"agree": "同意", "reject": "不予认定", "return": "退回补正"},
    "decision": {"accept": "导入", "new": "作为另一人导入", "skip": "不导入"},
    "form": {"pdf": "PDF", "docx": "Word"},
    "level": {"station": "服务站", "town": "乡镇（街道）", "county": "县（区）", "city": "市局"},
}
POINTS = ("confirmed",)
REGIONS = ("parent", "merged_into", "region")
REQUIREMENT = re.compile(r"[CRHU]\d\.\d{1,2}")


def changes_of(entry) -> list[tuple[str, str, str, bool]]:
    """Rows of (field, before, after, differs), the fields of both sides."""
    before, after = entry.before or {}, entry.after or {}
    names = [*before, *(name for name in after if name not in before)]
    words = _Words(entry.kind, [*_regions_in(before), *_regions_in(after)])
    return [
        (
            words.label(name),
            words.value(name, before.get(name)),
            words.value(name, after.get(name)),
            entry.before is not None and before.get(name) != after.get(name),
        )
        for name in names
    ]


def _regions_in(values: dict) -> list[str]:
    return [values[name] for name in REGIONS if isinstance(values.get(name), str)]


class _Words:
    def __init__(self, kind: str, codes: list[str]):
        self.fields = _fields(kind)
        self.regions = _region_names(codes)

    def label(self, name: str) -> str:
        words = str(getattr(self.fields.get(name), "verbose_name", name))
        # A field without words of its own is called by its name.
        return LABELS.get(name, words) if words.isascii() else words

    def value(self, name: str, value) -> str:
        if name in HIDDEN_FIELDS:
            return "（受限）"
        if value is None or value == "" or value == [] or value == {}:
            return "—"
        if isinstance(value, bool) or value in ("True", "False"):
            return "是" if value in (True, "True") else "否"
        if REQUIREMENT.fullmatch(name) and isinstance(value, list) and len(value) == 2:
            return _verdict(*value)
        if isinstance(value, dict):
            return "；".join(f"{key}：{self.value(key, part)}" for key, part in value.items())
        if isinstance(value, list):
            return "、".join(self.value(name, part) for part in value)
        if name in POINTS and isinstance(value, int):
            return f"{value / 100:.2f}"
        if name in REGIONS and value in self.regions:
            return f"{self.regions[value]}（{value}）"
        return str(self._choices(name).get(value, value))

    def _choices(self, name: str) -> dict:
        own = dict(getattr(self.fields.get(name), "flatchoices", None) or ())
        return own or VALUES.get(name, {})


def _fields(kind: str) -> dict:
    """By name and by the words of the form: edits of records are kept under those."""
    try:
        model = apps.get_model(kind) if kind else None
    except (LookupError, ValueError):
        model = None
    if model is None:
        return {}
    fields = {str(getattr(field, "verbose_name", "")): field for field in model._meta.fields}
    return fields | {field.name: field for field in model._meta.get_fields()}


def _region_names(codes: list[str]) -> dict[str, str]:
    if not codes:
        return {}
    Region = User._meta.get_field("region").related_model
    return dict(Region.objects.filter(code__in=codes).values_list("code", "name"))


def _verdict(result: str, points) -> str:
    words = dict(apps.get_model("accreditation.Verdict")._meta.get_field("result").flatchoices)
    said = str(words.get(result, result))
    return f"{said}，{points / 100:.2f} 分" if isinstance(points, int) else said
