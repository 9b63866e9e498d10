"""The search form of the roster. It is posted: what was typed becomes the address of the
list, but never a number. A person is found by an ID number or phone through its keyed hash."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.models import AuditEntry
from accounts.permissions import can_edit_records, can_see_records, require
from records.person_numbers import holds_number
from veterans.filters import list_url
from veterans.models import Veteran
from veterans.roster_views import filters_of
from veterans.search import has_number

MOST = 20
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
    found = Veteran.objects.order_by().filter(has_number(typed), merged_into=None)
    people = Veteran.objects.visible_to(user).filter(pk__in=found.values("pk"))
    return people.select_related("station__region").order_by("pinyin", "pk")[:MOST]
