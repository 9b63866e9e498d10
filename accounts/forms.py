from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)

from accounts.models import User

LOCKED = "这个用户名15分钟内登录失败次数过多，已暂时锁定。请15分钟后再试，或请系统管理员（县级工作人员）解锁。"
WRONG = "用户名或密码不正确，或者账号已停用。请核对大小写后重试；忘记密码请联系上级管理人员重置。"


class LoginForm(forms.Form):
    username = forms.CharField(
        label="用户名",
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
        error_messages={"required": "请填写用户名。"},
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "请填写密码。"},
    )


class PasswordForm(forms.Form):
    old = forms.CharField(
        label="原密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        error_messages={"required": "请填写原密码。"},
    )
    new = forms.CharField(
        label="新密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
        error_messages={"required": "请填写新密码。"},
    )
    again = forms.CharField(
        label="再输一次新密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "请再输一次新密码。"},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new(self):
        validate_password(self.cleaned_data["new"], self.user)
        return self.cleaned_data["new"]

    def clean(self):
        data = super().clean()
        new = data.get("new")
        if new and data.get("again") and new != data["again"]:
            self.add_error("again", "两次输入的新密码不一样，请重新输入。")
        if new and new == data.get("old"):
            self.add_error("new", "新密码不能与原密码相同。")
        return data


class MailForm(forms.Form):
    email = forms.EmailField(
        label="电子邮箱",
        max_length=120,
        required=False,
        help_text="只用来接收通知摘要；修改会记入操作日志。",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": "电子邮箱的格式不对，应为 名称@单位域名，例如 name@example.com，请改正。",
            "max_length": "电子邮箱最多120个字符，请改短。",
        },
    )
    digest = forms.ChoiceField(
        label="通知摘要",
        choices=User.Digest.choices,
        error_messages={
            "required": "请选择通知摘要的发送方式。",
            "invalid_choice": "通知摘要请在“不发送”“每天一封”“每周一封”中选择。",
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, user, **kwargs):
        initial = {"email": user.email, "digest": user.digest, "version": user.version}
        super().__init__(*args, initial=initial, **kwargs)

    def clean_email(self):
        email = self.cleaned_data["email"]
        if not email.isascii():
            raise forms.ValidationError("电子邮箱只能用英文字母、数字和符号，请改正。")
        return email

    def clean(self):
        data = super().clean()
        wants = data.get("digest", User.Digest.NONE) != User.Digest.NONE
        if wants and not data.get("email") and "email" not in self.errors:
            self.add_error("email", "请填写电子邮箱，才能接收通知摘要；不需要时请选“不发送”。")
        return data
