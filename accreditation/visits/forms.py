"""Forms of the visit's sheet and of the list of problems."""

from django import forms
from django.utils import timezone

from accreditation.applications.forms import DayField, area
from accreditation.models import VisitLine
from accreditation.workdays import add_workdays
from stations.filters import CountyFilter

DUE_WORKDAYS = 10


class LineForm(forms.Form):
    result = forms.ChoiceField(
        label="结果", required=False, choices=[("", "未填"), *VisitLine.Result.choices]
    )
    finding = forms.CharField(label="现场情况", required=False, max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ProblemsForm(forms.Form):
    owner = forms.CharField(label="责任人", max_length=60)
    due_on = DayField(label="完成时限")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = add_workdays(timezone.localdate(), DUE_WORKDAYS)


class ProblemEditForm(forms.Form):
    """What is still open may be said more exactly; the problem itself stays as it was found."""

    cause = forms.CharField(label="原因", max_length=500, required=False, widget=area(2))
    measure = forms.CharField(label="整改措施", max_length=500, required=False, widget=area(2))
    owner = forms.CharField(label="责任人", max_length=60)
    due_on = DayField(label="完成时限")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, may_move_day=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_move_day:
            self.fields["due_on"].disabled = True
            self.fields["due_on"].help_text = "完成时限由县（区）或市局调整"


class ReportForm(forms.Form):
    report = forms.CharField(
        label="整改结果", max_length=500, widget=area(2),
        help_text="做了什么、现在怎么样；能拍照的，先上传照片。",
        error_messages={"required": "请填写整改结果。"},
    )  # fmt: skip


class SendBackForm(forms.Form):
    reason = forms.CharField(
        label="退回理由", max_length=300, widget=area(2),
        error_messages={"required": "请写明哪里还没有整改到位。"},
    )  # fmt: skip


class ProblemFilter(CountyFilter):
    field_order = ["q", "state", "county"]

    q = forms.CharField(label="服务站或问题", required=False, max_length=60)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("", "未销号"),
            ("reported", "待核对销号"),
            ("overdue", "已超期"),
            ("closed", "已销号"),
            ("all", "全部"),
        ],
    )
