"""活动计划 of a station: the year with its papers, the calendar, items cancelled and linked."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import posted
from accounts.permissions import can_edit_records, require
from activities.models import Activity, Plan, PlanItem
from activities.plans import calendar, workflow
from activities.plans.drafting import QUARTERS, papers
from activities.plans.items import around, plan_data, read_items, tally, window
from records.forms import DateInput, is_number
from records.registry import get_section
from stations.section_views import back_to, get_station, section_list

ONLY_KEEPERS = "只有服务站和县（区）工作人员可以办理。"
YEARS_AROUND = 5


class ApproveForm(forms.Form):
    approved_by = forms.CharField(
        label="审定人", max_length=60, error_messages={"required": "请填写审定人。"}
    )
    approved_on = forms.DateField(
        label="审定日期",
        widget=DateInput,
        error_messages={"required": "请填写审定日期。", "invalid": "请填写正确的日期。"},
    )


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="取消原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写取消原因。"},
    )


def chosen_year(request, today):
    """The year of the address, within a few of this one."""
    text = request.GET.get("year", "")
    year = int(text) if is_number(text) else today.year
    return min(max(year, today.year - YEARS_AROUND), today.year + YEARS_AROUND)


def _section(request, code):
    station = get_station(request, code)
    require(request.user.role in get_section("plans").roles)
    return station


def _to_year(station, year):
    return redirect(f"{reverse('station_plans', args=[station.region.code])}?year={year}")


@require_safe
def station_plans(request, code):
    """The year on one page; `?part=` lists papers or items as for every kind of record."""
    if "part" in request.GET:
        return section_list(request, code=code, section="plans")
    station = _section(request, code)
    today = timezone.localdate()
    year = chosen_year(request, today)
    form = ApproveForm(initial={"approved_by": request.user.full_name, "approved_on": today})
    return _year_page(request, station, year, today, form)


def _year_page(request, station, year, today, form, status=200):
    own = PlanItem.objects.visible_to(request.user).filter(station=station)
    items = read_items(own.filter(planned_on__year=year), today)
    plans = {
        (plan.period, plan.number): plan
        for plan in Plan.objects.visible_to(request.user).filter(station=station, year=year)
    }
    rows = []
    for period, number, title in papers(year):
        first, last = window(period, year, number)
        within = [item for item in items if first <= item.planned_on <= last]
        plan = plans.get((period, number))
        rows.append(
            {
                "period": period,
                "number": number,
                "label": _label(period, number),
                "title": plan.title if plan else title,
                "plan": plan,
                "tally": tally(within, today),
            }
        )
    near = read_items(around(own, today), today) if year == today.year else []
    context = {
        "station": station,
        "year": year,
        "rows": rows,
        "total": rows[0]["tally"],
        "near": near,
        "has_items": bool(items),
        "back": back_to(request, station)[0],
        "missing": sum(1 for row in rows if row["plan"] is None and row["tally"].planned),
        "form": form,
        "today": today,
        "any_draft": any(plan.state == Plan.State.DRAFT for plan in plans.values()),
        "can_edit": can_edit_records(request.user),
    }
    return render(request, "activities/plans/year.html", context, status=status)


def _label(period, number):
    names = {"year": "年度", "quarter": f"第{QUARTERS[number - 1]}季度" if number < 5 else ""}
    return names.get(period, f"{number}月")


@require_POST
def plans_approve(request, code):
    """审定 of the chosen papers of a year, all or none."""
    station = _section(request, code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    today = timezone.localdate()
    keys = [int(key) for key in request.POST.getlist("plan") if is_number(key)]
    rows = Plan.objects.visible_to(request.user).filter(station=station, pk__in=keys)
    plans = list(rows.filter(state=Plan.State.DRAFT).select_related("station"))
    year = plans[0].year if plans else chosen_year(request, today)
    form = ApproveForm(request.POST)
    if not plans:
        messages.error(request, "请先勾选要审定的计划（草稿）。")
        return _to_year(station, year)
    if form.is_valid():
        data = form.cleaned_data
        try:
            count = workflow.approve(
                plans, name=data["approved_by"], on=data["approved_on"], actor=request.user
            )
            messages.success(request, f"已审定{count}份计划。")
            return _to_year(station, year)
        except workflow.Refused as refused:
            form.add_error(None, str(refused))
    return _year_page(request, station, year, today, form, status=400)


@require_safe
def plan_page(request, code, pk):
    """One paper to read or print: its text and the items of its period."""
    station = _section(request, code)
    rows = Plan.objects.visible_to(request.user).filter(station=station)
    plan = get_object_or_404(rows.select_related("station__region"), pk=pk)
    data = plan_data(plan, request.user, timezone.localdate())
    context = data | {"station": station, "can_edit": can_edit_records(request.user)}
    return render(request, "activities/plans/plan.html", context)


@require_safe
def plan_calendar(request, code):
    """A month as a sheet of days, or the year as twelve lists."""
    station = _section(request, code)
    today = timezone.localdate()
    year = chosen_year(request, today)
    text = request.GET.get("month", "")
    month = int(text) if is_number(text) and 1 <= int(text) <= 12 else None
    context = {
        "station": station,
        "year": year,
        "month": month,
        "today": today,
        "can_edit": can_edit_records(request.user),
        "weekdays": calendar.WEEKDAYS,
    }
    if month is None:
        context["months"] = calendar.year_months(station, request.user, year, today)
    else:
        context["weeks"] = calendar.month_weeks(station, request.user, year, month, today)
        context["previous"] = (year, month - 1) if month > 1 else (year - 1, 12)
        context["next"] = (year, month + 1) if month < 12 else (year + 1, 1)
    return render(request, "activities/plans/calendar.html", context)


def _item(request, code, pk):
    station = _section(request, code)
    rows = PlanItem.objects.visible_to(request.user).filter(station=station)
    item = get_object_or_404(rows.select_related("station__region", "key_date"), pk=pk)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    return station, item


@require_http_methods(["GET", "HEAD", "POST"])
def item_cancel(request, code, pk):
    station, item = _item(request, code, pk)
    form = CancelForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            workflow.cancel(item, reason=form.cleaned_data["reason"], actor=request.user)
            messages.success(request, f"“{item}”已取消。")
            return _to_year(station, item.planned_on.year)
        except workflow.Refused as refused:
            form.add_error(None, str(refused))
    context = {"station": station, "item": item, "form": form}
    return render(request, "activities/plans/cancel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def item_link(request, code, pk):
    """Which of the activities recorded around that day was this item."""
    station, item = _item(request, code, pk)
    if request.method == "POST":
        activity = _chosen_activity(request, station, request.POST.get("activity", ""))
        try:
            workflow.link(activity, item, actor=request.user)
            messages.success(request, f"“{item}”已关联活动“{activity}”。")
            return _after_link(request, station, item, activity)
        except workflow.Refused as refused:
            messages.error(request, str(refused))
    context = {
        "station": station,
        "item": item,
        "activities": workflow.activities_for(item, request.user),
    }
    return render(request, "activities/plans/link.html", context)


def _after_link(request, station, item, activity):
    """Back to where the link was asked for."""
    code = station.region.code
    if request.POST.get("then") == "record":
        return redirect("record", code, "activities", "activity", activity.pk)
    if request.POST.get("then") == "quick":
        return redirect("quick_activity", code)
    return _to_year(station, item.planned_on.year)


def _chosen_activity(request, station, key):
    if not is_number(key):
        raise Http404
    rows = Activity.objects.visible_to(request.user).filter(station=station)
    return get_object_or_404(rows, pk=key)


@require_http_methods(["GET", "HEAD", "POST"])
def unplanned_activities(request, code):
    """The same from the other side: activities of a year without an item, each with the
    items it may have been."""
    station = _section(request, code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    today = timezone.localdate()
    if request.method == "POST":
        return _link_many(request, station)
    year = chosen_year(request, today)
    items = list(workflow.open_items(request.user, station))
    rows = [
        (activity, workflow.items_for(activity, items))
        for activity in workflow.unplanned(request.user, station, year).order_by("-happened_on")
    ]
    context = {
        "station": station,
        "year": year,
        "rows": [row for row in rows if row[1]],
        "without": sum(1 for _, found in rows if not found),
    }
    return render(request, "activities/plans/unplanned.html", context)


def _link_many(request, station):
    items = {
        str(item.pk): item
        for item in PlanItem.objects.visible_to(request.user).filter(station=station)
    }
    linked, year = 0, None
    for activity in _posted_activities(request, station):
        item = items.get(request.POST.get(f"a{activity.pk}", ""))
        year = year or activity.happened_on.year
        if item is None:
            continue
        try:
            workflow.link(activity, item, actor=request.user)
            linked += 1
        except workflow.Refused as refused:
            messages.error(request, str(refused))
    if linked:
        messages.success(request, f"已关联{linked}个活动。")
    else:
        messages.info(request, "没有选择要关联的计划事项。")
    return _to_year(station, year or timezone.localdate().year)


def _posted_activities(request, station):
    keys = [name[1:] for name in request.POST if name[:1] == "a" and is_number(name[1:])]
    rows = Activity.objects.visible_to(request.user).filter(station=station, plan_item=None)
    return rows.filter(pk__in=keys)
