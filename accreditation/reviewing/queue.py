"""评审席: what waits for whom, by track, county, age and load; and giving it to somebody."""

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import is_city, require
from accreditation import workflow
from accreditation.applications.forms import city_people
from accreditation.models import Application
from accreditation.workflow.people import may
from accreditation.workflow.table import State
from accreditation.workflow.verdicts import REVIEWING
from stations.filters import CountyFilter
from stations.models import Track

AT_THE_CITY = (State.CITY_REVIEW, State.SITE_VISIT, State.DECISION)
WHO = "评审席供市局评审人员使用。"


class QueueFilter(CountyFilter):
    field_order = ["q", "county", "track", "who"]

    q = forms.CharField(label="服务站或编号", required=False, max_length=60)
    track = forms.ChoiceField(
        label="申报类别", required=False, choices=[("", "全部类别"), *Track.choices]
    )
    who = forms.ChoiceField(label="评审人", required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [
            ("", "全部"), ("none", "未分派"), *((str(row.pk), row.full_name) for row in people),
        ]  # fmt: skip

    def apply(self, rows):
        if not self.is_valid():
            return rows
        data = self.cleaned_data
        if data["q"]:
            rows = rows.filter(
                Q(station__name__icontains=data["q"]) | Q(number__icontains=data["q"])
            )
        if data["track"]:
            rows = rows.filter(track=data["track"])
        if data["who"] == "none":
            rows = rows.filter(reviewed_by=None, state__in=REVIEWING)
        elif data["who"]:
            rows = rows.filter(reviewed_by=data["who"])
        return self.in_county(rows)


def waiting(user):
    return Application.objects.visible_to(user).filter(state__in=AT_THE_CITY)


def waits_for(user, application) -> bool:
    """Not what a colleague reviews, not what I may not decide."""
    if application.state == State.DECISION:
        return application.decided_by_id is None and may("decide", user, application)
    return may("reject", user, application)


@require_safe
def review_desk(request):
    return _page(request)


def _page(request, *, status=200, ticked=()):
    user = request.user
    require(is_city(user), WHO)
    people = list(city_people(user))
    form = QueueFilter(request.GET or None, user=user, people=people)
    found = form.apply(waiting(user)).order_by("state_since", "pk")
    rows = list(
        found.select_related("station__region__parent", "reviewed_by")
        .defer("statement")
        .annotate(doubts_open=Count("doubts", filter=Q(doubts__state="open")))
    )
    loads = dict(
        waiting(user)
        .filter(state__in=REVIEWING)
        .order_by()
        .values_list("reviewed_by")
        .annotate(Count("pk"))
    )
    today = timezone.localdate()
    mine, others = [], []
    for row in rows:
        row.days_here = (today - timezone.localdate(row.state_since)).days
        row.may_assign = row.reviewed_by_id is None and row.state in REVIEWING
        row.is_ticked = row.number in ticked
        (mine if waits_for(user, row) else others).append(row)
    return render(
        request,
        "accreditation/applications/desk.html",
        {
            "form": form,
            "mine": mine,
            "others": others,
            "people": [(row, loads.get(row.pk, 0)) for row in people],
            "unassigned": loads.get(None, 0),
            "today": today,
        },
        status=status,
    )


@require_POST
def desk_assign(request):
    """Several at once; each that cannot be assigned says why, the others go through."""
    require(is_city(request.user), WHO)
    numbers = request.POST.getlist("number")
    chosen = request.POST.get("reviewer", "")
    people = User.objects.filter(pk=chosen) if chosen.isdecimal() else User.objects.none()
    reviewer = people.filter(role=User.Role.CITY, is_active=True).select_related("region").first()
    if not numbers or reviewer is None:
        messages.error(request, "请勾选申报，并选择评审人。")
        return _page(request, status=422, ticked=numbers)
    rows = list(
        Application.objects.visible_to(request.user)
        .filter(number__in=numbers)
        .select_related("station__region", "reviewed_by")
    )
    done, refusals = [], []
    for row in rows:
        try:
            workflow.assign_review(row, reviewer=reviewer, by=request.user)
            done.append(row.number)
        except (workflow.Refused, workflow.NotAllowed) as refusal:
            refusals.append(str(refusal))
    for sentence in refusals:
        messages.error(request, sentence)
    if not done:
        if not refusals:
            messages.error(request, "没有找到所选的申报。")
        return _page(request, status=409, ticked=numbers)
    messages.success(request, f"已分派给{reviewer.full_name} {len(done)} 个：{'、'.join(done)}。")
    if len(numbers) == 1 and request.POST.get("from") == "desk":
        return redirect("desk_review", number=numbers[0])
    return redirect("review_desk")


def neighbours(user, application):
    """(place, of how many, number before, number after) in the reviewer's own queue."""
    rows = (
        waiting(user)
        .filter(state__in=REVIEWING)
        .filter(Q(reviewed_by=None) | Q(reviewed_by=user))
        .exclude(recommended_by=user)
        .order_by("state_since", "pk")
    )
    numbers = list(rows.values_list("number", flat=True))
    if application.number not in numbers:
        return 0, len(numbers), "", numbers[0] if numbers else ""
    place = numbers.index(application.number)
    before = numbers[place - 1] if place else ""
    after = numbers[place + 1] if place + 1 < len(numbers) else ""
    return place + 1, len(numbers), before, after
