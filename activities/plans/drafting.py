"""The draft of a year: what is still missing is proposed, what is chosen is created.

A year that was drafted before gets only what it lacks. An item that the draft made keeps the
code of its suggestion (`origin`), so that it is recognised after it was moved or renamed.
"""

import datetime as dt
from dataclasses import dataclass, field
from itertools import cycle

from django.db import transaction

from accounts import audit
from activities import keydates
from activities.models import KeyDate, Plan, PlanItem
from activities.plans.calendar import public_holidays
from activities.plans.suggestions import Suggestion, suggestions
from records.workflow import begin_records
from stations.models import ResourceUse, Station
from volunteers.models import Group

DRAFT_MARK = "（代拟稿）"
QUARTERS = "一二三四"


@dataclass
class Proposal:
    code: str
    planned_on: dt.date
    kind: str
    title: str
    place: str
    owner: str
    key_date: KeyDate | None = None
    is_chosen: bool = True
    errors: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        # Where it stands on the page, whatever day is typed.
        self.month = self.planned_on.month
        self.key = self.code.partition(":")[2]

    @property
    def typed_day(self):
        day = self.planned_on
        return day.isoformat() if isinstance(day, dt.date) else day


def propose(station, year, today) -> list[Proposal]:
    """What the year still lacks, in the order of the calendar. Days that have passed are
    not planned any more."""
    key_dates = {row.code: row for row in KeyDate.objects.filter(is_active=True)}
    items = PlanItem.objects.filter(station=station, planned_on__year=year)
    existing = list(items.select_related("key_date"))
    places = _places(station)
    groups = _group_names(station)
    owner = station.manager_name or "站长"
    found = []
    for one in (*suggestions(station.track), *_added_by_the_city(key_dates)):
        day = _day(one, year, key_dates)
        if day is None or day.year != year or day < today:
            continue
        title = one.title
        if one.code.startswith("service-") and groups:
            title = f"{title}：{next(groups)}"
        proposal = Proposal(
            code=f"{year}:{one.code}",
            planned_on=day,
            kind=one.kind,
            title=title,
            place=next((places[kind] for kind in one.where if kind in places), station.name),
            owner=owner,
            key_date=key_dates.get(one.key_date),
        )
        if not any(_serves(item, proposal, one.title) for item in existing):
            found.append(proposal)
    return sorted(found, key=lambda row: (row.planned_on, row.code))


def _day(one, year, key_dates):
    if one.month:
        day = dt.date(year, one.month, one.day)
        # An ordinary day of study gives way to the public holidays.
        while not one.key_date and day in public_holidays(year):
            day += dt.timedelta(days=1)
        return day
    row = key_dates.get(one.key_date)
    day = keydates.day_of(row, year) if row else None
    return day + dt.timedelta(days=one.offset) if day else None


def _added_by_the_city(key_dates):
    covered = {one.key_date for one in suggestions("")}
    for code, row in key_dates.items():
        if code not in covered:
            yield Suggestion(f"day-{code}", "other", f"{row.name}活动"[:100], key_date=code)


def _serves(item, proposal, plain_title):
    if item.origin == proposal.code:
        return True
    if (item.planned_on.year, item.planned_on.month) != (
        proposal.planned_on.year, proposal.planned_on.month,
    ):  # fmt: skip
        return False
    if item.title.startswith(plain_title):
        return True
    same_day = proposal.key_date is not None and item.key_date_id == proposal.key_date.pk
    return same_day and item.kind in ("", proposal.kind) and not item.origin


def _places(station):
    """Kind of resource -> name of the first that the station uses."""
    rows = ResourceUse.objects.filter(station=station).order_by("pk")
    found = {}
    for kind, name in rows.values_list("resource__kind", "resource__name"):
        found.setdefault(kind, name)
    return found


def _group_names(station):
    """The groups of the team take turns on the days of service."""
    rows = Group.objects.filter(team__station=station, team__is_active=True)
    names = list(rows.order_by("pk").values_list("name", flat=True))
    return cycle(names) if names else None


def papers(year) -> list[tuple[str, int, str]]:
    """The seventeen of 附件1 五: (period, number, title)."""
    quarters = [("quarter", n, f"{year}年第{QUARTERS[n - 1]}季度活动安排") for n in range(1, 5)]
    months = [("month", n, f"{year}年{n}月活动方案") for n in range(1, 13)]
    return [("year", 1, f"{year}年度工作计划"), *quarters, *months]


def create(station, year, chosen, *, actor) -> tuple[int, int]:
    """Items and the papers that show them, in one transaction; how many of each are new.
    What somebody else created meanwhile is left as it is."""
    with transaction.atomic():
        Station.objects.select_for_update(of=("self",)).get(pk=station.pk)
        codes = [row.code for row in chosen]
        rows = PlanItem.objects.filter(station=station, origin__in=codes)
        known = set(rows.values_list("origin", flat=True))
        stamp = {"created_by": actor, "updated_by": actor, "station": station}
        items = PlanItem.objects.bulk_create(
            PlanItem(
                planned_on=row.planned_on,
                title=row.title,
                place=row.place,
                owner=row.owner,
                kind=row.kind,
                key_date=row.key_date,
                origin=row.code,
                **stamp,
            )
            for row in chosen
            if row.code not in known
        )
        plans = _missing_plans(station, year, stamp)
        if station.records_begin_on is None:
            begin_records(station)
        if items or plans:
            audit.record(
                "plan.draft",
                by=actor,
                obj=station,
                after={"年度": year, "事项": [row.title for row in items], "计划": len(plans)},
            )
    return len(items), len(plans)


def _missing_plans(station, year, stamp):
    """A paper is wanted where its period holds an item."""
    have = set(Plan.objects.filter(station=station, year=year).values_list("period", "number"))
    items = PlanItem.objects.filter(station=station, planned_on__year=year)
    months = {day.month for day in items.values_list("planned_on", flat=True)}
    held = {("month", month) for month in months}
    held |= {("quarter", (month + 2) // 3) for month in months}
    held |= {("year", 1)} if months else set()
    return Plan.objects.bulk_create(
        Plan(
            period=period, year=year, number=number, title=title,
            body=_body(station, period), **stamp,
        )
        for period, number, title in papers(year)
        if (period, number) in held and (period, number) not in have
    )  # fmt: skip


def _body(station, period):
    theme = f"，突出“{station.theme_statement}”特色主题" if station.theme_statement else ""
    track = f"，结合{station.get_track_display()}建设" if station.track else ""
    aim = {
        "year": "全年抓好思想政治引领、走访慰问、志愿服务、权益维护和阵地建设，"
        "在学雷锋月、“七一”“八一”、烈士纪念日、“十一”、春节等节点组织活动。",
        "quarter": "按年度工作计划安排本季度活动，逐项明确时间、地点和责任人。",
        "month": "按季度活动安排落实本月活动，逐项明确时间、地点和责任人。",
    }[period]
    return f"{DRAFT_MARK}\n围绕退役军人服务保障工作{track}{theme}，{aim}具体事项见事项清单。"
