from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import tries, workflow
from accounts.models import AuditEntry, LoginTries, User
from tests.factories import UserFactory

PASSWORD = "Richtig-2026"


@pytest.fixture
def clerk(tree):
    return UserFactory(
        username="clerk", full_name="王明", role="county", region=tree.county,
        password=make_password(PASSWORD),
    )  # fmt: skip


def log_in(client, password=PASSWORD, username="clerk", **extra):
    return client.post("/login/", {"username": username, "password": password, **extra})


def test_log_in_leads_to_the_page_that_was_asked_for(clerk, client):
    assert client.get("/password/").url == "/login/?next=/password/"

    response = log_in(client, next="/password/")

    assert response.url == "/password/"
    entry = AuditEntry.objects.get(action="login")
    assert (entry.actor, entry.outcome, entry.address) == (clerk, "ok", "127.0.0.1")


def test_log_in_never_leads_to_another_site(clerk, client):
    assert log_in(client, next="https://example.com/").url == "/"


def test_log_in_makes_a_new_session_key(clerk, client):
    client.get("/login/")
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before

    log_in(client)

    assert client.session.session_key not in (None, before)
    assert not Session.objects.filter(session_key=before).exists()


def test_wrong_password_and_unknown_name_get_the_same_answer(clerk, client):
    wrong = log_in(client, "falsch")
    unknown = log_in(client, "falsch", username="niemand")

    assert "用户名或密码不正确" in wrong.content.decode()
    assert "用户名或密码不正确" in unknown.content.decode()
    outcomes = AuditEntry.objects.filter(action="login").order_by("pk")
    assert list(outcomes.values_list("label", "outcome")) == [
        ("clerk", "failed"), ("未知用户名", "failed"),
    ]  # fmt: skip
    assert wrong.content.decode().count("clerk") == 1


@pytest.mark.parametrize("username", ["clerk", "niemand"])
def test_five_tries_are_evaluated_from_whatever_address(clerk, client, username, monkeypatch):
    evaluated = []
    monkeypatch.setattr(
        "accounts.views.authenticate", lambda request, **kw: evaluated.append(kw) and None
    )

    for number in range(40):
        client.defaults["REMOTE_ADDR"] = f"10.0.{number % 200}.{number}"
        response = log_in(client, f"falsch{number}", username=username)

    assert len(evaluated) == 5
    assert "已暂时锁定" in response.content.decode()
    assert AuditEntry.objects.filter(action="login", outcome="failed").count() == 40


@pytest.mark.parametrize("username", ["clerk", "niemand", "gesperrt"])
def test_one_password_is_hashed_whatever_the_name(clerk, client, username, monkeypatch):
    UserFactory(username="gesperrt", is_active=False, password=make_password(PASSWORD))
    from django.contrib.auth.hashers import MD5PasswordHasher

    made, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *args: made.append(1) or encode(self, *args)
    )

    log_in(client, "falsch", username=username)

    assert len(made) == 1


@pytest.mark.long
@pytest.mark.parametrize("addresses", [1, 200])
def test_a_thousand_wrong_log_ins_are_five_tries(clerk, client, addresses):
    for number in range(1000):
        client.defaults["REMOTE_ADDR"] = f"10.0.0.{number % addresses + 1}"
        log_in(client, f"falsch{number}")

    entries = AuditEntry.objects.filter(action="login", outcome="failed")
    assert entries.count() == 1000
    assert entries.exclude(reason="已锁定").count() == 5


def test_a_locked_name_opens_again_after_fifteen_minutes(clerk, client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(6):
            log_in(client, "falsch")
        refused = log_in(client)
        clock.shift(timedelta(minutes=15, seconds=1))
        accepted = log_in(client)

    assert (refused.status_code, accepted.status_code) == (200, 302)
    assert not LoginTries.objects.exists()


def test_tries_spread_over_the_quarter_hour_are_counted_together(clerk, client, monkeypatch):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            log_in(client, "falsch")
            clock.shift(timedelta(minutes=14))
        assert tries.locked(["clerk", "other"]) == {"clerk"}


def test_unlocking_lets_the_person_in(clerk, client, cast):
    for _ in range(6):
        log_in(client, "falsch")

    workflow.unlock(clerk, by=cast.admin)

    assert log_in(client).status_code == 302


def test_a_disabled_account_cannot_log_in(clerk, client):
    User.objects.update(is_active=False)

    assert "已停用" in log_in(client).content.decode()


@pytest.mark.parametrize("field", ["username", "password"])
def test_an_empty_field_is_named(clerk, client, field):
    response = client.post("/login/", {"username": "clerk", "password": PASSWORD} | {field: ""})

    assert {"username": "请填写用户名。", "password": "请填写密码。"}[
        field
    ] in response.content.decode()


def test_an_issued_password_opens_only_the_page_that_replaces_it(clerk, client):
    User.objects.update(must_change_password=True)
    log_in(client)

    assert client.get("/feedback/").url == "/password/"
    client.post("/password/", {"old": PASSWORD, "new": "Anders-2026x", "again": "Anders-2026x"})

    clerk.refresh_from_db()
    assert clerk.check_password("Anders-2026x")
    assert not clerk.must_change_password
    assert AuditEntry.objects.filter(action="password.change", outcome="ok").count() == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"old": "falsch"}, "原密码不正确"),
        ({"again": "Anders-2026y"}, "两次输入的新密码不一样"),
        ({"new": "kurz", "again": "kurz"}, "密码"),
        ({"new": "nurkleinbuchstaben", "again": "nurkleinbuchstaben"}, "至少三种"),
        ({"new": PASSWORD, "again": PASSWORD}, "不能与原密码相同"),
        ({"new": ""}, "请填写新密码"),
    ],
)
def test_a_password_change_is_refused_with_a_sentence(clerk, login, data, sentence):
    good = {"old": PASSWORD, "new": "Anders-2026x", "again": "Anders-2026x"}

    response = login(clerk).post("/password/", good | data)

    assert sentence in response.content.decode()
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)


def test_the_old_password_cannot_be_guessed_in_a_stolen_session(clerk, login):
    client = login(clerk)
    new = {"new": "Anders-2026x", "again": "Anders-2026x"}
    for _ in range(5):
        client.post("/password/", {"old": "falsch", **new})

    response = client.post("/password/", {"old": PASSWORD, **new})

    assert "已暂时锁定" in response.content.decode()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real connections")
def test_simultaneous_tries_get_no_more_than_five():
    def attempt(_):
        try:
            return tries.take("clerk")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(attempt, range(24)))

    assert sum(taken) == 5


def test_anonymous_log_out_leads_to_log_in(db):
    assert Client().post("/logout/").url.startswith("/login/")


def test_who_loses_the_session_in_a_form_comes_back_to_its_page(clerk, client):
    page = "http://testserver/manage/users/5/?tab=1"

    response = client.post("/manage/users/5/reset/", {"version": 1}, headers={"referer": page})

    assert response.url == "/login/?next=/manage/users/5/%3Ftab%3D1"
    assert "刚才的内容没有保存" in client.get(response.url).content.decode()


@pytest.mark.parametrize("page", ["", "https://example.com/x", "http://testserver/login/"])
def test_a_foreign_page_is_not_led_back_to(clerk, client, page):
    response = client.post("/manage/users/5/reset/", headers={"referer": page})

    assert response.url == "/login/?next=/"
