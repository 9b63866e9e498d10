"""The sheet with the code that hangs at the station, and the code alone for a plate."""

import io

import segno
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stations.section_views import get_station

FORMATS = {"svg": "image/svg+xml", "png": "image/png"}


def public_address(station) -> str:
    """What a phone opens; empty where the server cannot be reached from outside."""
    base = settings.PUBLIC_BASE_URL
    return base + reverse("survey", args=[station.region.code]) if base else ""


def _code(address):
    return segno.make(address, error="q", micro=False)


@require_safe
def survey_poster(request, code):
    station = get_station(request, code)
    address = public_address(station)
    picture = _code(address).svg_data_uri(border=2) if address else ""
    context = {"station": station, "address": address, "picture": picture}
    return render(request, "activities/surveys/poster.html", context)


@require_safe
def survey_code(request, code):
    station = get_station(request, code)
    address = public_address(station)
    kind = request.GET.get("format", "svg")
    if not address or kind not in FORMATS:
        raise Http404
    picture = io.BytesIO()
    _code(address).save(picture, kind=kind, scale=12, border=4)
    name = f"survey-{station.region.code}.{kind}"
    return HttpResponse(
        picture.getvalue(),
        content_type=FORMATS[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
