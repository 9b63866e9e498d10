"""Forms of guidance notes."""

from django import forms
from django.utils import timezone

from accreditation.applications.forms import DayField, area
from accreditation.workdays import add_workdays
from accreditation.workflow.guidance import Point
from records.models import new_code
from stations.fields import StationField
from stations.filters import CountyFilter
from stations.models import Station

POINTS = 6
SHOWN_AT_ONCE = 2
DUE_WORKDAYS = 15


class NoteForm(forms.Form):
    given_on = DayField(label="指导日期", initial=timezone.localdate)
    advisers = forms.CharField(
        label="指导人", max_length=120, help_text="姓名、职务，几个人的用顿号隔开。",
        error_messages={"required": "请填写指导人。"},
    )  # fmt: skip
    seen = forms.CharField(
        label="了解到的情况", max_length=5000, required=False, widget=area(4),
        help_text="严禁填写涉密内容。",
    )  # fmt: skip
    text = forms.CharField(
        label="指导意见", max_length=5000, widget=area(5),
        error_messages={"required": "请填写指导意见。"},
    )  # fmt: skip


class NewNoteForm(NoteForm):
    field_order = ["station", "given_on", "advisers", "seen", "text"]
    station = StationField(error_messages={"required": "请填写到了哪个服务站。"})
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["station"].stations = Station.objects.visible_to(user).active()
        self.fields["token"].initial = new_code


class EditNoteForm(NoteForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class PointForm(forms.Form):
    """One point that becomes a problem; left empty it is none."""

    use_required_attribute = False
    problem = forms.CharField(label="要整改的问题", max_length=500, required=False)
    owner = forms.CharField(label="责任人", max_length=60, required=False)
    due_on = DayField(label="完成时限", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = add_workdays(timezone.localdate(), DUE_WORKDAYS)

    def clean(self):
        data = super().clean()
        if data.get("problem"):
            if not data.get("owner"):
                self.add_error("owner", "请填写由谁整改。")
            if not data.get("due_on") and "due_on" not in self.errors:
                self.add_error("due_on", "请填写完成时限。")
        elif data.get("owner"):
            self.add_error("problem", "请填写要整改的问题，没有的请把责任人也清空。")
        return data

    @property
    def point(self) -> Point | None:
        data = self.cleaned_data
        if not data.get("problem"):
            return None
        return Point(data["problem"], data["owner"], data["due_on"])


def point_forms(data=None) -> list[PointForm]:
    return [PointForm(data, prefix=f"point{n}") for n in range(POINTS)]


class NoteFilter(CountyFilter):
    field_order = ["q", "state", "county"]

    q = forms.CharField(label="服务站、指导人或内容", required=False, max_length=60)
    state = forms.ChoiceField(
        label="问题",
        required=False,
        choices=[("", "全部"), ("open", "有未销号的"), ("done", "已全部销号")],
    )
