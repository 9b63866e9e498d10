from django import forms
from django.db.models import Q

from accounts.file_names import NamedFileField
from accounts.models import User
from accounts.permissions import is_admin
from accounts.workflow import role_problem


def _all_regions():
    return User._meta.get_field("region").remote_field.model.objects.filter(is_active=True)


class RegionField(forms.ModelChoiceField):
    def label_from_instance(self, region):
        parent = f"{region.parent.name} " if region.parent_id and len(region.code) > 6 else ""
        return f"{parent}{region.name}（{region.code}）"


class UserFilter(forms.Form):
    STATES = [("", "全部"), ("on", "启用"), ("off", "停用"), ("fresh", "从未登录")]

    q = forms.CharField(label="姓名、用户名、单位", max_length=60, required=False)
    role = forms.ChoiceField(label="角色", required=False)
    state = forms.ChoiceField(label="状态", choices=STATES, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "全部"), *roles_for(user)]
        for field in self.fields.values():
            css = "form-control" if isinstance(field, forms.CharField) else "form-select"
            field.widget.attrs["class"] = css
        self.fields["q"].widget.attrs["class"] = "form-control"

    def narrow(self, users):
        if not self.is_valid():
            return users.none()
        data = self.cleaned_data
        if data["q"]:
            q = data["q"]
            users = users.filter(
                Q(full_name__contains=q)
                | Q(username__icontains=q)
                | Q(region__name__contains=q)
                | Q(region__code__startswith=q)
            )
        if data["role"]:
            users = users.filter(role=data["role"])
        states = {
            "on": {"is_active": True},
            "off": {"is_active": False},
            "fresh": {"last_login": None},
        }
        return users.filter(**states.get(data["state"], {}))


def roles_for(user):
    """The roles that `user` may give; a county makes accounts of stations only."""
    if is_admin(user):
        return User.Role.choices
    return [(User.Role.STATION.value, User.Role.STATION.label)]


class UserForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = User
        fields = ["full_name", "username", "role", "region", "phone"]
        field_classes = {"region": RegionField}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        regions = _all_regions().select_related("parent").order_by("path")
        if not is_admin(user):
            regions = regions.visible_to(user).filter(level__in=("town", "village"))
        self.fields["region"].queryset = regions
        self.fields["region"].empty_label = "请选择"
        self.fields["region"].required = True
        self.fields["role"].choices = roles_for(user)
        self.fields["version"].initial = self.instance.version

    def clean(self):
        data = super().clean()
        if data.get("role") and data.get("region"):
            problem = role_problem(data["role"], data["region"])
            if problem:
                self.add_error("region", problem)
        return data


class HandOverForm(forms.Form):
    full_name = forms.CharField(label="接任人姓名", max_length=60)
    phone = forms.CharField(label="联系电话", max_length=20, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class StationAccountsForm(forms.Form):
    """Which of the places without an account get one."""

    regions = forms.ModelMultipleChoiceField(
        queryset=None,
        to_field_name="code",
        error_messages={
            "required": "请至少选择一个服务站。",
            "invalid_choice": "代码 %(value)s 不在您的管理范围内，或者已经有账号。",
        },
    )

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["regions"].queryset = places


class ListUploadForm(forms.Form):
    file = NamedFileField(
        label="用户名单（Excel 或 CSV）",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请检查后重新选择。"},
    )
