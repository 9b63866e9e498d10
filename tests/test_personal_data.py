"""No address shows a number of a person, or the unit, as it is: whoever asks, and in whatever
form the answer comes. The person is planted behind every address of the product."""

import io
import re
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from records.fields import hash_of, keyed_hash
from records.models import Job
from records.printing import FORMATS, docx, pdf
from records.printing.registry import prints_of
from tests.access import CAST
from tests.test_every_address import PATTERNS, ROWS, _url, world  # noqa: F401 a fixture
from veterans.editions.workflow import print_edition
from veterans.models import Veteran
from veterans.papers import PAPERS
from veterans.tests.test_import_pages import act, person, sheet, upload

NUMBER, PHONE, UNIT = "321300195410310023", "13700468250", "七三一六八部队"
SECOND, LINE = "13700468251", "0527-84350417"
PHONES = f"{PHONE}；{SECOND}(儿子)；{LINE}-8001"
# The one page that is made to show the unit, to the county and the city.
SHOWS_UNIT = {"person_unit"}
# Made to show a number, for a purpose that is written down.
UNMASKS = {"person_unmask", "phone_sample_numbers", "export_request_answer"}


def plant():
    """Everybody has them; not valid, or only one could."""
    for one in Veteran.objects.all():
        one.id_number, one.phone, one.former_unit = NUMBER, PHONES, UNIT
        for column, source in Veteran.keyed_hashes.items():
            setattr(one, column, hash_of(Veteran, column, getattr(one, source)))
        one.id_check = "invalid"
        one.save()


def text_of(response):
    """Also what stands in workbooks, Word files and PDFs."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return text_in(content)


def text_in(content: bytes) -> str:
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        return "".join(text_in(archive.read(name)) for name in archive.namelist())
    if content.startswith(b"%PDF-") and len(content) > 1_000:
        return text_of_pdf(content)
    return content.decode(errors="replace")


def text_of_pdf(content: bytes) -> str:
    """Without blanks: a number may be broken over two lines, or set in pieces."""
    paper = PdfReader(io.BytesIO(content))
    pages = "".join(page.extract_text() for page in paper.pages)
    assert pages, "a PDF without a text would hide anything"
    return re.sub(r"\s", "", pages + str(dict(paper.metadata or {})))


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
        _assert_no_number(found, f"{name} as {who}")
        assert UNIT not in found or name in SHOWS_UNIT, f"{name} as {who}"


def _assert_no_number(found, what):
    """Nor a hash: two pages would tell who has the same number."""
    assert not any(number in found for number in (NUMBER, PHONE, SECOND, LINE)), what
    assert not any(keyed_hash(number) in found for number in (NUMBER, SECOND, PHONES)), what


def _assert_hidden(found, what, *, may_show=False):
    if not may_show:
        _assert_no_number(found, what)
    assert UNIT not in found, what


@pytest.mark.django_db
@pytest.mark.parametrize("slug", sorted(one.slug for one in prints_of()))
def test_no_paper_of_a_station_shows_a_number_of_a_person(slug, world):  # noqa: F811
    plant()
    one = next(one for one in prints_of() if one.slug == slug)
    for who in ("county", "manager"):
        user = getattr(world.cast, who)
        for which, label in one.papers(user, world.station):
            document = one.make(user, world.station, which)
            for make in (pdf, docx):
                _assert_hidden(text_in(make(document)), f"{label} for {who}")
            for extension, (_, make_file) in one.files.items():
                path = make_file(user, world.station, which, lambda done: None)
                _assert_hidden(text_in(path.read_bytes()), f"{label}.{extension} for {who}")
                path.unlink()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", sorted(n for n, row in ROWS.items() if row.get and "form>" in str(PATTERNS[n].pattern))
)
@pytest.mark.parametrize("form", FORMATS)
def test_no_paper_at_an_address_of_its_own_shows_a_number(name, form, world):  # noqa: F811
    kwargs = ROWS[name].kwargs(world) | {"form": form}
    plant()
    opened = 0
    for who in ("county", "city"):
        client = Client()
        client.force_login(getattr(world.cast, who))
        response = client.get(reverse(name, kwargs=kwargs), ROWS[name].query or {})
        opened += response.status_code == 200
        _assert_hidden(text_of(response), f"{name} as {who}")
    assert opened or name == "batch_paper"  # nothing is on notice yet


@pytest.mark.django_db
@pytest.mark.parametrize("paper", PAPERS)
def test_no_paper_for_a_person_shows_a_number(paper, world):  # noqa: F811
    plant()
    person = Veteran.objects.filter(station=world.station).first()

    client = Client()
    client.force_login(world.cast.county)

    for form in FORMATS:
        kwargs = {"person_code": person.code, "paper": paper, "form": form}
        _assert_hidden(text_of(client.get(reverse("person_paper", kwargs=kwargs))), paper)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.post))
def test_no_answer_and_no_file_of_a_job_shows_a_number(
    name,
    world,  # noqa: F811
    django_capture_on_commit_callbacks,
):
    row, url = ROWS[name], _url(name, world)
    data = row.data(world) if row.data else {}
    plant()
    for who in ("city", "county", "manager"):
        client = Client(raise_request_exception=False)
        client.force_login(getattr(world.cast, who))
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(url, data)
        _assert_hidden(text_of(response), f"{name} as {who}", may_show=name in UNMASKS)
    for job in Job.objects.exclude(result=""):
        found = text_in(job.result.read())
        _assert_hidden(found, f"{job.title} of {name}", may_show=name in UNMASKS)
        _assert_no_number(f"{job.title}{job.message}{job.parameters}", job.title)


@pytest.mark.django_db
def test_the_book_of_the_roster_masks_its_numbers(world):  # noqa: F811
    plant()
    edition, _ = print_edition(world.station, by=world.cast.manager)

    for name in (edition.pdf, edition.word):
        found = re.sub(r"\s", "", text_in(default_storage.open(name).read()))
        assert "32*************023" in found and "137****8250" in found
        _assert_hidden(found, name)


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
        person("赵六", 出生年月="", 联系电话=f"{SECOND}(儿子)/{LINE}"),
        person("孙七", 身份证号=NUMBER, 联系电话=SECOND),
        name=f"名单 {PHONE}",
    )
    batch = upload(client, station, file, f"花名册{NUMBER}.xlsx")
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
    for typed in (PHONE, SECOND, LINE, NUMBER):
        client.post("/veterans/search/", {"q": typed})
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
        if any(clear in text for text in values for clear in (NUMBER, PHONE, SECOND, LINE))
    ]
    assert found == []


def _texts(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = cursor.fetchall()
        names = [column[0] for column in cursor.description]
    for name, values in zip(names, zip(*rows, strict=True), strict=False):
        yield name, [str(value) for value in values if value is not None]
