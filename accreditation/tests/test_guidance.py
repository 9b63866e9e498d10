import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accreditation import workflow
from accreditation.models import Guidance, Problem
from accreditation.tests.test_visit_sheets import photo
from accreditation.workflow.guidance import Point
from records.models import Notice

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
BASE = "/accreditation/guidance/"


def typed(station, **more):
    day = TODAY() + dt.timedelta(days=20)
    return {
        "station": station.region.code, "given_on": str(TODAY()), "advisers": "李科长、王干事",
        "seen": "台账记录及时。", "text": "多开展学习活动。", "token": "k1",
        "point0-problem": "宣传栏半年没有更换", "point0-owner": "张站长", "point0-due_on": str(day),
    } | more  # fmt: skip


def a_note(station, by, points=1):
    return workflow.give_guidance(
        station, given_on=TODAY(), advisers="李科长", seen="", text="多开展活动", by=by,
        points=[Point(f"问题{n}", "张站长", TODAY()) for n in range(points)],
    )  # fmt: skip


def test_a_note_becomes_problems_and_the_station_reads_it(station, tree, cast, login):
    county = login(cast.county)
    answer = county.post(f"{BASE}new/", typed(station))
    again = county.post(f"{BASE}new/", typed(station))

    note = Guidance.objects.get()
    assert answer.url == again.url == f"{BASE}{note.pk}/"
    problem = Problem.objects.get()
    assert (problem.guidance, problem.station, problem.owner) == (note, station, "张站长")
    told = Notice.objects.get()
    assert (told.region, told.kind, told.link) == (tree.village, "assigned", f"{BASE}{note.pk}/")
    page = login(cast.manager).get(f"{BASE}{note.pk}/").content.decode()
    assert "台账记录及时。" in page and "宣传栏半年没有更换" in page
    assert "修改这条记录" not in page and "新增问题" not in page
    assert AuditEntry.objects.filter(action="guidance.give", station=station).count() == 1


