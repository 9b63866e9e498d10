"""Django's own messages speak in the tone of the product (locale/)."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext, pgettext

from accounts.models import User

CATALOGUE = Path(settings.BASE_DIR, "locale/zh_Hans/LC_MESSAGES/django.po").read_text()
ENTRY = re.compile(
    r'^(?:msgctxt "(.+)"\n)?msgid "(.+)"\n(?:msgid_plural "(.+)"\n)?msgstr(?:\[0\])? "(.+)"$', re.M
)


def test_the_compiled_catalogue_is_that_of_the_source():
    entries = ENTRY.findall(CATALOGUE)

    assert len(entries) == CATALOGUE.count("\nmsgid ") - 1
    for context, one, many, ours in entries:
        if many:
            assert ngettext(one, many, 2) == ours
        else:
            assert (pgettext(context, one) if context else gettext(one)) == ours


class Form(forms.Form):
    reason = forms.CharField(min_length=5, max_length=8)
    number = forms.IntegerField(min_value=0, max_value=9)
    day = forms.DateField()
    kind = forms.ChoiceField(choices=[("a", "甲")])


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("reason", "", "请填写此项。"),
        ("reason", "没有", "请至少填写5个字，现在是2个字。"),
        ("reason", "本地确实没有这类资源", "最多填写8个字，现在是10个字。"),
        ("number", "三", "请填写整数。"),
        ("number", "-1", "不能小于0。"),
        ("number", "10", "不能大于9。"),
        ("day", "昨天", "请填写日期，如 2026-11-23。"),
        ("kind", "b", "请从列表中选择，没有“b”这一项。"),
    ],
)
def test_a_wrong_field_says_what_to_do(field, typed, said):
    assert Form({field: typed}).errors[field] == [said]


@pytest.mark.parametrize("password", ["123", "password", "1234567890", "chengguan-zhang"])
def test_a_weak_password_is_refused_in_chinese(password):
    user = User(username="chengguan-zhang", full_name="张三")

    with pytest.raises(ValidationError) as refusal:
        validate_password(password, user)

    said = "".join(refusal.value.messages + password_validators_help_texts())
    assert not re.search("[A-Za-z]{3}", said), said


def test_too_short_a_password_says_how_long_it_must_be():
    with pytest.raises(ValidationError) as refusal:
        validate_password("123")

    assert "密码太短，至少要有10个字符。" in refusal.value.messages
