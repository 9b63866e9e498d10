"""集体研究: one meeting's agreement entered for several applications at once."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import is_city, require
from accreditation import workflow
from accreditation.models import Application
from accreditation.naming_pages.forms import MeetingForm

CITY_ONLY = "集体研究结论由市局登记。"


def _waiting(user):
    return (
        Application.objects.visible_to(user)
        .filter(state=Application.State.DECISION, decided_by=None)
        .select_related("station__region__parent", "recommended_by", "reviewed_by", "snapshot",
                        "programme")
        .annotate(open_problems=Count("problems", filter=Q(problems__closed_on=None)))
        .order_by("track", "station__region__rank", "pk")
    )  # fmt: skip


@require_safe
def meeting(request):
    require(is_city(request.user), CITY_ONLY)
    return _page(request, MeetingForm())


def _page(request, form, *, chosen=(), status=200):
    rows = list(_waiting(request.user))
    user = request.user
    for row in rows:
        row.had_part = user.pk in (row.recommended_by_id, row.reviewed_by_id)
        row.is_chosen = row.number in chosen
    context = {"rows": rows, "form": form}
    return render(request, "accreditation/batches/meeting.html", context, status=status)


@require_POST
def meeting_decide(request):
    require(is_city(request.user), CITY_ONLY)
    form, chosen = MeetingForm(request.POST), request.POST.getlist("number")
    if not form.is_valid():
        return _page(request, form, chosen=chosen, status=422)
    rows = list(_waiting(request.user).filter(number__in=chosen))
    try:
        if len(rows) != len(set(chosen)):
            raise workflow.StaleState("有的申报刚刚被别人办理过，请核对后重新选择。")
        done = workflow.decide_many(rows, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, form, chosen=chosen, status=409)
    messages.success(request, f"已登记{done}个申报的集体研究结论，请编入批次。")
    return redirect("batches")
