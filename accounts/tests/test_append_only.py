from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts import audit, seals, triggers
from accounts.models import AccessLog, AuditEntry, AuditSeal


def _refused(action):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        action()


@pytest.mark.django_db
def test_an_audit_entry_can_neither_be_changed_nor_deleted(cast):
    entry = audit.record("login", by=cast.city)

    _refused(lambda: AuditEntry.objects.filter(pk=entry.pk).update(action="x"))
    _refused(lambda: AuditEntry.objects.filter(pk=entry.pk).delete())

    assert AuditEntry.objects.get(pk=entry.pk).action == "login"


@pytest.mark.django_db
def test_the_access_log_can_neither_be_changed_nor_deleted(cast):
    audit.record_access("unmask", by=cast.county, subject="张某", purpose="核对")

    _refused(lambda: AccessLog.objects.update(purpose="x"))
    _refused(lambda: AccessLog.objects.all().delete())

    assert AccessLog.objects.get().purpose == "核对"


@pytest.mark.django_db
def test_all_tables_that_only_grow_are_protected():
    assert triggers.installed() == set(triggers.TABLES)


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_can_write_entries():
    audit.record("login", by=None)

    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_tables_are_protected_again_after_a_flush():
    assert AuditEntry.objects.count() == 0
    assert triggers.installed() == set(triggers.TABLES)


def _old_entries(count):
    at = timezone.now() - timedelta(minutes=5)
    for number in range(count):
        audit.record(
            "login", by=None, label=f"第{number}条", at=at, after={"b": 1, "a": [1.5, "文"]}
        )


@pytest.mark.django_db
def test_seals_chain_all_settled_entries(monkeypatch):
    monkeypatch.setattr(seals, "RUN", 2)
    _old_entries(3)
    young = audit.record("login", by=None)

    sealed = seals.seal()
    verdict = seals.verify()

    assert sealed == 3
    assert (verdict.seals, verdict.entries, verdict.unsealed, verdict.problems) == (2, 3, 1, [])
    assert AuditSeal.objects.order_by("last_id").last().last_id < young.pk
    assert seals.seal() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["change", "delete", "insert", "reseal"])
def test_whatever_gets_past_the_triggers_breaks_the_chain(what, monkeypatch):
    monkeypatch.setattr(seals, "RUN", 2)
    _old_entries(4)
    victim = AuditEntry.objects.order_by("pk")[1]
    seals.seal()
    triggers.remove()
    if what == "change":
        AuditEntry.objects.filter(pk=victim.pk).update(label="另一条")
    if what == "delete":
        AuditEntry.objects.filter(pk=victim.pk).delete()
    if what == "insert":
        AuditEntry.objects.create(pk=-1, action="login")
    if what == "reseal":
        AuditSeal.objects.order_by("last_id").first().delete()
    triggers.install()

    with pytest.raises(CommandError):
        call_command("verify_audit")


@pytest.mark.django_db
def test_verify_audit_says_that_all_is_well(capsys):
    _old_entries(2)
    seals.seal()

    call_command("verify_audit")

    assert "共2条" in capsys.readouterr().out


@pytest.mark.django_db
def test_missing_triggers_are_found():
    triggers.remove()

    with pytest.raises(CommandError, match="触发器缺失"):
        call_command("verify_audit")

    triggers.install()
