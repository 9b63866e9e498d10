"""Addresses in templates are Django's, looked up once."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.utils.safestring import mark_safe

from config.addresses import AddressNode, _address

ONE = '{% url "record" code section "story" pk %}'


def render(text, **values):
    return Template(text).render(Context(values))


def test_an_address_is_what_reverse_gives():
    for pk in (7, 8, 7):
        expected = reverse("record", args=["321322", "stories", "story", pk])
        assert render(ONE, code="321322", section="stories", pk=pk) == expected
    named = '{% url "workspace" code=code as there %}[{{ there }}]'
    assert render(named, code="3213") == f"[{reverse('workspace', args=['3213'])}]"


def test_the_tag_is_ours_and_looks_up_once():
    template = Template(ONE)
    (node,) = template.nodelist.get_nodes_by_type(AddressNode)
    assert node.view_name.resolve({}) == "record"

    _address.cache_clear()
    for _ in range(3):
        template.render(Context({"code": "321322", "section": "stories", "pk": 7}))
    assert _address.cache_info().misses == 1


def test_signs_in_an_address_are_escaped_and_safe_texts_too():
    for code in ("a&b", mark_safe("a&b")):
        assert render('{% url "workspace" code %}', code=code) == "/stations/a&amp;b/"


def test_what_is_no_text_and_no_number_goes_djangos_way():
    day = dt.date(2026, 1, 2)
    assert render('{% url "workspace" code %}', code=day) == "/stations/2026-01-02/"
    assert render('{% url "workspace" code %}', code=True) == "/stations/True/"


def test_an_address_that_does_not_exist_is_an_error_but_for_as():
    with pytest.raises(NoReverseMatch):
        render('{% url "no such page" %}')
    assert render('{% url "no such page" as there %}[{{ there }}]') == "[]"


def test_under_another_prefix_it_is_another_address():
    plain = render('{% url "workspace" "3213" %}')
    try:
        set_script_prefix("/app/")
        assert render('{% url "workspace" "3213" %}') == "/app" + plain
    finally:
        set_script_prefix("/")
