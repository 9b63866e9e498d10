"""No id stands twice on a page: a label would name, and a script find, the wrong field."""

import re
from collections import Counter
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access import collect_rows, is_public, named_patterns

PATTERNS = named_patterns()
ROWS = {name: row for name, row in collect_rows().items() if name in PATTERNS and row.get}
ID = re.compile(r'<[a-z][^<>]*?\sid="([^"]+)"')
PEOPLE = ("admin", "city", "county", "manager", "town")


def double_ids(html: str) -> list[str]:
    return sorted(name for name, number in Counter(ID.findall(html)).items() if number > 1)


@pytest.fixture
def world(tree, cast, station, town_station, other_station):
    return SimpleNamespace(
        tree=tree, cast=cast, station=station, town_station=town_station,
        other_station=other_station,
    )  # fmt: skip


def test_a_double_id_is_seen():
    assert double_ids('<p id="a"></p><i class="x" id="a"></i><b data-id="c" id="c"></b>') == ["a"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ROWS))
def test_no_id_stands_twice(name, world):
    row = ROWS[name]
    for person in PEOPLE:
        if row.expected("get", person, is_public=is_public(PATTERNS[name])) != 200:
            continue
        with transaction.atomic():
            client = Client()
            client.force_login(getattr(world.cast, person))
            url = reverse(name, kwargs=row.kwargs(world) if row.kwargs else None)
            reply = client.get(url, row.query or {})
            if reply["Content-Type"].startswith("text/html"):
                assert double_ids(reply.content.decode()) == [], f"{name} as {person}"
            transaction.set_rollback(True)
