from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.permissions import is_county
from activities.models import (
    Activity,
    ExperienceNote,
    Film,
    Participation,
    Plan,
    PlanItem,
    Publicity,
    Reception,
    ServiceRecord,
    SurveyResponse,
)
from activities.service_rules import improper
from records.forms import PickMany, PickPeople, RecordForm, is_number
from records.widgets import Segmented
from stations.forms import not_in_future
from veterans.models import Veteran

LAST_NUMBER = {Plan.Period.YEAR: 1, Plan.Period.QUARTER: 4, Plan.Period.MONTH: 12}


class PlanForm(RecordForm):
    class Meta:
        model = Plan
        fields = [
            "period",
            "year",
            "number",
            "title",
            "body",
            "state",
            "approved_on",
            "approved_by",
        ]
        help_texts = {"number": "季度填1到4，月份填1到12，年度填1。"}

    def clean(self):
        data = super().clean()
        period, number = data.get("period"), data.get("number")
        if period and number and not 1 <= number <= LAST_NUMBER[period]:
            self.add_error("number", f"应在1到{LAST_NUMBER[period]}之间。")
        if data.get("state") == Plan.State.APPROVED:
            for name in ("approved_on", "approved_by"):
                if not data.get(name):
                    self.add_error(name, "已审定的计划请填写审定人和审定日期。")
        return data


class PlanItemForm(RecordForm):
    class Meta:
        model = PlanItem
        fields = [
            "planned_on",
            "title",
            "kind",
            "place",
            "owner",
            "key_date",
            "cancelled_reason",
        ]
        help_texts = {"cancelled_reason": "事项取消时填写原因。"}


PEOPLE = (
    ("participants", Participation.Role.PARTICIPANT, "参加人员"),
    ("speakers", Participation.Role.SPEAKER, "宣讲（主讲）人员"),
    ("volunteers", Participation.Role.VOLUNTEER, "志愿服务人员"),
    ("visited", Participation.Role.VISITED, "走访慰问对象"),
)


class ActivityForm(RecordForm):
    hours = forms.DecimalField(
        label="每人服务时长（小时）", required=False, min_value=0, max_digits=5, decimal_places=1
    )

    class Meta:
        model = Activity
        fields = [
            "plan_item",
            "kind",
            "title",
            "happened_on",
            "ends_on",
            "place",
            "organiser",
            "content",
            "outcome",
            "other_headcount",
            "tags",
            "key_date",
            "team",
            "group",
            "service_field",
            "care_reason",
            "by_phone",
            "resources",
            "stories",
            "partners",
            "is_late_entry",
        ]
        widgets = {"resources": PickMany, "stories": PickMany, "partners": PickMany}
        help_texts = {
            "is_late_entry": "根据纸质台账补录的，请勾选，并在保存后上传纸质台账照片。",
            "by_phone": "外出人员以电话方式联系的，请勾选。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = (
            Veteran.objects.visible_to(self.user)
            .filter(station__region__path__startswith=self.station.region.path)
            .filter(status__in=["active", "lost"])
            .order_by("pinyin", "pk")
        )
        chosen = self._chosen()
        for name, role, label in PEOPLE:
            self.fields[name] = forms.ModelMultipleChoiceField(
                people, label=label, required=False, widget=PickPeople
            )
            self._pick_people(self.fields[name])
            self.initial.setdefault(name, chosen.get(role, []))
        plan_items = self.fields["plan_item"].queryset
        self.fields["plan_item"].queryset = plan_items.filter(
            station=self.station, cancelled_reason=""
        ).order_by("-planned_on")
        self._fill_from_plan_item(plan_items)

    def _chosen(self):
        if self.instance.pk is None:
            return {}
        chosen = {}
        rows = self.instance.participations.order_by("pk")
        for role, veteran, hours in rows.values_list("role", "veteran_id", "hours"):
            chosen.setdefault(role, []).append(veteran)
            if hours is not None:
                self.initial["hours"] = hours
        return chosen

    def _fill_from_plan_item(self, plan_items):
        """Opened from a plan item: what the plan says is already filled in."""
        wanted = self.initial.get("plan_item")
        if self.instance.pk or self.is_bound or not wanted:
            return
        item = plan_items.filter(pk=wanted).first() if is_number(str(wanted)) else None
        if item:
            known = {
                "title": item.title,
                "happened_on": item.planned_on,
                "place": item.place,
                "organiser": item.owner,
                "key_date": item.key_date_id,
                "kind": item.kind,
            }
            for name, value in known.items():
                self.initial.setdefault(name, value)

    def clean_happened_on(self):
        return not_in_future(self.cleaned_data["happened_on"], "活动时间")

    def clean(self):
        data = super().clean()
        team, group = data.get("team"), data.get("group")
        if team and group and group.team_id != team.pk:
            self.add_error("group", "这个活动小组不属于所选的志愿服务队。")
        return data

    def after_save(self, *, by):
        """Make the participations what the form says, changing only what differs."""
        activity = self.instance
        wanted = {
            (person.pk, role)
            for name, role, _ in PEOPLE
            for person in self.cleaned_data.get(name) or ()
        }
        have = set(activity.participations.values_list("veteran_id", "role"))
        for veteran_id, role in have - wanted:
            activity.participations.filter(veteran_id=veteran_id, role=role).delete()
        Participation.objects.bulk_create(
            Participation(activity=activity, veteran_id=veteran_id, role=role)
            for veteran_id, role in sorted(wanted - have)
        )
        hours = self.cleaned_data.get("hours")
        activity.participations.filter(role=Participation.Role.VOLUNTEER).update(hours=hours)


