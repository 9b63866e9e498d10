"""花名册数据核查: what a station, a county and the city see of it, and what they may do."""

import datetime as dt
import re

import pytest

from accounts.models import AuditEntry
from records.fields import keyed_hash
from records.models import Job
from tests.factories import VeteranFactory
from veterans.faults.detection import check
from veterans.faults.runs import check_region
from veterans.models import DataFault, Veteran

BORN = {"birth_date": dt.date(1955, 3, 1), "birth_precision": "month"}
OWN = "/stations/321322100201/roster/faults/"
ALL = "/veterans/faults/"
WRONG = "321300198507010013"


def person(station, name="张三", **values):
    return VeteranFactory(station=station, name=name, **BORN | values)


def mistyped(station, name="周建国"):
    return person(station, name, id_number=WRONG, id_hash=keyed_hash(WRONG), id_check="invalid")


def text(response):
    return response.content.decode()


def test_a_line_says_what_is_wrong_and_leads_to_the_field(cast, station, login):
    one = mistyped(station)
    early = person(station, "吴长河", enlisted_on=dt.date(1962, 9, 1))
    check()

    page = text(login(cast.manager).get(OWN))

    assert "公民身份号码32*************013的校验码不对" in page and WRONG not in page
    form = "/stations/321322100201/roster/person/"
    assert f'href="{form}{one.code}/#id_id_number"' in page
    assert "入伍时约8岁（出生年月1955-03，入伍时间1962-09）" in page
    assert f'href="{form}{early.code}/#id_enlisted_on"' in page
    assert 'id="id_enlisted_on"' in text(login(cast.manager).get(f"{form}{early.code}/"))


def test_a_sentence_of_the_importer_ends_once(cast, station, login):
    DataFault.objects.create(
        veteran=person(station), kind="impossible_date", field="enlisted_on",
        raw_text="入伍时间“1985.13”不是有效日期，请核对后补填。", fingerprint="import",
    )  # fmt: skip

    page = text(login(cast.manager).get(OWN))

    assert "请核对后补填。" in page and "。。" not in page


def test_a_duplicate_elsewhere_is_another_station_and_nothing_else(
    cast, station, other_station, login
):
    person(station)
    other = person(other_station, current_post="理发师")
    check()

    for who in (cast.manager, cast.town, cast.county):
        page = text(login(who).get(ALL))
        assert "对方在另一个服务站" in page
        assert other_station.name not in page and other.code not in page and "理发师" not in page
        assert "/veterans/merge/" not in page


def test_whoever_is_above_both_sees_one_line_and_the_way_to_merge(
    cast, station, other_station, login
):
    one, two = person(station), person(other_station)
    check()

    page = text(login(cast.city).get(ALL))

    assert f"/veterans/merge/{one.code}/{two.code}/" in page
    assert page.count("fault-text") == 1 and "疑似重复人员 1" in page
    assert "另一个服务站" not in page and other_station.name in page


def test_faults_of_others_are_not_listed(cast, station, other_station, tree, login):
    mistyped(other_station, "孙立功")
    mistyped(tree.stations["321322100202"], "郑水生")
    check_region()

    assert "郑水生" in text(login(cast.county).get(ALL))
    assert "孙立功" not in text(login(cast.county).get(ALL))
    assert "郑水生" not in text(login(cast.manager).get(OWN))
    assert "没有待处理的数据问题" in text(login(cast.manager).get(OWN))


def test_a_kind_can_be_asked_for(cast, station, login):
    mistyped(station)
    person(station, "吴长河", enlisted_on=dt.date(1962, 9, 1))
    check()

    page = text(login(cast.manager).get(f"{OWN}?kind=impossible_date"))

    assert "吴长河" in page and "周建国" not in page
    assert "全部 2" in page


def test_stations_stand_in_the_order_of_units_whatever_their_numbers(cast, tree, login):
    for number, code in enumerate(("321322100", "321322100201", "321322100202"), start=1):
        station = tree.stations[code]
        type(station.region).objects.filter(pk=station.region_id).update(rank=number)
        for row in range(number if number != 2 else 9):
            mistyped(station, f"人{code[-3:]}{row}")
    check()
    # The same wrong number again and again: leave only the wrong numbers.
    DataFault.objects.filter(kind="duplicate").delete()

    page = text(login(cast.county).get(f"{ALL}?view=stations"))

    found = re.findall(r'/stations/(\d+)/roster/faults/">', page)
    assert found == ["321322100", "321322100201", "321322100202"]
    assert re.findall(r'data-label="身份号码校验未通过">(\d+)', page) == ["1", "9", "3"]


