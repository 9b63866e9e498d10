"""A requirement in words: what changed, for the audit log, the page and the comparison."""

from accreditation.models import Requirement
from accreditation.rubric_pages.thresholds import told


def said(row: Requirement) -> dict[str, str]:
    """Everything that can be edited, by label."""
    rule = row.parameters.get("rule", {})
    return {
        "评价要点": row.label,
        "分值": points(row.points),
        "必备项": "是" if row.must else "否",
        "评定方式": Requirement.How(row.how).label,
        **told(row.measure, row.parameters),
        "满分条件": rule.get("full", ""),
        "不得分条件": rule.get("none", ""),
    }


def points(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"


def differences(old: Requirement, new: Requirement) -> list[tuple[str, str, str]]:
    """(label, before, after) of what differs."""
    was, now = said(old), said(new)
    return [
        (label, was.get(label, ""), now[label]) for label in now if was.get(label) != now[label]
    ]


def changes(old: Requirement, new: Requirement) -> tuple[dict[str, str], dict[str, str]]:
    """Before and after, for the audit log: every field under the number of its requirement."""
    rows = differences(old, new)
    name = old.display_code
    before = {f"{name} {label}": was for label, was, _ in rows}
    return before, {f"{name} {label}": now for label, _, now in rows}
