"""指导记录: the list of a scope, writing one, and the page that the station reads."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import posted
from accounts.permissions import can_see_records, is_city, is_county, require
from accreditation import workflow
from accreditation.guidance.forms import (
    SHOWN_AT_ONCE,
    EditNoteForm,
    NewNoteForm,
    NoteFilter,
    PointForm,
    point_forms,
)
from accreditation.guidance.prints import TITLE, note_document
from accreditation.models import Guidance
from accreditation.units import per_unit
from accreditation.workflow.guidance import WHO_GUIDES, may_edit, may_guide
from records.printing import BUTTONS, FORMATS, as_response, file_name
from records.workflow import AlreadySaved, claim_token, note_record
from stations.uploads import take_in, take_in_sent

PAGE_SIZE = 30
READERS = "查阅人员只看“整改和指导”中的汇总数，不看指导记录的具体内容。"


def _rows(request):
    require(can_see_records(request.user), READERS)
    return Guidance.objects.visible_to(request.user).select_related(
        "station__region__parent", "created_by__region"
    )


def _may_write(user) -> bool:
    return is_city(user) or is_county(user)


@require_safe
def guidance(request):
    form = NoteFilter(request.GET or None, user=request.user)
    rows = (
        _rows(request)
        .annotate(
            points=Count("problems"), undone=Count("problems", filter=Q(problems__closed_on=None))
        )
        .order_by("-given_on", "-pk")
    )
    if form.is_valid():
        rows = form.in_county(rows)
        if text := form.cleaned_data["q"]:
            words = Q(station__name__icontains=text) | Q(by__icontains=text)
            rows = rows.filter(words | Q(text__icontains=text) | Q(seen__icontains=text))
        state = form.cleaned_data["state"]
        if state:
            rows = rows.filter(undone__gt=0) if state == "open" else rows.filter(undone=0)
    return render(
        request,
        "accreditation/guidance/list.html",
        {
            "form": form,
            "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
            "counties": _by_county(request.user),
            "year": timezone.localdate().year,
            "may_write": _may_write(request.user),
        },
    )


def _by_county(user):
    """This year's notes per unit and the stations they were given at, in the units' order."""
    if user.role not in ("city", "admin"):
        return []
    rows = Guidance.objects.visible_to(user).filter(given_on__year=timezone.localdate().year)
    numbers = {"notes": Count("pk"), "stations": Count("station", distinct=True)}
    return per_unit(user, (rows, numbers))


@require_http_methods(["GET", "HEAD", "POST"])
def guidance_new(request):
    require(_may_write(request.user), WHO_GUIDES)
    asked = request.GET.get("station", "")
    form = NewNoteForm(
        posted(request),
        user=request.user,
        initial={"station": asked, "advisers": request.user.full_name},
    )
    points = point_forms(posted(request))
    if request.method != "POST":
        return _new_page(request, form, points)
    if not all([form.is_valid(), *(one.is_valid() for one in points)]):
        return _new_page(request, form, points, status=422)
    try:
        row = _write(form, points, by=request.user)
    except AlreadySaved as again:
        return redirect("guidance_note", again.record.pk) if again.record else redirect("guidance")
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _new_page(request, form, points, status=409)
    for error in take_in(request.FILES.getlist("files"), row, by=request.user)[1]:
        messages.error(request, error)
    messages.success(request, "指导记录已保存，服务站会收到通知。")
    return redirect("guidance_note", row.pk)


def _write(form, points, *, by) -> Guidance:
    data = form.cleaned_data
    with transaction.atomic():
        mark = claim_token(data["token"], by=by)
        row = workflow.give_guidance(
            data["station"],
            given_on=data["given_on"],
            advisers=data["advisers"],
            seen=data["seen"],
            text=data["text"],
            points=[one.point for one in points if one.point],
            by=by,
        )
        note_record(mark, row)
    return row


def _new_page(request, form, points, status=200):
    filled = [n for n, one in enumerate(points) if one.is_bound and one["problem"].value()]
    return render(
        request,
        "accreditation/guidance/new.html",
        {
            "form": form,
            "points": points[:SHOWN_AT_ONCE],
            "more": points[SHOWN_AT_ONCE:],
            "more_open": any(n >= SHOWN_AT_ONCE for n in filled),
            "names": form.fields["station"].names(),
        },
        status=status,
    )


def _note(request, pk):
    return get_object_or_404(_rows(request), pk=pk)


@require_safe
def guidance_note(request, pk):
    return _page(request, _note(request, pk))


def _page(request, row, *, edit=None, point=None, status=200):
    values = {"given_on": row.given_on, "advisers": row.by, "seen": row.seen, "text": row.text,
              "version": row.version}  # fmt: skip
    may = may_guide(request.user, row.station)
    return render(
        request,
        "accreditation/guidance/note.html",
        {
            "note": row,
            "problems": list(row.problems.all()),
            "photos": list(row.attachment_links.select_related("attachment")),
            "today": timezone.localdate(),
            "edit": edit or (EditNoteForm(initial=values) if may_edit(request.user, row) else None),
            "point": point or (PointForm() if may else None),
            "formats": BUTTONS,
        },
        status=status,
    )


@require_POST
def guidance_edit(request, pk):
    row = _note(request, pk)
    require(may_edit(request.user, row), "指导记录由填写的单位修改。")
    form = EditNoteForm(request.POST)
    if not form.is_valid():
        return _page(request, row, edit=form, status=422)
    try:
        workflow.edit_guidance(row, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, _note(request, pk), edit=form, status=409)
    messages.success(request, "已保存。")
    return redirect("guidance_note", pk)


@require_POST
def guidance_point(request, pk):
    row = _note(request, pk)
    require(may_guide(request.user, row.station), WHO_GUIDES)
    form = PointForm(request.POST)
    if not form.is_valid() or form.point is None:
        if form.is_valid():
            form.add_error("problem", "请填写要整改的问题。")
        return _page(request, row, point=form, status=422)
    try:
        workflow.add_point(row, by=request.user, **vars(form.point))
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, _note(request, pk), point=form, status=409)
    messages.success(request, "已列入问题清单，服务站会收到通知。")
    return redirect("guidance_note", pk)


@require_POST
def guidance_photos(request, pk):
    row = _note(request, pk)
    require(may_guide(request.user, row.station), WHO_GUIDES)
    if not request.FILES.getlist("files"):
        messages.error(request, "没有选择文件，请选择后再上传。")
        return _page(request, row, status=422)
    take_in_sent(request, request.FILES.getlist("files"), row)
    return redirect("guidance_note", pk)


@require_safe
def guidance_print(request, pk, form):
    if form not in FORMATS:
        raise Http404
    row = _note(request, pk)
    paper = note_document(row, by=request.user)
    return as_response(paper, form, name=file_name(f"{row.station.name}{TITLE}", extension=form))
