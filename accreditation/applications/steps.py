"""The steps that have a button on the application's page: form and workflow function."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from accreditation import workflow
from accreditation.applications import forms
from accreditation.models import Application
from accreditation.workflow.people import is_city_above, is_county_above, may
from accreditation.workflow.table import STEPS, State


@dataclass(frozen=True)
class Action:
    verb: str
    label: str
    form: type
    run: Callable
    open: Callable[[User, Application], bool] | None = None
    tone: str = "primary"
    needs_reason: bool = False

    @property
    def ids(self) -> str:
        """Several steps stand on one page, and most ask for a comment."""
        return f"id_{self.verb}_%s"

    def is_open(self, user: User, application: Application) -> bool:
        return self.open(user, application) if self.open else may(self.verb, user, application)


def _step(verb, form, run):
    step = STEPS[verb]
    if step.needs_reason and form is forms.StepForm:
        form = forms.ReasonForm
    return Action(verb, step.label, form, run, None, step.tone, step.needs_reason)


def _is_visiting(user, application):
    return application.state == State.SITE_VISIT and is_city_above(user, application)


def _may_list_problems(user, application):
    is_above = is_city_above(user, application) or is_county_above(user, application)
    return application.is_open and application.state != State.DRAFT and is_above


def _may_take_objection(user, application):
    return application.state == State.PUBLIC_NOTICE and is_city_above(user, application)


_ALL = (
    _step("submit", forms.StepForm, workflow.submit),
    _step("resubmit", forms.StepForm, workflow.resubmit),
    _step("endorse", forms.StepForm, workflow.endorse),
    _step("pull", forms.StepForm, workflow.pull),
    _step("recommend", forms.StepForm, workflow.recommend),
    _step("send_to_site_visit", forms.StepForm, workflow.send_to_site_visit),
    Action("visit", "登记实地核验", forms.VisitForm, workflow.record_site_visit, _is_visiting),
    _step("send_to_decision", forms.StepForm, workflow.send_to_decision),
    _step("decide", forms.DecisionForm, workflow.decide),
    _step("return_application", forms.ReturnForm, workflow.return_application),
    Action(
        "problem", "新增问题", forms.ProblemForm, workflow.add_problem, _may_list_problems,
        "outline-secondary",
    ),
    Action(
        "objection", "登记异议", forms.ObjectionForm, workflow.add_objection,
        _may_take_objection, "outline-secondary",
    ),
    _step("take_over_review", forms.StepForm, workflow.take_over_review),
    _step("do_not_recommend", forms.StepForm, workflow.do_not_recommend),
    _step("reject", forms.StepForm, workflow.reject),
    _step("withdraw", forms.StepForm, workflow.withdraw),
)  # fmt: skip

ACTIONS: dict[str, Action] = {action.verb: action for action in _ALL}
