"""S5: the security headers stand on every response, whatever it is."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def check(response):
    for name, value in ALWAYS.items():
        assert response.headers.get(name) == value, name
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in response.headers["Content-Security-Policy"].split(";")
    )
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'" and policy["base-uri"] == "'none'"
    assert "geolocation=()" in response.headers["Permissions-Policy"]


def test_pages_json_redirects_and_errors_carry_all_headers(cast, station, login):
    manager = login(cast.manager)
    answers = {
        "page": (manager.get(reverse("workspace", args=[station.region.code])), 200),
        "json": (manager.get(reverse("find_people", args=[station.region.code])), 200),
        "redirect": (Client().get(reverse("stations")), 302),
        "forbidden": (login(cast.leader).get(reverse("stations")), 403),
        "missing": (manager.get("/nothing/here/"), 404),
        "method": (manager.put(reverse("stations")), 405),
        "csrf": (Client(enforce_csrf_checks=True).post(reverse("login")), 403),
        "health": (Client().get(reverse("healthz")), 200),
    }

    for kind, (response, status) in answers.items():
        assert response.status_code == status, kind
        check(response)


def test_an_unexpected_error_carries_them_too_and_says_so_in_chinese(cast, login, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("stations.views.Paginator", broken)
    client = login(cast.county)
    client.raise_request_exception = False

    response = client.get(reverse("stations"))

    assert response.status_code == 500
    check(response)
    assert "系统暂时不能处理这次请求" in response.content.decode()


def test_pages_are_never_kept_by_a_shared_computer(cast, login):
    assert login(cast.county).get(reverse("stations")).headers["Cache-Control"] == "no-store"
