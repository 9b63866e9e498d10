"""该走访谁: the people who are due a visit, of a station (one tap from 记走访) and of all the
stations of a county or a town."""

from django import forms
from django.core.paginator import Paginator
from django.db.models import F
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import can_edit_records, can_see_records, require
from activities.contacts import KEEPERS
from activities.due import (
    active_people,
    due_among,
    due_by_station,
    due_visits,
    people_due,
    standing_reasons,
    with_last_seen,
)
from activities.models import CareReason
from stations.models import Region, Station
from stations.section_views import get_station

PAGE_SIZE = 50
ONLY_KEEPERS = "走访情况由服务站和县（区）工作人员掌握。"
PEOPLE = "people"


@require_safe
def visits_due(request, code):
    station = get_station(request, code)
    require(request.user.role in KEEPERS, ONLY_KEEPERS)
    reasons = list(standing_reasons())
    wanted = request.GET.get("reason", "")
    chosen = [one for one in reasons if str(one.pk) == wanted]
    found = due_visits(station, request.user, chosen or reasons)
    context = {
        "station": station,
        "reasons": reasons,
        "chosen": chosen[0] if chosen else None,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "never": sum(1 for one in found if one.last is None),
        "today": timezone.localdate(),
        "can_edit": can_edit_records(request.user),
    }
    return render(request, "activities/visits_due.html", context)


class ReasonField(forms.ModelChoiceField):
    def label_from_instance(self, reason):
        return f"{reason}（{reason.get_applies_to_display()}，每{reason.every_months}个月）"


class DueFilter(forms.Form):
    view = forms.CharField(required=False, widget=forms.HiddenInput)
    town = forms.ChoiceField(label="乡镇（街道）", required=False)
    reason = ReasonField(
        CareReason.objects.none(), label="事项", required=False, empty_label="全部"
    )
    priority = forms.BooleanField(label="只看重点走访对象", required=False)
    all = forms.BooleanField(label="也列没有到期人员的站", required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        towns = Region.objects.visible_to(user).filter(level=Region.Level.TOWN, is_active=True)
        names = towns.order_by("rank", "path").values_list("code", "name")
        self.fields["town"].choices = [("", "全部"), *names]
        if len(self.fields["town"].choices) < 3:
            del self.fields["town"]
        self.fields["reason"].queryset = standing_reasons()

    def reasons(self) -> list[CareReason]:
        chosen = self.is_valid() and self.cleaned_data["reason"]
        return [chosen] if chosen else list(standing_reasons())

    def in_town(self, rows, path):
        code = self.is_valid() and self.cleaned_data.get("town")
        return rows.filter(**{f"{path}__contains": f"/{code}/"}) if code else rows

    def narrow(self, people):
        if self.is_valid() and self.cleaned_data["priority"]:
            people = people.filter(is_priority=True)
        return self.in_town(people, "station__region__path")


@require_safe
def visits_overview(request):
    """How many are due at each station of the scope, and who: two views of one queryset."""
    user = request.user
    require(can_see_records(user), "查阅人员不查看个人信息。")
    require(user.role in KEEPERS, ONLY_KEEPERS)
    form = DueFilter(request.GET or None, user=user)
    reasons = form.reasons()
    people = form.narrow(people_due(user, reasons).filter(station__is_active=True))
    counts = due_by_station(people)
    view = PEOPLE if request.GET.get("view") == PEOPLE else ""
    rows = _people(people, user) if view else _stations(user, form, counts)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    if view:
        page.object_list = _with_reasons(page.object_list, user, reasons)
    else:
        page.object_list = [(one, counts.get(one.pk)) for one in page.object_list]
    context = {
        "form": form,
        "view": view,
        "page": page,
        "totals": {
            name: sum(row[name] for row in counts.values()) for name in ("due", "priority", "never")
        },
        "has_reasons": bool(reasons),
    }
    return render(request, "activities/visits_overview.html", context)


def _stations(user, form, counts):
    """In the order of the units: nobody is ranked."""
    rows = Station.objects.visible_to(user).active().select_related("region__parent")
    if not (form.is_valid() and form.cleaned_data["all"]):
        rows = rows.filter(pk__in=counts)
    return form.in_town(rows, "region__path").order_by("region__rank", "region__path")


def _people(people, user):
    return (
        with_last_seen(people, user)
        .select_related("station__region")
        .order_by(
            "station__region__rank",
            "station__region__path",
            "-is_priority",
            F("last_seen").asc(nulls_first=True),
            "pinyin",
            "pk",
        )
    )


def _with_reasons(people, user, reasons):
    """The page's people with what each is due for, in the order of the page."""
    rows = list(people)
    among = active_people(user).filter(pk__in=[row.pk for row in rows])
    found = {one.person.pk: one for one in due_among(among, user, reasons)}
    return [(row.station, found[row.pk]) for row in rows if row.pk in found]
