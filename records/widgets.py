"""Widgets that several forms share and that work without script."""

from django import forms


class Segmented(forms.widgets.ChoiceWidget):
    """A few choices side by side, one tap each (static/css/records.css)."""

    input_type = "radio"
    template_name = "ui/segmented.html"
    label = ""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["label"] = self.label
        return context

    def id_for_label(self, id_, index=None):
        """The group has no one field that a label could belong to."""
        return super().id_for_label(id_, index) if index is not None else ""


class Suggest(forms.TextInput):
    """Free text with suggestions: whatever is typed is taken."""

    template_name = "ui/suggest.html"
    suggestions: tuple[str, ...] = ()

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        listed = f"{name}-suggestions"
        context["widget"]["attrs"] |= {"list": listed, "autocomplete": "off"}
        context["widget"] |= {"list": listed, "suggestions": self.suggestions}
        return context
