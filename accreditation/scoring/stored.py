"""The last computed scores for lists and sums; only what changed is written."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accreditation.models import ScorePoint, StationScore
from accreditation.scoring import score_stations
from accreditation.scoring.cards import Scorecard
from accreditation.scoring.results import PARTS
from stations.models import Station

FIELDS = (
    "computed", "computed_max", "common", "common_max", "own", "own_max",
    "musts_missing", "lines_missing", "is_ready", "gaps",
)  # fmt: skip


def store_scores(*, on: dt.date, stations: QuerySet[Station] | None = None) -> int:
    """Scores outside a transaction, writes in one short one; returns the rows written."""
    chosen = Station.objects.active() if stations is None else stations
    cards = score_stations(chosen, on=on)
    stored = StationScore.objects.values_list("station_id", "track", "pk", *FIELDS)
    known = {(row[0], row[1]): (row[2], row[3:]) for row in stored}
    new, changed, points = [], [], []
    for pk, card in cards.items():
        for track in PARTS:
            values = _values(card, track)
            old = known.get((pk, track))
            if old is None:
                new.append(_row(pk, track, on, values))
            elif old[1] != values:
                changed.append(_row(pk, track, on, values, row_id=old[0]))
            if old is None or old[1][0] != values[0]:
                points.append(ScorePoint(station_id=pk, track=track, on=on, computed=values[0]))
    with transaction.atomic():
        StationScore.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
        StationScore.objects.bulk_update(changed, [*FIELDS, "scored_on"], batch_size=500)
        # Scored again on the same day: the day's last word counts.
        ScorePoint.objects.bulk_create(
            points,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["station", "track", "on"],
            update_fields=["computed"],
        )
    return len(new) + len(changed)


def _values(card: Scorecard, track: str) -> tuple[Any, ...]:
    result = card.track(track)
    return (
        result.computed,
        result.computed_max,
        result.common,
        result.common_max,
        result.own,
        result.own_max,
        len(result.musts_missing),
        card.short_of(track),
        result.is_ready,
        gaps_text(card, track),
    )


def gaps_text(card: Scorecard, track: str) -> str:
    """The same requirements as `card.short_of(track)` counts; no words are made for it."""
    waived, earned = card.not_applicable, card.earned
    return " ".join(
        f"{mark.code}={mark.points - points}"
        for part in ("C", PARTS[track])
        for mark in card.standard.marks.get(part, ())
        if mark.code not in waived
        and (points := earned[mark.at]) is not None
        and (share := card.found[mark.at].share) is not None
        and share[0] < share[1]
    )


def read_gaps(text: str) -> dict[str, int]:
    """Hundredths still to be had, by requirement."""
    return {code: int(lack) for code, lack in (pair.split("=") for pair in text.split())}


def _row(
    station: int, track: str, on: dt.date, values: tuple[Any, ...], row_id: int | None = None
) -> StationScore:
    fields = dict(zip(FIELDS, values, strict=True))
    return StationScore(pk=row_id, station_id=station, track=track, scored_on=on, **fields)
