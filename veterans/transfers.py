"""A person moves from one station to another: one asks, the other answers. Until then the
person belongs to the station it was at, and afterwards to the other one alone, so nobody is
ever counted twice. Two answers at once: the first counts, the second is told."""

from collections.abc import Callable

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import can_edit_records
from records.models import AttachmentLink, Notice, new_code
from records.notices import tell
from records.workflow import begin_records
from stations.models import Station
from veterans.faults.detection import check_people
from veterans.faults.runs import tell_superiors
from veterans.models import Honour, Transfer, Veteran
from veterans.search import has_number

ELSEWHERE = "另一个服务站"
TAKEN = "另有在册人员使用相同的公民身份号码，不能转接，请先核对重复人员。"
MOVED_ON = "此人已转入其他服务站。"
PAGE = "/veterans/transfers/"
BY_IMPORT = "花名册导入"
# What apps above this one do when a person has moved (volunteers: membership ends).
AFTER_MOVE: list[Callable[..., None]] = []


class NotPossible(Exception):
    """The request cannot be made or answered; the sentence says why."""


def may_act_for(user: User, station: Station) -> bool:
    """Whether this person keeps the records of the station."""
    if not can_edit_records(user) or not user.region_id:
        return False
    return station.region.path.startswith(user.region.path)


def may_answer(user: User, transfer: Transfer) -> bool:
    """The other side answers; a county answers for every station below it."""
    return may_act_for(user, transfer.answering)


def may_withdraw(user: User, transfer: Transfer) -> bool:
    return may_act_for(user, transfer.asking)


def awaiting(user: User) -> QuerySet:
    """Open requests that this person may answer."""
    stations = Station.objects.editable_by(user)
    asked_of_giver = Q(direction=Transfer.Direction.IN, from_station__in=stations)
    asked_of_taker = Q(direction=Transfer.Direction.OUT, to_station__in=stations)
    return Transfer.objects.open().filter(asked_of_giver | asked_of_taker)


def find_person(name: str, number: str, *, station: Station) -> Veteran:
    """The one whom a station asks for, by name together with ID number or phone: nobody
    learns of a person whom he does not know already."""
    found = list(
        Veteran.objects.filter(has_number(number), name=name, merged_into=None)
        .exclude(status=Veteran.Status.DECEASED)
        .select_related("station__region")[:3]
    )
    if any(person.station_id == station.pk for person in found):
        raise NotPossible(f"“{name}”已在本站花名册中，不需要转入。")
    if len(found) > 1:
        raise NotPossible("有多条相符的记录，请先联系县（区）核对重复人员。")
    if not found:
        raise NotPossible("没有找到姓名和号码都相符的人员，请核对；此人未在册的，请直接新增。")
    return found[0]


def ask(
    person: Veteran,
    *,
    to: Station,
    direction: str,
    by: User | None,
    name: str = "",
    reason: str = "",
) -> Transfer:
    """Note the request and tell the other side. The person stays where it is."""
    if person.station_id == to.pk:
        raise NotPossible(f"“{person.name}”已在该服务站的花名册中。")
    if person.status == Veteran.Status.DECEASED:
        raise NotPossible("已去世人员不办理转接。")
    with transaction.atomic():
        # The person's row is the lock: of two who ask at once, the second finds the first.
        Veteran.objects.select_for_update().get(pk=person.pk)
        if Transfer.objects.open().filter(veteran=person, to_station=to).exists():
            raise NotPossible("这个人转入该站的申请已经提交，正等待答复。")
        transfer = Transfer.objects.create(
            veteran=person,
            from_station=person.station,
            to_station=to,
            direction=direction,
            asked_name=name or person.name,
            asked_by=by,
            reason=reason[:200],
        )
        audit.record(
            "roster.transfer_ask",
            by=by,
            obj=person,
            station=transfer.asking,
            reason=reason,
            label=transfer.asked_name,
        )
        _tell(
            transfer.answering,
            f"{transfer.asking}{_verb(transfer)}“{transfer.asked_name}”，请答复。",
            Notice.Kind.ASSIGNED,
        )
    return transfer


def _verb(transfer: Transfer) -> str:
    return "申请转入" if transfer.direction == Transfer.Direction.IN else "申请转出"


def answer(transfer: Transfer, *, accept: bool, by: User, reason: str = "") -> None:
    """The other side's word. Raises NotPossible when somebody answered before."""
    if not may_answer(by, transfer):
        raise PermissionDenied("这份转接申请由另一方答复。")
    if not accept and not reason.strip():
        raise NotPossible("不同意转接时，请写明原因。")
    try:
        with transaction.atomic():
            _answer(transfer, accept=accept, by=by, reason=reason)
    except IntegrityError as error:
        raise NotPossible(TAKEN) from error


