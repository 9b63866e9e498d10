"""Yearly rechecks for many at once, and the early hints."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accreditation import workflow
from accreditation.afterwards import early
from accreditation.models import Accreditation, Recheck, RecheckLine
from accreditation.tests.test_visit_sheets import photo
from accreditation.tests.workflow_world import named
from accreditation.workflow.rechecks import Word
from activities.models import Activity, PlanItem
from records.models import Notice
from veterans.models import RosterEdition

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
BASE = "/accreditation/rechecks/"


def days(number):
    return TODAY() - dt.timedelta(days=number)


@pytest.fixture
def two(world, cast, town_station):
    """One by application, with verdicts; one entered afterwards."""
    named(world, cast, station=town_station)
    world.at("accredited")
    return list(Accreditation.objects.order_by("source"))


def test_many_are_selected_confirmed_and_started_in_one(two, world, cast, login):
    client = login(cast.city)
    keys = [row.pk for row in two]

    start = client.get(f"{BASE}start/")
    assert {row.pk for row in start.context["rows"]} == set(keys)
    confirm = client.post(f"{BASE}confirm/", {"pk": keys})
    points = {row.source: row.points_before for row in confirm.context["rows"]}
    assert points == {"application": 10000, "back_entry": None}
    assert not Recheck.objects.exists()

    assert client.post(f"{BASE}begin/", {"pk": keys, "reason": "年度复核"}).status_code == 302
    assert set(Accreditation.objects.values_list("state", flat=True)) == {"recheck"}
    lines = RecheckLine.objects.filter(recheck__accreditation__source="application")
    assert dict(lines.values_list("requirement", "points_before")) == {
        "C1.1": 3000, "C1.2": 2000, "C2.1": 1000, "R1.1": 2000, "R1.2": 2000,
    }  # fmt: skip
    assert not RecheckLine.objects.exclude(result="", renewed_on=None, points=None).exists()
    assert AuditEntry.objects.filter(action="accreditation.recheck").count() == 2
    told = Notice.objects.filter(region=world.station.region, link__startswith=BASE)
    assert "复核期间认定有效" in told.get().text
    again = client.post(f"{BASE}begin/", {"pk": keys, "reason": "再来"})
    assert again.status_code == 409 and Recheck.objects.count() == 2


def test_one_that_cannot_start_stops_all(two, cast, login):
    workflow.start_recheck(two[0], reason="抽查", by=cast.city)

    with pytest.raises(workflow.StaleState):
        workflow.start_rechecks(two, reason="年度复核", by=cast.city)

    two[1].refresh_from_db()
    assert two[1].state == "active" and Recheck.objects.count() == 1
    with pytest.raises(workflow.NotAllowed):
        workflow.start_rechecks(two[1:], reason="年度复核", by=cast.county)
    empty = login(cast.city).post(f"{BASE}confirm/", {})
    assert empty.status_code == 422 and "至少选择一个" in empty.content.decode()


def test_starting_takes_the_same_number_of_statements_for_one_and_two(
    two, cast, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        workflow.start_rechecks(two[:1], reason="年度复核", by=cast.city)
    Recheck.objects.all().delete()
    Accreditation.objects.update(state="active")
    with django_assert_num_queries(len(one)):
        workflow.start_rechecks(two, reason="年度复核", by=cast.city)


@pytest.fixture
def recheck(two, cast):
    made = workflow.start_rechecks(two, reason="年度复核", by=cast.city)
    return next(row for row in made if row.accreditation.source == "application")


def test_a_recheck_passes_when_every_line_for_people_has_a_word(recheck, cast, login):
    client, url = login(cast.city), f"{BASE}{recheck.pk}/"
    lines = {line.requirement: line for line in recheck.lines.all()}
    judged = {code: lines[code].pk for code in ("C1.2", "C2.1", "R1.2")}
    data = {f"{pk}-result": "met" for pk in judged.values()}
    data[f"{judged['C2.1']}-result"] = "partly"

    refused = client.post(f"{url}words/", data)
    assert refused.status_code == 409 and "部分符合请填写得分" in refused.content.decode()
    assert not RecheckLine.objects.exclude(result="").exists()
    with pytest.raises(workflow.Refused, match="还有3个评价要点没有复核意见"):
        workflow.pass_recheck(recheck.accreditation, finding="好", by=cast.city)

    data |= {f"{judged['C2.1']}-points": "5.5", f"{judged['C2.1']}-comment": "栏目陈旧"}
    assert client.post(f"{url}words/", data).status_code == 302
    assert recheck.lines.get(requirement="C2.1").points == 550
    assert "栏目陈旧" not in login(cast.manager).get(url).content.decode()
    found = Accreditation.objects.get(pk=recheck.accreditation_id)
    workflow.pass_recheck(found, finding="符合", by=cast.city)
    assert "栏目陈旧" in login(cast.manager).get(url).content.decode()
    assert client.post(f"{url}words/", data).status_code == 409


def test_next_year_shows_the_points_of_this_recheck(recheck, cast):
    line = recheck.lines.get(requirement="C2.1")
    workflow.give_words(recheck, [Word(line.pk, "partly", 550)], by=cast.city)
    Recheck.objects.update(closed_on=TODAY(), year=TODAY().year - 1)
    Accreditation.objects.update(state="active")

    made = workflow.start_rechecks([recheck.accreditation], reason="次年复核", by=cast.city)
    assert made[0].lines.get(requirement="C2.1").points_before == 550


def test_the_station_renews_its_material_and_brings_the_proof(recheck, cast, login):
    client, url = login(cast.manager), f"{BASE}{recheck.pk}/"
    line = recheck.lines.first()

    assert client.post(f"{url}renew/", {"line": [line.pk]}).status_code == 302
    line.refresh_from_db()
    assert line.renewed_on == TODAY()
    assert client.post(f"{url}renew/", {"line": [line.pk]}).status_code == 409
    assert client.post(f"{url}words/", {}).status_code == 403
    assert client.post(f"{url}proof/", {"files": [photo()]}).status_code == 302
    assert recheck.attachment_links.count() == 1
    assert client.post(f"{url}proof/", {}).status_code == 422


def test_a_revocation_carries_its_document(two, cast, login):
    url = f"/accreditation/accreditations/{two[0].pk}/"
    data = {"reason": "材料不实", "ended_on": str(TODAY() + dt.timedelta(days=0))}
    Accreditation.objects.update(named_on=days(5))

    without = login(cast.city).post(f"{url}revoke/", data)
    assert without.status_code == 422
    assert (
        login(cast.city)
        .post(f"{url}revoke/", data | {"document_no": "宿退〔2026〕9号"})
        .status_code
        == 302
    )
    assert "宿退〔2026〕9号" in login(cast.city).get(url).content.decode()


# --- early hints ----------------------------------------------------------------------


def hints():
    found = early.watched(Accreditation.objects.all(), on=TODAY())
    return [hint.text for one in found for hint in one.hints]


def busy(station):
    Activity.objects.create(station=station, kind="study", title="学习", happened_on=days(3))
    RosterEdition.objects.create(station=station, edition=1, confirmed_on=days(30))


def test_a_busy_station_has_no_hint(world, cast):
    named(world, cast)
    busy(world.station)
    assert hints() == []


@pytest.mark.parametrize(("age", "told"), [(44, False), (45, True)])
def test_no_ledger_for_forty_five_days(age, told, world, cast):
    named(world, cast)
    busy(world.station)
    Activity.objects.update(happened_on=days(age))
    Activity.objects.create(
        station=world.station, kind="study", title="预告",
        happened_on=TODAY() + dt.timedelta(days=2),
    )  # fmt: skip
    assert [f"已有{age}天" in text for text in hints()] == [True] * told


@pytest.mark.parametrize(("age", "told"), [(181, 0), (182, 1)])
def test_a_roster_untouched_for_half_a_year(age, told, world, cast):
    named(world, cast)
    busy(world.station)
    RosterEdition.objects.update(confirmed_on=days(age))
    assert len(hints()) == told


@pytest.mark.parametrize(("done", "told"), [(4, 0), (3, 1)])
def test_fulfilment_that_falls_by_a_fifth(done, told, world, cast):
    named(world, cast)
    busy(world.station)
    for n in range(5):
        for age in (100, 10):
            item = PlanItem.objects.create(
                station=world.station, title=f"事项{n}", planned_on=days(age)
            )
            # All of the earlier ones; of the recent ones as many as said.
            if age == 100 or n < done:
                item.cancelled_reason = "并入其他活动"
                item.save()
    PlanItem.objects.filter(planned_on=days(100), title="事项4").update(cancelled_reason="")
    assert len(hints()) == told


def test_what_a_village_does_counts_for_its_named_town(world, cast, town_station):
    named(world, cast, station=town_station)
    busy(world.station)
    assert hints() == []


def test_an_ended_accreditation_is_not_watched(world, cast):
    row = named(world, cast)
    assert len(hints()) == 2
    workflow.end_by_merger(row, reason="并入", by=cast.city)
    assert hints() == []


def test_the_page_is_for_city_and_county_and_takes_constant_queries(
    world, cast, login, town_station, other_station, django_assert_max_num_queries
):
    named(world, cast)
    client = login(cast.city)
    client.get("/accreditation/early/")
    with django_assert_max_num_queries(15) as one:
        page = client.get("/accreditation/early/").content.decode()
    number = len(one)
    assert "还没有台账" in page and "启动复核" in page
    named(world, cast, station=town_station)
    named(world, cast, station=other_station)
    client.get("/accreditation/early/")
    with django_assert_max_num_queries(number):
        client.get("/accreditation/early/")
    county = login(cast.county).get("/accreditation/early/").content.decode()
    assert other_station.name not in county and "对所选启动复核" not in county


def test_a_station_sees_its_own_hints_on_its_workspace(world, cast, login):
    url = f"/stations/{world.station.region.code}/early/"
    assert "还没有台账，有活动请及时记录" not in login(cast.manager).get(url).content.decode()
    named(world, cast)
    assert "还没有台账，有活动请及时记录" in login(cast.manager).get(url).content.decode()
