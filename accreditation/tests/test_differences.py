"""Two archives compared: records and files added, removed and edited, per requirement."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accreditation import workflow
from accreditation.models import Application, Requirement, Snapshot
from accreditation.tests.workflow_world import World, a_card, a_programme
from accreditation.workflow import snapshots
from accreditation.workflow.differences import Edit, changed_codes, changes, pieces
from accreditation.workflow.evidence import compact, shown
from accreditation.workflow.standing import standing
from activities.models import Activity
from records.files import link, store_upload, unlink
from records.models import AttachmentLink
from tests.factories import RegulationFactory, VeteranFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scored")]
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xfc\xcf\xc0\xf0\x1f\x00\x05\x05\x02\x00_\xc8"
    b"\xf1\xd2\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def world(cast, station):
    programme = a_programme()
    lines = Requirement.objects.filter(rubric=programme.rubric)
    lines.update(measure="judged")
    lines.filter(code="C1.2").update(measure="regulation_study")
    lines.filter(code="R1.2").update(measure="roster_photos")
    return World(cast, station, programme)


def _picture(colour):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


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
    assert found["值班制度"].edits == [Edit("内容", "旧文", "新文")]
    assert [one.name for one in found["学习制度"].files_added] == ["签字页.png"]
    assert ("内容", added.body) in found["走访制度"].said
    assert found["走访制度"].number == added.pk
    assert changed_codes(old, new) == {"C1.2"}
    page = login(cast.city).get(reverse("desk_review", args=[application.number]), {
        "show": "changed", "line": "C1.2",
    }).content.decode()  # fmt: skip
    for words in (
        "<del>旧文</del>",
        "<ins>新文</ins>",
        "签字页.png",
        "退回理由：制度太旧",
    ):
        assert words in page


def test_a_photo_that_moves_and_serves_twice_leaves_the_archive_and_is_told(
    world, station, cast, login
):
    first = RegulationFactory(station=station, title="学习制度")
    second = RegulationFactory(station=station, title="值班制度")
    photo = attach(first, cast.manager, "上墙.png")
    application = world.at("city_review")
    world.judge(application)
    frozen = Snapshot.objects.get()
    resubmit = come_back(world, application)
    client = login(cast.manager)
    client.post(
        reverse("link_move", args=[photo.pk]), {"to": f"regulations-regulation-{second.pk}"}
    )
    third = RegulationFactory(station=station, title="走访制度")
    pick = ["record_pick", [station.region.code, "regulations", "regulation", third.pk]]
    client.post(reverse(pick[0], args=pick[1]), {"photo": photo.attachment.code})
    resubmit()

    again = Snapshot.objects.get(pk=frozen.pk)
    assert (again.data, again.digest, again.records) == (
        frozen.data, frozen.digest, frozen.records,
    )  # fmt: skip
    found = {
        row.title: row for row in changes(again, Snapshot.objects.order_by("pk").last(), "C1.2")
    }
    moved = (found["学习制度"].files_removed, found["值班制度"].files_added)
    assert [[file.name for file in files] for files in moved] == [["上墙.png"], ["上墙.png"]]
    page = login(cast.city).get(
        reverse("desk_review", args=[application.number]), {"line": "C1.2"}
    ).content.decode()  # fmt: skip
    assert page.count("同一照片另用于1条记录") == 2


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

    assert [(row.how, row.title, row.is_rough) for row in found] == [("added", "工作制度", True)]
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
    assert "退回的 1 个要点都有改动" in after.content.decode()


def test_several_choices_are_said_in_words():
    tags = Activity._meta.get_field("tags")
    assert shown(tags, ["red", "green"]) == "弘扬红色精神、绿色发展"
    assert shown(Activity._meta.get_field("kind"), "study") == "学习活动"
    assert shown(Activity._meta.get_field("by_phone"), False) == "否"


def test_a_long_text_is_told_where_it_was_changed():
    before = "甲" * 80 + "值班到五点。" + "乙" * 80
    after = "甲" * 80 + "值班到六点。" + "乙" * 80 + "夏季延长。"

    found = pieces(before, after)

    assert "".join(one.text for one in found if one.kind in ("del",)) == "五"
    assert [one.text for one in found if one.kind == "ins"] == ["六", "夏季延长。"]
    assert [one.text for one in found if one.kind == "cut"] == ["（略59字）", "（略34字）"]


def test_two_very_long_texts_are_compared_by_sentences():
    lines = [f"第{number}条，工作人员应当按时到岗，认真记录。" for number in range(220)]
    before, after = "".join(lines), "".join([*lines[:100], "新的一条。", *lines[101:]])

    changed = [one for one in pieces(before, after) if one.kind in ("del", "ins")]

    assert [(one.kind, one.text) for one in changed] == [("del", lines[100]), ("ins", "新的一条。")]


def test_texts_are_kept_whole_and_compared_with_archives_that_kept_their_beginning(world, station):
    rule = RegulationFactory(station=station, body="细则" * 400)
    application = world.at("city_review")
    now = application.snapshot.records["records"]["stations.regulation"][str(rule.pk)]

    assert now["said"]["body"] == "细则" * 400
    short = compact(now)
    assert short["said"]["body"].startswith("细则" * 100 + "……（共800字")
    assert compact(short) == short
    assert short != compact(now | {"said": now["said"] | {"body": "细则" * 399 + "细节"}})


def test_a_record_that_left_the_months_that_count_was_not_deleted(world, station, cast):
    kept = RegulationFactory(station=station, title="甲制度")
    application = world.at("city_review")
    old = Snapshot.objects.get()
    resubmit = come_back(world, application)
    type(kept).objects.filter(pk=kept.pk).update(kind="visit", version=2)
    resubmit()
    new = Snapshot.objects.order_by("pk").last()

    (found,) = changes(old, new, "C1.2")

    assert (found.how, found.word, found.title) == ("left", "不再计入", "甲制度")


def test_people_are_told_by_their_number(world, station):
    VeteranFactory.create_batch(3, station=station)
    application = world.at("city_review")
    old = Snapshot.objects.get()
    resubmit = come_back(world, application)
    VeteranFactory.create_batch(2, station=station)
    resubmit()

    (found,) = changes(old, Snapshot.objects.order_by("pk").last(), "R1.2")

    assert (found.how, found.count, found.title, found.said) == ("added", 2, "花名册人员", [])


def test_a_picture_that_was_taken_off_is_still_seen_beside_the_new_one(world, station, cast, login):
    rule = RegulationFactory(station=station, title="学习制度")
    gone = attach(rule, cast.manager, "旧照.png", _picture("red"))
    application = world.at("city_review")
    resubmit = come_back(world, application)
    unlink(gone, record=rule, by=cast.manager)
    fresh = attach(rule, cast.manager, "新照.png", _picture("blue"))
    resubmit()
    old = reverse("archived_file", args=[application.number, gone.attachment.code])

    for person in (cast.city, cast.county, cast.manager):
        client = login(person)
        page = client.get(reverse("application_changes", args=[application.number]))
        text = page.content.decode()
        assert f"{old}?small=1" in text
        assert reverse("file_thumbnail", args=[fresh.attachment.code]) in text
        assert "移除" in text and "退回理由：制度太旧" in text
        answer = client.get(old)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert login(cast.admin).get(old).status_code == 403
    assert login(cast.other_county).get(old).status_code == 404
    # What no archive holds is no file of the application.
    other = attach(rule, cast.manager, "无关.png", _picture("green"))
    AttachmentLink.objects.filter(pk=other.pk).delete()
    address = reverse("archived_file", args=[application.number, other.attachment.code])
    assert login(cast.city).get(address).status_code == 404


def test_the_station_sees_what_it_would_hand_in_before_it_does(world, station, cast, login):
    rule = RegulationFactory(station=station, title="学习制度", body="旧文")
    application = world.at("city_review")
    come_back(world, application)
    client = login(cast.manager)
    address = reverse("application_changes", args=[application.number])

    before = client.get(address).content.decode()
    type(rule).objects.filter(pk=rule.pk).update(body="新文", version=2)
    after = client.get(address).content.decode()

    assert "退回的要点中，1 个没有改动" in before and "<ins>新文</ins>" not in before
    assert "没有改动" not in after and "<ins>新文</ins>" in after
    assert "现在的记录还没有提交" in after
    assert Snapshot.objects.count() == 1


def test_many_changes_cost_the_page_no_more_statements(world, station, cast, login):
    rule = RegulationFactory(station=station)
    application = world.at("city_review")
    resubmit = come_back(world, application)
    attach(rule, cast.manager, "一.png", _picture("red"))
    resubmit()
    client = login(cast.city)
    address = reverse("application_changes", args=[application.number])

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    cost()
    one = cost()
    workflow.return_application(
        application, level="station", due_on=timezone.localdate() + dt.timedelta(days=9),
        comment="再补", reasons={"C1.2": "再补"}, by=cast.city,
    )  # fmt: skip
    for number in range(6):
        new = RegulationFactory(station=station)
        attach(new, cast.manager, f"{number}.png", _picture((number * 40, 9, 9)))
    workflow.resubmit(application, by=cast.manager)
    assert cost() == one
