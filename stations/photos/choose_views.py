"""Choosing: a record for photos that are there, and photos for a record."""

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.permissions import can_edit_records, require
from records.models import AttachmentLink
from stations.photos.filters import PhotoFilters, with_day, years_of
from stations.photos.link_views import editable_link
from stations.photos.list_views import (
    MOST_AT_ONCE,
    ONLY_KEEPERS,
    PAGE_SIZE,
    chosen_photos,
    tiles,
)
from stations.photos.places import name_of, place_named, places, readable_photos
from stations.photos.verbs import CannotMove, move, use_also
from stations.section_views import get_kind, get_record, get_station, record_url

RECORDS_PER_PAGE = 20
FIRST = "activities-activity"
# Records of about the day on which the photos were taken stand first.
DAYS_AROUND = dt.timedelta(days=3)
DAY_FIELDS = ("happened_on", "received_on", "published_on", "adopted_on", "awarded_on")


@require_http_methods(["GET", "HEAD", "POST"])
def photos_place(request, code):
    """Let the chosen photos serve a further record of the station."""
    station = get_station(request, code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    rows = chosen_photos(request, station, request.POST or request.GET)
    if not rows:
        messages.error(request, "没有选中照片，请先勾选。")
        return redirect("photos", code=code)
    if request.method == "POST":
        section, kind, record = _target(request, station)
        added = use_also(rows, record, by=request.user)
        if added:
            messages.success(request, f"已把{added}张照片附到“{record}”。")
        else:
            messages.info(request, f"“{record}”上已经有这些照片，没有重复添加。")
        return redirect(f"{record_url(section, kind, station, record)}#files")
    return _chooser(request, station, rows, moving=None)


@require_http_methods(["GET", "HEAD", "POST"])
def link_move(request, link_id):
    """The photo with its caption, day, uploader and digest, to another record of the same
    station."""
    one, record, place = editable_link(request, link_id)
    if one.attachment.station is None or place[1].owner == "region":
        raise Http404
    station = get_station(request, one.attachment.station.region.code)
    if request.method == "POST":
        section, kind, target = _target(request, station)
        one.record = record
        try:
            move(one, target, by=request.user)
        except CannotMove as reason:
            messages.error(request, str(reason))
            return redirect("link_move", link_id=link_id)
        messages.success(request, f"照片已移到“{target}”，说明、拍摄日期和上传人不变。")
        return redirect(f"{record_url(section, kind, station, target)}#files")
    return _chooser(request, station, [one.attachment], moving=one, source=record)


def _target(request, station):
    """`to`: activities-activity-17. Only what the user may change, of this very station."""
    name, _, key = request.POST.get("to", "").rpartition("-")
    place = place_named(request.user, name)
    if place is None:
        raise Http404
    section, kind = place
    record = get_record(request, station, kind, key)
    rows = type(record).objects.editable_by(request.user)
    require(rows.filter(pk=record.pk).exists(), ONLY_KEEPERS)
    return section, kind, record


def _chooser(request, station, rows, *, moving, source=None):
    chosen = place_named(request.user, request.GET.get("kind") or FIRST)
    section, kind = chosen or place_named(request.user, FIRST)
    records = kind.rows(request.user, station)
    if moving is not None and isinstance(source, kind.model):
        records = records.exclude(pk=source.pk)
    query = request.GET.get("q", "").strip()
    if query and kind.search:
        wanted = Q()
        for field in kind.search:
            wanted |= Q(**{f"{field}__icontains": query})
        records = records.filter(wanted)
    page = Paginator(records, RECORDS_PER_PAGE).get_page(request.GET.get("page"))
    near = [] if query or page.number > 1 else _of_those_days(records, kind, rows)
    context = {
        "station": station,
        "photos": rows,
        "moving": moving,
        "source": source,
        "name": name_of(section, kind),
        "kind": kind,
        "kinds": [(name_of(s, k), k.label) for s, k in places(request.user)],
        "query": query,
        "page": page,
        "near": _options(near, kind),
        "options": _options(page.object_list, kind),
        "back": reverse("link", args=[moving.pk])
        if moving
        else reverse("photos", args=[station.region.code]),
    }
    return render(request, "stations/photos/choose_record.html", context)


def _of_those_days(records, kind, rows):
    field = next((f.name for f in kind.model._meta.fields if f.name in DAY_FIELDS), None)
    days = {row.captured_on for row in rows if row.captured_on}
    if not field or not days:
        return []
    around = (min(days) - DAYS_AROUND, max(days) + DAYS_AROUND)
    return list(records.filter(**{f"{field}__range": around})[:RECORDS_PER_PAGE])


def _options(records, kind):
    """[(key, title, day)]"""
    field = next((f.name for f in kind.model._meta.fields if f.name in DAY_FIELDS), None)
    return [
        (getattr(row, kind.lookup), str(row), getattr(row, field) if field else None)
        for row in records
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def record_pick(request, code, section, kind, key):
    """Photos of the station that a record may use, instead of uploading them again."""
    station = get_station(request, code)
    section, kind = get_kind(request, section, kind)
    record = get_record(request, station, kind, key)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    if not kind.purposes or kind.owner == "region":
        raise Http404
    if request.method == "POST":
        rows = chosen_photos(request, station, request.POST)
        if not rows:
            messages.error(request, "没有选中照片，请先勾选。")
            return redirect(request.get_full_path())
        purpose = request.POST.get("purpose", "")
        added = use_also(rows, record, by=request.user, purpose=purpose)
        messages.success(request, f"已从本站照片中选用{added}张。")
        return redirect(f"{record_url(section, kind, station, record)}#files")
    own = with_day(readable_photos(request.user, station, keeps=True))
    form = PhotoFilters(
        request.GET or None, user=request.user, station=station, keeps=True, years=years_of(own)
    )
    form.is_valid()
    page = Paginator(form.apply(own), PAGE_SIZE).get_page(request.GET.get("page"))
    here = record.attachment_links.filter(attachment__in=[one.pk for one in page.object_list])
    context = {
        "station": station,
        "record": record,
        "back": f"{record_url(section, kind, station, record)}#files",
        "form": form,
        "page": page,
        "tiles": tiles(page.object_list, request.user, station),
        "here": set(here.values_list("attachment_id", flat=True)),
        "purposes": [(p, dict(AttachmentLink.Purpose.choices)[p]) for p in kind.purposes],
        "most": MOST_AT_ONCE,
    }
    return render(request, "stations/photos/pick.html", context)
