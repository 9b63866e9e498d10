"""How large the demonstration is and how complete its stations are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """`stations` is how many are filled; None: all of them. `factor` multiplies the whole
    city with invented units, for a province."""

    name: str
    stations: int | None
    people: int
    photos_per_activity: float
    files: int
    factor: int = 1


SCALES = {
    "small": Scale("small", stations=150, people=42, photos_per_activity=1.2, files=64),
    "city": Scale("city", stations=None, people=99, photos_per_activity=5.2, files=200),
    "province": Scale(
        "province", stations=None, people=99, photos_per_activity=5.2, files=200, factor=15
    ),
}


@dataclass(frozen=True)
class Level:
    """How well a station is kept: the chance that a thing is there, the share of the
    year's calendar that took place, the share of roster questions answered."""

    name: str
    presence: float
    rhythm: float
    answered: float
    registered: float


LEVELS = {
    "ready": Level("ready", presence=1.0, rhythm=1.0, answered=0.985, registered=1.0),
    "good": Level("good", presence=0.9, rhythm=0.85, answered=0.95, registered=0.97),
    "half": Level("half", presence=0.62, rhythm=0.55, answered=0.8, registered=0.9),
    "thin": Level("thin", presence=0.3, rhythm=0.2, answered=0.62, registered=0.75),
    "empty": Level("empty", presence=0.0, rhythm=0.0, answered=0.0, registered=0.0),
}
# Of the few stations that a small demonstration fills, more are well kept.
SHARES_SMALL = {"ready": 0.24, "good": 0.3, "half": 0.28, "thin": 0.12, "empty": 0.06}
SHARES_CITY = {"ready": 0.08, "good": 0.24, "half": 0.4, "thin": 0.22, "empty": 0.06}
