"""Saved views: a name for filters and columns of the roster, opened by a link in the scope
and with the rights of whoever opens it."""

from django.contrib import messages
from django.db import transaction
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.permissions import can_see_records, require
from records.person_numbers import holds_number
from stations.models import Station
from veterans.models import SavedView

LONGEST = SavedView._meta.get_field("query").max_length
MOST = 30


def address(view) -> str:
    params = QueryDict(view.query, mutable=True)
    if view.code:
        params["view"] = view.code
    code = view.station.region.code if view.station_id else ""
    url = reverse("station_roster", args=[code]) if code else reverse("veterans")
    return f"{url}?{params.urlencode()}"


@require_POST
def view_save(request):
    """Save what the page shows under a name; the same name again replaces it."""
    require(can_see_records(request.user), "查阅人员不查看个人信息。")
    params = QueryDict(request.POST.get("filters", "")[: LONGEST + 1], mutable=True)
    code = params.pop("station", [""])[0]
    station = None
    if code:
        stations = Station.objects.visible_to(request.user).select_related("region")
        station = get_object_or_404(stations, region__code=code)
    name, query = request.POST.get("name", "").strip()[:40], params.urlencode()
    here = SavedView(user=request.user, station=station, name=name, query=query, code="")
    problem = _problem(request.user, name, params)
    if problem:
        messages.error(request, problem)
        return redirect(address(here))
    with transaction.atomic():
        view, _ = SavedView.objects.update_or_create(
            user=request.user, name=name, defaults={"station": station, "query": query}
        )
        audit.record("roster.view_save", by=request.user, obj=view, after={"query": query})
    messages.success(request, f"视图“{name}”已保存。把本页地址发给同事，对方按自己的权限打开。")
    return redirect("roster_view", view_code=view.code)


def _problem(user, name, params):
    if not name:
        return "请填写视图名称，再保存。"
    # What is saved is read by colleagues and stands in the log.
    if any(holds_number(text) for text in (name, params.get("q", ""))):
        return "视图名称或查询条件里有身份号码、电话一类的号码，不能保存为视图，请删去后再保存。"
    if len(params.urlencode()) > LONGEST:
        return "查询条件太长，不能保存为视图，请减少条件或列。"
    own = SavedView.objects.of(user).exclude(name=name)
    return f"最多保存{MOST}个视图，请先删除不用的。" if own.count() >= MOST else ""


@require_safe
def view_open(request, view_code):
    """The list with the view's filters, as this reader may see it."""
    require(can_see_records(request.user), "查阅人员不查看个人信息。")
    views = SavedView.objects.visible_to(request.user).select_related("station__region")
    view = get_object_or_404(views, code=view_code)
    if view.station_id and not Station.objects.visible_to(request.user).filter(pk=view.station_id):
        view.station = None  # the same filters in the reader's own scope
    return redirect(address(view))


@require_POST
def view_delete(request, view_code):
    require(can_see_records(request.user), "查阅人员不查看个人信息。")
    view = get_object_or_404(SavedView.objects.of(request.user), code=view_code)
    with transaction.atomic():
        audit.record("roster.view_delete", by=request.user, obj=view, before={"query": view.query})
        view.delete()
    messages.success(request, f"视图“{view.name}”已删除。")
    return redirect("veterans")
