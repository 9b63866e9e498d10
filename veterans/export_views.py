"""The blank roster, and the export of exactly the people that the page shows."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.permissions import can_edit_records, can_see_records, is_city, require
from records import jobs
from records.workbooks import XLSX
from stations.models import Station
from veterans import export_requests
from veterans.filters import PeopleFilter, keepable, list_url
from veterans.models import Veteran
from veterans.templates_xlsx import blank_roster

NEEDS_SECOND = "超过一个服务站的完整信息须经另一人批准，请从花名册重新提交导出申请。"


@require_safe
def veterans_template(request):
    """Of one station with ?station=<code>, else without a name in the title."""
    require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以导入花名册。")
    code, place, unit = request.GET.get("station", ""), "", ""
    if code:
        stations = Station.objects.editable_by(request.user).select_related("region")
        station = get_object_or_404(stations, region__code=code)
        place, unit = station.region.name, station.name
    response = HttpResponse(blank_roster(place, unit), content_type=XLSX)
    name = f"{place}退役军人花名册（空白）.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def chosen_people(user, filters: str):
    """The people of /veterans/ with these filters, in this person's scope. A row that became
    part of another is no person: imported again, it would be asked about."""
    form = PeopleFilter(QueryDict(filters), user=user)
    return form.apply(Veteran.objects.visible_to(user).filter(merged_into=None))


@require_POST
def roster_export(request):
    require(can_see_records(request.user), "查阅人员不查看个人信息。")
    user, typed = request.user, request.POST.get("filters", "")[:1000]
    filters, problem = keepable(user, typed)
    if problem:
        messages.error(request, f"没有导出：{problem}")
        return redirect(list_url(typed))
    unmasked, purpose = bool(request.POST.get("unmasked")), request.POST.get("purpose", "").strip()
    people = chosen_people(user, filters)
    if unmasked:
        allowed = can_edit_records(user) or is_city(user)
        require(allowed, "只有服务站、县（区）和市局工作人员可以导出完整信息。")
        second = needs_second(user, people)
        count = people.count()
        if not purpose or not count:
            asks = "导出完整身份号码、电话须填写用途。"
            is_first = "purpose" not in request.POST and count > 0
            context = {
                "filters": filters,
                "problem": asks if count else "没有符合条件的人员，请调整条件。",
                "is_first": is_first,
                "needs_second": second,
                "count": count,
            }
            status = 200 if is_first else 400
            return render(request, "veterans/export_unmasked.html", context, status=status)
        if second:
            row = export_requests.ask(actor=user, filters=filters, purpose=purpose, people=people)
            messages.success(request, "申请已提交，等待另一人批准。")
            return redirect("export_request", code=row.code)
        _log(user, people, purpose)
    jobs.enqueue(
        "roster-export",
        title="导出花名册" + ("（完整信息）" if unmasked else ""),
        by=user,
        parameters={"filters": filters, "unmasked": unmasked, "purpose": purpose[:200]},
    )
    messages.success(request, "正在后台导出，完成后在本页下载。")
    return redirect("manage_jobs")


def needs_second(user, people):
    """One's own station is daily work; more than one, and whatever leaves from the city,
    is released by a second person (docs/privacy.md)."""
    return is_city(user) or people.order_by().values("station").distinct()[:2].count() > 1


def _log(user, people, purpose):
    first = people.select_related("station__region").first()
    audit.record_access(
        "export",
        by=user,
        subject=f"花名册 {first.station}" if first else "花名册（没有人员）",
        purpose=purpose,
        code=first.station.code if first else "",
        count=people.count(),
        region=first.station.region if first else user.region,
    )
