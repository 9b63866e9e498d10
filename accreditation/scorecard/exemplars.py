"""同类样板: how accredited stations met a requirement that is missing here.

Only stations that agreed are shown, and of them only what tells of nobody: what the score
found (numbers and shares), how many records of which kind it counted, the brand and the
theme; photos of rooms and things where the station agreed to that too (exemplar_photos.py).
No person, no title or text of a record.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Value, When

from accounts.permissions import is_admin
from accreditation.models import Accreditation, StationScore
from accreditation.scorecard.exemplar_photos import Photo, photos_for
from accreditation.scorecard.page import words_for
from accreditation.scoring import score_stations
from accreditation.scoring.cards import Line, Scorecard
from accreditation.scoring.context import Context
from accreditation.scoring.explain import source_of
from accreditation.scoring.measures import MEASURES
from accreditation.scoring.measures.shapes import Measure
from accreditation.scoring.results import TRACK_OF
from records.scanning import Scanner
from stations.models import Station

SHOWN = 3
ASKED = 6
# What these count is about people's own matters: the share is enough.
WITHOUT_RECORDS = ("answered", "talk_room", "visited", "survey")


@dataclass
class Exemplar:
    accreditation: Accreditation
    found: str
    records: list[tuple[str, int]]
    feature: str
    photos: list[Photo] = field(default_factory=list)

    @property
    def station(self) -> Station:
        return self.accreditation.station


def willing(track: str = "") -> QuerySet[Accreditation]:
    """Accredited today, opted in, still there."""
    rows = Accreditation.objects.filter(
        state=Accreditation.State.ACTIVE, station__is_exemplar=True, station__is_active=True
    )
    return rows.filter(track=track) if track else rows


def exemplars(
    station: Station, code: str, *, track: str, on: dt.date, reader: Any
) -> tuple[Line | None, list[Exemplar]]:
    """The station's own line, and at most three that meet it: of the same track and the same
    kind of place first, among equals the latest named. Never ordered by points."""
    chosen = _chosen(station, code, track)
    asked = [station.pk, *(one.station_id for one in chosen)]
    cards = score_stations(Station.objects.filter(pk__in=asked), on=on)
    own = cards[station.pk]
    scanner, found = Scanner(), []
    for one in chosen:
        met = cards[one.station_id].lines.get(code)
        if met is not None and met.state == "met":
            words, _ = words_for(met, reader)
            # An administrator does not learn how many talks a station had.
            records = [] if is_admin(reader) else _records(met, cards[one.station_id])
            found.append(Exemplar(one, words, records, _feature(one.station, scanner)))
        if len(found) == SHOWN:
            break
    if own.lines.get(code) is not None:
        measure = MEASURES[own.lines[code].requirement.measure]
        photos = photos_for(measure, TRACK_OF.get(code[0], ""), [one.station for one in found])
        for one in found:
            one.photos = photos.get(one.station.pk, [])
    return own.lines.get(code), found


def _chosen(station: Station, code: str, track: str) -> list[Accreditation]:
    """The first few by the stored scores; whether they meet the line today is asked after."""
    own = TRACK_OF.get(code[0])
    lacking = StationScore.objects.filter(
        station=OuterRef("station"), track=OuterRef("track"), gaps__contains=f"{code}="
    )
    rows = (
        willing(own or "")
        .exclude(station=station)
        .filter(~Exists(lacking))
        .annotate(
            other_track=_differs(track=own or track),
            other_place=_differs(station__region__level=station.region.level),
        )
        .order_by("other_track", "other_place", "-named_on", "-pk")
        .select_related("station__region", "county")
    )
    found: dict[int, Accreditation] = {}
    for one in rows[: 2 * ASKED]:
        found.setdefault(one.station_id, one)
    return list(found.values())[:ASKED]


def _differs(**same: Any) -> Case:
    return Case(When(**same, then=Value(0)), default=Value(1), output_field=IntegerField())


def _records(line: Line, card: Scorecard) -> list[tuple[str, int]]:
    """How many records of which kind were counted; the figures are there already."""
    measure = MEASURES[line.requirement.measure]
    if line.requirement.measure in WITHOUT_RECORDS:
        return []
    found: dict[str, int] = {}
    for _, counter in measure.rows:
        label, number = _label(counter, measure, card.facts.context), card.facts[counter]
        if label and number:
            found[label] = max(number, found.get(label, 0))
    return list(found.items())


def _label(counter: str, measure: Measure, context: Context) -> str:
    """Of a table between two (who is on a panel) there is none: that would be a list of names."""
    model = source_of(counter).rows(context).model
    if model._meta.auto_created:
        return ""
    kind = dict(measure.query).get("kind", "")
    labels = {field.name: field for field in model._meta.fields}
    own = dict(labels["kind"].flatchoices) if "kind" in labels else {}
    return str(own.get(kind, model._meta.verbose_name))


def _feature(station: Station, scanner: Scanner) -> str:
    """Brand and theme, unless they say something that must not go round."""
    words = [text for text in (station.brand, station.theme_statement) if text]
    return " · ".join(text for text in words if not scanner.scan(text))
