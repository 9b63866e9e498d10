"""补录: recognitions of earlier years, entered afterwards by the city."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import is_city
from accreditation.models import Accreditation, Application, Programme
from accreditation.workflow.errors import NotAllowed, Refused
from accreditation.workflow.moving import day_of, lock_stations, moment
from accreditation.workflow.naming import Numbers, counties_of
from stations.models import Station, Track


@dataclass(frozen=True)
class Row:
    programme: Programme
    station: Station
    track: str
    named_on: dt.date
    document_no: str = ""
    number: str = ""


def enter_accreditation(
    *,
    programme: Programme,
    station: Station,
    track: str,
    named_on: dt.date,
    document_no: str = "",
    number: str = "",
    by: User,
    at: dt.datetime | None = None,
) -> Accreditation:
    row = Row(programme, station, track, named_on, document_no, number)
    return enter_accreditations([row], by=by, at=at)[0]


def faults(rows: Sequence[Row], *, today: dt.date) -> list[str]:
    """One sentence per row, empty where it can be entered; four queries for any number."""
    stations = [row.station.pk for row in rows]
    wanted = [row.number for row in rows if row.number]
    active = set(
        Accreditation.objects.filter(station__in=stations)
        .exclude(state="ended")
        .values_list("programme", "station")
    )
    open_ones = set(
        Application.objects.filter(station__in=stations)
        .exclude(state__in=Application.ENDED)
        .values_list("programme", "station")
    )
    numbers = set(Accreditation.objects.filter(number__in=wanted).values_list("number", flat=True))
    result = []
    for row in rows:
        key = (row.programme.pk, row.station.pk)
        result.append(_fault(row, key, active, open_ones, numbers, today=today))
        active.add(key)
        numbers.add(row.number)
    return result


def _fault(
    row: Row,
    key: tuple[int, int],
    active: set[tuple[int, int]],
    open_ones: set[tuple[int, int]],
    numbers: set[str],
    *,
    today: dt.date,
) -> str:
    if row.track not in Track.values:
        return "建设类别须是红色文化、历史文化底蕴、乡村振兴高质量发展之一。"
    if row.named_on > today:
        return "认定日期不能晚于今天。"
    if row.named_on < row.programme.starts_on:
        return f"认定日期早于方案开始日期（{row.programme.starts_on:%Y年%-m月%-d日}）。"
    if len(row.number) > 30 or len(row.document_no) > 60:
        return "认定编号最多30字，决定文号最多60字。"
    if not row.station.region.county_code:
        return "这个服务站没有主管县（区）。"
    if key in active:
        return f"{row.station.name}在{row.programme}中已有有效的认定（或在本表中重复）。"
    if key in open_ones:
        return f"{row.station.name}在{row.programme}中有办理中的申报，请先办完。"
    if row.number and row.number in numbers:
        return f"认定编号{row.number}已经使用（或在本表中重复）。"
    return ""


def enter_accreditations(
    rows: Sequence[Row], *, by: User, at: dt.datetime | None = None
) -> list[Accreditation]:
    """All or nothing; numbers that are not given are the next of their year."""
    at = moment(at)
    if not is_city(by):
        raise NotAllowed("补录认定由市局办理。")
    try:
        with transaction.atomic():
            lock_stations(row.station for row in rows)
            wrong = [text for text in faults(rows, today=day_of(at)) if text]
            if wrong:
                raise Refused("".join(wrong[:5]))
            return _write(rows, by=by, at=at)
    except IntegrityError:
        raise Refused("这些服务站刚刚有了别的认定，没有写入任何一行，请重新核对。") from None


def _write(rows: Sequence[Row], *, by: User, at: dt.datetime) -> list[Accreditation]:
    counties = counties_of(row.station.region for row in rows)
    numbers: dict[int, Numbers] = {}
    made = []
    for row in rows:
        year = row.named_on.year
        given = row.number or numbers.setdefault(year, Numbers(year)).next(row.track)
        made.append(
            Accreditation(
                programme=row.programme,
                station=row.station,
                track=row.track,
                number=given,
                county=counties[row.station.region.county_code],
                document_no=row.document_no,
                named_on=row.named_on,
                source=Accreditation.Source.BACK_ENTRY,
                created_at=at,
                created_by=by,
            )
        )
    made = Accreditation.objects.bulk_create(made)
    entries = [
        audit.entry("accreditation.back_entry", by=by, obj=row, at=at,
                    after={"number": row.number, "named_on": row.named_on.isoformat()})
        for row in made
    ]  # fmt: skip
    if entries:
        type(entries[0]).objects.bulk_create(entries)
    return made
