"""The demonstration city: invented, deterministic, honest about being one."""

import re
from collections import Counter
from dataclasses import replace
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from docx import Document

from accounts.models import User
from accreditation.models import (
    Accreditation,
    Application,
    Programme,
    Recheck,
    StageSummary,
    StationScore,
    Target,
)
from activities.models import Activity, Participation, PhoneCall, Plan, PlanItem
from config.demo.build import build
from config.demo.names import DENIED, NOBODYS_AREA
from config.demo.scale import SCALES
from records.models import Attachment, ContentCheck
from stations.models import Resource, Station
from tests.factories import UserFactory
from veterans.editions.workflow import is_signed
from veterans.id_numbers import read_id_number
from veterans.models import (
    BulkEdit,
    DataFault,
    Exhibit,
    ExportRequest,
    FaultCheck,
    RosterEdition,
    RosterImport,
    Story,
    Veteran,
)
from veterans.names import pinyin_keys

TINY = replace(SCALES["small"], stations=12, people=24, files=12)
PASSWORD = "Demo-only-1234"
# Words that the bureau must not be seen to use, as far as they can stand in records
BANNED = re.compile(
    "赛道|重点人员|稳控|上访|越战|越南战争|朝鲜战争|韩战|内战|死亡|失联|驳回|排名|打卡|积分|考核|"
    "示范|授牌|挂牌|番号|代号|驻地|退伍军人"
)


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """Built once for all tests of this file and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(TINY, seed=1, password=PASSWORD)
        transaction.set_rollback(True)


def texts(model, *fields):
    return [text for row in model.objects.values_list(*fields) for text in row if text]


def test_every_unit_that_has_stations_is_filled(city):
    filled = {place.county.code for place in city.places}

    assert len(city.places) == 12
    assert Station.objects.count() == 1514
    assert filled == {
        "321302", "321311", "321322", "321323", "321324", "321371", "321391", "321393",
    }  # fmt: skip


def test_accounts_are_demonstration_accounts_with_one_password(city):
    users = User.objects.all()

    assert {user.is_demo for user in users} == {True}
    assert {user.must_change_password for user in users} == {False}
    assert len({user.password for user in users}) == 1
    assert users.get(username="city").check_password(PASSWORD)
    assert {"admin", "city", "city2", "city3", "leader", "county-321392"} <= {
        user.username for user in users
    }


def test_identity_numbers_belong_to_nobody(city):
    numbers = [person.id_number for person in Veteran.objects.all() if person.id_number]

    assert len(numbers) > 100
    assert len(numbers) == len(set(numbers))
    assert {number[:6] for number in numbers} == {NOBODYS_AREA}
    # One in a few stations is mistyped on purpose, and known to be.
    mistyped = Veteran.objects.filter(id_check="invalid").values_list("pk", flat=True)
    assert mistyped
    assert {
        person.pk
        for person in Veteran.objects.exclude(id_number="")
        if not read_id_number(person.id_number).is_valid
    } == set(mistyped)
    phones = [person.phone for person in Veteran.objects.all() if person.phone]
    assert phones
    assert all(re.fullmatch(r"1990000\d{4}", phone) for phone in phones)


def test_a_few_people_have_a_fault_and_the_whole_roster_was_checked(city):
    people = Veteran.objects.people().count()
    faults = DataFault.objects.filter(closed_at=None)

    assert set(faults.values_list("kind", flat=True)) == set(DataFault.Kind.values)
    assert faults.values("veteran").distinct().count() < people / 20
    assert FaultCheck.objects.get(region=None).finished_at is not None


def test_names_are_found_by_their_sound(city):
    people = Veteran.objects.all()

    wrong = [(p.name, p.pinyin) for p in people if (p.pinyin, p.initials) != pinyin_keys(p.name)]
    assert wrong == []


def test_no_martyr_has_a_full_name_and_no_denied_name_comes_out(city):
    names = set(Veteran.objects.values_list("name", flat=True))
    names |= set(Station.objects.exclude(manager_name="").values_list("manager_name", flat=True))
    martyrs = Story.objects.filter(subject="martyr").values_list("subject_name", flat=True)

    assert not names & DENIED
    assert {name[1:] for name in martyrs} <= {"姓先烈"}


def test_the_records_hold_no_banned_word(city):
    everything = [
        *texts(Activity, "title", "place", "organiser", "content", "outcome"),
        *texts(Story, "title", "body", "source"),
        *texts(Exhibit, "title", "body"),
        *texts(Resource, "name", "description", "source"),
        *texts(Plan, "title", "body"),
        *texts(Station, "introduction", "theme_statement", "brand"),
        *texts(Veteran, "former_post", "current_post", "note"),
    ]

    assert [text for text in everything if BANNED.search(text)] == []


def test_nobody_on_the_roster_has_a_unit(city):
    assert {person.former_unit for person in Veteran.objects.all()} == {""}


def test_content_checks_are_of_the_text_as_it_stands(city):
    story = Story.objects.order_by("pk").first()
    hashes = set(ContentCheck.objects.values_list("content_hash", flat=True))

    assert story.content_hash == story.compute_content_hash()
    assert story.content_hash in hashes


def test_nothing_is_recorded_before_it_happened(city):
    late = [
        row.pk
        for row in Activity.objects.all()
        if timezone.localdate(row.recorded_at) < row.happened_on or row.recorded_at > city.now
    ]

    assert late == []
    assert not Activity.objects.filter(happened_on__gt=city.today).exists()
    assert PlanItem.objects.filter(planned_on__gt=city.today).exists()


def test_the_dead_are_not_visited(city):
    visited = Participation.objects.exclude(veteran__status="active")

    assert not visited.exists()


def test_the_finished_programme_is_short_of_its_targets_by_a_few(city):
    finished = Programme.objects.get(is_current=False)
    rows = Accreditation.objects.filter(programme=finished)
    days = set(rows.values_list("named_on", flat=True))
    counties = Target.objects.filter(
        programme=finished, region__level="county", due_on=finished.ends_on
    )

    valid = Counter(rows.valid_on(finished.ends_on).values_list("track", flat=True))
    assert valid == {"red": 48, "historical": 29, "rural": 19}
    assert {day.year for day in days} == {2023, 2024, 2025}
    assert set(rows.values_list("state", flat=True)) == {"active", "recheck", "rectifying", "ended"}
    assert set(rows.filter(state="ended").values_list("end_reason", flat=True)) == {
        "revoked",
        "merged",
    }
    assert Counter(dict(counties.values_list("track").annotate(Sum("number")))) == {
        "red": 50,
        "historical": 30,
        "rural": 19,
    }


def test_the_current_programme_is_an_assumption_and_holds_every_state(city):
    current = Programme.objects.get(is_current=True)
    states = Application.objects.filter(programme=current).values_list("state", flat=True)

    assert current.is_demo
    assert "目标为假设" in current.name
    assert set(states) == set(Application.State.values)
    assert current.accreditations.filter(named_on__year=2026).exists()


def test_three_people_carry_each_application(city):
    decided = Application.objects.exclude(decided_by=None)

    assert decided.exists()
    assert all(len({a.recommended_by_id, a.reviewed_by_id, a.decided_by_id}) == 3 for a in decided)


def test_stations_differ_in_what_they_reach(city):
    rows = StationScore.objects.filter(station__in=[p.station for p in city.places])
    kept = {place.station.pk: place.level.name for place in city.places}
    reached = {}
    for row in rows:
        reached.setdefault(kept[row.station_id], []).append(row.computed)

    assert len(rows) == 36
    assert max(reached["ready"]) > max(reached["half"]) > max(reached["thin"])


def test_files_are_shared_and_fingerprints_distinct(city):
    """What was mended after a return is uploaded like any photo, into a file of its own."""
    rows = Attachment.objects.filter(kind="photo")
    mended = [row for row in rows if row.original_name.startswith("补拍_")]

    assert len({row.file.name for row in rows}) == TINY.files + len(mended)
    assert len({row.sha256 for row in rows}) == len(rows) > 100


def fingerprint():
    return (
        list(Veteran.objects.order_by("code").values_list("code", "name", "birth_date", "status")),
        list(
            Activity.objects.order_by("station__region__code", "happened_on", "title").values_list(
                "station__region__code", "happened_on", "title"
            )
        ),
        # A document carries the moment in which it was made.
        list(Attachment.objects.filter(kind="photo").order_by("sha256").values_list("sha256")),
    )


def test_the_same_seed_makes_the_same_city_and_another_another(db):
    small = replace(TINY, people=10)

    def made(seed):
        with transaction.atomic():
            build(small, seed=seed, password=PASSWORD)
            result = fingerprint()
            transaction.set_rollback(True)
        return result

    first = made(7)
    assert made(7) == first
    assert made(8)[0] != first[0]


def test_a_database_with_real_people_is_refused(db):
    UserFactory(username="somebody")

    with pytest.raises(CommandError, match="已有真实用户或人员"):
        call_command("demo", stdout=StringIO())
    assert User.objects.count() == 1


def test_running_twice_says_that_it_is_there(db):
    UserFactory(username="admin", is_demo=True)
    out = StringIO()

    call_command("demo", stdout=out)

    assert "已经在库中" in out.getvalue()
    assert User.objects.count() == 1


def test_a_province_repeats_the_city_under_codes_that_nobody_has(db):
    tiny = replace(TINY, stations=18, people=6, factor=2)

    world = build(tiny, seed=1, password=PASSWORD)

    assert Station.objects.count() == 2 * 1514
    invented = {place.region.code[:2] for place in world.places} - {"32"}
    assert invented == {"84"}
    assert User.objects.filter(username="county-841302").exists()


def test_the_finished_programme_has_its_stage_summaries(city):
    rows = StageSummary.objects.select_related("file", "programme")
    units = User.objects.filter(role="county").values("region").distinct().count()
    by_stage = Counter(rows.values_list("kind", flat=True))

    assert {row.programme.is_current for row in rows} == {False}
    assert by_stage["demonstration"] == by_stage["improvement"] > 2
    assert by_stage["demonstration"] - by_stage["brand"] == 2
    assert by_stage["demonstration"] <= units + 1
    assert {row.file.region for row in rows} == {row.region for row in rows}
    for row in rows[:3]:
        with row.file.file.open("rb") as file:
            paragraphs = [each.text for each in Document(file).paragraphs]
        assert any("已认定" in text for text in paragraphs)


def test_the_rechecks_that_run_have_their_lines(city):
    running = Recheck.objects.filter(closed_on=None)

    assert sorted(row.accreditation.state for row in running) == ["recheck", "rectifying"]
    assert min(row.lines.count() for row in running) > 50


def test_an_import_waits_with_every_kind_of_row(city):
    (batch,) = RosterImport.objects.all()
    outcomes = Counter(batch.rows.values_list("outcome", flat=True))

    assert batch.state == RosterImport.State.READY
    assert set(outcomes) == {"unchanged", "updated", "created", "ask", "rejected"}


def test_requests_wait_and_were_refused_and_an_edition_waits_for_its_signature(city):
    states = Counter(ExportRequest.objects.values_list("state", flat=True))
    printed = RosterEdition.objects.exclude(pdf="").get()

    assert states["waiting"] >= 1 == states["refused"]
    assert default_storage.exists(printed.pdf) and not is_signed(printed)
    assert BulkEdit.objects.get().rows
    assert PhoneCall.objects.filter(state="waiting").exists()
