"""完整信息导出申请: mine, and those that wait for me as the second person."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import is_admin, require
from veterans import export_requests
from veterans.export_requests import NotSecond, StaleRequest
from veterans.filters import PeopleFilter
from veterans.models import ExportRequest

PAGE_SIZE = 50
STALE = "这份申请刚刚已有答复或已撤回，请看下面的最新情况。"


def _requests(request):
    allowed = request.user.role in ("station", "county", "city")
    require(allowed and not is_admin(request.user), "您的角色不办理个人信息导出。")
    rows = ExportRequest.objects.visible_to(request.user)
    return rows.select_related("asked_by__region", "answered_by__region", "region", "job")


@require_safe
def export_requests_list(request):
    waiting_first = Case(When(state="waiting", then=Value(0)), default=Value(1))
    rows = _requests(request).order_by(waiting_first, "-asked_at", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "veterans/export_requests.html", {"page": page})


@require_safe
def export_request(request, code):
    row = get_object_or_404(_requests(request), code=code)
    context = {
        "row": row,
        "filters": _in_words(row),
        "is_mine": row.asked_by_id == request.user.pk,
        "waits": row.state == ExportRequest.State.WAITING,
    }
    return render(request, "veterans/export_request.html", context)


def _in_words(row):
    """[(label, what was chosen)] of the filters, as the requester saw them."""
    form = PeopleFilter(QueryDict(row.filters), user=row.asked_by)
    form.is_valid()
    words = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name) if name in form.data else None
        if value:
            choices = dict(getattr(field, "choices", ()) or ())
            many = value if isinstance(value, list | tuple) else [value]
            words.append((field.label, "、".join(str(choices.get(one, one)) for one in many)))
    return words


@require_POST
def export_request_answer(request, code):
    row = get_object_or_404(_requests(request), code=code)
    note = request.POST.get("note", "").strip()
    answer = request.POST.get("answer")
    try:
        if answer == "approve":
            export_requests.approve(row, actor=request.user, note=note)
            messages.success(request, "已批准，文件只能由申请人在24小时内下载。")
        elif answer == "refuse" and not note:
            messages.error(request, "不批准的，请写明理由。")
        elif answer == "refuse":
            export_requests.refuse(row, actor=request.user, note=note)
            messages.success(request, "已答复，不予批准。")
        elif answer == "cancel":
            export_requests.cancel(row, actor=request.user)
            messages.success(request, "申请已撤回。")
        else:
            messages.error(request, "请选择批准或者不批准。")
    except StaleRequest:
        messages.error(request, STALE)
    except NotSecond:
        require(False, "导出申请须由申请人以外、本单位或上级单位的人答复；撤回由申请人办理。")
    return redirect("export_request", code=code)
