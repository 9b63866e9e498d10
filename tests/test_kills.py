"""Q1 beside the import: an upload, an export, a submission and a naming that are killed at any
statement have happened wholly or not at all, and can simply be done again."""

import datetime as dt
import io
import os
from contextlib import suppress

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from python_calamine import CalamineWorkbook

from accounts.models import AuditEntry
from accreditation import workflow
from accreditation.models import Accreditation, Application, Batch, Snapshot, Transition
from accreditation.tests.workflow_world import NOTE, World, a_card, a_programme
from records import jobs
from records.models import Attachment, AttachmentLink, Job, Notice
from tests.factories import FacilityFactory, RegionFactory, StationFactory, VeteranFactory
from tests.kills import ACTS, cut_off, give_up, no_worker, points, statements_of  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_worker")]


def further_and_further(work, facts, act, *, step):
    """Cut the work off later and later, until it has happened. How often nothing was left
    of it, and the first thing that was: the caller holds it against all of it."""
    before, at, was_cut = facts(), 1, True
    while was_cut and facts() == before:
        was_cut = cut_off(work, at, act)
        at += step
    assert facts() != before, "the work was done and left nothing"
    return (at - 1) // step - 1, facts()


def all_or_nothing(work, facts, act, *, step):
    """The same; then it is done again, which changes nothing."""
    cut, left = further_and_further(work, facts, act, step=step)
    assert not cut_off(work, 5000) and facts() == left
    return cut, left


