"""Q2: fifty browsers post the same form at the same moment to a real server. One wins, one
transition is written, and the others read who it was and when."""

import http.client
import re
import threading
from collections import Counter
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accreditation.models import Transition
from accreditation.tests.workflow_world import World, a_card, a_programme
from accreditation.workflow import snapshots

pytestmark = pytest.mark.django_db(transaction=True)
BROWSERS = 50
TOKEN = "a" * 32
TOLD = re.compile(r"这个申报已由(\w+)于\d{4}年\d\d月\d\d日 \d\d:\d\d办理（.+?），现在是“.+?”")


def session_of(person):
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def post_at_once(server, url, people, data):
    """(status, where to, page) of every browser; people take turns."""
    # The test server lets ten wait in line and turns the rest away; gunicorn's line is longer.
    server.thread.httpd.socket.listen(2 * BROWSERS)
    cookies = [
        f"{settings.SESSION_COOKIE_NAME}={session_of(people[n % len(people)])}; csrftoken={TOKEN}"
        for n in range(BROWSERS)
    ]
    body = urlencode(data | {"csrfmiddlewaretoken": TOKEN})
    host = urlsplit(server.url).netloc
    barrier, answers = threading.Barrier(BROWSERS), [None] * BROWSERS

    def run(number):
        line = http.client.HTTPConnection(host, timeout=300)
        line.connect()
        headers = {
            "Cookie": cookies[number],
            "Content-Type": "application/x-www-form-urlencoded",
            "Connection": "close",
        }
        barrier.wait(timeout=120)
        line.request("POST", url, body, headers)
        answer = line.getresponse()
        answers[number] = (answer.status, answer.getheader("Location"), answer.read().decode())
        line.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(BROWSERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=400)
    return answers


FORMS = {
    "submit": ("draft", ["manager", "county"], {}),
    "recommend": ("county_review", ["county"], {"comment": "同意"}),
    "decide": ("decision", ["city2", "city3"], {"conclusion": "agree", "minutes_number": "3"}),
}


@pytest.mark.parametrize("step", FORMS)
def test_of_fifty_the_same_one_counts_and_the_others_are_told(
    step, cast, station, live_server, monkeypatch
):
    monkeypatch.setattr(snapshots, "score", lambda station, **_: a_card())
    state, who, data = FORMS[step]
    people = [getattr(cast, name) for name in who]
    application = World(cast, station, a_programme()).at(state)
    before = Transition.objects.count(), AuditEntry.objects.count()
    if step == "decide":
        data = data | {"decided_on": str(timezone.localdate())}

    url = reverse(f"application_{step}", args=[application.number])
    answers = post_at_once(live_server, url, people, data)

    assert Counter(status for status, _, _ in answers) == {302: 1, 409: BROWSERS - 1}
    (row,) = Transition.objects.all()[before[0] :]
    assert AuditEntry.objects.count() == before[1] + 1
    assert (row.from_state, row.details["verb"]) == (state, step)
    told = {TOLD.search(page).group(1) for status, _, page in answers if status == 409}
    assert told == {row.actor.full_name}
