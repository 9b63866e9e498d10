"""What the rules are told. ID numbers stay encrypted: two are the same when their keyed
hashes are, and whether one is right was noted when it was stored (id_check)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet

from records.dates import format_partial
from veterans.models import Veteran

Status = Veteran.Status
# Whoever moved away or died is nobody's to repair.
CHECKED = (Status.ACTIVE, Status.LOST)
CHUNK = 2000


class Facts(NamedTuple):
    pk: int
    station: int
    name: str
    gender: str
    person_kind: str
    birth_date: dt.date | None
    birth_precision: str
    enlisted_on: dt.date | None
    enlisted_precision: str
    discharged_on: dt.date | None
    discharged_precision: str
    id_hash: str
    hash_version: int
    id_check: str

    @property
    def born(self) -> str:
        return format_partial(self.birth_date, self.birth_precision)

    @property
    def enlisted(self) -> str:
        return format_partial(self.enlisted_on, self.enlisted_precision)

    @property
    def discharged(self) -> str:
        return format_partial(self.discharged_on, self.discharged_precision)


COLUMNS = tuple("station_id" if name == "station" else name for name in Facts._fields)


def checked() -> QuerySet[Veteran]:
    return Veteran.objects.filter(status__in=CHECKED)


def facts_of(people: QuerySet[Veteran]) -> Iterator[Facts]:
    rows = people.order_by("pk").values_list(*COLUMNS)
    return (Facts(*row) for row in rows.iterator(chunk_size=CHUNK))


def alike(people: QuerySet[Veteran]) -> list[Facts]:
    """Everybody, wherever, who shares an ID number or a name with one of these people."""
    same_number = checked().filter(
        id_hash__in=people.exclude(id_hash="").order_by().values("id_hash")
    )
    same_name = checked().filter(name__in=people.order_by().values("name"))
    found: dict[int, Any] = {one.pk: one for one in facts_of(same_number)}
    found |= {one.pk: one for one in facts_of(same_name)}
    return [found[pk] for pk in sorted(found)]
