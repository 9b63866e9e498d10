"""共性5 (C5): plans of the year, the quarters and the months, and key dates."""

import datetime as dt

from accreditation.scoring.dates import key_date_before, scaled
from accreditation.scoring.facts import Facts
from accreditation.scoring.measures.shapes import Measure, Parameters, periods, share
from accreditation.scoring.measures.where import LEDGER
from accreditation.scoring.numbers import FULL, NONE, Found, counted


def _year_plan(facts: Facts, p: Parameters) -> Found:
    on, begin = facts.context.on, facts.place.begin
    month, day = p["last_year_until"]
    n = facts["plans.this_year"]
    if (on.month, on.day) <= (month, day):
        n += facts["plans.last_year"]
    if n:
        return Found(n, 1, FULL, 1)
    is_new = begin is not None and (on - begin).days < p["pending_days"]
    return Found(0, 1, None if is_new else NONE, 1, str(p["pending_days"]))


YEAR_PLAN = Measure(
    _year_plan,
    lambda f: (
        "年度工作计划已审定"
        if f.n
        else (
            f"记录起始未满{f.note}天，年度工作计划待评"
            if f.share is None
            else "没有已审定的年度工作计划"
        )
    ),
    lambda f: "" if f.n else "制订并审定本年度工作计划",
    (("plans.this_year", "plans.this_year"),),
    section="plans",
    kind="plan",
    query=(("period", "year"),),
)

KEY_NAMES = {
    "spring_festival": "春节",
    "lei_feng_month": "学雷锋月",
    "july_first": "“七一”",
    "august_first": "“八一”",
    "martyrs_day": "烈士纪念日",
    "national_day": "“十一”",
    "qingming": "清明节",
}


def due_key_dates(on: dt.date, begin: dt.date | None, codes: list[str]) -> list[str]:
    """Key dates of the last 12 months that did not pass before the records began."""
    days = {code: key_date_before(code, on) for code in codes}
    return [code for code, day in days.items() if day and (begin is None or day >= begin)]


def _key_dates(facts: Facts, p: Parameters) -> Found:
    due = due_key_dates(facts.context.on, facts.place.begin, p["codes"])
    parts = tuple((KEY_NAMES.get(c, c), facts[f"items.key_{c}"], 1) for c in due)
    n = sum(number > 0 for _, number, _ in parts)
    need = scaled(p["full"], len(p["codes"]), len(due))
    return Found(n, len(due), counted(n, need), need, "", parts)


KEY_DATES = Measure(
    _key_dates,
    lambda f: (
        f"近12个月应计{f.of}个节点，已安排{f.n}个" if f.of else "记录起始以来还没有应计的节点"
    ),
    lambda f: "缺" + "、".join(name for name, n, _ in f.parts if not n) if f.n < f.of else "",
    section="plans",
    kind="item",
)


MEASURES: dict[str, Measure] = {
    # C5.1
    "year_plan": YEAR_PLAN,
    # C5.2
    "quarter_plans": periods(
        lambda f: f.context.quarters,
        lambda f, n: f[f"plans.quarter_{n}"] > 0,
        "已审定季度活动安排",
        "个季度",
        section="plans",
        kind="plan",
        query=(("period", "quarter"),),
    ),
    # C5.3
    "month_plans": periods(
        lambda f: f.context.plan_months,
        lambda f, n: f[f"plans.month_{n}"] > 0 and f[f"items.month_{n}"] > 0,
        "已审定且事项齐全的活动方案",
        "个月",
        section="plans",
        kind="plan",
        query=(("period", "month"),),
    ),
    # C5.4
    "key_dates": KEY_DATES,
    # C5.5
    "plan_kept": share(
        "items.kept",
        "items.past",
        "近12个月到期计划事项{of}项，已落实或注明取消原因{n}项（{pct}）",
        "项",
        empty="近12个月没有到期的计划事项",
        **LEDGER,
    ),
}
