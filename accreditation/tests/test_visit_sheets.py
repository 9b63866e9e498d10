"""The sheet of a site visit and the list of problems, through their pages."""

import datetime as dt
import io
import random
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEntry
from accreditation import workflow
from accreditation.models import Problem, VisitLine, VisitSheet
from accreditation.workflow.sheets import drawable
from activities.models import Activity

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def ledger(station, number, **fields):
    values = {"kind": "study", "happened_on": TODAY() - dt.timedelta(days=30)} | fields
    return [
        Activity.objects.create(station=station, title=f"第{n}次学习", **values)
        for n in range(number)
    ]


def photo(name="现场.jpg", colour=(90, 120, 40)):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def address(application, rest=""):
    return f"/accreditation/applications/{application.number}/visit-sheet/{rest}"


def test_three_entries_are_drawn_once_and_the_same_seed_draws_them_again(world, cast, login):
    rows = ledger(world.station, 12)
    application = world.at("site_visit")
    city = login(cast.city)

    assert city.post(address(application, "draw/")).status_code == 302
    sheet = VisitSheet.objects.get()
    drawn = list(sheet.lines.exclude(activity=None).values_list("activity", flat=True))
    assert city.post(address(application, "draw/")).status_code == 302

    assert VisitSheet.objects.count() == 1 and len(drawn) == 3
    keys = [row.pk for row in rows]
    assert sorted(drawn) == sorted(random.Random(sheet.seed).sample(keys, 3))


def test_talks_future_and_old_entries_of_others_are_never_drawn(world, cast, other_station):
    ledger(world.station, 2, kind="talk")
    ledger(world.station, 2, happened_on=TODAY() + dt.timedelta(days=3))
    ledger(world.station, 2, happened_on=TODAY() - dt.timedelta(days=800))
    ledger(other_station, 2)
    one = ledger(world.station, 1)

    assert drawable(world.at("site_visit"), on=TODAY()) == [one[0].pk]


def test_what_people_judge_comes_first(world, cast):
    sheet = workflow.draw_sheet(world.at("site_visit"), by=cast.city)

    assert list(sheet.lines.values_list("requirement", flat=True)) == [
        "C2.1", "C1.2", "R1.2", "C1.1", "R1.1",
    ]  # fmt: skip


def test_only_the_city_draws_and_only_at_the_visit(world, cast):
    application = world.at("city_review")

    with pytest.raises(workflow.StaleState):
        workflow.draw_sheet(application, by=cast.city)
    with pytest.raises(workflow.NotAllowed):
        workflow.draw_sheet(application, by=cast.county)


def test_the_county_sees_the_sheet_when_the_visit_is_entered_and_the_station_never(
    world, cast, login
):
    ledger(world.station, 3)
    application = world.at("site_visit")
    sheet = workflow.draw_sheet(application, by=cast.city)

    before = login(cast.county).get(address(application)).content.decode()
    assert sheet.seed not in before and "第1次学习" not in before
    assert login(cast.manager).get(address(application)).status_code == 403
    world.visit(application)

    assert sheet.seed in login(cast.county).get(address(application)).content.decode()
    assert not VisitLine.objects.visible_to(cast.manager).exists()


def test_a_line_takes_finding_and_photo_and_keeps_what_was_refused(world, cast, login):
    application = world.at("site_visit")
    sheet = workflow.draw_sheet(application, by=cast.city)
    line = sheet.lines.first()
    city = login(cast.city)
    url = address(application, f"lines/{line.pk}/")

    short = city.post(url, {"result": "not_met", "finding": "", "version": 1})
    assert short.status_code == 409 and "请写明现场情况" in short.content.decode()
    data = {"result": "not_met", "finding": "宣传栏破损", "version": 1, "photos": [photo()]}
    assert city.post(url, data).status_code == 302
    line.refresh_from_db()
    assert (line.result, line.finding, line.attachment_links.count()) == (
        "not_met",
        "宣传栏破损",
        1,
    )

    stale = city.post(url, {"result": "met", "finding": "另一人所写", "version": 1})
    assert stale.status_code == 409 and "另一人所写" in stale.content.decode()
    line.refresh_from_db()
    assert line.finding == "宣传栏破损"
    entry = AuditEntry.objects.get(action="visit.line")
    assert entry.actor == cast.city


def test_after_the_visit_is_entered_the_sheet_stays_as_it_is(world, cast):
    application = world.at("site_visit")
    sheet = workflow.draw_sheet(application, by=cast.city)
    visit = world.visit(application)
    sheet.refresh_from_db()

    assert sheet.visit == visit
    with pytest.raises(workflow.StaleState):
        workflow.record_line(sheet.lines.first(), result="met", finding="", by=cast.city)
    assert workflow.draw_sheet(application, by=cast.city).pk != sheet.pk


def short_line(world, cast, application):
    sheet = workflow.draw_sheet(application, by=cast.city)
    line = sheet.lines.first()
    workflow.record_line(line, result="not_met", finding="宣传栏破损", by=cast.city)
    return line


