"""What all parts of the demonstration share while it is built."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from config.demo.loader import Loader
from config.demo.names import Numbers
from config.demo.scale import Level, Scale
from stations.models import Region, Station
from stations.regions import readable_name


@dataclass
class Person:
    """What later records need to know of somebody on the roster."""

    id: int
    name: str
    age: int
    kind: str
    status: str
    residence: str
    is_priority: bool
    wars: list[str]
    is_party: bool
    strengths: list[int]
    has_honour: bool
    declined: bool

    @property
    def counts(self) -> bool:
        return self.kind == "veteran" and self.status == "active"

    @property
    def is_resident(self) -> bool:
        return self.counts and self.residence == "local"


@dataclass
class Place:
    """A station that is being filled."""

    station: Station
    region: Region
    town: Region
    county: Region
    level: Level
    track: str
    rng: Random
    clerk_id: int
    county_user_id: int
    # how many of its veterans are still to become village secretary
    seats: int = 0
    people: list[Person] = field(default_factory=list)
    # (key, theme, kind) of the resources that the station uses
    resources: list[tuple[int, str, str]] = field(default_factory=list)
    sites_nearby: list[int] = field(default_factory=list)
    grids: list[int] = field(default_factory=list)
    partners: list[int] = field(default_factory=list)
    # (key, theme, subject, key of the person or None)
    stories: list[tuple[int, str, str, int | None]] = field(default_factory=list)
    team_id: int | None = None
    hometown_team_id: int | None = None
    groups: list[tuple[int, str]] = field(default_factory=list)
    members: list[Person] = field(default_factory=list)

    @property
    def is_village(self) -> bool:
        return self.region.level == Region.Level.VILLAGE

    @cached_property
    def short_name(self) -> str:
        return readable_name(self.region.name)

    def has(self, chance: float = 1.0) -> bool:
        """Whether a thing that a well-kept station has is there."""
        return self.rng.random() < self.level.presence * chance

    def residents(self) -> list[Person]:
        return [person for person in self.people if person.is_resident]


@dataclass
class World:
    seed: int
    scale: Scale
    today: dt.date
    now: dt.datetime
    loader: Loader
    users: dict = field(default_factory=dict)
    city: Region | None = None
    places: list[Place] = field(default_factory=list)
    key_dates: dict[str, int] = field(default_factory=dict)
    strengths: dict[str, int] = field(default_factory=dict)
    care_reasons: list[int] = field(default_factory=list)
    numbers: Numbers = field(default_factory=Numbers)
    photos: object = None
    stories: object = None
    # share of people whose telephone is known: the range that nobody owns is small
    phone_share: float = 0.5

    def rng(self, *words) -> Random:
        return Random(":".join(map(str, (self.seed, *words))))

    def days_ago(self, days: int) -> dt.date:
        return self.today - dt.timedelta(days=days)

    def moment(self, day: dt.date, hour: int = 9, minute: int = 0) -> dt.datetime:
        """Never later than now: nobody records what has not happened."""
        at = dt.datetime.combine(day, dt.time(hour, minute), tzinfo=self.now.tzinfo)
        return min(at, self.now)

    def stamp(self, place: Place, day: dt.date | None = None, *, user_id: int | None = None):
        """Who made the row and when; the same for the last change."""
        at = self.moment(day, 9 + place.rng.randrange(8)) if day else self.now
        by = user_id or place.clerk_id
        return {"created_at": at, "created_by_id": by, "updated_at": at, "updated_by_id": by}

    def days(self, number: int) -> dt.timedelta:
        return dt.timedelta(days=number)
