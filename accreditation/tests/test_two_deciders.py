"""Two people decide the same application at once: exactly one wins, the other is told.

Two threads with a connection each, a barrier before the step. SQLite has one writer and
would prove nothing about PostgreSQL, so these run there only (marker postgres)."""

import datetime as dt
from itertools import combinations_with_replacement

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AuditEntry
from accreditation import workflow
from accreditation.models import Accreditation, Application, Programme, Transition
from accreditation.tests.workflow_world import World, a_card, a_programme
from stations.models import Station
from tests.at_once import at_once as several_at_once
from tests.factories import RegionFactory, StationFactory, UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(cast, station):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL (PG_TEST_URL)")
    return World(cast, station, a_programme())


def at_once(*acts):
    """Who won, and what the others were told."""
    refusals = (workflow.Refused, workflow.NotAllowed)
    outcomes = several_at_once(*acts, refusals=refusals)
    return [each if isinstance(each, refusals) else "won" for each in outcomes]


def fresh(application):
    return Application.objects.select_related("station__region").get(pk=application.pk)


def back(row, by, level="station"):
    due = timezone.localdate() + dt.timedelta(days=5)
    workflow.return_application(row, level=level, due_on=due, comment="补正", by=by)


def decision(row, by, conclusion="agree"):
    workflow.decide(
        row, conclusion=conclusion, decided_on=timezone.localdate(), minutes_number="1",
        comment="理由", by=by,
    )  # fmt: skip


def meeting(row, by):
    workflow.decide_many(
        [row], decided_on=timezone.localdate(), minutes_number="2", comment="理由", by=by
    )


# state -> decisions that two people can take on the same page at the same moment: (who, what).
# One of them stands, and it alone is written down.
DECISIONS = {
    "draft": [
        ("manager", lambda row, by: workflow.submit(row, by=by, card=a_card())),
        ("county", lambda row, by: workflow.withdraw(row, comment="暂缓", by=by)),
    ],
    "town_review": [
        ("town", lambda row, by: workflow.endorse(row, by=by)),
        ("town", lambda row, by: back(row, by)),
        ("manager", lambda row, by: workflow.withdraw(row, comment="暂缓", by=by)),
    ],
    "county_review": [
        ("county", lambda row, by: workflow.recommend(row, by=by)),
        ("county", lambda row, by: workflow.do_not_recommend(row, comment="不足", by=by)),
        ("county", lambda row, by: back(row, by)),
        ("manager", lambda row, by: workflow.withdraw(row, comment="暂缓", by=by)),
    ],
    "city_review": [
        ("city", lambda row, by: workflow.send_to_site_visit(row, by=by)),
        ("city2", lambda row, by: workflow.send_to_site_visit(row, by=by)),
        ("city3", lambda row, by: workflow.reject(row, comment="不符合", by=by)),
        ("city2", lambda row, by: back(row, by)),
    ],
    "site_visit": [
        ("city", lambda row, by: workflow.reject(row, comment="不符合", by=by)),
        ("city", lambda row, by: back(row, by)),
        ("city2", lambda row, by: workflow.take_over_review(row, comment="出差", by=by)),
    ],
    "decision": [
        ("city2", decision),
        ("city3", lambda row, by: decision(row, by, "reject")),
        ("city3", meeting),
        ("city", lambda row, by: back(row, by)),
    ],
    "returned": [
        ("manager", lambda row, by: workflow.resubmit(row, by=by, card=a_card())),
        ("county", lambda row, by: workflow.withdraw(row, comment="暂缓", by=by)),
        ("county", lambda row, by: workflow.resubmit(row, by=by, card=a_card())),
    ],
}


def all_pairs():
    """Every decision against every other of its state, and against itself."""
    return [
        (state, one, other)
        for state, acts in DECISIONS.items()
        for one, other in combinations_with_replacement(acts, 2)
    ]


