"""Several things that full points need together: the first of them is the condition."""

from dataclasses import dataclass
from typing import Any

from accreditation.scoring.facts import Facts
from accreditation.scoring.measures.shapes import Fix, Measure, Need, Parameters, limit
from accreditation.scoring.numbers import Found, counted, together


def _one(facts: Facts, p: Parameters) -> int:
    return 1


@dataclass(frozen=True)
class Thing:
    """One of several things that full points need; the first of them is the condition."""

    counter: str
    noun: str
    unit: str = ""
    need: Need = _one
    fix: Fix | None = None


def things(*wanted: Thing, **where: Any) -> Measure:
    def evaluate(facts: Facts, p: Parameters) -> Found:
        parts = tuple(
            (f"{t.noun.format(limit=limit(p))}|{t.unit}", facts[t.counter], t.need(facts, p))
            for t in wanted
        )
        done = sum(n >= need for _, n, need in parts)
        earned = together(*(counted(n, need) for _, n, need in parts))
        return Found(done, len(parts), earned, len(parts), "", parts)

    rows = tuple((t.counter, t.counter) for t in wanted)
    fixes = tuple(t.fix for t in wanted)
    return Measure(evaluate, parts_found, parts_missing, rows, fixes=fixes, **where)


def parts_found(f: Found) -> str:
    return "，".join(_part_words(label, n) for label, n, _ in f.parts)


def _part_words(label: str, n: int) -> str:
    noun, unit = label.split("|")
    return f"{noun}{n}{unit}" if unit else (f"{noun}：有" if n else f"{noun}：无")


def parts_missing(f: Found) -> str:
    lacking = []
    for label, n, need in f.parts:
        noun, unit = label.split("|")
        if n < need:
            lacking.append(f"{noun}还需{need - n}{unit}" if unit else f"缺{noun}")
    return "；".join(lacking)
