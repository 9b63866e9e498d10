"""The fields of a form as crispy's template gives them, without the template.

A form of ten fields costs ten templates of thirty nodes, more than the page around it. What
nearly all our forms consist of - a line, an area, a list, a tick - is written here as
`bootstrap5/field.html` of crispy-bootstrap5 gives it (config/tests/test_crispy_fields.py
compares them); every other widget, and every form with a layout of its own, goes the usual way.
"""

from functools import lru_cache

from django import forms
from django.template import Engine
from django.utils.html import conditional_escape as escape
from django.utils.safestring import mark_safe

FIELD = "bootstrap5/field.html"
# With these, or without labels or errors, a form looks otherwise.
OWN_LAYOUT = (
    "tag", "form_class", "label_class", "field_class", "wrapper_class", "help_text_inline",
    "error_text_inline",
)  # fmt: skip
NOT_PLAIN = (
    forms.MultiWidget,
    forms.RadioSelect,
    forms.CheckboxSelectMultiple,
    forms.FileInput,
)


@lru_cache
def _by_template():
    """Crispy's template, which ours of the same name stands before."""
    engine = Engine.get_default()
    ours = engine.get_template(FIELD)
    return engine.find_template(FIELD, skip=[ours.origin])[0]


def field_html(context):
    field = context["field"]
    widget = field.field.widget
    is_usual = context.get("form_show_errors") and context.get("form_show_labels")
    if not is_usual or any(context.get(name) for name in OWN_LAYOUT):
        return _by_template().render(context)
    if isinstance(widget, NOT_PLAIN) or hasattr(widget, "widget") or field.use_fieldset:
        return _by_template().render(context)
    if field.is_hidden:
        return str(field)
    return mark_safe(_tick(field) if isinstance(widget, forms.CheckboxInput) else _line(field))


def _tick(field):
    return (
        f'<div class="mb-3"><div id="div_{field.auto_id}" class="form-check{_own_classes(field)}">'
        f"{_widget(field, 'form-check-input')}"
        f'<label for="{escape(field.id_for_label)}" class="form-check-label{_required(field)}">'
        f"{_label(field)}</label>{_errors(field)}{_help(field)}</div></div>"
    )


def _line(field):
    label = ""
    if field.label:
        named = f'for="{escape(field.id_for_label)}"' if field.id_for_label else ""
        label = f'<label {named} class="form-label{_required(field)}">{_label(field)}</label>'
    kind = "form-select" if isinstance(field.field.widget, forms.Select) else "form-control"
    return (
        f'<div id="div_{field.auto_id}" class="mb-3{_own_classes(field)}">{label}'
        f"{_widget(field, kind)}{_errors(field)}{_help(field)}</div>"
    )


def _own_classes(field):
    names = field.css_classes()
    return f" {escape(names)}" if names else ""


def _required(field):
    return " requiredField" if field.field.required else ""


def _label(field):
    star = '<span class="asteriskField">*</span>' if field.field.required else ""
    return f"{escape(field.label)}{star}"


def _widget(field, kind):
    """The widget's own name is one of its classes, as crispy has it."""
    widget = field.field.widget
    name = type(widget).__name__.lower()
    classes = widget.attrs.get("class", "")
    if name not in classes:
        classes = f"{classes} {name}" if classes else name
    for one in (kind, "is-invalid") if field.errors else (kind,):
        if one not in classes.split():
            classes += f" {one}"
    widget.attrs["class"] = classes
    return str(field)


def _errors(field):
    if not field.errors:
        return ""
    found = "".join(
        f'<p id="error_{number}_{field.auto_id}"><strong>{escape(error)}</strong></p>'
        for number, error in enumerate(field.errors, 1)
    )
    return f'<div id="{field.errors.field_id}_error" class="invalid-feedback">{found}</div>'


def _help(field):
    """A help text is ours and may hold a link, hence not escaped; nor is it by crispy."""
    if not field.help_text:
        return ""
    name = f'id="{field.auto_id}_helptext" ' if field.auto_id else ""
    return f'<div {name}class="form-text">{field.help_text}</div>'
