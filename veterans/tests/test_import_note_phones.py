"""A phone among the remarks: offered where 联系电话 is empty, masked where it is not."""

import pytest
from django.urls import reverse

from records.fields import hash_of
from tests.factories import VeteranFactory
from veterans.importing import batches, writing
from veterans.importing.note_phones import OFFER, offered
from veterans.models import ImportRow, Veteran
from veterans.search import has_number
from veterans.tests.roster_books import line, only
from veterans.tests.test_import_pages import act, person, sheet, upload

PHONE, OTHER, MASKED = "13712345678", "13887654321", "137****5678"


@pytest.mark.parametrize(
    ("note", "phones"),
    [
        (f"手机{PHONE}", PHONE),
        (f"儿子电话：{PHONE}，长期在外", f"{PHONE}(儿子)"),
        ("低保户，电话137-1234-5678", PHONE),
        (f"{PHONE}（女儿）；052784350000", f"{PHONE}(女儿)；0527-84350000"),
        (f"联系其妻 {PHONE}", f"{PHONE}(妻)"),
        ("１３７１２３４５６７８", PHONE),
        ("退伍证号20345678，1985-07-01入党", ""),
        ("321300198507010012", ""),
        ("6222021370012345678", ""),
        ("无子女，独居", ""),
    ],
)
def test_the_phones_of_a_remark_with_their_owners(note, phones):
    assert offered(note) == phones


def offers(row):
    return [note.message for note in row.notes if note.message.startswith(OFFER)]


def test_a_missing_phone_is_offered_and_the_row_does_not_wait(read):
    row = only(read(line(备注=f"手机{PHONE}")))

    assert row.outcome == "created" and "phone" not in row.values
    assert len(offers(row)) == 1 and MASKED in offers(row)[0] and PHONE not in offers(row)[0]
    assert not offers(only(read(line(备注=f"手机{PHONE}", 联系电话=OTHER))))


def test_one_click_moves_the_number(cast, station, login):
    client = login(cast.manager)
    batch = upload(
        client, station, sheet(person("张三", 备注=f"儿子电话{PHONE}，独居"), person("李四"))
    )
    first = batch.rows.order_by("pk")[0]
    page = client.get(reverse("import_batch", args=[batch.code])).content.decode()
    assert page.count("号码用作联系电话") == 1 and PHONE not in page

    act(client, batch, "import_row", {"decision": "phone"}, pk=first.pk)
    act(client, batch, "import_confirm")

    one = Veteran.objects.get(name="张三")
    assert (one.phone, one.note) == (f"{PHONE}(儿子)", f"儿子电话{MASKED}，独居")
    assert list(Veteran.objects.filter(has_number(PHONE))) == [one]
    first.refresh_from_db()
    assert not any("不会脱敏" in note["message"] for note in first.notes)


def test_who_only_says_yes_keeps_the_remark_as_it_is(cast, station, login):
    client = login(cast.manager)
    batch = upload(client, station, sheet(person("张三", 备注=f"手机{PHONE}")))

    act(client, batch, "import_confirm")

    one = Veteran.objects.get()
    assert (one.phone, one.note) == ("", f"手机{PHONE}")


def test_a_remark_without_a_phone_says_so(cast, station, login):
    client = login(cast.manager)
    batch = upload(client, station, sheet(person("张三", 备注="独居")))

    response = client.post(
        reverse("import_row", args=[batch.code, ImportRow.objects.get().pk]), {"decision": "phone"}
    )

    assert response.status_code == 400 and "备注里没有电话号码" in response.content.decode()


def test_the_number_of_the_own_column_is_masked_in_the_remark(read):
    row = only(read(line(联系电话=f"{PHONE}/{OTHER}", 备注=f"手机{PHONE}，{OTHER}")))
    assert row.values["note"] == f"手机{MASKED}，138****4321" and not row.notes[1:]

    row = only(read(line(联系电话=OTHER, 备注=f"手机{PHONE}")))
    assert row.values["note"] == f"手机{PHONE}"
    assert "不会脱敏" in row.notes[0].message


@pytest.mark.parametrize("stored_note", [f"手机{PHONE}", f"手机{MASKED}", f"低保；手机{MASKED}"])
def test_the_same_file_again_brings_nothing_back(stored_note, station, read):
    hashes = {name: hash_of(Veteran, name, PHONE) for name in ("phone_hash", "phone_hashes")}
    VeteranFactory(
        station=station, name="张三", gender="male", birth_date="1960-05-01", phone=PHONE,
        enlisted_on="1980-12-01", discharged_on="1984-12-01", note=stored_note, **hashes,
    )  # fmt: skip

    row = only(read(line(备注=f"手机{PHONE}")))

    assert row.outcome == "unchanged" and not offers(row)


def test_a_stored_person_without_a_phone_is_offered_one(station):
    VeteranFactory(station=station, name="张三", birth_date="1960-05-01")
    batch = batches.start(
        sheet(person("张三", 备注=f"手机{PHONE}")), name="x.xlsx", station=station
    )
    batches.read(batch)
    row = batch.rows.get()
    assert row.outcome == "updated"

    assert batches.decide(row, "accept", by=None, typed={"phone": "（备注里的号码）"}) == []
    writing.write(batch)

    one = Veteran.objects.get()
    assert (one.phone, one.note) == (PHONE, f"手机{MASKED}")
