"""The page of an application and its actions: one address each."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accreditation import workflow
from accreditation.applications.forms import CloseObjectionForm, CloseProblemForm, VerdictForm
from accreditation.applications.page import context, get_application
from accreditation.applications.steps import ACTIONS
from accreditation.inbox.reminders import may_remind
from accreditation.models import Objection, Problem
from accreditation.workflow.moving import check
from accreditation.workflow.people import is_city_above
from accreditation.workflow.snapshots import requirements_of
from accreditation.workflow.table import STEPS

PAGE = "accreditation/applications/application.html"
INCOMPLETE = "还有内容没有填好，没有办理；请看下面标出的地方。"


@require_safe
def application(request, number):
    found = get_application(request, number)
    page = context(request, found) | {"can_remind": may_remind(request.user, found)}
    return render(request, PAGE, page)


def _not_done(request, number, sentence, *, status, bound=None, typed=None):
    """The page as it is now, with what was typed and why it did not count."""
    messages.error(request, sentence)
    found = get_application(request, number)
    page = context(request, found, bound=bound, typed=typed)
    return render(request, PAGE, page, status=status)


def action_view(verb):
    """A step's address: bind its form, take the step, go back to the page."""
    action = ACTIONS[verb]

    @require_POST
    def view(request, number):
        found = get_application(request, number)
        form = action.form(request.POST, application=found, user=request.user, auto_id=action.ids)
        try:
            if not form.is_valid():
                _check_open(action, found, by=request.user)
                return _not_done(request, number, INCOMPLETE, status=422, bound={verb: form})
            action.run(found, by=request.user, **form.cleaned_data)
        except workflow.Refused as refusal:
            return _not_done(request, number, str(refusal), status=409, bound={verb: form})
        messages.success(request, f"已办理：{action.label}。")
        return redirect("application", number=number)

    view.__name__ = f"application_{verb}"
    return view


def _check_open(action, application, *, by):
    """Before complaining about the form: is the step theirs, and still possible?"""
    if action.is_open(by, application):
        return
    if action.verb in STEPS:
        check(action.verb, application, by=by, comment="-")
    if not is_city_above(by, application):
        raise workflow.NotAllowed("只有市局评审人员可以办理这一步。")
    raise workflow.StaleState.of(application)


@require_POST
def application_verdict(request, number):
    found = get_application(request, number)
    known = {row.code: row for row in requirements_of(found)}
    requirement = known.get(request.POST.get("requirement", ""))
    if requirement is None:
        raise Http404
    form = VerdictForm(request.POST, maximum=requirement.points)
    typed = request.POST.dict()
    if not form.is_valid():
        sentence = f"{requirement.display_code}：" + "".join(
            error for errors in form.errors.values() for error in errors
        )
        return _not_done(
            request, number, sentence, status=422, typed=typed | {"sentence": sentence}
        )
    try:
        workflow.give_verdict(found, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        typed["sentence"] = str(refusal)
        return _not_done(request, number, str(refusal), status=409, typed=typed)
    messages.success(request, f"{requirement.display_code}的评审意见已保存。")
    return redirect(f"/accreditation/applications/{number}/#line-{requirement.code}")


@require_POST
def application_confirm_met(request, number):
    found = get_application(request, number)
    try:
        done = workflow.confirm_all_met(found, by=request.user)
    except workflow.Refused as refusal:
        return _not_done(request, number, str(refusal), status=409)
    messages.success(
        request, f"已确认{done}个系统核查合格的评价要点。" if done else "没有待确认的合格项。"
    )
    return redirect("application", number=number)


@require_POST
def problem_close(request, pk):
    problem = get_object_or_404(
        Problem.objects.visible_to(request.user).select_related(
            "application__station__region", "station"
        ),
        pk=pk,
        application__isnull=False,
    )
    number = problem.application.number
    form = CloseProblemForm(request.POST)
    if not form.is_valid():
        return _not_done(request, number, "请填写销号日期和整改情况。", status=422)
    try:
        workflow.close_problem(problem, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        return _not_done(request, number, str(refusal), status=409)
    messages.success(request, "问题已销号。")
    return redirect("application", number=number)


@require_POST
def objection_close(request, code):
    """Only its two handlers find it; for everybody else it does not exist."""
    objection = get_object_or_404(
        Objection.objects.visible_to(request.user).select_related("application__station__region"),
        code=code,
    )
    number = objection.application.number
    form = CloseObjectionForm(request.POST)
    if not form.is_valid():
        return _not_done(request, number, "请填写核查结论、核查人和核查情况。", status=422)
    try:
        workflow.close_objection(objection, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        return _not_done(request, number, str(refusal), status=409)
    messages.success(request, "异议已办结。")
    return redirect("application", number=number)
