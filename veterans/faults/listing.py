"""What the pages of data faults show: lines, numbers per kind and per station, and the
answers that are missing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from records.by_row import ByRow
from stations.models import Station
from veterans.faults.closing import CHOICES, may_decide
from veterans.filters import MISSING
from veterans.models import DataFault, FaultCheck, Veteran

Kind = DataFault.Kind
# What C2.2, C2.3 and the people of every age rule ask for; the roster filters by the rest.
ASKED = ("former_post", "current_post", "strengths", "honours", "birth", "photos")
ELSEWHERE = "另一个服务站"


def open_faults(user: User, station: Station | int | None = None) -> QuerySet[DataFault]:
    if station is None:
        return DataFault.objects.visible_to(user).filter(closed_at=None)
    faults = DataFault.objects.few().visible_to(user)
    return faults.filter(closed_at=None, veteran__station=station)


def few_open_faults(user: User) -> QuerySet[DataFault]:
    """The same, for a number of them: there are far fewer faults than people, so the station of
    each is looked up."""
    return DataFault.objects.row_by_row().visible_to(user).filter(closed_at=None)


def lines(faults: QuerySet[DataFault]) -> QuerySet[DataFault]:
    """A pair of which both sides are in these faults is one line."""
    mirror = faults.filter(
        kind=Kind.DUPLICATE, veteran=OuterRef("other"), other=OuterRef("veteran")
    )
    # In this order: whether there is a mirror is asked of every second one only.
    return faults.exclude(Q(veteran__gt=F("other")) & Q(ByRow(mirror)))


def count_kinds(faults: QuerySet[DataFault]) -> dict[str, int]:
    found = dict(faults.order_by().values_list("kind").annotate(n=Count("pk")))
    return {kind: found.get(kind, 0) for kind in Kind.values}


def in_order(faults: QuerySet[DataFault]) -> QuerySet[DataFault]:
    """Stations in the units' own order, never by how many faults they have."""
    return faults.select_related("veteran__station__region", "other__station__region").order_by(
        "veteran__station__region__rank", "veteran__pinyin", "veteran", "kind", "pk"
    )


@dataclass
class Line:
    fault: DataFault
    text: str
    fix: str
    other: Veteran | None
    other_words: str
    merge: str
    choices: list[tuple[str, str]]
    typed: dict[str, str]


def shown(user: User, faults: Iterable[DataFault], typed: dict[int, dict[str, str]]) -> list[Line]:
    return [_line(user, fault, typed.get(fault.pk, {})) for fault in faults]


def _line(user: User, fault: DataFault, typed: dict[str, str]) -> Line:
    person, other = fault.veteran, fault.other
    sees_other = other is not None and _sees(user, other)
    may = may_decide(user, person, other)
    words = "" if other is None or sees_other else ELSEWHERE
    merge = ""
    if other is not None and sees_other and may and may_decide(user, other, person):
        merge = reverse("veterans_merge", args=[person.code, other.code])
    answers = CHOICES[Kind(fault.kind)] if may else ()
    return Line(
        fault=fault,
        text=_text(fault),
        fix=_fix(fault),
        other=other if sees_other else None,
        other_words=words,
        merge=merge,
        choices=[(answer.value, answer.label) for answer in answers],
        typed=typed,
    )


def _sees(user: User, person: Veteran) -> bool:
    return bool(user.region_id) and person.station.region.path.startswith(user.region.path)


def _text(fault: DataFault) -> str:
    if fault.kind == Kind.CHECK_DIGIT:
        return f"公民身份号码{fault.veteran.masked_id_number}的校验码不对，请对照证件核对"
    # A sentence of the importer ends; the page goes on.
    return (fault.raw_text or fault.get_kind_display()).rstrip("。")


def _fix(fault: DataFault) -> str:
    """The person's form at the field, so that a click leads to what must be corrected."""
    person = fault.veteran
    url = reverse("record", args=[person.station.region.code, "roster", "person", person.code])
    return f"{url}#id_{fault.field}" if fault.field else url


def by_station(faults: QuerySet[DataFault]) -> list[dict]:
    """Stations with open faults, in the units' own order."""
    region = "veteran__station__region"
    kinds = {kind: Count("pk", filter=Q(kind=kind)) for kind in Kind.values}
    rows = (
        faults.order_by(f"{region}__rank", f"{region}__path")
        .values("veteran__station__name", f"{region}__code", f"{region}__rank", f"{region}__path")
        .annotate(total=Count("pk"), people=Count("veteran", distinct=True), **kinds)
    )
    return [
        {"name": row["veteran__station__name"], "code": row[f"{region}__code"], **row}
        for row in rows
    ]


def missing_answers(user: User, station: Station | None, county: str = "") -> dict:
    """{"of", "rows": [(label, number, address of the roster filtered to them)]}."""
    people = Veteran.objects.visible_to(user).people()
    url, query = reverse("veterans"), "person_kind=veteran&status=active"
    if station:
        people = people.filter(station=station)
        url = reverse("section", args=[station.region.code, "roster"])
    elif county:
        people = people.filter(station__region__path__contains=f"/{county}/")
        query += f"&place={county}"
    numbers = {key: Count("pk", filter=MISSING[key][1]()) for key in ASKED}
    found = people.order_by().aggregate(of=Count("pk"), **numbers)
    rows = [(MISSING[key][0], found[key], f"{url}?missing={key}&{query}") for key in ASKED]
    return {"of": found["of"], "rows": rows}


def last_check(region) -> FaultCheck | None:
    """The latest completed check that covered this region."""
    above = Q(region=None) | Q(region__code__in=[*region.ancestor_codes, region.code])
    return FaultCheck.objects.filter(above, finished_at__isnull=False).first()
