"""Unmasked numbers of more than one station need a second person."""

import datetime as dt

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import AccessLog, AuditEntry
from records import jobs
from records.fields import keyed_hash
from records.models import Job, Notice
from tests.factories import UserFactory, VeteranFactory
from veterans import export_requests
from veterans.models import ExportRequest, Veteran

NUMBER = "321322196001011234"


@pytest.fixture
def people(tree):
    for code in ("321322100201", "321322100202"):
        VeteranFactory(
            station=tree.stations[code], name="张三", id_number=NUMBER, id_hash=keyed_hash(NUMBER)
        )
    return Veteran.objects.all()


@pytest.fixture
def county2(tree):
    return UserFactory(username="county2", full_name="王二", role="county", region=tree.county)


@pytest.fixture
def asked(people, cast, county2, login):
    data = {"unmasked": "1", "purpose": "核对优待证", "filters": "status=active"}
    response = login(cast.county).post("/veterans/export/", data)
    assert response.status_code == 302
    return ExportRequest.objects.get()


def url(row, answer=True):
    return f"/veterans/exports/{row.code}/" + ("answer/" if answer else "")


def test_more_than_one_station_waits_for_a_second_person(asked, cast, county2):
    assert (asked.state, asked.person_count, asked.station_count) == ("waiting", 2, 2)
    assert asked.asked_by == cast.county and not Job.objects.exists()
    told = set(Notice.objects.values_list("user__username", flat=True))
    assert told == {"county2", "city", "city2", "city3"}
    assert AuditEntry.objects.get(action="export.ask").reason == "核对优待证"


def test_the_page_before_asking_says_that_a_second_person_decides(people, cast, login):
    page = login(cast.county).post("/veterans/export/", {"unmasked": "1"})
    assert page.status_code == 200
    assert "另一人批准" in page.content.decode() and "须填写用途" in page.content.decode()
    assert not ExportRequest.objects.exists()


def test_nobody_answers_his_own_request(asked, cast, login):
    client = login(cast.county)
    assert client.post(url(asked), {"answer": "approve"}).status_code == 403
    assert client.post(url(asked), {"answer": "refuse", "note": "不"}).status_code == 403
    asked.refresh_from_db()
    assert asked.state == "waiting" and not Job.objects.exists()


@pytest.mark.parametrize("name", ["town", "manager", "other_county", "outsider"])
def test_neither_those_below_nor_another_county_decide(name, asked, cast, login):
    client = login(getattr(cast, name))
    assert client.get(url(asked, answer=False)).status_code == 404
    assert client.post(url(asked), {"answer": "approve"}).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "waiting"


