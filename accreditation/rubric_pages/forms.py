"""The forms that edit a draft: one table of points, and one page per requirement."""

import copy
import datetime as dt
from decimal import Decimal

from django import forms
from django.utils import timezone

from accreditation.models import Application, Programme, Requirement
from accreditation.rubric_pages.checking import allowed_hows
from accreditation.rubric_pages.thresholds import (
    CODES,
    UNTIL,
    out_of_range,
    thresholds_of,
)
from accreditation.scoring.measures.plans import KEY_NAMES
from records.forms import DateInput

HUNDRED = Decimal(100)


def points_field():
    return forms.DecimalField(
        label="分值",
        min_value=Decimal("0.01"),
        max_value=20,
        decimal_places=2,
        error_messages={
            "required": "请填写分值。",
            "invalid": "分值要填数字。",
            "min_value": "分值要大于 0。",
            "max_value": "一个评价要点不超过 20 分。",
            "max_decimal_places": "分值最多两位小数。",
        },
    )


def how_field(requirement):
    labels = Requirement.How
    choices = [(how, labels(how).label) for how in allowed_hows(requirement.measure)]
    return forms.ChoiceField(label="评定方式", choices=choices)


def hundredths(value):
    return int(value * HUNDRED)


LATEST = dt.timedelta(days=366)


class DraftForm(forms.Form):
    """`edits` says which state of the draft the page showed."""

    edits = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def seen(self):
        return self.cleaned_data.get("edits") or 0


class PointsForm(DraftForm):
    """Points, must and how of all requirements in one table."""

    note = forms.CharField(label="说明", required=False, max_length=300)

    def __init__(self, data=None, *, rubric, requirements):
        super().__init__(data, initial={"edits": rubric.edits, "note": rubric.note})
        self.requirements = requirements
        for row in requirements:
            value = Decimal(row.points) / HUNDRED
            self.fields[f"points-{row.code}"] = points_field()
            self.fields[f"must-{row.code}"] = forms.BooleanField(label="必备项", required=False)
            self.fields[f"how-{row.code}"] = how_field(row)
            self.initial |= {
                f"points-{row.code}": f"{value:.2f}",
                f"must-{row.code}": row.must,
                f"how-{row.code}": row.how,
            }
            widget = self.fields[f"points-{row.code}"].widget
            widget.attrs |= {
                "class": "form-control form-control-sm text-end",
                "step": "0.01",
                "data-points": row.code,
                "aria-label": f"{row.display_code} 分值",
            }
            self.fields[f"must-{row.code}"].widget.attrs |= {
                "class": "form-check-input",
                "aria-label": f"{row.display_code} 必备项",
            }
            self.fields[f"how-{row.code}"].widget.attrs |= {
                "class": "form-select form-select-sm",
                "aria-label": f"{row.display_code} 评定方式",
            }

    def typed(self):
        """Copies of the requirements with what was typed."""
        found = []
        for row in self.requirements:
            one = copy.copy(row)
            one.points = hundredths(self.cleaned_data[f"points-{row.code}"])
            one.must = self.cleaned_data[f"must-{row.code}"]
            one.how = self.cleaned_data[f"how-{row.code}"]
            found.append(one)
        return found

    def cells(self, row):
        return [self[f"{name}-{row.code}"] for name in ("points", "must", "how")]


