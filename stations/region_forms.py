from django import forms

from stations.models import Region
from stations.region_files import PARENT_LEVELS


class RegionSearch(forms.Form):
    q = forms.CharField(
        label="名称、曾用名、代码",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


class RegionForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Region
        fields = ["name", "kind", "sort_order", "office_name", "office_leader", "office_phone"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        if user.role == "county":
            for name in ("name", "kind", "sort_order", "office_name"):
                del self.fields[name]

    @property
    def values(self):
        return {name: self.cleaned_data[name] for name in self.fields if name != "version"}


class OtherRegionForm(forms.Form):
    """Names another region: a new parent, or the successor in a merger."""

    region = forms.ModelChoiceField(
        queryset=None,
        to_field_name="code",
        error_messages={
            "required": "请选择单位。",
            "invalid_choice": "请从列表中选择一个启用的单位。",
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, candidates, version, label, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = candidates
        self.fields["region"].label = label
        self.fields["region"].label_from_instance = _label
        self.fields["version"].initial = version


def _label(region):
    above = f"{region.parent.name} " if region.parent_id and len(region.code) > 6 else ""
    return f"{above}{region.name}（{region.code}）"


def parents_for(region, user):
    return _choices(user).filter(level__in=PARENT_LEVELS[region.level]).exclude(pk=region.parent_id)


def successors_for(region, user):
    return _choices(user).filter(level=region.level).exclude(pk=region.pk)


def _choices(user):
    rows = Region.objects.visible_to(user).filter(is_active=True)
    return rows.select_related("parent").order_by("path")
