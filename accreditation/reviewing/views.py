"""The desk of one application: opinions are given beside the evidence, one requirement at
a time, and each is saved by itself. Everything works without script."""

from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import is_city, require
from accreditation import workflow
from accreditation.applications.forms import VerdictForm
from accreditation.applications.page import get_application, readable
from accreditation.models import CannedReason, Verdict
from accreditation.reviewing.page import desk_of, right_of
from accreditation.reviewing.queue import neighbours
from accreditation.workflow import snapshots
from accreditation.workflow.people import is_reviewer
from accreditation.workflow.verdicts import REVIEWING, confirmable

PAGE = "accreditation/reviewing/desk.html"
WHO = "评审席供市局评审人员使用。"
# With the keys that give them.
CHOICES = [(value, label, key) for key, (value, label) in enumerate(Verdict.Result.choices, 1)]


def get_for_review(request, number):
    application = get_application(request, number, with_records=True)
    require(is_city(request.user), WHO)
    return application


@require_safe
@csp_update({"frame-src": [SELF]})
def desk_review(request, number):
    return _page(request, get_for_review(request, number))


def _page(request, application, *, typed=None, status=200):
    desk = desk_of(request, application, typed=typed)
    item = desk.chosen((typed or {}).get("requirement") or request.GET.get("line", ""))
    place, count, before, after = neighbours(request.user, application)
    return render(
        request,
        PAGE,
        {
            "application": application,
            "station": application.station,
            "desk": desk,
            "item": item,
            "right": right_of(request, desk, item) if item else None,
            "choices": CHOICES,
            "can_take": _can_take(request.user, application),
            "place": place,
            "count": count,
            "before": before,
            "after": after,
            **_steps(desk, item),
        },
        status=status,
    )


def _can_take(user, application):
    is_free = application.reviewed_by_id is None and application.state in REVIEWING
    return is_free and is_reviewer(user, application)


def _steps(desk, item):
    if item is None:
        return {}
    return {
        "previous_code": desk.beside(item, -1),
        "next_code": desk.beside(item, 1),
        "open_code": desk.next_open(item),
    }


def line_url(number, code, show=""):
    query = {"line": code} | ({"show": show} if show and show != "all" else {})
    return f"{reverse('desk_review', args=[number])}?{urlencode(query)}"


@require_POST
def desk_verdict(request, number):
    application = get_for_review(request, number)
    known = {row.code: row for row in snapshots.requirements_of(application)}
    requirement = known.get(request.POST.get("requirement", ""))
    if requirement is None:
        raise Http404
    form = VerdictForm(_with_canned(request.POST), maximum=requirement.points)
    if not form.is_valid():
        sentence = "".join(error for errors in form.errors.values() for error in errors)
        return _not_saved(request, application, f"{requirement.display_code}：{sentence}", 422)
    try:
        verdict = workflow.give_verdict(application, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        return _not_saved(request, application, str(refusal), 409)
    return _saved(request, application, verdict)


def _with_canned(data):
    """A common remark that was chosen and does not stand in the text yet is added to it."""
    data = data.copy()
    number = data.get("canned", "")
    if number.isdecimal():
        text = CannedReason.objects.filter(pk=number).values_list("name", flat=True).first()
        comment = data.get("comment", "").strip()
        if text and text not in comment:
            data["comment"] = f"{comment}{text}"
    else:
        data["canned"] = ""
    return data


def _wants_json(request):
    return request.headers.get("Accept") == "application/json"


def _saved(request, application, verdict):
    desk = desk_of(request, application)
    item = desk.item(verdict.requirement)
    moment = timezone.localtime(verdict.given_at).strftime("%H:%M")
    if _wants_json(request):
        context = {"application": application, "desk": desk, "one": item, "item": item}
        return JsonResponse(
            {
                "saved": f"已保存 {moment}",
                "seen": verdict.pk,
                "comment": verdict.comment,
                "row": render_to_string("accreditation/reviewing/_row.html", context),
                "totals": render_to_string("accreditation/reviewing/_totals.html", context),
                "open": desk.next_open(item),
                "awaiting": sum(one.awaits for one in desk.items),
            }
        )
    messages.success(request, f"{item.requirement.display_code}的评审意见已保存（{moment}）。")
    goes_on = request.POST.get("go") == "next"
    code = (desk.next_open(item) or item.code) if goes_on else item.code
    return redirect(line_url(application.number, code, request.POST.get("show", "")))


def _not_saved(request, application, sentence, status):
    """Everything that was typed stays, with why it did not count."""
    if _wants_json(request):
        return JsonResponse({"sentence": sentence}, status=status)
    fresh = get_for_review(request, application.number)
    typed = request.POST.dict() | {"sentence": sentence}
    messages.error(request, sentence)
    return _page(request, fresh, typed=typed, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def desk_confirm(request, number):
    """一键确认: first the list of what it would confirm, then what was on that list."""
    application = get_for_review(request, number)
    if request.method != "POST":
        return _confirm_page(request, application)
    codes = request.POST.getlist("code")
    try:
        done = workflow.confirm_all_met(application, codes=codes, by=request.user)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _confirm_page(request, get_for_review(request, number), status=409)
    messages.success(
        request, f"已确认{done}个系统核查合格的评价要点。" if done else "没有选中待确认的合格项。"
    )
    return redirect("desk_review", number=number)


def _confirm_page(request, application, status=200):
    lines = application.snapshot.data["lines"] if application.snapshot else {}
    rows = [(row, readable(row, lines[row.code], request.user)) for row in confirmable(application)]
    return render(
        request,
        "accreditation/reviewing/confirm.html",
        {
            "application": application,
            "station": application.station,
            "rows": rows,
            "points": sum(row.points for row, _ in rows),
            "can_judge": is_reviewer(request.user, application) and application.state in REVIEWING,
        },
        status=status,
    )


@require_safe
def desk_now(request, number, code):
    """What the system finds today beside what was frozen; fetched after the page, because
    a score looks at every record of the station."""
    application = get_for_review(request, number)
    known = {row.code: row for row in snapshots.requirements_of(application)}
    if code not in known:
        raise Http404
    card = snapshots.score(
        application.station, on=timezone.localdate(), programme=application.programme
    )
    requirement, line = known[code], card.lines[code]
    frozen = application.snapshot.data["lines"].get(code, {}) if application.snapshot else {}
    now = readable(requirement, snapshots.line_values(line), request.user)
    return render(
        request,
        "accreditation/reviewing/_now.html",
        {
            "application": application,
            "item_code": code,
            "now": now,
            "is_same": bool(frozen) and snapshots.line_values(line) == frozen,
            "is_fragment": request.headers.get("Accept") == "text/html",
        },
    )
