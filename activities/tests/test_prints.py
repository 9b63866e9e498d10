"""The papers of a station: wall sheets, plans, teams, the ledger in four forms."""

import datetime as dt
import io
import zipfile
from types import SimpleNamespace

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from activities.ledger_prints import entries
from activities.models import Activity, Participation, Plan, Reception
from activities.prints import bounds
from records import jobs
from records.files import link, store_upload
from records.models import Job
from records.printing.registry import get_print, prints_of
from records.tests.test_printing import _jpeg
from stations.models import Duty, Regulation
from tests.factories import (
    ActivityFactory,
    GroupFactory,
    MembershipFactory,
    PlanFactory,
    PlanItemFactory,
    RegulationFactory,
    TeamFactory,
    VeteranFactory,
)  # fmt: skip
from tests.prints import docx_text, pdf_text


def _get(login, user, station, name, form, which):
    address = reverse("print", args=[station.region.code, name, form])
    return login(user).get(address, {"which": which})


def _word(login, user, station, name, which):
    response = _get(login, user, station, name, "docx", which)
    assert response.status_code == 200
    return docx_text(response.content)


def _job(user, station, name, form, which, callbacks):
    with callbacks(execute=True):
        parameters = {"station": station.region.code, "print": name, "form": form, "which": which}
        row = jobs.enqueue("print", title="打印", by=user, parameters=parameters)
    row.refresh_from_db()
    return row


@pytest.fixture
def ledger(station):
    """A volunteering day with two photos, and a talk with one."""
    person = VeteranFactory(station=station, name="张建国")
    day = ActivityFactory(
        station=station, kind="volunteering", title="清扫村道", place="村部广场",
        happened_on=dt.date(2026, 3, 5), content="=打扫卫生", other_headcount=3,
    )  # fmt: skip
    Participation.objects.create(activity=day, veteran=person, role="volunteer")
    Participation.objects.create(activity=day, veteran=person, role="speaker")
    talk = ActivityFactory(
        station=station, kind="talk", title="与李某谈心", happened_on=dt.date(2026, 4, 1),
        content="家庭矛盾", place="李某家",
    )  # fmt: skip
    Participation.objects.create(
        activity=talk, veteran=VeteranFactory(station=station, name="李某")
    )
    for number, activity in enumerate((day, day, talk)):
        upload = SimpleUploadedFile("p.jpg", _jpeg(80 + number, 60))
        link(store_upload(upload, station=station, by=None), activity, caption=f"合影{number}")
    return SimpleNamespace(day=day, talk=talk)


# --- what is offered -------------------------------------------------------------------


def test_a_section_with_papers_leads_to_them(station, cast, login):
    RegulationFactory(station=station)
    code = station.region.code
    page = login(cast.manager).get(reverse("section", args=[code, "regulations"]))
    link_to = f"{reverse('prints', args=[code])}?section=regulations"
    assert link_to in page.content.decode()

    offered = login(cast.manager).get(link_to).content.decode()
    assert "制度汇编" in offered
    assert reverse("print", args=[code, "regulations", "pdf"]) in offered
    assert reverse("print_later", args=[code, "ledger", "zip"]) not in offered
    plain = login(cast.manager).get(reverse("section", args=[code, "titles"])).content.decode()
    assert "prints/?section=" not in plain


def test_nothing_to_print_says_so(station, cast, login):
    page = login(cast.manager).get(reverse("prints", args=[station.region.code])).content.decode()

    assert "还没有可打印的记录" in page


def test_receptions_have_no_paper():
    assert prints_of("receptions") == []
    assert prints_of("services") == []


def test_a_paper_that_does_not_exist_is_not_found(station, other_station, cast, login):
    mine, other = RegulationFactory(station=station), RegulationFactory(station=other_station)
    for name, form, which in (
        ("regulations", "pdf", str(other.pk)), ("regulations", "pdf", "x"),
        ("regulations", "zip", "all"), ("nothing", "pdf", "all"), ("ledger", "pdf", "2026"),
    ):  # fmt: skip
        assert _get(login, cast.manager, station, name, form, which).status_code == 404
    found = _get(login, cast.manager, station, "regulations", "pdf", str(mine.pk))
    assert found.status_code == 200
    assert AuditEntry.objects.filter(action="print", actor=cast.manager).count() == 1


