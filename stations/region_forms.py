from django import forms

from accounts.permissions import is_county
from stations.models import Region
from stations.region_files import LEVEL_BY_LENGTH, PARENT_LEVELS


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
        if is_county(user):
            for name in ("name", "kind", "sort_order", "office_name"):
                del self.fields[name]

    @property
    def values(self):
        return {name: self.cleaned_data[name] for name in self.fields if name != "version"}


class NewRegionForm(forms.Form):
    """A unit below the one whose page it stands on."""

    code = forms.CharField(
        label="代码",
        max_length=12,
        help_text="统计用区划代码：县（区）级6位，乡镇（街道）9位，村居（社区）12位。",
        error_messages={"required": "请填写代码。", "max_length": "代码最多12位。"},
    )
    name = forms.CharField(
        label="名称",
        max_length=60,
        error_messages={"required": "请填写名称。", "max_length": "名称最多60个字。"},
    )
    kind = forms.ChoiceField(label="性质", choices=Region.Kind.choices, initial="statutory")
    sort_order = forms.IntegerField(
        label="排序", initial=0, min_value=0, max_value=999_999_999, required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "排序应为0到999999999的整数。"),
        help_text="小的在前；相同的按代码排列。",
    )  # fmt: skip
    with_station = forms.BooleanField(label="同时设立退役军人服务站", initial=True, required=False)

    def __init__(self, *args, parent, **kwargs):
        super().__init__(*args, **kwargs)
        self.parent = parent
        self.fields["code"].initial = parent.code
        if parent.level == Region.Level.CITY:
            del self.fields["with_station"]

    def clean_code(self):
        code = self.cleaned_data["code"]
        level = LEVEL_BY_LENGTH.get(len(code)) if code.isascii() and code.isdigit() else None
        if level is None:
            raise forms.ValidationError("代码应为6、9或12位数字。")
        if self.parent.level not in PARENT_LEVELS[level]:
            fitting = [
                f"{length}位（{Region.Level(below).label}）"
                for length, below in LEVEL_BY_LENGTH.items()
                if self.parent.level in PARENT_LEVELS[below]
            ]
            raise forms.ValidationError(
                f"{self.parent.name}的下级单位，代码应为{'或'.join(fitting)}。"
                if fitting
                else f"{self.parent.name}不能有下级单位。"
            )
        used = Region.objects.filter(code=code).first()
        if used:
            raise forms.ValidationError(f"代码{code}已经是{used.name}的代码，请核对。")
        return code

    def clean_name(self):
        name = self.cleaned_data["name"]
        if Region.objects.filter(parent=self.parent, name=name, is_active=True).exists():
            raise forms.ValidationError(f"{self.parent.name}已经有{name}，不能重名。")
        return name

    @property
    def values(self):
        return {
            "with_station": False,
            **self.cleaned_data,
            "sort_order": self.cleaned_data["sort_order"] or 0,
        }


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
