"""The widgets written in Python give what Django's templates give, to the letter."""

import datetime as dt

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting

from config.form_renderer import Renderer

NASTY = "<b>\"甲\" & '乙'</b>"
CHOICES = [
    ("", "全部"),
    (1, "一"),
    ("2", NASTY),
    ("组", [("a", "甲"), ("b", "乙")]),
    (None, "无"),
]
WIDGETS = [
    (forms.TextInput(attrs={"class": "x", "required": True, "hidden": False}), NASTY),
    (forms.TextInput(), None),
    (forms.TextInput(), ""),
    (forms.NumberInput(attrs={"min": 0, "step": "0.1"}), 2.5),
    (forms.NumberInput(), 1234567),
    (forms.EmailInput(), "a@b"),
    (forms.URLInput(), "http://a/?b&c"),
    (forms.PasswordInput(), "secret"),
    (forms.HiddenInput(), 0),
    (forms.DateInput(attrs={"type": "date"}), dt.date(2026, 11, 23)),
    (forms.Textarea(attrs={"rows": 3}), NASTY),
    (forms.Textarea(), None),
    (forms.Select(choices=CHOICES), "2"),
    (forms.Select(choices=CHOICES, attrs={"data-a": NASTY}), 1),
    (forms.Select(choices=CHOICES), None),
    (forms.SelectMultiple(choices=CHOICES), ["1", "b"]),
    (forms.CheckboxInput(), True),
    (forms.CheckboxSelectMultiple(choices=CHOICES), ["a"]),
]


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_a_widget_is_what_djangos_template_makes_of_it(widget, value):
    attrs = {"id": "id_one"}
    ours = widget.render("one", value, attrs=attrs, renderer=Renderer())
    theirs = widget.render("one", value, attrs=attrs, renderer=TemplatesSetting())

    assert ours == theirs
    assert hasattr(ours, "__html__")
