"""Nobody is deleted from the roster: moved away, deceased, not reached, or back again."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from veterans.faults.detection import check_people
from veterans.faults.runs import tell_superiors
from veterans.models import Veteran

TAKEN = "另有在册人员使用相同的公民身份号码，不能恢复在册，请先核对重复人员。"


class NotPossible(Exception):
    """The status cannot be set; the sentence says why."""


def change_status(person: Veteran, status: str, *, on: dt.date, by: User, version: int) -> None:
    """Set the status with the day it holds from, if nobody changed the person meanwhile."""
    if on > timezone.localdate():
        raise NotPossible("日期不能晚于今天。")
    if person.birth_date and on < person.birth_date:
        raise NotPossible("日期不能早于出生年月。")
    if person.merged_into_id:
        raise NotPossible("这条记录已并入另一条，不再变更。")
    if status == person.status:
        raise NotPossible(f"“{person.name}”现在就是{person.get_status_display()}。")
    before = person.get_status_display()
    after = Veteran.Status(status).label
    try:
        with transaction.atomic():
            changed = Veteran.objects.editable_by(by).filter(pk=person.pk, version=version).update(
                status=status,
                status_on=on,
                version=F("version") + 1,
                updated_at=timezone.now(),
                updated_by=by,
            )  # fmt: skip
            if not changed:
                raise NotPossible("此人的信息刚刚被他人修改过，请核对下面的最新内容后再操作。")
            audit.record(
                "roster.status",
                by=by,
                obj=person,
                before={"在册状态": str(before), "状态变更日期": str(person.status_on or "")},
                after={"在册状态": str(after), "状态变更日期": on.isoformat()},
            )
            tell_superiors(check_people([person.pk]).opened)
    except IntegrityError as error:
        raise NotPossible(TAKEN) from error
