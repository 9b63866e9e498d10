"""Keys are replaced while people work: nothing in a dump, nothing lost, nothing unfound."""

import base64
import threading
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.models.functions import Cast
from django.test import Client

from accounts.models import AuditEntry
from config import key_checks
from records import rotation
from records.fields import keyed_hash, keyed_hashes
from tests.factories import VeteranFactory
from veterans.importing import batches
from veterans.models import Veteran

NUMBER, PHONE = "321322196001011234", "19900001111"
VALID = "321322196001010012"
NEW = base64.urlsafe_b64encode(b"n" * 32).decode()


def raw(name="id_number"):
    column = Cast(name, models.TextField())
    return list(Veteran.objects.order_by("pk").annotate(raw=column).values_list("raw", flat=True))


def opens(token, key):
    try:
        return Fernet(key).decrypt(token.encode()).decode()
    except Exception:
        return None


@pytest.fixture
def people(station):
    return [
        VeteranFactory(
            station=station, name=f"人{n}", id_number=NUMBER, id_hash=keyed_hash(NUMBER),
            phone=PHONE, phone_hash=keyed_hash(PHONE), former_unit="某部",
        )
        for n in range(3)
    ]  # fmt: skip


@pytest.fixture
def new_key(settings):
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]


@pytest.fixture
def new_hash_key(settings):
    settings.OLD_HASH_KEYS = [settings.HASH_KEY]
    settings.HASH_KEY, settings.HASH_VERSION = "the-new-hash-key", 2


def run(*args):
    out = StringIO()
    call_command("rotate_keys", *args, stdout=out)
    return out.getvalue()


def test_the_table_holds_no_number_in_clear(people):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM veterans_veteran")
        dump = str(cursor.fetchall())
    assert "人1" in dump and NUMBER not in dump and PHONE not in dump


def test_an_old_key_still_reads_and_a_new_row_takes_the_new_one(people, new_key, station):
    assert Veteran.objects.first().id_number == NUMBER
    VeteranFactory(station=station, id_number=NUMBER)
    *old, new = raw()
    assert all(opens(token, NEW) is None for token in old) and opens(new, NEW) == NUMBER


def test_everything_is_written_under_the_new_key_once(people, new_key, settings):
    said = run()
    assert "可以从设置中去掉旧密钥" in said
    for name, text in (("id_number", NUMBER), ("phone", PHONE), ("former_unit", "某部")):
        assert [opens(token, NEW) for token in raw(name)] == [text] * 3
    assert AuditEntry.objects.get(action="keys.rotate").after["行"] == 3
    before = raw()
    run()
    assert raw() == before and AuditEntry.objects.filter(action="keys.rotate").count() == 1
    settings.FIELD_KEYS = [NEW]
    assert Veteran.objects.last().phone == PHONE


def test_what_is_left_is_counted_without_writing(people, new_key):
    before = raw()
    with pytest.raises(CommandError, match="还有3行使用旧密钥"):
        run("--check")
    assert raw() == before
    run()
    assert "去掉旧密钥" in run("--check")


def test_it_can_be_stopped_and_goes_on(people, new_key, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 1)
    table = next(t for t in rotation.tables() if t.model is Veteran)

    def stop(done):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(table, progress=stop)
    assert [opens(token, NEW) is not None for token in raw()] == [True, True, False]
    assert rotation.rotate(table).written == 1


def test_who_saves_in_between_wins(people, new_key, monkeypatch):
    table = next(t for t in rotation.tables() if t.model is Veteran)
    change, other = rotation._change, "19911112222"

    def saved_meanwhile(table, row):
        done = change(table, row)
        if row[0] == people[1].pk:
            Veteran.objects.filter(pk=row[0]).update(phone=other, note="新")
        return done

    monkeypatch.setattr(rotation, "_change", saved_meanwhile)
    counts = rotation.rotate(table)
    assert (counts.written, counts.passed_over) == (2, 1)
    monkeypatch.undo()
    run()
    person = Veteran.objects.get(pk=people[1].pk)
    assert (person.phone, person.note, person.id_number) == (other, "新", NUMBER)
    assert rotation.remaining(table) == 0


def test_a_batch_takes_as_many_questions_as_it_has_to(
    people, new_key, django_assert_max_num_queries
):
    table = next(t for t in rotation.tables() if t.model is Veteran)
    with django_assert_max_num_queries(5):  # read, savepoint, one statement, release, read
        rotation.rotate(table)


@pytest.mark.django_db(transaction=True)
def test_readers_see_the_numbers_all_the_while(people, new_key, cast, monkeypatch):
    """A reader in a thread of its own between every two batches."""
    monkeypatch.setattr(rotation, "BATCH", 1)
    seen = []

    def read():
        try:
            seen.extend(Veteran.objects.values_list("id_number", flat=True))
        finally:
            connection.close()

    def between(done):
        reader = threading.Thread(target=read)
        reader.start()
        reader.join()

    table = next(t for t in rotation.tables() if t.model is Veteran)
    rotation.rotate(table, progress=between)
    assert seen == [NUMBER] * 9


