"""Fields written in Python are what crispy's template makes of them, but for white space."""

import re

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string

from config import crispy_fields

NASTY = "<b>\"甲\" & '乙'</b>"
CHOICES = [("", "请选择"), ("a", "甲"), ("b", NASTY)]


class Form(forms.Form):
    required_css_class = "must"
    name = forms.CharField(label=f"姓名{NASTY}", max_length=9, help_text="<a href='/'>见此</a>")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    styled = forms.CharField(
        label="地址", widget=forms.TextInput(attrs={"class": "wide textinput"}), required=False
    )
    nameless = forms.CharField(label="", required=False)
    day = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    number = forms.IntegerField(label="人数", min_value=1)
    kind = forms.ChoiceField(label="类别", choices=CHOICES)
    several = forms.MultipleChoiceField(label="多选", choices=CHOICES)
    tick = forms.BooleanField(label=f"同意{NASTY}", help_text="请勾选")
    maybe = forms.BooleanField(label="可选", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, initial="x")
    radio = forms.ChoiceField(label="单选", choices=CHOICES, widget=forms.RadioSelect)
    ticks = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    file = forms.FileField(label="文件", required=False)


class Unnamed(Form):
    def __init__(self, *args):
        super().__init__(*args, auto_id=False)


GIVEN = [
    None,
    {},
    {"name": NASTY * 3, "note": NASTY, "kind": "z", "day": "某日", "number": "0", "tick": ""},
    {"name": "甲", "day": "2026-01-02", "number": "3", "kind": "b", "several": ["a"], "tick": "on"},
]


def rendered(form, **context):
    usual = {"form_show_errors": True, "form_show_labels": True, "form": form}
    text = render_to_string(
        "bootstrap5/uni_form.html", usual | {"field_template": "bootstrap5/field.html"} | context
    )
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", text))


@pytest.fixture
def by_template(monkeypatch):
    def _by_template(form, **context):
        with monkeypatch.context() as patch:
            own = crispy_fields._by_template()
            patch.setattr("config.templatetags.ui.field_html", lambda context: own.render(context))
            return rendered(form, **context)

    return _by_template


@pytest.mark.parametrize("kind", [Form, Unnamed])
@pytest.mark.parametrize("given", GIVEN)
def test_a_form_is_what_crispys_template_makes_of_it(kind, given, by_template):
    assert rendered(kind(given)) == by_template(kind(given))


@pytest.mark.parametrize(
    "layout", [{"form_class": "form-horizontal"}, {"label_class": "col-2"}, {"tag": "td"}]
)
def test_a_form_with_a_layout_of_its_own_keeps_it(layout, by_template):
    assert rendered(Form({}), **layout) == by_template(Form({}), **layout)


def test_a_text_of_a_person_is_escaped():
    text = rendered(Form({"name": NASTY, "kind": "z"}))

    assert NASTY not in text
    assert "&lt;b&gt;" in text


def test_crispys_own_template_is_still_there():
    ours = engines["django"].engine.get_template(crispy_fields.FIELD)

    assert crispy_fields._by_template().origin != ours.origin
    assert "crispy_bootstrap5" in crispy_fields._by_template().origin.name
