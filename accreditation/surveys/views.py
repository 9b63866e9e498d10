"""满意度调查: the results of a station and of a scope."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import can_edit_records, is_county, require
from accreditation.surveys import figures
from activities.models import SurveyResponse
from activities.surveys.poster import public_address
from records.registry import get_section
from stations.filters import CountyFilter
from stations.models import Station
from stations.section_views import back_to, get_station, section_list

PAGE_SIZE = 50


@require_safe
def station_surveys(request, code):
    """The results; `?part=response` is the list of slips, as for every kind of record."""
    if "part" in request.GET:
        return section_list(request, code=code, section="surveys")
    station = get_station(request, code)
    section = get_section("surveys")
    require(request.user.role in section.roles)
    today = timezone.localdate()
    answers = SurveyResponse.objects.visible_to(request.user).filter(
        station__region__path__startswith=station.region.path
    )
    return render(
        request,
        "accreditation/surveys/station.html",
        {
            "station": station,
            "results": figures.results(
                figures.count(figures.of_twelve_months(answers, today)), figures.rule()
            ),
            "since": figures.first_day(today),
            "today": today,
            "has_code": bool(public_address(station)),
            "can_edit": can_edit_records(request.user),
            "back": back_to(request, station)[0],
        },
    )


@require_safe
def surveys(request):
    """One line per station, in the order of the units; nobody is ranked."""
    user = request.user
    require(user.role in ("county", "city", "admin"), "服务站请在本站的满意度调查页查看。")
    form = CountyFilter(request.GET or None, user=user)
    today = timezone.localdate()
    stations = Station.objects.visible_to(user).active().select_related("region__parent")
    answers = SurveyResponse.objects.visible_to(user)
    if form.is_valid():
        stations = form.in_county(stations, "region__path")
        answers = form.in_county(answers)
    page = Paginator(stations.order_by("region__rank", "region__path"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    counted = figures.count(figures.of_twelve_months(answers, today))
    found = figures.rule()
    return render(
        request,
        "accreditation/surveys/overview.html",
        {
            "form": form,
            "page": page,
            "table": figures.per_station(counted, list(page.object_list), found),
            "results": figures.results(counted, found),
            "may_draw": is_county(user),
            "since": figures.first_day(today),
            "today": today,
        },
    )
