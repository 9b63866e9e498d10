"""Opens what the signals find, each finding once."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from accreditation.doubts import copies, entries, figures, people, photos, texts, timing
from accreditation.doubts.found import Finding, Signal
from accreditation.doubts.words import words
from accreditation.models import Application, Doubt

SIGNALS: tuple[Signal, ...] = (
    photos.photo_date,
    photos.same_scene,
    entries.bulk_entry,
    entries.date_order,
    people.two_places,
    people.two_rosters,
    people.copied_participants,
    people.shared_phone,
    texts.copied_text,
    copies.copied_ledger,
    texts.foreign_place,
    figures.repeated_figures,
    figures.over_registered,
    figures.registered_drop,
    figures.mixed_theme,
    timing.sudden_rise,
    timing.review_pattern,
)
AT_ONCE = 500


def look(on: dt.date, *, signals: Iterable[Signal] = SIGNALS) -> int:
    """Run the signals over the whole city as of a day; how many doubts were opened."""
    return sum(open_found(signal(on)) for signal in signals)


def open_found(findings: Iterable[Finding]) -> int:
    """Open those that nobody has seen yet; how many these were."""
    opened = 0
    for chunk in _chunks(findings):
        by_key: dict[str, Finding] = {}
        for finding in chunk:
            by_key.setdefault(finding.key, finding)
        try:
            opened += _open(by_key)
        except IntegrityError:
            # Another worker found the same at the same moment; the rest is still new.
            opened += _open(by_key)
    return opened


def _chunks(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    source = iter(findings)
    while chunk := list(islice(source, AT_ONCE)):
        yield chunk


@transaction.atomic
def _open(by_key: dict[str, Finding]) -> int:
    known = set(Doubt.objects.filter(key__in=by_key).values_list("key", flat=True))
    fresh = {key: finding for key, finding in by_key.items() if key not in known}
    if not fresh:
        return 0
    stations = {finding.station for finding in fresh.values()}
    running = dict(
        Application.objects.filter(station__in=stations)
        .exclude(state__in=Application.ENDED)
        .values_list("station_id", "pk")
    )
    now = timezone.now()
    rows = Doubt.objects.bulk_create(
        Doubt(
            kind=finding.kind,
            station_id=finding.station,
            application_id=running.get(finding.station),
            requirement=finding.requirement,
            left=finding.left,
            right=finding.right,
            key=key,
            opened_at=now,
        )
        for key, finding in fresh.items()
    )
    AuditEntry.objects.bulk_create(
        audit.entry("doubt.open", by=None, obj=row, label=words(row.kind, is_station=False), at=now)
        for row in rows
    )
    return len(rows)
