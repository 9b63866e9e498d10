"""该走访谁: the people of a station who are due a visit, one tap from 记走访."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import require
from activities.contacts import KEEPERS
from activities.due import due_visits, standing_reasons
from stations.section_views import get_station, may_edit

PAGE_SIZE = 50


@require_GET
def visits_due(request, code):
    station = get_station(request, code)
    require(request.user.role in KEEPERS, "走访情况由服务站和县（区）工作人员掌握。")
    reasons = list(standing_reasons())
    wanted = request.GET.get("reason", "")
    chosen = [one for one in reasons if str(one.pk) == wanted]
    found = due_visits(station, request.user, chosen or reasons)
    context = {
        "station": station,
        "reasons": reasons,
        "chosen": chosen[0] if chosen else None,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "never": sum(1 for one in found if one.last is None),
        "today": timezone.localdate(),
        "can_edit": may_edit(request.user, station),
    }
    return render(request, "activities/visits_due.html", context)
