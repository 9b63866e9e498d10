"""List, new, edit and delete for every kind of record: one set of views (records/registry)."""

import re

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db import IntegrityError, models
from django.db.models import Count, ProtectedError, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import can_edit_records, can_see_records, require
from records.forms import is_number
from records.incoming import waiting_for
from records.kept import kept
from records.models import AttachmentLink
from records.printing.registry import prints_of
from records.registry import all_sections, get_section, kind_of, panels_of
from records.workflow import AlreadySaved, LostUpdate, delete_record, save_record
from stations import drafts
from stations.forms import ContentCheckForm
from stations.mending import mending
from stations.models import Station
from stations.photos.gallery import files_of
from stations.uploads import take_in

PAGE_SIZE = 50
CHECKED_FIRST = ("facility", "regulation", "exhibit")
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


def _keep_back(url, request, station):
    _, added = back_to(request, station)
    return f"{url}{'&' if '?' in url else '?'}{added}" if added else url


def _posted(request):
    """What was sent; an empty POST is still a POST, so not `request.POST or None`."""
    return request.POST if request.method == "POST" else None


def may_edit(user, station):
    """Whether this person keeps this station's records (scope is already checked)."""
    return can_edit_records(user)


def _cell(record, getter):
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


def _with_file_counts(rows, kind):
    if not kind.purposes or not rows:
        return {}
    links = AttachmentLink.objects.filter(
        content_type=ContentType.objects.get_for_model(kind.model),
        object_id__in=[row.pk for row in rows],
    )
    return dict(links.order_by().values_list("object_id").annotate(n=Count("pk")))


@require_safe
def section_list(request, code, section):
    """The records of one section; `?part=` chooses the kind where a section has several."""
    station = get_station(request, code)
    section, kind = get_kind(request, section, request.GET.get("part") or None)
    rows = _filtered(kind.rows(request.user, station), kind, request.GET)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    records = list(page.object_list)
    counts = _with_file_counts(records, kind)
    table = [
        {
            "url": _keep_back(record_url(section, kind, station, record), request, station),
            "cells": [
                (label, _cell(record, getter), _is_amount(kind, getter))
                for label, getter in kind.columns
            ],
            "files": counts.get(record.pk, 0),
        }
        for record in records
    ]
    return render(
        request,
        "stations/section_list.html",
        {
            "station": station,
            "section": section,
            "kind": kind,
            "page": page,
            "table": table,
            "heads": [(label, _is_amount(kind, getter)) for label, getter in kind.columns],
            "filters": _filter_choices(kind, request.GET),
            "narrowed": any(request.GET.get(name) for name in ("q", *kind.filters)),
            "query": request.GET.get("q", ""),
            "can_edit": may_edit(request.user, station),
            "tools": tools_of(section, request.user, station),
            "back": back_to(request, station),
            "mend": mend_of(request, station),
            "has_prints": bool(prints_of(section.slug)),
        },
    )


def tools_of(section, user, station):
    """[(tool, address)] of the buttons above a section's list."""
    keeps = may_edit(user, station)
    return [
        (tool, reverse(tool.url_name, args=[station.region.code]))
        for tool in section.tools
        if keeps or not tool.for_keepers
    ]


def _initial(kind, request):
    """What the address fills in: a link from the scorecard opens a prefilled form."""
    names = set(kind.form.base_fields)
    initial = {}
    for name, value in request.GET.items():
        if name in names and name != "version":
            initial[name] = request.GET.getlist(name) if name in ("tags", "kinds") else value
    return initial


