"""签到表: a printed sheet whose code says which plan item it belongs to, so that the photo
of the signed sheet files itself.

The code is the number of the item with a keyed check behind it, in letters that are hard to
mistake: short enough to type where no phone can reach the server, and no code can be made
up that opens another item. Whoever opens it must be logged in and keep that station."""

import hmac
import io
from dataclasses import dataclass

import segno
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.file_names import clean_name
from accounts.permissions import require
from activities.entry.forms import QuickForm
from activities.entry.reading import code_in
from activities.models import Activity, PlanItem
from records.files import MAX_PHOTO_BYTES, RefusedFile
from records.pictures import read_photo
from records.workflow import save_record
from stations.uploads import take_in

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
CHECK_LENGTH = 6
NOT_READ = "没有认出签到表的二维码：请对着整张表、光线亮一些再拍一张，或者输入表上的编号上传。"


def _letters(number: int, length: int = 0) -> str:
    text = ""
    while number or len(text) < length:
        number, digit = divmod(number, len(ALPHABET))
        text = ALPHABET[digit] + text
    return text


def _check(number: int) -> str:
    key = settings.SECRET_KEY.encode()
    digest = hmac.new(key, f"sign-in:{number}".encode(), "sha256").digest()
    return _letters(int.from_bytes(digest[:8]), CHECK_LENGTH)[-CHECK_LENGTH:]


def code_of(item: PlanItem) -> str:
    """As it is printed: 4f-k7m2pq."""
    return f"{_letters(item.pk, 2)}-{_check(item.pk)}"


def item_number(code: str) -> int | None:
    """The key of the plan item, None for a code that was not printed by this system."""
    letters, _, check = code.strip().lower().replace("－", "-").partition("-")
    if not letters or len(letters) > 12 or any(one not in ALPHABET for one in letters):
        return None
    number = 0
    for one in letters:
        number = number * len(ALPHABET) + ALPHABET.index(one)
    right = hmac.compare_digest(_check(number).encode(), check.encode())
    return number if right and number < 2**63 else None


def address_of(item: PlanItem) -> str:
    """What the printed picture opens; empty where phones cannot reach the server."""
    base = settings.PUBLIC_BASE_URL
    return base + reverse("sign_in", args=[code_of(item)]) if base else ""


def mark_of(item: PlanItem) -> str:
    """What the printed picture says: its address, else the bare code, which is read from the
    photo wherever that is uploaded."""
    return address_of(item) or f"sign-in:{code_of(item)}"


def picture(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=10, border=2)
    return out.getvalue()


@dataclass(frozen=True)
class Filed:
    """What became of one photo of a sheet: the activity it went to, or why not."""

    name: str
    activity: Activity | None = None
    is_new: bool = False
    problem: str = ""


def file_photo(upload, *, actor) -> Filed:
    """A photo finds its activity by the code on the sheet."""
    name = clean_name(upload.name or "")
    if upload.size > MAX_PHOTO_BYTES:
        return Filed(name, problem=f"“{name}”超过30兆，请缩小后再上传。")
    try:
        content = read_photo(upload.read(), name).content
    except RefusedFile as refused:
        return Filed(name, problem=str(refused))
    upload.seek(0)
    number = item_number(code_in(content))
    if number is None:
        return Filed(name, problem=f"“{name}”{NOT_READ}")
    items = PlanItem.objects.editable_by(actor).select_related("station__region", "key_date")
    item = items.filter(pk=number).first()
    if item is None:
        return Filed(name, problem=f"“{name}”不是本站的签到表，或者这项计划已经删除。")
    try:
        activity, is_new = activity_for(item, actor=actor)
    except NotReady:
        return Filed(
            name, problem=f"“{name}”：计划事项“{item}”的文字需要核对，请先记下活动再上传。"
        )
    _, errors = take_in([upload], activity, by=actor, purpose="sign_in")
    return Filed(name, activity, is_new, "".join(errors))


class NotReady(Exception):
    """What the plan says needs a decision before it can stand in the ledger."""


def activity_for(item: PlanItem, *, actor) -> tuple[Activity, bool]:
    """(the activity of this item, whether it was made now). Two photos sent at once make
    one: the item's row is held while we look."""
    require(PlanItem.objects.editable_by(actor).filter(pk=item.pk).exists())
    with transaction.atomic():
        PlanItem.objects.select_for_update().get(pk=item.pk)
        found = item.activities.order_by("happened_on", "pk").first()
        if found is not None:
            return found, False
        return _record(item, actor), True


def _record(item: PlanItem, actor) -> Activity:
    """Through the form, as if typed: the same checks, the same line in the audit log."""
    data = {
        "plan_item": item.pk,
        "kind": item.kind or Activity.Kind.OTHER,
        "title": item.title,
        "happened_on": min(item.planned_on, timezone.localdate()),
        "place": item.place,
        "key_date": item.key_date_id or "",
        "other_headcount": 0,
        # A sheet of the station's own plan: what its title says was looked at there.
        "words": "replace",
    }
    form = QuickForm(data, user=actor, station=item.station)
    if not form.is_valid():
        raise NotReady
    return save_record(form, by=actor)
