"""/manage/rubrics/: the versions of the standard, the draft, its trial and putting it in force."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import posted
from accounts.permissions import is_admin, is_city, require
from accreditation.models import Rubric
from accreditation.rubric_pages.checking import faults_of_version, remarks_of
from accreditation.rubric_pages.forms import (
    InForceForm,
    PointsForm,
    RequirementForm,
    applications_of_programmes,
)
from accreditation.rubric_pages.jobs import start_trial
from accreditation.rubric_pages.page import parts_of, track_sums, trial_tables
from accreditation.rubric_pages.thresholds import told
from accreditation.rubric_pages.words import differences
from accreditation.rubric_pages.workbook import trial_workbook
from accreditation.workflow import rubrics
from accreditation.workflow.errors import Refused
from records.models import Job
from records.workbooks import XLSX

WHO_READS = "评价标准由市局评审人员修订，系统管理员可以查看。"
WHO_EDITS = "评价标准由市局评审人员修订。"
NOT_YET = (Rubric.State.DRAFT, Rubric.State.SCHEDULED)


def _get(request, version):
    require(is_city(request.user) or is_admin(request.user), WHO_READS)
    return get_object_or_404(
        Rubric.objects.select_related("made_by", "changed_by"), version=version
    )


def _get_draft(request, version):
    """For what only the city does to a draft."""
    require(is_city(request.user), WHO_EDITS)
    return _get(request, version)


def _seen(request):
    edits = request.POST.get("edits", "")
    return int(edits) if edits.isascii() and edits.isdigit() and len(edits) < 10 else 0


@require_safe
def rubric_list(request):
    require(is_city(request.user) or is_admin(request.user), WHO_READS)
    versions = Rubric.objects.select_related("made_by").annotate(
        used=Count("programme", distinct=True)
    )
    versions = versions.order_by("-version")
    context = {
        "versions": versions,
        "may_edit": is_city(request.user),
        "has_draft": any(one.state in NOT_YET for one in versions),
    }
    return render(request, "accreditation/rubrics/list.html", context)


@require_POST
def rubric_new(request):
    require(is_city(request.user), WHO_EDITS)
    try:
        draft = rubrics.start_draft(by=request.user)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("manage_rubrics")
    messages.success(request, f"第{draft.version}版草稿已建立，内容与现行版本相同，请修改。")
    return redirect("rubric", draft.version)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric(request, version):
    one = _get(request, version)
    if request.method == "POST":
        require(is_city(request.user), WHO_EDITS)
    rows = list(one.requirements.order_by("order"))
    data = posted(request)
    form = PointsForm(data, rubric=one, requirements=rows)
    conflict, status = None, 200
    if data is not None and form.is_valid():
        try:
            count = rubrics.save_requirements(
                one,
                form.typed(),
                by=request.user,
                edits=form.seen(),
                note=form.cleaned_data["note"],
            )
            messages.success(request, f"草稿已保存，{count} 个评价要点有改动。")
            return redirect("rubric", version)
        except rubrics.StaleRubric as stale:
            if not _still_draft(one):
                return _moved_on(request, stale)
            conflict, status = _both(one, form, form.typed()), 409
    return render(request, "accreditation/rubrics/page.html", _context(request, one, rows, form) | {
        "conflict": conflict}, status=status)  # fmt: skip


def _context(request, one, rows, form):
    may_edit = is_city(request.user) and one.state == Rubric.State.DRAFT
    base = rubrics.in_force() if one.state == Rubric.State.DRAFT else None
    before = {row.code: row for row in base.requirements.all()} if base else {}
    trial = rubrics.last_trial(one)
    return {
        "rubric": one,
        "base": base,
        "form": form,
        "parts": parts_of(rows, form if may_edit else None, before),
        "sums": track_sums(rows),
        "faults": faults_of_version(one) if may_edit else [],
        "remarks": remarks_of(rows, before) if may_edit else [],
        "trial": trial,
        "is_tried": trial is not None and trial.edits == one.edits,
        "job": _open_job(request.user, one) if may_edit else None,
        "may_edit": may_edit,
    }


def _open_job(user, one):
    rows = Job.objects.visible_to(user).filter(
        kind="rubric-trial", state__in=[Job.State.QUEUED, Job.State.RUNNING]
    )
    return rows.filter(parameters__rubric=one.pk).first()


def _still_draft(one):
    return Rubric.objects.filter(pk=one.pk, state=Rubric.State.DRAFT).exists()


def _moved_on(request, stale):
    messages.warning(request, str(stale))
    return redirect("manage_rubrics")


def _both(one, form, typed):
    """What is stored beside what was typed; the next save is made knowing both."""
    current = Rubric.objects.select_related("changed_by").get(pk=one.pk)
    stored = {row.pk: row for row in current.requirements.all()}
    rows = [
        (f"{row.display_code} {label}", theirs, mine)
        for row in typed
        for label, theirs, mine in differences(stored[row.pk], row)
    ]
    form.data = form.data.copy()
    form.data["edits"] = current.edits
    return {"who": current.changed_by, "when": current.changed_at, "rows": rows}


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_requirement(request, version, code):
    one = _get(request, version)
    row = one.requirements.filter(code=code).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        require(is_city(request.user), WHO_EDITS)
    data = posted(request)
    form = RequirementForm(data, rubric=one, requirement=row)
    conflict, status = None, 200
    if data is not None and form.is_valid():
        typed = form.typed()
        try:
            rubrics.save_requirements(one, [typed], by=request.user, edits=form.seen())
            messages.success(request, f"{row.display_code} {typed.label}已保存。")
            return redirect("rubric", version)
        except rubrics.StaleRubric as stale:
            if not _still_draft(one):
                return _moved_on(request, stale)
            conflict, status = _both(one, form, [typed]), 409
    base = rubrics.in_force() if one.state == Rubric.State.DRAFT else None
    before = base.requirements.filter(code=code).first() if base else None
    context = {
        "rubric": one,
        "requirement": row,
        "form": form,
        "thresholds": told(row.measure, row.parameters),
        "changed": differences(before, row) if before else [],
        "conflict": conflict,
        "may_edit": is_city(request.user) and one.state == Rubric.State.DRAFT,
        "may_withdraw": is_city(request.user) and one.state == Rubric.State.SCHEDULED,
    }
    return render(request, "accreditation/rubrics/requirement.html", context, status=status)


@require_POST
def rubric_discard(request, version):
    draft = _get_draft(request, version)
    try:
        rubrics.discard(draft, by=request.user, edits=_seen(request))
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, f"第{version}版草稿已删除。")
    return redirect("manage_rubrics")


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_trial(request, version):
    """The last trial; POST asks for a new one."""
    if request.method == "POST":
        return _ask_for_trial(request, _get_draft(request, version))
    one = _get(request, version)
    trial = rubrics.last_trial(one)
    labels = _labels(one)
    context = {
        "rubric": one,
        "trial": trial,
        "tables": trial_tables(trial, labels) if trial else None,
        "is_tried": trial is not None and trial.edits == one.edits,
        "is_draft": one.state == Rubric.State.DRAFT,
        "may_edit": is_city(request.user) and one.state == Rubric.State.DRAFT,
        "job": _open_job(request.user, one),
    }
    return render(request, "accreditation/rubrics/trial.html", context)


def _ask_for_trial(request, draft):
    try:
        if draft.state != Rubric.State.DRAFT:
            raise Refused("只有草稿需要试算对比。")
        if _open_job(request.user, draft) is None:
            start_trial(draft, by=request.user)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("rubric", draft.version)
    messages.success(request, "试算对比已提交，完成后会通知您，也可以过一会儿刷新本页。")
    return redirect("rubric_trial", draft.version)


def _labels(one):
    return {row.code: (row.display_code, row.label) for row in one.requirements.all()}


@require_safe
def rubric_trial_file(request, version):
    one = _get(request, version)
    trial = rubrics.last_trial(one)
    if trial is None:
        raise Http404
    response = HttpResponse(trial_workbook(trial, _labels(one)), content_type=XLSX)
    name = f"评价标准第{one.version}版试算对比_{trial.on:%Y%m%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_in_force(request, version):
    """施行: everything that will change on one page, then the step itself."""
    draft = _get_draft(request, version)
    base = rubrics.in_force()
    trial = rubrics.last_trial(draft)
    if draft.state != Rubric.State.DRAFT:
        messages.warning(request, f"第{version}版{draft.get_state_display()}，不用再办理施行。")
        return redirect("rubric", version)
    form = InForceForm(posted(request), rubric=draft, base=base)
    wrong = rubrics.obstacles(draft, base=base, trial=trial)
    if request.method == "POST" and form.is_valid():
        try:
            rubrics.put_in_force(
                draft,
                by=request.user,
                edits=form.seen(),
                on=form.cleaned_data["on"],
                reason=form.cleaned_data["reason"],
                programmes=form.cleaned_data["programmes"].select_related("rubric"),
            )
            on = form.cleaned_data["on"]
            if on > timezone.localdate():
                done = f"第{version}版将于{on.isoformat()}自动施行，此前可以撤回。"
            else:
                done = f"评价标准（试行）第{version}版已施行。"
            messages.success(request, done)
            return redirect("manage_rubrics")
        except Refused as refused:
            form.add_error(None, str(refused))
    rows = {row.code: row for row in base.requirements.all()} if base else {}
    revised = list(draft.requirements.order_by("order"))
    changed = [(row, differences(rows[row.code], row)) for row in revised if row.code in rows]
    running = list(form.fields["programmes"].queryset)
    context = {
        "rubric": draft,
        "base": base,
        "form": form,
        "obstacles": wrong,
        "remarks": remarks_of(revised, rows),
        "changed": [(row, found) for row, found in changed if found],
        "programmes": applications_of_programmes(running),
        "tables": trial_tables(trial, _labels(draft)) if trial else None,
        "trial": trial,
    }
    return render(request, "accreditation/rubrics/in_force.html", context)


@require_POST
def rubric_withdraw(request, version):
    """A version that waits for its day becomes a draft again."""
    rubric = _get_draft(request, version)
    try:
        rubrics.withdraw(rubric, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"第{version}版已撤回为草稿，可以继续修改。")
    return redirect("rubric", version)
