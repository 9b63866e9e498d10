"""Buttons pressed on the pages, each held against the audit log and the transitions."""

import datetime as dt

from django.utils import timezone

from accounts.models import AuditEntry
from accreditation.models import Transition


class Walk:
    """One press of a button after another, each held against the log."""

    def __init__(self, login):
        self.clients, self.login = {}, login

    def client(self, person):
        return self.clients.setdefault(person.pk, self.login(person))

    def see(self, person, url, **query):
        answer = self.client(person).get(url, query)
        assert answer.status_code == 200, url
        return answer

    def press(self, person, url, actions, status=302, **data):
        """`actions` are all entries that the press leaves, each once, in any order."""
        client = self.client(person)
        last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        moves = Transition.objects.count()
        at = timezone.now()
        answer = client.post(url, data)
        assert answer.status_code == status, answer.content.decode()[:2000]
        entries = list(AuditEntry.objects.filter(pk__gt=last))
        assert sorted(one.action for one in entries) == sorted(actions), url
        for one in entries:
            assert (one.actor, one.address, one.outcome) == (person, "127.0.0.1", "ok")
            assert abs(one.at - at) < dt.timedelta(minutes=1)
            assert one.object_id and one.label
            assert one.after or one.action == "file.upload"
        made = list(Transition.objects.all())[moves:]
        told = [
            one
            for one in entries
            if one.kind == "accreditation.application" and one.before and "state" in one.before
        ]
        pairs = {(row.from_state, row.to_state) for row in made}
        assert len(told) == len(made)
        assert {(one.before["state"], one.after["state"]) for one in told} == pairs
        return answer