def test_what_is_half_filled_in_is_said_and_nothing_is_written(station, cast, login):
    answer = login(cast.county).post(
        f"{BASE}new/",
        typed(station, **{"point0-owner": "", "point3-owner": "李", "text": ""}),
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写指导意见。" in page and "请填写由谁整改。" in page
    assert "请填写要整改的问题，没有的请把责任人也清空。" in page
    assert "宣传栏半年没有更换" in page
    assert not Guidance.objects.exists() and not Notice.objects.exists()


def test_a_station_of_another_unit_is_not_found_by_name_or_code(other_station, cast, login):
    answer = login(cast.county).post(f"{BASE}new/", typed(other_station))

    assert answer.status_code == 422
    assert f"没有叫“{other_station.region.code}”的服务站" in answer.content.decode()
    with pytest.raises(workflow.NotAllowed):
        a_note(other_station, cast.county)


def test_days_are_held_against_each_other(station, cast):
    with pytest.raises(workflow.Refused, match="指导日期不能晚于今天"):
        workflow.give_guidance(
            station, given_on=TODAY() + dt.timedelta(days=1), advisers="李", seen="", text="意见",
            points=[], by=cast.county,
        )  # fmt: skip
    with pytest.raises(workflow.Refused, match="完成时限不能早于指导日期"):
        workflow.give_guidance(
            station, given_on=TODAY(), advisers="李", seen="", text="意见",
            points=[Point("缺牌", "张", TODAY() - dt.timedelta(days=1))], by=cast.county,
        )  # fmt: skip
    assert not Guidance.objects.exists()


def test_only_the_unit_that_wrote_it_changes_it_and_nobody_overwrites(station, cast, login):
    note = a_note(station, cast.county)
    change = {"given_on": str(TODAY()), "advisers": "李科长", "seen": "", "text": "改后的意见",
              "version": 1}  # fmt: skip

    assert login(cast.city).post(f"{BASE}{note.pk}/edit/", change).status_code == 403
    county = login(cast.county)
    assert county.post(f"{BASE}{note.pk}/edit/", change).status_code == 302
    late = county.post(f"{BASE}{note.pk}/edit/", change | {"text": "后来的意见"})

    note.refresh_from_db()
    assert note.text == "改后的意见"
    assert late.status_code == 409 and "后来的意见" in late.content.decode()


def test_the_problem_goes_from_report_to_return_to_closing_with_proof(
    station, tree, cast, login, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    note = a_note(station, cast.county)
    problem = note.problems.get()
    url = f"/accreditation/problems/{problem.pk}/"
    manager, county = login(cast.manager), login(cast.county)

    assert manager.post(f"{url}report/", {"report": "已换新"}).status_code == 302
    assert manager.post(f"{url}report/", {"report": "已换新"}).status_code == 409
    assert Notice.objects.filter(region=tree.county, kind="assigned", link=url).count() == 1
    assert county.post(f"{url}back/", {"reason": "照片不清楚"}).status_code == 302
    assert Notice.objects.get(kind="returned").region == tree.village
    assert "照片不清楚" in manager.get(url).content.decode()
    manager.post(f"{url}report/", {"report": "重新拍了"})
    closing = {"closed_on": str(TODAY()), "closing_note": "已核对"}
    refused = county.post(f"{url}done/", closing)
    assert refused.status_code == 409
    assert "请先上传，或写明不附材料的理由" in refused.content.decode()
    manager.post(f"{url}proof/", {"files": [photo("改后.jpg")]})
    assert county.post(f"{url}done/", closing).status_code == 302

    problem.refresh_from_db()
    assert (problem.closed_on, problem.no_proof) == (TODAY(), "")
    assert Notice.objects.filter(kind="decided", region=tree.village).count() == 1


def test_a_problem_that_cannot_be_photographed_is_closed_with_the_reason(station, cast):
    problem = a_note(station, cast.county).problems.get()

    workflow.close_problem(
        problem, closed_on=TODAY(), closing_note="已谈话", no_proof="涉及个人情况", by=cast.county
    )

    problem.refresh_from_db()
    assert (problem.closed_on, problem.no_proof) == (TODAY(), "涉及个人情况")


def test_the_list_is_filtered_and_counts_the_units(station, other_station, tree, cast, login):
    a_note(station, cast.county)
    done = a_note(other_station, cast.other_county, points=0)
    city = login(cast.city)

    rows = city.get(f"{BASE}?state=open").context["page"].object_list
    assert [row.station for row in rows] == [station]
    rows = city.get(f"{BASE}?county={tree.zone.code}").context["page"].object_list
    assert list(rows) == [done]
    rows = city.get(BASE).context["counties"]
    counted = {row["unit"].code: (row["notes"], row["stations"]) for row in rows}
    assert counted == {tree.county.code: (1, 1), tree.zone.code: (1, 1)}
    seen = login(cast.county).get(BASE).context["page"].object_list
    assert [row.station for row in seen] == [station]


@pytest.mark.parametrize("number", [1, 25])
def test_the_list_and_the_note_cost_the_same_for_many(
    number, station, cast, login, django_assert_num_queries
):
    notes = [a_note(station, cast.county, points=2) for _ in range(number)]
    county, note = login(cast.county), f"{BASE}{notes[0].pk}/"
    # The first visits also fill the cache of content types.
    county.get(BASE)
    county.get(note)

    with django_assert_num_queries(6):
        county.get(BASE)
    with django_assert_num_queries(6):
        county.get(note)


def test_a_reader_sees_numbers_of_units_and_nothing_of_a_station(
    station, other_station, cast, tree, login, django_assert_num_queries
):
    for number, place in enumerate((station, station, other_station)):
        note = Guidance.objects.create(
            station=place, given_on=timezone.localdate(), by="李科长", text="多开展活动",
            created_by=cast.city,
        )  # fmt: skip
        Problem.objects.create(
            station=place, guidance=note, problem="缺宣传栏", owner="张站长",
            due_on=timezone.localdate() - dt.timedelta(days=1),
            closed_on=timezone.localdate() if number else None,
        )  # fmt: skip
    client = login(cast.leader)
    client.get("/accreditation/progress/")

    with django_assert_num_queries(7):
        response = client.get("/accreditation/problems/")

    found = {
        row["unit"].name: [row[name] for name in ("open", "overdue", "closed", "notes", "pairs")]
        for row in response.context["rows"]
    }
    assert found == {"沭阳县": [1, 1, 1, 2, 0], "湖滨新区": [0, 0, 1, 1, 0]}
    html = response.content.decode()
    assert not any(word in html for word in ("缺宣传栏", "张站长", "李科长", station.name))
    for address in ("/accreditation/guidance/", "/accreditation/pairings/"):
        refused = client.get(address)
        assert refused.status_code == 403
        assert "汇总数" in refused.content.decode()
