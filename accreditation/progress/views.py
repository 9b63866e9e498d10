"""建设进度 and the public list of named stations behind its numbers."""

import datetime as dt
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import can_see_records
from accreditation.forecast.outlook import Forecast, forecast
from accreditation.models import Accreditation, Programme
from accreditation.programmes import choose_programme
from accreditation.progress import LEVELS, Progress, progress, units_for
from accreditation.progress.counts import IN_REVIEW, State
from accreditation.progress.markup import month_rows, status, unit_cells
from accreditation.progress.words import headline
from records.kept import kept
from stations.models import Region, Track

PER_PAGE = 50


@require_safe
def progress_page(request):
    """All roles. The city's sums are shown to everybody; of the units a county or station
    sees its own row."""
    programmes = kept(_programmes)
    programme = choose_programme(programmes, request.GET.get("programme"))
    on, error = read_day(request.GET.get("as_of"))
    level = request.GET.get("level", "")
    level = level if level in LEVELS else ""
    context = {
        "programmes": programmes,
        "programme": programme,
        "on": on,
        "error": error,
        "level": level,
        "levels": LEVELS,
    }
    if programme is None or request.user.region_id is None:
        return render(request, "accreditation/progress.html", context)
    result = progress(programme, on=on, city=city_of(request.user), level=level)
    result.units = units_for(result, request.user)
    found = forecast(result)
    context |= {
        "result": result,
        "headline": headline(result),
        "data": {"months": result.months},
        "tracks": list(Track),
        **_tables(result, Links(request.user, programme, on, level), found),
    }
    return render(request, "accreditation/progress.html", context)


def _programmes():
    return Programme.objects.all()


@require_safe
def named_stations(request):
    """Which stations a number counts: name, unit, day and number of the naming are public
    facts, shown in the same scope as the numbers."""
    programmes = kept(_programmes)
    programme = choose_programme(programmes, request.GET.get("programme"))
    on, error = read_day(request.GET.get("as_of"))
    if programme is None:
        raise Http404
    rows = (
        Accreditation.objects.filter(_in_scope(request.user), programme=programme)
        .filter(named_on__lte=programme.ends_on)
        .valid_on(on)
        .select_related("station__region", "county")
        .order_by("county__sort_order", "county__code", "named_on", "number")
    )
    track = request.GET.get("track", "")
    level = request.GET.get("level", "")
    unit = None
    if track in Track:
        rows = rows.filter(track=track)
    if level in LEVELS:
        rows = rows.filter(station__region__level=level)
    if request.GET.get("county"):
        unit = get_object_or_404(Region, code=request.GET["county"], level=Region.Level.COUNTY)
        rows = rows.filter(county__path__startswith=unit.path)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accreditation/named_stations.html",
        {
            "programme": programme,
            "on": on,
            "error": error,
            "page": page,
            "unit": unit,
            "track": Track(track) if track in Track else None,
            "level": Region.Level(level) if level in LEVELS else None,
        },
    )


def _tables(result: Progress, links: "Links", found: Forecast | None) -> dict:
    """The rows of the page: every cell with the addresses behind its numbers."""
    total = [
        {
            "track": track,
            "cell": cell,
            "under_way": cell.in_notice + cell.in_review,
            "named_url": links.named("", track, result.counted_on),
        }
        for track, cell in result.city.tracks
    ]
    for each in total if found else ():
        each["outlook"] = found.outlook(result.city, each["track"])
    return {
        "total": total,
        "total_cells": unit_cells(result.city, links, "", result.counted_on),
        "rows": [
            {
                "region": row.region,
                "cells": unit_cells(row, links, row.region.code, result.counted_on),
                "status": status(row, is_over=result.is_over, level=result.level),
            }
            for row in result.units
        ],
        "month_rows": month_rows(result.months),
        "level_rows": [
            {"level": each, "cells": [found[track] for track in Track]}
            for each, found in result.levels
        ],
        "left": [
            (track, result.unassigned[track]) for track in Track if result.unassigned.get(track)
        ],
    }


class Links:
    """Where the numbers lead. A reader has no lists of applications; and a list shows
    today's state, so the numbers of a past day lead nowhere."""

    def __init__(self, user, programme, on, level):
        self.programme, self.on, self.level = programme, on, level
        # Below the city the lists hold less than the city's sums count.
        self.is_whole_city = user.region.level == Region.Level.CITY
        self.applications = ""
        if can_see_records(user) and on == timezone.localdate() and not level:
            try:
                self.applications = reverse("applications")
            except NoReverseMatch:
                self.applications = ""
        self.stations = reverse("named_stations")

    def named(self, county="", track="", on=None):
        if not (county or self.is_whole_city):
            return ""
        asked = {
            "programme": self.programme.pk,
            "as_of": (on or self.on).isoformat(),
            "county": county,
            "track": track,
            "level": self.level,
        }
        return f"{self.stations}?{urlencode({k: v for k, v in asked.items() if v})}"

    def under_way(self, states, county="", track=""):
        if not self.applications or not (county or self.is_whole_city):
            return ""
        asked = {"programme": self.programme.pk, "county": county, "track": track}
        pairs = [(k, v) for k, v in asked.items() if v] + [("state", state) for state in states]
        return f"{self.applications}?{urlencode(pairs)}"

    def in_review(self, county="", track=""):
        return self.under_way(IN_REVIEW, county, track)

    def in_notice(self, county="", track=""):
        return self.under_way([State.PUBLIC_NOTICE], county, track)


def city_of(user) -> Region:
    region = user.region
    if region.level == Region.Level.CITY:
        return region
    return Region.objects.get(code=region.ancestor_codes[0])


def _in_scope(user) -> Q:
    """Those counted by a unit that the user manages or is managed by (see `units_for`)."""
    if user.region_id is None:
        return Q(pk__in=[])
    return Q(county__path__startswith=user.region.path) | Q(
        county__code__in=user.region.ancestor_codes
    )


def read_day(text) -> tuple[dt.date, str]:
    today = timezone.localdate()
    if not text:
        return today, ""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return today, f"“{text[:20]}”不是日期，请选一个日期。下面是今天的情况。"
    if day > today:
        return today, "截至日期不能晚于今天。下面是今天的情况。"
    return day, ""
