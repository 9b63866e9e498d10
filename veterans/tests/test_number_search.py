"""A person is found by a number, and the number stands in no address and no log."""

import re

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from config.middleware import NUMBER_SENTENCE
from records.fields import keyed_hash
from tests.factories import VeteranFactory
from veterans.filters import NOT_BY_NUMBER
from veterans.models import Veteran
from veterans.number_views import NOBODY

ID_NUMBER, PHONE = "32130019850701008X", "19900001111"


@pytest.fixture
def person(station):
    return VeteranFactory(
        station=station, name="张三", id_number=ID_NUMBER, id_hash=keyed_hash(ID_NUMBER),
        id_check="valid", phone=PHONE, phone_hash=keyed_hash(PHONE),
    )  # fmt: skip


def search(client, words, **more):
    return client.post(reverse("roster_search"), {"q": words, **more})


@pytest.mark.parametrize(
    "words",
    [ID_NUMBER, ID_NUMBER.lower(), "321300 19850701 008x", "３２１３００１９８５０７０１００８Ｘ",
     PHONE, "199-0000-1111", "+86 199 0000 1111"],
)  # fmt: skip
def test_a_whole_number_leads_to_its_person(words, person, cast, login):
    response = search(login(cast.manager), words)

    assert response.status_code == 302
    assert response.url == reverse("person", args=[person.code])
    entry = AuditEntry.objects.get(action="roster.number_search")
    assert (entry.after, entry.outcome, entry.actor) == ({"found": 1}, "ok", cast.manager)


def test_old_numbers_and_landlines_are_found_as_they_are_stored(station, cast, login):
    new = "321300850701001"
    longer = "321300198507010012"
    VeteranFactory(station=station, name="老号", id_hash=keyed_hash(longer), id_number=longer)
    line = "0527-84350000"
    VeteranFactory(station=station, name="座机", phone_hash=keyed_hash(line), phone=line)
    client = login(cast.manager)

    for words, name in ((new, "老号"), ("052784350000", "座机"), (line, "座机")):
        found = Veteran.objects.get(name=name)
        assert search(client, words).url == reverse("person", args=[found.code])


def test_who_shares_a_phone_is_listed_without_it(person, station, cast, login):
    VeteranFactory(station=station, name="张三之妻", phone=PHONE, phone_hash=keyed_hash(PHONE))

    text = search(login(cast.manager), PHONE).content.decode()

    assert "有 2 人登记了这个号码" in text and "张三之妻" in text
    assert PHONE not in text and "199****1111" in text


def test_nobody_beyond_the_own_scope_is_found_and_the_number_is_kept_nowhere(person, cast, login):
    for who, words in ((cast.outsider, ID_NUMBER), (cast.manager, "321300195410310023")):
        client = login(who)
        response = search(client, words, status="active")

        assert response.url == "/veterans/?status=active"
        page = client.get(response.url).content.decode()
        assert NOBODY in page and words not in page
    entries = AuditEntry.objects.filter(action="roster.number_search", outcome="failed")
    kept = str(list(entries.values()))
    assert entries.count() == 2
    assert "3213001" not in kept and keyed_hash(ID_NUMBER) not in kept
    assert search(login(cast.leader), ID_NUMBER).status_code == 403


def test_names_and_conditions_become_the_address_of_the_list(person, station, cast, login):
    client = login(cast.manager)

    response = search(client, "zs", missing="", political="party", columns=["phone", "age"])
    assert response.url == "/veterans/?q=zs&political=party&columns=phone&columns=age"
    response = search(client, "", station=station.region.code, page="3")
    assert response.url == reverse("station_roster", args=[station.region.code])


@pytest.mark.parametrize("words", [ID_NUMBER, PHONE, "138 1234 5678", "84350000"])
def test_a_number_in_the_address_of_the_roster_is_dropped(words, station, cast, login):
    client = login(cast.manager)
    address = reverse("station_roster", args=[station.region.code])

    response = client.get(address, {"q": words, "status": "active"})

    assert (response.status_code, response.url) == (302, f"{address}?status=active")
    page = client.get(response.url).content.decode()
    assert NUMBER_SENTENCE in page or NOT_BY_NUMBER in page
    assert words not in page


@pytest.mark.parametrize("address", ["stories", "stations"])
def test_a_number_in_any_other_search_is_dropped_too(address, cast, login):
    client = login(cast.city)

    response = client.get(reverse(address), {"q": PHONE, "page": "1"})

    assert response.url == f"{reverse(address)}?page=1"
    assert NUMBER_SENTENCE in client.get(response.url).content.decode()


def test_the_browser_does_not_remember_what_was_searched_for(station, cast, login):
    page = login(cast.manager).get("/veterans/").content.decode()

    form = page[page.index('class="filter-bar"') :]
    field = re.search(r'<input[^>]*name="q"[^>]*>', form)[0]
    assert 'autocomplete="off"' in field
    assert f'<form method="post" action="{reverse("roster_search")}"' in page


def test_codes_of_regions_are_searched_as_before(station, cast, login):
    response = login(cast.city).get(reverse("stations"), {"q": station.region.code})

    assert response.status_code == 200
    assert station.name in response.content.decode()


def test_a_picker_that_is_sent_a_number_finds_nobody(person, station, cast, login):
    client = login(cast.manager)
    address = reverse("find_people", args=[station.region.code])

    response = client.get(address, {"q": PHONE}, headers={"Accept": "application/json"})

    assert response.url == address
    assert client.get(response.url).json() == {"people": []}
    assert NUMBER_SENTENCE not in client.get("/veterans/").content.decode()
