"""Accreditations: list, what happens to one afterwards, back entries, the public page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import crowds
from accounts.permissions import can_see_records, is_city, require
from accreditation import workflow
from accreditation.models import Accreditation
from accreditation.naming_pages.certificate import NO_ADDRESS, obstacle, public_address
from accreditation.naming_pages.forms import (
    AccreditationFilter,
    EndForm,
    FindingForm,
    ReasonForm,
    RectifyForm,
    RevokeForm,
)
from accreditation.naming_pages.words import OFFICIAL, result_word

PAGE_SIZE = 50
# Codes of the public page that one address may look up in a quarter of an hour.
LOOK_UPS = 60
State = Accreditation.State
LIVE = (State.ACTIVE, State.RECHECK, State.RECTIFYING)
# verb -> words, states in which it is offered, form, function, tone of the button
STEPS = {
    "recheck": ("启动复核", (State.ACTIVE,), ReasonForm, workflow.start_recheck, "primary"),
    "pass": ("复核通过", (State.RECHECK,), FindingForm, workflow.pass_recheck, "primary"),
    "rectify": (
        "限期整改", (State.RECHECK,), RectifyForm, workflow.order_rectification, "outline-warning",
    ),
    "rectified": (
        "整改完成", (State.RECTIFYING,), FindingForm, workflow.accept_rectification, "primary",
    ),
    "revoke": ("撤销认定", LIVE, RevokeForm, workflow.revoke, "outline-danger"),
    "merge": ("机构撤并", LIVE, EndForm, workflow.end_by_merger, "outline-secondary"),
}  # fmt: skip


@require_safe
def accreditations(request):
    require(can_see_records(request.user), "查阅人员请看建设进度页。")
    form = AccreditationFilter(request.GET or None, user=request.user)
    rows = Accreditation.objects.visible_to(request.user).select_related(
        "station__region", "county", "programme"
    )
    page = Paginator(form.apply(rows), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "accreditation/accreditations/list.html",
        {"form": form, "page": page, "is_city": is_city(request.user)},
    )


def _get(request, pk):
    rows = Accreditation.objects.visible_to(request.user).select_related(
        "station__region", "county", "programme", "batch", "application"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def accreditation(request, pk):
    return _page(request, _get(request, pk))


def _page(request, found, *, bound=None, status=200):
    bound = bound or {}
    buttons = []
    for verb, (label, states, form, _, tone) in STEPS.items():
        if verb in bound or (is_city(request.user) and found.state in states):
            buttons.append((verb, label, tone, bound.get(verb) or form(auto_id=_ids(verb))))
    return render(
        request,
        "accreditation/accreditations/accreditation.html",
        {
            "accreditation": found,
            "buttons": buttons,
            "rechecks": list(found.rechecks.all()),
            "official": OFFICIAL[found.track],
            "word": result_word(found.programme),
            "no_certificate": obstacle(found),
            "no_address": NO_ADDRESS,
            "public_url": public_address(found),
        },
        status=status,
    )


def _ids(verb):
    """Several steps stand on the page, and most ask for a reason."""
    return f"id_{verb}_%s"


def step_view(verb):
    label, _, form_class, run, _ = STEPS[verb]

    @require_POST
    def view(request, pk):
        found = _get(request, pk)
        require(is_city(request.user), "复核、整改和撤销由市局办理。")
        form = form_class(request.POST, auto_id=_ids(verb))
        if not form.is_valid():
            return _page(request, found, bound={verb: form}, status=422)
        try:
            run(found, by=request.user, **form.cleaned_data)
        except workflow.Refused as refusal:
            messages.error(request, str(refusal))
            return _page(request, _get(request, pk), bound={verb: form}, status=409)
        messages.success(request, f"已办理：{label}。")
        return redirect("accreditation", pk=pk)

    view.__name__ = f"accreditation_{verb}"
    return view


@login_not_required
@require_safe
def verify(request, code):
    """Public: what was named, where, when, and whether it still stands. No person."""
    if not crowds.take_turn(request, "verify", limit=LOOK_UPS):
        return render(
            request,
            "accreditation/accreditations/verify.html",
            {"is_crowded": True},
            status=429,
        )
    rows = Accreditation.objects.select_related("station", "county", "programme")
    found = rows.filter(verify_code=code).first()
    return render(
        request,
        "accreditation/accreditations/verify.html",
        {
            "accreditation": found,
            "official": OFFICIAL[found.track] if found else "",
            "word": result_word(found.programme) if found else "",
        },
        status=200 if found else 404,
    )