# --- rules, duties, teams, plans ---------------------------------------------------------


def test_wall_sheets_of_rules_and_duties(station, cast, login):
    RegulationFactory(station=station, title="定期学习制度", body="每月学习一次。")
    Regulation.objects.create(
        station=station, kind="visit", title="走访慰问制度", body="", adopted_on=dt.date(2026, 1, 1)
    )
    Duty.objects.create(
        station=station, kind="person", post="站长", holder="王五", body="主持工作。"
    )

    rules = _word(login, cast.manager, station, "regulations", "all")
    for word in (
        "定期学习制度",
        "每月学习一次。",
        "走访慰问制度",
        "（内容尚未填写）",
        "2026年1月1日",
    ):
        assert word in rules
    assert "NUMPAGES" not in rules
    assert "目录" in _word(login, cast.manager, station, "regulations", "book")
    duty = _word(login, cast.manager, station, "duties", "all")
    assert "站长工作职责" in duty
    assert "负责人：王五" in duty


def test_the_roll_of_a_team_shows_groups_posts_and_masked_phones(station, cast, login):
    leader = VeteranFactory(station=station, name="张队长", phone="13812345678")
    member = VeteranFactory(station=station, name="李组长")
    gone = VeteranFactory(station=station, name="赵离队")
    team = TeamFactory(station=station, leader=leader)
    group = GroupFactory(team=team, name="应急小组", field="emergency", leader=member)
    MembershipFactory(team=team, veteran=leader)
    MembershipFactory(team=team, group=group, veteran=member)
    MembershipFactory(team=team, veteran=gone, left_on=dt.date(2025, 1, 1))

    text = _word(login, cast.manager, station, "team-roll", str(team.pk))

    for word in (
        "应急小组（应急救援）",
        "张队长",
        "李组长",
        "未编入小组的队员",
        "138****5678",
        "2人",
    ):
        assert word in text
    assert "赵离队" not in text
    assert "13812345678" not in text
    charter = _word(login, cast.manager, station, "team-charter", str(team.pk))
    assert "代拟稿" in charter
    assert "服务领域：应急救援。" in charter


def test_plans_are_views_of_the_same_items_and_drafts_say_so(station, cast, login):
    PlanItemFactory(station=station, title="清明祭扫", planned_on=dt.date(2026, 4, 4))
    PlanItemFactory(station=station, title="八一座谈", planned_on=dt.date(2026, 8, 1))
    PlanFactory(
        station=station, year=2026, title="2026年工作计划", state=Plan.State.APPROVED,
        approved_by="王站长", approved_on=dt.date(2025, 12, 20),
    )  # fmt: skip

    year = _word(login, cast.manager, station, "plans", "2026-year-1")
    quarter = _word(login, cast.manager, station, "plans", "2026-quarter-2")
    month = _word(login, cast.manager, station, "plans", "2026-month-8")

    assert "清明祭扫" in year
    assert "八一座谈" in year
    assert "审定人：王站长2025年12月20日" in year
    assert "代拟稿" not in year
    assert "清明祭扫" in quarter
    assert "八一座谈" not in quarter
    assert "代拟稿" in quarter
    assert "八一座谈" in month
    assert "代拟稿" in _word(login, cast.manager, station, "plans", "2026-all-1")


@pytest.mark.parametrize(
    ("period", "number", "last"),
    [("year", 1, "12-31"), ("quarter", 1, "03-31"), ("quarter", 4, "12-31"), ("month", 2, "02-28"),
     ("month", 12, "12-31")],
)  # fmt: skip
def test_a_period_ends_on_its_last_day(period, number, last):
    assert f"{bounds(2026, period, number)[1]:%m-%d}" == last


