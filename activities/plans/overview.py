"""活动计划 of a scope: one line per station, in the order of the units; nobody is ranked."""

from collections import Counter

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import require
from activities.models import Plan, PlanItem
from activities.plans.items import Tally, with_done
from activities.plans.views import chosen_year
from stations.filters import CountyFilter
from stations.models import Station

PAGE_SIZE = 50


@require_safe
def plans_overview(request):
    user = request.user
    require(user.role in ("county", "city", "admin"), "服务站请在本站的活动计划页查看。")
    today = timezone.localdate()
    year = chosen_year(request, today)
    form = CountyFilter(request.GET or None, user=user)
    stations = Station.objects.visible_to(user).active().select_related("region__parent")
    if form.is_valid():
        stations = form.in_county(stations, "region__path")
    page = Paginator(stations.order_by("region__rank", "region__path"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    shown = list(page.object_list)
    context = {
        "form": form,
        "page": page,
        "year": year,
        "today": today,
        "table": _table(user, shown, year, today),
    }
    return render(request, "activities/plans/overview.html", context)


def _table(user, stations, year, today):
    keys = [station.pk for station in stations]
    tallies = {key: Tally() for key in keys}
    items = PlanItem.objects.visible_to(user).filter(station__in=keys, planned_on__year=year)
    for key, *facts in with_done(items).values_list(
        "station", "planned_on", "is_done", "cancelled_reason"
    ):
        tallies[key].add(*facts, today)
    approved = Counter(
        Plan.objects.visible_to(user)
        .filter(station__in=keys, year=year, state=Plan.State.APPROVED)
        .order_by()
        .values_list("station", "period")
    )
    return [
        {
            "station": station,
            "tally": tallies[station.pk],
            "has_year": bool(approved[station.pk, "year"]),
            "quarters": approved[station.pk, "quarter"],
            "months": approved[station.pk, "month"],
        }
        for station in stations
    ]
