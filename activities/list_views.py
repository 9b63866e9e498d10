"""/manage/lists/: the lists that the city keeps (特点优长, 重要节点, 四尊崇…). One small set
of functions for all of them; a list is a declaration in `LISTS`."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.core import signing
from django.db import models, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.http import posted
from accounts.permissions import can_edit_lists, require
from activities import keydates
from activities.models import CareReason, KeyDate
from records.forms import say_choose
from records.models import HistoricalUnit, new_code
from stations.models import TextTemplate
from veterans.models import Strength

STALE = "这个选项刚刚被其他人修改过。请核对下面的当前内容，确认后再保存一次。"


@dataclass(frozen=True)
class List:
    title: str
    hint: str
    model: type[models.Model]
    columns: tuple[str, ...]
    # Kept by the system, only to be read.
    shown: tuple[str, ...] = ()
    # Columns that are chosen from what stands elsewhere: (value, label), the empty one first.
    options: dict[str, Callable[[], list[tuple[str, str]]]] = field(default_factory=dict)

    def editable(self, row):
        """The fields that may change; dates fixed by the policy or the calendar may not."""
        if self.model is KeyDate and row and (row.is_required or row.code in keydates.COMPUTED):
            return ("name", "sort_order")
        return self.columns

    def stays_active(self, row):
        return isinstance(row, KeyDate) and row.is_required


LISTS = {
    "strengths": List("特点优长", "人员和活动小组共用的选项。", Strength, ("name", "sort_order")),
    "historical-units": List(
        "历史部队名称",
        "文字核对时不提示的历史部队名称，其后的番号也不提示。",
        HistoricalUnit,
        ("name", "sort_order"),
    ),
    "key-dates": List(
        "重要节点",
        "政策的六个节点不能停用；只填月、不填日的，整月都算。",
        KeyDate,
        ("name", "month", "day", "sort_order"),
    ),
    "care-reasons": List(
        "四尊崇、五关爱、六必访事项",
        "初始选项为常见做法，待市局确认后勾选“市局已确认”。填了走访对象和周期的，"
        "到期未走访的人员列入服务站的“该走访谁”。",
        CareReason,
        ("scheme", "name", "applies_to", "every_months", "is_confirmed", "sort_order"),
    ),
    "templates": List(
        "制度、职责范本",
        "七项工作制度和各类职责的范本，服务站采用时可修改；“本站”会换成服务站名称。",
        TextTemplate,
        ("kind", "title", "body", "sort_order"),
    ),
}


@require_safe
def manage_lists(request):
    require(can_edit_lists(request.user))
    lists = [(kind, found, found.model.objects.count()) for kind, found in LISTS.items()]
    return render(request, "activities/lists.html", {"lists": lists})


@require_safe
def list_rows(request, kind):
    require(can_edit_lists(request.user))
    return _page(request, kind, _form(_list(kind), None))


@require_POST
def list_row_new(request, kind):
    require(can_edit_lists(request.user))
    found = _list(kind)
    form = _form(found, None, request.POST)
    if not form.is_valid():
        return _page(request, kind, form)
    row = form.save(commit=False)
    if isinstance(row, KeyDate):
        row.code = f"city-{new_code()[:10]}"
    with transaction.atomic():
        row.save(force_insert=True)
        audit.record("list.add", by=request.user, obj=row, after=_values(found, row))
    messages.success(request, f"已新增“{row}”。")
    return redirect("list_rows", kind=kind)


@require_http_methods(["GET", "HEAD", "POST"])
def list_row(request, kind, pk):
    require(can_edit_lists(request.user))
    found = _list(kind)
    row = get_object_or_404(found.model, pk=pk)
    stored = None
    form = _form(found, row, posted(request))
    if request.method == "POST" and form.is_valid():
        if _write(request, found, row, form):
            messages.success(request, f"“{row}”已保存。")
            return redirect("list_rows", kind=kind)
        form.add_error(None, STALE)
        stored = found.model.objects.get(pk=pk)
    current = found.model.objects.get(pk=pk)
    return render(
        request,
        "activities/list_row.html",
        {
            "kind": kind,
            "list": found,
            "form": form,
            "row": current,
            "opened": _seal(found, current),
            "stored": _cells(found, stored) if stored else None,
            "labels": _labels(found),
        },
    )


def _write(request, found, row, form):
    """Save if the row still is what the page showed; these lists carry no version number,
    so the shown values themselves are the condition."""
    try:
        shown = signing.loads(request.POST.get("opened", ""), salt=f"list.{row.pk}")
    except signing.BadSignature:
        return False
    after = {name: form.cleaned_data[name] for name in form.fields}
    with transaction.atomic():
        if not found.model.objects.filter(pk=row.pk, **json.loads(shown)).update(**after):
            return False
        before = {name: json.loads(shown)[name] for name in after}
        audit.record("list.edit", by=request.user, obj=row, before=before, after=after)
    return True


@require_POST
def list_row_switch(request, kind, pk):
    """Out of use, or into use again; a row is never deleted, since records refer to it."""
    require(can_edit_lists(request.user))
    found = _list(kind)
    row = get_object_or_404(found.model, pk=pk)
    if row.is_active and found.stays_active(row):
        messages.error(request, f"“{row}”是政策规定的节点，不能停用。")
        return redirect("list_rows", kind=kind)
    wanted = request.POST.get("active") == "1"
    with transaction.atomic():
        changed = found.model.objects.filter(pk=pk, is_active=not wanted).update(is_active=wanted)
        if changed:
            audit.record(
                "list.edit",
                by=request.user,
                obj=row,
                before={"is_active": not wanted},
                after={"is_active": wanted},
            )
    messages.success(request, f"“{row}”已{'启用' if wanted else '停用'}。")
    return redirect("list_rows", kind=kind)


def _list(kind):
    if kind not in LISTS:
        raise Http404
    return LISTS[kind]


def _form(found, row, data=None):
    form_class = forms.modelform_factory(found.model, fields=found.editable(row))
    form = form_class(data, instance=row)
    for name, options in found.options.items():
        form.fields[name] = _chosen(form.fields[name], options(), getattr(row, name, ""))
    for each in form.fields.values():
        say_choose(each)
    if "month" in form.fields:
        form.fields["month"] = forms.IntegerField(label="月", min_value=1, max_value=12)
        form.fields["day"] = forms.IntegerField(
            label="日", min_value=1, max_value=31, required=False
        )
    return form


def _chosen(given, options, stored):
    """What was chosen once stays, also where it is no longer offered."""
    if stored and stored not in dict(options):
        options = [*options, (stored, stored)]
    return forms.ChoiceField(
        choices=options, label=given.label, help_text=given.help_text, required=given.required
    )


def _page(request, kind, form):
    found = _list(kind)
    words = {name: dict(options()) for name, options in found.options.items()}
    rows = [
        (row, _cells(found, row, words), found.stays_active(row))
        for row in found.model.objects.all()
    ]
    return render(
        request,
        "activities/list_rows.html",
        {"kind": kind, "list": found, "rows": rows, "labels": _labels(found), "form": form},
    )


def _labels(found):
    return [
        found.model._meta.get_field(name).verbose_name for name in (*found.columns, *found.shown)
    ]


def _cells(found, row, words=None):
    return [
        words[name].get(getattr(row, name), getattr(row, name))
        if words and name in words
        else _cell(getattr(row, name), name, row)
        for name in (*found.columns, *found.shown)
    ]


def _cell(value, name, row):
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None and isinstance(row, KeyDate) and row.code in keydates.COMPUTED:
        return "按历法"
    if value is None and name == "day":
        return "整月"
    if name in ("kind", "applies_to"):
        return getattr(row, f"get_{name}_display")()
    return Truncator(value).chars(40) if name == "body" else value


def _values(found, row):
    return {name: getattr(row, name) for name in found.columns}


def _seal(found, row):
    return signing.dumps(json.dumps(_values(found, row)), salt=f"list.{row.pk}")
