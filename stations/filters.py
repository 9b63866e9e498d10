"""What the lists across a scope have in common."""

from django import forms

from stations.models import Region


class CountyFilter(forms.Form):
    """A filter form that offers the county-level units its user sees; whoever sees only
    one of them is not asked."""

    county = forms.ChoiceField(label="主管单位", required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        counties = Region.objects.visible_to(user).county_level().values_list("code", "name")
        self.fields["county"].choices = [("", "全部单位"), *counties]
        if len(self.fields["county"].choices) < 3:
            del self.fields["county"]

    def in_county(self, rows, path="station__region__path"):
        code = self.cleaned_data.get("county")
        return rows.filter(**{f"{path}__contains": f"/{code}/"}) if code else rows
