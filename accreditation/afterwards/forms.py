"""Forms of yearly rechecks."""

from django import forms

from accreditation.applications.forms import area
from accreditation.models import Verdict
from stations.filters import CountyFilter
from stations.models import Track


class NamedFilter(CountyFilter):
    field_order = ["track", "county"]

    track = forms.ChoiceField(
        label="建设类别", required=False, choices=[("", "全部类别"), *Track.choices]
    )

    def apply(self, rows):
        if not self.is_valid():
            return rows
        data = self.cleaned_data
        # By the unit at the time of naming, which is what is counted.
        if data.get("county"):
            rows = rows.filter(county__code=data["county"])
        return rows.filter(track=data["track"]) if data["track"] else rows


class StartForm(forms.Form):
    reason = forms.CharField(label="启动原因", max_length=300, widget=area(2))


class WordForm(forms.Form):
    """One line of a recheck; what is left empty is not saved."""

    result = forms.ChoiceField(required=False, choices=[("", "未填"), *Verdict.Result.choices])
    points = forms.DecimalField(
        label="得分", min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False
    )
    comment = forms.CharField(label="反馈意见", max_length=500, required=False)
