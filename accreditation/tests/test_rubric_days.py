"""A new version of the standard: on a later day, and what it leaves of the old verdicts."""

import datetime as dt

import pytest

from accounts.models import AuditEntry
from accreditation.models import Application, Snapshot, Verdict
from accreditation.scoring import score_stations
from accreditation.tests.test_rubric_pages import (  # noqa: F401 fixtures among them
    LIST,
    TODAY,
    base,
    draft,
    programme,
    put,
    tried,
)
from accreditation.workflow import rubrics
from accreditation.workflow.errors import Refused
from records.models import Notice
from stations.models import Station

pytestmark = pytest.mark.django_db
# ruff: noqa: F811 fixtures are arguments


def all_met(programme, station, base, reviewer):
    """An application of which everything common and red was judged by the version in force."""
    application = Application.objects.create(
        programme=programme, station=station, track="red", number="S1", state="city_review"
    )
    archive = Snapshot.objects.create(application=application, rubric=base, data={}, digest="x")
    for row in base.requirements.all():
        if row.part in "CR":
            Verdict.objects.create(
                application=application, requirement=row.code, result="met", points=row.points,
                reviewer=reviewer, stage="city_review", snapshot=archive, is_override=True,
            )  # fmt: skip
    return application


def test_verdicts_on_revised_requirements_count_as_not_given(
    draft, base, programme, cast, station, login
):
    application = all_met(programme, station, base, cast.city)
    draft.requirements.filter(code="C1.2").update(points=200)
    draft.requirements.filter(code="C1.3").update(points=100)
    tried(draft, cast.city)
    own = Station.objects.filter(pk=station.pk)
    before = score_stations(own, on=TODAY())[station.pk]
    put(draft, cast.city, programmes=[programme])

    card = score_stations(own, on=TODAY())[station.pk]

    assert (before.track("red").confirmed, before.outdated) == (10000, set())
    assert card.outdated == {("red", "C1.2"), ("red", "C1.3")}
    revised = sum(card.earned[mark.at] or 0 for mark in card.standard.marks["C"]
                  if mark.code in ("C1.2", "C1.3") and mark.is_auto)  # fmt: skip
    assert card.track("red").confirmed == 10000 - 300 + revised
    page = login(cast.manager).get(f"/stations/{station.region.code}/scorecard/?track=red")
    assert page.content.decode().count("原评审意见是按以前的标准版本作出的") == 2
    # Under the version it was submitted with, every word stands.
    kept = score_stations(own, on=TODAY(), programme=programme, rubric=base)[station.pk]
    assert kept.outdated == set() and application.rubric == programme.rubric


def test_a_must_alone_does_not_make_a_verdict_old(draft, base, programme, cast, station):
    all_met(programme, station, base, cast.city)
    draft.requirements.filter(code="C1.2").update(must=True)
    tried(draft, cast.city)
    put(draft, cast.city, programmes=[programme])

    card = score_stations(Station.objects.filter(pk=station.pk), on=TODAY())[station.pk]

    assert card.outdated == set() and card.track("red").confirmed == 10000


def test_the_trial_counts_verdicts_as_the_new_version_would(draft, base, programme, cast, station):
    all_met(programme, station, base, cast.city)
    draft.requirements.filter(code=judged_must(base)).update(label="改过的要点")

    data = tried(draft, cast.city).data["tracks"]["red"]

    assert (data["passed_before"], data["passed_after"]) == (1, 0)


def judged_must(base):
    """A must that people judge: nothing counts in place of the word."""
    row = next(row for row in base.requirements.all()
               if row.must and row.part in "CR" and row.how != "auto")  # fmt: skip
    return row.code


def later(days=3):
    return TODAY() + dt.timedelta(days=days)


def test_a_version_of_a_later_day_waits_and_takes_effect_by_the_timer(
    draft, base, programme, cast, login
):
    tried(draft, cast.city)
    data = {
        "edits": draft.edits, "on": later().isoformat(), "reason": "会议纪要〔2026〕1号",
        "programmes": [programme.pk], "agreed": "on",
    }  # fmt: skip

    login(cast.city).post(f"{LIST}{draft.version}/in-force/", data)

    for row in (draft, base, programme):
        row.refresh_from_db()
    assert (draft.state, base.state, programme.rubric) == ("scheduled", "in_force", base)
    with pytest.raises(Refused, match="请先撤回"):
        rubrics.start_draft(by=cast.city)
    assert rubrics.put_due_in_force(later(2)) == 0
    assert rubrics.put_due_in_force(later()) == 1
    assert rubrics.put_due_in_force(later()) == 0
    for row in (draft, base, programme):
        row.refresh_from_db()
    assert (draft.state, draft.in_force_on, programme.rubric) == ("in_force", later(), draft)
    assert (base.state, base.retired_on) == ("retired", later())
    assert AuditEntry.objects.get(action="rubric.in_force").reason == "会议纪要〔2026〕1号"
    told = Notice.objects.filter(text__contains="已施行").values_list("region__name", flat=True)
    assert sorted(told) == ["宿迁市", "沭阳县", "湖滨新区"]


def test_a_waiting_version_can_be_withdrawn_and_is_a_draft_again(draft, base, cast, login):
    tried(draft, cast.city)
    rubrics.put_in_force(
        draft, by=cast.city, edits=draft.edits, on=later(), reason="依据", programmes=[]
    )
    city, url = login(cast.city), f"{LIST}{draft.version}/withdraw/"
    assert "自动施行" in city.get(f"{LIST}{draft.version}/").content.decode()

    assert city.post(url).status_code == 302

    draft.refresh_from_db()
    assert (draft.state, draft.in_force_on) == ("draft", None)
    assert rubrics.put_due_in_force(later()) == 0
    assert "已经撤回" in city.post(url, follow=True).content.decode()
