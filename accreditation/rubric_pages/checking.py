"""What must hold for every version of the standard: the shipped one when the product starts
(accreditation/checks.py), a draft before it can be put in force."""

from collections.abc import Iterable
from typing import Any

from accreditation.models import Requirement, Rubric
from accreditation.rubric import faults, full_name, shipped
from accreditation.rubric_pages.thresholds import out_of_range
from accreditation.scoring.measures import MEASURES

COMPARED = ("code", "label", "how", "must", "measure", "points", "sentence", "parameters")


def faults_of(rows: Iterable[dict[str, Any]]) -> list[str]:
    """Sentences that name the requirement; [] if the version could be put in force."""
    rows = list(rows)
    found = faults(rows, measures=MEASURES)
    for row in rows:
        name = full_name(row)
        if row["measure"] in MEASURES:
            wrong = out_of_range(row["measure"], row["parameters"])
            found += [f"{name}：{sentence}。" for sentence in wrong]
        if row["how"] not in allowed_hows(row["measure"]):
            found.append(f"{name}：评定方式与核算方法不相符，没有可以核算的事实时只能人工评定。")
        if not 0 < row["points"] <= 2000:
            found.append(f"{name}：分值要在 0.01 到 20 分之间。")
    return found


def allowed_hows(measure: str) -> tuple[str, ...]:
    """A measure that finds nothing by itself is a reviewer's; what is computed may be
    confirmed, but is never left to a reviewer alone."""
    how = Requirement.How
    return (how.JUDGE,) if measure == "judged" else (how.AUTO, how.CONFIRM)


def faults_of_version(rubric: Rubric) -> list[str]:
    rows = list(rubric.requirements.order_by("order").values(*COMPARED))
    found = faults_of(rows)
    missing = {row["code"] for row in shipped()["requirements"]} - {row["code"] for row in rows}
    found += [f"缺少评价要点 {code}。" for code in sorted(missing)]
    return found


def remarks_of(rows: Iterable[Requirement], base: dict[str, Requirement]) -> list[str]:
    """Not wrong, but most likely forgotten: a threshold was changed and the rule in words,
    which every scorecard shows, was not."""
    return [
        f"{row.display_code} {row.label}：计分参数改了，“满分条件”的文字没有改，请核对。"
        for row in rows
        if (old := base.get(row.code)) is not None
        and _plain(row) != _plain(old)
        and row.parameters.get("rule") == old.parameters.get("rule")
    ]


def _plain(row: Requirement) -> dict[str, Any]:
    return {name: value for name, value in row.parameters.items() if name != "rule"}
