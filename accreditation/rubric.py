"""The shipped version of the standard, and what every version must satisfy.

data/rubric_v1.json loads version 1; later versions are made in the browser. The page's
words for the rule travel in `parameters["rule"]`, so that a version keeps its own.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.apps import apps as installed_apps
from django.conf import settings
from django.db import transaction

DATA = settings.BASE_DIR / "accreditation" / "data"
FILE = DATA / "rubric_v1.json"
POLICY = DATA / "policy.txt"
SUMS = {"C": 6000, "R": 4000, "H": 4000, "U": 4000}
PART_NAMES = {"C": "共性", "R": "红色", "H": "古色", "U": "绿色"}


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def policy_text() -> str:
    return POLICY.read_text(encoding="utf-8")


def shipped_parameters() -> dict[str, dict[str, Any]]:
    """Measure -> parameters; what a later version leaves out keeps the shipped value."""
    return {row["measure"]: row["parameters"] for row in shipped()["requirements"]}


def ensure_rubric_version_1(apps: Any = installed_apps) -> Any:
    """Version 1 in force, made from the shipped file if it is not there yet. `apps` is
    the migration's registry when a migration calls."""
    Rubric = apps.get_model("accreditation", "Rubric")
    Requirement = apps.get_model("accreditation", "Requirement")
    data = shipped()
    with transaction.atomic():
        rubric, is_new = Rubric.objects.get_or_create(
            version=data["version"],
            defaults={
                "state": "in_force",
                "in_force_on": dt.date.fromisoformat(data["in_force_on"]),
                "note": "随系统提供的试行标准，分值为内部参考，政策未规定。",
            },
        )
        if is_new:
            Requirement.objects.bulk_create(_requirements(Requirement, rubric, data))
    return rubric


def _requirements(model: Any, rubric: Any, data: dict[str, Any]) -> list[Any]:
    plain = ("code", "label", "how", "must", "measure", "points", "clause", "sentence")
    return [
        model(
            rubric=rubric,
            order=order,
            parameters=row["parameters"] | {"rule": _rule(row)},
            **{name: row[name] for name in plain},
        )
        for order, row in enumerate(data["requirements"], 1)
    ]


def _rule(row: dict[str, Any]) -> dict[str, str]:
    return {
        "full": row["full_points_at"],
        "none": row["no_points_at"],
        "source": row["source"],
    }


def faults(rows: Iterable[dict[str, Any]], *, measures: Iterable[str]) -> list[str]:
    """What is wrong with a version of the standard, in sentences; [] if nothing."""
    rows = list(rows)
    known = set(measures)
    found = [f"评价要点 {c} 重复。" for c, n in Counter(r["code"] for r in rows).items() if n > 1]
    for row in rows:
        if row["measure"] not in known:
            found.append(f"{full_name(row)}：核算方法“{row['measure']}”不存在。")
        if row["sentence"] not in policy_text():
            found.append(f"{full_name(row)}：政策原文与政策文件不一致。")
    for part, expected in SUMS.items():
        total = sum(row["points"] for row in rows if row["code"][0] == part)
        if total != expected:
            found.append(f"{PART_NAMES[part]}共 {total / 100:g} 分，应为 {expected / 100:g} 分。")
    return found


def full_name(row: dict[str, Any]) -> str:
    code = row["code"]
    number = code[1:].replace(".", "-")
    return f"{PART_NAMES.get(code[0], code[0])}{number} {row['label']}"
