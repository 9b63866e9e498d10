"""The frozen state of a submission: scorecard, rows counted, files by their digest.

The same records on the same day give the same data and digest, so that an archive can be
recomputed and compared.
"""

import datetime as dt
import hashlib
import json
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q

from accreditation.models import Application, Requirement, Snapshot
from accreditation.scoring import score_stations
from accreditation.scoring.standard import read_standard
from accreditation.workflow import evidence
from records.models import AttachmentLink, Record
from stations.models import Station

PARTS = {"red": "R", "historical": "H", "rural": "U"}


def line_values(line: Any) -> dict[str, Any]:
    """What a scorecard line says, without what only its page needs."""
    return {
        "state": str(line.state),
        "points": line.points,
        "max_points": line.max_points,
        "found": str(line.found),
        "missing": str(line.missing),
        "n": _plain(line.n),
        "of": _plain(line.of),
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, str)) else float(value)


def score(station: Station, *, on: dt.date, programme: Any, rubric: Any = None) -> Any:
    stations = Station.objects.filter(pk=station.pk)
    return score_stations(stations, on=on, programme=programme, rubric=rubric)[station.pk]


def freeze(application: Application, *, card: Any, at: dt.datetime, on: dt.date) -> Snapshot:
    found = evidence_of(application, on=on)
    data = contents(application, card=card, on=on, found=found)
    return Snapshot(
        application=application,
        taken_at=at,
        rubric_id=application.rubric.pk,
        data=data,
        digest=digest(data),
        records=found,
    )


def evidence_of(application: Application, *, on: dt.date) -> dict[str, Any]:
    return evidence.collect(
        application, requirements_of(application), on=on, stations=_stations(application.station)
    )


def contents(
    application: Application, *, card: Any, on: dt.date, found: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Archives without `format` are of the first one: no `evidence`, no records beside; those
    of the second have no `figures`."""
    found = evidence_of(application, on=on) if found is None else found
    return {
        "format": evidence.FORMAT,
        "evidence": evidence.digests(found),
        "on": on.isoformat(),
        "track": application.track,
        "rubric": application.rubric.version,
        "statement": application.statement,
        "totals": totals(card, application.track),
        "lines": lines(card, application.track),
        "figures": card.frozen,
        "rows": rows_of(application.station),
        "files": files_of(application.station),
    }


def totals(card: Any, track: str) -> dict[str, Any]:
    result = card.track(track)
    return {
        "computed": result.computed,
        "computed_max": result.computed_max,
        "common": result.common,
        "common_max": result.common_max,
        "own": result.own,
        "own_max": result.own_max,
        "musts_missing": sorted(result.musts_missing),
        "is_ready": bool(result.is_ready),
    }


def lines(card: Any, track: str) -> dict[str, dict[str, Any]]:
    """The common part and the track's, in the order of their codes."""
    part = PARTS[track]
    chosen = {code: line for code, line in card.lines.items() if code[0] in ("C", part)}
    return {code: line_values(chosen[code]) for code in sorted(chosen)}


def rows_of(station: Station) -> dict[str, list[list[int]]]:
    """Every record of the place as [number, version]: what was counted, and whether it has
    changed since. A town answers for the people and records of its villages too."""
    found = {}
    for model in _record_models():
        rows = model._default_manager.filter(station__in=_stations(station)).order_by("pk")
        values = [[pk, version] for pk, version in rows.values_list("pk", "version")]
        if values:
            found[model._meta.label_lower] = values
    return dict(sorted(found.items()))


def files_of(station: Station) -> list[str]:
    """Digests of all evidence that hangs on those records, sorted."""
    kinds = ContentType.objects.get_for_models(*_record_models())
    wanted = Q(pk__in=[])
    for model, kind in kinds.items():
        own = model._default_manager.filter(station__in=_stations(station)).values("pk")
        wanted |= Q(content_type=kind, object_id__in=own)
    links = AttachmentLink.objects.filter(wanted).annotate(sha=F("attachment__sha256"))
    return sorted(set(links.values_list("sha", flat=True)))


def _stations(station: Station) -> Any:
    return evidence.stations_of(station)


def _record_models() -> list[type[Record]]:
    return [model for model in apps.get_models() if issubclass(model, Record)]


def digest(data: dict[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def requirements_of(application: Application) -> list[Requirement]:
    """The lines of the rubric that this application is judged by, in order; to be read only, for
    all who ask share them."""
    part = PARTS[application.track]
    rows = read_standard(application.rubric.pk).requirements
    return [row for row in rows if row.code[0] in ("C", part)]
