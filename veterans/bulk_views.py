"""批量修改: choose people and one change, see exactly what will change, confirm, take it back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import can_edit_records, require
from records.forms import is_number
from veterans import bulk
from veterans.filters import PeopleFilter, list_url
from veterans.models import BulkEdit, Veteran

TOO_MANY = f"一次最多修改{bulk.MOST}人，请用查询条件缩小范围，或在列表中勾选。"

ONLY_KEEPERS = "只有服务站和县（区）工作人员可以修改记录。"
PAGE_SIZE = 30


def _back(request, filters, sentence):
    messages.error(request, sentence)
    return redirect(list_url(filters))


@require_POST
def bulk_preview(request):
    """Writes nothing: row by row what would change."""
    require(can_edit_records(request.user), ONLY_KEEPERS)
    filters = request.POST.get("filters", "")[:1500]
    try:
        change = bulk.read_change(request.POST.get("change", ""), request.user)
    except bulk.UnknownChange:
        return _back(request, filters, "请选择要修改成什么。")
    people = Veteran.objects.editable_by(request.user)
    if request.POST.get("all"):
        people = PeopleFilter(QueryDict(filters), user=request.user).apply(people)
    else:
        keys = [key for key in request.POST.getlist("person") if is_number(key)]
        people = people.filter(pk__in=keys[: bulk.MOST + 1])
    if not people.exists():
        return _back(request, filters, "没有选择人员，请先在列表中勾选。")
    if people.count() > bulk.MOST:
        return _back(request, filters, TOO_MANY)
    return _preview_page(request, change, people, filters)


@require_POST
def bulk_apply(request):
    """The ticked rows, all or none; if one was changed meanwhile, the page comes again."""
    require(can_edit_records(request.user), ONLY_KEEPERS)
    filters = request.POST.get("filters", "")[:1500]
    try:
        change = bulk.read_change(request.POST.get("change", ""), request.user)
    except bulk.UnknownChange:
        return _back(request, filters, "请选择要修改成什么。")
    seen = _versions(request.POST.getlist("row"))
    people = Veteran.objects.editable_by(request.user).filter(pk__in=seen)
    rows, _ = bulk.preview(change, people)
    rows = [row for row in rows if not row.refusal]
    stale = _changed_since(people, seen)
    if not seen:
        return _back(request, filters, "没有勾选人员，没有修改。")
    if not stale:
        try:
            edit = bulk.apply(change, rows, by=request.user)
        except bulk.Stale:
            stale = _changed_since(people.all(), seen)
        else:
            messages.success(request, f"已修改{len(rows)}人：{change.label}。")
            address = reverse("bulk_edit", args=[edit.code])
            return redirect(f"{address}?{urlencode({'filters': filters})}")
    return _preview_page(request, change, people.all(), filters, stale=stale or set(seen))


def _versions(rows) -> dict[int, int]:
    """{person: the version that the page showed}."""
    pairs = (row.partition(".") for row in rows[: bulk.MOST])
    return {
        int(pk): int(version) for pk, _, version in pairs if is_number(pk) and is_number(version)
    }


def _changed_since(people, seen):
    current = dict(people.values_list("pk", "version"))
    return {pk for pk, version in seen.items() if current.get(pk) != version}


def _preview_page(request, change, people, filters, *, stale=()):
    rows, same = bulk.preview(
        change, people.order_by("station__region__path", "pinyin", "pk"), stale=stale
    )
    context = {
        "change": change,
        "rows": rows,
        "writable": sum(not row.refusal for row in rows),
        "same": same,
        "filters": filters,
        "back_url": list_url(filters),
        "stale": bool(stale),
    }
    return render(request, "veterans/bulk.html", context, status=409 if stale else 200)


@require_safe
def bulk_edits(request):
    """What was changed in bulk, newest first."""
    require(can_edit_records(request.user), ONLY_KEEPERS)
    edits = BulkEdit.objects.visible_to(request.user).select_related("made_by")
    page = Paginator(edits, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "veterans/bulk_edits.html", {"page": page})


@require_safe
def bulk_edit(request, code):
    """Who was changed, and whether all of it can still be taken back."""
    require(can_edit_records(request.user), ONLY_KEEPERS)
    edit = _edit(request.user, code)
    keys = [row["person"] for row in edit.rows]
    people = Veteran.objects.editable_by(request.user).select_related("station__region")
    people = people.in_bulk(keys)
    touched = set(bulk.touched(edit, people, by=request.user))
    context = {
        "edit": edit,
        "rows": [(people.get(r["person"]), r, r["person"] in touched) for r in edit.rows],
        "touched": len(touched),
        "back_url": list_url(request.GET.get("filters", "")[:1500]),
    }
    return render(request, "veterans/bulk_edit.html", context)


@require_POST
def bulk_undo(request, code):
    require(can_edit_records(request.user), ONLY_KEEPERS)
    edit = _edit(request.user, code)
    try:
        count = bulk.undo(edit, by=request.user)
    except bulk.CannotUndo as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"已撤销，{count}人恢复到这次批量修改之前。")
    filters = request.POST.get("filters", "")[:1500]
    address = reverse("bulk_edit", args=[edit.code])
    return redirect(f"{address}?{urlencode({'filters': filters})}" if filters else address)


def _edit(user, code):
    edits = BulkEdit.objects.visible_to(user).select_related("made_by", "undone_by")
    return get_object_or_404(edits, code=code)
