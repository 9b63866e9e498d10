"""问题清单 of a scope: who mends what by when, with the proof, and what is overdue."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import can_see_records, require
from accreditation import workflow
from accreditation.applications.forms import CloseProblemForm
from accreditation.models import Guidance, Pairing, Problem
from accreditation.units import per_unit
from accreditation.visits.forms import (
    ProblemEditForm,
    ProblemFilter,
    ReportForm,
    SendBackForm,
)
from accreditation.workflow.problems import may_close, may_mend
from records.printing import (
    BUTTONS,
    FORMATS,
    Column,
    Document,
    Table,
    Title,
    as_response,
    file_name,
    marks,
)
from stations.models import Station
from stations.papers import long_day
from stations.uploads import take_in_sent

PAGE_SIZE = 50
MOST_ON_PAPER = 1000
READERS = "查阅人员只看各单位的汇总数，不看问题清单的具体内容。"


def _rows(request):
    require(can_see_records(request.user), READERS)
    return Problem.objects.visible_to(request.user).select_related(
        "station__region__parent", "application", "guidance", "created_by"
    )


def _filtered(request, today):
    form = ProblemFilter(request.GET or None, user=request.user)
    rows, state = _rows(request), ""
    if form.is_valid():
        state = form.cleaned_data["state"]
        rows = form.in_county(rows)
        if text := form.cleaned_data["q"]:
            rows = rows.filter(Q(station__name__icontains=text) | Q(problem__icontains=text))
    if state == "closed":
        rows = rows.exclude(closed_on=None)
    elif state != "all":
        rows = rows.filter(closed_on=None)
    if state == "reported":
        rows = rows.exclude(reported_on=None)
    if state == "overdue":
        rows = rows.filter(due_on__lt=today)
    return form, rows.order_by("due_on", "pk")


@require_safe
def problems(request):
    today = timezone.localdate()
    if not can_see_records(request.user):
        return render(
            request,
            "accreditation/visits/summary.html",
            {"rows": summary(request.user, today=today), "year": today.year},
        )
    form, rows = _filtered(request, today)
    context = {
        "form": form,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "counties": by_county(request.user, today=today),
        "today": today,
        "formats": BUTTONS,
        "query": request.GET.urlencode(),
    }
    return render(request, "accreditation/visits/problems.html", context)


def by_county(user, *, today):
    """Open and overdue problems per county-level unit, in the order of the units."""
    if user.role not in ("city", "admin"):
        return []
    rows = Problem.objects.visible_to(user).filter(closed_on=None)
    table = per_unit(user, (rows, {"open": Count("pk"), "overdue": _number(Q(due_on__lt=today))}))
    for row in table:
        row["overdue_text"] = f"已超期 {row['overdue']}"
    return table


def _number(condition):
    return Count("pk", filter=condition)


def summary(user, *, today):
    """What a reader sees of it: numbers of each county-level unit, no text and no name."""
    open_now = Q(closed_on=None)
    # Not `visible_to`, which gives a reader no station: these are sums over the whole unit.
    inside = Q(station__in=Station.objects.in_region(user.region))
    running = Q(ended_on=None, confirmed_on__isnull=False)
    counts = {
        "open": _number(open_now),
        "overdue": _number(open_now & Q(due_on__lt=today)),
        "closed": _number(~open_now),
    }
    return per_unit(
        user,
        (Problem.objects.filter(inside), counts),
        (Guidance.objects.filter(inside, given_on__year=today.year), {"notes": Count("pk")}),
        (Pairing.objects.filter(inside & running), {"pairs": Count("pk")}),
    )


@require_safe
def problems_print(request, form):
    if form not in FORMATS:
        raise Http404
    today = timezone.localdate()
    _, rows = _filtered(request, today)
    found = list(rows[: MOST_ON_PAPER + 1])
    if len(found) > MOST_ON_PAPER:
        messages.error(request, f"超过{MOST_ON_PAPER}项，请先按单位筛选后再打印。")
        return redirect("problems")
    paper = Document(
        "问题清单",
        unit=request.user.region.office_title if request.user.region else "",
        marks=marks(),
        landscape=True,
    )
    columns = (
        Column("序号", 0.6), Column("服务站", 2), Column("问题", 3), Column("原因", 2),
        Column("整改措施", 2), Column("责任人", 1), Column("完成时限", 1.4),
        Column("销号", 1.4),
    )  # fmt: skip
    cells = [
        [
            str(n), row.station.name, row.problem, row.cause, row.measure, row.owner,
            long_day(row.due_on) + ("（已超期）" if is_overdue(row, today) else ""),
            long_day(row.closed_on),
        ]
        for n, row in enumerate(found, 1)
    ]  # fmt: skip
    paper.add(
        Title("问题清单", (f"截至{long_day(today)}，共{len(found)}项",)), Table(columns, cells)
    )
    return as_response(paper, form, name=file_name("问题清单", extension=form))


def is_overdue(row, today):
    return row.closed_on is None and row.due_on < today


def _problem(request, pk):
    return get_object_or_404(_rows(request), pk=pk)


@require_safe
def problem(request, pk):
    return _page(request, _problem(request, pk))


def _page(request, row, *, forms=None, status=200):
    """`forms` are those that were not saved, by what they do."""
    user = request.user
    is_open = row.closed_on is None
    can_mend = is_open and may_mend(user, row.station)
    can_close = is_open and may_close(user, row.station)
    values = {name: getattr(row, name) for name in ("cause", "measure", "owner", "due_on")}
    values["version"] = row.version
    fresh = {
        "edit": ProblemEditForm(initial=values, may_move_day=can_close) if can_mend else None,
        "report": ReportForm() if can_mend and not row.reported_on else None,
        "back": SendBackForm() if can_close and row.reported_on else None,
        "close": CloseProblemForm(initial={"closing_note": row.report}) if can_close else None,
    }
    context = {
        "problem": row,
        "proof": list(row.attachment_links.select_related("attachment")),
        "today": timezone.localdate(),
        "can_mend": can_mend,
        **fresh,
        **(forms or {}),
    }
    return render(request, "accreditation/visits/problem.html", context, status=status)


def _act(request, row, name, form, verb, done):
    """A step from the problem's page; what was typed stays where it is refused."""
    if not form.is_valid():
        return _page(request, row, forms={name: form}, status=422)
    try:
        verb(row, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, _problem(request, row.pk), forms={name: form}, status=409)
    messages.success(request, done)
    return redirect("problem", pk=row.pk)


