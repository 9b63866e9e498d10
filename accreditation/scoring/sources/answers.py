"""Answers of people asked, and answers to people who came (C7.3, C7.4)."""

from typing import Any

from django.db.models import F, Func, IntegerField, Q, QuerySet, Subquery, Value

from accreditation.scoring.context import Context
from accreditation.scoring.sources.source import Counters, Source
from accreditation.scoring.sql import DaysBetween
from accreditation.scoring.statements import COUNTY, ENOUGH, TOWNS
from activities.models import Reception, ServiceRecord, SurveyResponse


def _survey_counters(c: Context) -> Counters:
    good = c.p("survey", "satisfied")
    questions = ("honour", "belonging", "gain", "overall")
    found: Counters = {"all": Q(pk__isnull=False)}
    return found | {question: Q(**{f"{question}__gte": good}) for question in questions}


def _survey_rows(c: Context) -> QuerySet[Any]:
    return SurveyResponse.objects.filter(
        c.year("given_on"), respondent=SurveyResponse.Respondent.VETERAN
    )


def _telephone_rows(c: Context) -> QuerySet[Any]:
    """Of the whole county, hence not looked at where the answers of the town are enough."""
    rows = _survey_rows(c).filter(
        source=SurveyResponse.Source.PHONE, station__region__path__like_given=COUNTY
    )
    if not c.is_scoped:
        return rows
    number = Func(template="COUNT(*)", output_field=IntegerField())
    near = _survey_rows(c).filter(station__in_scope=TOWNS).order_by().values(n=number)
    return rows.alias(near=Subquery(near)).filter(near__below_given=ENOUGH)


SURVEYS = Source("surveys", _survey_rows, _survey_counters, scope=TOWNS)
TELEPHONE = Source("telephone", _telephone_rows, _survey_counters, scope=None)


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
