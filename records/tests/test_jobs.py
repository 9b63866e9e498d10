"""The Job table is the truth, the broker only the bell."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import AuditEntry
from records import jobs, tasks
from records.models import Job, Notice


@pytest.fixture
def kinds(monkeypatch):
    """Kinds of jobs that exist in one test only. Those of the product are registered before
    they are hidden: a module is imported once."""
    jobs.find("")
    monkeypatch.setattr(jobs, "_kinds", {})
    return jobs.job


@pytest.fixture
def rings(monkeypatch):
    """A broker that only notes for which jobs it was rung."""
    heard = []
    monkeypatch.setattr(tasks.run_job, "delay", heard.append)
    return heard


def queued(cast, kind="count", **values):
    return Job.objects.create(kind=kind, title="计数", created_by=cast.county, **values)


def test_a_job_runs_once_after_the_commit_and_keeps_its_result(
    cast, kinds, tmp_path, django_capture_on_commit_callbacks
):
    file = tmp_path / "numbers.txt"
    file.write_text("1 2 3")

    @kinds("count")
    def count(job, progress):
        progress(0, total=job.parameters["to"])
        progress(3)
        return jobs.JobResult("已数完。", file=file, name="数字.txt")

    with django_capture_on_commit_callbacks(execute=True):
        row = jobs.enqueue("count", title="计数", by=cast.county, parameters={"to": 3})
        assert Job.objects.get().state == "queued"
    jobs.run_job(row.pk)

    row.refresh_from_db()
    assert (row.state, row.done, row.total, row.attempt) == ("done", 3, 3, 1)
    assert (row.message, row.result_name) == ("已数完。", "数字.txt")
    assert row.result.read() == b"1 2 3"
    assert Notice.objects.get().user == cast.county
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["job.queued", "job.done"]


def test_a_rolled_back_request_leaves_no_job(cast, rings, django_capture_on_commit_callbacks):
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
    ):
        jobs.enqueue("count", title="计数", by=cast.county)
        raise ZeroDivisionError

    assert not Job.objects.exists()
    assert rings == []


@pytest.mark.parametrize("error", [OperationalError("refused"), OSError("disk full")])
def test_a_broker_that_is_down_fails_no_request_and_the_timer_finds_the_job(
    cast, kinds, monkeypatch, error, django_capture_on_commit_callbacks
):
    def refuse(pk):
        raise error

    kinds("count")(lambda job, progress: "好了。")
    with monkeypatch.context() as down:
        down.setattr(tasks.run_job, "delay", refuse)
        with django_capture_on_commit_callbacks(execute=True):
            row = jobs.enqueue("count", title="计数", by=cast.county)
    row.refresh_from_db()
    assert (row.state, row.rung_at) == ("queued", None)

    tasks.pick_up_jobs()

    row.refresh_from_db()
    assert (row.state, row.message) == ("done", "好了。")


def test_an_expected_error_is_shown_and_an_unexpected_one_is_not_spelled_out(cast, kinds):
    @kinds("expected")
    def expected(job, progress):
        raise jobs.JobError("第3行：身份证号有误，请更正后重新导入。")

    @kinds("unexpected")
    def unexpected(job, progress):
        raise KeyError("secret detail")

    known, unknown = queued(cast, "expected"), queued(cast, "unexpected")
    strange = queued(cast, "nobody-knows-this-kind")
    for row in (known, unknown, strange):
        jobs.run_job(row.pk)
        row.refresh_from_db()
        assert row.state == "failed"

    assert known.message == "第3行：身份证号有误，请更正后重新导入。"
    assert unknown.message == jobs.UNEXPECTED
    assert "没有这种任务" in strange.message


def test_a_cancelled_job_stops_at_its_next_report(cast, kinds):
    reached = []

    @kinds("count")
    def count(job, progress):
        progress(0, total=2)
        jobs.cancel(Job.objects.get(pk=job.pk), by=cast.county)
        progress(2)
        reached.append("the end")

    row = queued(cast)
    jobs.run_job(row.pk)

    row.refresh_from_db()
    assert row.state == "cancelled"
    assert reached == []


def test_a_run_that_was_given_up_cannot_overwrite_its_successor(cast, kinds):
    @kinds("count")
    def count(job, progress):
        Job.objects.filter(pk=job.pk).update(attempt=job.attempt + 1, message="后来的")
        return "先前的"

    row = queued(cast)
    jobs.run_job(row.pk)

    row.refresh_from_db()
    assert (row.state, row.message) == ("running", "后来的")


def test_a_run_without_heartbeat_is_interrupted_or_repeated(cast, kinds, rings, settings):
    kinds("count")(lambda job, progress: "")
    kinds("safe", repeatable=True)(lambda job, progress: "")
    long_ago = timezone.now() - timedelta(seconds=settings.JOB_STALE_SECONDS + 5)
    running = {"state": "running", "attempt": 1, "started_at": long_ago}
    dead = queued(cast, heartbeat_at=long_ago, **running)
    safe = queued(cast, "safe", heartbeat_at=long_ago, **running)
    worn_out = queued(cast, "safe", heartbeat_at=long_ago, **running | {"attempt": 3})
    alive = queued(cast, heartbeat_at=timezone.now(), **running)

    jobs.pick_up()

    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {
        dead.pk: "interrupted",
        safe.pk: "queued",
        worn_out.pk: "interrupted",
        alive.pk: "running",
    }
    assert rings == [safe.pk]


def test_the_timer_rings_again_only_for_what_nobody_was_told_of(cast, rings):
    now = timezone.now()
    lost = queued(cast)
    told = queued(cast, rung_at=now)
    forgotten = queued(cast, rung_at=now - timedelta(minutes=6))

    jobs.pick_up()
    assert rings == [lost.pk, forgotten.pk]

    rings.clear()
    jobs.pick_up(at_start=True)
    assert rings == [lost.pk, told.pk, forgotten.pk]


def test_of_two_workers_one_gets_the_job(cast, kinds):
    runs = []

    @kinds("count")
    def count(job, progress):
        runs.append(job.attempt)
        jobs.run_job(job.pk)

    row = queued(cast)
    jobs.run_job(row.pk)

    assert runs == [1]


def test_the_owner_sees_only_own_jobs_and_the_administrator_all(cast, login):
    queued(cast)
    Job.objects.create(kind="count", title="别处的任务", created_by=cast.other_county)

    mine = login(cast.county).get("/manage/jobs/").content.decode()
    everything = login(cast.admin).get("/manage/jobs/").content.decode()

    assert ("计数" in mine, "别处的任务" in mine) == (True, False)
    assert ("计数" in everything, "别处的任务" in everything) == (True, True)


def test_the_list_asks_the_database_the_same_for_one_job_and_for_many(
    cast, login, django_assert_max_num_queries
):
    client = login(cast.admin)
    queued(cast)
    # The first page of a session also writes when it began.
    client.get("/manage/jobs/")
    with django_assert_max_num_queries(8) as one:
        client.get("/manage/jobs/")
    for _ in range(20):
        queued(cast)
    with django_assert_max_num_queries(8) as many:
        client.get("/manage/jobs/")

    assert len(one) == len(many)


def test_a_failed_job_is_retried_by_hand_and_a_finished_one_is_not(cast, login, rings):
    failed = queued(cast, state="failed", message="没有成功")
    done = queued(cast, state="done")
    client = login(cast.county)

    client.post(f"/manage/jobs/{failed.code}/retry/")
    refused = client.post(f"/manage/jobs/{done.code}/retry/", follow=True).content.decode()

    failed.refresh_from_db()
    done.refresh_from_db()
    assert (failed.state, failed.message, done.state) == ("queued", "", "done")
    assert "现在是“已完成”，不能做这个操作" in refused


def test_the_status_says_how_far_a_job_is(cast, login):
    row = queued(cast, state="running", done=30, total=120, message="正在写入")

    status = login(cast.county).get(f"/jobs/{row.code}/").json()

    assert status["percent"] == 25
    assert (status["label"], status["message"]) == ("进行中", "正在写入")
    assert (status["can_cancel"], status["can_retry"], status["has_result"]) == (True, False, False)


def test_the_result_reaches_its_owner_alone_and_leaves_a_trace(cast, login, kinds, tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("content")
    kinds("count")(lambda job, progress: jobs.JobResult(file=file, name="名单.txt"))
    row = queued(cast)
    jobs.run_job(row.pk)

    reply = login(cast.county).get(f"/jobs/{row.code}/result/")
    denied = login(cast.admin).get(f"/jobs/{row.code}/result/")

    assert b"".join(reply.streaming_content) == b"content"
    assert "attachment" in reply.headers["Content-Disposition"]
    assert denied.status_code == 403
    assert AuditEntry.objects.filter(action="job.download", actor=cast.county).count() == 1