# --- the ledger --------------------------------------------------------------------------


def test_the_bound_ledger_has_one_photo_per_page_with_six_elements(
    station, cast, ledger, django_capture_on_commit_callbacks
):
    row = _job(cast.manager, station, "ledger", "pdf", "2026", django_capture_on_commit_callbacks)

    assert row.state == Job.State.DONE, row.message
    assert row.result_name.startswith("甲一村_2026年活动台账_")
    text = pdf_text(row.result.read())
    for word in ("时间", "地点", "人物", "主题", "背景", "事由", "村部广场", "张建国；其他3人"):
        assert word in text
    assert text.count("事由") == 2
    assert "共3页" in text


def test_a_talk_is_a_line_without_names_content_or_pictures(
    station, cast, ledger, django_capture_on_commit_callbacks
):
    row = _job(cast.manager, station, "ledger", "docx", "2026", django_capture_on_commit_callbacks)

    text = docx_text(row.result.read())
    assert "谈心谈话" in text
    for secret in ("李某", "家庭矛盾", "合影2"):
        assert secret not in text


def test_the_administrator_gets_no_talk_at_all(station, cast, ledger):
    kinds = {one.activity.kind for one in entries(cast.admin, station, "2026")}

    assert kinds == {Activity.Kind.VOLUNTEERING}


def test_the_workbook_keeps_text_as_text(station, cast, ledger, django_capture_on_commit_callbacks):
    row = _job(cast.manager, station, "ledger", "xlsx", "2026", django_capture_on_commit_callbacks)

    page = load_workbook(io.BytesIO(row.result.read())).active
    cells = [cell for line in page.iter_rows(min_row=4) for cell in line]
    assert "=打扫卫生" in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f"]
    # One person in two roles is one person.
    assert page.cell(4, 7).value == "4"


def test_the_archive_names_photos_after_station_activity_day(
    station, cast, ledger, django_capture_on_commit_callbacks
):
    row = _job(cast.manager, station, "ledger", "zip", "2026", django_capture_on_commit_callbacks)

    with zipfile.ZipFile(io.BytesIO(row.result.read())) as archive:
        names = archive.namelist()
    assert names[1:] == [f"照片/甲一村_清扫村道_20260305_{n:02d}.jpg" for n in (1, 2)]
    assert names[0].endswith(".xlsx")
    assert (row.done, row.total) == (2, 2)


def test_the_ledger_costs_no_query_per_activity(station, cast, ledger, django_assert_num_queries):
    ContentType.objects.get_for_model(Activity)
    for number in range(20):
        ActivityFactory(station=station, happened_on=dt.date(2026, 5, number + 1))

    with django_assert_num_queries(3):
        entries(cast.manager, station, "2026")


def test_a_job_for_what_one_may_no_longer_see_fails_readably(
    station, tree, cast, ledger, django_capture_on_commit_callbacks
):
    cast.manager.region = tree.other_village
    cast.manager.save()

    row = _job(cast.manager, station, "ledger", "pdf", "2026", django_capture_on_commit_callbacks)

    assert row.state == Job.State.FAILED
    assert "不在您的查看范围内" in row.message


def test_the_page_of_papers_costs_a_fixed_number_of_queries(
    station, cast, ledger, login, django_assert_max_num_queries
):
    RegulationFactory.create_batch(20, station=station)
    TeamFactory.create_batch(5, station=station)
    client = login(cast.manager)
    with django_assert_max_num_queries(15):
        client.get(reverse("prints", args=[station.region.code]))


def test_what_people_came_with_is_on_no_paper(station, cast, login):
    Reception.objects.create(
        station=station, received_on=dt.date(2026, 1, 5), visitor="来访人甲", matter="秘密事项",
        handler="王五",
    )  # fmt: skip

    for one in prints_of():
        for which, _ in one.papers(cast.manager, station):
            document = one.make(cast.manager, station, which)
            assert "来访人甲" not in repr(document.blocks)
    assert get_print("receptions") is None
