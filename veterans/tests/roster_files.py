"""The sample rosters and what an import must make of each, compared as their README says."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "rosters"
EXPECTED = json.loads((FOLDER / "expected.json").read_text())
OFFERED = ("created", "updated", "unchanged", "ask")
DATES = ("birth", "enlisted", "discharged")


def faults(name: str, answer: dict) -> list[str]:
    """Where the JSON of an import differs from what expected.json says of the file."""
    want, found = EXPECTED[name], []
    if "refused" in want:
        if not answer["refused"] or answer["rows"]:
            found.append(f"{want['refused']}: not refused")
        return found
    if answer["refused"]:
        return [f"refused: {answer['refused']}"]
    offered = [row for row in answer["rows"] if row["outcome"] in OFFERED]
    counted = [key for key in ("ask", "rejected") if key in want]
    found += [f"{key} is {answer[key]}" for key in counted if answer[key] != want[key]]
    found += _people(want, offered)
    found += _names(want, offered)
    found += _marked(want, answer)
    found += _sheets(want, answer)
    return found


def _marked(want, answer):
    found, rows_of = [], {}
    for row in answer["rows"]:
        rows_of.setdefault(row["name"], []).append(row)
    found += [
        f"{person} carries no note"
        for person in want.get("notes", {})
        if not any(row["notes"] for row in rows_of.get(person, []))
    ]
    found += [
        f"{person} does not wait"
        for person in want.get("ask_names", [])
        if [row["outcome"] for row in rows_of.get(person, [])] != ["ask"]
    ]
    for person, kind in want.get("person_kind", {}).items():
        if rows_of[person][0]["values"].get("person_kind") != kind:
            found.append(f"{person} is not {kind}")
    return found


def _people(want, offered):
    people = want.get("people", [])
    found = []
    if people and [row["name"] for row in offered] != [person["name"] for person in people]:
        found.append("other people")
    for person, row in zip(people, offered, strict=False):
        for key, value in person.items():
            given = row["name"] if key == "name" else row["values"].get(key, "")
            right = given.startswith(value) if key in DATES else given == value
            if not right:
                found.append(f"{person['name']}.{key}: {given!r}, not {value!r}")
    return found


def _names(want, offered):
    names = [row["name"] for row in offered]
    if "names" in want and names != want["names"]:
        return [f"names: {names}"]
    return []


def _sheets(want, answer):
    found = []
    given = {sheet["name"]: sheet for sheet in answer["sheets"]}
    for name, rule in want.get("sheets", {}).items():
        sheet = given[name]
        if isinstance(rule, str):
            if sheet["selected"]:
                found.append(f"{name} is selected")
            continue
        names = [row["name"] for row in answer["rows"] if row["sheet"] == name]
        if not sheet["selected"] or sheet["station"] != rule["station"] or names != rule["names"]:
            found.append(f"{name}: {sheet}, {names}")
    return found
