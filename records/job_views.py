"""后台任务: what runs for me, how far it is, its result."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.permissions import is_admin, require
from records import jobs
from records.models import Job

PER_PAGE = 50
TONES = {"done": "good", "failed": "poor", "interrupted": "fair", "cancelled": "none"}
NOT_YOURS = "只有提交任务的人可以取消或重新执行它。"


def can_steer(user, row):
    return row.created_by_id == user.pk or is_admin(user)


def can_download(user, row):
    """A result may hold personal data that was released to its owner alone."""
    return row.created_by_id == user.pk


@require_safe
def job_list(request):
    rows = Job.objects.visible_to(request.user).select_related("created_by__region")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.shown = shown(request.user, row)
    return render(
        request, "records/jobs.html", {"page": page, "shows_owner": is_admin(request.user)}
    )


def is_expired(row):
    return row.expires_at is not None and row.expires_at < timezone.now()


def shown(user, row):
    """What the page and the polling script show of a job."""
    ended = row.state in (Job.State.FAILED, Job.State.INTERRUPTED, Job.State.CANCELLED)
    return {
        "state": row.state,
        "label": row.get_state_display(),
        "tone": TONES.get(row.state, "wait"),
        "done": row.done,
        "total": row.total,
        "percent": row.percent,
        "message": row.message,
        "is_open": row.state in (Job.State.QUEUED, Job.State.RUNNING),
        "has_result": bool(row.result) and can_download(user, row) and not is_expired(row),
        "can_retry": ended and can_steer(user, row),
        "can_cancel": row.state in (Job.State.QUEUED, Job.State.RUNNING) and can_steer(user, row),
    }


@require_safe
def job_status(request, code):
    row = get_object_or_404(Job.objects.visible_to(request.user), code=code)
    return JsonResponse(shown(request.user, row))


@require_safe
def job_result(request, code):
    row = get_object_or_404(Job.objects.visible_to(request.user), code=code)
    if not can_download(request.user, row):
        raise PermissionDenied("结果文件只能由提交任务的人下载。")
    if is_expired(row):
        raise PermissionDenied("结果文件已过保留时间，需要时请重新提交。")
    if not row.result or not row.result.storage.exists(row.result.name):
        raise Http404
    audit.record("job.download", by=request.user, obj=row, after={"file": row.result_name})
    return FileResponse(row.result.open("rb"), as_attachment=True, filename=row.result_name)


@require_POST
def job_retry(request, code):
    return _steer(request, code, jobs.retry, "已重新提交，请稍候。")


@require_POST
def job_cancel(request, code):
    return _steer(request, code, jobs.cancel, "已取消。")


def _steer(request, code, action, sentence):
    row = get_object_or_404(Job.objects.visible_to(request.user), code=code)
    require(can_steer(request.user, row), NOT_YOURS)
    try:
        action(row, by=request.user)
    except jobs.StaleJob:
        row.refresh_from_db()
        messages.error(request, f"“{row.title}”现在是“{row.get_state_display()}”，不能做这个操作。")
    else:
        messages.success(request, f"{row.title}：{sentence}")
    return redirect("manage_jobs")
