"""What a county enters and a city answers beside the score."""

from django import forms

from accreditation.scoring.not_applicable import NOT_APPLICABLE_CAP
from records.models import CountyConfirmation


class ConfirmationForm(forms.ModelForm):
    class Meta:
        model = CountyConfirmation
        fields = ("kind", "number", "by", "on")
        widgets = {"on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "请选择"), *CountyConfirmation.Kind.choices]

    def clean(self):
        data = super().clean()
        counts = data.get("kind") != CountyConfirmation.Kind.NO_WAR_VETERANS
        if counts and "number" in data and not data["number"]:
            self.add_error("number", "请填写现有数量；本地确实没有的，请对相应评价要点提出不适用。")
        return data


class NotApplicableForm(forms.Form):
    reason = forms.CharField(
        label="理由",
        max_length=300,
        min_length=5,
        help_text="说明为什么这项要点在本地不可能达到，市局确认后按满分计。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(label="不予确认的理由", max_length=300, min_length=2)


def exceeds_cap(requirement, taken) -> str:
    """A sentence if this requirement no longer fits under the cap of its part; `taken` are
    the requirements proposed or confirmed before."""
    part = requirement.code[0]
    cap = NOT_APPLICABLE_CAP[part]
    used = sum(other.points for other in taken if other.code[0] == part)
    if used + requirement.points <= cap:
        return ""
    name = "共性内容" if part == "C" else "这一类别"
    return (
        f"{name}的不适用最多 {cap / 100:g} 分，已提出 {used / 100:g} 分，"
        f"本项 {requirement.points / 100:g} 分，不能再提出。"
    )
