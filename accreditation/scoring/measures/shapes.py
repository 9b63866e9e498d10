"""The shapes of a measure: something counted, a share, a share of periods, several things."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from accreditation.scoring.dates import percent_up, remaining, scaled
from accreditation.scoring.facts import Facts
from accreditation.scoring.numbers import FULL, NONE, Found, counted, linear

Parameters = dict[str, Any]
Words = Callable[[Found], str]
Need = Callable[[Facts, Parameters], int]


class Fix(NamedTuple):
    """Where something lacking is entered: a section and, where a new record helps, its kind
    and the values that its form begins with."""

    section: str
    kind: str = ""
    query: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Measure:
    """`rows` names what was counted: (counter) or (population, counter), each
    "source.name", in the order in which the list shows them. `fixes` stand beside the parts
    of what was found, for those that are entered elsewhere than the measure itself."""

    evaluate: Callable[[Facts, Parameters], Found]
    found: Words
    missing: Words
    rows: tuple[tuple[str, str], ...] = ()
    section: str = ""
    kind: str = ""
    query: tuple[tuple[str, str], ...] = ()
    fixes: tuple[Fix | None, ...] = ()

    def fix(self, found: Found) -> Fix:
        """Of several things the first that is lacking."""
        for (_, n, need), elsewhere in zip(found.parts, self.fixes, strict=False):
            if n < need:
                return elsewhere or Fix(self.section, self.kind, self.query)
        return Fix(self.section, self.kind, self.query)


def percent(found: Found) -> str:
    """Rounded down to a tenth, so that 94.96% never reads as the 95% that it is not."""
    tenths = 1000 * found.n // found.of if found.of else 0
    return f"{tenths // 10}.{tenths % 10}%"


# --- how much is needed ---------------------------------------------------------------


def fixed(facts: Facts, p: Parameters) -> int:
    return int(p["full"])


def limit(p: Parameters) -> str:
    """The term or length that a measure's words name, for {limit} in them."""
    if "seconds" in p:
        return str(p["seconds"] // 60)
    return str(next((p[name] for name in ("months", "days", "times") if name in p), ""))


def fewer_if_small(facts: Facts, p: Parameters) -> int:
    return int(p["full_small"] if facts.is_small(p["small_under"]) else p["full"])


def fewer_if_village(facts: Facts, p: Parameters) -> int:
    return int(p["full_village"] if facts.is_village else p["full"])


def up_to_confirmed(kind: str) -> Need:
    """So many, or the number that the county confirmed to exist, if fewer."""

    def need(facts: Facts, p: Parameters) -> int:
        if not facts[f"confirmations.{kind}"]:
            return int(p["full"])
        return min(int(p["full"]), facts[f"confirmations.{kind}_number"])

    return need


def up_to_share(counter: str) -> Need:
    """So many, or a share of people, if fewer."""

    def need(facts: Facts, p: Parameters) -> int:
        return min(int(p["full"]), percent_up(facts[counter], p["percent"]))

    return need


def up_to_all(counter: str) -> Need:
    def need(facts: Facts, p: Parameters) -> int:
        return min(int(p["full"]), facts[counter])

    return need


# --- shapes ---------------------------------------------------------------------------


def count(
    counters: str | tuple[str, ...],
    noun: str,
    unit: str,
    *,
    need: Need = fixed,
    whole: bool = False,
    population: str = "",
    **where: Any,
) -> Measure:
    """n against a need, linear between; with `whole`, nothing below the need."""
    names = (counters,) if isinstance(counters, str) else counters

    def evaluate(facts: Facts, p: Parameters) -> Found:
        n, wanted = sum(facts[name] for name in names), need(facts, p)
        share = counted(n, wanted)
        if whole and share != FULL:
            share = NONE
        return Found(n, wanted, share, wanted)

    def missing(f: Found) -> str:
        if f.need == 0:
            return "没有可以计数的对象；确实不存在的，可由县（区）提出不适用"
        return f"还需{f.need - f.n}{unit}" if f.n < f.need else ""

    return Measure(
        evaluate,
        lambda f: f"{noun}{f.n}{unit}" + (f"（满分需{f.need}{unit}）" if f.need else ""),
        missing,
        tuple((population or name, name) for name in names),
        **where,
    )


def share(
    part: str,
    whole: str,
    words: str,
    unit: str,
    *,
    empty: str,
    empty_is_full: bool = False,
    **where: Any,
) -> Measure:
    """n of a whole in percent. An empty whole scores nothing and says so, unless the rule
    says otherwise."""

    def evaluate(facts: Facts, p: Parameters) -> Found:
        n, of = facts[part], facts[whole]
        if not of:
            return Found(0, 0, FULL if empty_is_full else NONE, p["full"])
        earned = linear(n, of, full=p["full"], none=p["none"])
        return Found(n, of, earned, p["full"], limit(p))

    def found(f: Found) -> str:
        return words.format(n=f.n, of=f.of, pct=percent(f), limit=f.note) if f.of else empty

    def missing(f: Found) -> str:
        if not f.of:
            return "" if empty_is_full else empty
        lack = -(-f.need * f.of // 100) - f.n
        return f"达到{f.need}%还需{lack}{unit}" if lack > 0 else ""

    return Measure(evaluate, found, missing, ((whole, part),), **where)


def present(counter: str, noun: str, lack: str, **where: Any) -> Measure:
    def evaluate(facts: Facts, p: Parameters) -> Found:
        n = facts[counter]
        return Found(n, 1, FULL if n else NONE, 1, limit(p))

    def found(f: Found) -> str:
        sought = noun.format(limit=f.note)
        return f"{sought}{f.n}项" if f.n else f"未找到{sought}"

    return Measure(
        evaluate,
        found,
        lambda f: "" if f.n else lack,
        ((counter, counter),),
        **where,
    )


def periods(
    windows: Callable[[Facts], list[Any]],
    good: Callable[[Facts, int], bool],
    noun: str,
    unit: str,
    **where: Any,
) -> Measure:
    """x of n periods; those before the records begin are left out."""

    def evaluate(facts: Facts, p: Parameters) -> Found:
        chosen = windows(facts)
        counts = remaining(chosen, facts.place.begin)
        left = sum(counts)
        done = [n for n, counts_ in enumerate(counts) if counts_ and good(facts, n)]
        need = scaled(p["full"], len(chosen), left)
        return Found(len(done), left, counted(len(done), need), need)

    return Measure(
        evaluate,
        lambda f: (
            f"{noun}{f.n}{unit}，应计{f.of}{unit}（满分需{f.need}{unit}）"
            if f.of
            else f"记录起始以来还没有应计的完整{unit.lstrip('个')}"
        ),
        lambda f: (
            f"还需{f.need - f.n}{unit}"
            if f.n < f.need
            else ("" if f.of else "应计时段到来后再计分")
        ),
        **where,
    )
