"""/volunteers/served/: who really served in a period, by person and field, and as a workbook."""

import datetime as dt
import tempfile

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import FileResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from xlsxwriter import Workbook

from accounts import audit
from accounts.permissions import can_see_records, is_station, require
from activities.served import by_person, participations, served
from records.dates import check_day
from records.forms import DateInput
from records.workbooks import SAFE, plain
from stations.filters import CountyFilter
from stations.models import Station

PAGE_SIZE = 50
WRONG = {"invalid": "请填写正确的日期。", "required": "请填写日期。"}


class ServedFilter(CountyFilter):
    field_order = ["county", "station", "first", "last"]

    # Named by the link that leads here, never typed.
    station = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    first = forms.DateField(
        label="自", widget=DateInput, validators=[check_day], error_messages=WRONG
    )
    last = forms.DateField(
        label="至", widget=DateInput, validators=[check_day], error_messages=WRONG
    )

    def __init__(self, data, *, user):
        today = timezone.localdate()
        data = data.copy()
        data.setdefault("first", dt.date(today.year, 1, 1).isoformat())
        data.setdefault("last", today.isoformat())
        super().__init__(data, user=user)
        if is_station(user):
            del self.fields["station"]

    def clean(self):
        data = super().clean()
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", "结束日期不能早于开始日期。")
        return data

    def rows(self, user):
        if not self.is_valid():
            return participations(user, dt.date.max, dt.date.min)
        data = self.cleaned_data
        rows = self.in_county(
            participations(user, data["first"], data["last"]),
            "activity__station__region__path",
        )
        code = data.get("station")
        return rows.filter(activity__station__region__code=code) if code else rows


@require_safe
def served_list(request):
    require(can_see_records(request.user), "查阅人员不能查看人员名单。")
    form = ServedFilter(request.GET, user=request.user)
    rows = form.rows(request.user)
    whole = rows.aggregate(
        people=Count("veteran", distinct=True), times=Count("pk"), all=Sum("hours")
    )
    paginator = Paginator(by_person(rows), PAGE_SIZE)
    paginator.count = whole["people"]
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = served(rows, list(page.object_list))
    context = {
        "form": form,
        "page": page,
        "hours": whole["all"] or 0,
        "times": whole["times"],
        "query": request.GET.urlencode(),
        "station": _station(request.user, form),
    }
    return render(request, "activities/served.html", context)


def _station(user, form):
    code = form.is_valid() and form.cleaned_data.get("station")
    rows = Station.objects.visible_to(user).select_related("region")
    return rows.filter(region__code=code).first() if code else None


@require_POST
def served_export(request):
    """The same list as a workbook; names leave the system, so it is logged."""
    require(can_see_records(request.user), "查阅人员不能导出人员名单。")
    form = ServedFilter(request.GET, user=request.user)
    people = served(form.rows(request.user))
    data = form.cleaned_data if form.is_valid() else {}
    period = f"{data.get('first', '')}至{data.get('last', '')}"
    audit.record_access(
        "export",
        by=request.user,
        subject=f"志愿服务时长（{period}）",
        purpose="导出志愿服务时长",
        count=len(people),
        region=request.user.region,
    )
    file = tempfile.TemporaryFile()  # noqa: SIM115 closed by the response
    _write(file, people, period)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"志愿服务时长_{period}.xlsx")


def _write(file, people, period):
    book = Workbook(file, SAFE | {"in_memory": True, "constant_memory": False})
    page = book.add_worksheet("服务时长")
    bold = book.add_format({"bold": True})
    page.write_string(0, 0, f"志愿服务时长 {period}", bold)
    heads = ("序号", "姓名", "服务站", "服务次数", "服务时长（小时）", "服务领域")
    for column, (head, width) in enumerate(zip(heads, (6, 12, 30, 10, 16, 50), strict=True)):
        page.set_column(column, column, width)
        page.write_string(1, column, head, bold)
    for number, one in enumerate(people, 1):
        fields = "、".join(f"{label}{hours.normalize():f}小时" for label, hours in one.fields)
        page.write_number(number + 1, 0, number)
        page.write_string(number + 1, 1, plain(one.veteran.name))
        page.write_string(number + 1, 2, plain(one.veteran.station.name))
        page.write_number(number + 1, 3, one.times)
        page.write_number(number + 1, 4, float(one.hours))
        page.write_string(number + 1, 5, fields)
    book.close()
