"""The search form of the roster. It is posted: what was typed becomes the address of the
list, but never a number. A person is found by an ID number or phone through its keyed hash."""

import re

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.models import AuditEntry
from accounts.permissions import can_edit_records, can_see_records, require
from records.fields import keyed_hashes
from records.person_numbers import holds_number, plain_number
from veterans.filters import list_url
from veterans.importing.people import read_id
from veterans.models import Veteran
from veterans.roster_views import filters_of

MOST = 20
# 0527-84350000, written with and without the hyphen.
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})(\d{7,8})")
NOBODY = "没有找到登记这个号码的人员。号码要填写完整，也可以改用姓名查找。"
ELSEWHERE = "此人可能在其他服务站的花名册中，可到“转接申请”申请转入。"


@require_POST
def roster_search(request):
    """On to the list, to the person whose number was typed, or to those who share it."""
    require(can_see_records(request.user), "查阅人员不查看个人信息。")
    typed = request.POST.get("q", "").strip()[:40]
    is_number = holds_number(typed)
    without = ("csrfmiddlewaretoken", *(("q",) if is_number else ()))
    back = list_url(filters_of(request.POST, without=without))
    if not is_number:
        return redirect(back)
    people = list(_with_number(typed, request.user))
    audit.record(
        "roster.number_search",
        by=request.user,
        region=request.user.region,
        label="花名册",
        after={"found": len(people)},
        outcome=AuditEntry.Outcome.OK if people else AuditEntry.Outcome.FAILED,
    )
    if not people:
        keeps = can_edit_records(request.user)
        messages.warning(request, NOBODY + ELSEWHERE if keeps else NOBODY)
        return redirect(back)
    if len(people) == 1:
        return redirect("person", person_code=people[0].code)
    return render(request, "veterans/same_number.html", {"people": people, "back_url": back})


def _with_number(typed, user):
    digests = [digest for way in _ways_to_write(typed) for digest in keyed_hashes(way)]
    has_number = Q(id_hash__in=digests) | Q(phone_hash__in=digests)
    found = Veteran.objects.order_by().filter(has_number, merged_into=None)
    people = Veteran.objects.visible_to(user).filter(pk__in=found.values("pk"))
    return people.select_related("station__region").order_by("pinyin", "pk")[:MOST]


def _ways_to_write(typed) -> set[str]:
    """As it was typed, and as forms and imports store it."""
    plain = plain_number(typed)
    ways = {typed.upper(), plain, read_id(typed).number}
    if plain.startswith("86"):
        ways.add(plain[2:])
    if line := _LANDLINE.fullmatch(plain):
        ways.add(f"{line[1]}-{line[2]}")
    return ways - {""}
