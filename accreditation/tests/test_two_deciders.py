"""Two people decide the same application at once: exactly one wins, the other is told.

Two threads with a connection each, a barrier before the step. SQLite has one writer and
would prove nothing about PostgreSQL, so these run there only (marker postgres)."""

import datetime as dt
import threading

import pytest
from django.db import close_old_connections, connection, connections, transaction

from accreditation import workflow
from accreditation.models import Accreditation, Application, Programme, Transition
from accreditation.tests.workflow_world import World, a_card, a_programme
from stations.models import Station
from tests.factories import RegionFactory, StationFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(cast, station):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL (PG_TEST_URL)")
    return World(cast, station, a_programme())


def at_once(*acts):
    """Run all acts at the same moment on a connection of their own; their outcomes."""
    barrier, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index, act):
        close_old_connections()
        try:
            barrier.wait(timeout=30)
            act()
            outcomes[index] = "won"
        except workflow.Refused as refusal:
            outcomes[index] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def fresh(application):
    return Application.objects.select_related("station__region").get(pk=application.pk)


def race(world, tree, times):
    """Recommend against not recommend, both from the same page, station after station."""
    cast = world.cast
    for _ in range(times):
        place = StationFactory(region=RegionFactory(parent=tree.town))
        application = world.at("county_review", place)
        one, two = fresh(application), fresh(application)
        outcomes = at_once(
            lambda one=one: workflow.recommend(one, by=cast.county),
            lambda two=two: workflow.do_not_recommend(two, comment="不足", by=cast.county),
        )

        losers = [outcome for outcome in outcomes if outcome != "won"]
        assert len(losers) == 1 and isinstance(losers[0], workflow.StaleState)
        assert "由county于" in str(losers[0])
        steps = Transition.objects.filter(application=application, from_state="county_review")
        assert steps.get().to_state == fresh(application).state


def test_of_two_simultaneous_decisions_exactly_one_wins(world, tree):
    race(world, tree, 20)


@pytest.mark.long
def test_of_two_simultaneous_decisions_exactly_one_wins_two_hundred_times(world, tree):
    race(world, tree, 200)


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
    from django.utils import timezone

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
