"""Q1: an import that is killed leaves nothing half done; the job says so; repeated it ends
as if nothing had happened, exactly once."""

import io

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from xlsxwriter import Workbook

from accounts.models import AuditEntry
from records import jobs
from records.models import Job
from tests.kills import (
    ACTS,
    cut_off,
    die_soon,
    give_up,
    lose_the_backend,
    needs_server,
    no_worker,  # noqa: F401 a fixture
    points,
    statements_of,
)
from veterans.importing import batches, undoing, writing
from veterans.models import DataFault, Honour, ImportRow, RosterImport, Veteran

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_worker")]
HEADER = ["姓名", "性别", "出生年月", "入伍时间", "退役时间", "原部队职务", "荣誉奖励", "联系电话"]
SIGNS = "甲乙丙丁戊己庚辛壬癸"


def roster(rows):
    """Every tenth row has a date that cannot be: a fault comes with it."""
    out = io.BytesIO()
    book = Workbook(out)
    page = book.add_worksheet("花名册")
    page.write_row(0, 0, HEADER)
    for number in range(rows):
        name = "王" + "".join(SIGNS[int(digit)] for digit in f"{number:05d}")
        start = "1985.13" if number % 10 == 0 else f"{1979 + number % 9}.12"
        row = [name, "男", f"{1950 + number % 19}.0{1 + number % 9}", start, "1999.12", "班长",
               "三等功1次", f"139{number:08d}"]  # fmt: skip
        page.write_row(number + 1, 0, row)
    book.close()
    return out.getvalue()


class Import:
    """One file on its way, and what there is of it."""

    def __init__(self, station, by, content):
        self.station, self.by, self.content = station, by, content

    def take_in(self, *, read=True):
        self.batch = batches.start(
            self.content, name="花名册.xlsx", station=self.station, by=self.by
        )
        if read:
            batches.read(self.batch)

    def job(self, kind="roster-import-write"):
        return Job.objects.create(
            kind=kind, title="导入花名册", created_by=self.by, parameters={"batch": self.batch.code}
        )

    def facts(self):
        """All that an import may leave behind, in words that do not depend on keys or times."""
        people = Veteran.objects.order_by("name")
        batch = RosterImport.objects.get(pk=self.batch.pk)
        entries = AuditEntry.objects.filter(action="import.write", object_id=str(batch.pk))
        written = batch.rows.exclude(written_at=None)
        made = list(Veteran.objects.values_list("pk", flat=True))
        created = AuditEntry.objects.filter(action="record.create", kind="veterans.veteran")
        return {
            "people": list(people.values_list("name", "birth_date", "former_post", "phone")),
            "honours": Honour.objects.count(),
            "created": len(set(created.values_list("object_id", flat=True)) & set(map(str, made))),
            "written": written.count(),
            "raw cells": written.exclude(cells="").count(),
            "rows": batch.rows.count(),
            "entries": entries.count(),
            "state": batch.state,
            "file": bool(batch.file) and default_storage.exists(batch.file.name),
            "begun": type(self.station).objects.get(pk=self.station.pk).records_begin_on,
        }

    def faults(self):
        found = DataFault.objects.filter(closed_at=None).order_by("veteran__name", "field")
        return list(found.values_list("veteran__name", "kind", "field"))

    def forget(self):
        """Out of the way of the next attempt."""
        batch = RosterImport.objects.get(pk=self.batch.pk)
        if batch.state == RosterImport.State.WRITTEN:
            undoing.undo(batch, by=self.by)
        else:
            batches.discard(batch, by=self.by)
        type(self.station).objects.filter(pk=self.station.pk).update(records_begin_on=None)
        assert not Veteran.objects.exists() and not Honour.objects.exists()


