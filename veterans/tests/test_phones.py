"""Several numbers in one cell or in two columns: every one of them finds the person."""

import importlib

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse

from records.fields import hash_of, keyed_hash
from tests.factories import VeteranFactory
from veterans.importing import batches, undoing, writing
from veterans.importing.people import read_phone
from veterans.models import Veteran
from veterans.phones import several_numbers
from veterans.search import has_number
from veterans.tests.test_import_pages import person, sheet

MOBILE, SECOND, LINE = "19900001111", "19900002222", "0527-84350000"


def stored(text):
    return {name: hash_of(Veteran, name, text) for name in ("phone_hash", "phone_hashes")} | {
        "phone": text
    }


def load(station, content):
    batch = batches.start(content, name="x.xlsx", station=station)
    reading = batches.read(batch)
    batches.decide_waiting(batch, "accept", by=None)
    writing.write(batch)
    return batch, reading


def names_with(number):
    return list(Veteran.objects.filter(has_number(number)).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (MOBILE, []),
        (LINE, []),
        ("", []),
        (f"{MOBILE}(儿子)", [MOBILE]),
        (f"{MOBILE}；{LINE}", [MOBILE, LINE]),
        (f"{MOBILE}；{LINE}-8001(单位)", [MOBILE, f"{LINE}-8001", LINE]),
        (f"{LINE}-8001", [LINE]),
        ("；".join("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥") + "；1234567", ["1234567"]),
    ],
)
def test_a_cell_is_taken_apart_where_it_is_more_than_a_number(text, numbers):
    assert several_numbers(text) == numbers


def test_what_does_not_fit_is_left_out_whole_and_told():
    numbers = [f"1990000{n:04}" for n in range(12)]

    phone, notes, _ = read_phone("、".join(numbers))

    assert phone.split("；") == numbers[:10]
    assert "有2个没有导入" in notes[-1].message


@pytest.mark.parametrize(
    "cell",
    [f"{MOBILE}/052784350000", f"{MOBILE}；{LINE}", f"{MOBILE}(儿子) {LINE}(家)",
     f"手机{MOBILE}，座机{LINE}-8001"],
)  # fmt: skip
def test_each_number_of_an_imported_cell_finds_the_person(cell, station, cast, login):
    load(station, sheet(person("张三", 联系电话=cell), person("李四", 联系电话=SECOND)))
    client = login(cast.manager)

    for words in (MOBILE, "199-0000-1111", LINE, "052784350000"):
        response = client.post(reverse("roster_search"), {"q": words})
        assert response.url == reverse("person", args=[Veteran.objects.get(name="张三").code])
    assert names_with(SECOND) == ["李四"] and names_with("19900003333") == []


def test_a_search_reads_few_people_along_an_index(station, django_assert_num_queries):
    VeteranFactory(station=station, name="张三", **stored(f"{MOBILE}；{SECOND}"))
    with django_assert_num_queries(1):
        assert names_with(SECOND) == ["张三"]


@pytest.mark.parametrize(
    ("was", "says", "becomes"),
    [
        (f"{MOBILE}；{LINE}", f"{LINE}；{MOBILE}", None),
        (f"{MOBILE}；{LINE}", MOBILE, None),
        (f"{MOBILE}(儿子)", MOBILE, None),
        (f"{MOBILE}(儿子)；{LINE}", f"{MOBILE}(儿子)", None),
        (MOBILE, f"{MOBILE}(儿子)", f"{MOBILE}(儿子)"),
        (MOBILE, f"{MOBILE}/{LINE}", f"{MOBILE}；{LINE}"),
        (f"{MOBILE}；{LINE}", SECOND, SECOND),
        (f"{MOBILE}；{LINE}", "", None),
        ("", f"{MOBILE}；{LINE}", f"{MOBILE}；{LINE}"),
    ],
)
def test_a_second_import_changes_what_is_new_only(was, says, becomes, station):
    load(station, sheet(person("张三", 联系电话=was)))

    batch, reading = load(station, sheet(person("张三", 联系电话=says)))

    one = Veteran.objects.get()
    assert reading.rows[0].outcome == ("updated" if becomes else "unchanged")
    assert one.phone == (becomes or was)
    assert (one.phone_hash, one.phone_hashes) == (
        keyed_hash(one.phone), hash_of(Veteran, "phone_hashes", one.phone),
    )  # fmt: skip
    if becomes:
        undoing.undo(batch, by=None)
        one.refresh_from_db()
        assert one.phone == was and one.phone_hashes == hash_of(Veteran, "phone_hashes", was)


