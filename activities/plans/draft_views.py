"""The draft of a year: a preview with boxes and editable rows, then everything at once."""

import datetime as dt

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import can_edit_records, require
from activities.models import ActivityKind, PlanItem
from activities.plans import drafting
from activities.plans.views import ONLY_KEEPERS, chosen_year
from stations.section_views import get_station

TEXTS = {"title": "事项", "place": "地点", "owner": "责任人"}


@require_http_methods(["GET", "HEAD", "POST"])
def plan_draft(request, code):
    station = get_station(request, code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    today = timezone.localdate()
    year = max(chosen_year(request, today), today.year)
    proposals = drafting.propose(station, year, today)
    status = 200
    if request.method == "POST":
        for proposal in proposals:
            _read(proposal, request.POST, year)
        chosen = [row for row in proposals if row.is_chosen]
        if not any(row.errors for row in chosen):
            return _create(request, station, year, chosen)
        wrong = sum(1 for row in chosen if row.errors)
        messages.error(request, f"有{wrong}行没有填对，已用红字标出；改好后再生成，其他内容都在。")
        status = 400
    months = {}
    for row in proposals:
        months.setdefault(row.month, []).append(row)
    context = {
        "station": station,
        "year": year,
        "years": [today.year, today.year + 1],
        "months": sorted(months.items()),
        "count": len(proposals),
        "existing": PlanItem.objects.filter(station=station, planned_on__year=year).count(),
        "kinds": ActivityKind.choices,
        "today": today,
    }
    return render(request, "activities/plans/draft.html", context, status=status)


def _read(row, data, year):
    """What was typed into the row; an impossible value stays in its cell with a sentence."""
    key = row.key
    row.is_chosen = f"{key}-on" in data
    if not row.is_chosen:
        return
    day = data.get(f"{key}-day", "").strip()
    try:
        row.planned_on = dt.date.fromisoformat(day)
        if row.planned_on.year != year:
            row.errors["day"] = f"日期应在{year}年内。"
    except ValueError:
        row.planned_on = day[:20]
        row.errors["day"] = "请填写正确的日期。"
    for name, label in TEXTS.items():
        text = data.get(f"{key}-{name}", "").strip()
        setattr(row, name, text)
        longest = PlanItem._meta.get_field(name).max_length
        if len(text) > longest:
            row.errors[name] = f"{label}不能超过{longest}个字。"
    if not row.title:
        row.errors["title"] = "请填写事项。"
    kind = data.get(f"{key}-kind", row.kind)
    row.kind = kind if kind in ActivityKind.values else row.kind


def _create(request, station, year, chosen):
    items, plans = drafting.create(station, year, chosen, actor=request.user)
    if items or plans:
        messages.success(
            request,
            f"已生成{items}个计划事项和{plans}份计划草稿（代拟稿），请核对后审定。",
        )
    else:
        messages.info(request, "没有新增：这一年的事项已经在计划里，或没有勾选。")
    return redirect(f"{reverse('station_plans', args=[station.region.code])}?year={year}")