@require_POST
def problem_edit(request, pk):
    row = _problem(request, pk)
    require(may_mend(request.user, row.station), "问题清单由服务站、县（区）和市局填写。")
    may_move = may_close(request.user, row.station)
    form = ProblemEditForm(request.POST, initial={"due_on": row.due_on}, may_move_day=may_move)
    return _act(request, row, "edit", form, workflow.edit_problem, "已保存。")


@require_POST
def problem_report(request, pk):
    row = _problem(request, pk)
    require(may_mend(request.user, row.station), "整改结果由服务站、县（区）和市局报送。")
    form = ReportForm(request.POST)
    done = "已报送，等县（区）或市局核对后销号。"
    return _act(request, row, "report", form, workflow.report_problem, done)


@require_POST
def problem_back(request, pk):
    row = _problem(request, pk)
    require(may_close(request.user, row.station), "整改结果由县（区）或市局核对。")
    form = SendBackForm(request.POST)
    return _act(
        request, row, "back", form, workflow.send_back_problem, "已退回，服务站会收到通知。"
    )


@require_POST
def problem_proof(request, pk):
    row = _problem(request, pk)
    require(may_mend(request.user, row.station), "整改材料由服务站、县（区）和市局上传。")
    if row.closed_on is not None or not request.FILES.getlist("files"):
        sentence = "这个问题已经销号。" if row.closed_on else "没有选择文件，请选择后再上传。"
        messages.error(request, sentence)
        return _page(request, row, status=409 if row.closed_on else 422)
    take_in_sent(request, request.FILES.getlist("files"), row)
    return redirect("problem", pk=pk)


@require_POST
def problem_done(request, pk):
    """销号 from the problem's own page."""
    row = _problem(request, pk)
    require(may_close(request.user, row.station), "销号由县（区）或市局办理。")
    form = CloseProblemForm(request.POST)
    return _act(request, row, "close", form, workflow.close_problem, "问题已销号。")