class RequirementForm(DraftForm):
    label = forms.CharField(label="评价要点", max_length=80)
    points = points_field()
    must = forms.BooleanField(
        label="必备项", required=False, help_text="不得满分的，总分再高也不合格。"
    )
    rule_full = forms.CharField(
        label="满分条件（对标自评上显示的文字）",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    rule_none = forms.CharField(
        label="不得分条件（对标自评上显示的文字）",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data=None, *, rubric, requirement):
        super().__init__(data, initial=self._initial(rubric, requirement))
        self.requirement = requirement
        self.fields["how"] = how_field(requirement)
        self.thresholds = thresholds_of(requirement.measure)
        for one in self.thresholds:
            self.fields[f"t-{one.name}"] = self._threshold(one)
            value = requirement.parameters.get(one.name)
            if value is not None:
                self.initial[f"t-{one.name}"] = value // one.scale
        self._add_odd(requirement.parameters)
        self.order_fields(["edits", "label", "points", "must", "how"])
        for name, field in self.fields.items():
            if field.required and name != "points":
                field.error_messages["required"] = f"请填写{field.label}。"

    @staticmethod
    def _initial(rubric, row):
        rule = row.parameters.get("rule", {})
        return {
            "edits": rubric.edits,
            "label": row.label,
            "points": f"{Decimal(row.points) / HUNDRED:.2f}",
            "must": row.must,
            "how": row.how,
            "rule_full": rule.get("full", ""),
            "rule_none": rule.get("none", ""),
        }

    @staticmethod
    def _threshold(one):
        wrong = f"{one.label}要在 {one.low} 到 {one.high} {one.unit}之间。"
        return forms.IntegerField(
            label=f"{one.label}（{one.unit}）",
            min_value=one.low,
            max_value=one.high,
            help_text=f"{one.help}可填 {one.low}—{one.high}。",
            error_messages={
                "invalid": f"{one.label}要填整数。",
                "min_value": wrong,
                "max_value": wrong,
            },
        )

    def _add_odd(self, parameters):
        if CODES in parameters:
            self.fields[CODES] = forms.MultipleChoiceField(
                label="重要节点",
                choices=list(KEY_NAMES.items()),
                widget=forms.CheckboxSelectMultiple,
                help_text="政策列明六个节点；这里选哪些计分。",
            )
            self.initial[CODES] = parameters[CODES]
        if UNTIL in parameters:
            month, day = parameters[UNTIL]
            wrong = {"min_value": "没有这个日期。", "max_value": "没有这个日期。"}
            self.fields["month"] = forms.IntegerField(
                label="上年度计划有效至（月）", min_value=1, max_value=12, error_messages=wrong
            )
            self.fields["day"] = forms.IntegerField(
                label="上年度计划有效至（日）", min_value=1, max_value=31, error_messages=wrong
            )
            self.initial |= {"month": month, "day": day}

    def clean(self):
        data = super().clean()
        if not self.errors:
            for sentence in out_of_range(self.requirement.measure, self._parameters(data)):
                self.add_error(None, f"{sentence}。")
        return data

    def _parameters(self, data):
        """What has no field here keeps its value."""
        found = dict(self.requirement.parameters)
        for one in self.thresholds:
            found[one.name] = data[f"t-{one.name}"] * one.scale
        if CODES in found:
            found[CODES] = [code for code in KEY_NAMES if code in data[CODES]]
        if UNTIL in found:
            found[UNTIL] = [data["month"], data["day"]]
        rule = {"full": data["rule_full"], "none": data["rule_none"]}
        found["rule"] = found.get("rule", {}) | rule
        return found

    def typed(self):
        one, data = copy.copy(self.requirement), self.cleaned_data
        one.label, one.must, one.how = data["label"], data["must"], data["how"]
        one.points = hundredths(data["points"])
        one.parameters = self._parameters(data)
        return one


class InForceForm(DraftForm):
    """施行: the day, why, and which programmes go over."""

    on = forms.DateField(
        label="施行日期",
        widget=DateInput(),
        error_messages={"required": "请填写施行日期。"},
        help_text="填今天即刻施行；填以后的日期，到那一天自动施行，此前可以撤回。",
    )
    programmes = forms.ModelMultipleChoiceField(
        label="改用新版标准的建设方案",
        queryset=Programme.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="已提交的申报继续适用提交时的版本；草稿状态的申报提交时适用新版。",
    )
    reason = forms.CharField(
        label="修订理由和依据",
        max_length=300,
        min_length=4,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "请填写修订理由和依据。",
            "min_length": "修订理由和依据太短，请写清楚。",
        },
    )
    agreed = forms.BooleanField(
        label="我已核对试算对比，确认施行",
        error_messages={"required": "请勾选确认。"},
    )

    def __init__(self, data=None, *, rubric, base):
        super().__init__(data, initial={"edits": rubric.edits, "on": timezone.localdate()})
        self.base = base
        today = timezone.localdate()
        running = Programme.objects.filter(ends_on__gte=today).select_related("rubric")
        self.fields["programmes"].queryset = running
        self.initial["programmes"] = [one.pk for one in running if one.is_current]

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > timezone.localdate() + LATEST:
            raise forms.ValidationError("施行日期最多安排到一年以内，请核对。")
        if self.base and self.base.in_force_on and on < self.base.in_force_on:
            raise forms.ValidationError(
                f"施行日期不能早于现行版本的施行日期 {self.base.in_force_on}。"
            )
        return on


def applications_of_programmes(programmes):
    """[(programme, submitted and keeping theirs, drafts that go over)] in one query."""
    rows = Application.objects.filter(programme__in=programmes).exclude(state__in=Application.ENDED)
    kept, over = {}, {}
    for programme, snapshot in rows.order_by().values_list("programme_id", "snapshot_id"):
        side = over if snapshot is None else kept
        side[programme] = side.get(programme, 0) + 1
    return [(one, kept.get(one.pk, 0), over.get(one.pk, 0)) for one in programmes]
