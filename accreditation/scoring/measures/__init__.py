"""Every measure that a rubric may name, by name; the codes of the requirements that the
shipped rubric holds against it stand beside it.

| C1 places | C2 roster | C3 team | C4 regulations | C5 plans | C6 ledger | C7 care |
| R1 to R4 red | H1 to H4 historical | U1 to U4 rural | R5, H5, U5 panels |
"""

from accreditation.scoring.measures import (
    care,
    historical,
    ledger,
    panels,
    places,
    plans,
    red,
    regulations,
    roster,
    rural,
    team,
)
from accreditation.scoring.measures.shapes import Measure
from accreditation.scoring.numbers import Found

ROOMS = (
    places, roster, team, regulations, plans, ledger, care, red, historical, rural, panels,
)  # fmt: skip

# C1.8, R2.3, H1.3, H4.3, U2.2, U4.2
JUDGED = Measure(lambda facts, p: Found(0, 0, None), lambda f: "由评审人员评定", lambda f: "")

MEASURES: dict[str, Measure] = {"judged": JUDGED} | {
    name: measure for room in ROOMS for name, measure in room.MEASURES.items()
}
