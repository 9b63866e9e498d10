"""Data faults: what each rule finds and leaves alone, and what opens and closes them."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from records.fields import keyed_hash
from records.jobs import run_job
from records.models import Job, Notice
from tests.factories import VeteranFactory
from veterans.faults import closing, rules, runs
from veterans.faults.detection import FROM_IMPORT, check, check_people
from veterans.faults.facts import Facts
from veterans.models import DataFault, FaultCheck, Veteran
from veterans.tasks import check_all_faults

TODAY = dt.date(2022, 9, 1)
NUMBER, WRONG = "321300198507010012", "321300198507010013"


def facts(pk=1, **values):
    plain = {
        "station": 1, "name": "张三", "gender": "male", "person_kind": "veteran",
        "birth_date": None, "birth_precision": "month", "enlisted_on": None,
        "enlisted_precision": "month", "discharged_on": None, "discharged_precision": "month",
        "id_hash": "", "hash_version": 1, "id_check": "none",
    }  # fmt: skip
    return Facts(pk=pk, **plain | values)


def day(text):
    parts = [int(part) for part in text.split("-")]
    return dt.date(*parts, *[1] * (3 - len(parts)))


def dated(**texts):
    values = {}
    for name, text in texts.items():
        precision = name.replace("_date", "").replace("_on", "") + "_precision"
        values |= {name: day(text), precision: ("year", "month", "day")[text.count("-")]}
    return facts(**values)


def person(station, name="张三", number="", check="", **values):
    check = check or ("valid" if number else "none")
    return VeteranFactory(
        station=station, name=name, id_number=number, id_hash=keyed_hash(number),
        id_check=check, **values,
    )  # fmt: skip


def born(text="1985-07-01", precision="month"):
    return {"birth_date": dt.date.fromisoformat(text), "birth_precision": precision}


def open_faults():
    return set(DataFault.objects.filter(closed_at=None).values_list("veteran__name", "kind"))


# --- rules -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check_word", "count"), [("none", 0), ("valid", 0), ("lost", 0), ("invalid", 1)]
)
def test_only_a_number_that_failed_its_check_is_a_fault(check_word, count):
    found = rules.check_digit(facts(id_check=check_word, id_hash="a"))

    assert [one.field for one in found] == ["id_number"] * count


@pytest.mark.parametrize(
    ("texts", "field", "word"),
    [
        ({"birth_date": "2022-10"}, "birth_date", "晚于今天"),
        ({"birth_date": "1899-12"}, "birth_date", "早于1900年"),
        ({"enlisted_on": "2023"}, "enlisted_on", "晚于今天"),
        ({"discharged_on": "2022-09-02"}, "discharged_on", "晚于今天"),
        ({"enlisted_on": "1985-12", "discharged_on": "1985-03"}, "discharged_on", "早于入伍时间"),
        ({"birth_date": "1990", "enlisted_on": "1985-03"}, "enlisted_on", "早于出生年月"),
        ({"birth_date": "1973-05", "enlisted_on": "1985-12"}, "enlisted_on", "约13岁"),
        ({"birth_date": "1940-05", "enlisted_on": "1985-12"}, "enlisted_on", "约46岁"),
        ({"birth_date": "1985-05", "discharged_on": "1989-12"}, "discharged_on", "不足14岁"),
    ],
)
def test_dates_that_cannot_be(texts, field, word):
    found = rules.impossible_dates(dated(**texts), TODAY)

    assert [one.field for one in found] == [field]
    assert word in found[0].text


@pytest.mark.parametrize(
    "texts",
    [
        {"birth_date": "1960-05", "enlisted_on": "1978-12", "discharged_on": "1982-01"},
        {"birth_date": "2022"},
        {"birth_date": "2022-09"},
        {"birth_date": "1900"},
        {"enlisted_on": "1985", "discharged_on": "1985-03"},
        {"birth_date": "1964-12", "enlisted_on": "1978-12"},
        {"birth_date": "1938-12", "enlisted_on": "1978-12"},
        {},
    ],
)
def test_dates_that_can_be_are_left_alone(texts):
    assert rules.impossible_dates(dated(**texts), TODAY) == []


def test_the_family_of_a_soldier_may_have_any_age():
    relative = dated(birth_date="1940-05", enlisted_on="1985-12")._replace(person_kind="survivor")

    assert rules.impossible_dates(relative, TODAY) == []


def _twins(one, two):
    return list(rules.duplicates([facts(1, **one), facts(2, **two)]))


SAME_MONTH = {"birth_date": dt.date(1955, 3, 1)}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"id_hash": "a", "name": "张三"}, {"id_hash": "a", "name": "章三"}),
        (SAME_MONTH, {"birth_date": dt.date(1955, 3, 20), "birth_precision": "day"}),
        (SAME_MONTH, SAME_MONTH | {"gender": ""}),
        (
            SAME_MONTH | {"id_hash": "a", "id_check": "valid"},
            SAME_MONTH | {"id_hash": "b", "id_check": "invalid"},
        ),
        (SAME_MONTH | {"id_hash": "a", "id_check": "valid"}, SAME_MONTH),
    ],
)
def test_a_duplicate_is_found_once_for_each_side(one, two):
    found = _twins(one, two)

    assert [(f.veteran, f.other) for f in found] == [(1, 2), (2, 1)]
    assert found[0].fingerprint == found[1].fingerprint


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (SAME_MONTH, SAME_MONTH | {"name": "李四"}),
        (SAME_MONTH, {"birth_date": dt.date(1955, 4, 1)}),
        (SAME_MONTH | {"birth_precision": "year"}, SAME_MONTH),
        (SAME_MONTH, SAME_MONTH | {"gender": "female"}),
        (
            {"birth_date": dt.date(1955, 3, 2), "birth_precision": "day"},
            {"birth_date": dt.date(1955, 3, 20), "birth_precision": "day"},
        ),
        (
            SAME_MONTH | {"id_hash": "a", "id_check": "valid"},
            SAME_MONTH | {"id_hash": "b", "id_check": "valid"},
        ),
        ({"id_hash": "a", "hash_version": 1}, {"id_hash": "a", "hash_version": 2}),
        ({}, {}),
    ],
)
def test_two_people_are_not_taken_for_one(one, two):
    assert _twins(one, two) == []


def test_a_file_of_one_invented_name_does_not_become_a_million_pairs():
    found = list(rules.duplicates([facts(pk, **SAME_MONTH) for pk in range(1, 101)]))

    assert len(found) == 2 * 99
    assert {min(one.veteran, one.other) for one in found} == {1}


# --- what opens and closes ---------------------------------------------------------------


def test_a_repaired_fault_closes_and_says_so(station):
    one = person(station, number=WRONG, check="invalid")
    check_people([one.pk])
    assert open_faults() == {("张三", "check_digit")}

    Veteran.objects.filter(pk=one.pk).update(id_check="valid")
    outcome = check_people([one.pk])

    fault = DataFault.objects.get()
    assert (outcome.closed, fault.answer, fault.closed_by) == (1, "repaired", None)
    assert fault.resolution == "信息更正后，系统重新核查通过。"


def test_a_second_check_opens_nothing_twice(station):
    person(station, number=WRONG, check="invalid")
    check()

    assert check().opened == []
    assert DataFault.objects.count() == 1


def test_what_came_back_after_a_repair_is_asked_again(station):
    one = person(station, number=WRONG, check="invalid")
    for word in ("invalid", "valid", "invalid"):
        Veteran.objects.filter(pk=one.pk).update(id_check=word)
        check_people([one.pk])

    assert DataFault.objects.count() == 2
    assert open_faults() == {("张三", "check_digit")}


def test_what_was_closed_with_a_reason_stays_closed_until_the_facts_change(station, cast):
    one = person(station, **born("1973-05-01"), enlisted_on=dt.date(1985, 12, 1))
    check()
    fault = DataFault.objects.get()
    closing.close(fault, answer="correct", reason="档案记载如此。", by=cast.manager)

    assert check().opened == []
    assert check_people([one.pk]).opened == []
    Veteran.objects.filter(pk=one.pk).update(enlisted_on=dt.date(1984, 12, 1))
    assert len(check_people([one.pk]).opened) == 1


def test_an_open_fault_tells_the_values_of_today(station):
    one = person(station, **born("1973-05-01"), enlisted_on=dt.date(1985, 12, 1))
    check()

    Veteran.objects.filter(pk=one.pk).update(enlisted_on=dt.date(1984, 12, 1))
    check_people([one.pk])

    assert "入伍时间1984-12" in DataFault.objects.get().raw_text


def test_whoever_left_is_no_longer_asked_about(station, other_station):
    one, two = person(station, **born()), person(other_station, **born())
    check()
    assert DataFault.objects.count() == 2

    Veteran.objects.filter(pk=one.pk).update(status="moved")
    check_people([one.pk])

    assert set(DataFault.objects.values_list("veteran", "answer")) == {
        (one.pk, "gone"), (two.pk, "gone"),
    }  # fmt: skip


def test_a_date_that_an_import_could_not_read_stands_until_it_is_filled(station):
    one = person(station)
    DataFault.objects.create(
        veteran=one, kind="impossible_date", field="birth_date", raw_text="1985.13",
        fingerprint=FROM_IMPORT,
    )  # fmt: skip
    check()
    assert open_faults() == {("张三", "impossible_date")}

    Veteran.objects.filter(pk=one.pk).update(birth_date=dt.date(1985, 1, 1))
    check()

    assert open_faults() == set()


@pytest.mark.parametrize("other", [False, True])
def test_the_database_keeps_one_open_fault_of_a_kind(station, other):
    one, two = person(station), person(station, "李四")
    values = {"veteran": one, "kind": "duplicate", "other": two if other else None}
    DataFault.objects.create(**values, closed_at=timezone.now())
    DataFault.objects.create(**values)

    with pytest.raises(IntegrityError), transaction.atomic():
        DataFault.objects.create(**values)


def test_one_person_is_held_against_everybody_and_nobody_else_is_judged(station, other_station):
    one = person(station, **born())
    person(other_station, **born())
    person(other_station, "王五", number=WRONG, check="invalid")

    check_people([one.pk])

    assert open_faults() == {("张三", "duplicate")}
    assert DataFault.objects.count() == 2


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("count", [1, 30])
def test_a_check_asks_the_same_of_one_and_of_many(whole, count, station, django_assert_num_queries):
    for number in range(count):
        person(station, f"张{number}", number=f"x{number}", check="invalid", **born())
        person(station, f"张{number}", **born())
    people = None if whole else Veteran.objects.filter(station=station)

    # Own facts, (those alike by number and by name,) what is stored, and the short write.
    with django_assert_num_queries(5 if whole else 7):
        assert len(check(people).opened) == 3 * count


# --- after what writes -------------------------------------------------------------------


def _form(one, **values):
    return {
        "name": one.name, "person_kind": "veteran", "version": one.version,
        "interview_status": "not_started", "plaque": "none", "residence": "local",
        "status": "active", "former_post_state": "blank", "current_post_state": "blank",
        "strengths_state": "blank", "honours_state": "blank", **values,
    }  # fmt: skip


def test_saving_a_person_checks_and_repairing_closes(cast, station, login):
    one = person(station)
    client = login(cast.manager)
    url = f"/stations/321322100201/roster/person/{one.code}/"

    assert client.post(url, _form(one, id_number=WRONG)).status_code == 302
    assert open_faults() == {("张三", "check_digit")}
    one.refresh_from_db()
    assert client.post(url, _form(one, id_number=NUMBER)).status_code == 302

    assert open_faults() == set()
    assert DataFault.objects.get().answer == "repaired"


def test_every_night_everybody_is_checked(station):
    person(station, number=WRONG, check="invalid")
    assert not runs.completed().exists()

    check_all_faults()

    run = FaultCheck.objects.get()
    assert (run.region, run.people, run.opened, run.closed) == (None, 1, 1, 0)
    assert runs.completed().exists()


def test_a_check_of_one_county_does_not_stand_for_the_whole_roster(tree, station):
    person(station, number=WRONG, check="invalid")
    runs.check_region(tree.zone)
    assert open_faults() == set()

    runs.check_region(tree.county)

    assert open_faults() == {("张三", "check_digit")}
    assert not runs.completed().exists()


@pytest.mark.parametrize(
    ("one", "two", "told"),
    [
        ("321322100201", "321322100202", {"321322"}),
        ("321322100201", "321391100201", {"3213"}),
        ("321322100201", "321322100201", set()),
    ],
)
def test_the_unit_above_both_stations_is_told_once(tree, one, two, told):
    for name in ("张三", "李四"):
        person(tree.stations[one], name, **born())
        person(tree.stations[two], name, **born())

    runs.check_region()
    runs.check_region()

    assert set(Notice.objects.values_list("region__code", flat=True)) == told
    assert Notice.objects.count() == len(told)
    for notice in Notice.objects.all():
        assert "2对" in notice.text and not re.search("张三|李四", notice.text)


def test_a_job_checks_the_unit_of_its_owner_and_no_other(cast, tree, station):
    person(station, number=WRONG, check="invalid")
    for user, state in ((cast.other_county, "failed"), (cast.county, "done")):
        job = Job.objects.create(
            kind="fault-check", title="数据核查", created_by=user, parameters={"region": "321322"}
        )
        run_job(job.pk)
        job.refresh_from_db()
        assert job.state == state, job.message

    assert job.message == "核查1人：新发现1条，已消除0条。"


# --- closing -------------------------------------------------------------------------------


def _pair(station, other_station):
    one, two = person(station, **born()), person(other_station, **born())
    check()
    return one, two


def test_a_side_answers_for_itself_alone(cast, station, other_station):
    one, two = _pair(station, other_station)

    closing.close(one.faults.get(), answer="not_same", reason="籍贯不同。", by=cast.manager)

    mine, theirs = one.faults.get(), two.faults.get()
    assert (mine.answer, mine.closed_by, mine.resolution) == (
        "not_same",
        cast.manager,
        "籍贯不同。",
    )
    assert theirs.closed_at is None
    assert check().opened == []


@pytest.mark.parametrize("who", ["town", "county"])
def test_whoever_is_above_both_answers_for_both(who, cast, tree, station):
    one, two = _pair(station, tree.stations["321322100202"])

    closing.close(one.faults.get(), answer="not_same", reason="两人。", by=getattr(cast, who))

    assert open_faults() == set()
    assert two.faults.get().resolution == "两人。"


def test_moved_away_is_written_into_the_row_and_the_other_side_is_done(
    cast, station, other_station
):
    one, two = _pair(station, other_station)

    closing.close(one.faults.get(), answer="moved", reason="户口已迁走。", by=cast.manager)

    one.refresh_from_db()
    assert (one.status, one.version) == ("moved", 2)
    assert two.faults.get().answer == "gone"


def test_two_answers_at_once_one_wins(cast, station, other_station):
    one, _ = _pair(station, other_station)
    fault = one.faults.get()
    closing.close(fault, answer="not_same", reason="两人。", by=cast.manager)

    with pytest.raises(closing.AlreadyClosed):
        closing.close(fault, answer="moved", reason="迁走。", by=cast.county)

    one.refresh_from_db()
    assert one.status == "active"
    assert one.faults.get().resolution == "两人。"


@pytest.mark.parametrize(
    ("who", "same_county", "may"),
    [
        ("manager", False, True), ("county", False, True), ("city", False, True),
        ("city", True, False), ("outsider", True, False), ("admin", False, False),
        ("leader", False, False), ("other_county", True, False),
    ],
)  # fmt: skip
def test_who_may_decide(who, same_county, may, cast, tree, station, other_station):
    one = person(station)
    two = person(tree.stations["321322100202"] if same_county else other_station)

    assert closing.may_decide(getattr(cast, who), one, two) is may
