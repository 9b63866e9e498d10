"""What a person types into a doubtful cell of the preview, read like a cell of the file."""

import datetime as dt

from veterans.importing import dates, note_phones, people
from veterans.importing.cells import ASK, BLANK, answer, has_number
from veterans.importing.rows import DATES, LIMITS, UNMASKED, PersonRow, look_at_whole
from veterans.importing.units import post_without_unit
from veterans.models import Veteran

CORRECTABLE = ("name", "gender", *DATES, "id_number", "phone", "former_post", "current_post")


def correct(row: PersonRow, typed: dict[str, str], *, today: dt.date) -> list[str]:
    """Put the typed values into the row; the sentences say what cannot be read."""
    errors: list[str] = []
    for name, text in typed.items():
        text = text.strip()
        if name in DATES:
            errors += _date(row, name, text)
        elif name == "id_number":
            errors += _number(row, text)
        else:
            errors += _word(row, name, text)
    if typed and not errors:
        kept = [note for note in row.notes if note.field not in typed]
        row.notes = []
        number = people.read_id(row.values.get("id_number", ""))
        row.values["_id_birth"], row.values["_id_gender"] = number.birth, number.gender
        look_at_whole(row, today)
        errors += [note.message for note in row.notes if note.level == BLANK]
        row.notes = kept + row.notes
    return errors


def _date(row, name, text):
    row.values.pop(name, None)
    if not text:
        return []
    read = dates.read_date(text)
    if read.level in (ASK, BLANK) or read.is_short:
        return [f"“{text}”不是完整的日期，请按“1985-10”的格式填写。"]
    row.values[name] = read.text
    return []


def _number(row, text):
    for key in ("id_number", "id_check"):
        row.values.pop(key, None)
    if not text:
        return []
    number = people.read_id(text)
    if not number.number:
        return ["身份号码应为18位，请核对；暂时没有可以留空。"]
    row.values |= {"id_number": number.number, "id_check": str(number.check)}
    return []


def _word(row, name, text):
    row.values.pop(name, None)
    if name == "name":
        row.values["name"] = people.read_name(text).name
        return [] if row.values["name"] else ["请填写姓名。"]
    if name == "gender":
        if text and text not in people.GENDERS:
            return ["性别请填“男”或“女”。"]
        if text:
            row.values[name] = people.GENDERS[text]
    elif name == "phone" and text == note_phones.FROM_NOTE:
        return _from_note(row)
    elif name == "phone":
        phone, _, _ = people.read_phone(text)
        if text and not phone:
            return ["联系电话不是有效号码，请核对。"]
        if phone:
            row.values[name] = phone
    elif name in ("former_post", "current_post"):
        state = answer(text)
        row.values[f"{name}_state"] = state
        if state == "answered":
            post = post_without_unit(text)[0] if name == "former_post" else text
            row.values[name] = post[: LIMITS[name]]
    return []


def _from_note(row):
    note = row.values.get("note", "")
    phone = note_phones.offered(note)
    if not phone:
        return ["备注里没有电话号码，请在联系电话一栏填写。"]
    row.values["phone"] = phone
    row.values["note"] = note_phones.without(note, note_phones.known_by(phone))
    if not has_number(row.values["note"]):
        row.notes = [one for one in row.notes if (one.field, one.message) != ("note", UNMASKED)]
    return []


def typed_value(row: PersonRow, name: str) -> str:
    """What the box of a doubtful cell shows first; a number of a person is typed anew."""
    if name in ("id_number", "phone"):
        return ""
    value = row.values.get(name, "")
    return dict(Veteran.Gender.choices).get(value, value) if name == "gender" else value