@pytest.mark.parametrize("act", ACTS)
def test_a_photo_is_uploaded_with_its_place_or_not_at_all(act, station, cast):
    facility = FacilityFactory(station=station)
    client = Client()
    client.force_login(cast.manager)
    out = io.BytesIO()
    Image.frombytes("L", (80, 60), os.urandom(4800)).save(out, "JPEG")
    url = f"/stations/{station.region.code}/facilities/facility/{facility.pk}/files/"

    def upload():
        client.post(url, {"files": SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")})

    def facts():
        files = Attachment.objects.all()
        assert all(default_storage.exists(one.file.name) for one in files)
        entries = AuditEntry.objects.filter(action="file.upload")
        return files.count(), AttachmentLink.objects.count(), entries.count()

    cut, left = further_and_further(upload, facts, act, step=3)

    assert cut >= 3 and left == (1, 1, 1)


@pytest.mark.parametrize("act", ACTS)
def test_an_export_that_is_cut_off_gives_its_file_once(act, station, cast):
    VeteranFactory.create_batch(30, station=station)
    job = Job.objects.create(
        kind="roster-export", title="导出花名册", created_by=cast.manager,
        parameters={"filters": "", "unmasked": False, "purpose": ""},
    )  # fmt: skip

    for at in (4, 12):
        assert cut_off(lambda: jobs.run_job(job.pk), at, act)
        give_up(job)
        assert not job.result
    jobs.run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.message, job.attempt) == ("done", "已导出30人。", 3)
    table = CalamineWorkbook.from_filelike(job.result.open("rb")).get_sheet_by_index(0)
    assert [row[0] for row in table.to_python()[3:33]] == [str(n) for n in range(1, 31)]


def test_an_export_cut_off_behind_its_entry_is_entered_once(station, cast):
    VeteranFactory(station=station)
    job = Job.objects.create(
        kind="roster-export", title="导出花名册", created_by=cast.manager,
        parameters={"filters": "", "unmasked": False, "purpose": ""},
    )  # fmt: skip
    entries = AuditEntry.objects.filter(action="roster.export")
    for at in range(8, 60):
        Job.objects.filter(pk=job.pk).update(attempt=0)
        if not cut_off(lambda: jobs.run_job(job.pk), at):
            break
        give_up(job)
        if entries.exists():
            jobs.run_job(job.pk)
            break

    job.refresh_from_db()
    assert job.state == "done" and entries.count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_a_submission_freezes_moves_and_tells_or_does_nothing(act, station, cast):
    world = World(cast, station, a_programme())
    application = world.draft()

    def submit():
        row = Application.objects.select_related("station__region", "programme")
        with suppress(workflow.Refused):
            workflow.submit(row.get(pk=application.pk), by=cast.county, card=a_card())

    def facts():
        row = Application.objects.get(pk=application.pk)
        steps = Transition.objects.filter(application=row, to_state="town_review")
        entries = AuditEntry.objects.filter(action__startswith="application.").exclude(
            action="application.create"
        )
        return (
            row.state, bool(row.snapshot_id), bool(row.submitted_at), Snapshot.objects.count(),
            steps.count(), Notice.objects.exists(), entries.count(),
        )  # fmt: skip

    cut, left = all_or_nothing(submit, facts, act, step=2)

    assert cut >= 3
    assert left == ("town_review", True, True, 1, 1, True, left[-1]) and left[-1] >= 1


@pytest.mark.parametrize("act", ACTS)
def test_a_batch_is_named_as_a_whole_or_not_at_all(act, station, town_station, other_station, cast):
    world = World(cast, station, a_programme())
    applications = [world.at("decision", place) for place in (station, town_station)]
    for application in applications:
        world.decide(application)
    batch = workflow.create_batch(world.programme, name="第一批", by=cast.city)
    workflow.assign_to_batch(batch, applications, by=cast.city)
    workflow.publish_notice(batch, starts_on=timezone.localdate(), contact=NOTE, by=cast.city)
    later = timezone.now() + dt.timedelta(days=30)

    def name():
        row = Batch.objects.select_related("programme", "public_notice").get()
        with suppress(workflow.Refused):
            workflow.name_batch(
                row, document_no="5号", named_on=timezone.localdate(later), by=cast.city, at=later
            )

    def facts():
        return (
            sorted(Application.objects.values_list("state", flat=True)),
            sorted(Accreditation.objects.values_list("number", flat=True)),
            Transition.objects.filter(to_state="accredited").count(),
            AuditEntry.objects.filter(action="accreditation.name").count(),
            AuditEntry.objects.filter(action="batch.name").count(),
            Batch.objects.get().decision_document,
        )

    cut, left = all_or_nothing(name, facts, act, step=3)

    year = timezone.localdate(later).year
    assert cut >= 3
    assert left == (["accredited"] * 2, [f"{year}R001", f"{year}R002"], 2, 2, 1, "5号")


TWENTY = 20


def _fresh(application):
    return Application.objects.select_related("station__region", "programme").get(pk=application.pk)


def _submission(application):
    """What a submission leaves: all of it or none."""
    row = Application.objects.get(pk=application.pk)
    entries = AuditEntry.objects.filter(action="application.submit", object_id=str(row.pk))
    return (
        row.state, bool(row.submitted_at), row.snapshots.count(), row.transitions.count(),
        entries.count(), Notice.objects.filter(link__contains=row.number).exists(),
    )  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("act", ACTS)
def test_a_submission_killed_at_twenty_random_points_is_whole_or_not_there(
    act, station, tree, cast
):
    world = World(cast, station, a_programme())

    def submit(application):
        workflow.submit(_fresh(application), by=cast.county, card=a_card())

    def another():
        return world.draft(StationFactory(region=RegionFactory(parent=tree.town)))

    submit(world.draft())  # what a process reads only once has been read
    first = another()
    total = statements_of(lambda: submit(first))
    nothing, everything = ("draft", False, 0, 0, 0, False), ("town_review", True, 1, 1, 1, True)
    assert _submission(first) == everything and total >= TWENTY
    survived = 0
    for at in points(total, TWENTY, seed=5):
        application = another()
        assert cut_off(lambda one=application: submit(one), at, act)

        left = _submission(application)
        assert left in (nothing, everything), at
        survived += left == everything
        if left == nothing:
            submit(application)
        else:
            with pytest.raises(workflow.Refused):
                submit(application)
        assert _submission(application) == everything
    # Only behind the last write is there anything left to cut off.
    assert survived < TWENTY / 2


@pytest.mark.long
@pytest.mark.parametrize("act", ACTS)
def test_a_naming_killed_at_twenty_random_points_is_whole_or_not_there(act, station, tree, cast):
    world = World(cast, station, a_programme())
    later = timezone.now() + dt.timedelta(days=30)

    def a_batch(number):
        rows = []
        for _ in range(2):
            place = StationFactory(region=RegionFactory(parent=tree.town))
            rows.append(world.at("decision", place))
            world.decide(rows[-1])
        batch = workflow.create_batch(world.programme, name=f"第{number}批", by=cast.city)
        workflow.assign_to_batch(batch, rows, by=cast.city)
        workflow.publish_notice(batch, starts_on=timezone.localdate(), contact=NOTE, by=cast.city)
        return batch

    def name(batch):
        row = Batch.objects.select_related("programme", "public_notice").get(pk=batch.pk)
        workflow.name_batch(
            row, document_no="5号", named_on=timezone.localdate(later), by=cast.city, at=later
        )

    def facts(batch):
        rows = Application.objects.filter(batch=batch)
        return (
            sorted(rows.values_list("state", flat=True)),
            Accreditation.objects.filter(batch=batch).count(),
            Transition.objects.filter(application__in=rows, to_state="accredited").count(),
            AuditEntry.objects.filter(action="batch.name", object_id=str(batch.pk)).count(),
            Batch.objects.get(pk=batch.pk).decision_document,
        )

    first = a_batch(0)
    total = statements_of(lambda: name(first))
    nothing = (["public_notice"] * 2, 0, 0, 0, "")
    everything = (["accredited"] * 2, 2, 2, 1, "5号")
    assert facts(first) == everything
    chosen = (points(total, TWENTY, seed=7) * TWENTY)[:TWENTY]
    for number, at in enumerate(chosen, 1):
        batch = a_batch(number)
        assert cut_off(lambda one=batch: name(one), at, act)

        left = facts(batch)
        assert left in (nothing, everything), at
        if left == nothing:
            name(batch)
        assert facts(batch) == everything
    assert Accreditation.objects.count() == 2 * (TWENTY + 1)
    assert len(set(Accreditation.objects.values_list("number", flat=True))) == 2 * (TWENTY + 1)
