"""What a county enters beside the score, and what the city answers. One URL, one action."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.http import posted
from accounts.permissions import is_city, is_county, require
from accreditation.models import NotApplicable
from accreditation.scorecard.forms import (
    ConfirmationForm,
    DeclineForm,
    NotApplicableForm,
    exceeds_cap,
)
from accreditation.scorecard.page import line_url
from accreditation.scorecard.views import card_of, get_station, scorecard_page
from records.models import CountyConfirmation

CHANGED = "这件事刚被别人办理过，您的操作没有执行，请看现在的情况。"


def _back(code, anchor=""):
    """To the line that was worked on."""
    return redirect(line_url(code, anchor))


@require_POST
def scorecard_confirm(request, code):
    """县（区）确认: a figure that only the county knows; entering it again replaces it."""
    station = get_station(request, code)
    require(is_county(request.user), "这些数量由县（区）、功能区确认。")
    old = CountyConfirmation.objects.filter(
        station=station, kind=request.POST.get("kind", "")
    ).first()
    form = ConfirmationForm(request.POST)
    if not form.is_valid():
        return scorecard_page(request, station, form)
    if not _save_confirmation(request.user, station, form, old):
        form.add_error(None, CHANGED)
        return scorecard_page(request, station, form)
    messages.success(request, "县（区）确认已保存。")
    return redirect(line_url(code, "confirmations", track=request.GET.get("track", "")))


def _save_confirmation(user, station, form, old) -> bool:
    values = {name: form.cleaned_data[name] for name in ("number", "by", "on")}
    after = {name: str(value) for name, value in values.items()}
    stamp = {"updated_by": user, "updated_at": timezone.now()}
    try:
        with transaction.atomic():
            if old is None:
                row = CountyConfirmation.objects.create(
                    station=station,
                    kind=form.cleaned_data["kind"],
                    created_by=user,
                    **values,
                    **stamp,
                )
                audit.record(
                    "confirmation.create",
                    by=user,
                    obj=row,
                    after=after,
                    label=str(row.get_kind_display()),
                )
                return True
            before = {name: str(getattr(old, name)) for name in values}
            rows = CountyConfirmation.objects.filter(pk=old.pk, version=old.version)
            if not rows.update(version=old.version + 1, **values, **stamp):
                return False
            audit.record(
                "confirmation.update",
                by=user,
                obj=old,
                before=before,
                after=after,
                label=str(old.get_kind_display()),
            )
            return True
    except IntegrityError:
        return False


@require_http_methods(["GET", "HEAD", "POST"])
def not_applicable_propose(request, code, requirement):
    """The county proposes that a requirement cannot apply to this place."""
    station = get_station(request, code)
    require(is_county(request.user), "不适用由县（区）、功能区提出，市局确认。")
    card = card_of(station)
    line = card.lines.get(requirement)
    if line is None:
        raise Http404
    open_codes = set(
        NotApplicable.objects.filter(station=station, declined_on=None).values_list(
            "requirement", flat=True
        )
    )
    taken = [card.lines[c].requirement for c in open_codes if c in card.lines and c != requirement]
    refusal = exceeds_cap(line.requirement, taken)
    if requirement in open_codes:
        refusal = "这个评价要点已经提出过不适用。"
    form = NotApplicableForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if not refusal and _propose(
            request.user, station, requirement, form.cleaned_data["reason"]
        ):
            messages.success(request, "不适用已提出，等待市局确认。")
            return _back(code, requirement)
        form.add_error(None, refusal or "这个评价要点已经提出过不适用。")
    context = {"station": station, "line": line, "form": form, "refusal": refusal}
    return render(request, "accreditation/scorecard/propose.html", context)


def _propose(user, station, requirement, reason) -> bool:
    try:
        with transaction.atomic():
            row = NotApplicable.objects.create(
                station=station, requirement=requirement, reason=reason,
                proposed_by=user, created_by=user, updated_by=user,
            )  # fmt: skip
            audit.record(
                "not_applicable.propose", by=user, obj=row, label=requirement, reason=reason
            )
    except IntegrityError:
        return False
    return True


@require_POST
def not_applicable_confirm(request, code, pk):
    row = _open_proposal(request, code, pk)
    waived = NotApplicable.objects.filter(station=row.station, confirmed_on__isnull=False)
    card = card_of(row.station)
    if row.requirement not in card.lines:
        raise Http404
    codes = waived.filter(declined_on=None).exclude(pk=row.pk).values_list("requirement", flat=True)
    taken = [card.lines[c].requirement for c in codes if c in card.lines]
    refusal = exceeds_cap(card.lines[row.requirement].requirement, taken)
    if refusal:
        messages.error(request, refusal)
        return _back(code, row.requirement)
    today = timezone.localdate()
    _answer(request, row, "confirm", "", confirmed_on=today, confirmed_by=request.user)
    return _back(code, row.requirement)


@require_POST
def not_applicable_decline(request, code, pk):
    row = _open_proposal(request, code, pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请填写不予确认的理由（至少2个字），操作没有执行。")
        return _back(code, row.requirement)
    _answer(request, row, "decline", form.cleaned_data["reason"], declined_on=timezone.localdate())
    return _back(code, row.requirement)


def _open_proposal(request, code, pk):
    station = get_station(request, code)
    require(is_city(request.user), "不适用由市局确认。")
    rows = NotApplicable.objects.visible_to(request.user).select_related("station__region")
    return get_object_or_404(rows, station=station, pk=pk)


def _answer(request, row, verb, reason, **values):
    """Compares before it sets: of two answers one wins, the other is told."""
    rows = NotApplicable.objects.filter(pk=row.pk, confirmed_on=None, declined_on=None)
    with transaction.atomic():
        done = rows.update(
            version=row.version + 1, updated_by=request.user, updated_at=timezone.now(), **values
        )
        if done:
            audit.record(
                f"not_applicable.{verb}",
                by=request.user,
                obj=row,
                label=row.requirement,
                reason=reason,
            )
    if done:
        messages.success(
            request, "已确认不适用。" if verb == "confirm" else "已作出不予确认的答复。"
        )
    else:
        messages.error(request, CHANGED)
