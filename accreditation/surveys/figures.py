"""What the answers say. They count from the rubric's smallest sample on (共性7-3); below it
no figure is shown, since few answers are easily told apart."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q

from accreditation.models import Requirement
from accreditation.rubric import shipped_parameters
from accreditation.scoring.dates import years_before
from activities.models import SurveyResponse

QUESTIONS = ("honour", "belonging", "gain", "overall")


def rule() -> dict:
    """`at_least` answers, `satisfied` from, as the version in force says."""
    rows = Requirement.objects.filter(rubric__state="in_force", measure="survey")
    own = rows.values_list("parameters", flat=True).first() or {}
    return shipped_parameters()["survey"] | own


def of_twelve_months(answers, on):
    return answers.filter(given_on__gte=first_day(on), given_on__lte=on)


def first_day(on: date) -> date:
    """The first day of the twelve months that end with `on`."""
    return years_before(on, 1) + timedelta(days=1)


@dataclass
class Question:
    label: str
    counts: Counter = field(default_factory=Counter)

    def levels(self):
        """(label, number, share) from 很满意 down."""
        total = self.counts.total()
        return [
            (label, self.counts[value], self.counts[value] / total if total else None)
            for value, label in SurveyResponse.Answer.choices
        ]


@dataclass
class Result:
    """The answers of one sort of respondent; without figures while they are too few."""

    label: str
    number: int
    at_least: int
    satisfied_from: int
    questions: list[Question]

    @property
    def is_enough(self):
        return self.number >= self.at_least

    @property
    def lacking(self):
        return max(0, self.at_least - self.number)

    @property
    def satisfied(self):
        """Share of all four answers that are satisfied, as the score takes it."""
        if not self.is_enough:
            return None
        return sum(map(self.satisfied_with, self.questions)) / len(self.questions)

    def satisfied_with(self, question):
        good = sum(n for value, n in question.counts.items() if value >= self.satisfied_from)
        return good / self.number

    def rows(self):
        return [(one, one.levels(), self.satisfied_with(one)) for one in self.questions]


def count(answers) -> list[dict]:
    """Answers by station and respondent, with the number of each answer to each question."""
    counts = {
        f"{name}_{value}": Count("pk", filter=Q(**{name: value}))
        for name in QUESTIONS
        for value in SurveyResponse.Answer.values
    }
    rows = answers.order_by().values("station", "respondent")
    return list(rows.annotate(n=Count("pk"), **counts))


def results(counted, found) -> list[Result]:
    """One result per sort of respondent, the veterans, who count, first."""
    labels = [SurveyResponse._meta.get_field(name).verbose_name for name in QUESTIONS]
    by_kind = {
        kind: Result(
            kind.label, 0, found["at_least"], found["satisfied"], [Question(one) for one in labels]
        )
        for kind in SurveyResponse.Respondent
    }
    for row in counted:
        result = by_kind[row["respondent"]]
        result.number += row["n"]
        for name, question in zip(QUESTIONS, result.questions, strict=True):
            question.counts.update(
                {value: row[f"{name}_{value}"] for value in SurveyResponse.Answer.values}
            )
    return list(by_kind.values())


def per_station(counted, stations, found) -> list[dict]:
    """How many answered at each station, and the veterans' share where they are enough; in
    the order of the stations given."""
    rows = defaultdict(list)
    for row in counted:
        rows[row["station"]].append(row)
    table = []
    for station in stations:
        own = rows[station.pk]
        veterans = results(own, found)[0]
        table.append(
            {
                "station": station,
                "all": sum(row["n"] for row in own),
                "veterans": veterans.number,
                "share": veterans.satisfied,
            }
        )
    return table
