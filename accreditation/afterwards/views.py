"""After the naming: early hints, and rechecks started for many at once."""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import can_see_records, is_city, oversees_stations, require
from accreditation import workflow
from accreditation.afterwards.early import for_station, watched
from accreditation.afterwards.forms import NamedFilter, StartForm, WordForm
from accreditation.applications.page import readable
from accreditation.models import Accreditation, Recheck, Requirement, Verdict
from accreditation.workflow.problems import may_mend
from accreditation.workflow.rechecks import Word, candidates, last_points
from records.models import AttachmentLink
from stations.section_views import get_station
from stations.uploads import take_in_sent

PAGE_SIZE = 50
CITY_ONLY = "复核由市局启动和办理。"


@require_safe
def early(request):
    require(oversees_stations(request.user), "早提醒供市局和县（区）使用；本站的见本站工作页。")
    form = NamedFilter(request.GET or None, user=request.user)
    today = timezone.localdate()
    rows = watched(form.apply(Accreditation.objects.visible_to(request.user)), on=today)
    hinted = [row for row in rows if row.hints]
    context = {
        "form": form, "page": Paginator(hinted, PAGE_SIZE).get_page(request.GET.get("page")),
        "number": len(rows), "is_city": is_city(request.user),
    }  # fmt: skip
    return render(request, "accreditation/afterwards/early.html", context)


@require_safe
def early_hints(request, code):
    """A piece of the workspace, fetched after it: only a named station has hints."""
    station = get_station(request, code)
    hints = for_station(request.user, station, on=timezone.localdate())
    return render(request, "accreditation/afterwards/_hints.html", {"hints": hints})


@require_safe
def rechecks(request):
    require(can_see_records(request.user), "查阅人员请看建设进度页。")
    rows = (
        Recheck.objects.visible_to(request.user)
        .select_related("accreditation__station__region", "accreditation__county")
        .annotate(
            number=Count("lines"),
            given=Count("lines", filter=~Q(lines__result="")),
            renewed=Count("lines", filter=Q(lines__renewed_on__isnull=False)),
        )
        .order_by("closed_on", "-started_on", "-pk")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "is_city": is_city(request.user), "today": timezone.localdate()}
    return render(request, "accreditation/afterwards/rechecks.html", context)


@require_safe
def recheck_start(request):
    require(is_city(request.user), CITY_ONLY)
    return _choose(request)


def _choose(request, *, status=200):
    form = NamedFilter(request.GET or None, user=request.user)
    rows = form.apply(candidates(request.user, year=timezone.localdate().year))
    context = {
        "form": form,
        "rows": list(rows.order_by("track", "station__region__rank", "pk")),
        "year": timezone.localdate().year,
    }
    return render(request, "accreditation/afterwards/start.html", context, status=status)


def _chosen(request):
    keys = [key for key in request.POST.getlist("pk") if key.isdecimal()]
    rows = candidates(request.user, year=timezone.localdate().year).filter(pk__in=keys)
    return keys, list(rows.order_by("track", "station__region__rank", "pk"))


@require_POST
def recheck_confirm(request):
    """What would be started, with last time's points, before anybody presses the button."""
    require(is_city(request.user), CITY_ONLY)
    keys, rows = _chosen(request)
    if not keys or len(rows) != len(set(keys)):
        sentence = "请至少选择一个认定。" if not keys else "有的认定本年度已经复核，请重新选择。"
        messages.error(request, sentence)
        return _choose(request, status=409 if keys else 422)
    year = timezone.localdate().year
    return _confirm(request, rows, StartForm(initial={"reason": f"{year}年度复核"}))


def _confirm(request, rows, form, *, status=200):
    before = last_points(rows)
    for row in rows:
        row.points_before = sum(before[row.pk].values()) if before[row.pk] else None
    context = {"rows": rows, "form": form, "year": timezone.localdate().year}
    return render(request, "accreditation/afterwards/confirm.html", context, status=status)


