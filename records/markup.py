"""Small pieces of HTML that pages need both in templates (config/templatetags/ui.py) and in
Python, where a table is put together there for speed. Every text is escaped here."""

import datetime as dt
import html
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

LINE_STATES = {
    "met": ("达标", "good"),
    "partly": ("未满", "fair"),
    "missing": ("缺", "poor"),
    "pending": ("待评", "wait"),
    "not_applicable": ("不适用", "none"),
}


def escape(text: Any) -> str:
    """Django's conditional_escape without its search for lazy texts, which takes longer than
    escaping: for pages of many hundred texts."""
    return text.__html__() if hasattr(text, "__html__") else html.escape(str(text))


def points(hundredths: int | None) -> str:
    """8650 -> 86.50: points are integers in hundredths everywhere but on the page."""
    return "—" if hundredths is None else f"{hundredths / 100:.2f}"


def day(value: Any) -> str:
    """2022-09-15, as the lists of the policy write it; nothing becomes a dash."""
    if not value:
        return "—"
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return value.strftime("%Y-%m-%d")


def moment(value: dt.datetime | None) -> str:
    """2022-09-15 14:30, in the time of the city."""
    if not value:
        return "—"
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


@lru_cache(maxsize=1000)
def toned(text: str, tone: str, extra: str = "") -> SafeString:
    return format_html('<span class="badge tone-{} {}">{}</span>', tone, extra, text)


def badge(text: str, tone: str = "none") -> SafeString:
    """`tone`: good, fair, poor, wait, none."""
    return toned(text, tone)


def line_badge(state: str) -> SafeString:
    """The state of one line of a scorecard."""
    text, tone = LINE_STATES.get(str(state), (state, "none"))
    return toned(text, tone, "badge-line")
