"""A mistake in the shipped standard stops the start, not the first scorecard."""

from typing import Any

from django.core.checks import Error, register

from accreditation.rubric import shipped


@register
def check_shipped_rubric(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    from accreditation.rubric_pages.checking import faults_of

    found = faults_of(shipped()["requirements"])
    return [Error(text, id=f"accreditation.E{number:03}") for number, text in enumerate(found, 1)]
