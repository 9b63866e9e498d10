"""The six functions of the home (六项功能) of one station and year, in numbers. Stations and
their county only: nobody above sees numbers of receptions or services."""

from django.db.models import Count
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import require
from activities.contacts import KEEPERS, visits_and_talks
from activities.models import ServiceRecord
from activities.plans.views import chosen_year
from activities.service_rules import ANSWER_DAYS, days_left
from stations.section_views import get_station


@require_safe
def service_functions(request, code):
    station = get_station(request, code)
    require(request.user.role in KEEPERS, "服务记录由服务站和县（区）工作人员掌握。")
    today = timezone.localdate()
    year = chosen_year(request, today)
    own = ServiceRecord.objects.visible_to(request.user).filter(station=station)
    counts = dict(
        own.filter(received_on__year=year).order_by().values_list("kind").annotate(n=Count("pk"))
    )
    # Visits and talks are contacts without being typed again.
    met = visits_and_talks(request.user).filter(activity__station=station)
    met_count = met.filter(activity__happened_on__year=year).count()
    contact = ServiceRecord.Kind.CONTACT
    rows = [
        (kind.label, counts.get(kind.value, 0) + (met_count if kind == contact else 0))
        for kind in ServiceRecord.Kind
    ]
    waiting = list(own.filter(answered_on=None, closed_on=None).order_by("received_on")[:20])
    context = {
        "station": station,
        "year": year,
        "today": today,
        "rows": rows,
        "most": max(1, *(count for _, count in rows)),
        "met": met_count,
        "waiting": [(row, days_left(row)) for row in waiting],
        "answer_days": ANSWER_DAYS,
    }
    return render(request, "activities/functions.html", context)
