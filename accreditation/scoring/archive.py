"""A card as an archive keeps it."""

from typing import Any

from accreditation.scoring.cards import Scorecard
from accreditation.scoring.results import PARTS, TrackResult


def serialise(card: Scorecard) -> dict[str, Any]:
    """The card as JSON-safe, deterministic data."""
    return {
        "station": card.place.code,
        "on": card.on.isoformat(),
        "rubric": card.rubric.version,
        "lines": {
            code: {
                "label": line.requirement.label,
                "clause": line.requirement.clause,
                "state": line.state,
                "points": line.points,
                "max_points": line.max_points,
                "found": line.found,
                "missing": line.missing,
                "n": line.n,
                "of": line.of,
            }
            for code, line in sorted(card.lines.items())
        },
        "tracks": {track: _track_values(card.track(track)) for track in sorted(PARTS)},
    }


def _track_values(result: TrackResult) -> dict[str, Any]:
    names = (
        "computed", "computed_max", "common", "common_max", "own", "own_max",
        "confirmed", "confirmed_common", "confirmed_own", "is_ready", "is_passed",
    )  # fmt: skip
    found = {name: getattr(result, name) for name in names}
    return found | {"musts_missing": sorted(result.musts_missing)}
