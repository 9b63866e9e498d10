"""疑点核实: a list in the reader's words, the explanation and the close."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import (
    can_edit_records,
    can_see_records,
    is_city,
    is_station,
    oversees_stations,
    require,
)
from accreditation import workflow
from accreditation.doubts.words import WORDS, hidden_from, words
from accreditation.models import Application, Doubt
from stations.models import Station

PAGE_SIZE = 50


class DoubtFilter(forms.Form):
    q = forms.CharField(label="服务站", required=False, max_length=60)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "待核实"), ("all", "全部"), ("true", "属实"), ("false_alarm", "误报")],
    )

    kind = forms.ChoiceField(
        label="疑点",
        required=False,
        choices=[("", "全部"), *((key, above) for key, (above, _) in WORDS.items())],
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if is_station(user):
            del self.fields["kind"]
            if user.region and user.region.level == "village":
                del self.fields["q"]
            return
        hidden = hidden_from(user)
        kind = self.fields["kind"]
        kind.choices = [choice for choice in kind.choices if choice[0] not in hidden]

    def apply(self, rows):
        if not self.is_valid():
            return rows.filter(state=Doubt.State.OPEN)
        data = self.cleaned_data
        if data.get("kind"):
            rows = rows.filter(kind=data["kind"])
        if data.get("q"):
            rows = rows.filter(station__name__icontains=data["q"])
        if data["state"] == "all":
            return rows
        return rows.filter(state=data["state"] or Doubt.State.OPEN)


class CloseForm(forms.Form):
    state = forms.ChoiceField(choices=[("true", "属实"), ("false_alarm", "误报")])
    reason = forms.CharField(max_length=300)


class ExplainForm(forms.Form):
    explanation = forms.CharField(max_length=500)


def _visible(user):
    """A station is not shown what is only for those above it."""
    require(can_see_records(user), "查阅人员请看建设进度页。")
    return Doubt.objects.visible_to(user).exclude(kind__in=hidden_from(user))


@require_safe
def doubts(request):
    return _list(request)


def _list(request, *, typed=None, status=200):
    at_station = is_station(request.user)
    form = DoubtFilter(request.GET or None, user=request.user)
    rows = form.apply(_visible(request.user)).select_related(
        "station__region", "application", "closed_by", "explained_by"
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.word = words(row.kind, is_station=at_station)
        row.typed = typed if typed and typed["pk"] == row.pk else None
    show_sides(page.object_list, request.user)
    return render(
        request,
        "accreditation/doubts.html",
        {
            "form": form,
            "page": page,
            "is_station": at_station,
            "can_close": oversees_stations(request.user),
            "can_explain": can_edit_records(request.user),
        },
        status=status,
    )


def show_sides(rows, user):
    """The two things of each row; what lies outside the reader's stations is "another
    station" to them. One query for the page."""
    codes = {side.get("station") for row in rows for side in (row.left, row.right)}
    known = set(
        Station.objects.visible_to(user)
        .filter(region__code__in=codes - {None})
        .values_list("region__code", flat=True)
    )
    for row in rows:
        row.sides = [
            side if side.get("station") in (None, *known) else {"label": "另一服务站的材料"}
            for side in (row.left, row.right)
        ]


@require_POST
def doubt_close(request, pk):
    return _answer(request, pk, CloseForm(request.POST), workflow.close_doubt, "已核实结案。")


@require_POST
def doubt_explain(request, pk):
    return _answer(request, pk, ExplainForm(request.POST), workflow.explain_doubt, "说明已保存。")


def _answer(request, pk, form, run, done):
    doubt = get_object_or_404(_visible(request.user), pk=pk)
    typed = request.POST.dict() | {"pk": doubt.pk}
    data = form.cleaned_data if form.is_valid() else dict.fromkeys(form.fields, "")
    try:
        run(doubt, by=request.user, **data)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _list(request, typed=typed, status=409)
    messages.success(request, done)
    return redirect(_place_on_desk(request, doubt) or _record_page(request, doubt) or "doubts")


def _record_page(request, doubt):
    """Back to the record, for whoever explained it there."""
    return doubt.left.get("link", "") if request.POST.get("then") == "record" else ""


def _place_on_desk(request, doubt):
    """Back to the requirement on the desk, for whoever closed it there."""
    number = request.POST.get("desk", "")
    if not number or not is_city(request.user):
        return ""
    rows = Application.objects.visible_to(request.user).filter(station=doubt.station_id)
    if not rows.filter(number=number).exists():
        return ""
    return f"{reverse('desk_review', args=[number])}?line={doubt.requirement}"
