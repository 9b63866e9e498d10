"""A person of the roster as a record: how it is read, kept, shown and never deleted."""

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import AccessLog
from records.fields import keyed_hash
from stations.tests.record_pages import url
from tests.factories import VeteranFactory
from veterans.models import Consent, Honour, Veteran

pytestmark = pytest.mark.django_db


def person_data(**changes):
    return {
        "name": "张 三",
        "person_kind": "veteran",
        "birth_date": "1985年7月",
        "former_post": "班长",
        "current_post": "无",
        "former_post_state": "blank",
        "current_post_state": "blank",
        "strengths_state": "blank",
        "honours_state": "blank",
        "interview_status": "not_started",
        "plaque": "none",
        "residence": "local",
        "status": "active",
    } | changes


def test_a_person_is_read_as_people_write(cast, station, login):
    login(cast.manager).post(
        url("record_new", station, "roster", "person"),
        person_data(id_number="32130019850701008x", phone="19900001111"),
    )

    person = Veteran.objects.get()
    assert (person.name, person.initials) == ("张三", "zs")
    assert (person.birth_date, person.birth_precision) == (dt.date(1985, 7, 1), "month")
    assert (person.former_post_state, person.current_post_state) == ("answered", "none")
    assert person.id_check == "valid"
    assert person.masked_id_number == "32*************08X"[:2] + "*" * 13 + "08X"


def test_the_stored_number_is_unreadable_in_the_database(cast, station, login):
    login(cast.manager).post(
        url("record_new", station, "roster", "person"),
        person_data(id_number="32130019850701008X", phone="19900001111"),
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM veterans_veteran")
        row = cursor.fetchone()
    assert "321300" not in row[0] and "1990000" not in row[1] and all(row)


def test_a_wrong_number_is_deleted_by_a_word_and_kept_by_an_empty_box(cast, station, login):
    person = VeteranFactory(
        station=station, id_number="32130019850701008X", id_check="valid", phone="19900001111",
        id_hash=keyed_hash("32130019850701008X"), phone_hash=keyed_hash("19900001111"),
    )  # fmt: skip
    client = login(cast.manager)
    address = url("record", station, "roster", "person", person.code)
    assert "删除请填“无”" in client.get(address).content.decode()

    client.post(address, person_data(version=person.version))
    person.refresh_from_db()
    assert (person.id_number, person.phone) == ("32130019850701008X", "19900001111")
    client.post(address, person_data(version=person.version, id_number="无", phone="无"))

    person.refresh_from_db()
    assert (person.id_number, person.id_hash, person.id_check) == ("", "", "none")
    assert (person.phone, person.phone_hash, person.phone_hashes) == ("", "", "")


def test_the_same_number_cannot_be_on_two_rosters(cast, station, other_station, login):
    login(cast.outsider).post(
        url("record_new", other_station, "roster", "person"),
        person_data(id_number="32130019850701008X"),
    )
    page = login(cast.manager).post(
        url("record_new", station, "roster", "person"), person_data(id_number="32130019850701008X")
    )

    assert "同一人只能在一个服务站在册" in page.content.decode()
    assert Veteran.objects.count() == 1


def test_unmasking_needs_a_purpose_and_is_logged(cast, station, login):
    person = VeteranFactory(station=station, id_number="32130019850701008X")
    client = login(cast.manager)
    address = reverse("person_unmask", args=[person.code])

    refused = client.post(address, {"purpose": " "})
    shown = client.post(address, {"purpose": "核对优待证"})

    assert "32130019850701008X" not in refused.content.decode()
    assert "32130019850701008X" in shown.content.decode()
    log = AccessLog.objects.get()
    assert (log.user, log.subject_code, log.purpose) == (cast.manager, person.code, "核对优待证")


def test_the_edit_page_never_shows_the_full_number(cast, station, login):
    person = VeteranFactory(station=station, id_number="32130019850701008X", phone="19900001111")

    text = login(cast.manager).get(url("record", station, "roster", "person", person.code))

    assert "19850701008X" not in text.content.decode()
    assert "19900001111" not in text.content.decode()


def test_people_are_never_deleted(cast, station, login):
    person = VeteranFactory(station=station)

    page = login(cast.manager).post(url("record_delete", station, "roster", "person", person.code))

    assert page.status_code == 403
    assert "花名册人员不删除" in page.content.decode()
    assert Veteran.objects.filter(pk=person.pk).exists()


def test_searching_by_initials_finds_the_person(cast, station, login):
    client = login(cast.manager)
    client.post(url("record_new", station, "roster", "person"), person_data())
    client.post(url("record_new", station, "roster", "person"), person_data(name="李四"))

    found = client.get(reverse("find_people", args=[station.region.code]), {"q": "zs"}).json()

    assert [person["name"] for person in found["people"]] == ["张三"]


def test_what_a_reader_reads_of_a_person_holds_no_secret(cast, station, login):
    person = VeteranFactory(station=station, id_number="32132219520701001X", phone="19900000721")
    address = url("record", station, "roster", "person", person.code)

    page = login(cast.city).get(address)

    labels = {str(field.label) for field, text in page.context["form"].facts()}
    assert {"公民身份号码", "联系电话"}.isdisjoint(labels)
    assert {"姓名", "性别", "现任职务"} <= labels
    for secret in (person.id_number, person.phone):
        assert secret not in page.content.decode()


@pytest.mark.parametrize("part", ["honour", "consent"])
def test_the_lists_beside_the_roster_are_searched_by_name(part, station, cast, login):
    for name, initials in (("张三", "zs"), ("李四", "ls")):
        one = VeteranFactory(station=station, name=name, initials=initials)
        Honour.objects.create(veteran=one, kind="merit_3")
        Consent.objects.create(veteran=one, kind="story", given_on="2022-09-20")
    client, url = login(cast.manager), f"/stations/{station.region.code}/roster/"

    for words in ("张", "zs"):
        page = client.get(url, {"part": part, "q": words}).content.decode()
        assert "张三" in page and "李四" not in page
    assert "没有符合条件的记录" in client.get(url, {"part": part, "q": "王"}).content.decode()
    # A number that stands in an address is taken out of it, as from every other search.
    answer = client.get(url, {"part": part, "q": "321300198507010012"})
    assert answer.status_code == 302 and "3213001985" not in answer.url
