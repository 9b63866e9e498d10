"""The figures that a score was worked out from, kept so that it can be worked out again when
the records are gone and the standard is another: the same measures over the same figures."""

import datetime as dt
from collections import defaultdict
from typing import Any

from accreditation.models import Rubric
from accreditation.scoring.cards import Scorecard
from accreditation.scoring.context import Context
from accreditation.scoring.facts import Facts
from accreditation.scoring.standard import read_standard
from accreditation.scoring.tree import Place

# A station's own number or name say nothing about its score.
KEPT = ("level", "registered", "begin")


def keep(card: Scorecard) -> dict[str, Any]:
    """JSON-safe and the same for the same facts."""
    facts, context = card.facts, card.facts.context
    return {
        "place": {name: _plain(getattr(facts.place, name)) for name in KEPT},
        "figures": {name: number for name, number in sorted(facts.figures.items()) if number},
        "sites": sorted([pk, bool(ok)] for pk, ok in facts.sites.items()),
        "uses": sorted([pk, bool(ok)] for pk, ok in facts.uses.items()),
        "held": sorted(facts.held),
        "town_uses_hometown": facts.town_uses_hometown,
        "survey": list(facts.survey),
        "has_detection": context.has_detection,
        "films": [_plain(context.film_from), _plain(context.film_until)],
        "not_applicable": dict(sorted(card.not_applicable.items())),
    }


def work_out_again(kept: dict[str, Any], *, rubric: Rubric, on: dt.date) -> Scorecard:
    """No record is read, only the version of the standard that the archive names."""
    standard = read_standard(rubric.pk)
    facts = _facts(kept, standard, on)
    return Scorecard(
        facts=facts,
        on=on,
        rubric=rubric,
        standard=standard,
        found=[evaluate(facts, parameters) for evaluate, parameters in standard.plans],
        not_applicable=dict(kept["not_applicable"]),
    )


def _facts(kept: dict[str, Any], standard: Any, on: dt.date) -> Facts:
    film_from, film_until = (_day(text) for text in kept["films"])
    place = kept["place"]
    return Facts(
        Place(0, 0, "", place["level"], None, place["registered"], _day(place["begin"]), "", ""),
        Context(
            on=on, parameters=standard.parameters, is_scoped=True, text=standard.text,
            film_from=film_from, film_until=film_until, has_detection=kept["has_detection"],
        ),
        defaultdict(int, kept["figures"]),
        sites=dict(kept["sites"]),
        uses=dict(kept["uses"]),
        held=set(kept["held"]),
        town_uses_hometown=kept["town_uses_hometown"],
        survey=tuple(kept["survey"]),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
