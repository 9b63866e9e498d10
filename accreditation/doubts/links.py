"""The address of a record, for whoever looks at a doubt."""

from typing import Any

from django.db.models import Model
from django.urls import reverse

from records.registry import kind_of


def link_to(model: type[Model] | None, station_code: str, key: Any) -> str:
    """Empty where a kind has no page of its own, or is found by another key than its
    number (people have unguessable codes in addresses)."""
    place = kind_of(model) if model else None
    if place is None or place[1].lookup != "pk":
        return ""
    section, kind = place
    return reverse("record", args=[station_code, section.slug, kind.slug, key])
