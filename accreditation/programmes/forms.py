"""建设方案 with its stages, 县（区）工作方案 and 建设名单: the forms."""

from django import forms
from django.db.models import Max, Min, Q

from accounts.file_names import NamedFileField
from accreditation.models import (
    Accreditation,
    BuildList,
    CountyPlan,
    Programme,
    ProgrammeStage,
    Rubric,
    Target,
)
from records.forms import DateInput
from stations.fields import StationField
from stations.models import Station, Track


class ProgrammeForm(forms.ModelForm):
    """Dates may move as long as no target and no naming falls outside."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Programme
        fields = ["name", "starts_on", "ends_on", "rubric", "approval_document"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}
        error_messages = {"name": {"unique": "已有同名的建设方案，请换一个名称。"}}
        help_texts = {
            "approval_document": "没有批准依据的，页面和打印件上只称“认定”。",
            "ends_on": "结束以后的认定不计入本方案。",
            "rubric": "已提交的申报继续适用提交时的标准版本。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        usable = Q(state=Rubric.State.IN_FORCE) | Q(pk=self.instance.rubric_id)
        self.fields["rubric"].queryset = Rubric.objects.filter(usable)
        self.fields["rubric"].empty_label = None if self.instance.pk else "请选择"

    def clean(self):
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and self.instance.pk:
            self._keep_inside(first, last)
        return data

    def _keep_inside(self, first, last):
        targets = Target.objects.filter(programme=self.instance)
        due = targets.aggregate(low=Min("due_on"), high=Max("due_on"))
        named = Accreditation.objects.filter(
            programme=self.instance, named_on__lte=self.initial["ends_on"]
        ).aggregate(low=Min("named_on"), high=Max("named_on"))
        for what, found in (("目标时限", due), ("认定日期", named)):
            if found["low"] and found["low"] < first:
                self.add_error("starts_on", f"已有{what} {found['low']}，开始日期不能更晚。")
            if found["high"] and found["high"] > last:
                self.add_error("ends_on", f"已有{what} {found['high']}，结束日期不能更早。")


class StageForm(forms.Form):
    """One of the three stages; without dates there is none."""

    starts_on = forms.DateField(label="开始日期", required=False, widget=DateInput())
    ends_on = forms.DateField(label="结束日期", required=False, widget=DateInput())
    aim = forms.CharField(label="目标", required=False, max_length=300)

    def __init__(self, *args, kind, stage=None, **kwargs):
        if stage is not None:
            kwargs["initial"] = {
                "starts_on": stage.starts_on,
                "ends_on": stage.ends_on,
                "aim": stage.aim,
            }
        super().__init__(*args, prefix=kind.value, **kwargs)
        self.kind = kind

    def clean(self):
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if not self.errors and bool(first) != bool(last):
            self.add_error("ends_on" if first else "starts_on", "请把两个日期都填上，或都不填。")
        if not self.errors and data.get("aim") and not first:
            self.add_error("starts_on", "填写了目标，请同时填写日期。")
        if first and last and last < first:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        return data

    def check_inside(self, programme_first, programme_last):
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if first and programme_first and first < programme_first:
            self.add_error("starts_on", "阶段不能早于方案的开始日期。")
        if last and programme_last and last > programme_last:
            self.add_error("ends_on", "阶段不能晚于方案的结束日期。")


def stage_forms(data, stages) -> list[StageForm]:
    found = {stage.kind: stage for stage in stages}
    return [StageForm(data, kind=kind, stage=found.get(kind)) for kind in ProgrammeStage.Kind]


class CountyPlanForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    upload = NamedFileField(
        label="工作方案文件",
        required=False,
        help_text="严禁上传涉密内容。重新上传即替换。",
        error_messages={"empty": "上传的文件是空的，请重新选择。"},
    )

    class Meta:
        model = CountyPlan
        fields = ["adopted_on", "leader", "contact"]
        widgets = {"adopted_on": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version


class BuildListForm(forms.Form):
    """By the code or the exact name of the station: a county has hundreds."""

    station = StationField(whose="本单位")
    track = forms.ChoiceField(label="建设类别", choices=Track.choices)
    year = forms.IntegerField(label="年度")

    def __init__(self, *args, user, programme, **kwargs):
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.fields["station"].stations = Station.objects.editable_by(user).active()

    def clean_year(self):
        year = self.cleaned_data["year"]
        first, last = self.programme.starts_on.year, self.programme.ends_on.year
        if not first <= year <= last:
            raise forms.ValidationError(f"年度要在{first}到{last}之间。")
        return year

    def clean(self):
        data = super().clean()
        if "station" in data and "year" in data:
            listed = BuildList.objects.filter(
                programme=self.programme, station=data["station"], year=data["year"]
            )
            if listed.exists():
                self.add_error("station", f"{data['station']}已在{data['year']}年的建设名单中。")
        return data
