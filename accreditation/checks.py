"""A mistake in the shipped standard stops the start, not the first scorecard."""

from typing import Any

from django.core.checks import Error, register

from accreditation.rubric import faults, shipped


@register
def check_shipped_rubric(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    from accreditation.scoring.measures import MEASURES

    found = faults(shipped()["requirements"], measures=MEASURES)
    return [Error(text, id=f"accreditation.E{number:03}") for number, text in enumerate(found, 1)]
