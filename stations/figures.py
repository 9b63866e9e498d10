"""The official figures of all stations of a county, written as one grid.

A row is written only where something was typed that differs from what the page showed
(`seen`). If the stored figures differ from what was shown and from what was typed, somebody
else was faster: nothing is written and both values are shown.
"""

import re
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from stations.models import Station

COLUMNS = ("registered_veterans", "population", "fulltime_staff", "parttime_staff")
LIMITS = {
    "registered_veterans": 200_000,
    "population": 1_000_000,
    "fulltime_staff": 500,
    "parttime_staff": 500,
}
LABELS = {name: str(Station._meta.get_field(name).verbose_name) for name in COLUMNS}
# Excel writes 1,234 and full-width digits come from Chinese input methods.
_SEPARATORS = re.compile(r"[,，\s]")


class Stale(Exception):
    """Figures changed while the page was open: {station pk: {column: stored value}}."""

    def __init__(self, stored: dict[int, dict[str, int | None]]):
        self.stored = stored
        super().__init__("figures were changed since the page was opened")


@dataclass
class Line:
    """One station of the grid: what is stored, what was shown, what was typed."""

    station: Station
    seen: dict[str, int | None]
    typed: dict[str, str] = field(default_factory=dict)
    values: dict[str, int | None] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    stored: dict[str, int | None] = field(default_factory=dict)

    @property
    def changed(self) -> dict[str, int | None]:
        return {name: v for name, v in self.values.items() if v != self.seen[name]}

    @property
    def seen_text(self) -> str:
        return ":".join("" if v is None else str(v) for v in self.seen.values())

    @property
    def cells(self) -> list[dict]:
        return [
            {
                "name": f"{name}-{self.station.pk}",
                "label": f"{self.station.name} {LABELS[name]}",
                "typed": self.typed[name],
                "error": self.errors.get(name, ""),
                "has_conflict": name in self.stored,
                "stored": self.stored.get(name),
            }
            for name in COLUMNS
        ]


def figures_of(station: Station) -> dict[str, int | None]:
    return {name: getattr(station, name) for name in COLUMNS}


def shown_lines(stations) -> list[Line]:
    lines = []
    for station in stations:
        seen = figures_of(station)
        typed = {name: "" if value is None else str(value) for name, value in seen.items()}
        lines.append(Line(station, seen, typed))
    return lines


def typed_lines(stations, data) -> list[Line]:
    """What came back. A station that is not in the form (a new one) stays as it is."""
    lines = []
    for line in shown_lines(stations):
        seen = _read_seen(data.get(f"seen-{line.station.pk}"))
        if seen is not None:
            line.seen = seen
            _read_cells(line, data)
        lines.append(line)
    return lines


def _read_seen(text) -> dict[str, int | None] | None:
    parts = (text or "").split(":")
    if len(parts) != len(COLUMNS) or not all(part == "" or part.isdigit() for part in parts):
        return None
    return {name: int(part) if part else None for name, part in zip(COLUMNS, parts, strict=True)}


def _read_cells(line: Line, data) -> None:
    for name in COLUMNS:
        text = data.get(f"{name}-{line.station.pk}")
        if text is None:
            continue
        line.typed[name] = text
        try:
            line.values[name] = read_figure(text, LIMITS[name])
        except ValueError as reason:
            line.errors[name] = str(reason)


def read_figure(text: str, limit: int) -> int | None:
    plain = _SEPARATORS.sub("", text)
    if not plain:
        return None
    if not plain.isdecimal():
        raise ValueError(f"“{text.strip()[:12]}”不是整数，请只填数字。")
    if len(plain) > 9 or int(plain) > limit:
        raise ValueError(f"{text.strip()[:12]}太大，最多{limit}，请核对。")
    return int(plain)


@transaction.atomic
def write_figures(lines: list[Line], *, by) -> int:
    """All changed rows or none. The rows are locked before they are compared (SQLite's
    immediate transaction locks the database, PostgreSQL the rows)."""
    changes = {line.station.pk: line.changed for line in lines if line.changed}
    if not changes:
        return 0
    seen = {line.station.pk: line.seen for line in lines}
    stations = list(
        Station.objects.editable_by(by)
        .filter(pk__in=changes)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    stale: dict[int, dict[str, int | None]] = {}
    entries = []
    now = timezone.now()
    for station in stations:
        change = changes[station.pk]
        before = {name: getattr(station, name) for name in change}
        for name, value in change.items():
            if before[name] not in (seen[station.pk][name], value):
                stale.setdefault(station.pk, {})[name] = before[name]
            setattr(station, name, value)
        station.version += 1
        station.updated_at, station.updated_by = now, by
        entries.append(
            audit.entry(
                "station.figures",
                by=by,
                obj=station,
                before={LABELS[name]: value for name, value in before.items()},
                after={LABELS[name]: value for name, value in change.items()},
            )
        )
    if stale:
        raise Stale(stale)
    Station.objects.bulk_update(stations, [*COLUMNS, "version", "updated_at", "updated_by"])
    AuditEntry.objects.bulk_create(entries)
    return len(stations)
