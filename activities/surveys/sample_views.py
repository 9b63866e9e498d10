from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.http import posted
from accounts.permissions import is_county, require
from activities.models import PhoneCall, PhoneSample
from activities.surveys import samples
from activities.surveys.slips import read_row
from stations.models import Region

ONLY_COUNTY = "电话抽样由县（区）、功能区工作人员办理。"
PURPOSE = "满意度电话调查"
UNANSWERED = (PhoneCall.State.NO_ANSWER, PhoneCall.State.DECLINED)


class SampleForm(forms.Form):
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label="抽样范围",
        empty_label=None,
        error_messages={"required": "请选择抽样范围。", "invalid_choice": "请从列表里选择。"},
    )
    size = forms.IntegerField(
        label="抽取人数",
        min_value=5,
        max_value=200,
        initial=30,
        error_messages={
            "required": "请填写抽取人数。",
            "invalid": "抽取人数请填数字。",
            "min_value": "至少抽5人，少于5份不计算结果。",
            "max_value": "一次最多抽200人。",
        },
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        places = Region.objects.visible_to(user).filter(is_active=True)
        self.fields["region"].queryset = places.filter(level__in=["county", "town"]).order_by(
            "rank", "path"
        )


@require_http_methods(["GET", "HEAD", "POST"])
def phone_samples(request):
    """The county's samples, and drawing a new one."""
    require(is_county(request.user), ONLY_COUNTY)
    form = SampleForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        size = form.cleaned_data["size"]
        sample = samples.draw(form.cleaned_data["region"], size, actor=request.user)
        if sample is not None:
            if sample.pool < size:
                messages.info(request, f"这个范围内有电话的人员只有{sample.pool}人，已全部列入。")
            return redirect("phone_sample", pk=sample.pk)
        form.add_error("region", "这个范围内没有登记联系电话的在册退役军人，请先补充花名册。")
    rows = (
        PhoneSample.objects.visible_to(request.user)
        .select_related("region")
        .annotate(
            people=Count("calls"),
            done=Count("calls", filter=Q(calls__state=PhoneCall.State.ANSWERED)),
            waiting=Count("calls", filter=Q(calls__state__in=samples.OPEN)),
        )
    )
    context = {"form": form, "samples": rows[:50]}
    return render(request, "activities/surveys/samples.html", context)


def _sample(request, pk):
    require(is_county(request.user), ONLY_COUNTY)
    rows = PhoneSample.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(rows, pk=pk)


def _calls(sample):
    people = sample.calls.select_related("veteran__station__region")
    return list(people.order_by("order"))


@require_http_methods(["GET", "HEAD", "POST"])
def phone_sample(request, pk):
    sample = _sample(request, pk)
    calls = _calls(sample)
    status = 200
    if request.method == "POST":
        status = _note(request, sample, calls)
        if not status:
            return redirect("phone_sample", pk=pk)
    return _page(request, sample, calls, status=status)


@require_POST
def phone_sample_numbers(request, pk):
    """The numbers to ring, of all who are still to be reached: logged once as a whole."""
    sample = _sample(request, pk)
    calls = _calls(sample)
    waiting = [call for call in calls if call.state in samples.OPEN]
    if waiting:
        audit.record_access(
            "unmask",
            by=request.user,
            subject=f"{sample}（{len(waiting)}人）",
            purpose=PURPOSE,
            count=len(waiting),
            region=sample.region,
        )
    return _page(request, sample, calls, show_numbers=True)


def _note(request, sample, calls):
    """Writes, or says what is wrong and returns the status of the page; 0 when done."""
    answered, others, wrong = {}, {}, []
    for call in calls:
        if call.state not in samples.OPEN:
            continue
        call.row = read_row(f"c{call.pk}", request.POST)
        call.chosen = request.POST.get(f"c{call.pk}-state", "")
        if not call.row.is_empty:
            call.row.check()
            answered[call] = call.row
        elif call.chosen in UNANSWERED and call.chosen != call.state:
            others[call] = call.chosen
        if call.row.errors:
            wrong.append(str(call.order))
    if wrong:
        messages.error(request, f"第{'、'.join(wrong)}号四题没有填对，改好后再保存。")
        return 400
    if not answered and not others:
        messages.info(request, "没有改动，不需要保存。")
        return 200
    answers = {call: row.answers() for call, row in answered.items()}
    try:
        samples.note(sample, answers, others, actor=request.user)
    except samples.AlreadyNoted as noted:
        messages.warning(
            request,
            f"第{noted.order}号刚刚由其他人登记过，这次没有保存。请清空这一行后再保存其他行。",
        )
        return 409
    messages.success(request, f"已登记{len(answers)}份电话答卷。")
    return 0


def _page(request, sample, calls, *, show_numbers=False, status=200):
    for call in calls:
        if not hasattr(call, "row"):
            call.row, call.chosen = read_row(f"c{call.pk}", {}), ""
        call.is_open = call.state in samples.OPEN
        call.number = call.veteran.phone if show_numbers else call.veteran.masked_phone
    counts = {
        label: sum(1 for call in calls if call.state == state)
        for state, label in PhoneCall.State.choices
    }
    context = {
        "sample": sample,
        "calls": calls,
        "counts": counts,
        "any_open": any(call.is_open for call in calls),
        "show_numbers": show_numbers,
    }
    return render(request, "activities/surveys/sample.html", context, status=status)
