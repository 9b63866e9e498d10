"""A reading as JSON, for the command and for whoever checks an import from outside."""

from veterans.importing.differences import shown_value
from veterans.importing.pipeline import Reading

# Dates lose the part of the column's name that says nothing.
_KEYS = {"birth_date": "birth", "enlisted_on": "enlisted", "discharged_on": "discharged"}
_MASKED = ("id_number", "phone")
_ANSWERS = {
    "former_post": "former_post_state",
    "current_post": "current_post_state",
    "strengths_text": "strengths_state",
}
OUTCOMES = ("created", "updated", "unchanged", "ask", "rejected")


def as_json(reading: Reading) -> dict:
    counts = reading.counts()
    return {
        "sheets": [
            {
                "name": plan.name,
                "station": plan.station.region.code if plan.station is not None else None,
                "selected": plan.selected,
                "notes": [text for text in (plan.reason, *plan.notes) if text],
            }
            for plan in reading.sheets
        ],
        **{outcome: counts[outcome] for outcome in OUTCOMES},
        "rows": [row_json(row) for row in reading.rows],
        "refused": reading.refused,
    }


def row_json(row) -> dict:
    return {
        "sheet": row.sheet,
        "row": row.number,
        "outcome": row.outcome,
        "station": row.station.region.code if row.station is not None else None,
        "name": row.name,
        "values": values_json(row.values),
        "notes": [
            {"field": note.field, "level": note.level, "message": note.message}
            for note in row.notes
        ],
    }


def values_json(values: dict) -> dict:
    """The roster's terms; 无 is `known_none`, 不详 is `unknown`, numbers are masked."""
    shown = {}
    for name, value in values.items():
        if name.startswith("_") or name == "name":
            continue
        if name in _MASKED:
            value = shown_value(name, value)
        shown[_KEYS.get(name, name)] = value
    for name, state in _ANSWERS.items():
        if values.get(state) in ("none", "unknown") and not shown.get(name):
            shown[name] = {"none": "known_none", "unknown": "unknown"}[values[state]]
    for name in ("gender", "birth", "enlisted", "discharged", "former_post", "current_post"):
        shown.setdefault(name, "")
    return shown
