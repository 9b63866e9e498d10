"""`few()` says how the database looks, never what it finds: on random records of every kind each
role sees the same rows with it and without."""

import pytest
from django.apps import apps
from django.db.models import Manager

from accreditation.tests.score_world import World, build_tree
from records.models import ScopedQuerySet
from stations.models import Region
from tests.factories import UserFactory

MODELS = [
    model
    for model in apps.get_models()
    if isinstance(getattr(model, "objects", None), Manager)
    and isinstance(model.objects.all(), ScopedQuerySet)
]
ROLES = ("city", "admin", "viewer", "county", "station")


@pytest.fixture
def readers(db):
    build_tree(towns=2, villages=3)
    World(1).fill()
    by_level = {level: Region.objects.filter(level=level) for level in ("city", "county", "town")}
    places = {
        "city": by_level["city"][:1], "admin": by_level["city"][:1], "viewer": by_level["city"][:1],
        "county": by_level["county"], "station": by_level["town"],
    }  # fmt: skip
    return [
        UserFactory(username=f"{role}-{place.pk}", role=role, region=place)
        for role in ROLES
        for place in places[role]
    ]


def test_few_rows_are_the_same_rows(readers):
    differing, seen = [], {}
    for model in MODELS:
        for reader in readers:
            for scope in ("visible_to", "editable_by"):
                plain = set(getattr(model.objects, scope)(reader).values_list("pk", flat=True))
                for rows in (model.objects.few(), model.objects.row_by_row()):
                    found = getattr(rows, scope)(reader).values_list("pk", flat=True)
                    if set(found) != plain:
                        differing.append((model.__name__, reader.username, scope))
                seen.setdefault(model.__name__, set()).add(len(plain))

    assert differing == []
    assert sum(len(sizes) > 1 for sizes in seen.values()) > 10  # scopes that hold something


def test_few_is_kept_through_filters_and_not_by_others(readers):
    model = apps.get_model("activities", "Activity")
    city = readers[0]

    assert "EXISTS" in str(model.objects.few().filter(kind="talk").visible_to(city).query)
    assert "EXISTS" not in str(model.objects.visible_to(city).query)