@require_POST
def recheck_begin(request):
    require(is_city(request.user), CITY_ONLY)
    keys, rows = _chosen(request)
    form = StartForm(request.POST)
    if not form.is_valid():
        return _confirm(request, rows, form, status=422)
    try:
        if len(rows) != len(set(keys)):
            raise workflow.StaleState("有的认定刚刚启动了复核，请重新选择。")
        made = workflow.start_rechecks(rows, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _choose(request, status=409)
    messages.success(request, f"已启动{len(made)}个认定的复核，复核期间认定有效、仍计入。")
    return redirect("rechecks")


def _recheck(request, pk):
    require(can_see_records(request.user), "查阅人员请看建设进度页。")
    rows = Recheck.objects.visible_to(request.user).select_related(
        "accreditation__station__region", "accreditation__programme"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def recheck(request, pk):
    return _page(request, _recheck(request, pk))


def _page(request, row, *, typed=None, status=200):
    user, accreditation = request.user, row.accreditation
    rubric = accreditation.programme.rubric_id
    known = {one.code: one for one in Requirement.objects.filter(rubric=rubric)}
    # While the city is at it, nobody else sees half-finished opinions.
    sees = is_city(user) or row.closed_on is not None
    lines = list(row.lines.all())
    for line in lines:
        line.of = known.get(line.requirement)
        if line.of:
            line.found = readable(line.of, {"found": line.found_before}, user)["found"]
        line.typed = (typed or {}).get(line.pk, {})
        if not sees:
            line.result, line.points, line.comment = "", None, ""
    kind = ContentType.objects.get_for_model(Recheck)
    proof = AttachmentLink.objects.filter(content_type=kind, object_id=row.pk)
    context = {
        "recheck": row, "accreditation": accreditation, "station": accreditation.station,
        "lines": lines, "sees": sees, "choices": Verdict.Result.choices,
        "may_judge": is_city(user) and row.closed_on is None and accreditation.state == "recheck",
        "may_renew": row.closed_on is None and may_mend(user, accreditation.station),
        "before": _known_sum(line.points_before for line in lines),
        "now": sum(line.points or 0 for line in lines),
        "given": sum(1 for line in lines if line.result),
        "renewed": sum(1 for line in lines if line.renewed_on),
        "proof": list(proof.select_related("attachment")), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "accreditation/afterwards/recheck.html", context, status=status)


def _known_sum(values):
    """None where nothing is known: a back entry had no points, which is not nought."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


@require_POST
def recheck_words(request, pk):
    row = _recheck(request, pk)
    require(is_city(request.user), CITY_ONLY)
    words, typed, errors = [], {}, []
    for line in row.lines.all():
        form = WordForm(request.POST, prefix=str(line.pk))
        if not form.is_valid():
            errors.append(f"{line.requirement}：得分填写0到100之间的数，最多两位小数。")
        typed[line.pk] = {name: request.POST.get(form.add_prefix(name), "") for name in form.fields}
        data = form.cleaned_data
        if data.get("result"):
            points = data.get("points")
            exact = None if points is None else int(points * 100)
            words.append(Word(line.pk, data["result"], exact, data.get("comment", "")))
    try:
        if errors:
            raise workflow.Refused("".join(errors[:5]))
        done = workflow.give_words(row, words, by=request.user)
    except workflow.Refused as refusal:
        messages.error(request, f"没有保存：{refusal}")
        return _page(request, row, typed=typed, status=409)
    messages.success(request, f"已保存{done}个评价要点的复核意见。")
    return redirect("recheck", pk=pk)


@require_POST
def recheck_renew(request, pk):
    row = _recheck(request, pk)
    lines = [key for key in request.POST.getlist("line") if key.isdecimal()]
    try:
        done = workflow.renew(row, lines, by=request.user)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, row, status=409)
    messages.success(request, f"已标注{done}个评价要点的材料为已更新。")
    return redirect("recheck", pk=pk)


@require_POST
def recheck_proof(request, pk):
    row = _recheck(request, pk)
    require(may_mend(request.user, row.accreditation.station), "整改材料由服务站、县（区）上传。")
    if row.closed_on or not request.FILES.getlist("files"):
        sentence = "这个复核已经完成。" if row.closed_on else "没有选择文件，请选择后再上传。"
        messages.error(request, sentence)
        return _page(request, row, status=409 if row.closed_on else 422)
    take_in_sent(request, request.FILES.getlist("files"), row)
    return redirect("recheck", pk=pk)
