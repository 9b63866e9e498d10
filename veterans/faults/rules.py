"""One pure function per kind of fault. Each says what it found, the values it was found by,
and a fingerprint of them: as long as that is the same, the facts are the same."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from veterans.faults.facts import Facts
from veterans.importing.dates import before, years_between
from veterans.models import DataFault, Veteran

Kind = DataFault.Kind
EARLIEST_BIRTH = "1900"
# The importer asks the same of a row (veterans/importing/rows.py): younger or older
# soldiers existed, and whoever knows one closes the fault with that reason.
YOUNGEST, OLDEST = 14, 40
# In a larger group of look-alikes each is held against the oldest row alone: a whole file of
# the same invented name must not become a million pairs.
LARGEST_GROUP = 30
SAME_NUMBER = "公民身份号码相同"
SAME_NAME = "姓名、出生年月相同"


@dataclass(frozen=True)
class Finding:
    veteran: int
    kind: str
    field: str
    text: str
    fingerprint: str
    other: int | None = None

    @property
    def key(self) -> tuple[int, int | None, str, str]:
        return (self.veteran, self.other, self.kind, self.field)


def fingerprint(*facts: object) -> str:
    return hashlib.sha256("|".join(map(str, facts)).encode()).hexdigest()


def check_digit(person: Facts) -> list[Finding]:
    """The stored number is not one that GB 11643 allows. Masked numbers are put in by the
    page; the number itself is not needed here."""
    if person.id_check != Veteran.IdCheck.INVALID:
        return []
    mark = fingerprint(Kind.CHECK_DIGIT, person.hash_version, person.id_hash)
    text = "公民身份号码校验未通过"
    return [Finding(person.pk, Kind.CHECK_DIGIT, "id_number", text, mark)]


def impossible_dates(person: Facts, today: dt.date) -> list[Finding]:
    """At most one per field, on the field that is most likely the wrong one. Dates are
    compared only as far as both are known."""
    born, enlisted, discharged = person.born, person.enlisted, person.discharged
    now = today.isoformat()
    found = {}
    for field, label, text in (
        ("birth_date", "出生年月", born),
        ("enlisted_on", "入伍时间", enlisted),
        ("discharged_on", "退役时间", discharged),
    ):
        if text and before(now, text):
            found[field] = f"{label}{text}晚于今天"
    if born and born < EARLIEST_BIRTH:
        found.setdefault("birth_date", f"出生年月{born}早于{EARLIEST_BIRTH}年")
    if enlisted and discharged and before(discharged, enlisted):
        found.setdefault("discharged_on", f"退役时间{discharged}早于入伍时间{enlisted}")
    if person.person_kind == Veteran.PersonKind.VETERAN and born and not found:
        found |= _age(born, enlisted, discharged)
    return [
        Finding(
            person.pk,
            Kind.IMPOSSIBLE_DATE,
            field,
            text,
            fingerprint(Kind.IMPOSSIBLE_DATE, field, text),
        )
        for field, text in found.items()
    ]


def _age(born: str, enlisted: str, discharged: str) -> dict[str, str]:
    if enlisted:
        age = years_between(born, enlisted)
        if age < 0:
            return {"enlisted_on": f"入伍时间{enlisted}早于出生年月{born}"}
        if age < YOUNGEST or age > OLDEST:
            text = f"入伍时约{age:.0f}岁（出生年月{born}，入伍时间{enlisted}）"
            return {"enlisted_on": text}
    elif discharged and years_between(born, discharged) < YOUNGEST:
        text = f"退役时不足{YOUNGEST}岁（出生年月{born}，退役时间{discharged}）"
        return {"discharged_on": text}
    return {}


def duplicates(people: Iterable[Facts]) -> Iterator[Finding]:
    """Pairs that are probably one person, once for each side. Told of everybody who shares
    a number or a name, else a group would be incomplete."""
    by_number, by_name = defaultdict(list), defaultdict(list)
    for person in people:
        if person.id_hash:
            by_number[person.hash_version, person.id_hash].append(person)
        if person.birth_date and person.birth_precision != "year":
            by_name[person.name, person.birth_date.year, person.birth_date.month].append(person)
    seen = set()
    for reason, groups in ((SAME_NUMBER, by_number), (SAME_NAME, by_name)):
        for group in groups.values():
            for one, two in _pairs(group):
                if (one.pk, two.pk) not in seen and (reason == SAME_NUMBER or _fit(one, two)):
                    seen.add((one.pk, two.pk))
                    yield from _both_sides(one, two, reason)


def _pairs(group: list[Facts]) -> Iterator[tuple[Facts, Facts]]:
    group.sort()
    heads = group[:1] if len(group) > LARGEST_GROUP else group
    for number, one in enumerate(heads):
        for two in group[number + 1 :]:
            yield one, two


def _fit(one: Facts, two: Facts) -> bool:
    """Same name and month of birth, and nothing that says they are two people."""
    if one.gender and two.gender and one.gender != two.gender:
        return False
    days_known = one.birth_precision == two.birth_precision == "day"
    if days_known and one.birth_date != two.birth_date:
        return False
    both_valid = one.id_check == two.id_check == Veteran.IdCheck.VALID
    # Under different keys the hashes cannot be compared, and two numbers stay two.
    return not (both_valid and (one.hash_version, one.id_hash) != (two.hash_version, two.id_hash))


def _both_sides(one: Facts, two: Facts, reason: str) -> Iterator[Finding]:
    sides = [(p.pk, p.name, p.born, p.gender, p.id_check) for p in (one, two)]
    mark = fingerprint(Kind.DUPLICATE, reason, *sides)
    for own, other in ((one, two), (two, one)):
        text = reason if reason == SAME_NUMBER else f"{reason}（{own.name}，{own.born[:7]}）"
        yield Finding(own.pk, Kind.DUPLICATE, "", text, mark, other.pk)
