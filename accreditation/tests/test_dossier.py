"""申报材料汇编: what an application prints of itself, as a draft and once handed in."""

import csv
import datetime as dt
import hashlib
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accreditation import workflow
from accreditation.dossier.archive import MANIFEST, archive
from accreditation.dossier.document import dossier
from accreditation.dossier.material import CHANGED, Material
from accreditation.models import Application, Rubric
from accreditation.tests.workflow_world import World, a_programme
from activities.models import Activity
from records import jobs
from records.files import link, store_upload
from records.models import Job
from records.printing import docx, pdf
from records.tests.test_printing import _jpeg
from tests.factories import (
    ActivityFactory,
    ExhibitFactory,
    FacilityFactory,
    PlanItemFactory,
    RegulationFactory,
    StoryFactory,
    VeteranFactory,
)  # fmt: skip
from tests.prints import docx_text, pdf_pages

TODAY = timezone.localdate()
RECENT = TODAY - dt.timedelta(days=20)


def _photo(station, record, caption):
    upload = SimpleUploadedFile(
        f"{caption}.jpg",
        _jpeg(90, 70, colour=(len(caption), ord(caption[0]) % 256, ord(caption[-1]) % 256)),
    )
    return link(store_upload(upload, station=station, by=None), record, caption=caption)


@pytest.fixture
def world(cast, station):
    return World(cast, station, a_programme(rubric=Rubric.objects.get(version=1)))


@pytest.fixture
def records(station):
    """A little of everything that stands in a dossier."""
    room = FacilityFactory(station=station, kind="recreation_room", name="老兵活动室")
    _photo(station, room, "活动室内景")
    RegulationFactory(station=station)
    VeteranFactory(station=station, name="张不列名", political_status="party_member")
    StoryFactory(station=station, title="老班长的故事", subject_name="王班长", source="口述")
    exhibit = ExhibitFactory(station=station, title="红色版块", theme="red", body="版块说明")
    _photo(station, exhibit, "版块全景")
    ActivityFactory(station=station, kind="study", title="集中学习一次", happened_on=RECENT)
    ActivityFactory(station=station, kind="talk", title="与赵某谈心", happened_on=RECENT)
    PlanItemFactory(station=station, title="计划中的祭扫", planned_on=TODAY)


def _text(application, user):
    return docx_text(docx(dossier(Material(application, user))))


def _submitted(world):
    application = world.draft(by=world.cast.county)
    workflow.submit(application, by=world.cast.county)
    application.refresh_from_db()
    return Application.objects.select_related(
        "station__region", "programme__rubric", "snapshot"
    ).get(pk=application.pk)


# --- what stands in it -----------------------------------------------------------------


def test_a_draft_prints_all_nine_parts_and_is_marked(world, records, cast):
    text = _text(world.draft(), cast.manager)

    for word in (
        "代拟稿", "草稿，尚未提交", "一、申报表", "二、自评表", "三、佐证材料目录",
        "四、评价要点材料提交单", "五、花名册情况", "六、活动计划", "七、活动台账目录",
        "八、典型故事", "九、陈列展示", "做法与成效。", "老班长的故事", "王班长", "版块全景",
        "集中学习一次", "计划中的祭扫", "活动室内景", "市级“红色文化退役军人服务站”",
        "县（区）、功能区初审意见", "（盖章）",
    ):  # fmt: skip
        assert word in text, word


def test_there_is_a_sheet_for_every_requirement_with_the_policys_own_sentence(world, cast):
    application = world.draft()
    material = Material(application, cast.manager)

    text = _text(application, cast.manager)

    assert len(material.requirements) == 42 + 14
    for requirement in material.requirements:
        assert f"{requirement.display_code}{requirement.label}".replace(" ", "") in text
    assert text.count("政策原文") == 56
    assert "古色1-1" not in text


def test_people_are_figures_and_talks_are_lines(world, records, cast):
    text = _text(world.draft(), cast.manager)

    assert "张不列名" not in text
    assert "与赵某谈心" not in text
    assert "谈心谈话" in text
    assert "其中党员1" in text


def test_petition_counts_go_up_on_no_paper_whoever_prints_it(world, records, cast):
    application = world.draft()
    row = next(
        r for r in Material(application, cast.county).requirements if r.measure == "answered"
    )
    for reader in (cast.manager, cast.county, cast.city):
        line = Material(application, reader).line(row)
        assert line["found"] == "按权限只显示得分"


def test_an_administrator_gets_no_talk(world, records, cast):
    text = _text(world.draft(), cast.admin)

    assert "谈心谈话" not in text.split("七、活动台账目录")[-1]


