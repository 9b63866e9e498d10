"""What the pages of a version show, made from its requirements without a further query."""

from accreditation.rubric import PART_NAMES, SUMS
from accreditation.rubric_pages.thresholds import told
from accreditation.rubric_pages.words import differences
from accreditation.scorecard.page import ITEMS
from accreditation.scoring.results import PARTS
from stations.models import Track


def parts_of(rows, form, before):
    """Parts, their items and lines, in the order of the standard; with `form` the cells of
    the table that edits them, with `before` what differs from the version in force."""
    parts = {part: {"code": part, "name": PART_NAMES[part], "due": due, "items": {}, "sum": 0}
             for part, due in SUMS.items()}  # fmt: skip
    for row in rows:
        part = parts[row.part]
        number = f"{PART_NAMES[row.part]}{row.item[1:]}"
        item = part["items"].setdefault(
            row.item,
            {
                "code": row.item,
                "name": f"{number} {ITEMS.get(row.item, '')}",
                "sum": 0,
                "lines": [],
            },
        )
        item["lines"].append(
            {
                "row": row,
                "cells": form.cells(row) if form else None,
                "thresholds": list(told(row.measure, row.parameters).items()),
                "is_changed": row.code in before and bool(differences(before[row.code], row)),
            }
        )
        item["sum"] += row.points
        part["sum"] += row.points
    for part in parts.values():
        part["items"] = list(part["items"].values())
    return list(parts.values())


def track_sums(rows):
    """共性 and one track's own part together make 100."""
    sums = dict.fromkeys(SUMS, 0)
    for row in rows:
        sums[row.part] += row.points
    return [
        {"track": track, "part": part, "label": Track(track).label, "sum": sums["C"] + sums[part]}
        for track, part in PARTS.items()
    ]


def trial_tables(trial, labels):
    data = trial.data
    return {
        "tracks": [(Track(track), row) for track, row in data["tracks"].items()],
        "requirements": [
            (*labels.get(row["code"], (row["code"], "")), row) for row in data["requirements"]
        ],
        "counties": [
            (row["name"], row["stations"], [tuple(row["ready"][track]) for track in PARTS])
            for row in data["counties"]
        ],
        "labels": [Track(track).short_label for track in PARTS],
        "stations": data["stations"],
    }