def race(world, tree, pairs):
    cast = world.cast
    for state, one, other in pairs:
        place = StationFactory(region=RegionFactory(parent=tree.town))
        application = world.at(state, place)
        before = (application.transitions.count(), _entries(application))
        # Each race has a station of its own, and so a person who works there.
        person = {**vars(cast), "manager": UserFactory(role="station", region=place.region)}
        acts = [
            (lambda row=fresh(application), by=person[who], act=act: act(row, by))
            for who, act in (one, other)
        ]

        outcomes = at_once(*acts)

        losers = [outcome for outcome in outcomes if outcome != "won"]
        assert len(losers) == 1, (state, outcomes)
        assert isinstance(losers[0], workflow.StaleState), (state, losers)
        now = fresh(application)
        winner = (one, other)[outcomes.index("won")][0]
        # The loser is told who was faster, and when.
        assert f"由{person[winner].full_name}于" in str(losers[0]), (state, str(losers[0]))
        last = application.transitions.last()
        assert (last.to_state, last.actor) == (now.state, person[winner])
        assert (application.transitions.count(), _entries(application)) == (
            before[0] + 1, before[1] + 1,
        )  # fmt: skip


def _entries(application):
    return AuditEntry.objects.filter(
        kind="accreditation.application", object_id=str(application.pk)
    ).count()


def test_of_two_simultaneous_decisions_exactly_one_wins(world, tree):
    """One pair of every state; all of them, again and again, in the long run below."""
    race(world, tree, [(state, acts[0], acts[1]) for state, acts in DECISIONS.items()])


@pytest.mark.long
def test_of_two_simultaneous_decisions_exactly_one_wins_two_hundred_times(world, tree):
    pairs = all_pairs()
    assert len(pairs) > 40
    race(world, tree, [pairs[number % len(pairs)] for number in range(200)])


def test_of_two_simultaneous_city_decisions_one_is_entered(world):
    application = world.at("decision")
    one, two = fresh(application), fresh(application)
    day = application.state_since.date()

    outcomes = at_once(
        lambda: workflow.decide(
            one, conclusion="agree", decided_on=day, minutes_number="1", by=world.cast.city2
        ),
        lambda: workflow.decide(
            two, conclusion="reject", decided_on=day, minutes_number="2", comment="不符合",
            by=world.cast.city3,
        ),
    )  # fmt: skip

    assert outcomes.count("won") == 1
    decided = Transition.objects.filter(application=application, details__verb="decide")
    assert decided.count() == 1


@pytest.mark.parametrize("threads", [8, pytest.param(50, marks=pytest.mark.long)])
def test_many_submits_of_one_form_make_one_transition(world, threads):
    application = world.draft()
    rows = [fresh(application) for _ in range(threads)]

    outcomes = at_once(
        *(lambda row=row: workflow.submit(row, by=world.cast.county, card=a_card())
          for row in rows)
    )  # fmt: skip

    assert outcomes.count("won") == 1
    assert application.transitions.count() == 1
    assert application.snapshots.count() == 1


def test_many_drafts_of_one_station_make_one_application(world):
    outcomes = at_once(*[world.draft] * 6)

    assert outcomes.count("won") == 1
    assert Application.objects.count() == 1
    assert all("已有一个办理中的申报" in str(row) for row in outcomes if row != "won")


def test_a_batch_is_named_once(world):
    application = world.at("decision")
    world.decide(application)
    batch = world.batch(application)
    today = timezone.localdate()
    with transaction.atomic():
        workflow.publish_notice(
            batch, starts_on=today, ends_on=today, contact="市局", by=world.cast.city
        )
    at = timezone.now() + dt.timedelta(days=2)
    from accreditation.models import Accreditation, Batch

    rows = [Batch.objects.select_related("programme", "public_notice").get() for _ in range(2)]
    outcomes = at_once(
        *(lambda row=row: workflow.name_batch(
            row, document_no="1号", named_on=timezone.localdate(at), by=world.cast.city, at=at)
          for row in rows)
    )  # fmt: skip

    assert outcomes.count("won") == 1
    assert Accreditation.objects.count() == 1


def test_a_back_entry_and_a_draft_never_both_stand(world, tree):
    """One active accreditation or one open application, not both (一地一特色)."""
    programme = Programme.objects.get(is_current=True)
    for _ in range(10):
        place = StationFactory(region=RegionFactory(parent=tree.town))
        outcomes = at_once(
            lambda place=place: workflow.create_draft(
                place, programme=programme, track="red", by=world.cast.county
            ),
            lambda place=place: workflow.enter_accreditation(
                programme=programme,
                station=Station.objects.select_related("region").get(pk=place.pk),
                track="red",
                named_on=dt.date.today(),
                by=world.cast.city,
            ),
        )

        assert outcomes.count("won") == 1
        both = (
            Application.objects.filter(station=place).count(),
            Accreditation.objects.filter(station=place).count(),
        )
        assert sorted(both) == [0, 1]
