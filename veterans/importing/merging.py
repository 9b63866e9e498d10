"""Rows of one person become one row, before anybody looks at the database."""

from veterans.importing.cells import ASK, NOTE
from veterans.importing.dates import agree
from veterans.importing.rows import PersonRow

SKIPPED = "skipped"
_TEXTS = ("strengths_text", "note")
_LISTS = ("honours", "strengths", "care_categories", "war_tags")


def join_continuations(rows: list[PersonRow], continued: set[int]) -> list[PersonRow]:
    """Rows whose name stands in the row above belong to it: two honours, one person."""
    kept: list[PersonRow] = []
    for row in rows:
        if id(row) in continued and kept and kept[-1].sheet == row.sheet:
            owner = kept[-1]
            # Below each other stand two honours, be they the same words.
            honours = owner.values.get("honours", []) + row.values.get("honours", [])
            _fill(owner, row)
            if honours:
                owner.values["honours"] = honours
            owner.also.append(row.number)
            owner.notes += [note for note in row.notes if note not in owner.notes]
            owner.say("name", NOTE, f"第{row.number}行与本行是同一人，已合为一人。")
        else:
            kept.append(row)
    return kept


def _fill(owner, row):
    for name, value in row.values.items():
        if name == "name":
            continue
        if name in _LISTS:
            mine = owner.values.setdefault(name, [])
            mine += [item for item in value if item not in mine]
        elif name in _TEXTS and owner.values.get(name) and value not in owner.values[name]:
            owner.values[name] = f"{owner.values[name]}；{value}"
        elif name.endswith("_state"):
            if owner.values.get(name, "blank") != "answered":
                owner.values[name] = value
        else:
            owner.values.setdefault(name, value)


def join_repeats(rows: list[PersonRow]) -> None:
    """The same person twice in a file: a plain repeat joins the first row, anything else
    waits for a decision."""
    by_id: dict[str, PersonRow] = {}
    by_name: dict[tuple[int, str], list[PersonRow]] = {}
    for row in rows:
        if not row.name:
            continue
        number = row.values.get("id_number", "")
        first = by_id.get(number) if number else None
        if first is not None:
            _same_number(first, row)
            continue
        named = by_name.setdefault((_station_key(row), row.name), [])
        twin = next((other for other in named if _maybe_same(other, row)), None)
        if twin is not None and _same_name(twin, row):
            continue
        if number:
            by_id[number] = row
        named.append(row)


def _station_key(row):
    return row.station.pk if row.station is not None else 0


def differences(first: PersonRow, row: PersonRow) -> list[str]:
    """Fields that both rows fill, differently."""
    found = []
    for name, value in row.values.items():
        other = first.values.get(name)
        if name.endswith("_state") or name in ("honours", "id_check") or not value or not other:
            continue
        if name in ("birth_date", "enlisted_on", "discharged_on"):
            if not agree(value, other):
                found.append(name)
        elif value != other:
            found.append(name)
    return found


def _same_number(first, row):
    different = differences(first, row)
    if not different and _station_key(first) == _station_key(row) and not row.asks:
        _join(first, row)
        return
    # The number can be only one person's: the later row would be written without it.
    for name in ("id_number", "id_check"):
        row.values.pop(name, None)
    where = f"{first.sheet} " if first.sheet != row.sheet else ""
    message = f"身份号码与{where}第{first.number}行（{first.name}）相同，请核对。"
    row.say("id_number", ASK, f"{message}确认导入则作为另一人，不写身份号码。")


def _maybe_same(first, row):
    """Same name: the same person unless birth or number say otherwise."""
    numbers = (first.values.get("id_number"), row.values.get("id_number"))
    if all(numbers):
        return False
    births = (first.values.get("birth_date"), row.values.get("birth_date"))
    return not all(births) or agree(*births)


def _same_name(first, row):
    """True if the row was joined."""
    births = (first.values.get("birth_date"), row.values.get("birth_date"))
    if not differences(first, row) and all(births):
        _join(first, row)
        return True
    row.twin = first  # matching.py asks, once it knows who is stored
    return False


def _join(first, row):
    _fill(first, row)
    first.also.append(row.number)
    first.say("name", NOTE, f"第{row.number}行重复了本行，已合为一人。")
    row.outcome = SKIPPED
    row.say("name", NOTE, f"与第{first.number}行是同一人，已合为一人。")
