"""/veterans/transfers/: who asked for whom, answers, and the two ways to ask."""

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.http import posted
from accounts.models import AuditEntry, User
from accounts.permissions import can_edit_records, is_county, is_station, require
from records.forms import is_number
from stations.models import Station
from veterans import transfers
from veterans.models import Transfer, Veteran

CLOSED_SHOWN = 50
MOST_PLACES = 20
READERS = (User.Role.STATION, User.Role.COUNTY, User.Role.CITY)
ONLY_KEEPERS = "只有服务站和县（区）工作人员可以办理转接。"


def _visible(user):
    return Transfer.objects.visible_to(user).select_related(
        "veteran", "from_station__region", "to_station__region", "asked_by", "answered_by"
    )


def _seen(transfer, user):
    """A request as this reader may see it: who does not see the person's station knows only
    the name that was typed."""
    inside = user.region.path
    sees_person = transfer.veteran.station.region.path.startswith(inside)
    sees_from = transfer.from_station.region.path.startswith(inside)
    agreed = transfer.accepted is True
    # The side that is asked must know who asks; the asker does not learn where he is.
    knows_from = sees_from or agreed or transfer.direction == Transfer.Direction.OUT
    return {
        "transfer": transfer,
        "name": transfer.veteran.name if sees_person else transfer.asked_name,
        "code": transfer.veteran.code if sees_person else "",
        "from": transfer.from_station.name if knows_from else transfers.ELSEWHERE,
        "may_answer": transfer.answered_at is None and transfers.may_answer(user, transfer),
        "may_withdraw": transfer.answered_at is None and transfers.may_withdraw(user, transfer),
    }


@require_safe
def transfer_list(request):
    user = request.user
    require(user.role in READERS, "您的角色不办理转接。")
    rows = _visible(user).select_related("veteran__station__region")
    open_rows = [_seen(row, user) for row in rows.open()]
    closed = [_seen(row, user) for row in rows.exclude(answered_at=None)[:CLOSED_SHOWN]]
    return render(
        request,
        "veterans/transfers.html",
        {
            "waiting": [row for row in open_rows if row["may_answer"]],
            "asked": [row for row in open_rows if not row["may_answer"]],
            "closed": closed,
            "can_edit": can_edit_records(user),
        },
    )


class AskForm(forms.Form):
    """申请转入: only whom the asker knows by name and number."""

    station = forms.ModelChoiceField(Station.objects.none(), label="转入的服务站")
    name = forms.CharField(label="姓名", max_length=60)
    number = forms.CharField(
        label="公民身份号码或联系电话",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="与姓名一起用于核对，只核对、不保存。",
    )
    reason = forms.CharField(label="申请理由", max_length=200, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        stations = Station.objects.editable_by(user).active().select_related("region")
        field = self.fields["station"]
        field.queryset = stations.order_by("region__path")
        field.empty_label = "请选择"
        for one in self.fields.values():
            one.error_messages["required"] = f"请填写{one.label}。"
        if is_station(user):
            self.initial["station"] = stations.filter(region=user.region_id).first()

    def clean_name(self):
        return "".join(self.cleaned_data["name"].split())

    def clean_number(self):
        return self.cleaned_data["number"].strip()


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_ask(request):
    """A station asks for a person of another one."""
    require(can_edit_records(request.user), ONLY_KEEPERS)
    form = AskForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            person = transfers.find_person(data["name"], data["number"], station=data["station"])
            transfer = transfers.ask(
                person,
                to=data["station"],
                direction=Transfer.Direction.IN,
                by=request.user,
                name=data["name"],
                reason=data["reason"],
            )
        except transfers.NotPossible as problem:
            # Whoever tries names and numbers leaves a trace; whom he meant is nobody's
            # business who reads the log.
            audit.record(
                "roster.transfer_ask",
                by=request.user,
                station=data["station"],
                label="申请转入",
                reason=str(problem).replace(f"“{data['name']}”", "此人"),
                outcome=AuditEntry.Outcome.FAILED,
            )
            form.add_error(None, str(problem))
        else:
            return _after_asking(request, transfer)
    return render(request, "veterans/transfer_ask.html", {"form": form})


def _after_asking(request, transfer):
    """A county that keeps both stations has nobody to ask."""
    if is_county(request.user) and transfers.may_answer(request.user, transfer):
        transfers.answer(transfer, accept=True, by=request.user, reason="县（区）直接调整")
        messages.success(request, f"“{transfer.asked_name}”已转入{transfer.to_station}。")
    else:
        messages.success(request, f"“{transfer.asked_name}”的转接申请已提交，等待对方答复。")
    return redirect("transfers")


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_out(request, person_code):
    """A station hands a person over: it names the place, the other station answers."""
    people = Veteran.objects.visible_to(request.user).select_related("station__region")
    person = get_object_or_404(people, code=person_code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    context = {"person": person, "place": "", "reason": "", "found": [], "problem": ""}
    if request.method == "POST":
        context |= {
            "place": request.POST.get("place", "").strip()[:60],
            "reason": request.POST.get("reason", "").strip()[:200],
        }
        done = _hand_over(request, person, context)
        if done:
            return done
    status = 400 if context["problem"] else 200
    return render(request, "veterans/transfer_out.html", context, status=status)


def _hand_over(request, person, context):
    """The answer after a request was made; None with the problem or the places found."""
    chosen = request.POST.get("station", "")
    stations = Station.objects.active().select_related("region__parent").order_by("region__path")
    stations = stations.exclude(pk=person.station_id)
    if is_number(chosen):
        found = list(stations.filter(pk=chosen))
    elif context["place"]:
        # 悦来居委会 keeps 悦来社区退役军人服务站: either name is what people know.
        words = context["place"]
        called = Q(region__name__contains=words) | Q(name__contains=words)
        found = list(stations.filter(called)[: MOST_PLACES + 1])
    else:
        found = []
    if not found and context["place"]:
        context["problem"] = (
            f"没有找到名称含“{context['place']}”的其他服务站，请核对，或者只填写名称中的几个字。"
        )
    elif not found:
        context["problem"] = "请填写转往的村居（社区）或乡镇（街道）名称。"
    elif len(found) > MOST_PLACES:
        context["problem"] = "名称相近的单位太多，请把名称写全。"
    elif len(found) > 1 or not is_number(chosen):
        context["found"] = found
    else:
        try:
            transfer = transfers.ask(
                person,
                to=found[0],
                direction=Transfer.Direction.OUT,
                by=request.user,
                reason=context["reason"],
            )
            return _after_asking(request, transfer)
        except transfers.NotPossible as problem:
            context["problem"] = str(problem)
    return None


@require_POST
def transfer_answer(request, pk):
    transfer = get_object_or_404(_visible(request.user), pk=pk)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    accept = request.POST.get("answer") == "accept"
    reason = request.POST.get("reason", "").strip()[:200]
    try:
        transfers.answer(transfer, accept=accept, by=request.user, reason=reason)
    except transfers.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        word = "已同意转接，此人现在只属于" if accept else "已答复不同意，此人仍属于"
        station = transfer.to_station if accept else transfer.from_station
        known = accept or transfers.may_act_for(request.user, station)
        messages.success(
            request, f"“{transfer.asked_name}”{word}{station if known else '原服务站'}。"
        )
    return redirect("transfers")


@require_POST
def transfer_withdraw(request, pk):
    transfer = get_object_or_404(_visible(request.user), pk=pk)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    try:
        transfers.withdraw(transfer, by=request.user)
    except transfers.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"“{transfer.asked_name}”的转接申请已撤回。")
    return redirect("transfers")
