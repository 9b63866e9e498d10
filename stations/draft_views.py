"""/drafts/: what static/js/drafts.js keeps of a form while it is typed."""

import json
from urllib.parse import urlsplit

from django.http import Http404, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import can_edit_records, require
from records.forms import is_number
from stations import drafts
from stations.section_views import get_station


def _form_address(request, text):
    """The address of a form of a station that this user keeps records of, else 404."""
    try:
        code = resolve(urlsplit(text).path).kwargs["code"]
    except (Resolver404, KeyError, ValueError):
        raise Http404 from None
    if len(text) > 300:
        raise Http404
    get_station(request, code)  # in scope, or 404
    require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以填写记录。")
    return text


def _described(draft):
    at = localtime(draft.saved_at)
    day = "" if at.date() == timezone.localdate() else f"{at.month}月{at.day}日 "
    return {"revision": draft.revision, "saved_at": f"{day}{at:%H:%M}"}


@require_http_methods(["GET", "HEAD", "POST"])
def drafts_of_form(request):
    """GET: the draft of one form, {} without one. POST: keep it; 409 with the time of the
    other when another window or device kept one meanwhile."""
    if request.method != "POST":
        draft = drafts.find(request.user, _form_address(request, request.GET.get("form", "")))
        found = _described(draft) | {"fields": drafts.fields_of(draft)} if draft else {}
        return JsonResponse(found, headers={"Cache-Control": "no-store"})
    form = _form_address(request, request.POST.get("form", ""))
    known = request.POST.get("revision", "")
    try:
        draft = drafts.keep(
            request.user,
            form,
            _fields(request),
            revision=int(known) if is_number(known) else 0,
        )
    except drafts.Refused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    except drafts.Conflict as conflict:
        return JsonResponse(_described(conflict.draft), status=409)
    return JsonResponse(_described(draft))


def _fields(request):
    try:
        return json.loads(request.POST.get("fields", ""))
    except ValueError:
        raise drafts.Refused("草稿格式不对。") from None


@require_POST
def draft_discard(request):
    drafts.forget(request.user, _form_address(request, request.POST.get("form", "")))
    return JsonResponse({})
