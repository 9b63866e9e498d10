"""How a row is shown before it is written: masked, with the reason at the cell."""

from dataclasses import dataclass, field

from veterans.importing.batches import as_person_row
from veterans.importing.cells import shown
from veterans.importing.corrections import CORRECTABLE, typed_value
from veterans.importing.differences import label_of, shown_value
from veterans.importing.note_phones import OFFER
from veterans.models import ImportRow

TONES = {"created": "good", "updated": "wait", "unchanged": "none", "ask": "fair",
         "rejected": "poor", "skipped": "none"}  # fmt: skip
FACTS = ("gender", "birth_date", "id_number", "enlisted_on", "discharged_on", "former_post",
         "current_post", "strengths", "strengths_text", "honours", "phone", "political_status",
         "person_kind", "care_categories", "status", "note")  # fmt: skip
_COLUMN_OF = {"strengths_text": "strengths", "person_kind": "care"}


@dataclass
class Box:
    """A doubtful cell that can be typed anew in the page."""

    name: str
    label: str
    value: str


@dataclass
class ShownRow:
    tone: str
    facts: list[tuple[str, str]]
    reasons: list[dict]
    boxes: list[Box] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    may_decide: bool = False
    may_be_new: bool = False
    accept: str = ""
    offers_phone: bool = False


def shown_row(row: ImportRow, columns, is_open, typed=None, errors=()) -> ShownRow:
    person = as_person_row(row)
    result = ShownRow(
        TONES[row.outcome],
        _facts(person.values),
        [_reason(note, person.raw, columns) for note in row.notes if note["level"] != "fix"],
        errors=list(errors),
    )
    result.may_decide = is_open and row.written_at is None and row.outcome in (
        "ask", "rejected", "created", "updated",
    )  # fmt: skip
    if result.may_decide:
        doubtful = [n["field"] for n in row.notes if n["level"] in ("ask", "blank")]
        for name in dict.fromkeys(doubtful):
            if name in CORRECTABLE:
                value = (typed or {}).get(name) or typed_value(person, name)
                result.boxes.append(Box(name, label_of(name), value))
        result.offers_phone = any(n["message"].startswith(OFFER) for n in row.notes)
        result.may_be_new = row.outcome == "ask" and row.action in ("update", "none")
        result.accept = {"update": "更新此人", "none": "更新此人", "transfer": "申请转入"}.get(
            row.action, "导入"
        )
    return result


def _facts(values):
    found = []
    for name in FACTS:
        text = shown_value(name, values.get(name))
        if text:
            found.append((label_of(name), shown(text, 60)))
    return found


def _reason(note, raw, columns):
    """The message with the cell's own words; numbers of a person are not repeated."""
    name = note["field"]
    column = columns.get(_COLUMN_OF.get(name, name))
    text = ""
    if column is not None and column < len(raw) and name not in ("id_number", "phone"):
        text = shown(raw[column], 30)
    label = {"former_unit": "部队单位"}.get(name) or label_of(name)
    return note | {"label": label, "cell": text}
