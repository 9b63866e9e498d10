"""The forms of the steps; the field names are the arguments of the workflow functions."""

from decimal import ROUND_HALF_UP

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accreditation.models import Application, Objection, Verdict
from accreditation.workdays import add_workdays
from accreditation.workflow.decisions import CONCLUSIONS
from accreditation.workflow.people import levels_for
from accreditation.workflow.reviews import LEVEL_WORDS
from records.dates import check_day
from stations.models import Region, Track

RETURN_WORKDAYS = 10


class DayField(forms.DateField):
    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)
        self.validators = [*self.validators, check_day]


def area(rows=3):
    return forms.Textarea(attrs={"rows": rows})


class StepForm(forms.Form):
    """A step without further questions: an opinion, as long as the column."""

    comment = forms.CharField(
        label="办理意见", required=False, max_length=1000, widget=area(2),
        error_messages={"required": "请填写理由。"},
    )  # fmt: skip
    needs_reason = False

    def __init__(self, *args, application, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.application, self.user = application, user
        if self.needs_reason:
            self.fields["comment"].required = True
            self.fields["comment"].label = "理由"
        self.prepare()

    def prepare(self):
        pass


class ReasonForm(StepForm):
    needs_reason = True


class ReturnForm(StepForm):
    needs_reason = True
    level = forms.ChoiceField(label="退回至")
    due_on = DayField(label="补正期限")
    field_order = ["level", "due_on", "comment"]

    def prepare(self):
        levels = levels_for(self.application, has_town=self.application.has_town)
        self.fields["level"].choices = [(level, LEVEL_WORDS[level]) for level in levels]
        today = timezone.localdate()
        self.fields["due_on"].initial = add_workdays(today, RETURN_WORKDAYS)

    def clean(self):
        """Reasons per requirement stand in the table of the page, not in this list."""
        data = super().clean()
        prefix = "reason-"
        data["reasons"] = {
            name.removeprefix(prefix): text
            for name, text in self.data.items()
            if name.startswith(prefix) and text.strip()
        }
        return data


class DecisionForm(StepForm):
    conclusion = forms.ChoiceField(label="结论", choices=list(CONCLUSIONS.items()))
    decided_on = DayField(label="集体研究日期", initial=timezone.localdate)
    minutes_number = forms.CharField(label="会议纪要编号", max_length=60)
    field_order = ["conclusion", "decided_on", "minutes_number", "comment"]


class PlainForm(forms.Form):
    def __init__(self, *args, application, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.application, self.user = application, user
        self.prepare()

    def prepare(self):
        pass


class VisitForm(PlainForm):
    visited_on = DayField(label="核验日期", initial=timezone.localdate)
    visitors = forms.ModelMultipleChoiceField(
        label="核验人员", queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    other_visitors = forms.CharField(
        label="其他参加人员", max_length=200, required=False, help_text="多人用顿号分开"
    )
    finding = forms.CharField(label="核验情况", max_length=5000, widget=area(4))
    conclusion = forms.ChoiceField(
        label="结论", choices=[("passed", "符合"), ("problems", "存在问题")]
    )

    def prepare(self):
        self.fields["visitors"].queryset = city_people(self.user)

    def clean_visitors(self):
        return list(self.cleaned_data["visitors"])


def city_people(user):
    """Colleagues at the same bureau, by name."""
    people = User.objects.filter(role=User.Role.CITY, region=user.region_id, is_active=True)
    return people.order_by("full_name")


class ProblemForm(PlainForm):
    problem = forms.CharField(label="问题", max_length=500, widget=area(2))
    cause = forms.CharField(label="原因", max_length=500, required=False)
    measure = forms.CharField(label="整改措施", max_length=500, required=False)
    owner = forms.CharField(label="责任人", max_length=60)
    due_on = DayField(label="完成时限")


class CloseProblemForm(forms.Form):
    closed_on = DayField(label="销号日期", initial=timezone.localdate)
    closing_note = forms.CharField(label="整改情况", max_length=500)
    no_proof = forms.CharField(
        label="不附材料的理由",
        max_length=200,
        required=False,
        help_text="已经上传整改照片、文件的不用填。",
    )


class VerdictForm(forms.Form):
    requirement = forms.CharField(max_length=6)
    result = forms.ChoiceField(label="评审意见", choices=Verdict.Result.choices)
    points = forms.DecimalField(
        label="得分", min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False
    )
    comment = forms.CharField(label="反馈意见", max_length=500, required=False)
    internal_comment = forms.CharField(label="内部意见", max_length=500, required=False)
    is_override = forms.BooleanField(label="人工认定", required=False)
    # The latest opinion that its giver saw, and the common remark that was chosen.
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    canned = forms.IntegerField(label="常用反馈意见", required=False, min_value=1)

    def __init__(self, *args, maximum, **kwargs):
        super().__init__(*args, **kwargs)
        self.maximum = maximum

    def clean(self):
        """Whoever says met or not met need not type the points."""
        data = super().clean()
        points = data.get("points")
        if points is None and "points" not in self.errors:
            fixed = {"met": self.maximum, "not_met": 0}
            if data.get("result") not in fixed:
                self.add_error("points", "部分符合请填写得分。")
            data["points"] = fixed.get(data.get("result"))
        elif points is not None:
            data["points"] = int((points * 100).quantize(1, ROUND_HALF_UP))
        return data


class ObjectionForm(PlainForm):
    received_on = DayField(label="收到日期", initial=timezone.localdate)
    channel = forms.ChoiceField(label="渠道")
    is_named = forms.BooleanField(label="实名", required=False)
    objector = forms.CharField(label="提出人", max_length=80, required=False)
    text = forms.CharField(label="异议内容", max_length=5000, widget=area(4))
    colleague = forms.ModelChoiceField(label="另一名办理人", queryset=User.objects.none())

    def prepare(self):
        self.fields["channel"].choices = Objection.Channel.choices
        self.fields["colleague"].queryset = city_people(self.user).exclude(pk=self.user.pk)

    def clean(self):
        data = super().clean()
        colleague = data.pop("colleague", None)
        data["handlers"] = (self.user, colleague)
        return data


class CloseObjectionForm(forms.Form):
    result = forms.ChoiceField(
        label="核查结论",
        choices=[("not_upheld", "不属实"), ("partly", "部分属实"), ("upheld", "属实")],
    )
    investigator = forms.CharField(label="核查人", max_length=60)
    finding = forms.CharField(label="核查情况", max_length=5000, widget=area(3))
    reply = forms.CharField(label="答复内容", max_length=2000, required=False, widget=area(2))
    replied_on = DayField(label="答复日期", required=False)


class StatementForm(forms.Form):
    track = forms.ChoiceField(label="申报类别", choices=Track.choices)
    statement = forms.CharField(
        label="创建做法与成效", max_length=5000, required=False, widget=area(12),
        help_text="建议1500字以内。不得填写部队番号、代号、驻地等涉密信息。",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, application, **kwargs):
        kwargs["initial"] = {
            "track": application.track,
            "statement": application.statement,
            "version": application.version,
        }
        super().__init__(*args, **kwargs)
        if application.snapshot_id:
            self.fields["track"].choices = [(application.track, application.get_track_display())]


class StartForm(forms.Form):
    track = forms.ChoiceField(label="申报类别", choices=Track.choices)


class ApplicationFilter(forms.Form):
    q = forms.CharField(label="服务站或编号", required=False, max_length=60)
    state = forms.ChoiceField(label="状态", required=False)
    track = forms.ChoiceField(
        label="申报类别", required=False, choices=[("", "全部类别"), *Track.choices]
    )
    county = forms.ChoiceField(label="主管单位", required=False)
    programme = forms.ChoiceField(label="建设方案", required=False)

    def __init__(self, data=None, *args, user, programmes, **kwargs):
        several = _several(data)
        if several:
            data = data.copy()
            data["state"] = several[0][0]
        super().__init__(data, *args, **kwargs)
        self.fields["state"].choices = [
            ("", "全部状态"), ("open", "办理中"), *several, *Application.State.choices,
        ]  # fmt: skip
        counties = Region.objects.visible_to(user).county_level().values_list("code", "name")
        self.fields["county"].choices = [("", "全部单位"), *counties]
        self.fields["programme"].choices = [
            ("", "全部方案"), *((str(row.pk), row.name) for row in programmes),
        ]  # fmt: skip

    def apply(self, rows, *, with_state=True):
        if not self.is_valid():
            return rows
        data = self.cleaned_data
        if data["q"]:
            rows = rows.filter(
                Q(station__name__icontains=data["q"]) | Q(number__icontains=data["q"])
            )
        if data["track"]:
            rows = rows.filter(track=data["track"])
        if data["county"]:
            rows = rows.filter(station__region__path__contains=f"/{data['county']}/")
        if data["programme"]:
            rows = rows.filter(programme=data["programme"])
        if with_state and data["state"] == "open":
            rows = rows.exclude(state__in=Application.ENDED)
        elif with_state and data["state"]:
            rows = rows.filter(state__in=self.states)
        return rows

    @property
    def states(self) -> list[str]:
        """The chosen states by name; none where the choice is not by name."""
        chosen = self.cleaned_data.get("state", "") if self.is_valid() else ""
        return [] if chosen in ("", "open") else chosen.split(",")


def _several(data) -> list[tuple[str, str]]:
    """One more choice for a link that asks for several states at once: the select keeps it."""
    asked = ",".join(data.getlist("state")).split(",") if data else []
    found = [state for state in Application.State if state in asked]
    if len(found) < 2:
        return []
    words = "、".join(state.label for state in found[:2])
    return [(",".join(found), f"{words}等{len(found)}个环节" if len(found) > 2 else words)]
