"""Texts: names of other places in one's own rules."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from accreditation.doubts.found import Finding, side
from accreditation.doubts.links import link_to
from activities.models import Plan
from stations.models import Duty, Region, Regulation

# A place is recognised by its full name; shorter ones are also ordinary words.
SHORTEST_NAME = 3
LONGEST_NAME = 12
ENDINGS = re.compile("村|居|社区|镇|乡|街道|场")


@dataclass
class Places:
    """Names of all places, and which of them a station may well mention: itself, what is
    above and below it, and what it was called before."""

    by_name: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    paths: dict[int, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Places":
        found = cls()
        rows = Region.objects.filter(level__in=("town", "village")).order_by("pk")
        for pk, name, former, path in rows.values_list("pk", "name", "former_names", "path"):
            found.paths[pk] = path
            for one in [name, *(old["name"] for old in former or ())]:
                if len(one) >= SHORTEST_NAME:
                    found.by_name[one].add(pk)
        return found

    def foreign(self, text: str, path: str) -> str:
        """The first name in a text that belongs to none of the station's own places."""
        for match in ENDINGS.finditer(text):
            end = match.end()
            for start in range(max(0, end - LONGEST_NAME), end - SHORTEST_NAME + 1):
                owners = self.by_name.get(text[start:end])
                if owners:
                    if not any(self._related(self.paths[pk], path) for pk in owners):
                        return text[start:end]
                    break  # the longest name that ends here is the one that is meant
        return ""

    @staticmethod
    def _related(one: str, other: str) -> bool:
        return one.startswith(other) or other.startswith(one)


def foreign_place(on: dt.date) -> Iterator[Finding]:
    """The name of another village in a station's rules, duties or plans (F9): most likely
    the text was copied. Stories are left out: people of a story come around."""
    places = Places.read()
    for model, title in ((Regulation, "title"), (Duty, "post"), (Plan, "title")):
        rows = model.objects.exclude(body="").order_by("pk")
        fields = ("pk", "station_id", "station__region__code", "station__region__path",
                  title, "body", "station__name")  # fmt: skip
        for pk, station, code, path, heading, body, name in rows.values_list(*fields).iterator():
            found = places.foreign(f"{heading}\n{body}", path)
            if found:
                yield Finding(
                    "foreign_place",
                    station,
                    (model._meta.label_lower, pk, found),
                    side(f"{name} · {heading}", station=code, link=link_to(model, code, pk)),
                    side(f"文中出现“{found}”", station=code),
                )
