"""Forms of batches, notice, naming, rechecks and back entries."""

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.file_names import NamedFileField
from accreditation.applications.forms import DayField, area
from accreditation.models import Accreditation, Programme
from accreditation.workdays import notice_end
from stations.filters import CountyFilter
from stations.models import Track


class BatchForm(forms.Form):
    programme = forms.ModelChoiceField(
        label="建设方案", queryset=Programme.objects.all(), empty_label="请选择"
    )
    name = forms.CharField(label="批次名称", max_length=60)
    submit_by = DayField(label="申报截止", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].initial = Programme.objects.filter(is_current=True).first()


class NoticeForm(forms.Form):
    starts_on = DayField(label="公示开始")
    ends_on = DayField(label="公示结束", required=False, help_text="不填按5个工作日计算")
    contact = forms.CharField(label="受理单位及电话", max_length=120)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["starts_on"].initial = today
        self.fields["ends_on"].initial = notice_end(today)


class MeetingForm(forms.Form):
    decided_on = DayField(label="集体研究日期", initial=timezone.localdate)
    minutes_number = forms.CharField(label="会议纪要编号", max_length=60)
    comment = forms.CharField(
        label="办理意见", max_length=1000, required=False, widget=area(2),
        help_text="评审合计未达到合格线而同意认定的，写明理由",
    )  # fmt: skip


class NamingForm(forms.Form):
    document_no = forms.CharField(label="决定文号", max_length=60)
    named_on = DayField(label="认定日期", initial=timezone.localdate)


class AccreditationFilter(CountyFilter):
    field_order = ["q", "state", "track", "county"]

    q = forms.CharField(label="服务站或编号", required=False, max_length=60)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部状态"), *Accreditation.State.choices]
    )
    track = forms.ChoiceField(
        label="建设类别", required=False, choices=[("", "全部类别"), *Track.choices]
    )

    def apply(self, rows):
        if not self.is_valid():
            return rows
        data = self.cleaned_data
        if data["q"]:
            rows = rows.filter(
                Q(station__name__icontains=data["q"]) | Q(number__icontains=data["q"])
            )
        # By the unit at the time of naming, which is what is counted.
        if data.get("county"):
            rows = rows.filter(county__code=data["county"])
        for name in ("state", "track"):
            if data[name]:
                rows = rows.filter(**{name: data[name]})
        return rows


class BackEntryForm(forms.Form):
    programme = forms.ModelChoiceField(
        label="建设方案", queryset=Programme.objects.all(), empty_label="请选择"
    )
    code = forms.CharField(label="区划代码", max_length=12, help_text="服务站所在村居或乡镇的代码")
    track = forms.ChoiceField(label="建设类别", choices=Track.choices)
    named_on = DayField(label="认定日期")
    document_no = forms.CharField(label="决定文号", max_length=60, required=False)
    number = forms.CharField(
        label="认定编号", max_length=30, required=False, help_text="不填由系统编号"
    )


class FileForm(forms.Form):
    programme = forms.ModelChoiceField(
        label="建设方案", queryset=Programme.objects.all(), empty_label="请选择"
    )
    file = NamedFileField(
        label="Excel或CSV文件",
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请检查后重新选择。"},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=300, widget=area(2))


class EndForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=500, widget=area(2))
    document_no = forms.CharField(label="文号", max_length=60, required=False)
    ended_on = DayField(label="终止日期", initial=timezone.localdate)


class RevokeForm(EndForm):
    document_no = forms.CharField(label="撤销文号", max_length=60)
    field_order = ["reason", "document_no", "ended_on"]


class FindingForm(forms.Form):
    finding = forms.CharField(label="复核情况", max_length=5000, widget=area(3))


class RectifyForm(FindingForm):
    rectify_by = DayField(label="整改期限")
