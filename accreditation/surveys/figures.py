"""What the answers say. They count from the rubric's smallest sample on (共性7-3); below it
no figure is shown, since few answers are easily told apart."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Case, Count, IntegerField, Q, Sum, Value, When

from accreditation.models import Requirement
from accreditation.rubric import shipped_parameters
from accreditation.scoring.dates import years_before
from activities.models import SurveyResponse

QUESTIONS = ("honour", "belonging", "gain", "overall")
VETERAN = SurveyResponse.Respondent.VETERAN


def rule() -> dict:
    """`at_least` answers, `satisfied` from, as the version in force says."""
    rows = Requirement.objects.filter(rubric__state="in_force", measure="survey")
    own = rows.values_list("parameters", flat=True).first() or {}
    return shipped_parameters()["survey"] | own


def of_twelve_months(answers, on):
    return answers.filter(given_on__gt=years_before(on, 1), given_on__lte=on)


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


def results(answers) -> list[Result]:
    """One result per sort of respondent, the veterans, who count, first."""
    found = rule()
    sums = {kind: [Counter() for _ in QUESTIONS] for kind in SurveyResponse.Respondent}
    numbers = Counter()
    rows = answers.order_by().values_list("respondent", *QUESTIONS).annotate(n=Count("pk"))
    for respondent, *values, number in rows:
        numbers[respondent] += number
        for counts, value in zip(sums[respondent], values, strict=True):
            counts[value] += number
    labels = [SurveyResponse._meta.get_field(name).verbose_name for name in QUESTIONS]
    return [
        Result(
            kind.label,
            numbers[kind],
            found["at_least"],
            found["satisfied"],
            [Question(label, counts) for label, counts in zip(labels, sums[kind], strict=True)],
        )
        for kind in SurveyResponse.Respondent
    ]


def per_station(answers, stations, on) -> list[dict]:
    """How many veterans answered at each station, and their share where they are enough;
    in the order of the stations given."""
    found = rule()
    good = sum(
        Sum(
            Case(
                When(**{f"{name}__gte": found["satisfied"]}, then=1),
                default=Value(0),
                output_field=IntegerField(),
            ),
            filter=Q(respondent=VETERAN),
        )
        for name in QUESTIONS
    )
    rows = {
        row["station"]: row
        for row in of_twelve_months(answers, on)
        .filter(station__in=[station.pk for station in stations])
        .order_by()
        .values("station")
        .annotate(all=Count("pk"), veterans=Count("pk", filter=Q(respondent=VETERAN)), good=good)
    }
    table = []
    for station in stations:
        row = rows.get(station.pk, {"all": 0, "veterans": 0, "good": 0})
        enough = row["veterans"] >= found["at_least"]
        table.append(
            {
                "station": station,
                "all": row["all"],
                "veterans": row["veterans"],
                "share": row["good"] / (4 * row["veterans"]) if enough else None,
            }
        )
    return table
