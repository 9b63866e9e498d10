"""Answers of people asked, and answers to people who came (C7.3, C7.4)."""

from typing import Any

from django.db.models import F, Q, QuerySet, Value

from accreditation.scoring.context import Context
from accreditation.scoring.sources.source import Counters, Source
from accreditation.scoring.sql import DaysBetween
from activities.models import Reception, ServiceRecord, SurveyResponse


def _survey_counters(c: Context) -> Counters:
    good, phone = c.p("survey", "satisfied"), Q(source=SurveyResponse.Source.PHONE)
    found: Counters = {"all": Q(pk__isnull=False), "phone": phone}
    for answer in ("honour", "belonging", "gain", "overall"):
        found[answer] = Q(**{f"{answer}__gte": good})
        found[f"phone_{answer}"] = phone & found[answer]
    return found


SURVEYS = Source(
    "surveys",
    lambda c: SurveyResponse.objects.filter(
        c.year("given_on"), respondent=SurveyResponse.Respondent.VETERAN
    ),
    _survey_counters,
    is_wide=True,
)


def _answer_counters(c: Context) -> Counters:
    days = c.p("answered", "days")
    answered = Q(answered_on__isnull=False, answered_on__lte=c.on)
    passed_on = Q(passed_on_on__isnull=False, passed_on_on__lte=c.on)
    due = Q(waited__gte=days) | answered | passed_on
    quick = answered & Q(answer_days__lte=days) | passed_on & Q(pass_days__lte=days)
    return {"due": due, "quick": quick}


def _answerable(model: Any) -> Any:
    def rows(c: Context) -> QuerySet[Any]:
        return model.objects.filter(c.year("received_on")).annotate(
            waited=DaysBetween(F("received_on"), Value(c.on)),
            answer_days=DaysBetween(F("received_on"), F("answered_on")),
            pass_days=DaysBetween(F("received_on"), F("passed_on_on")),
        )

    return rows


RECEPTIONS = Source("receptions", _answerable(Reception), _answer_counters, is_whole=True)
SERVICES = Source("services", _answerable(ServiceRecord), _answer_counters, is_whole=True)
