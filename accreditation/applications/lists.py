"""The list of applications, the reviewer's queue, and a station's own page."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import can_edit_records, can_see_records, require
from accreditation import workflow
from accreditation.applications.forms import ApplicationFilter, StartForm, StatementForm
from accreditation.applications.mending import mend_url, untouched
from accreditation.applications.page import get_application, is_offered, last_return
from accreditation.applications.steps import ACTIONS
from accreditation.models import Application, Programme, StationScore
from accreditation.workflow import snapshots
from accreditation.workflow.reviews import LEVEL_WORDS
from accreditation.workflow.table import State
from accreditation.workflow.verdicts import PASS_COMMON, PASS_OWN, PASS_TOTAL
from stations.section_views import get_station

PAGE_SIZE = 50
WRITERS_ONLY = "只有服务站和县（区）工作人员可以填写申报。"


@require_safe
def applications(request):
    require(can_see_records(request.user), "查阅人员请看建设进度页。")
    programmes = list(Programme.objects.all())
    form = ApplicationFilter(request.GET or None, user=request.user, programmes=programmes)
    rows = Application.objects.visible_to(request.user)
    counts = dict(
        form.apply(rows, with_state=False).order_by().values_list("state").annotate(Count("pk"))
    )
    found = form.apply(rows).select_related("station__region__parent", "programme", "accreditation")
    paginator = Paginator(found.order_by("-state_since", "-pk"), PAGE_SIZE)
    # The sums by state are asked for anyway; counting again would be one query more.
    paginator.count = _counted(form, counts)
    page = paginator.get_page(request.GET.get("page"))
    states = [(value, label, counts.get(value, 0)) for value, label in State.choices]
    return render(
        request,
        "accreditation/applications/list.html",
        {
            "form": form,
            "page": page,
            "states": [row for row in states if row[2]],
            "total": sum(counts.values()),
        },
    )


def _counted(form, counts):
    if form.is_bound and form.is_valid() and form.cleaned_data["state"] == "open":
        return sum(n for name, n in counts.items() if name not in Application.ENDED)
    states = form.states if form.is_bound else []
    return sum(n for name, n in counts.items() if not states or name in states)


@require_safe
def station_application(request, code):
    """Whatever stands on a station's way to being named: its application, or how to start."""
    station = get_station(request, code)
    return render(request, "accreditation/applications/station.html", _page(request, station))


def _page(request, station, *, form=None):
    history = list(
        Application.objects.filter(station=station)
        .select_related("programme", "accreditation")
        .order_by("-pk")
    )
    current = next((row for row in history if row.is_open), None)
    page = {"station": station, "history": history, "application": current}
    programme = Programme.objects.filter(is_current=True).first()
    scores = {row.track: row for row in StationScore.objects.filter(station=station)}
    page |= {
        "programme": programme,
        "can_write": can_edit_records(request.user),
        "start": StartForm(initial={"track": station.track}),
        "scores": [
            _floors(score, track) | {"missing": score.musts_missing if score else 0}
            for track in snapshots.PARTS
            for score in [scores.get(track)]
        ],
    }
    if current:
        page |= _about(request, current, form)
    return page


def _about(request, current, form):
    transitions = list(current.transitions.select_related("actor"))
    is_editable = current.state in (State.DRAFT, State.RETURNED)
    back = last_return(transitions) if current.state == State.RETURNED else None
    reasons = _named_reasons(current, back)
    return {
        "may_submit": any(
            is_offered(ACTIONS[verb], request.user, current) for verb in ("submit", "resubmit")
        ),
        "transitions": transitions,
        "last_return": back,
        "level_word": LEVEL_WORDS.get(current.returned_to, ""),
        "reasons": reasons,
        "left": sum(one["is_left"] for one in reasons),
        "form": form or (StatementForm(application=current) if is_editable else None),
    }


def _named_reasons(application, back):
    """Requirement and what is wrong with it, in the order of the standard."""
    if back is None:
        return []
    given = back.details.get("requirements", {})
    rows = snapshots.requirements_of(application) if given else []
    named = [row for row in rows if row.code in given]
    left = untouched(application, named) if named else set()
    code = application.station.region.code
    return [
        {
            "requirement": row,
            "reason": given[row.code],
            "is_left": row.code in left,
            "url": mend_url(row, code, application.track),
        }
        for row in named
    ]


def _floors(score, track):
    return {
        "track": track,
        "score": score,
        "total_ok": score is not None
        and score.computed * 10000 >= PASS_TOTAL * (score.computed_max or 10000),
        "common_ok": score is not None
        and score.common * 6000 >= PASS_COMMON * (score.common_max or 6000),
        "own_ok": score is not None and score.own * 4000 >= PASS_OWN * (score.own_max or 4000),
    }


@require_safe
def station_application_check(request, code):
    """Floors and missing musts by a fresh score; fetched after the page, because a score
    looks at every record of the station."""
    station = get_station(request, code)
    track = request.GET.get("track")
    tracks = (track,) if track in snapshots.PARTS else tuple(snapshots.PARTS)
    programme = Programme.objects.filter(is_current=True).first()
    card = snapshots.score(station, on=timezone.localdate(), programme=programme)
    results = []
    for name in tracks:
        result = card.track(name)
        musts = [card.lines[code] for code in result.musts_missing]
        results.append(_floors(result, name) | {"missing": len(musts), "musts": musts})
    return render(
        request,
        "accreditation/applications/_check.html",
        {"station": station, "results": results},
    )


@require_POST
def station_application_start(request, code):
    station = get_station(request, code)
    require(can_edit_records(request.user), WRITERS_ONLY)
    form = StartForm(request.POST)
    programme = Programme.objects.filter(is_current=True).first()
    try:
        if programme is None:
            raise workflow.Refused("目前没有进行中的建设方案，不能申报。")
        if not form.is_valid():
            raise workflow.Refused("请选择申报类别。")
        workflow.create_draft(
            station, programme=programme, track=form.cleaned_data["track"], by=request.user
        )
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("station_application", code=code)
    messages.success(request, "已建立申报草稿，请填写创建做法与成效后提交。")
    return redirect("station_application", code=code)


@require_POST
def application_statement(request, number):
    application = get_application(request, number)
    require(can_edit_records(request.user), WRITERS_ONLY)
    form = StatementForm(request.POST, application=application)
    status = 422
    if form.is_valid():
        try:
            workflow.edit_statement(application, by=request.user, **form.cleaned_data)
            messages.success(request, "申报内容已保存。")
            return redirect("station_application", code=application.station.region.code)
        except workflow.Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
    page = _page(request, application.station, form=form)
    if page["application"] is None or status == 409:
        # Saving again after reading both versions is meant: it carries the number of theirs.
        form.data = form.data.copy()
        form.data["version"] = get_application(request, number).version
        page["theirs"] = get_application(request, number)
        page["form"] = form
    return render(request, "accreditation/applications/station.html", page, status=status)
