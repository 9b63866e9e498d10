"""对标自评: the live score of one station, what is missing, and the rows behind a line."""

from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import can_see_records, is_city, is_county, require
from accreditation.scorecard.beside import beside
from accreditation.scorecard.exemplar_photos import may_be_shown
from accreditation.scorecard.exemplars import exemplars, willing
from accreditation.scorecard.forms import ConfirmationForm
from accreditation.scorecard.page import (
    clauses,
    first_three,
    fix_link,
    has_rows,
    line_url,
    switches,
    words_for,
)
from accreditation.scoring import PARTS, score_station
from accreditation.scoring.explain import SHOWN, explain
from records.kept import kept
from records.models import CountyConfirmation
from stations.models import Station
from stations.section_views import address_of

WHO_READS = "查阅人员只看汇总数据，不看单个服务站的对标自评。"


def get_station(request, code):
    require(can_see_records(request.user), WHO_READS)
    found = kept(_station, request.user, code=code)
    if not found:
        raise Http404
    return found[0]


def _station(reader, code):
    stations = Station.objects.visible_to(reader).select_related("region__parent")
    others = willing().exclude(station=OuterRef("pk"))
    return stations.annotate(has_exemplars=Exists(others)).filter(region__code=code)


def _confirmations(station):
    return CountyConfirmation.objects.filter(station=station)


def card_of(station):
    return score_station(station.pk, on=timezone.localdate())


@require_safe
def scorecard(request, code):
    station = get_station(request, code)
    return scorecard_page(request, station, ConfirmationForm() if is_county(request.user) else None)


def scorecard_page(request, station, form, status=200):
    """The page; also the answer to a form on it that was not valid."""
    card = card_of(station)
    track = request.GET.get("track") or station.track or card.best_track
    if track not in PARTS:
        raise Http404
    lines, gain = first_three(card, track)
    code = station.region.code
    return render(
        request,
        "accreditation/scorecard/page.html",
        {
            "station": station,
            "card": card,
            "track": track,
            "result": card.track(track),
            "switches": switches(card, track),
            "first": [
                (line, fix_link(line, code, track), *words_for(line, request.user))
                for line in lines
            ],
            "gain": gain,
            "clauses": clauses(
                card,
                track,
                code=code,
                reader=request.user,
                waived=card.proposals,
                has_exemplars=station.has_exemplars,
            ),
            "beside": beside(request.user, station, card),
            "confirmations": kept(_confirmations, station=station.pk),
            "form": form,
            "is_city": is_city(request.user),
        },
        status=status,
    )


@require_safe
def scorecard_rows(request, code, requirement):
    """查看依据: the rows that this line counted and those it did not, fetched on its own."""
    station = get_station(request, code)
    card = card_of(station)
    line = card.lines.get(requirement)
    if line is None:
        raise Http404
    require(
        has_rows(line.requirement.measure, request.user), "这一项的明细只供服务站和县（区）查看。"
    )
    rows = explain(
        station, requirement, on=card.on, user=request.user, requirement=line.requirement
    )
    return render(
        request,
        "accreditation/scorecard/rows.html",
        {
            "station": station,
            "line": line,
            "rows": [(describe(one.row), row_url(one.row), one.ok) for one in rows],
            "is_cut": len(rows) >= SHOWN,
        },
    )


@require_safe
def scorecard_exemplars(request, code, requirement):
    """同类样板: how accredited stations that agreed to it met this line."""
    station = get_station(request, code)
    asked = request.GET.get("track", "")
    track = asked if asked in PARTS else station.track
    line, rows = exemplars(
        station, requirement, track=track, on=timezone.localdate(), reader=request.user
    )
    if line is None:
        raise Http404
    found, missing = words_for(line, request.user)
    context = {
        "station": station,
        "line": line,
        "found": found,
        "missing": missing,
        "rows": rows,
        "back": line_url(code, requirement, track=track),
    }
    return render(request, "accreditation/scorecard/exemplars.html", context)


@require_safe
def exemplar_photo(request, file_code):
    """Small, and under a name that says nothing; also of a station out of the reader's scope."""
    require(can_see_records(request.user), WHO_READS)
    photo = may_be_shown().filter(attachment__code=file_code).select_related("attachment").first()
    if photo is None:
        raise Http404
    storage = photo.attachment.file.storage
    try:
        content = storage.open(photo.attachment.thumbnail)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, filename="exemplar.jpg", content_type="image/jpeg")
    # The station may take its word back any time.
    response["Cache-Control"] = "private, no-store"
    return response


def describe(row):
    """One row in words; a table between two is told by the person on it."""
    if row._meta.auto_created:
        return f"{row.veteran}（{row.exhibit}）"
    day = next((getattr(row, name) for name in DAYS if getattr(row, name, None)), None)
    return f"{day:%Y-%m-%d} {row}" if day else str(row)


DAYS = ("happened_on", "planned_on", "received_on", "published_on", "adopted_on", "made_on")


def row_url(row):
    """The record's own page, where there is one."""
    if row._meta.auto_created or not hasattr(row, "station"):
        return ""
    return address_of(row, row.station.region.code)
