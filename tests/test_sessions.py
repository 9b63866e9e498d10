"""S4: a session is new at log-in and ends when it must."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from accounts import workflow
from accounts.models import User

PASSWORD = "Richtig-2026"


@pytest.fixture
def person(cast):
    User.objects.filter(pk=cast.manager.pk).update(password=make_password(PASSWORD))
    cast.manager.refresh_from_db()
    return cast.manager


def entered(person):
    client = Client()
    client.post("/login/", {"username": person.username, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/password/").status_code == 200


def test_a_session_is_dead_after_log_out(person):
    client = entered(person)
    copy = Client()
    copy.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(copy)

    client.post("/logout/")

    assert not is_in(copy)


def test_other_sessions_are_dead_after_a_password_change(person):
    here, elsewhere = entered(person), entered(person)

    here.post("/password/", {"old": PASSWORD, "new": "Anders-2026x", "again": "Anders-2026x"})

    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_a_session_is_dead_after_a_reset(person, cast):
    client = entered(person)

    workflow.reset_password(person, version=person.version, by=cast.admin)

    assert not is_in(client)


def test_a_session_is_dead_after_disabling_and_stays_dead_after_enabling(person, cast):
    client = entered(person)
    workflow.set_active(person, False, version=person.version, by=cast.admin)
    assert not is_in(client)

    workflow.set_active(person, True, version=person.version, by=cast.admin)

    assert not is_in(client)


def test_the_predecessor_is_out_after_a_hand_over(person, cast):
    client = entered(person)

    workflow.hand_over(person, full_name="李新", phone="", version=person.version, by=cast.admin)

    assert not is_in(client)
    person.refresh_from_db()
    assert (person.full_name, person.must_change_password) == ("李新", True)


def test_a_session_ends_after_thirty_idle_minutes(person):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = entered(person)
        clock.shift(timedelta(minutes=29))
        assert is_in(client)
        clock.shift(timedelta(minutes=29))
        assert is_in(client)
        clock.shift(timedelta(minutes=31))
        assert not is_in(client)


def test_a_session_ends_after_eight_hours_whatever_happens(person):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = entered(person)
        for _ in range(24):
            clock.shift(timedelta(minutes=19))
            assert is_in(client)
        clock.shift(timedelta(minutes=25))
        assert not is_in(client)


def test_a_second_log_in_starts_the_clocks_anew(person):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = entered(person)
        for _ in range(24):
            clock.shift(timedelta(minutes=19))
            client.get("/password/")
        client.post("/login/", {"username": person.username, "password": PASSWORD})
        clock.shift(timedelta(minutes=25))
        assert is_in(client)


def test_the_session_cookie_is_out_of_reach_of_scripts(person):
    cookie = entered(person).cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
