"""预测与短板: the forecast, the funnel, what is lacking most, and the stations that are
closest. Everything but the last is sums, which every role sees."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import can_see_records, is_county, require
from accreditation.forecast.briefing import as_document, as_workbook, read_briefing
from accreditation.forecast.gaps import closest, heat_map, lacking, missing_of, part_label
from accreditation.forecast.outlook import FUNNEL, forecast
from accreditation.models import Application, Programme
from accreditation.programmes import choose_programme
from accreditation.progress import Row, progress, units_for
from accreditation.progress.views import city_of, read_day
from accreditation.scoring.stored import read_gaps
from stations.models import Region, Track

HELPERS = (User.Role.COUNTY, User.Role.CITY, User.Role.ADMIN)
WHO_HELPS = "离申报最近的服务站名单供县（区）、功能区和市局使用。"
PARTS = ("C", "R", "H", "U")
FIRST = 15
PER_PAGE = 20
MISSING_SHOWN = 3


@require_safe
def forecast_page(request):
    programmes = list(Programme.objects.select_related("rubric"))
    programme = choose_programme(programmes, request.GET.get("programme"))
    context = {"programmes": programmes, "programme": programme}
    if programme is None or request.user.region_id is None:
        return render(request, "accreditation/forecast/page.html", context)
    today = timezone.localdate()
    result = progress(programme, on=today, city=city_of(request.user), with_ready=False)
    result.units = units_for(result, request.user)
    found = forecast(result)
    part = request.GET.get("part", "")
    part = part if part in PARTS else ""
    of_all = request.GET.get("of") == "all"
    lines = heat_map(
        programme,
        city=result.city.region,
        units=result.units,
        part=part,
        first=0 if part else FIRST,
        of_all=of_all,
    )
    context |= {
        "result": result,
        "forecast": found,
        "rows": _outlooks(found, result) if found else [],
        "stages": found.observed.stages.values() if found else [],
        "tracks": list(Track),
        "part": part,
        "of_all": of_all,
        "parts": [(each, part_label(each)) for each in PARTS],
        "heat": _linked(lines, result, request.user, of_all=of_all),
        "heat_data": _chart(lines, result),
        "may_help": request.user.role in HELPERS,
    }
    if found:
        context |= _funnel(found, result, request.user)
    return render(request, "accreditation/forecast/page.html", context)


def _outlooks(found, result) -> list[dict]:
    return [
        {"row": row, "outlooks": found.outlooks(row), "is_city": row is result.city}
        for row in [*result.units, result.city]
    ]


def _funnel(found, result, user) -> dict:
    rows = []
    for row in [*result.units, result.city]:
        counts = found.funnel(row)
        is_city = row is result.city
        rows.append(
            {
                "row": row,
                "is_city": is_city,
                "cells": [
                    (counts[state], _funnel_url(user, result, row, state, is_city=is_city))
                    for state in FUNNEL
                ],
            }
        )
    return {"funnel": rows, "funnel_states": [Application.State(state) for state in FUNNEL]}


def _funnel_url(user, result, row: Row, state: str, *, is_city: bool) -> str:
    """A reader has no lists of applications; where a user manages less than a number counts,
    the list would hold less."""
    if not can_see_records(user) or not row.region.path.startswith(user.region.path):
        return ""
    asked = {"programme": result.programme.pk, "state": state}
    if not is_city:
        asked["county"] = row.region.code
    return f"{reverse('applications')}?{urlencode(asked)}"


def _linked(lines, result, user, *, of_all) -> list[dict]:
    """The table, each number with its list where the reader has one (as in the funnel)."""
    places = [row.region for row in [*result.units, result.city]]
    is_own = [user.role in HELPERS and at.path.startswith(user.region.path) for at in places]
    found = []
    for line in lines:
        address = reverse("lacking", args=[line.requirement.code])
        cells = line.cells
        for cell, at, own in zip(cells, places, is_own, strict=True):
            asked = {"programme": result.programme.pk, "unit": at.code}
            asked |= {"of": "all"} if of_all else {}
            cell["url"] = f"{address}?{urlencode(asked)}" if own and cell["lacking"] else ""
        found.append({"requirement": line.requirement, "cells": cells})
    return found


@require_safe
def lacking_page(request, code):
    """The stations behind one number of the heat map, each with what it could still earn."""
    require(request.user.role in HELPERS, WHO_HELPS)
    programmes = list(Programme.objects.select_related("rubric"))
    programme = choose_programme(programmes, request.GET.get("programme"))
    if programme is None or request.user.region_id is None:
        raise Http404
    requirement = get_object_or_404(programme.rubric.requirements, code=code)
    units = Region.objects.visible_to(request.user)
    unit = get_object_or_404(units, code=request.GET.get("unit") or request.user.region.code)
    scores = lacking(request.user, unit, code, of_all=request.GET.get("of") == "all")
    page = Paginator(scores, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        (
            score,
            read_gaps(score.gaps)[code],
            f"{reverse('scorecard', args=[score.station.region.code])}?track={score.track}#{code}",
        )
        for score in page
    ]
    return render(
        request,
        "accreditation/forecast/lacking.html",
        {
            "programme": programme,
            "requirement": requirement,
            "unit": unit,
            "page": page,
            "rows": rows,
        },
    )


def _chart(lines, result) -> dict:
    """The numbers of the table, for the picture."""
    return {
        "units": [*(row.region.name for row in result.units), f"{result.city.region.name}合计"],
        "requirements": [str(line.requirement) for line in lines],
        "cells": [
            [x, y, cell["percent"]]
            for y, line in enumerate(lines)
            for x, cell in enumerate(line.cells)
            if cell["percent"] is not None
        ],
    }


@require_safe
def closest_page(request):
    """A help list: whom to help next, and with what."""
    require(request.user.role in HELPERS, WHO_HELPS)
    programmes = list(Programme.objects.select_related("rubric"))
    programme = choose_programme(programmes, request.GET.get("programme"))
    if programme is None:
        raise Http404
    track = request.GET.get("track", "")
    track = track if track in Track else Track.RED.value
    page = Paginator(closest(request.user, programme, track), PER_PAGE).get_page(
        request.GET.get("page")
    )
    requirements = {row.code: row for row in programme.rubric.requirements.all()}
    rows = [
        {
            "score": score,
            "missing": missing_of(score, requirements, MISSING_SHOWN),
            "more": max(score.lines_missing - MISSING_SHOWN, 0),
            "url": f"{reverse('scorecard', args=[score.station.region.code])}?track={track}",
        }
        for score in page
    ]
    return render(
        request,
        "accreditation/forecast/closest.html",
        {
            "programmes": programmes,
            "programme": programme,
            "track": Track(track),
            "tracks": list(Track),
            "page": page,
            "rows": rows,
            "by_points": is_county(request.user),
        },
    )


@require_safe
def briefing(request, form):
    """月度通报, true for one day: the city's, or that of the own unit."""
    programme = choose_programme(
        list(Programme.objects.select_related("rubric")), request.GET.get("programme")
    )
    if programme is None or request.user.region_id is None:
        raise Http404
    on, _ = read_day(request.GET.get("as_of"))
    found = read_briefing(programme, user=request.user, city=city_of(request.user), on=on)
    return as_workbook(found) if form == "xlsx" else as_document(found, form)
