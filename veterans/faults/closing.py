"""What people decide about a fault. The reason stays with the fault, and the fault stays
closed while the facts are the same."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import can_edit_records, is_city
from veterans.faults.detection import check_people
from veterans.models import DataFault, Veteran

Answer, Kind = DataFault.Answer, DataFault.Kind
# What may be answered by hand; 已并入 is the merge page's.
CHOICES = {
    Kind.CHECK_DIGIT: (Answer.CORRECT,),
    Kind.IMPOSSIBLE_DATE: (Answer.CORRECT,),
    Kind.DUPLICATE: (Answer.NOT_SAME, Answer.MOVED),
}


class AlreadyClosed(Exception):
    """Somebody else, or a new check, closed it meanwhile."""

    def __str__(self):
        return "这条问题已经处理过，请看最新的清单。"


def county_of(person: Veteran) -> str:
    return person.station.region.county_code


def may_decide(user: User, person: Veteran, other: Veteran | None = None) -> bool:
    """Stations and counties for what they keep. The city keeps no roster, but it is the
    only one above two counties: it decides duplicates between them."""
    path = user.region.path if user.region_id else "?"
    if not person.station.region.path.startswith(path):
        return False
    if is_city(user):
        return other is not None and county_of(person) != county_of(other)
    return can_edit_records(user)


def close(fault: DataFault, *, answer: str, reason: str, by: User) -> None:
    """Close one side; whoever may decide for both sides closes both as 不是同一人. Moved
    away is written into the person's row, and the other side has then nothing to ask."""
    now = timezone.now()
    values = {"closed_at": now, "closed_by": by, "answer": answer, "resolution": reason[:200]}
    with transaction.atomic():
        rows = DataFault.objects.filter(closed_at=None)
        if not rows.filter(pk=fault.pk).update(**values):
            raise AlreadyClosed
        if answer == Answer.NOT_SAME and may_decide(by, fault.other, fault.veteran):
            rows.filter(veteran=fault.other_id, other=fault.veteran_id, kind=Kind.DUPLICATE).update(
                **values
            )
        audit.record(
            "roster.fault_close",
            by=by,
            obj=fault.veteran,
            reason=reason,
            before={"问题": fault.get_kind_display(), "原始内容": fault.raw_text},
            after={"处理结果": Answer(answer).label},
        )
        if answer == Answer.MOVED:
            _move_out(fault.veteran, reason=reason, by=by, at=now)
            check_people([fault.veteran_id, fault.other_id])


def _move_out(person: Veteran, *, reason: str, by: User, at) -> None:
    before = person.get_status_display()
    people = Veteran.objects.filter(pk=person.pk, status=person.status)
    moved = people.update(
        status=Veteran.Status.MOVED,
        status_on=timezone.localdate(at),
        version=F("version") + 1,
        updated_at=at,
        updated_by=by,
    )
    if not moved:
        raise AlreadyClosed
    audit.record(
        "record.change",
        by=by,
        obj=person,
        reason=reason,
        before={"在册状态": before},
        after={"在册状态": Veteran.Status.MOVED.label},
    )
