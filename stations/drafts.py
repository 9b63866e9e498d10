"""What was typed and not saved yet, kept on the server for its writer (records Draft).

A draft survives a lost session, a closed browser and a change of device; it goes when the
form is saved or its writer discards it, after a month in any case."""

import datetime as dt
import json
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from records.models import Draft

KEPT = dt.timedelta(days=30)
LARGEST = 100_000
MOST = 50


class Refused(Exception):
    """Not a draft; the text is for the user."""


@dataclass
class Conflict(Exception):
    """Another window or device saved this draft meanwhile."""

    draft: Draft


def find(user, form: str) -> Draft | None:
    return Draft.objects.filter(user=user, form=form, saved_at__gte=timezone.now() - KEPT).first()


def fields_of(draft: Draft) -> dict[str, list[str]]:
    return json.loads(draft.content)


def keep(user, form: str, fields, *, revision: int) -> Draft:
    """Write what stands in the form now, if the draft still is the one the page knows
    (revision 0: none). Raises Conflict, Refused."""
    content = json.dumps(_checked(fields), ensure_ascii=False)
    if len(content) > LARGEST:
        raise Refused("内容太长，没有存入草稿，请先保存。")
    now = timezone.now()
    rows = Draft.objects.filter(user=user, form=form)
    if revision:
        found = rows.filter(revision=revision)
        if found.update(content=content, saved_at=now, revision=F("revision") + 1):
            return rows.get()
    try:
        with transaction.atomic():
            draft = Draft.objects.create(user=user, form=form, content=content, saved_at=now)
    except IntegrityError:
        current = rows.first()
        if current is None:
            raise Refused("草稿刚刚被清除，请再试一次。") from None
        raise Conflict(current) from None
    _drop_old(user)
    return draft


def _checked(fields) -> dict[str, list[str]]:
    if not isinstance(fields, dict):
        raise Refused("草稿格式不对。")
    for name, values in fields.items():
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise Refused(f"草稿格式不对：{name[:30]}。")
    return fields


def _drop_old(user) -> None:
    mine = Draft.objects.filter(user=user)
    mine.filter(saved_at__lt=timezone.now() - KEPT).delete()
    newest = mine.order_by("-saved_at", "-pk").values_list("pk", flat=True)
    surplus = list(newest[MOST : MOST + 100])
    if surplus:
        mine.filter(pk__in=surplus).delete()


def forget(user, form: str) -> None:
    Draft.objects.filter(user=user, form=form[:300]).delete()
