"""The cast. Two counties, one person per role, an outsider. Permission tests use these names."""

from types import SimpleNamespace

import pytest
from django.test import Client, TransactionTestCase

from accounts import triggers
from tests import database
from tests.factories import RegionFactory, StationFactory, UserFactory

_flush = TransactionTestCase._fixture_teardown


def _flush_without_triggers(case):
    """Emptying the tables after a transactional test is what the append-only triggers
    refuse; the flush itself puts them back (post_migrate)."""
    triggers.remove()
    _flush(case)


TransactionTestCase._fixture_teardown = _flush_without_triggers


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    with django_db_blocker.unblock():
        made = database.make()
    yield
    with django_db_blocker.unblock():
        database.remove(made)


@pytest.fixture
def tree(db):
    """City 3213; county 321322 (town 321322100, villages ...201 and ...202); zone 321391
    (town 321391100, village ...201). Every town and village has a station."""
    city = RegionFactory(code="3213", name="宿迁市", level="city")
    county = RegionFactory(code="321322", name="沭阳县", level="county", parent=city)
    zone = RegionFactory(
        code="321391",
        name="湖滨新区",
        level="county",
        kind="functional_zone",
        parent=city,
        office_name="湖滨新区社会事业局",
    )
    town = RegionFactory(code="321322100", name="甲镇", level="town", parent=county)
    village = RegionFactory(code="321322100201", name="甲一村", parent=town)
    village2 = RegionFactory(code="321322100202", name="甲二村", parent=town)
    other_town = RegionFactory(code="321391100", name="乙镇", level="town", parent=zone)
    other_village = RegionFactory(code="321391100201", name="乙一村", parent=other_town)
    places = (town, village, village2, other_town, other_village)
    stations = {region.code: StationFactory(region=region) for region in places}
    return SimpleNamespace(
        city=city,
        county=county,
        zone=zone,
        town=town,
        village=village,
        village2=village2,
        other_town=other_town,
        other_village=other_village,
        stations=stations,
    )


@pytest.fixture
def station(tree):
    """The village station that most tests are about."""
    return tree.stations["321322100201"]


@pytest.fixture
def town_station(tree):
    return tree.stations["321322100"]


@pytest.fixture
def other_station(tree):
    """A village station under the other county-level unit."""
    return tree.stations["321391100201"]


@pytest.fixture
def cast(tree):
    def person(username, role, region):
        return UserFactory(username=username, full_name=username, role=role, region=region)

    return SimpleNamespace(
        admin=person("admin", "admin", tree.city),
        city=person("city", "city", tree.city),
        city2=person("city2", "city", tree.city),
        city3=person("city3", "city", tree.city),
        leader=person("leader", "viewer", tree.city),
        county=person("county", "county", tree.county),
        town=person("town", "station", tree.town),
        manager=person("manager", "station", tree.village),
        other_county=person("other_county", "county", tree.zone),
        outsider=person("outsider", "station", tree.other_village),
    )


@pytest.fixture
def login():
    """A client that is logged in as the given person; POSTs are checked for CSRF as in
    production unless said otherwise."""

    def _login(user, *, csrf=False):
        client = Client(enforce_csrf_checks=csrf)
        client.force_login(user)
        return client

    return _login
