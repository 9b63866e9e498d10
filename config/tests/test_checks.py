"""A demonstration must never become the real thing by accident."""

from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from config import checks
from tests.factories import UserFactory


@pytest.fixture
def real_server(settings, monkeypatch):
    """Settings of a server that real people use."""
    settings.PRODUCTION = True
    settings.DEBUG = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.ALLOWED_HOSTS = ["stations.example"]
    settings.SECRET_KEY = "k" * 60
    settings.HASH_KEY = "h" * 40
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="postgresql"))
    return settings


def found():
    return {message.id for message in checks.production(None)}


def test_a_well_kept_server_passes(real_server, db):
    assert found() == set()


def test_nothing_is_asked_of_a_demonstration(settings, db):
    settings.PRODUCTION = False
    settings.DEBUG = True

    assert found() == set()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", True, "config.E001"),
        ("SESSION_COOKIE_SECURE", False, "config.E003"),
        ("CSRF_COOKIE_SECURE", False, "config.E003"),
        ("SECRET_KEY", "short", "config.E005"),
        ("HASH_KEY", "short", "config.E005"),
        ("ALLOWED_HOSTS", ["*"], "config.E006"),
    ],
)
def test_each_unsafe_setting_is_an_error(real_server, db, name, value, expected):
    setattr(real_server, name, value)

    assert found() == {expected}


def test_the_embedded_database_is_an_error(real_server, db, monkeypatch):
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="sqlite"))

    assert found() == {"config.E002"}


def test_demonstration_accounts_are_an_error(real_server, db):
    UserFactory(username="city", is_demo=True)

    assert found() == {"config.E004"}


def test_check_deploy_fails_on_an_unsafe_server(real_server, db):
    UserFactory(username="city", is_demo=True)

    with pytest.raises(SystemCheckError, match="demonstration accounts"):
        call_command("check", deploy=True)