@require_http_methods(["GET", "HEAD", "POST"])
def record_new(request, code, section, kind):
    station = get_station(request, code)
    section, kind = get_kind(request, section, kind)
    require(may_edit(request.user, station), "只有服务站和县（区）工作人员可以填写记录。")
    form = kind.form(
        _posted(request),
        user=request.user,
        station=station,
        initial=_initial(kind, request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            record = _save(form, request)
        except AlreadySaved as before:
            return redirect(sent_before(request, section, kind, station, before.record))
        if record is not None:
            messages.success(request, f"“{record}”已保存。")
            _take_files(request, kind, record)
            after = _after_save(request, section, kind, station, record)
            return redirect(_keep_back(after, request, station))
    return _form_page(request, station, section, kind, form, alike=_alike(request, kind, station))


def _take_files(request, kind, record):
    """After the record is saved: a refused file costs no typing."""
    if not kind.asks_file:
        return
    stored, errors = take_in(request.FILES.getlist("photos"), record, by=request.user)
    for error in errors:
        messages.error(request, error)
    if stored:
        messages.success(request, f"已上传{len(stored)}张照片（文件）。")


def sent_before(request, section, kind, station, record):
    """Where the second of two equal requests ends: at what the first one made."""
    drafts.forget(request.user, request.get_full_path())
    if record is None or not kind.rows(request.user, station).filter(pk=record.pk).exists():
        messages.info(request, "这张表单已经提交过，没有重复保存。")
        return _list_url(station, section, kind)
    messages.info(request, f"“{record}”刚才已经保存，没有重复登记。")
    _take_files(request, kind, record)
    return own_page(kind, record) or record_url(section, kind, station, record)


def _alike(request, kind, station):
    """What is already there of the sort that the address asks for: a link from the scorecard
    may mean a record that only lacks its photo, and nobody should enter it twice."""
    wanted = {}
    for name, value in _initial(kind, request).items():
        field = next((one for one in kind.model._meta.fields if one.name == name), None)
        if field is not None and field.choices:
            wanted[name] = value
    if request.method != "GET" or not wanted or kind.slug not in CHECKED_FIRST:
        return []
    section = kind_of(kind.model)[0]
    rows = kind.rows(request.user, station).filter(**wanted)[:5]
    return [
        (row, _keep_back(record_url(section, kind, station, row), request, station)) for row in rows
    ]


def _after_save(request, section, kind, station, record):
    if "save_and_new" in request.POST:
        return reverse("record_new", args=[station.region.code, section.slug, kind.slug])
    if kind.page:
        return own_page(kind, record)
    if kind.purposes:
        return record_url(section, kind, station, record)
    return _list_url(station, section, kind)


def _say_remarks(request, kind, record):
    """After saving the list is shown; on the record itself the remarks stand on its page."""
    for remark in kind.remarks(record, request.user) if kind.remarks else ():
        messages.warning(request, remark.text)


def own_page(kind, record):
    return reverse(kind.page, args=[getattr(record, kind.lookup)]) if kind.page else ""


def _list_url(station, section, kind):
    url = reverse("section", args=[station.region.code, section.slug])
    return url if kind is section.kinds[0] else f"{url}?part={kind.slug}"


def _save(form, request):
    """The saved record, or None with the reason in the form."""
    try:
        record = save_record(form, by=request.user)
        drafts.forget(request.user, request.get_full_path())
        return record
    except IntegrityError:
        form.add_error(None, "刚刚有人保存了相同的记录，请刷新列表核对后再提交。")
    return None


def _successor(request, record):
    """The record that this one was merged into, for whoever may see it."""
    if getattr(record, "merged_into_id", None) is None:
        return None
    rows = type(record).objects.visible_to(request.user).select_related("station__region")
    return rows.filter(pk=record.merged_into_id).first()


@require_http_methods(["GET", "HEAD", "POST"])
def record_edit(request, code, section, kind, key):
    station = get_station(request, code)
    section, kind = get_kind(request, section, kind)
    record = get_record(request, station, kind, key)
    if request.method == "POST":
        require(may_edit(request.user, station), "只有服务站和县（区）工作人员可以修改记录。")
    elif (successor := _successor(request, record)) is not None:
        return redirect(record_url(section, kind, successor.station, successor))
    form = kind.form(
        _posted(request),
        instance=record,
        user=request.user,
        station=station,
        initial={"unlock": request.GET.get("unlock") == "1"} if kind.has_checks else None,
    )
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            if _save(form, request) is not None:
                messages.success(request, f"“{record}”已保存。")
                _say_remarks(request, kind, record)
                after = own_page(kind, record) or _list_url(station, section, kind)
                return redirect(_keep_back(after, request, station))
        except LostUpdate as lost:
            conflict = _show_both_versions(form, lost.current)
    return _form_page(request, station, section, kind, form, record=record, conflict=conflict)


def show_record(request, station, section, kind, record, *, check_form):
    """The record's page as the answer to a content check that was not entered."""
    form = kind.form(None, instance=record, user=request.user, station=station)
    return _form_page(
        request, station, section, kind, form, record=record, check_form=check_form, status=422
    )


def _show_both_versions(form, current):
    """The second of two savers sees both versions; what he typed stays in the form, and
    saving again is his decision over the version he has now seen."""
    stored = type(form)(instance=current, user=form.user, station=form.station)
    rows = []
    for name, field in form.fields.items():
        if name == "version":
            continue
        theirs = form._readable(name, stored.initial.get(name, stored.fields[name].initial))
        mine = form._readable(name, form.cleaned_data.get(name))
        if theirs != mine and not field.widget.is_hidden:
            bound = stored[name]
            rows.append(
                (field.label, _shown(field, theirs, bound.value()), _shown(field, mine, None))
            )
    form.data = form.data.copy()
    form.data["version"] = str(current.version)
    return {
        # Anonymous answers keep nobody's name.
        "who": getattr(current, "updated_by", None),
        "when": getattr(current, "updated_at", None),
        "rows": rows,
    }


def _shown(field, text, value):
    choices = dict(getattr(field, "choices", ()) or ()) if not hasattr(field, "queryset") else {}
    if isinstance(text, list):
        return "、".join(str(choices.get(item, item)) for item in text)
    return choices.get(text, text)


def _in_one_line(child, row):
    """The columns of a row below its owner, whose name would stand in every line."""
    cells = [(label, _cell(row, getter), getter) for label, getter in child.columns]
    return " · ".join(
        f"{label}{value}" if isinstance(value, int) else str(value)
        for label, value, getter in cells
        if value not in ("", None) and getter != child.parent
    )


def _form_page(
    request,
    station,
    section,
    kind,
    form,
    *,
    record=None,
    conflict=None,
    alike=(),
    check_form=None,
    status=200,
):
    saved = record is not None
    links = []
    if saved and kind.purposes:
        links = files_of(record, request.user)
    children = []
    for slug in kind.children if saved else ():
        child = section.kind(slug)
        rows = child.rows(request.user, station).filter(**{child.parent: record})
        table = [_in_one_line(child, row) for row in rows]
        urls = [record_url(section, child, station, row) for row in rows]
        children.append((child, list(zip(urls, table, strict=True))))
    if conflict:
        status = 409
    return render(
        request,
        "stations/record_form.html",
        {
            "station": station,
            "section": section,
            "kind": kind,
            "form": form,
            "record": record,
            "record_key": getattr(record, kind.lookup) if saved else "",
            "own_page": own_page(kind, record) if saved else "",
            "reading": reverse(kind.reading, args=[record.pk]) if saved and kind.reading else "",
            "remarks": kind.remarks(record, request.user) if saved and kind.remarks else (),
            "panels": panels_of(record, request.user) if saved and not conflict else (),
            "check_form": check_form or ContentCheckForm()
            if saved and kind.has_checks and request.user.role in ("county", "city")
            else None,
            "may_unmask": can_edit_records(request.user),
            "links": links,
            "begun": waiting_for(record, request.user) if saved and kind.purposes else (),
            "can_share": kind.owner != "region",
            "children": children,
            "conflict": conflict,
            "alike": alike,
            "back": back_to(request, station),
            # From 记一笔: what it wrote is read first, the form to change it unfolds.
            "is_just_saved": saved and request.method == "GET" and bool(request.GET.get("saved")),
            "mend": mend_of(request, station),
            "can_edit": may_edit(request.user, station),
            "purposes": [(p, dict(AttachmentLink.Purpose.choices)[p]) for p in kind.purposes],
            "checks": record.checks.select_related("entered_by")
            if saved and kind.has_checks
            else [],
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def record_delete(request, code, section, kind, key):
    station = get_station(request, code)
    section, kind = get_kind(request, section, kind)
    record = get_record(request, station, kind, key)
    require(may_edit(request.user, station), "只有服务站和县（区）工作人员可以删除记录。")
    require(not kind.keeps, "个人同意事项不删除：本人撤回的，请填写撤回日期。")
    require(kind.slug != "person", "花名册人员不删除：请把在册状态改为已迁出、已去世或暂未联系上。")
    if request.method == "POST":
        name = str(record)
        try:
            delete_record(record, by=request.user)
        except ProtectedError as error:
            used = {str(o._meta.verbose_name) for o in error.protected_objects}
            messages.error(request, f"“{name}”正在被{'、'.join(sorted(used))}使用，不能删除。")
            return redirect(record_url(section, kind, station, record))
        messages.success(request, f"“{name}”已删除。")
        return redirect(_list_url(station, section, kind))
    context = {
        "station": station,
        "section": section,
        "kind": kind,
        "record": record,
        "record_key": key,
    }
    return render(request, "stations/record_delete.html", context)


__all__ = ["all_sections", "kind_of", "record_delete", "record_edit", "record_new", "section_list"]