@pytest.mark.parametrize("name", ["county2", "city"])
def test_a_colleague_or_a_superior_releases_it(
    name, asked, cast, county2, login, django_capture_on_commit_callbacks
):
    second = county2 if name == "county2" else cast.city
    with django_capture_on_commit_callbacks(execute=True):
        assert login(second).post(url(asked), {"answer": "approve"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == ("approved", second)
    job = asked.job
    assert (job.state, job.created_by) == ("done", cast.county)
    assert job.result_name.endswith("退役军人花名册（完整信息）.xlsx")
    cells = str(
        CalamineWorkbook.from_filelike(job.result.open("rb")).get_sheet_by_index(0).to_python()
    )
    assert NUMBER in cells and "核对优待证" in cells and f"批准人：{second.region.name}" in cells
    assert cast.county.full_name in cells
    log = AccessLog.objects.get()
    assert (log.user, log.row_count, log.subject_code) == (cast.county, 2, asked.code)
    assert second.full_name in log.purpose
    assert AuditEntry.objects.get(action="export.approve").actor == second
    # Only the requester fetches it.
    assert login(second).get(f"/jobs/{job.code}/result/").status_code in (403, 404)
    assert login(cast.county).get(f"/jobs/{job.code}/result/").status_code == 200


def test_the_file_is_gone_after_a_day(asked, cast, login, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        login(cast.city).post(url(asked), {"answer": "approve"})
    job = Job.objects.get()
    assert dt.timedelta(hours=23) < job.expires_at - timezone.now() <= dt.timedelta(hours=24)
    Job.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    response = login(cast.county).get(f"/jobs/{job.code}/result/")
    assert response.status_code == 403 and "已过保留时间" in response.content.decode()
    stored = job.result.name
    assert job.result.storage.exists(stored)
    jobs.remove_expired()
    job.refresh_from_db()
    assert not job.result and not job.result.storage.exists(stored)


def test_a_refusal_needs_a_reason_and_starts_nothing(asked, cast, login):
    client = login(cast.city)
    client.post(url(asked), {"answer": "refuse"})
    asked.refresh_from_db()
    assert asked.state == "waiting"
    client.post(url(asked), {"answer": "refuse", "note": "范围过大"})
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("refused", "范围过大") and not Job.objects.exists()
    assert Notice.objects.filter(user=cast.county, text__contains="范围过大").exists()


def test_of_two_answers_one_wins_and_the_other_is_told(asked, cast, login):
    stale = ExportRequest.objects.get()
    export_requests.refuse(asked, actor=cast.city, note="范围过大")
    with pytest.raises(export_requests.StaleRequest):
        export_requests.approve(stale, actor=cast.city2)
    page = login(cast.city2).post(url(asked), {"answer": "approve"}, follow=True)
    assert "刚刚已有答复" in page.content.decode() and not Job.objects.exists()
    assert AuditEntry.objects.filter(action__startswith="export.").count() == 2


def test_the_requester_takes_it_back_and_only_he(asked, cast, login):
    assert login(cast.city).post(url(asked), {"answer": "cancel"}).status_code == 403
    login(cast.county).post(url(asked), {"answer": "cancel"})
    asked.refresh_from_db()
    assert asked.state == "cancelled"


def test_an_old_release_does_not_run_again(asked, cast, login, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        login(cast.city).post(url(asked), {"answer": "approve"})
    job = Job.objects.get()
    ExportRequest.objects.update(answered_at=timezone.now() - dt.timedelta(days=2))
    Job.objects.update(state="queued")
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "failed" and "须经另一人批准" in job.message
    assert AccessLog.objects.count() == 1


def test_a_job_that_names_a_foreign_release_does_not_run(asked, cast):
    export_requests.approve(asked, actor=cast.city)
    forged = Job.objects.create(
        kind="roster-export", title="导出", created_by=cast.county,
        parameters={"filters": "", "unmasked": True, "purpose": "x", "request": asked.code},
    )  # fmt: skip
    jobs.run_job(forged.pk)
    forged.refresh_from_db()
    assert forged.state == "failed" and not forged.result


def test_the_city_always_asks_another_city_user(people, cast, login):
    data = {"unmasked": "1", "purpose": "抽查", "filters": ""}
    login(cast.city).post("/veterans/export/", data)
    row = ExportRequest.objects.get()
    assert login(cast.county).get(url(row, answer=False)).status_code == 404
    assert login(cast.city2).get(url(row, answer=False)).status_code == 200
    assert login(cast.city).post(url(row), {"answer": "approve"}).status_code == 403


def test_the_page_of_a_request_says_what_is_asked_for(asked, cast, login):
    page = login(cast.city).get(url(asked, answer=False)).content.decode()
    assert "2个服务站，2人" in page and "在册状态：在册" in page and "批准导出" in page
    mine = login(cast.county).get(url(asked, answer=False)).content.decode()
    assert "撤回申请" in mine and "批准导出" not in mine


def test_the_list_asks_as_many_questions_with_many_rows(
    asked, people, cast, login, django_assert_max_num_queries
):
    client = login(cast.city)
    client.get("/veterans/exports/")
    for _ in range(6):
        export_requests.ask(actor=cast.county, filters="", purpose="核对", people=people)
    with django_assert_max_num_queries(8):
        page = client.get("/veterans/exports/").content.decode()
    assert page.count("待批准") >= 7


def test_an_empty_selection_is_not_asked_for(people, cast, login):
    data = {"unmasked": "1", "purpose": "核对", "filters": "status=lost"}
    page = login(cast.county).post("/veterans/export/", data)
    assert page.status_code == 400 and "没有符合条件的人员" in page.content.decode()
    assert not ExportRequest.objects.exists()


def test_whoever_may_ask_for_full_numbers_has_the_button(station, cast, login):
    for person, has in (("manager", True), ("county", True), ("city", True), ("admin", False)):
        page = login(getattr(cast, person)).get("/veterans/").content.decode()
        assert ("导出完整信息…" in page) is has
