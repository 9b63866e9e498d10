"""Batches: list, one batch with its notice, and the page before the naming."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import is_city, require
from accreditation import workflow
from accreditation.models import Application, Batch, Objection
from accreditation.naming_pages.forms import BatchForm, NamingForm, NoticeForm
from accreditation.naming_pages.prints import minutes, workdays
from accreditation.naming_pages.words import result_word
from accreditation.workflow.batches import decided
from accreditation.workflow.naming import preview_naming
from records.dates import check_day
from records.printing import BUTTONS

CITY_ONLY = "批次、公示和认定由市局办理。"
PAGE_SIZE = 30


def _batch(request, pk):
    require(is_city(request.user), CITY_ONLY)
    return get_object_or_404(Batch.objects.select_related("programme", "public_notice"), pk=pk)


@require_safe
def batches(request):
    require(is_city(request.user), CITY_ONLY)
    return _list(request, BatchForm())


def _list(request, form, *, status=200):
    rows = (
        Batch.objects.select_related("programme", "public_notice")
        .annotate(number=Count("applications"))
        .order_by("-pk")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "accreditation/batches/list.html", {"page": page, "form": form}, status=status
    )


@require_POST
def batch_new(request):
    require(is_city(request.user), CITY_ONLY)
    form = BatchForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    data = form.cleaned_data
    try:
        made = workflow.create_batch(
            data["programme"], name=data["name"], submit_by=data["submit_by"], by=request.user
        )
    except workflow.Refused as refusal:
        form.add_error("name", str(refusal))
        return _list(request, form, status=409)
    messages.success(request, f"已建立批次“{made}”。")
    return redirect("batch", pk=made.pk)


@require_safe
def batch(request, pk):
    return _page(request, _batch(request, pk))


def _page(request, found, *, notice_form=None, status=200):
    members = (
        Application.objects.filter(batch=found)
        .select_related("station__region__parent", "decided_by", "accreditation")
        .order_by("track", "station__region__rank", "pk")
    )
    published = hasattr(found, "public_notice")
    waiting = (
        ()
        if published
        else decided(found.programme).filter(batch=None).select_related("station__region__parent")
    )
    return render(
        request,
        "accreditation/batches/batch.html",
        {
            "batch": found,
            "notice": found.public_notice if published else None,
            "members": list(members),
            "waiting": list(waiting),
            "notice_form": notice_form or NoticeForm(),
            # The number of objections only; their text is for the two handlers.
            "objections": Objection.objects.filter(batch=found).count(),
            "mine": list(
                Objection.objects.visible_to(request.user)
                .filter(batch=found)
                .select_related("application__station")
            ),
            "today": timezone.localdate(),
            "workdays": workdays(found.public_notice) if published else 0,
            "meetings": minutes(found),
            "word": result_word(found.programme),
            "formats": BUTTONS,
        },
        status=status,
    )


@require_POST
def batch_assign(request, pk):
    found = _batch(request, pk)
    numbers = request.POST.getlist("number")
    rows = Application.objects.visible_to(request.user).filter(number__in=numbers)
    try:
        done = workflow.assign_to_batch(found, rows, by=request.user)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, _batch(request, pk), status=409)
    messages.success(request, f"已编入{done}个申报。")
    return redirect("batch", pk=pk)


@require_POST
def batch_notice(request, pk):
    found = _batch(request, pk)
    form = NoticeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, notice_form=form, status=422)
    try:
        notice = workflow.publish_notice(found, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, _batch(request, pk), notice_form=form, status=409)
    messages.success(
        request, f"公示已发布，{notice.starts_on:%Y年%-m月%-d日}至{notice.ends_on:%Y年%-m月%-d日}。"
    )
    return redirect("batch", pk=pk)


@require_safe
def batch_naming(request, pk):
    """Everything that the naming will change, before anybody presses the button."""
    found = _batch(request, pk)
    day = parse_date(request.GET.get("named_on", "") or "") if _is_day(request) else None
    form = NamingForm(initial={"named_on": day or timezone.localdate()})
    return _naming(request, found, form, on=day)


def _is_day(request):
    try:
        day = parse_date(request.GET.get("named_on", ""))
        check_day(day)
    except (ValueError, ValidationError):
        return False
    return day is not None


def _naming(request, found, form, *, on=None, status=200, refusal=""):
    on = on or timezone.localdate()
    preview = preview_naming(found, on=on)
    # What stands against it is on the page anyway; the same sentence is not said twice.
    if refusal and refusal != "".join(preview.obstacles):
        messages.error(request, refusal)
    return render(
        request,
        "accreditation/batches/naming.html",
        {
            "batch": found,
            "preview": preview,
            "form": form,
            "on": on,
            "word": result_word(found.programme),
        },
        status=status,
    )


@require_POST
def batch_name(request, pk):
    found = _batch(request, pk)
    form = NamingForm(request.POST)
    if not form.is_valid():
        return _naming(request, found, form, status=422)
    try:
        made = workflow.name_batch(found, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        on = form.cleaned_data["named_on"]
        return _naming(request, _batch(request, pk), form, on=on, status=409, refusal=str(refusal))
    messages.success(request, f"认定已生效，共{len(made)}个服务站。")
    return redirect("batch", pk=pk)
