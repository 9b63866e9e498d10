"""What holds for every address of the product, generated from the access rows.

S2: whatever identifier of another county stands in an address or is offered by a form, it is
not there. S3: a GET writes nothing, a wrong method is 405, a POST without its token is 403.
S11: every refusal and every change leaves its entry in the audit log.
"""

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from records.registry import all_sections
from tests.access import CAST, collect_rows, is_public, named_patterns
from tests.factories import (
    GroupFactory,
    PlanItemFactory,
    ResourceFactory,
    StoryFactory,
    TeamFactory,
    VeteranFactory,
)

PATTERNS = named_patterns()
ROWS = {name: row for name, row in collect_rows().items() if name in PATTERNS}
WRITE = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
# Sessions and the audit log may grow on a GET; tries are the limit of log-ins.
FREE = {"django_session", "accounts_auditentry", "accounts_logintries"}
# Addresses whose identifier is no county's own: public facts, and lists that the city keeps.
FOR_ALL = {"list_rows", "list_row", "list_row_new", "list_row_switch"}


@pytest.fixture
def world(tree, cast, station, town_station, other_station):
    _fill(other_station)
    _fill(station)
    return SimpleNamespace(
        tree=tree, cast=cast, station=station, town_station=town_station,
        other_station=other_station,
    )  # fmt: skip


def _fill(station):
    """One of everything that a form could offer."""
    veteran = VeteranFactory(station=station)
    team = TeamFactory(station=station, leader=veteran)
    GroupFactory(team=team)
    PlanItemFactory(station=station)
    StoryFactory(station=station)
    ResourceFactory(region=station.region)


def _url(name, world):
    row = ROWS[name]
    return reverse(name, kwargs=row.kwargs(world) if row.kwargs else None)


def _client(world, person, **options):
    client = Client(raise_request_exception=False, **options)
    client.force_login(getattr(world.cast, person))
    return client


def _written(queries):
    found = (WRITE.match(query["sql"]) for query in queries)
    return {match[2] for match in found if match}


# --- S2 ------------------------------------------------------------------------------------


def _scoped(method):
    """Addresses that a county opens for its own rows and that carry an identifier."""
    return sorted(
        name
        for name, row in ROWS.items()
        if row.kwargs
        and name not in FOR_ALL
        and not is_public(PATTERNS[name])
        and getattr(row, method)
        and row.expected(method, "county", is_public=False) in (200, 302)
        and row.expected(method, "other_county", is_public=False) not in (200, 302)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", _scoped("get"))
def test_a_row_of_another_county_is_not_there(name, world):
    url = _url(name, world)

    assert _client(world, "county").get(url, ROWS[name].query or {}).status_code in (200, 302)
    assert _client(world, "other_county").get(url, ROWS[name].query or {}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", _scoped("post"))
def test_a_row_of_another_county_cannot_be_changed(name, world):
    url, row = _url(name, world), ROWS[name]
    data = row.data(world) if row.data else {}

    with CaptureQueriesContext(connection) as queries:
        response = _client(world, "other_county").post(url, data)

    assert response.status_code == 404
    assert _written(queries) <= FREE | {"accounts_user"}  # force_login notes the log-in


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, row in ROWS.items()
        if row.get and row.expected("get", "county", is_public=False) == 200
    ),
)
def test_a_form_offers_nothing_of_another_county(name, world):
    response = _client(world, "county").get(_url(name, world), ROWS[name].query or {})

    _assert_all_visible(response, world, name)


def _assert_all_visible(response, world, name):
    for field_name, field in _choice_fields(response):
        offered = field.queryset
        if hasattr(offered, "visible_to"):
            visible = offered.model._default_manager.visible_to(world.cast.county)
            foreign = offered.exclude(pk__in=visible.values("pk"))
            assert list(foreign) == [], f"{name}: {field_name}"


def _kinds():
    """All but children, whose forms are opened from their parents."""
    return [
        (section.slug, kind.slug)
        for section in all_sections()
        for kind in section.kinds
        if not kind.parent
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("section", "kind"), _kinds())
def test_a_record_form_offers_nothing_of_another_county(section, kind, world):
    url = reverse(
        "record_new", kwargs={"code": world.station.code, "section": section, "kind": kind}
    )

    response = _client(world, "county").get(url)

    assert response.status_code in (200, 403), "403: only a county's or city's own entries"
    _assert_all_visible(response, world, kind)


