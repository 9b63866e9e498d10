"""Paper slips, many on one page: the server may be out of the public's reach."""

from django import forms
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import audit, crowds
from accounts.http import posted
from accounts.permissions import can_edit_records, require
from activities.models import SurveyResponse
from activities.surveys.slips import FULL_WIDTH, RESPONDENTS, read_row
from records.forms import DateInput
from records.models import new_code
from records.workflow import begin_records
from stations.section_views import get_station

ROWS = 20
OLDEST_DAYS = 366


class GivenOnForm(forms.Form):
    given_on = forms.DateField(
        label="填写日期（这一页的答卷）",
        widget=DateInput,
        error_messages={"required": "请填写日期。", "invalid": "请填写正确的日期。"},
    )

    def clean_given_on(self):
        day, today = self.cleaned_data["given_on"], timezone.localdate()
        if day > today:
            raise forms.ValidationError("填写日期不能晚于今天。")
        if (today - day).days > OLDEST_DAYS:
            raise forms.ValidationError("一年以前的答卷不再计入，请核对日期。")
        return day


@require_http_methods(["GET", "HEAD", "POST"])
def survey_paper(request, code):
    station = get_station(request, code)
    require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以录入答卷。")
    form = GivenOnForm(posted(request), initial={"given_on": timezone.localdate()})
    rows = [_read(number, request.POST) for number in range(1, ROWS + 1)]
    status = 200
    if request.method == "POST":
        if _is_complete(request, form, rows):
            written = _write(request, station, form.cleaned_data["given_on"], rows)
            messages.success(request, f"已录入{written}份纸质答卷。")
            return redirect("survey_paper", code=code)
        status = 400
    context = {
        "station": station,
        "form": form,
        "rows": rows,
        "token": signing.dumps(new_code(), salt="survey.paper"),
    }
    return render(request, "activities/surveys/paper.html", context, status=status)


def _read(number, data):
    row = read_row(f"r{number}", data)
    row.number = number
    row.who = data.get(f"r{number}-who", "1" if not data else "").strip().translate(FULL_WIDTH)
    return row


def _is_complete(request, form, rows):
    filled = [row for row in rows if not row.is_empty]
    for row in filled:
        row.check()
        if row.who not in RESPONDENTS:
            row.errors["who"] = "填写人请填1、2或3。"
    wrong = [str(row.number) for row in filled if row.errors]
    if wrong:
        messages.error(request, f"第{'、'.join(wrong)}行没有填对，改好后再保存，其他内容都还在。")
    elif not filled:
        messages.error(request, "还没有填写答卷：每份答卷占一行，四题都填1到5。")
    return form.is_valid() and bool(filled) and not wrong


def _write(request, station, given_on, rows):
    answers = [
        SurveyResponse(
            station=station,
            source=SurveyResponse.Source.PAPER,
            respondent=RESPONDENTS[row.who],
            given_on=given_on,
            **row.answers(),
        )
        for row in rows
        if not row.is_empty
    ]
    if not _is_first(request):
        return len(answers)
    with transaction.atomic():
        SurveyResponse.objects.bulk_create(answers)
        if station.records_begin_on is None:
            begin_records(station)
        audit.record(
            "survey.paper",
            by=request.user,
            obj=station,
            after={"份数": len(answers), "填写日期": str(given_on)},
        )
    return len(answers)


def _is_first(request):
    """The same page sent twice is one heap of slips."""
    try:
        token = signing.loads(request.POST.get("token", ""), salt="survey.paper")
    except signing.BadSignature:
        return True
    return crowds.first_time("survey-paper", token)