def test_one_shared_number_tells_a_namesake_without_birth(station):
    load(station, sheet(person("张三", 出生年月="", 入伍时间="", 联系电话=f"{MOBILE}/{LINE}")))

    _, reading = load(station, sheet(person("张三", 入伍时间="", 联系电话=LINE)))

    assert [row.outcome for row in reading.rows] == ["updated"]
    assert Veteran.objects.count() == 1


@pytest.mark.parametrize(
    "labels", [("联系电话", "联系电话2"), ("联系电话", "备用电话"), ("手机号码", "联系电话"),
               ("手机", "座机"), ("联系电话（一）", "联系电话（二）"), ("联系电话一", "联系电话二")]
)  # fmt: skip
def test_a_second_column_of_phones_joins_the_first(labels, read):
    header = ["姓名", "出生年月", "入伍时间", *labels]
    rows = [["张三", "1960.05", "1980.12", MOBILE, LINE], ["李四", "1960.05", "1980.12", "", SECOND],
            ["王五", "1960.05", "1980.12", MOBILE, "无"], ["赵六", "1960.05", "1980.12", SECOND, SECOND]]  # fmt: skip

    reading = read(*rows, header=header)

    assert [row.values.get("phone") for row in reading.rows] == [
        f"{MOBILE}；{LINE}", SECOND, MOBILE, SECOND
    ]  # fmt: skip
    assert reading.sheets[0].left_out == []
    assert "合在一起作为联系电话" in reading.sheets[0].notes[0]


def test_phones_of_relatives_do_not_join(read):
    header = ["姓名", "出生年月", "入伍时间", "联系电话", "紧急联系电话", "家属电话"]
    row = ["张三", "1960.05", "1980.12", MOBILE, SECOND, LINE]
    reading = read(row, header=header)

    assert reading.rows[0].values["phone"] == MOBILE


def test_two_numbers_are_typed_into_the_form(cast, station, login):
    data = {
        "name": "张三", "person_kind": "veteran", "plaque": "none", "residence": "local",
        "status": "active", "interview_status": "not_started", "former_post_state": "blank",
        "current_post_state": "blank", "strengths_state": "blank", "honours_state": "blank",
    }  # fmt: skip
    url = f"/stations/{station.region.code}/roster/person/new/"
    client = login(cast.manager)

    page = client.post(url, data | {"phone": f"{MOBILE} 12345"}).content.decode()
    assert "联系电话位数不对" in page
    client.post(url, data | {"phone": f"{MOBILE}/{LINE}"})

    assert Veteran.objects.get().phone == f"{MOBILE}；{LINE}"
    assert names_with(LINE) == ["张三"] == names_with(MOBILE)


def test_new_keys_reach_the_numbers_of_a_cell(station, settings):
    VeteranFactory(station=station, name="张三", **stored(f"{MOBILE}；{SECOND}"))
    settings.OLD_HASH_KEYS = [settings.HASH_KEY]
    settings.HASH_KEY, settings.HASH_VERSION = "the-new-hash-key", 2

    assert names_with(SECOND) == ["张三"]
    call_command("rotate_keys", verbosity=0)

    settings.OLD_HASH_KEYS = []
    assert names_with(SECOND) == ["张三"] == names_with(MOBILE)


def test_the_migration_fills_the_column_and_leaves_the_rest(station):
    both = VeteranFactory(station=station, name="张三", **stored(f"{MOBILE}；{SECOND}"))
    VeteranFactory(station=station, name="李四", **stored(MOBILE))
    VeteranFactory(station=station, name="王五")
    Veteran.objects.update(phone_hashes="")
    columns = [f.attname for f in Veteran._meta.concrete_fields if f.name != "phone_hashes"]
    before = list(Veteran.objects.order_by("pk").values_list(*columns))

    importlib.import_module("veterans.migrations.0013_phone_hashes").add_hashes(apps, None)

    assert list(Veteran.objects.order_by("pk").values_list(*columns)) == before
    assert list(Veteran.objects.exclude(phone_hashes="")) == [both]
    assert names_with(SECOND) == ["张三"]


