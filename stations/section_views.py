"""The list of a section's records, and how every page of a station finds what its address
names (records/registry.py); the page of one record is in stations/record_views.py."""

import re

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import can_edit_records, can_see_records, require
from records.forms import is_number
from records.kept import kept
from records.models import AttachmentLink
from records.printing.registry import prints_of
from records.registry import get_section, kind_of
from stations.mending import mending
from stations.models import Station

PAGE_SIZE = 50
BACK = re.compile(r"(red|historical|rural)-([CRHU]\d\.\d+)")


def get_station(request, code):
    require(can_see_records(request.user))
    found = kept(_station, request.user, code=code)
    if not found:
        raise Http404
    return found[0]


def _station(reader, code):
    stations = Station.objects.visible_to(reader).select_related("region__parent")
    return stations.filter(region__code=code)


def get_kind(request, section_slug, kind_slug=None):
    """(section, kind); 404 for what does not exist, 403 for what this role may not open."""
    section = get_section(section_slug)
    if section is None:
        raise Http404
    require(request.user.role in section.roles, "您的角色不能查看这类记录。")
    kind = section.kinds[0] if kind_slug is None else section.kind(kind_slug)
    if kind is None:
        raise Http404
    return section, kind


def get_record(request, station, kind, key):
    rows = kind.rows(request.user, station)
    if kind.lookup == "pk" and not is_number(key):
        raise Http404
    return get_object_or_404(rows, **{kind.lookup: key})


def record_url(section, kind, station, record, name="record"):
    key = getattr(record, kind.lookup)
    return reverse(name, args=[station.region.code, section.slug, kind.slug, key])


def address_of(record, code):
    """The record's page at the station of this code; empty for what has none."""
    place = kind_of(type(record))
    if place is None:
        return ""
    section, kind = place
    return reverse("record", args=[code, section.slug, kind.slug, getattr(record, kind.lookup)])


def own_page(kind, record):
    return reverse(kind.page, args=[getattr(record, kind.lookup)]) if kind.page else ""


def list_url(station, section, kind):
    url = reverse("section", args=[station.region.code, section.slug])
    return url if kind is section.kinds[0] else f"{url}?part={kind.slug}"


def back_to(request, station):
    """(address of the scorecard's line, what to add to a link) for whoever came from there:
    `?back=red-C1.1` goes along until the record is saved."""
    match = BACK.fullmatch(request.GET.get("back", ""))
    if match is None:
        return "", ""
    track, requirement = match.groups()
    card = reverse("scorecard", args=[station.region.code])
    return f"{card}?track={track}#{requirement}", f"back={match[0]}"


def mend_of(request, station):
    """Why it came back, for whoever opened this page to mend it; only then is it asked."""
    match = BACK.fullmatch(request.GET.get("back", ""))
    return mending(station, match[2]) if match else None


def keep_back(url, request, station):
    _, added = back_to(request, station)
    return f"{url}{'&' if '?' in url else '?'}{added}" if added else url


def cell_of(record, getter):
    if callable(getter):
        return getter(record)
    value = record
    for name in getter.split("."):
        value = getattr(value, name)
        if value is None:
            return ""
        if callable(value) and not hasattr(value, "_meta"):
            value = value()
    if isinstance(value, bool):
        return "是" if value else "否"
    return value


def _is_amount(kind, getter) -> bool:
    """Whether a column holds amounts, which stand below one another by their last digit."""
    field = next((one for one in kind.model._meta.fields if one.name == getter), None)
    numbers = models.IntegerField | models.DecimalField
    return isinstance(field, numbers) and not field.choices and getter != "year"


def _filtered(rows, kind, params):
    query = params.get("q", "").strip()
    if query and kind.search:
        condition = Q()
        for name in kind.search:
            condition |= Q(**{f"{name}__icontains": query})
        rows = rows.filter(condition)
    for name in kind.filters:
        if params.get(name):
            rows = rows.filter(**{name: params[name]})
    return rows


def _filter_choices(kind, params):
    """[(name, label, [(value, label)], chosen)] for the filter bar."""
    fields = [kind.model._meta.get_field(name) for name in kind.filters]
    return [(f.name, f.verbose_name, f.flatchoices, params.get(f.name, "")) for f in fields]


def _file_counts(rows, kind):
    if not kind.purposes or not rows:
        return {}
    links = AttachmentLink.objects.filter(
        content_type=ContentType.objects.get_for_model(kind.model),
        object_id__in=[row.pk for row in rows],
    )
    return dict(links.order_by().values_list("object_id").annotate(n=Count("pk")))


def _table(request, station, section, kind, records, heads):
    counts = _file_counts(records, kind)
    getters = [getter for _label, getter in kind.columns]
    return [
        {
            "url": keep_back(record_url(section, kind, station, record), request, station),
            "cells": [
                (label, cell_of(record, getter), is_amount)
                for (label, is_amount), getter in zip(heads, getters, strict=True)
            ],
            "files": counts.get(record.pk, 0),
        }
        for record in records
    ]


@require_safe
def section_list(request, code, section):
    """The records of one section; `?part=` chooses the kind where a section has several."""
    station = get_station(request, code)
    section, kind = get_kind(request, section, request.GET.get("part") or None)
    rows = _filtered(kind.rows(request.user, station), kind, request.GET)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    heads = [(label, _is_amount(kind, getter)) for label, getter in kind.columns]
    return render(
        request,
        "stations/section_list.html",
        {
            "station": station,
            "section": section,
            "kind": kind,
            "page": page,
            "table": _table(request, station, section, kind, list(page), heads),
            "heads": heads,
            "filters": _filter_choices(kind, request.GET),
            "narrowed": any(request.GET.get(name) for name in ("q", *kind.filters)),
            "query": request.GET.get("q", ""),
            "can_edit": can_edit_records(request.user),
            "tools": tools_of(section, request.user, station),
            "back": back_to(request, station),
            "mend": mend_of(request, station),
            "has_prints": bool(prints_of(section.slug)),
        },
    )


def tools_of(section, user, station):
    """[(tool, address)] of the buttons above a section's list."""
    keeps = can_edit_records(user)
    return [
        (tool, reverse(tool.url_name, args=[station.region.code]))
        for tool in section.tools
        if keeps or not tool.for_keepers
    ]
