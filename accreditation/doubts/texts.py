"""Texts: copied from another station, and names of other places in one's own rules."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, groupby

from accreditation.doubts.found import Finding, Side, side
from accreditation.doubts.links import link_to
from activities.models import Plan
from stations.models import Duty, Region, Regulation
from veterans.models import Story, StoryBand
from veterans.near_copies import pieces

# Of all five-character pieces of the two texts this share is common.
COPIED_SHARE = 0.8
# A text that so many stations have is a sample that was handed out, not a copy.
MOST_ALIKE = 12
# A place is recognised by its full name; shorter ones are also ordinary words.
SHORTEST_NAME = 3
LONGEST_NAME = 12
ENDINGS = re.compile("村|居|社区|镇|乡|街道|场")


def copied_text(on: dt.date) -> Iterator[Finding]:
    """Stories of two stations that share nearly all of their text. Candidates share a
    band of their signatures; only those are compared."""
    pairs = _pairs_of_stories()
    stories = Story.objects.select_related("station__region").in_bulk(
        {pk for pair in pairs for pk in pair}
    )
    texts = {pk: pieces(story.body) for pk, story in stories.items()}
    for early, late in sorted(pairs):
        one, other = texts[early], texts[late]
        share = len(one & other) / (len(one | other) or 1)
        if share >= COPIED_SHARE:
            yield Finding(
                "copied_text",
                stories[late].station_id,
                (early, late),
                _story(stories[late], f"两篇文字相同约{share:.0%}"),
                _story(stories[early], stories[early].body[:100]),
            )


def _pairs_of_stories() -> set[tuple[int, int]]:
    rows = StoryBand.objects.filter(story__withdrawn_on=None).order_by("band", "value", "story_id")
    fields = rows.values_list("band", "value", "story_id", "story__station_id")
    found: set[tuple[int, int]] = set()
    for _, group in groupby(fields.iterator(chunk_size=10_000), key=lambda row: row[:2]):
        alike = [row[2:] for row in group]
        if len(alike) <= MOST_ALIKE:
            found.update(
                (one, other)
                for (one, here), (other, there) in combinations(alike, 2)
                if here != there
            )
    return found


def _story(story: Story, text: str) -> Side:
    code = story.station.region.code
    return side(
        f"{story.station.name} · {story.title}",
        station=code,
        text=text,
        link=link_to(Story, code, story.pk),
    )


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
    """The name of another village in a station's rules, duties or plans: most likely
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