# --- the keyed hash ------------------------------------------------------------------


def test_a_number_is_found_under_either_key(people, new_hash_key, station):
    VeteranFactory(station=station, name="新人", id_number=NUMBER, id_hash=keyed_hash(NUMBER))
    found = Veteran.objects.filter(id_hash__in=keyed_hashes(NUMBER))
    assert found.count() == 4
    assert sorted(found.values_list("hash_version", flat=True)) == [1, 1, 1, 2]
    run()
    assert set(Veteran.objects.values_list("hash_version", "id_hash", "phone_hash")) == {
        (2, keyed_hash(NUMBER), keyed_hash(PHONE)), (2, keyed_hash(NUMBER), ""),
    }  # fmt: skip


def test_the_form_refuses_a_number_that_stands_under_the_old_key(
    station, cast, login, new_hash_key, settings
):
    old = settings.OLD_HASH_KEYS[0]
    from veterans.id_numbers import check_digit

    number = VALID[:17] + check_digit(VALID[:17])
    person = VeteranFactory(
        station=station, id_number=number, id_hash=keyed_hash(number, old), id_check="valid"
    )
    Veteran.objects.filter(pk=person.pk).update(hash_version=1)
    data = {
        "name": "张三", "person_kind": "veteran", "plaque": "none", "residence": "local",
        "status": "active", "interview_status": "not_started", "former_post_state": "blank",
        "current_post_state": "blank", "strengths_state": "blank", "honours_state": "blank",
        "id_number": number,
    }  # fmt: skip
    url = f"/stations/{station.region.code}/roster/person/new/"
    page = login(cast.manager).post(url, data)
    assert page.status_code == 200 and "已在花名册中" in page.content.decode()
    assert Veteran.objects.count() == 1


def test_one_person_under_both_keys_does_not_hold_up_the_others(
    station, people, new_hash_key, settings
):
    old = settings.OLD_HASH_KEYS[0]
    for key, version in ((old, 1), (settings.HASH_KEY, 2)):
        person = VeteranFactory(
            station=station, id_number=VALID, id_hash=keyed_hash(VALID, key), id_check="valid"
        )
        Veteran.objects.filter(pk=person.pk).update(hash_version=version)
    with pytest.raises(CommandError, match="还有1行"):
        run()
    assert Veteran.objects.filter(hash_version=1).count() == 1


# --- wrong keys are said at the start ---------------------------------------------------


def ids(found):
    return [one.id for one in found]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("FIELD_KEYS", [], "config.E007"),
        ("FIELD_KEYS", ["short"], "config.E008"),
        ("HASH_KEY", "", "config.E009"),
        ("OLD_HASH_KEYS", ["only-for-tests"], "config.E010"),
    ],
)
def test_a_key_that_cannot_work_stops_the_start(name, value, expected, settings):
    setattr(settings, name, value)
    assert expected in ids(key_checks.usable_keys(None))


def test_good_keys_are_silent(people):
    assert not list(key_checks.usable_keys(None))
    assert not list(key_checks.keys_that_open(None, databases=["default"]))


def test_a_foreign_key_is_said_before_a_page_fails(people, settings):
    settings.FIELD_KEYS = [NEW]
    assert ids(key_checks.keys_that_open(None, databases=["default"])) == ["config.E011"]
    with pytest.raises(CommandError, match="none of FIELD_KEYS opens it"):
        run()


@pytest.mark.django_db
def test_the_pages_work_while_keys_are_replaced(people, new_key, new_hash_key, cast):
    client = Client()
    client.force_login(cast.manager)
    code = people[0].code
    page = client.post(f"/veterans/{code}/unmask/", {"purpose": "核对"}).content.decode()
    assert NUMBER in page


def test_an_uploaded_roster_that_waits_can_be_read_without_the_old_key(
    cast, station, new_key, settings
):
    batch = batches.start(b"xlsx", name="a.xlsx", station=station, by=cast.manager)
    settings.FIELD_KEYS = settings.FIELD_KEYS[1:]
    sealed_before = batches.start(b"old", name="b.xlsx", station=station, by=cast.manager)
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]
    old_path = sealed_before.file.name
    with pytest.raises(CommandError, match="还有1行使用旧密钥"):
        run("--check")

    run()
    run()

    settings.FIELD_KEYS = [NEW]
    # Also by whoever looked at the batch before.
    assert (batches.content_of(batch), batches.content_of(sealed_before)) == (b"xlsx", b"old")
    assert not default_storage.exists(old_path)
    assert AuditEntry.objects.get(action="keys.rotate").after["个"] == 1


def test_a_file_of_a_lost_key_stops_it_in_words(cast, station, settings):
    batches.start(b"x", name="a.xlsx", station=station, by=cast.manager)
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(CommandError, match="none of FIELD_KEYS opens its file"):
        run()
