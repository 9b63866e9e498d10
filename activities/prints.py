"""Plans as papers: year, quarters and months are views of the same items."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils import timezone

from activities import ledger_prints  # noqa: F401 registers its papers
from activities.entry import prints as sign_in_prints  # noqa: F401 likewise
from activities.models import Activity, Plan, PlanItem
from records.printing import DRAFT, Break, Column, Document, Paragraph, Signature, Table, Title
from records.printing.registry import Print, register_print
from stations.papers import long_day, sheet

COLUMNS = (
    Column("序号", 1, "center"), Column("计划日期", 2.2, "center"), Column("事项", 5),
    Column("地点", 3), Column("责任人", 2, "center"), Column("重要节点", 2, "center"),
    Column("备注", 2.4),
)  # fmt: skip
QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")
PARTS = [("year", 1), *(("quarter", n) for n in range(1, 5)), *(("month", n) for n in range(1, 13))]


def bounds(year: int, period: str, number: int) -> tuple[dt.date, dt.date]:
    """First and last day."""
    if period == "year":
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    months = 3 if period == "quarter" else 1
    last = number * months
    after = dt.date(year + last // 12, last % 12 + 1, 1)
    return dt.date(year, last - months + 1, 1), after - dt.timedelta(days=1)


def _title(year: int, period: str, number: int) -> str:
    if period == "year":
        return f"{year}年度工作计划"
    if period == "quarter":
        return f"{year}年{QUARTERS[number - 1]}活动安排"
    return f"{year}年{number}月活动方案"


def _of(model, user, station):
    return model.objects.visible_to(user).filter(station=station)


def _years(user, station) -> list[int]:
    """With a plan or an item, newest first."""
    plans = _of(Plan, user, station).order_by().values_list("year", flat=True).distinct()
    items = _of(PlanItem, user, station).order_by().values_list("planned_on__year", flat=True)
    return sorted({*plans, *items.distinct()}, reverse=True)[:3]


def papers(user, station) -> list[tuple[str, str]]:
    found = []
    for year in _years(user, station):
        found.append((f"{year}-all-1", f"{year}年计划全套（17份）"))
        found += [(f"{year}-{p}-{n}", _title(year, p, n)) for p, n in PARTS]
    return found


def plan_paper(user, station, which: str) -> Document:
    year, period, number = which.split("-")
    parts = PARTS if period == "all" else [(period, int(number))]
    plans = {(p.period, p.number): p for p in _of(Plan, user, station).filter(year=year)}
    chosen = [plans.get(part) for part in parts]
    is_draft = any(plan is None or plan.state == Plan.State.DRAFT for plan in chosen)
    title = _title(int(year), *parts[0]) if period != "all" else f"{year}年活动计划"
    document = sheet(station, title, DRAFT if is_draft else "", by=user)
    items = _items(user, station, int(year))
    for part, plan in zip(parts, chosen, strict=True):
        document.add(*_one(station, int(year), part, plan, items), Break())
    return document


def _items(user, station, year: int) -> list[PlanItem]:
    done = Activity.objects.filter(plan_item=OuterRef("pk"))
    rows = _of(PlanItem, user, station).filter(planned_on__year=year)
    return list(rows.select_related("key_date").annotate(is_done=Exists(done)))


def _one(station, year: int, part, plan: Plan | None, items: list[PlanItem]) -> list:
    first, last = bounds(year, *part)
    rows = [item for item in items if first <= item.planned_on <= last]
    title = plan.title if plan else _title(year, *part)
    blocks = [Title(f"{station.name}\n{title}")]
    if plan and plan.body:
        blocks.append(Paragraph(plan.body))
    blocks.append(Table(COLUMNS, [_cells(n, item) for n, item in enumerate(rows, 1)]))
    if plan and plan.state == Plan.State.APPROVED:
        blocks.append(
            Paragraph(f"审定人：{plan.approved_by}　{long_day(plan.approved_on)}", align="right")
        )
        return blocks
    return [*blocks, Signature(("拟稿人", "审定人"))]


def _cells(number: int, item: PlanItem) -> list[str]:
    return [
        str(number),
        # The year stands in the title; the full date would break in two in Word.
        f"{item.planned_on.month}月{item.planned_on.day}日",
        item.title,
        item.place,
        item.owner,
        str(item.key_date or ""),
        _remark(item),
    ]


def _remark(item) -> str:
    if item.cancelled_reason:
        return f"已取消：{item.cancelled_reason}"
    if item.is_done:
        return "已落实"
    return "未按期" if item.planned_on < timezone.localdate() else ""


register_print(
    Print(
        "plans",
        "plans",
        "年度工作计划、季度活动安排、每月活动方案",
        plan_paper,
        papers,
        hint="三种计划出自同一组计划事项；未审定的标注“代拟稿”。",
    )
)
