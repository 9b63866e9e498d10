"""Two archives compared: records and files added, removed and edited, per requirement."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accreditation import workflow
from accreditation.models import Application, Requirement, Snapshot
from accreditation.tests.workflow_world import World, a_card, a_programme
from accreditation.workflow import snapshots
from accreditation.workflow.differences import changed_codes, changes
from accreditation.workflow.evidence import shown
from accreditation.workflow.standing import standing
from activities.models import Activity
from records.files import link, store_upload
from records.models import AttachmentLink
from tests.factories import RegulationFactory, VeteranFactory

pytestmark = pytest.mark.django_db
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xfc\xcf\xc0\xf0\x1f\x00\x05\x05\x02\x00_\xc8"
    b"\xf1\xd2\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(autouse=True)
def scored(monkeypatch):
    """The findings stay the same here, so that only the records differ."""
    monkeypatch.setattr(snapshots, "score", lambda station, **_: a_card())


@pytest.fixture
def world(cast, station):
    programme = a_programme()
    lines = Requirement.objects.filter(rubric=programme.rubric)
    lines.update(measure="judged")
    lines.filter(code="C1.2").update(measure="regulation_study")
    lines.filter(code="R1.2").update(measure="roster_photos")
    return World(cast, station, programme)


def come_back(world, application):
    """Returned by the city and handed in again."""
    workflow.return_application(
        application, level="station", due_on=timezone.localdate() + dt.timedelta(days=9),
        comment="补正", reasons={"C1.2": "制度太旧"}, by=world.cast.city,
    )  # fmt: skip
    return lambda: workflow.resubmit(application, by=world.cast.manager)


def attach(record, by, name, data=PNG):
    photo = store_upload(SimpleUploadedFile(name, data), station=record.station, by=by)
    return link(photo, record, caption=name)


def test_records_and_files_are_compared_with_before_and_after(world, station, cast, login):
    kept = RegulationFactory(station=station, title="学习制度")
    edited = RegulationFactory(station=station, title="值班制度", body="旧文")
    gone = RegulationFactory(station=station, title="旧制度")
    application = world.at("city_review")
    world.judge(application)
    old = Snapshot.objects.get()
    resubmit = come_back(world, application)
    type(edited).objects.filter(pk=edited.pk).update(body="新文", version=2)
    gone.delete()
    attach(kept, cast.manager, "签字页.png")
    added = RegulationFactory(station=station, title="走访制度")
    resubmit()

    new = Snapshot.objects.order_by("pk").last()
    found = {row.title: row for row in changes(old, new, "C1.2")}

    assert {title: row.how for title, row in found.items()} == {
        "学习制度": "edited", "值班制度": "edited", "旧制度": "removed", "走访制度": "added",
    }  # fmt: skip
    assert found["值班制度"].fields == [("内容", "旧文", "新文")]
    assert found["学习制度"].files_added == ["签字页.png"]
    assert found["走访制度"].number == added.pk
    assert changed_codes(old, new) == {"C1.2"}
    page = login(cast.city).get(reverse("desk_review", args=[application.number]), {
        "show": "changed", "line": "C1.2",
    }).content.decode()  # fmt: skip
    for words in (
        "<del>旧文</del>",
        "<ins>新文</ins>",
        "新增文件：签字页.png",
        "退回理由：制度太旧",
    ):
        assert words in page


def test_earlier_opinions_stand_where_no_record_changed(world, station, cast, login):
    application = world.at("city_review")
    world.judge(application)
    given = timezone.localdate()
    resubmit = come_back(world, application)
    RegulationFactory(station=station, title="走访制度")
    resubmit()
    application = Application.objects.select_related("programme__rubric", "snapshot").get()

    assert sorted(standing(application)) == ["C2.1", "R1.2"]
    page = login(cast.city).get(reverse("desk_review", args=[application.number]))
    items = {item.code: item for item in page.context["desk"].items}
    assert [code for code, item in items.items() if item.matches("changed")] == ["C1.2"]
    assert items["C1.2"].awaits and not items["R1.2"].awaits
    assert f"沿用 {given} 意见" in page.content.decode()


def test_people_are_frozen_by_number_only(world, station):
    person = VeteranFactory(station=station, name="张某某")
    application = world.at("city_review")

    text = str(application.snapshot.records)

    assert application.snapshot.records["behind"]["R1.2"] == {"veterans.veteran": [person.pk]}
    assert "张某某" not in text and "said': {}" in text


def test_archives_of_the_first_format_are_still_compared(world, station):
    application = world.at("city_review")
    old = Snapshot.objects.get()
    RegulationFactory(station=station)
    data = snapshots.contents(application, card=a_card(), on=timezone.localdate())
    new = Snapshot(data={key: data[key] for key in ("lines", "rows")}, records={})
    old.data = {key: old.data[key] for key in ("lines", "rows")}
    old.records = {}

    found = changes(old, new, "C1.2", labels=["stations.regulation"])

    assert [(row.how, row.title) for row in found] == [("added", "工作制度")]
    assert changed_codes(old, new) == set()


def test_freezing_takes_the_same_statements_for_many_records(world, station, cast):
    application = world.at("city_review")
    RegulationFactory(station=station)
    VeteranFactory(station=station)

    def freeze():
        with CaptureQueriesContext(connection) as queries:
            snapshots.evidence_of(application, on=timezone.localdate())
        return len(queries)

    freeze()  # content types are remembered from here on
    one = freeze()
    for _ in range(5):
        attach(RegulationFactory(station=station), cast.manager, "页.png")
        VeteranFactory(station=station)
    assert freeze() == one
    assert AttachmentLink.objects.count() == 5


def test_the_station_reads_the_reason_at_the_form_that_mends_it(world, station, cast, login):
    RegulationFactory(station=station)
    application = world.at("city_review")
    come_back(world, application)
    client, code = login(cast.manager), station.region.code

    before = client.get(reverse("station_application", args=[code]))
    (row,) = before.context["reasons"]
    form = client.get(row["url"])
    listed = client.get(reverse("section", args=[code, "regulations"]), {"back": "red-C1.2"})
    elsewhere = client.get(reverse("section", args=[code, "regulations"]), {"back": "red-C2.1"})
    RegulationFactory(station=station, title="走访制度")
    after = client.get(reverse("station_application", args=[code]))

    assert (row["reason"], row["is_left"], before.context["left"]) == ("制度太旧", True, 1)
    for page in (form, listed):
        assert "制度太旧" in page.content.decode()
        assert "退回的 1 个要点中，还有 1 个没有改动" in page.content.decode()
    assert "制度太旧" not in elsewhere.content.decode()
    assert after.context["left"] == 0 and "已改动" in after.content.decode()


def test_several_choices_are_said_in_words():
    tags = Activity._meta.get_field("tags")
    assert shown(tags, ["red", "green"]) == "弘扬红色精神、绿色发展"
    assert shown(Activity._meta.get_field("kind"), "study") == "学习活动"
    assert shown(Activity._meta.get_field("by_phone"), False) == "否"
