"""建档人数等数据: one editable grid for all stations of a county."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.permissions import is_admin, is_city, is_county, require
from stations.figures import (
    COLUMNS,
    LABELS,
    Stale,
    figures_of,
    shown_lines,
    typed_lines,
    write_figures,
)
from stations.models import Region, Station


@require_http_methods(["GET", "HEAD", "POST"])
def figures(request):
    """The county enters the figures; the city and the administrator read them, one county
    at a time."""
    user = request.user
    may_edit = is_county(user)
    require(
        may_edit or (request.method != "POST" and (is_city(user) or is_admin(user))),
        "这些数据由县（区）、功能区填写。",
    )
    counties = [] if may_edit else list(Region.objects.visible_to(user).county_level())
    county = _chosen(counties, request.GET.get("county"))
    stations = Station.objects.visible_to(user).active().select_related("region__parent")
    if county is not None:
        stations = stations.in_region(county)
    stations = stations.order_by("region__rank", "region__path")
    status = 200
    if request.method == "POST":
        lines = typed_lines(stations, request.POST)
        status = _refused(request, lines)
        if not status:
            return redirect("figures")
    else:
        lines = shown_lines(stations)
    return render(
        request,
        "stations/figures.html",
        {
            "lines": lines,
            "columns": [(name, LABELS[name]) for name in COLUMNS],
            "may_edit": may_edit,
            "counties": counties,
            "county": county,
            "empty_count": sum(1 for line in lines if None in figures_of(line.station).values()),
        },
        status=status,
    )


def _refused(request, lines) -> int:
    """Writes, unless something is wrong; then says so, everything typed stays, and the
    status of the page is returned."""
    wrong = sum(len(line.errors) for line in lines)
    if wrong:
        messages.error(
            request, f"有{wrong}处填写有误，已用红字标出；改好后再保存，其他内容都还在。"
        )
        return 200
    try:
        count = write_figures(lines, by=request.user)
    except Stale as stale:
        _show_both(lines, stale.stored)
        messages.warning(
            request,
            f"有{len(stale.stored)}个服务站的数据刚被别人改过，这次没有保存。"
            "标出的格子上是您填的数，下面是现有的数；核对后再保存，以格子里的数为准。",
        )
        return 409
    if count:
        messages.success(request, f"已保存{count}个服务站的数据。")
    else:
        messages.info(request, "没有改动，不需要保存。")
    return 0


def _show_both(lines, stored) -> None:
    """The next save is made knowing the stored values: they are now what was seen."""
    for line in lines:
        line.stored = stored.get(line.station.pk, {})
        line.seen = line.seen | line.stored


def _chosen(counties, code):
    for county in counties:
        if county.code == code:
            return county
    return counties[0] if counties else None
