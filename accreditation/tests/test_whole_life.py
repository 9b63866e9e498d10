"""From a station's draft to the public page, through the pages alone, for every track; and
every step leaves exactly one entry in the audit log: who, when, from where, what, before,
after, outcome."""

import datetime as dt
import io
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEntry
from accreditation.models import (
    Accreditation,
    Application,
    Batch,
    Objection,
    Problem,
    Requirement,
    Verdict,
    VisitSheet,
)
from accreditation.naming_pages.certificate import NO_APPROVAL
from accreditation.tests.pressing import Walk
from accreditation.tests.workflow_world import a_programme
from stations.models import Regulation
from tests.factories import ActivityFactory, RegulationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scored")]
OWN = {"red": ("R1.1", "R1.2"), "historical": ("H1.1",), "rural": ("U1.1",)}


@pytest.fixture
def programme():
    made = a_programme()
    rows = Requirement.objects.filter(rubric=made.rubric)
    rows.update(measure="judged")
    rows.filter(code="C1.2").update(measure="regulation_study")
    return made


def photo(name):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (90, len(name), 40)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


@pytest.mark.parametrize("track", sorted(OWN))
def test_a_station_is_named_through_the_pages_and_each_step_is_in_the_log(
    track, programme, cast, tree, login, station
):
    walk, code = Walk(login), station.region.code
    RegulationFactory(
        station=station, title="旧学习制度", body="每月一次", adopted_on=dt.date(2026, 9, 1)
    )
    ActivityFactory.create_batch(5, station=station, happened_on=dt.date(2026, 9, 3))

    with time_machine.travel("2026-11-02 09:00+08:00") as clock:
        number = _hand_in(walk, cast, code, track)
        _review(walk, cast, number, track)
        _send_back_and_mend(walk, cast, number, code, track)
        _judge_what_changed(walk, cast, number)
        _visit(walk, cast, number)
        _decide(walk, cast, number)
        batch = _publish(walk, cast, number, programme, station)
        clock.move_to(dt.datetime(2026, 11, 10, 9, tzinfo=timezone.get_current_timezone()))
        walk.clients.clear()
        _name(walk, cast, batch, station)

    made = Accreditation.objects.get()
    application = Application.objects.get()
    assert (application.state, made.track, made.county) == ("accredited", track, tree.county)
    assert [row.details["verb"] for row in application.transitions.all()] == [
        "submit", "endorse", "recommend", "return_application", "resubmit",
        "send_to_site_visit", "send_to_decision", "decide", "publish_notice", "name",
    ]  # fmt: skip
    public = Client().get(f"/verify/{made.verify_code}/").content.decode()
    assert station.name in public and "2026-11-10" in public
    people = ("manager", "town", "county", "city", "city2", "city3")
    body = public.split("<main")[1]
    assert not any(getattr(cast, name).full_name in body for name in people)


def _address(name, number):
    return reverse(f"application_{name}", args=[number])


def _hand_in(walk, cast, code, track):
    page = walk.see(cast.manager, f"/stations/{code}/application/")
    assert "准备申报" in page.content.decode()
    walk.press(
        cast.manager, f"/stations/{code}/application/start/", ["application.create"], track=track
    )
    application = Application.objects.get()
    number = application.number
    walk.press(
        cast.manager, _address("statement", number), ["application.edit"], track=track,
        statement="立足本地办站。", version=application.version,
    )  # fmt: skip
    walk.press(cast.manager, _address("submit", number), ["application.submit"])
    walk.press(cast.town, _address("endorse", number), ["application.endorse"], comment="属实")
    walk.press(
        cast.county, _address("recommend", number), ["application.recommend"], comment="同意推荐"
    )
    return number


def _review(walk, cast, number, track):
    queue = walk.see(cast.city2, reverse("review_desk"), track=track).content.decode()
    assert number in queue
    walk.press(
        cast.city2, reverse("desk_assign"), ["application.assign"], number=[number],
        reviewer=cast.city.pk,
    )  # fmt: skip
    walk.press(
        cast.city, reverse("desk_confirm", args=[number]), ["application.confirm_met"],
        code=["C1.2", "R1.2"],
    )  # fmt: skip
    walk.press(
        cast.city, reverse("desk_verdict", args=[number]), ["application.verdict"],
        requirement="C2.1", result="met", points="10.00", seen=0,
    )  # fmt: skip
    latest = Verdict.objects.get(requirement="C1.2")
    walk.press(
        cast.city, reverse("desk_verdict", args=[number]), ["application.verdict"],
        requirement="C1.2", result="partly", points="10", comment="制度太旧", is_override="1",
        internal_comment="只给同事看", seen=latest.pk,
    )  # fmt: skip
    entry = AuditEntry.objects.filter(action="application.verdict").latest("pk")
    assert (entry.before, entry.after) == ({"C1.2": ["met", 2000]}, {"C1.2": ["partly", 1000]})


def _send_back_and_mend(walk, cast, number, code, track):
    walk.press(
        cast.city, _address("return_application", number), ["application.return_application"],
        level="station", due_on="2026-11-20", comment="请补正", **{"reason-C1.2": "制度太旧"},
    )  # fmt: skip
    page = walk.see(cast.manager, f"/stations/{code}/application/")
    (reason,) = page.context["reasons"]
    form = walk.see(cast.manager, reason["url"]).content.decode()
    assert "制度太旧" in form and "只给同事看" not in form
    rule = Regulation.objects.get()
    walk.press(
        cast.manager, f"/stations/{code}/regulations/regulation/{rule.pk}/", ["record.change"],
        kind="study", title="学习制度", body="每月两次", adopted_on="2026-10-30",
        version=rule.version,
    )  # fmt: skip
    before = walk.see(cast.manager, reverse("application_changes", args=[number]))
    assert "<ins>每月两次</ins>" in before.content.decode()
    walk.press(cast.manager, _address("resubmit", number), ["application.resubmit"])


