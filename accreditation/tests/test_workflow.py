"""Who may take which step in which state, and what every step leaves behind."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accreditation import workflow
from accreditation.models import Accreditation, Application, Snapshot, Transition
from accreditation.tests.workflow_world import a_card, a_programme
from accreditation.workflow import snapshots
from accreditation.workflow.table import STEPS
from records.models import Notice

pytestmark = pytest.mark.django_db
State = Application.State
TODAY = timezone.localdate


def later(days):
    return timezone.now() + dt.timedelta(days=days)


STEPS_TO_TRY = {
    "submit": lambda a, by: workflow.submit(a, by=by, card=a_card()),
    "resubmit": lambda a, by: workflow.resubmit(a, by=by, card=a_card()),
    "withdraw": lambda a, by: workflow.withdraw(a, comment="暂缓", by=by),
    "endorse": lambda a, by: workflow.endorse(a, by=by),
    "pull": lambda a, by: workflow.pull(a, by=by, at=later(40)),
    "recommend": lambda a, by: workflow.recommend(a, by=by),
    "do_not_recommend": lambda a, by: workflow.do_not_recommend(a, comment="不足", by=by),
    "send_to_site_visit": lambda a, by: workflow.send_to_site_visit(a, by=by),
    "reject": lambda a, by: workflow.reject(a, comment="不符合", by=by),
    "return_application": lambda a, by: workflow.return_application(
        a, level="station", due_on=TODAY() + dt.timedelta(days=5), comment="补正", by=by
    ),
    "decide": lambda a, by: workflow.decide(
        a, conclusion="agree", decided_on=TODAY(), minutes_number="1", by=by
    ),
}
WRITERS = {"county", "town", "manager"}
# verb -> state -> the members of the cast who may; every other state and person may not.
# `city` is the one who reviews from the first step at the city on.
ALLOWED = {
    "submit": {"draft": WRITERS},
    "resubmit": {"returned": WRITERS},
    "withdraw": dict.fromkeys(("draft", "town_review", "county_review", "returned"), WRITERS),
    "endorse": {"town_review": {"town"}},
    "pull": {"town_review": {"county"}},
    "recommend": {"county_review": {"county"}},
    "do_not_recommend": {"county_review": {"county"}},
    "send_to_site_visit": {"city_review": {"city", "city2", "city3"}},
    "reject": {"city_review": {"city", "city2", "city3"}, "site_visit": {"city"}},
    "return_application": {
        "town_review": {"town"},
        "county_review": {"county"},
        "city_review": {"city", "city2", "city3"},
        "site_visit": {"city"},
        "decision": {"city", "city2", "city3"},
    },
    "decide": {"decision": {"city2", "city3"}},
}


@pytest.mark.parametrize("state", State.values)
def test_every_step_is_open_to_exactly_the_people_of_the_table(world, cast, state):
    application = world.at(state)
    found = {}
    for verb, act in STEPS_TO_TRY.items():
        winners = set()
        for name, person in vars(cast).items():
            if attempt(application, act, person):
                winners.add(name)
        found[verb] = winners

    assert found == {verb: ALLOWED[verb].get(state, set()) for verb in STEPS_TO_TRY}


def attempt(application, act, person):
    """Takes the step and takes it back; says whether it was allowed."""
    from django.db import transaction

    fresh = Application.objects.select_related("station__region").get(pk=application.pk)
    counts = (Transition.objects.count(), AuditEntry.objects.count())
    try:
        with transaction.atomic():
            act(fresh, person)
            assert Transition.objects.count() == counts[0] + 1
            assert AuditEntry.objects.count() == counts[1] + 1
            raise Undo
    except Undo:
        return True
    except (workflow.Refused, workflow.NotAllowed):
        assert (Transition.objects.count(), AuditEntry.objects.count()) == counts
        return False


class Undo(Exception):
    pass


@pytest.mark.parametrize("state", State.values)
def test_every_state_is_reached_by_the_workflow(world, state):
    application = world.at(state)

    application.refresh_from_db()
    last = application.transitions.last()
    assert application.state == state
    assert (last.to_state if last else "draft") == state


def test_every_step_of_the_table_is_a_function_or_belongs_to_a_batch():
    assert set(STEPS) - set(STEPS_TO_TRY) == {
        "take_over_review", "send_to_decision", "lapse", "publish_notice", "uphold", "name",
    }  # fmt: skip


def test_a_village_goes_through_its_town_and_a_town_straight_to_the_county(
    world, cast, town_station
):
    village, town = world.draft(), world.draft(town_station)

    workflow.submit(village, by=cast.manager, card=a_card())
    workflow.submit(town, by=cast.town, card=a_card())

    assert (village.state, town.state) == (State.TOWN_REVIEW, State.COUNTY_REVIEW)


def test_a_village_whose_town_has_no_station_goes_straight_to_the_county(world, cast, town_station):
    town_station.is_active = False
    town_station.save()
    application = world.draft()

    workflow.submit(application, by=cast.manager, card=a_card())

    assert application.state == State.COUNTY_REVIEW


def test_a_town_never_endorses_its_own_application(world, cast, town_station):
    application = world.draft(town_station)
    Application.objects.filter(pk=application.pk).update(state="town_review")
    application.refresh_from_db()

    with pytest.raises(workflow.NotAllowed):
        workflow.endorse(application, by=cast.town)


def test_the_county_waits_ten_working_days_for_the_town(world, cast):
    at = timezone.make_aware(dt.datetime(2026, 9, 21, 9))
    application = world.draft()
    workflow.submit(application, by=cast.manager, card=a_card(), at=at)

    # 25 September is the Mid-Autumn Festival, 1-7 October the National Day, 10 October is worked.
    with pytest.raises(workflow.Refused, match="2026年10月12日起"):
        workflow.pull(application, by=cast.county, at=at + dt.timedelta(days=20))
    workflow.pull(application, by=cast.county, at=at + dt.timedelta(days=21))

    assert application.state == State.COUNTY_REVIEW


def test_the_three_people_at_county_and_city_are_different(world, cast):
    application = world.at("decision")

    with pytest.raises(workflow.NotAllowed):
        workflow.decide(
            application, conclusion="agree", decided_on=TODAY(), minutes_number="1", by=cast.city
        )
    world.decide(application)

    people = (application.recommended_by, application.reviewed_by, application.decided_by)
    assert people == (cast.county, cast.city, cast.city2)


def test_whoever_gave_a_verdict_before_the_review_changed_hands_does_not_decide(world, cast):
    application = world.at("city_review")
    world.judge(application)
    workflow.take_over_review(application, comment="出差", by=cast.city2)
    workflow.send_to_site_visit(application, by=cast.city2)
    world.visit(application)
    workflow.send_to_decision(application, by=cast.city2)

    with pytest.raises(workflow.NotAllowed):
        workflow.decide(
            application, conclusion="agree", decided_on=TODAY(), minutes_number="1", by=cast.city
        )


def test_only_one_person_reviews_until_another_takes_over(world, cast):
    application = world.at("city_review")
    workflow.confirm_all_met(application, by=cast.city)

    with pytest.raises(workflow.NotAllowed, match="由city评审"):
        workflow.confirm_all_met(application, by=cast.city2)
    workflow.take_over_review(application, comment="休假", by=cast.city2)

    assert workflow.confirm_all_met(application, by=cast.city2) == 0


def test_a_return_names_level_day_and_reasons_and_comes_back_to_where_it_was(world, cast):
    application = world.at("returned")
    row = application.transitions.last()

    assert row.details["requirements"] == {"C1.2": "照片不清"}
    assert (application.returned_from, application.returned_to) == ("city_review", "station")
    workflow.resubmit(application, by=cast.manager, card=a_card())

    application.refresh_from_db()
    assert (application.state, application.due_on) == ("city_review", None)
    assert (application.returned_from, application.returned_to) == ("", "")
    assert application.snapshots.count() == 2


def test_what_was_returned_to_the_county_waits_for_the_county(world, cast):
    application = world.at("city_review")
    workflow.return_application(
        application, level="county", due_on=TODAY() + dt.timedelta(days=3), comment="补意见",
        by=cast.city,
    )  # fmt: skip

    for person in (cast.manager, cast.town):
        with pytest.raises(workflow.NotAllowed):
            workflow.resubmit(application, by=person, card=a_card())
    workflow.resubmit(application, by=cast.county, card=a_card())

    assert application.state == State.CITY_REVIEW


def test_after_the_due_date_the_timer_ends_it_and_nobody_can_hand_it_in(world, cast):
    from accreditation.tasks import lapse_overdue

    application = world.at("returned")
    with pytest.raises(workflow.Refused, match="期限"):
        workflow.resubmit(application, by=cast.manager, card=a_card(), at=later(11))
    yesterday = TODAY() - dt.timedelta(days=1)
    Application.objects.filter(pk=application.pk).update(due_on=yesterday)

    lapse_overdue()
    lapse_overdue()

    application.refresh_from_db()
    last = application.transitions.last()
    assert (application.state, last.actor, last.to_state) == ("lapsed", None, "lapsed")
    assert application.transitions.filter(to_state="lapsed").count() == 1


def test_the_loser_of_two_decisions_is_told_who_and_when(world, cast):
    application = world.at("county_review")
    second = Application.objects.select_related("station__region").get(pk=application.pk)
    workflow.recommend(application, by=cast.county)

    with pytest.raises(workflow.StaleState) as told:
        workflow.do_not_recommend(second, comment="不足", by=cast.county)

    today = f"{timezone.localtime():%Y年%-m月%-d日}"
    assert "由county于" in str(told.value) and today in str(told.value)
    assert "市级评审" in str(told.value)
    assert Transition.objects.filter(from_state="county_review").count() == 1


def test_one_open_application_and_one_active_accreditation(world, cast):
    world.draft()
    with pytest.raises(workflow.Refused, match="已有一个办理中的申报"):
        world.draft()
    assert Application.objects.count() == 1


def test_a_named_station_does_not_apply_again_in_the_same_programme(world, cast):
    world.at("accredited")

    with pytest.raises(workflow.Refused, match="已有有效的认定"):
        world.draft()


def test_the_database_holds_the_one_open_application_too(world, monkeypatch):
    from accreditation.workflow import drafts

    world.draft()
    real, seen = drafts._check_single, []

    def late(application):
        """Sees nothing the first time, as if the other draft were written just afterwards."""
        seen.append(application)
        if len(seen) > 1:
            real(application)

    monkeypatch.setattr(drafts, "_check_single", late)
    with pytest.raises(workflow.Refused, match="已有一个办理中的申报"):
        world.draft()

    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"is_current": False}, "不是当前方案"),
        ({"ends_on": dt.date(2025, 1, 1)}, "不在此期间"),
        ({"starts_on": dt.date(2098, 1, 1)}, "不在此期间"),
    ],
)
def test_applications_only_in_the_current_programme_within_its_dates(world, cast, fields, sentence):
    for name, value in fields.items():
        setattr(world.programme, name, value)
    world.programme.save()

    with pytest.raises(workflow.Refused, match=sentence):
        world.draft()
    assert not Application.objects.exists()


def test_a_past_day_is_replayed_in_the_programme_of_that_day(world, cast):
    old = a_programme(
        name="旧方案", rubric=world.programme.rubric, is_current=False,
        starts_on=dt.date(2022, 9, 15), ends_on=dt.date(2025, 12, 31),
    )  # fmt: skip
    at = timezone.make_aware(dt.datetime(2023, 5, 1, 9))

    application = workflow.create_draft(
        world.station, programme=old, track="red", by=cast.county, at=at
    )
    workflow.submit(application, by=cast.county, card=a_card(), at=at)

    assert application.number == "2023-00001"
    assert application.transitions.get().at == application.submitted_at == at
    assert set(AuditEntry.objects.values_list("at", flat=True)) == {at}


def test_the_snapshot_is_the_same_when_it_is_made_again(world, cast, station):
    from tests.factories import FacilityFactory

    FacilityFactory(station=station)
    application = world.draft()
    workflow.submit(application, by=cast.manager, card=a_card())
    frozen = Snapshot.objects.get()

    on = dt.date.fromisoformat(frozen.data["on"])
    again = snapshots.contents(application, card=a_card(), on=on)

    assert again == frozen.data
    assert snapshots.digest(again) == frozen.digest
    assert list(frozen.data["rows"]) == ["stations.facility"]
    FacilityFactory(station=station)
    assert snapshots.digest(snapshots.contents(application, card=a_card(), on=on)) != frozen.digest


def test_those_concerned_are_told_and_nobody_is_told_of_their_own_step(world, cast, tree):
    application = world.draft(by=cast.manager)
    workflow.submit(application, by=cast.manager, card=a_card())

    assert {notice.region for notice in Notice.objects.all()} == {tree.town}
    assert Notice.objects.get().link == f"/accreditation/applications/{application.number}/"


def test_reasons_are_asked_for_where_the_table_says_so(world, cast):
    application = world.at("county_review")

    with pytest.raises(workflow.Refused, match="请填写“不予推荐”的理由"):
        workflow.do_not_recommend(application, comment=" ", by=cast.county)
    with pytest.raises(workflow.Refused, match="晚于今天"):
        workflow.return_application(
            application, level="station", due_on=TODAY(), comment="补", by=cast.county
        )
    assert application.state == "county_review"


def test_open_problems_block_the_decision(world, cast):
    application = world.at("decision")
    problem = workflow.add_problem(
        application, problem="宣传栏破损", owner="张站长", due_on=TODAY(), by=cast.city
    )

    with pytest.raises(workflow.Refused, match="还有1项没有销号"):
        world.decide(application)
    workflow.close_problem(
        problem, closed_on=TODAY(), closing_note="已更换", no_proof="已现场查看", by=cast.county
    )
    world.decide(application)

    assert application.decided_by == cast.city2
    with pytest.raises(workflow.StaleState, match="已经销号"):
        workflow.close_problem(
            problem, closed_on=TODAY(), closing_note="再", no_proof="已现场查看", by=cast.county
        )


def test_a_text_changed_meanwhile_is_not_overwritten(world, cast):
    application = world.draft()
    seen = application.version
    workflow.edit_statement(application, statement="甲", version=seen, by=cast.manager)

    with pytest.raises(workflow.StaleState, match="已被别人修改"):
        workflow.edit_statement(application, statement="乙", version=seen, by=cast.county)

    application.refresh_from_db()
    assert application.statement == "甲"


def test_naming_makes_accreditations_with_number_code_and_frozen_county(world, cast, tree):
    application = world.at("accredited")

    made = Accreditation.objects.get()
    assert (made.application, made.county, made.track) == (application, tree.county, "red")
    assert made.number == f"{made.named_on.year}R001"
    assert (made.document_no, len(made.verify_code)) == ("宿退役军人〔2026〕5号", 16)


def test_whoever_acts_next_is_asked_and_the_applicant_told_how_far_it_is(world, cast, tree):
    from records.models import Notice

    application = world.at("county_review")
    Notice.objects.all().delete()

    workflow.recommend(application, by=cast.county)

    told = set(Notice.objects.values_list("region__name", "kind"))
    assert told == {(tree.village.name, "decided"), (tree.city.name, "assigned")}


@pytest.mark.parametrize("is_there", [True, False])
def test_what_comes_back_is_read_once_by_its_reviewer(is_there, world, cast, tree):
    application = world.at("city_review")
    world.judge(application)
    workflow.return_application(
        application, level="station", due_on=TODAY() + dt.timedelta(days=9), comment="补正",
        by=cast.city,
    )  # fmt: skip
    cast.city.is_active = is_there
    cast.city.save(update_fields=["is_active"])
    application.refresh_from_db()
    Notice.objects.all().delete()

    workflow.resubmit(application, by=cast.manager, card=a_card())

    told = {notice.user or notice.region for notice in Notice.objects.filter(kind="assigned")}
    assert told == ({cast.city} if is_there else {cast.city, tree.city})


def test_an_objection_reaches_the_second_handler_without_saying_what_it_is(world, cast):
    from records.models import Notice

    application = world.at("public_notice")
    Notice.objects.all().delete()

    workflow.add_objection(
        application, received_on=TODAY(), channel="phone", text="场地是借用的", is_named=True,
        objector="王某", handlers=(cast.city, cast.city2), by=cast.city,
    )  # fmt: skip

    (told,) = Notice.objects.all()
    assert (told.user, told.kind) == (cast.city2, "objection")
    assert "王某" not in told.text and "借用" not in told.text


def test_what_comes_back_is_told_to_its_reviewer_once(world, cast, tree):
    application = world.at("city_review")
    workflow.assign_review(application, reviewer=cast.city, by=cast.city2)
    workflow.return_application(
        application, level="station", due_on=timezone.localdate() + dt.timedelta(days=9),
        comment="请补正", by=cast.city,
    )  # fmt: skip
    Notice.objects.all().delete()

    workflow.resubmit(application, by=cast.county, card=a_card())

    told = [(row.user, row.region) for row in Notice.objects.order_by("pk")]
    assert application.reviewed_by == cast.city
    assert told == [(None, tree.village), (cast.city, None)]
