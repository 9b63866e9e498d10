"""No address shows a number of a person, or the unit, as it is: whoever asks, and in whatever
form the answer comes. The person is planted behind every address of the product."""

import io
import zipfile

import pytest
from django.db import connection
from django.test import Client

from records.fields import keyed_hash
from tests.access import CAST
from tests.test_every_address import PATTERNS, ROWS, _url, world  # noqa: F401 a fixture
from veterans.models import Veteran
from veterans.tests.test_import_pages import act, person, sheet, upload

NUMBER, PHONE, UNIT = "321300195410310023", "13700468250", "七三一六八部队"
# The one page that is made to show the unit, to the county and the city.
SHOWS_UNIT = {"person_unit"}


def plant():
    """Everybody has them; not valid, or only one could."""
    for one in Veteran.objects.all():
        one.id_number, one.phone, one.former_unit = NUMBER, PHONE, UNIT
        one.id_hash, one.phone_hash = keyed_hash(NUMBER), keyed_hash(PHONE)
        one.id_check = "invalid"
        one.save()


def text_of(response):
    """Also what stands in workbooks and Word files."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    archive = zipfile.ZipFile(io.BytesIO(content))
    return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.get))
def test_no_address_shows_a_number_of_a_person(name, world):  # noqa: F811
    url = _url(name, world)
    plant()
    for who in CAST:
        client = Client(raise_request_exception=False)
        if getattr(world.cast, who, None) is not None:
            client.force_login(getattr(world.cast, who))
        response = client.get(url, ROWS[name].query or {})
        found = text_of(response)
        assert NUMBER not in found and PHONE not in found, f"{name} as {who}"
        assert UNIT not in found or name in SHOWS_UNIT, f"{name} as {who}"


@pytest.mark.django_db
def test_the_numbers_are_there_to_be_shown(world):  # noqa: F811
    """Else the test above could not fail."""
    plant()
    client = Client()
    client.force_login(world.cast.county)
    page = client.get("/veterans/?columns=id_number&columns=phone").content.decode()
    assert "32*************023" in page and "137****8250" in page


@pytest.mark.django_db(transaction=True)
def test_no_table_holds_a_number_as_it_is(station, cast, login):
    """What passes through forms, files and jobs leaves no clear copy on its way."""
    client = login(cast.manager)
    file = sheet(
        person("张三", 身份证号=NUMBER, 出生年月="1954.10", 入伍时间="1972.12", 联系电话=PHONE),
        person("李四", 身份证号=NUMBER[:-1] + "1", 联系电话=f"{PHONE}；{PHONE[:-1]}"),
        person("", 身份证号=NUMBER, 联系电话=PHONE),
    )
    batch = upload(client, station, file)
    for row in batch.rows.filter(outcome="ask"):
        typed = {"decision": "accept", "value-id_number": NUMBER, "value-phone": PHONE}
        act(client, batch, "import_row", typed, pk=row.pk)
    act(client, batch, "import_confirm")
    someone = Veteran.objects.get(name="张三")
    form = f"/stations/{station.region.code}/roster/person/{someone.code}/"
    for wrong in ("", "1960-13-45"):
        client.post(form, {"name": "", "id_number": NUMBER, "phone": PHONE, "birth_date": wrong})
    client.post(f"/veterans/{someone.code}/unmask/", {"purpose": "走访"})
    client.get("/veterans/", {"q": NUMBER})
    client.get("/veterans/", {"q": PHONE})
    client.post("/veterans/views/", {"name": "找人", "filters": f"q={NUMBER}"})
    client.post("/veterans/export/", {"unmasked": "1", "purpose": "走访"})
    new = f"/stations/{station.region.code}/roster/person/new/"
    client.post(
        new, {"name": "王五", "id_number": NUMBER, "phone": PHONE, "person_kind": "veteran"}
    )

    assert batch.rows.exclude(values="").exists() and someone.id_number == NUMBER
    found = [
        f"{table}.{column}"
        for table in connection.introspection.table_names()
        for column, values in _texts(table)
        if any(NUMBER in text or PHONE in text for text in values)
    ]
    assert found == []


def _texts(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = cursor.fetchall()
        names = [column[0] for column in cursor.description]
    for name, values in zip(names, zip(*rows, strict=True), strict=False):
        yield name, [str(value) for value in values if value is not None]