def attempts(one, number, act, seed):
    """Kill the write at so many points. Yields whether each had committed before."""
    one.take_in()
    nothing = one.facts()
    control = one.job()
    total = statements_of(lambda: jobs.run_job(control.pk))
    control.refresh_from_db()
    whole, faults = one.facts(), one.faults()
    assert control.state == "done" and whole["written"] == whole["created"] == whole["rows"]
    assert faults and whole["entries"] == 1 and not whole["file"] and not whole["raw cells"]
    one.forget()
    one.take_in()
    seen = []
    for at in points(total, number, seed):
        job = one.job()
        if cut_off(lambda job=job: jobs.run_job(job.pk), at, act):
            give_up(job)
        left = one.facts()
        assert left in (nothing, whole)
        seen.append(left == whole)
        if left == whole:
            _again(one, job, control, whole, faults)
            one.forget()
            one.take_in()
        else:
            jobs.cancel(job, by=one.by)
    job = one.job()
    jobs.run_job(job.pk)
    _again(one, job, control, whole, faults)
    return seen


def _again(one, job, control, whole, faults):
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("done", control.message)
    assert one.facts() == whole and one.faults() == faults


@pytest.mark.parametrize("act", ACTS)
def test_an_import_killed_anywhere_is_all_or_nothing_and_ends_the_same(act, station, cast):
    seen = attempts(Import(station, cast.manager, roster(400)), 6, act, seed=1)

    assert seen.count(False) >= 3 and seen[-1]


@pytest.mark.long
@pytest.mark.parametrize("act", [*ACTS, pytest.param(die_soon, id="within-a-statement")])
def test_twenty_kills_of_ten_thousand_rows(act, station, cast):
    seen = attempts(Import(station, cast.manager, roster(10_000)), 20, act, seed=2)

    assert len(seen) == 20 and False in seen


@pytest.mark.parametrize("act", ACTS)
def test_a_file_whose_reading_is_killed_shows_no_half_preview(act, station, cast):
    one = Import(station, cast.manager, roster(60))
    one.take_in(read=False)
    control = one.job("roster-import-read")
    total = statements_of(lambda: jobs.run_job(control.pk))
    control.refresh_from_db()
    whole = one.facts()
    assert whole["state"] == "ready" and whole["rows"] == 60
    one.forget()
    one.take_in(read=False)
    nothing = one.facts()

    for at in points(total, 4, seed=3):
        job = one.job("roster-import-read")
        assert cut_off(lambda job=job: jobs.run_job(job.pk), at, act)
        give_up(job)
        assert one.facts() in (nothing, whole)
        jobs.run_job(job.pk) if at == total else jobs.cancel(job, by=one.by)

    job.refresh_from_db()
    assert (job.state, job.message) == ("done", control.message)
    assert one.facts() == whole


def test_a_web_process_killed_while_it_confirms(station, cast):
    """A small file is written within the request; there is no job, only the page."""
    one = Import(station, cast.manager, roster(60))
    one.take_in()
    nothing = one.facts()
    client = Client()
    client.force_login(cast.manager)
    url = f"/veterans/import/{one.batch.code}/"
    seen = []

    for at in range(3, 400, 5):
        died = cut_off(lambda: client.post(f"{url}confirm/"), at)
        left = one.facts()
        if left != nothing:
            break
        assert died
        assert "确认导入" in client.get(url).content.decode()
        seen.append(at)

    assert len(seen) >= 3
    assert left["entries"] == 1 and left["created"] == left["written"] == 60
    again = client.post(f"{url}confirm/", follow=True).content.decode()
    assert "没有可以导入的行" in again and one.facts() == left


@needs_server
def test_a_page_whose_backend_is_lost_has_written_nothing(station, cast):
    one = Import(station, cast.manager, roster(60))
    one.take_in()
    nothing = one.facts()
    assert cut_off(lambda: writing.write(one.batch, by=cast.manager), 9, lose_the_backend)
    assert one.facts() == nothing and not ImportRow.objects.exclude(written_at=None).exists()
    writing.write(RosterImport.objects.get(pk=one.batch.pk), by=cast.manager)
    assert one.facts()["created"] == 60
