"""Two rows of one person side by side: choose, merge."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.permissions import can_see_records, require
from veterans.faults.closing import may_decide
from veterans.merging import parts, workflow
from veterans.models import Veteran

STALE = "其中一人的信息在您打开页面之后被修改过，没有合并。请按最新的内容重新核对。"


class MergeForm(forms.Form):
    stays = forms.CharField(max_length=16, required=False)
    reason = forms.CharField(
        max_length=200,
        error_messages={
            "required": "请写明认定为同一人的依据。",
            "max_length": "依据最多200字，请缩短后再提交。",
        },
    )
    left_version = forms.IntegerField()
    right_version = forms.IntegerField()


@require_http_methods(["GET", "HEAD", "POST"])
def veterans_merge(request: HttpRequest, left_code: str, right_code: str) -> HttpResponse:
    require(can_see_records(request.user))
    left, right = _person(request, left_code), _person(request, right_code)
    if left.pk == right.pk:
        raise Http404
    user = request.user
    require(
        may_decide(user, left, right) and may_decide(user, right, left),
        "合并由两条记录共同的上级办理：同一县（区）的由县（区）办理，两个县（区）之间的由市局办理。",
    )
    gone = next((one for one in (left, right) if one.merged_into_id), None)
    if gone is not None:
        messages.info(request, f"{gone.name}的这条记录已经并入另一条。")
        return redirect(_address(gone.merged_into))
    if request.method == "POST":
        return _merge(request, left, right)
    return _page(request, left, right)


def _person(request: HttpRequest, code: str) -> Veteran:
    people = Veteran.objects.visible_to(request.user).select_related(
        "station__region", "merged_into__station__region"
    )
    return get_object_or_404(people.prefetch_related("strengths"), code=code)


def _address(person: Veteran) -> str:
    return reverse("person", args=[person.code])


def _merge(request: HttpRequest, left: Veteran, right: Veteran) -> HttpResponse:
    """The page speaks of left and right; which of them stays is one of its questions."""
    form = MergeForm(request.POST)
    picked = {
        part.key: request.POST.get(f"part-{part.key}", "")
        for part in parts.PARTS
        if f"part-{part.key}" in request.POST
    }
    valid = form.is_valid()
    keep, drop = (right, left) if form.cleaned_data.get("stays") == right.code else (left, right)
    chosen = {key: _turned(side, keep is right) for key, side in picked.items()}
    wrong = {part.key for part in workflow.undecided(keep, drop, chosen)}
    if not valid or wrong:
        return _page(request, left, right, form=form, picked=picked, wrong=wrong, status=400)
    versions = (form.cleaned_data["left_version"], form.cleaned_data["right_version"])
    try:
        workflow.merge(
            keep,
            drop,
            chosen=chosen,
            versions=versions if keep is left else versions[::-1],
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
    except workflow.StaleMerge:
        fresh = [_person(request, one.code) for one in (left, right)]
        return _page(request, *fresh, form=form, picked=picked, problem=STALE, status=409)
    except workflow.CannotMerge as reason:
        fresh = [_person(request, one.code) for one in (left, right)]
        return _page(request, *fresh, form=form, picked=picked, problem=str(reason), status=400)
    messages.success(request, f"已合并为一条：{keep.name}（{keep.station.name}）。")
    return redirect(_address(keep))


def _turned(side: str, is_right: bool) -> str:
    """left/right into keep/drop."""
    words = {"left": parts.KEEP, "right": parts.DROP, parts.BOTH: parts.BOTH}
    if is_right:
        words |= {"left": parts.DROP, "right": parts.KEEP}
    return words.get(side, "")


def _page(
    request, left, right, *, form=None, picked=None, wrong=frozenset(), problem="", status=200
) -> HttpResponse:
    picked = picked or {}
    sides = {parts.KEEP: "left", parts.DROP: "right"}
    rows = parts.rows(left, right, {})
    for row in rows:
        row.chosen = picked.get(row.part.key) or sides.get(row.chosen, row.chosen)
        row.is_wrong = row.part.key in wrong
    stays = form.data.get("stays") if form is not None else ""
    context = {
        "left": left,
        "right": right,
        "left_url": _address(left),
        "right_url": _address(right),
        "rows": rows,
        "form": form,
        "wrong": wrong,
        "problem": problem,
        "stays": stays or _better(left, right).code,
        "reason": form.data.get("reason", "") if form is not None else "",
    }
    return render(request, "veterans/merge.html", context, status=status)


def _better(left: Veteran, right: Veteran) -> Veteran:
    """The fuller row is proposed, of equals the older."""
    left_blank, right_blank = (
        sum(part.is_blank(one) for part in parts.PARTS) for one in (left, right)
    )
    if left_blank != right_blank:
        return left if left_blank < right_blank else right
    return min(left, right, key=lambda one: one.pk)