def test_the_pdf_begins_with_contents_and_numbers_every_page(world, records, cast):
    pages = pdf_pages(pdf(dossier(Material(world.draft(), cast.manager))))

    assert "目录" in pages[0]
    assert "九、陈列展示" in pages[0]
    assert all(f"第{n}页共{len(pages)}页" in page for n, page in enumerate(pages, 1))
    assert min(len(page) for page in pages) > 60


# --- frozen ------------------------------------------------------------------------------


def test_once_handed_in_it_is_the_archive_that_is_printed(world, records, cast, station):
    application = _submitted(world)
    study = Activity.objects.get(kind="study")
    Activity.objects.filter(pk=study.pk).update(version=study.version + 1)
    ActivityFactory(station=station, title="后来的活动", happened_on=TODAY)
    StoryFactory(station=station, title="后来的故事")
    Application.objects.filter(pk=application.pk).update(statement="后来改的话")
    _photo(station, study, "后来的照片")
    application.statement = "后来改的话"

    text = _text(application, cast.county)

    assert "代拟稿" not in text
    assert "申报存档" in text
    assert application.snapshot.digest in text.replace("\u200b", "")
    for later in ("后来的活动", "后来的故事", "后来改的话", "后来的照片"):
        assert later not in text
    assert f"集中学习一次{CHANGED}" in text
    assert text.count(CHANGED) >= 1


def test_opinions_that_were_given_stand_in_their_boxes(world, records, cast):
    application = _submitted(world)
    workflow.endorse(application, by=cast.town, comment="材料属实，同意上报")
    application.refresh_from_db()

    text = _text(application, cast.county)

    assert "材料属实，同意上报" in text
    assert "经办人：town" in text


# --- archive, job, page --------------------------------------------------------------------


def test_the_archive_has_both_papers_the_evidence_and_a_true_manifest(world, records, cast):
    told = []
    path = archive(Material(world.draft(), cast.manager), lambda *a, **k: told.append((a, k)))

    with zipfile.ZipFile(path) as found:
        names = found.namelist()
        rows = list(csv.reader(io.StringIO(found.read(MANIFEST).decode("utf-8-sig"))))
        for name, size, checksum, _ in rows[1:]:
            content = found.read(name)
            assert hashlib.sha256(content).hexdigest() == checksum
            assert len(content) == int(size)
    path.unlink()
    assert names[:2] == ["甲一村_申报材料汇编.pdf", "甲一村_申报材料汇编.docx"]
    assert "佐证材料/共性1-2/001_活动室内景.jpg" in names
    assert names[-1] == MANIFEST
    assert len(rows) == len(names)
    total = told[0][1]["total"]
    assert told[-1][0] == (total,)


def test_the_button_makes_it_in_the_background(
    world, records, cast, login, django_capture_on_commit_callbacks
):
    application = world.draft()
    address = reverse("application_dossier", args=[application.number, "docx"])
    page = login(cast.manager).get(reverse("application", args=[application.number]))
    assert address in page.content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        assert login(cast.manager).post(address).status_code == 302

    row = Job.objects.get(kind="dossier")
    assert row.state == Job.State.DONE, row.message
    assert "代拟稿" in row.message
    assert row.result_name == f"甲一村_申报材料汇编_{TODAY:%Y%m%d}.docx"
    assert "九、陈列展示" in docx_text(row.result.read())


def test_there_is_no_other_format(world, cast, login):
    application = world.draft()
    address = reverse("application_dossier", args=[application.number, "exe"])

    assert login(cast.manager).post(address).status_code == 404
    assert not Job.objects.exists()


def test_who_lost_sight_of_it_meanwhile_gets_a_sentence(world, cast, tree):
    application = world.draft()
    parameters = {"number": application.number, "form": "pdf"}
    row = jobs.enqueue("dossier", title="汇编", by=cast.manager, parameters=parameters)
    cast.manager.region = tree.other_village
    cast.manager.save()

    jobs.run_job(row.pk)

    row.refresh_from_db()
    assert row.state == Job.State.FAILED
    assert "不在您的查看范围内" in row.message


def test_more_records_cost_no_more_queries(world, records, cast, station):
    application = world.draft()

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            dossier(Material(Application.objects.get(pk=application.pk), cast.manager))
        return len(queries)

    cost()
    few = cost()
    for number in range(8):
        one = ActivityFactory(station=station, happened_on=RECENT, kind="study")
        _photo(station, one, f"学习{number}")
        _photo(station, ExhibitFactory(station=station, theme="red"), f"版块{number}")
        StoryFactory(station=station)
    assert cost() == few
