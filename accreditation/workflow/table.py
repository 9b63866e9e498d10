"""The steps of an application as data: from, to, who, whether a reason is needed.

`to` is empty where the function works it out (submit, resubmit) and equal to the state where
a step leaves it unchanged. Conditions that need the database stand in the step's function
and are named here in words.
"""

from dataclasses import dataclass

from accreditation.models import Application

State = Application.State


@dataclass(frozen=True)
class Step:
    verb: str
    label: str
    sources: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    needs_reason: bool = False
    conditions: str = ""
    tone: str = "primary"


_STEPS = (
    Step("submit", "提交申报", (State.DRAFT,), "", ("writer",),
         conditions="current programme and within its dates; freezes the snapshot"),
    Step("resubmit", "补正后再次提交", (State.RETURNED,), "", ("returned_level",),
         conditions="goes back to the state that returned it; freezes a new snapshot"),
    Step("withdraw", "撤回", (State.DRAFT, State.TOWN_REVIEW, State.COUNTY_REVIEW, State.RETURNED),
         State.WITHDRAWN, ("writer",), needs_reason=True, tone="outline-secondary"),
    Step("endorse", "同意上报", (State.TOWN_REVIEW,), State.COUNTY_REVIEW, ("town",)),
    Step("pull", "直接受理", (State.TOWN_REVIEW,), State.COUNTY_REVIEW, ("county",),
         conditions="10 working days in town review", tone="outline-primary"),
    Step("recommend", "同意推荐", (State.COUNTY_REVIEW,), State.CITY_REVIEW, ("county",)),
    Step("do_not_recommend", "不予推荐", (State.COUNTY_REVIEW,), State.NOT_RECOMMENDED,
         ("county",), needs_reason=True, tone="outline-danger"),
    Step("take_over_review", "接替评审", (State.CITY_REVIEW, State.SITE_VISIT), "same", ("city",),
         needs_reason=True, conditions="somebody else reviews now", tone="outline-secondary"),
    Step("send_to_site_visit", "转实地核验", (State.CITY_REVIEW,), State.SITE_VISIT, ("reviewer",)),
    Step("send_to_decision", "提交集体研究", (State.SITE_VISIT,), State.DECISION, ("reviewer",),
         conditions="a site visit by two people; every requirement to be judged is judged"),
    Step("decide", "登记集体研究结论", (State.DECISION,), "", ("decider",),
         conditions="not decided yet; no open problem if the conclusion is to accredit"),
    Step("return_application", "退回补正",
         (State.TOWN_REVIEW, State.COUNTY_REVIEW, State.CITY_REVIEW, State.SITE_VISIT,
          State.DECISION),
         State.RETURNED, ("holder",), needs_reason=True,
         conditions="a level below the one that returns; a due date after today",
         tone="outline-warning"),
    Step("reject", "不予认定", (State.CITY_REVIEW, State.SITE_VISIT), State.REJECTED,
         ("reviewer",), needs_reason=True, tone="outline-danger"),
    Step("lapse", "逾期终止", (State.RETURNED,), State.LAPSED, ("system",),
         conditions="the due date has passed"),
    Step("publish_notice", "发布公示", (State.DECISION,), State.PUBLIC_NOTICE, ("city",),
         conditions="by batch; decided in favour"),
    Step("uphold", "异议属实，不予认定", (State.PUBLIC_NOTICE,), State.REJECTED, ("handler",)),
    Step("name", "认定生效", (State.PUBLIC_NOTICE,), State.ACCREDITED, ("city",),
         conditions="by batch; the notice is over, every objection has a result"),
)  # fmt: skip

STEPS: dict[str, Step] = {step.verb: step for step in _STEPS}

# The levels to which a review may return an application.
LEVELS_BELOW = {
    State.TOWN_REVIEW: ("station",),
    State.COUNTY_REVIEW: ("station", "town"),
    State.CITY_REVIEW: ("station", "town", "county"),
    State.SITE_VISIT: ("station", "town", "county"),
    State.DECISION: ("station", "town", "county"),
}