class _ReceivedForm(RecordForm):
    """Shared by receptions and service records: answers do not precede questions."""

    def clean(self):
        data = super().clean()
        received = data.get("received_on")
        if received and received > timezone.localdate():
            self.add_error("received_on", "日期不能晚于今天。")
        for name in ("answered_on", "passed_on_on", "closed_on"):
            if received and data.get(name) and data[name] < received:
                self.add_error(name, "不能早于受理（接待）日期。")
        if data.get("passed_on_on") and not data.get("passed_on_to"):
            self.add_error("passed_on_to", "转办的，请填写转办单位。")
        return data


class ReceptionForm(_ReceivedForm):
    class Meta:
        model = Reception
        fields = [
            "received_on",
            "visitor",
            "matter",
            "handler",
            "answered_on",
            "passed_on_to",
            "passed_on_on",
            "outcome",
            "closed_on",
        ]


class ServiceRecordForm(_ReceivedForm):
    class Meta:
        model = ServiceRecord
        fields = [
            "kind",
            "person",
            "received_on",
            "matter",
            "measure",
            "basis",
            "outcome",
            "handler",
            "answered_on",
            "passed_on_to",
            "passed_on_on",
            "closed_on",
        ]
        help_texts = {"matter": "不填写金额和病情。"}

    def clean(self):
        data = super().clean()
        for name in ("matter", "measure", "outcome"):
            if name in self.changed_data and (said := improper(data.get(name))):
                self.add_error(name, said)
        return data


class PublicityForm(RecordForm):
    url = forms.URLField(
        label="链接",
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text="链接可能失效，请同时上传报道的截图。",
    )

    class Meta:
        model = Publicity
        fields = ["channel", "level", "title", "url", "published_on", "reach", "story", "activity"]
        help_texts = {"reach": "平台上能看到的才填，不影响评价。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["activity"].queryset = self.fields["activity"].queryset.order_by("-happened_on")
        self.fields["channel"].widget = Segmented()
        self.fields["channel"].widget.label = "宣传渠道"
        self.fields["channel"].choices = Publicity.Channel.choices


class FilmForm(RecordForm):
    class Meta:
        model = Film
        fields = ["title", "duration", "made_on"]
        help_texts = {"duration": "可不填，上传视频后自动填写。1到3分钟为宜。"}

    def clean_made_on(self):
        return not_in_future(self.cleaned_data["made_on"], "制作日期")

    def clean_duration(self):
        """Left empty it is the video's, which may have come while the form was open."""
        typed = self.cleaned_data["duration"]
        if typed is None and self.instance.pk:
            videos = self.instance.attachment_links.filter(attachment__kind="video")
            return videos.values_list("attachment__duration", flat=True).first()
        return typed


class SurveyResponseForm(RecordForm):
    """Paper slips and telephone answers, typed in at the station or the county."""

    class Meta:
        model = SurveyResponse
        fields = ["source", "respondent", "honour", "belonging", "gain", "overall", "given_on"]

    def clean_source(self):
        source = self.cleaned_data["source"]
        if source == SurveyResponse.Source.QR:
            raise ValidationError("扫码答卷由系统自动记录，这里只录入纸质和电话答卷。")
        if source == SurveyResponse.Source.PHONE and not is_county(self.user):
            raise ValidationError("电话抽样由县（区）录入。")
        return source


class ExperienceNoteForm(RecordForm):
    class Meta:
        model = ExperienceNote
        fields = ["title", "body", "written_on"]