def _answer(transfer, *, accept, by, reason):
    _close(transfer, accepted=accept, by=by, reason=reason)
    if accept:
        _move(transfer, by=by)
    else:
        audit.record(
            "roster.transfer_refuse", by=by, obj=transfer.veteran,
            station=transfer.answering, label=transfer.asked_name, reason=reason,
        )  # fmt: skip
    word = "已同意" if accept else f"未同意（{reason}）"
    _tell(transfer.asking, f"{_verb(transfer)}“{transfer.asked_name}”：对方{word}。"[:300])


def withdraw(transfer: Transfer, *, by: User) -> None:
    """Taken back by whoever asked, while nobody has answered."""
    if not may_withdraw(by, transfer):
        raise PermissionDenied("只有提出申请的一方可以撤回。")
    with transaction.atomic():
        _close(transfer, accepted=None, by=by, reason="已撤回")
        audit.record(
            "roster.transfer_withdraw", by=by, obj=transfer.veteran,
            station=transfer.asking, label=transfer.asked_name,
        )  # fmt: skip


def _close(transfer, *, accepted, by, reason):
    """Compare and set: only an open request can be answered, and only once."""
    rows = Transfer.objects.open().filter(pk=transfer.pk)
    now = timezone.now()
    closed = rows.update(
        answered_at=now, accepted=accepted, answered_by=by, answer_reason=reason[:200]
    )
    if not closed:
        raise NotPossible("这份申请刚刚已经办结，请刷新页面查看结果。")


def _move(transfer, *, by):
    person, now = transfer.veteran, timezone.now()
    here = Veteran.objects.filter(pk=person.pk, station=transfer.from_station, merged_into=None)
    here = here.exclude(status=Veteran.Status.DECEASED)
    values = {
        "station": transfer.to_station,
        "grid": None,
        "status": Veteran.Status.ACTIVE,
        "version": F("version") + 1,
        "updated_at": now,
        "updated_by": by,
    }
    if person.status != Veteran.Status.ACTIVE:
        values["status_on"] = timezone.localdate(now)
    if not here.update(**values):
        raise NotPossible("此人已不在原服务站的花名册中，不能转接，请核对。")
    bring_files(person, transfer.from_station, transfer.to_station)
    _end_other_requests(transfer, by=by, now=now)
    for step in AFTER_MOVE:
        step(person, transfer.from_station, on=timezone.localdate(now), by=by)
    if transfer.to_station.records_begin_on is None:
        begin_records(transfer.to_station)
    audit.record(
        "roster.transfer_accept",
        by=by,
        obj=person,
        station=transfer.to_station,
        before={"服务站": transfer.from_station.name},
        after={"服务站": transfer.to_station.name},
        reason=transfer.answer_reason,
    )
    tell_superiors(check_people([person.pk]).opened)


def bring_files(person: Veteran, from_station: Station, to_station: Station) -> None:
    """A person's photos come along; a file that serves another record too stays there, and
    the person gets a row of its own for the same file."""
    people = ContentType.objects.get_for_model(Veteran)
    honours = ContentType.objects.get_for_model(Honour)
    own = Q(content_type=people, object_id=person.pk) | Q(
        content_type=honours, object_id__in=Honour.objects.filter(veteran=person).values("pk")
    )
    links = AttachmentLink.objects.filter(own, attachment__station=from_station)
    for link in links.select_related("attachment"):
        attachment = link.attachment
        if attachment.station_id == to_station.pk:
            continue
        if attachment.links.exclude(own).exists():
            attachment.pk, attachment.code = None, new_code()
            attachment._state.adding = True
        attachment.station = to_station
        attachment.save()
        AttachmentLink.objects.filter(pk=link.pk).update(attachment=attachment)


def _end_other_requests(transfer, *, by, now):
    others = Transfer.objects.open().filter(veteran=transfer.veteran).select_related(
        "to_station__region", "from_station__region"
    )  # fmt: skip
    for other in others:
        other_rows = Transfer.objects.open().filter(pk=other.pk)
        other_rows.update(answered_at=now, accepted=False, answered_by=by, answer_reason=MOVED_ON)
        _tell(other.asking, f"{_verb(other)}“{other.asked_name}”：{MOVED_ON}")


def _tell(station, text, kind=Notice.Kind.DECIDED):
    tell([station.region], text, link=PAGE, kind=kind)