def _judge_what_changed(walk, cast, number):
    desk = walk.see(cast.city, reverse("desk_review", args=[number]), show="changed")
    assert [item.code for item in desk.context["desk"].listed] == ["C1.2"]
    words = desk.content.decode()
    assert "<del>每月一次</del>" in words and "<ins>每月两次</ins>" in words
    standing = {item.code for item in desk.context["desk"].items if item.is_judged}
    assert "C2.1" in standing and "C1.2" not in standing
    walk.press(
        cast.city, reverse("desk_verdict", args=[number]), ["application.verdict"],
        requirement="C1.2", result="met", points="20", seen=Verdict.objects.latest("pk").pk,
    )  # fmt: skip
    walk.press(
        cast.city, _address("send_to_site_visit", number), ["application.send_to_site_visit"]
    )


def _visit(walk, cast, number):
    sheet_url = reverse("visit_sheet", args=[number])
    walk.press(cast.city2, f"{sheet_url}draw/", ["visit.draw"])
    sheet = VisitSheet.objects.get()
    assert sheet.lines.exclude(activity=None).count() == 3
    line = sheet.lines.first()
    walk.press(
        cast.city2, f"{sheet_url}lines/{line.pk}/", ["visit.line", "file.upload"],
        result="not_met", finding="牌子掉了", version=1, photos=[photo("现场.jpg")],
    )  # fmt: skip
    walk.press(
        cast.city2, f"{sheet_url}problems/", ["problem.add"], line=[line.pk], owner="张站长",
        due_on="2026-11-06",
    )  # fmt: skip
    walk.press(
        cast.city2, _address("visit", number), ["application.site_visit"], visited_on="2026-11-02",
        conclusion="problems", visitors=[cast.city.pk, cast.city2.pk], finding="一处须整改",
    )  # fmt: skip
    walk.press(cast.city2, f"{sheet_url}signed/", ["file.upload"], files=[photo("签字.jpg")])
    walk.press(cast.city, _address("send_to_decision", number), ["application.send_to_decision"])


def _decide(walk, cast, number):
    meeting = {"number": [number], "decided_on": "2026-11-02", "minutes_number": "〔2026〕3号"}
    refused = walk.press(cast.city2, reverse("meeting_decide"), [], status=409, **meeting)
    assert "问题清单还有1项没有销号" in refused.content.decode()
    problem = Problem.objects.get()
    one = f"/accreditation/problems/{problem.pk}/"
    walk.press(
        cast.manager, f"{one}edit/", ["problem.edit"], cause="螺丝松动", measure="重新安装",
        owner="张站长", due_on="2026-11-06", version=problem.version,
    )  # fmt: skip
    walk.press(cast.manager, f"{one}proof/", ["file.upload"], files=[photo("整改后.jpg")])
    walk.press(
        cast.county, f"{one}done/", ["problem.close"], closed_on="2026-11-02", closing_note="已装好"
    )
    walk.press(cast.city2, reverse("meeting_decide"), ["application.decide"], **meeting)


def _publish(walk, cast, number, programme, station):
    walk.press(
        cast.city, reverse("batch_new"), ["batch.create"], programme=programme.pk,
        name="2026年第一批",
    )  # fmt: skip
    batch = Batch.objects.get()
    base = f"/accreditation/batches/{batch.pk}/"
    walk.press(cast.city, f"{base}assign/", ["batch.assign"], number=[number])
    walk.press(
        cast.city, f"{base}notice/", ["batch.publish", "application.publish_notice"],
        starts_on="2026-11-03", contact="市局 84360000",
    )  # fmt: skip
    assert batch.public_notice.ends_on == dt.date(2026, 11, 9)
    walk.press(
        cast.city2, _address("objection", number), ["objection.add"], received_on="2026-11-02",
        channel="letter", text="匿名反映面积不实", colleague=cast.city3.pk,
    )  # fmt: skip
    for person in (cast.county, cast.manager, cast.city):
        page = walk.see(person, f"/accreditation/applications/{number}/")
        assert "匿名反映面积不实" not in page.content.decode()
    naming = {"document_no": "宿退〔2026〕9号", "named_on": "2026-11-02"}
    walk.press(cast.city, f"{base}name/", [], status=409, **naming)
    walk.press(
        cast.city3, reverse("objection_close", args=[Objection.objects.get().code]),
        ["objection.close"], result="not_upheld", investigator="评审组", finding="实测相符",
        reply="已核实", replied_on="2026-11-02",
    )  # fmt: skip
    return batch


def _name(walk, cast, batch, station):
    base = f"/accreditation/batches/{batch.pk}/"
    preview = walk.see(cast.city, f"{base}naming/").content.decode()
    assert station.name in preview and "0 → 1" in preview
    walk.press(
        cast.city, f"{base}name/", ["batch.name", "accreditation.name", "application.name"],
        document_no="宿退〔2026〕9号", named_on="2026-11-10",
    )  # fmt: skip
    made = Accreditation.objects.get()
    paper = walk.see(cast.city, reverse("batch_paper", args=[batch.pk, "named", "docx"]))
    written = ZipFile(io.BytesIO(b"".join(paper))).read("word/document.xml").decode()
    assert made.number in written and "命名" not in written
    # Without an approval document there is a number and a code, and no certificate.
    certificate = reverse("accreditation_certificate", args=[made.pk])
    refused = walk.client(cast.city).get(certificate, follow=True).content.decode()
    assert NO_APPROVAL in refused
