from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import posted
from accounts.permissions import can_edit_records, can_see_records, require
from records.workflow import LostUpdate, save_record
from stations import drafts, likeness
from stations.filters import CountyFilter
from stations.forms import StationForm
from stations.models import Region, Station, Track
from stations.section_views import get_station

PAGE_SIZE = 50
LEVELS = dict(Region.Level.choices)


class StationFilter(CountyFilter):
    field_order = ["q", "county", "level", "track"]

    q = forms.CharField(label="名称或代码", required=False, max_length=60)
    level = forms.ChoiceField(
        label="层级",
        required=False,
        choices=[("", "全部层级"), ("town", "乡镇（街道）"), ("village", "村居（社区）")],
    )
    track = forms.ChoiceField(
        label="建设类别",
        required=False,
        choices=[("", "全部类别"), *Track.choices, ("none", "未确定")],
    )

    def apply(self, stations):
        if not self.is_valid():
            return stations
        data = self.cleaned_data
        if data["q"]:
            stations = stations.filter(Q(name__icontains=data["q"]) | Q(region__code=data["q"]))
        stations = self.in_county(stations, "region__path")
        if data["level"]:
            stations = stations.filter(region__level=data["level"])
        if data["track"]:
            stations = stations.filter(track="" if data["track"] == "none" else data["track"])
        return stations


@require_safe
def station_list(request):
    require(can_see_records(request.user), "查阅人员请看建设进度页。")
    form = StationFilter(request.GET or None, user=request.user)
    stations = form.apply(Station.objects.visible_to(request.user).active())
    rows = stations.order_by("region__rank", "region__path").values_list(
        "region__code", "name", "region__level", "region__parent__name", "track",
        "manager_name", "registered_veterans",
    )  # fmt: skip
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    table = [(code, name, LEVELS[level], *rest) for code, name, level, *rest in page.object_list]
    return render(
        request,
        "stations/station_list.html",
        {"form": form, "page": page, "table": table, "address": reverse("stations")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def station_edit(request, code):
    """The station's own facts."""
    station = get_station(request, code)
    require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以修改。")
    form = StationForm(posted(request), instance=station, user=request.user, station=station)
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            save_record(form, by=request.user)
            drafts.forget(request.user, request.get_full_path())
            messages.success(request, "服务站资料已保存。")
            for sentence in _likeness(request.user, station, form.cleaned_data):
                messages.warning(request, sentence)
            return redirect("workspace", code=code)
        except LostUpdate as lost:
            conflict = form.both_versions(lost.current)
    stored = {name: getattr(station, name) for name in likeness.FIELDS}
    context = {
        "station": station,
        "form": form,
        "conflict": conflict,
        "warnings": _likeness(request.user, station, stored) if not form.is_bound else [],
        "hint": likeness.local_hint(station),
    }
    return render(request, "stations/station_form.html", context, status=409 if conflict else 200)


def _likeness(user, station, values):
    return likeness.warnings(station, user=user, values=values)
