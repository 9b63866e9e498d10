"""原部队单位: off unless the city needs it. Where it is on, county
and city read it with a reason, the county writes it; no list, search, export or print has it."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.models import User
from accounts.permissions import is_county, require
from records.forms import is_number
from veterans.models import Veteran

READERS = (User.Role.COUNTY, User.Role.CITY)
LONGEST = 60


@require_POST
def person_unit(request, person_code):
    """One person's unit: a purpose first, then the stored text; the county may change it."""
    if not settings.FORMER_UNIT:
        raise Http404
    people = Veteran.objects.visible_to(request.user).select_related("station__region")
    person = get_object_or_404(people, code=person_code)
    require(request.user.role in READERS, "原部队单位只限县（区）、市局工作人员查看。")
    purpose = request.POST.get("purpose", "").strip()[:100]
    problem = "" if purpose else "查看原部队单位须填写用途。"
    if "unit" in request.POST and not problem:
        require(is_county(request.user), "原部队单位由县（区）工作人员填写。")
        problem = _save(person, request.POST, by=request.user, purpose=purpose)
        if not problem:
            messages.success(request, "原部队单位已保存。")
            return redirect("person", person_code=person.code)
    elif not problem:
        audit.record_access(
            "unmask",
            by=request.user,
            subject=f"{person.station} {person.name} 原部队单位",
            purpose=purpose,
            code=person.code,
            region=person.station.region,
        )
    context = {
        "person": person,
        "purpose": purpose,
        "problem": problem,
        "typed": request.POST.get("unit"),
        "may_write": is_county(request.user),
        "longest": LONGEST,
    }
    status = 400 if problem else 200
    return render(request, "veterans/person_unit.html", context, status=status)


def _save(person, data, *, by, purpose) -> str:
    """Compare and set; the log says that it was changed, not what it says. Returns what is
    wrong, empty when it was saved."""
    unit, version = data["unit"].strip(), data.get("version", "")
    if len(unit) > LONGEST:
        return f"原部队单位最多{LONGEST}字。"
    with transaction.atomic():
        rows = Veteran.objects.editable_by(by).filter(pk=person.pk)
        rows = rows.filter(version=int(version) if is_number(version) else 0)
        changed = rows.update(
            former_unit=unit, version=F("version") + 1, updated_by=by, updated_at=timezone.now()
        )
        if not changed:
            return "其他人刚刚修改过这个人员，内容没有保存，请返回核对后再填写。"
        before, after = ("（已加密）" if text else "" for text in (person.former_unit, unit))
        label = "原部队单位（受限）"
        audit.record(
            "record.change", by=by, obj=person, reason=purpose, before={label: before},
            after={label: after},
        )  # fmt: skip
    return ""
