"""What counties confirm and what they hold not applicable, over all stations in scope."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import is_county, require
from accreditation.models import NotApplicable, Requirement
from accreditation.scorecard.page import line_url
from records.models import CountyConfirmation
from stations.filters import CountyFilter
from stations.models import Station, Track

PAGE_SIZE = 50
READERS = (User.Role.COUNTY, User.Role.CITY, User.Role.ADMIN)
WHO_READS = "县（区）确认和不适用认定由县（区）、功能区和市局查看。"
Kind = CountyConfirmation.Kind
# What the measures of a track ask the county for. 没有参战退役军人 is said only where it is so.
NEEDED = {
    Track.RED: (Kind.RED_RESOURCE_COUNT, Kind.MARTYR_STORY_COUNT),
    Track.HISTORICAL: (Kind.HISTORICAL_RESOURCE_COUNT,),
}


class ConfirmationFilter(CountyFilter):
    field_order = ["q", "county", "track", "state"]

    q = forms.CharField(label="服务站", required=False, max_length=60)
    track = forms.ChoiceField(
        label="建设类别",
        required=False,
        choices=[("", "红色和古色"), *((track.value, track.label) for track in NEEDED)],
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("open", "还要确认")]
    )

    def apply(self, stations):
        if not self.is_valid():
            return stations
        data = self.cleaned_data
        if data["q"]:
            stations = stations.filter(name__icontains=data["q"])
        if data["track"]:
            stations = stations.filter(track=data["track"])
        if data["state"]:
            stations = stations.filter(_lacks_one())
        return self.in_county(stations, "region__path")


def _lacks_one() -> Q:
    lacking = Q()
    for track, kinds in NEEDED.items():
        for kind in kinds:
            entered = CountyConfirmation.objects.filter(station=OuterRef("pk"), kind=kind)
            lacking |= Q(track=track) & ~Exists(entered)
    return lacking


@dataclass
class Row:
    station: Station
    cells: list[dict[str, Any]]
    is_open: bool
    url: str


@require_safe
def confirmations(request):
    """A county enters them on the scorecard of each station; here it sees where."""
    require(request.user.role in READERS, WHO_READS)
    form = ConfirmationFilter(request.GET or None, user=request.user)
    stations = (
        Station.objects.visible_to(request.user)
        .active()
        .filter(track__in=list(NEEDED))
        .select_related("region__parent")
        .prefetch_related("confirmations")
        .order_by("region__rank", "region__path")
    )
    page = Paginator(form.apply(stations), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "accreditation/scorecard/confirmations.html",
        {
            "form": form,
            "page": page,
            "rows": [_row(station) for station in page],
            "kinds": Kind,
            "may_enter": is_county(request.user),
        },
    )


def _row(station) -> Row:
    entered = {row.kind: row for row in station.confirmations.all()}
    needed = NEEDED[Track(station.track)]
    cells = [{"row": entered.get(kind), "is_needed": kind in needed} for kind in Kind]
    card = reverse("scorecard", args=[station.region.code])
    return Row(
        station=station,
        cells=cells,
        is_open=any(kind not in entered for kind in needed),
        url=f"{card}?track={station.track}#confirmations",
    )


class NotApplicableFilter(CountyFilter):
    field_order = ["q", "county", "state"]
    STATES = {
        "open": Q(confirmed_on=None, declined_on=None),
        "confirmed": Q(confirmed_on__isnull=False),
        "declined": Q(declined_on__isnull=False),
    }

    q = forms.CharField(label="服务站", required=False, max_length=60)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("", "全部"), ("open", "待市局确认"), ("confirmed", "已确认"), ("declined", "不予确认"),
        ],
    )  # fmt: skip

    def apply(self, rows):
        if not self.is_valid():
            return rows
        data = self.cleaned_data
        if data["q"]:
            rows = rows.filter(station__name__icontains=data["q"])
        if data["state"]:
            rows = rows.filter(self.STATES[data["state"]])
        return self.in_county(rows)


@require_safe
def not_applicables(request):
    require(request.user.role in READERS, WHO_READS)
    form = NotApplicableFilter(request.GET or None, user=request.user)
    found = (
        NotApplicable.objects.visible_to(request.user)
        .select_related("station__region__parent", "proposed_by")
        .order_by("-created_at", "-pk")
    )
    page = Paginator(form.apply(found), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page)
    labels = {
        one.code: one
        for one in Requirement.objects.filter(code__in={row.requirement for row in rows}).order_by(
            "rubric__version"
        )
    }
    for row in rows:
        row.asked = labels.get(row.requirement, row.requirement)
        row.url = line_url(row.station.region.code, row.requirement)
    return render(
        request,
        "accreditation/scorecard/not_applicables.html",
        {"form": form, "page": page, "rows": rows},
    )
