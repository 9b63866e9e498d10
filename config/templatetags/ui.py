"""Small template helpers that every page may use (a builtin, no {% load %})."""

from django import template

register = template.Library()


@register.filter
def points(hundredths):
    """8650 -> 86.50: points are integers in hundredths everywhere but on the page."""
    return "—" if hundredths is None else f"{hundredths / 100:.2f}"
