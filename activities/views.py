from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.permissions import can_see_records, require
from activities.models import Activity
from stations.filters import CountyFilter

PAGE_SIZE = 50


class LedgerFilter(CountyFilter):
    field_order = ["q", "county", "kind", "month"]

    q = forms.CharField(label="活动名称", required=False, max_length=60)
    kind = forms.ChoiceField(
        label="活动类型", required=False, choices=[("", "全部"), *Activity.Kind.choices]
    )
    month = forms.DateField(
        label="月份",
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}),
        error_messages={"invalid": "月份请按“2026-11”的格式填写。"},
    )

    def apply(self, activities):
        if not self.is_valid():
            return activities
        data = self.cleaned_data
        if data["q"]:
            activities = activities.filter(title__icontains=data["q"])
        activities = self.in_county(activities)
        if data["kind"]:
            activities = activities.filter(kind=data["kind"])
        if data["month"]:
            first = data["month"]
            activities = activities.filter(
                happened_on__year=first.year, happened_on__month=first.month
            )
        return activities


@require_GET
def ledger(request):
    """The ledger across the user's scope."""
    require(can_see_records(request.user), "查阅人员请看建设进度页。")
    form = LedgerFilter(request.GET or None, user=request.user)
    activities = form.apply(Activity.objects.visible_to(request.user))
    page = Paginator(
        activities.select_related("station__region").order_by("-happened_on", "-pk"), PAGE_SIZE
    ).get_page(request.GET.get("page"))
    return render(request, "activities/ledger.html", {"form": form, "page": page})