def test_missing_answers_lead_to_the_people_who_lack_them(cast, station, login):
    person(station, former_post="班长", former_post_state="answered", photos_known_none=True)
    person(station, "李四", photos_known_none=True, birth_date=None)
    person(station, "王五", person_kind="survivor")
    client = login(cast.manager)

    page = text(client.get(OWN))
    links = dict(re.findall(r'href="([^"]*missing=(?:\w+)[^"]*)">(\S+?)<span>', page))
    numbers = dict(re.findall(r">(\S+?)<span>(\d+) 人待补", page))

    assert numbers == {"原部队职务": "1", "现任职务": "2", "特点优长": "2", "荣誉奖励": "2",
                       "出生年月": "1"}  # fmt: skip
    birth = next(url for url, label in links.items() if label == "出生年月")
    listed = text(client.get(birth.replace("&amp;", "&")))
    assert "李四" in listed and "张三" not in listed


def close(client, fault, **data):
    return client.post(f"/veterans/faults/{fault.pk}/close/", data)


def test_a_fault_is_closed_with_a_reason_and_stays_in_the_log(cast, station, login):
    mistyped(station)
    check()
    fault = DataFault.objects.get()

    response = close(
        login(cast.manager), fault, answer="correct", reason="身份证原件如此。",
        station="321322100201", query="kind=check_digit",
    )  # fmt: skip

    assert response.headers["Location"] == f"{OWN}?kind=check_digit"
    fault.refresh_from_db()
    assert (fault.answer, fault.closed_by) == ("correct", cast.manager)
    entry = AuditEntry.objects.get(action="roster.fault_close")
    assert (entry.reason, entry.after) == ("身份证原件如此。", {"处理结果": "已核对，信息无误"})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"answer": "correct", "reason": " "}, "写明核对的依据"),
        ({"answer": "merged", "reason": "原件如此"}, "请选择处理结果"),
        ({"answer": "not_same", "reason": "原件如此"}, "请选择处理结果"),
        ({"answer": "correct", "reason": "长" * 201}, "依据最多200字"),
    ],
)
def test_an_answer_without_grounds_is_sent_back_with_what_was_typed(
    data, sentence, cast, station, login
):
    mistyped(station)
    check()
    fault = DataFault.objects.get()

    response = close(login(cast.manager), fault, station="321322100201", **data)

    assert response.status_code == 400
    assert sentence in text(response) and f'value="{data["reason"]}"' in text(response)
    fault.refresh_from_db()
    assert fault.closed_at is None


def test_a_second_answer_is_told_that_it_is_late(cast, station, login):
    mistyped(station)
    check()
    fault = DataFault.objects.get()
    for who in (cast.manager, cast.county):
        response = login(who).post(
            f"/veterans/faults/{fault.pk}/close/",
            {"answer": "correct", "reason": who.username},
            follow=True,
        )

    assert "这条问题已经处理过" in text(response)
    fault.refresh_from_db()
    assert fault.resolution == "manager"


def test_the_city_answers_only_between_two_counties(cast, tree, station, other_station, login):
    person(station, "甲"), person(tree.stations["321322100202"], "甲")
    person(station, "乙"), person(other_station, "乙")
    check()
    client = login(cast.city)
    data = {"answer": "not_same", "reason": "两人。"}

    within = DataFault.objects.filter(veteran__name="甲").first()
    assert close(client, within, **data).status_code == 403
    between = DataFault.objects.filter(veteran__name="乙").first()
    assert close(client, between, **data).status_code == 302

    assert set(
        DataFault.objects.filter(closed_at=None).values_list("veteran__name", flat=True)
    ) == {"甲"}


def test_checking_again_is_a_job_and_asked_twice_it_is_one(cast, station, login):
    client = login(cast.manager)
    data = {"region": "321322100201", "station": "321322100201"}

    first = client.post("/veterans/faults/check/", data)
    second = client.post("/veterans/faults/check/", data)

    job = Job.objects.get()
    assert (job.kind, job.parameters) == ("fault-check", {"region": "321322100201"})
    assert first.headers["Location"] == second.headers["Location"] == f"{OWN}?job={job.code}"
    assert f"/jobs/{job.code}/" in text(client.get(first.headers["Location"]))


def test_the_desk_and_the_workspace_say_how_many_wait(cast, station, login):
    """A pair within the station is one line, there as on the page."""
    person(station), person(station)
    check()
    assert DataFault.objects.count() == 2
    client = login(cast.manager)

    for address in ("/", "/stations/321322100201/"):
        page = text(client.get(address))
        assert "花名册有 1 条数据问题等待核对" in page and OWN in page


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(
    ("who", "address", "queries"),
    [
        ("manager", OWN, 8),
        ("county", ALL, 8),
        ("city", ALL, 8),
        ("city", f"{ALL}?view=stations", 8),
    ],
)
def test_the_pages_ask_the_same_for_one_line_and_for_many(
    count, who, address, queries, cast, tree, station, other_station, login,
    django_assert_max_num_queries,
):  # fmt: skip
    for number in range(count):
        person(station, f"人{number}"), person(other_station, f"人{number}")
        mistyped(tree.stations["321322100202"], f"另{number}")
    check()
    assert Veteran.objects.count() == 3 * count
    client = login(getattr(cast, who))
    client.get(address)

    with django_assert_max_num_queries(queries) as asked:
        client.get(address)
    assert len(asked) > 3
