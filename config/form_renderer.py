"""Form fields without templates.

Django renders every widget, and every single option of a list, from a template of its own;
a filter bar of five lists costs as much as the fifty rows below it. The widgets that fill
our pages are written here in Python, to the letter what Django's templates give
(config/tests/test_form_renderer.py compares them); everything else goes the usual way.
"""

from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

WIDGETS = "django/forms/widgets/"


def _attributes(attrs):
    parts = []
    for name, value in attrs.items():
        if value is True:
            parts.append(f" {conditional_escape(name)}")
        elif value is not False:
            parts.append(f' {conditional_escape(name)}="{conditional_escape(str(value))}"')
    return "".join(parts)


def _input(widget):
    value = widget["value"]
    shown = "" if value is None else f' value="{conditional_escape(str(value))}"'
    return (
        f'<input type="{conditional_escape(widget["type"])}"'
        f' name="{conditional_escape(widget["name"])}"{shown}{_attributes(widget["attrs"])}>\n'
    )


def _option(widget):
    value = conditional_escape(str(widget["value"]))
    label = conditional_escape(widget["label"])
    return f'<option value="{value}"{_attributes(widget["attrs"])}>{label}</option>\n'


def _select(widget):
    parts = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _ in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{conditional_escape(group)}">')
        parts += [f"\n  {_option(option)}" for option in options]
        if group:
            parts.append("\n  </optgroup>")
    parts.append("\n</select>\n")
    return "".join(parts)


def _textarea(widget):
    text = conditional_escape(widget["value"]) if widget["value"] else ""
    name = conditional_escape(widget["name"])
    return f'<textarea name="{name}"{_attributes(widget["attrs"])}>\n{text}</textarea>\n'


INPUTS = "input text number email url password hidden date datetime time".split()
WRITTEN = {f"{WIDGETS}{name}.html": _input for name in INPUTS} | {
    f"{WIDGETS}select.html": _select,
    f"{WIDGETS}textarea.html": _textarea,
}


class Renderer(TemplatesSetting):
    def render(self, template_name, context, request=None):
        write = WRITTEN.get(template_name)
        if write is None:
            return super().render(template_name, context, request)
        return mark_safe(write(context["widget"]).strip())
