"""S12: numbers of people stand in no dump, and on no page before somebody asked to see them."""

import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.urls import reverse

from records.fields import keyed_hash
from tests.access import collect_rows, named_patterns
from tests.factories import VeteranFactory
from veterans.id_numbers import check_digit
from veterans.models import RosterImport, Veteran
from veterans.tests.test_import_pages import person, sheet

# No person has an address code 321300.
ANY_NUMBER = re.compile(r"32130019850701\d{3}[\dX]|1990\d{7}")
ROWS = collect_rows()
PAGES = sorted(name for name in ROWS.keys() & named_patterns().keys() if ROWS[name].get)


LIFE = {"出生年月": "1985.07", "入伍时间": "2003.12", "退役时间": "2005.12"}


def typed(one):
    """What the form of a person sends along."""
    return {
        "name": one.name, "person_kind": "veteran", "version": one.version,
        "interview_status": "not_started", "plaque": "none", "residence": "local",
        "status": "active", "former_post_state": "blank", "current_post_state": "blank",
        "strengths_state": "blank", "honours_state": "blank",
    }  # fmt: skip


def number_of(pk):
    bare = f"32130019850701{pk % 1000:03d}"
    return bare + check_digit(bare)


def phone_of(pk):
    return f"1990{pk % 10_000_000:07d}"


def with_numbers():
    """Everybody on the roster, however they came there."""
    for one in Veteran.objects.all():
        one.id_number, one.phone, one.id_check = number_of(one.pk), phone_of(one.pk), "valid"
        one.id_hash, one.phone_hash = keyed_hash(one.id_number), keyed_hash(one.phone)
        one.save()


@pytest.fixture
def world(tree, cast, station, town_station, other_station):
    VeteranFactory(station=station, name="张三")
    return SimpleNamespace(
        tree=tree, cast=cast, station=station, town_station=town_station,
        other_station=other_station,
    )  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_a_whole_number(name, world, login):
    row = ROWS[name]
    url = reverse(name, kwargs=row.kwargs(world) if row.kwargs else None)
    with_numbers()

    for who in (world.cast.county, world.cast.manager):
        response = login(who).get(url, row.query or {})
        content = response.getvalue() if response.streaming else response.content
        assert not ANY_NUMBER.findall(content.decode(errors="ignore")), who


def test_only_the_asking_shows_it(world, login):
    with_numbers()
    one = Veteran.objects.get()
    client = login(world.cast.manager)
    page = client.get(
        reverse("record", args=[world.station.region.code, "roster", "person", one.code])
    )
    assert one.masked_id_number in page.content.decode()

    shown = client.post(f"/veterans/{one.code}/unmask/", {"purpose": "核对"}).content.decode()

    assert number_of(one.pk) in shown and phone_of(one.pk) in shown


def dump():
    """The bytes that a thief of the database would have."""
    connections.close_all()
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        files = [Path(f"{values['NAME']}{end}") for end in ("", "-wal")]
        return b"".join(file.read_bytes() for file in files if file.exists())
    if not shutil.which("pg_dump"):
        pytest.skip("no pg_dump on this machine")
    command = ["pg_dump", "-h", values["HOST"], "-p", str(values["PORT"]), "-U", values["USER"]]
    done = subprocess.run([*command, values["NAME"]], capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_a_dump_holds_no_number_of_anybody(cast, station, login, settings):
    """After a person was typed in, changed, looked at, imported and left waiting."""
    client = login(cast.manager)
    one = VeteranFactory(station=station, name="王五", id_check="valid", gender="male")
    with_numbers()
    changed, imported, waiting = "19908887777", number_of(711), number_of(713)
    url = reverse("record", args=[station.region.code, "roster", "person", one.code])
    assert client.post(url, typed(one) | {"phone": changed}).status_code == 302
    client.post(f"/veterans/{one.code}/unmask/", {"purpose": "核对"})
    content = sheet(
        person("赵六", 身份证号=imported, 联系电话="19907776666", **LIFE),
        person("", 身份证号=waiting, 联系电话="19907775555"),
    )
    file = SimpleUploadedFile("a.xlsx", content)
    client.post("/veterans/import/upload/", {"station": station.pk, "file": file})
    batch = RosterImport.objects.get()
    client.post(reverse("import_confirm", args=[batch.code]))
    stored = {person.phone for person in Veteran.objects.all()}
    assert stored == {changed, "19907776666"} and batch.rows.count() == 2

    raw = dump()

    assert "王五".encode() in raw and "赵六".encode() in raw
    for secret in (number_of(one.pk), phone_of(one.pk), changed, imported, waiting,
                   "19907776666", "19907775555"):  # fmt: skip
        assert secret.encode() not in raw