def _choice_fields(response):
    seen = []
    for layer in response.context or []:
        for value in layer.flatten().values() if hasattr(layer, "flatten") else [layer]:
            for form in value if isinstance(value, (list, tuple)) else [value]:
                if isinstance(form, forms.BaseForm):
                    seen += [
                        (key, field)
                        for key, field in form.fields.items()
                        if isinstance(field, forms.ModelChoiceField)
                    ]
    return seen


# --- S3 ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.get))
def test_reading_writes_nothing(name, world):
    url = _url(name, world)
    for person in ("admin", "city", "county", "manager", "leader"):
        client = _client(world, person)
        with CaptureQueriesContext(connection) as queries:
            client.get(url, ROWS[name].query or {})
        assert _written(queries) <= FREE, f"{name} as {person}"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ROWS))
def test_the_head_of_a_page_is_answered_as_the_page(name, world):
    url, query = _url(name, world), ROWS[name].query or {}
    for person in ("admin", "county"):
        with transaction.atomic():
            client = _client(world, person)
            page = client.get(url, query)
            with CaptureQueriesContext(connection) as queries:
                head = client.head(url, query)
            transaction.set_rollback(True)
        assert head.status_code == page.status_code, f"{name} as {person}"
        assert head.get("Content-Type") == page.get("Content-Type")
        assert _written(queries) <= FREE, f"{name} as {person}"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ROWS))
def test_other_methods_are_not_allowed(name, world):
    url = _url(name, world)
    client = _client(world, "admin")

    assert {m: getattr(client, m)(url).status_code for m in ("put", "patch", "delete")} == {
        "put": 405, "patch": 405, "delete": 405,
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.post))
def test_a_post_without_its_token_is_refused_and_noted(name, world):
    url, row = _url(name, world), ROWS[name]
    client = _client(world, "admin", enforce_csrf_checks=True)
    before = AuditEntry.objects.count()

    with CaptureQueriesContext(connection) as queries:
        response = client.post(url, row.data(world) if row.data else {})

    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()
    assert AuditEntry.objects.count() - before >= 1
    assert AuditEntry.objects.filter(action="denied").count() == 1
    assert not _written(queries) & {"accounts_accesslog"}


# --- S11 -----------------------------------------------------------------------------------


def _refusals(method):
    return sorted(
        (name, person)
        for name, row in ROWS.items()
        if getattr(row, method)
        for person in CAST
        if row.expected(method, person, is_public=False) == 403
    )


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_refusal_leaves_one_entry(method, world):
    for name, person in _refusals(method):
        row, user = ROWS[name], getattr(world.cast, person)
        with transaction.atomic():
            url = _url(name, world)
            data = (row.query if method == "get" else row.data and row.data(world)) or {}
            getattr(_client(world, person), method)(url, data)
            entries = AuditEntry.objects.filter(action="denied", outcome="denied", actor=user)
            assert [entry.address for entry in entries] == ["127.0.0.1"], (name, person)
            transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.post))
def test_whatever_changes_leaves_an_entry(name, world):
    row = ROWS[name]
    for person in CAST:
        if row.expected("post", person, is_public=is_public(PATTERNS[name])) in (403, 404, 405):
            continue
        with transaction.atomic():
            url, data = _url(name, world), (row.data(world) if row.data else {})
            client, before = _client(world, person), AuditEntry.objects.count()
            with CaptureQueriesContext(connection) as queries:
                client.post(url, data)
            if _written(queries) - FREE - UNMARKED.get(name, set()):
                assert AuditEntry.objects.count() > before, (name, person, _written(queries))
            transaction.set_rollback(True)


# Reading one's notices is no change of the product's facts, nor is what is not saved yet.
UNMARKED = {
    "drafts": {"records_draft"},
    "draft_discard": {"records_draft"},
    "notice_read": {"records_notice"},
    "notices_read_all": {"records_notice"},
    "video_begin": {"records_incomingfile"},
    "video_discard": {"records_incomingfile"},
}
