"""活动台账, of one station and across a scope: by month, with filters."""

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce, TruncMonth
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import can_edit_records, can_see_records, require
from activities.models import Activity, KeyDate
from records.fields import tag
from records.models import AttachmentLink
from records.registry import get_section
from stations.filters import CountyFilter
from stations.section_views import back_to, get_station, section_list, tools_of

PAGE_SIZE = 50
WITH, WITHOUT = "with", "without"


class StationLedgerFilter(forms.Form):
    q = forms.CharField(label="活动名称", required=False, max_length=60)
    month = forms.DateField(
        label="月份",
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}),
        error_messages={"invalid": "月份请按“2026-11”的格式填写。"},
    )
    kind = forms.ChoiceField(
        label="活动类型", required=False, choices=[("", "全部"), *Activity.Kind.choices]
    )
    tags = forms.ChoiceField(
        label="活动标签", required=False, choices=[("", "全部"), *Activity.Tag.choices]
    )
    key_date = forms.ModelChoiceField(
        KeyDate.objects.all(), label="重要节点", required=False, empty_label="全部"
    )
    evidence = forms.ChoiceField(
        label="附件",
        required=False,
        choices=[("", "全部"), (WITH, "有照片或文件"), (WITHOUT, "还没有")],
    )
    late = forms.BooleanField(label="只看补录", required=False)

    def apply(self, activities):
        if not self.is_valid():
            return activities
        data = self.cleaned_data
        if data["q"]:
            activities = activities.filter(title__icontains=data["q"])
        for name in ("kind", "key_date"):
            if data[name]:
                activities = activities.filter(**{name: data[name]})
        if data["tags"]:
            activities = activities.filter(tags__contains=tag(data["tags"]))
        if data["late"]:
            activities = activities.filter(is_late_entry=True)
        if data["month"]:
            first = data["month"]
            activities = activities.filter(
                happened_on__year=first.year, happened_on__month=first.month
            )
        if data["evidence"]:
            activities = activities.filter(
                _has_files() if data["evidence"] == WITH else ~_has_files()
            )
        return activities


class LedgerFilter(CountyFilter, StationLedgerFilter):
    field_order = ["q", "county", "month", "kind", "tags", "key_date", "evidence", "late"]

    def apply(self, activities):
        activities = super().apply(activities)
        return self.in_county(activities) if self.is_valid() else activities


def _links():
    kind = ContentType.objects.get_for_model(Activity)
    return AttachmentLink.objects.filter(content_type=kind)


def _has_files():
    return Exists(_links().filter(object_id=OuterRef("pk")))


def _file_count():
    links = _links().filter(object_id=OuterRef("pk")).order_by().values("object_id")
    return Coalesce(Subquery(links.annotate(n=Count("pk")).values("n")), 0)


def _months(activities, rows):
    """[(first day, how many in that month, its rows on this page)]."""
    months: dict = {}
    for row in rows:
        months.setdefault(row.happened_on.replace(day=1), []).append(row)
    counts = {}
    if months:
        seen = activities.filter(happened_on__gte=min(months)).order_by()
        seen = seen.annotate(month=TruncMonth("happened_on"))
        counts = dict(seen.values_list("month").annotate(n=Count("pk")))
    return [(month, counts.get(month, len(found)), found) for month, found in months.items()]


def _listed(request, activities, form):
    found = form.apply(activities)
    rows = found.select_related("station__region", "key_date").order_by("-happened_on", "-pk")
    page = Paginator(rows.annotate(files=_file_count()), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return {"form": form, "page": page, "months": _months(found, list(page.object_list))}


@require_safe
def ledger(request):
    """The ledger across the user's scope."""
    require(can_see_records(request.user), "查阅人员请看建设进度页。")
    form = LedgerFilter(request.GET or None, user=request.user)
    activities = Activity.objects.visible_to(request.user)
    return render(request, "activities/ledger.html", _listed(request, activities, form))


@require_safe
def station_ledger(request, code):
    """The ledger of one station; `?part=` lists it as every kind of record."""
    if "part" in request.GET:
        return section_list(request, code=code, section="activities")
    station = get_station(request, code)
    section = get_section("activities")
    form = StationLedgerFilter(request.GET or None)
    activities = Activity.objects.visible_to(request.user).filter(station=station)
    context = {
        "station": station,
        "section": section,
        "tools": tools_of(section, request.user, station),
        "can_edit": can_edit_records(request.user),
        "back": back_to(request, station),
    }
    return render(request, "activities/ledger.html", context | _listed(request, activities, form))
