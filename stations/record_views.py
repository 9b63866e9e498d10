"""The form, the page and the deletion of a record of any kind (records/registry.py)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import posted
from accounts.permissions import can_edit_records, oversees_stations, require
from records.incoming import waiting_for
from records.models import AttachmentLink
from records.registry import panels_of
from records.workflow import AlreadySaved, LostUpdate, delete_record, save_record
from stations import drafts
from stations.forms import ContentCheckForm
from stations.photos.gallery import files_of
from stations.section_views import (
    back_to,
    cell_of,
    get_kind,
    get_record,
    get_station,
    keep_back,
    list_url,
    mend_of,
    own_page,
    record_url,
)
from stations.uploads import take_in_sent

CHECKED_FIRST = ("facility", "regulation", "exhibit")


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
    require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以填写记录。")
    form = kind.form(
        posted(request),
        user=request.user,
        station=station,
        initial=_initial(kind, request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            record = _save(form, request)
        except AlreadySaved as before:
            return redirect(_sent_before(request, section, kind, station, before.record))
        if record is not None:
            messages.success(request, f"“{record}”已保存。")
            _take_files(request, kind, record)
            after = _after_save(request, section, kind, station, record)
            return redirect(keep_back(after, request, station))
    alike = _alike(request, section, kind, station)
    return _form_page(request, station, section, kind, form, alike=alike)


def _take_files(request, kind, record):
    """After the record is saved: a refused file costs no typing."""
    if kind.asks_file:
        take_in_sent(request, request.FILES.getlist("photos"), record, what="张照片（文件）")


def _sent_before(request, section, kind, station, record):
    """Where the second of two equal requests ends: at what the first one made."""
    drafts.forget(request.user, request.get_full_path())
    if record is None or not kind.rows(request.user, station).filter(pk=record.pk).exists():
        messages.info(request, "这张表单已经提交过，没有重复保存。")
        return list_url(station, section, kind)
    messages.info(request, f"“{record}”刚才已经保存，没有重复登记。")
    _take_files(request, kind, record)
    return own_page(kind, record) or record_url(section, kind, station, record)


def _alike(request, section, kind, station):
    """What is already there of the sort that the address asks for: a link from the scorecard
    may mean a record that only lacks its photo, and nobody should enter it twice."""
    wanted = {}
    for name, value in _initial(kind, request).items():
        field = next((one for one in kind.model._meta.fields if one.name == name), None)
        if field is not None and field.choices:
            wanted[name] = value
    if request.method != "GET" or not wanted or kind.slug not in CHECKED_FIRST:
        return []
    rows = kind.rows(request.user, station).filter(**wanted)[:5]
    return [
        (row, keep_back(record_url(section, kind, station, row), request, station)) for row in rows
    ]


def _after_save(request, section, kind, station, record):
    if "save_and_new" in request.POST:
        return reverse("record_new", args=[station.region.code, section.slug, kind.slug])
    if kind.page:
        return own_page(kind, record)
    if kind.purposes:
        return record_url(section, kind, station, record)
    return list_url(station, section, kind)


def _say_remarks(request, kind, record):
    """After saving the list is shown; on the record itself the remarks stand on its page."""
    for remark in kind.remarks(record, request.user) if kind.remarks else ():
        messages.warning(request, remark.text)


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
        require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以修改记录。")
    elif (successor := _successor(request, record)) is not None:
        return redirect(record_url(section, kind, successor.station, successor))
    form = kind.form(
        posted(request),
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
                after = own_page(kind, record) or list_url(station, section, kind)
                return redirect(keep_back(after, request, station))
        except LostUpdate as lost:
            conflict = form.both_versions(lost.current)
    return _form_page(request, station, section, kind, form, record=record, conflict=conflict)


def show_record(request, station, section, kind, record, *, check_form):
    """The record's page as the answer to a content check that was not entered."""
    form = kind.form(None, instance=record, user=request.user, station=station)
    return _form_page(request, station, section, kind, form, record=record, check_form=check_form)


def _in_one_line(child, row):
    """The columns of a row below its owner, whose name would stand in every line."""
    cells = [(label, cell_of(row, getter), getter) for label, getter in child.columns]
    return " · ".join(
        f"{label}{value}" if isinstance(value, int) else str(value)
        for label, value, getter in cells
        if value not in ("", None) and getter != child.parent
    )


def _children(request, station, section, kind, record):
    """[(kind, [(address, text)])] of the records that hang on this one."""
    found = []
    for child in map(section.kind, kind.children):
        rows = child.rows(request.user, station).filter(**{child.parent: record})
        lines = [
            (record_url(section, child, station, row), _in_one_line(child, row)) for row in rows
        ]
        found.append((child, lines))
    return found


def _of_files(kind, record, user):
    if not kind.purposes:
        return {}
    return {
        "links": files_of(record, user),
        "begun": waiting_for(record, user),
        "purposes": [(p, AttachmentLink.Purpose(p).label) for p in kind.purposes],
        "can_share": kind.owner != "region",
    }


def _of_checks(kind, record, user, check_form):
    if not kind.has_checks:
        return {}
    may_enter = oversees_stations(user)
    return {
        "checks": record.checks.select_related("entered_by"),
        "check_form": (check_form or ContentCheckForm()) if may_enter else None,
    }


def _of_saved(request, station, section, kind, record, check_form):
    """What the page shows of a record that is stored, beside its form."""
    user = request.user
    return {
        "record": record,
        "record_key": getattr(record, kind.lookup),
        "own_page": own_page(kind, record),
        "kept_for": kind.kept_for(record),
        "reading": reverse(kind.reading, args=[record.pk]) if kind.reading else "",
        "remarks": kind.remarks(record, user) if kind.remarks else (),
        "may_unmask": can_edit_records(user),
        "children": _children(request, station, section, kind, record),
        # From 记一笔: what it wrote is read first, the form to change it unfolds.
        "is_just_saved": request.method == "GET" and bool(request.GET.get("saved")),
        **_of_files(kind, record, user),
        **_of_checks(kind, record, user, check_form),
    }


def _form_page(
    request, station, section, kind, form, *, record=None, conflict=None, alike=(), check_form=None
):
    context = {
        "station": station,
        "section": section,
        "kind": kind,
        "form": form,
        "conflict": conflict,
        "alike": alike,
        "back": back_to(request, station),
        "mend": mend_of(request, station),
        "can_edit": can_edit_records(request.user),
    }
    if record is not None:
        context |= _of_saved(request, station, section, kind, record, check_form)
    if record is not None and not conflict:
        context["panels"] = panels_of(record, request.user)
    status = 409 if conflict else 422 if check_form else 200
    return render(request, "stations/record_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def record_delete(request, code, section, kind, key):
    station = get_station(request, code)
    section, kind = get_kind(request, section, kind)
    record = get_record(request, station, kind, key)
    require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以删除记录。")
    if reason := kind.kept_for(record):
        raise PermissionDenied(reason)
    if request.method == "POST":
        name = str(record)
        try:
            delete_record(record, by=request.user)
        except ProtectedError as error:
            used = {str(o._meta.verbose_name) for o in error.protected_objects}
            messages.error(request, f"“{name}”正在被{'、'.join(sorted(used))}使用，不能删除。")
            return redirect(record_url(section, kind, station, record))
        messages.success(request, f"“{name}”已删除。")
        return redirect(list_url(station, section, kind))
    context = {
        "station": station,
        "section": section,
        "kind": kind,
        "record": record,
        "record_key": key,
    }
    return render(request, "stations/record_delete.html", context)