def test_what_is_short_goes_on_the_list_once_and_blocks_the_decision(world, cast, login):
    application = world.at("site_visit")
    line = short_line(world, cast, application)
    fine = line.sheet.lines.last()
    city = login(cast.city)
    data = {"line": [line.pk, fine.pk], "owner": "张站长", "due_on": str(TODAY())}

    assert city.post(address(application, "problems/"), data).status_code == 302
    again = city.post(address(application, "problems/"), data)

    assert again.status_code == 409 and "张站长" in again.content.decode()
    problem = Problem.objects.get()
    assert (problem.requirement, problem.problem) == (line.requirement, f"{line.label}：宣传栏破损")
    world.judge(application)
    world.visit(application)
    workflow.send_to_decision(application, by=cast.city)
    with pytest.raises(workflow.Refused, match="问题清单还有1项没有销号"):
        world.decide(application)


def test_a_problem_listed_after_the_decision_blocks_notice_and_naming(world, cast):
    application = world.at("decision")
    world.decide(application)
    batch = world.batch(application)
    workflow.add_problem(application, problem="标牌缺失", owner="张", due_on=TODAY(), by=cast.city)

    with pytest.raises(workflow.Refused, match="还有1项没有销号。销号后才能公示"):
        workflow.publish_notice(batch, starts_on=TODAY(), contact="8436", by=cast.city)


@pytest.fixture
def problem(world, cast):
    return workflow.add_problem(
        world.at("site_visit"), problem="宣传栏破损", owner="张站长",
        due_on=TODAY() - dt.timedelta(days=1), by=cast.city,
    )  # fmt: skip


def test_the_station_says_how_it_mends_with_proof_and_the_county_closes(problem, cast, login):
    station, url = login(cast.manager), f"/accreditation/problems/{problem.pk}/"
    data = {"cause": "年久", "measure": "更换", "owner": "张站长", "due_on": "2099-01-01",
            "version": 1}  # fmt: skip
    assert station.post(f"{url}edit/", data).status_code == 302
    problem.refresh_from_db()
    # The day is not the station's to move.
    assert (problem.measure, problem.due_on) == ("更换", TODAY() - dt.timedelta(days=1))
    assert station.post(f"{url}proof/", {"files": [photo("整改后.jpg")]}).status_code == 302
    assert problem.attachment_links.count() == 1
    closing = {"closed_on": str(TODAY()), "closing_note": "已更换"}
    assert station.post(f"{url}done/", closing).status_code == 403
    assert login(cast.county).post(f"{url}done/", closing).status_code == 302
    assert login(cast.county).post(f"{url}done/", closing).status_code == 409
    late = station.post(f"{url}proof/", {"files": [photo()]})
    assert late.status_code == 409 and problem.attachment_links.count() == 1


def test_the_list_counts_open_and_overdue_by_county(problem, world, cast, login, other_station):
    today = TODAY()
    Problem.objects.create(station=world.station, problem="缺牌", owner="李", due_on=today)
    Problem.objects.create(
        station=world.station, problem="旧事", owner="李", due_on=today, closed_on=today
    )
    page = login(cast.city).get("/accreditation/problems/")
    rows = {row["unit"].code: (row["open"], row["overdue"]) for row in page.context["counties"]}
    assert rows[world.station.region.county_code] == (2, 1)
    assert set(rows.values()) == {(2, 1), (0, 0)}

    late = login(cast.county).get("/accreditation/problems/?state=overdue").content.decode()
    assert "宣传栏破损" in late and "缺牌" not in late
    assert (
        "宣传栏破损"
        not in login(cast.other_county).get("/accreditation/problems/").content.decode()
    )


def test_the_sheet_prints_blank_and_filled_in(world, cast, login):
    ledger(world.station, 1)
    application = world.at("site_visit")
    line = short_line(world, cast, application)
    city = login(cast.city)
    city.post(
        address(application, f"lines/{line.pk}/"),
        {"result": "not_met", "finding": "宣传栏破损", "version": 2, "photos": [photo()]},
    )

    answer = city.get(address(application, "print/docx/"))
    words = ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    assert all(word in words for word in ("宣传栏破损", "第0次学习", "□符合", "核验人员"))
    assert city.get(address(application, "print/pdf/")).content.startswith(b"%PDF-")


def test_the_sheet_takes_the_same_number_of_queries_for_any_number_of_photos(
    world, cast, login, django_assert_max_num_queries
):
    ledger(world.station, 3)
    application = world.at("site_visit")
    lines = list(workflow.draw_sheet(application, by=cast.city).lines.all())
    city = login(cast.city)
    city.get(address(application))
    with django_assert_max_num_queries(15) as one:
        city.get(address(application))
    number = len(one)
    for n, line in enumerate(lines[:4]):
        city.post(
            address(application, f"lines/{line.pk}/"),
            {"result": "met", "version": 1, "photos": [photo(colour=(n * 50, 10, 10))]},
        )
    city.get(address(application))
    with django_assert_max_num_queries(number):
        page = city.get(address(application))
    assert page.content.decode().count('loading="lazy"') == 4
