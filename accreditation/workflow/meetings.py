"""One meeting of the leaders decides on several applications: all are entered, or none."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from accreditation.models import Application
from accreditation.workflow.decisions import decide
from accreditation.workflow.errors import NotAllowed, Refused


def decide_many(
    applications: Sequence[Application],
    *,
    decided_on: dt.date,
    minutes_number: str,
    comment: str = "",
    by: User,
    at: dt.datetime | None = None,
) -> int:
    """Agreed to by the same meeting; a refusal names its station and undoes the others."""
    if not applications:
        raise Refused("请至少选择一个申报。")
    with transaction.atomic():
        for application in applications:
            try:
                decide(
                    application, conclusion="agree", decided_on=decided_on,
                    minutes_number=minutes_number, comment=comment, by=by, at=at,
                )  # fmt: skip
            except NotAllowed as refusal:
                raise NotAllowed(f"{application.station.name}：{refusal}") from None
            except Refused as refusal:
                # Of its own kind: who was too late is told so.
                raise type(refusal)(
                    f"{application.station.name}：{refusal}所选申报都没有登记，请处理后再办理，或取消选择。"
                ) from None
    return len(applications)
