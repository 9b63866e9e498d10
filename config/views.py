import sqlite3
import sys

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.middleware import page_of
from accounts.models import AuditEntry

POSTGRES_DISK_FULL = "53100"
NO_ROOM = (
    "服务器存储空间不足，这次没有保存，原有的数据没有变化。请按浏览器的“返回”键回到刚才的页面，"
    "告诉系统管理员，腾出空间后再提交。"
)


@login_not_required
@require_safe
def healthz(request):
    """Says whether the application reaches its database; nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def csrf_failure(request, reason=""):
    _note_denial(request, "页面已过期（CSRF）")
    return render(
        request,
        "error.html",
        {
            "title": "页面已过期",
            "text": "为了安全，这次提交没有被接受。请返回原页面，核对填写的内容后再提交一次。",
            "back": page_of(request),
        },
        status=403,
    )


def bad_request(request, exception=None):
    text = "请求的内容不完整或格式不对，请返回上一页重试。"
    if isinstance(exception, BadRequest) and str(exception):
        text = str(exception)
    return _error(request, 400, "请求有误", text)


def forbidden(request, exception=None):
    text = str(exception) if exception and str(exception) else "您的角色不能做这项操作。"
    _note_denial(request, text)
    return _error(request, 403, "没有权限", text)


def _note_denial(request, reason):
    """One entry for each refusal, here because every 403 passes through here once."""
    user = getattr(request, "user", None)
    audit.record(
        "denied",
        by=user if user and user.is_authenticated else None,
        label=f"{'打开' if request.method in ('GET', 'HEAD') else '提交'} {request.path}",
        region=user.region if user and user.is_authenticated else None,
        reason=reason,
        outcome=AuditEntry.Outcome.DENIED,
    )


def not_found(request, exception=None):
    return _error(request, 404, "没有找到", "这个页面不存在，或者不在您的管理范围内。")


def server_error(request):
    # The database may be what failed, so this page uses no session, user or template tag.
    if is_full(sys.exception()):
        return _no_room(request)
    return _bare_page(
        "系统繁忙",
        "系统暂时不能处理这次请求",
        "您的数据没有被改动一半。请稍后再试；如果一直这样，请联系系统管理员。",
        status=500,
    )


def is_full(error) -> bool:
    """Whether the database could not write for want of room (SQLite, PostgreSQL)."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else None
    return (
        getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(cause, "pgcode", None) == POSTGRES_DISK_FULL
    )


def _no_room(request):
    if request.headers.get("Accept", "").startswith("application/json"):
        answer = {"stored": [], "errors": [NO_ROOM], "sentence": NO_ROOM}
        return JsonResponse(answer, status=503)
    return _bare_page("存储空间不足", "服务器存储空间不足", NO_ROOM, status=503)


def _bare_page(title, heading, text, *, status):
    return HttpResponse(
        f"<!doctype html><html lang='zh-hans'><meta charset='utf-8'><title>{title}</title>"
        f"<h1>{heading}</h1><p>{text}</p></html>",
        status=status,
    )


def _error(request, status, title, text):
    return render(request, "error.html", {"title": title, "text": text}, status=status)