def test_a_merge_takes_all_numbers_over(cast, station, login):
    one = VeteranFactory(station=station, name="张三")
    two = VeteranFactory(station=station, name="张三", **stored(f"{MOBILE}；{SECOND}"))
    data = {"left_version": 1, "right_version": 1, "stays": one.code, "reason": "与本人核对。"}

    login(cast.manager).post(f"/veterans/merge/{one.code}/{two.code}/", data)

    one.refresh_from_db()
    assert one.phone == f"{MOBILE}；{SECOND}"
    found = Veteran.objects.filter(has_number(SECOND), merged_into=None)
    assert list(found) == [one]


def merge_of(station, settings):
    """The key is being replaced, and the rotation has reached one of the two rows only."""
    number = {"id_number": "321300198507010012", "id_check": "valid"}
    drop = VeteranFactory(
        station=station, name="张三", id_hash=keyed_hash(number["id_number"]),
        **number, **stored(f"{MOBILE}；{SECOND}"),
    )  # fmt: skip
    settings.OLD_HASH_KEYS = [settings.HASH_KEY]
    settings.HASH_KEY, settings.HASH_VERSION = "the-new-hash-key", 2
    keep = VeteranFactory(station=station, name="张三", hash_version=2)
    return keep, drop


def test_a_merge_while_the_key_is_replaced_leaves_no_hash_behind(cast, station, login, settings):
    keep, drop = merge_of(station, settings)
    data = {"left_version": 1, "right_version": 1, "stays": keep.code, "reason": "与本人核对。"}

    login(cast.manager).post(f"/veterans/merge/{keep.code}/{drop.code}/", data)
    call_command("rotate_keys", verbosity=0)

    settings.OLD_HASH_KEYS = []
    for number in (MOBILE, SECOND, "321300198507010012"):
        assert list(Veteran.objects.filter(has_number(number), merged_into=None)) == [keep], number


def test_a_phone_alone_is_taken_over_under_the_key_of_now(cast, station, login, settings):
    keep, drop = merge_of(station, settings)
    Veteran.objects.filter(pk=drop.pk).update(id_number="", id_hash="", id_check="none")
    data = {"left_version": 1, "right_version": 1, "stays": keep.code, "reason": "与本人核对。"}

    login(cast.manager).post(f"/veterans/merge/{keep.code}/{drop.code}/", data)
    call_command("rotate_keys", verbosity=0)

    settings.OLD_HASH_KEYS = []
    assert list(Veteran.objects.filter(has_number(SECOND), merged_into=None)) == [keep]


def test_a_number_that_is_replaced_finds_nobody_any_more(cast, station, other_station, login):
    load(station, sheet(person("张三", 联系电话=f"{MOBILE}/{SECOND}")))
    one = Veteran.objects.get()
    data = {
        "name": "张三", "person_kind": "veteran", "plaque": "none", "residence": "local",
        "status": "active", "interview_status": "not_started", "former_post_state": "blank",
        "current_post_state": "blank", "strengths_state": "blank", "honours_state": "blank",
    }  # fmt: skip
    url = reverse("record", args=[station.region.code, "roster", "person", one.code])
    found = login(cast.outsider).post(reverse("roster_search"), {"q": SECOND}, follow=True)
    assert "没有找到登记这个号码的人员" in found.content.decode()

    client = login(cast.manager)
    client.post(url, data | {"phone": MOBILE, "version": 1})
    assert names_with(SECOND) == [] and names_with(MOBILE) == ["张三"]
    client.post(url, data | {"phone": f"{SECOND}(儿子)", "version": 2})
    assert names_with(MOBILE) == [] and names_with(SECOND) == ["张三"]


def test_the_hashes_of_the_longest_cell_fit(station):
    longest = "；".join(f"8435{n:03}" for n in range(15))
    lines = "；".join(f"027-843500{n}-1" for n in range(8))
    room = Veteran._meta.get_field("phone_hashes").max_length
    assert len(longest) <= 120 and len(lines) <= 120
    for cell in (longest, lines):
        assert len(hash_of(Veteran, "phone_hashes", cell)) <= room
