"""Every address × method × member of the cast, exactly as the rows say."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access import ANONYMOUS, CAST, collect_rows, is_public, named_patterns

PATTERNS = named_patterns()
ROWS = collect_rows()
KNOWN = sorted(ROWS.keys() & PATTERNS.keys())


@pytest.fixture
def world(tree, cast, station, town_station, other_station):
    return SimpleNamespace(
        tree=tree,
        cast=cast,
        station=station,
        town_station=town_station,
        other_station=other_station,
    )


def test_every_address_has_a_row():
    assert sorted(PATTERNS.keys() - ROWS.keys()) == []


def test_every_row_has_an_address():
    assert sorted(ROWS.keys() - PATTERNS.keys()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", KNOWN)
def test_each_person_gets_the_status_of_the_table(name, method, world):
    row, public = ROWS[name], is_public(PATTERNS[name])
    url = reverse(name, kwargs=row.kwargs(world) if row.kwargs else None)
    people = (ANONYMOUS, *CAST)

    got = {person: _status(url, row, method, person, world) for person in people}

    wanted = {person: row.expected(method, person, is_public=public) for person in people}
    assert got == wanted


def _status(url, row, method, person, world):
    client = Client(raise_request_exception=False)
    # What one person changes is undone before the next one comes.
    with transaction.atomic():
        if person != ANONYMOUS:
            client.force_login(getattr(world.cast, person))
        data = row.query if method == "get" else row.data and row.data(world)
        response = getattr(client, method)(url, data or {})
        transaction.set_rollback(True)
    if person == ANONYMOUS and response.status_code == 302 and not url.startswith("/login"):
        assert response.url.startswith(reverse("login")), "an outsider is sent to the log-in page"
    return response.status_code
