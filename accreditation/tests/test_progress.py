import datetime as dt
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accreditation.models import Accreditation, Application, Programme, ProgrammeStage, Target
from accreditation.programmes import NAME_532, NotPossibleYet, ensure_programme_532
from accreditation.progress import progress
from accreditation.progress.counts import state_on
from accreditation.progress.words import as_dict, headline
from accreditation.tests.progress_world import (
    a_naming,
    a_programme,
    a_rubric,
    a_score,
    a_target,
    a_village,
    an_application,
    many_namings,
)

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def today():
    with time_machine.travel("2026-11-23 09:00+08:00", tick=False):
        yield D(2026, 11, 23)


def numbers(result, code, track, *names):
    unit = next(row for row in result.units if row.region.code == code)
    return tuple(getattr(unit.cells[track], name) for name in names)


# --- data ----------------------------------------------------------------------------------


def test_the_programme_of_the_policy_ships_with_its_dates_stages_and_city_targets(tree):
    a_rubric()

    programme = ensure_programme_532()

    assert (programme.name, programme.starts_on, programme.ends_on) == (
        "“532工程”（2022-2025年）",
        D(2022, 9, 15),
        D(2025, 12, 31),
    )
    stages = ProgrammeStage.objects.filter(programme=programme)
    assert [stage.get_kind_display() for stage in stages] == [
        "一年做示范",
        "两年抓提升",
        "三年树品牌",
    ]
    found = Target.objects.values_list("region__code", "track", "number", "due_on", "state")
    assert set(found) == {
        ("3213", "red", 50, D(2025, 12, 31), "confirmed"),
        ("3213", "historical", 30, D(2025, 12, 31), "confirmed"),
        ("3213", "rural", 20, D(2025, 12, 31), "confirmed"),
    }


def test_making_it_again_changes_nothing_that_the_city_has_changed(tree):
    a_rubric()
    programme = ensure_programme_532()
    Programme.objects.update(approval_document="宿退役〔2022〕1号")
    Target.objects.filter(track="red").update(number=48)

    assert ensure_programme_532() == programme

    programme.refresh_from_db()
    assert programme.approval_document == "宿退役〔2022〕1号"
    assert set(Target.objects.values_list("track", "number")) == {
        ("red", 48), ("historical", 30), ("rural", 20),
    }  # fmt: skip
    assert ProgrammeStage.objects.count() == 3


def test_without_regions_it_says_what_is_missing(db):
    with pytest.raises(NotPossibleYet, match="load_regions"):
        ensure_programme_532()
    with pytest.raises(CommandError, match="load_regions"):
        call_command("load_programmes")


# --- counting -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (D(2023, 12, 30), 0),
        (D(2023, 12, 31), 1),
        (D(2024, 6, 1), 3),
        (D(2025, 1, 31), 3),
        (D(2025, 2, 1), 2),  # revoked on that day: no longer counted on it
        (D(2026, 11, 23), 2),
    ],
)
def test_how_many_were_recognised_on_a_day_always_has_an_answer(tree, today, day, count):
    programme = a_programme(starts=D(2023, 1, 1))
    named = [D(2023, 12, 31), D(2024, 6, 1), D(2024, 6, 1)]
    for number, on in enumerate(named):
        ended = D(2025, 2, 1) if number == 1 else None
        a_naming(programme, a_village(tree.town), tree.county, "red", on, ended)

    result = progress(programme, on=day, city=tree.city)

    assert result.city.cells["red"].recognised == count
    assert numbers(result, "321322", "red", "recognised") == (count,)
    assert Accreditation.objects.filter(programme=programme).valid_on(day).count() == count


def test_what_is_named_after_the_end_never_counts_and_an_ended_one_leaves_todays_number(
    tree, today
):
    programme = a_programme(starts=D(2022, 9, 15), ends=D(2025, 12, 31))
    a_naming(programme, a_village(tree.town), tree.county, "red", D(2025, 12, 31))
    a_naming(programme, a_village(tree.town), tree.county, "red", D(2025, 5, 1), D(2026, 3, 1))
    a_naming(programme, a_village(tree.town), tree.county, "red", D(2026, 1, 1))
    a_target(programme, tree.city, "red", 3)

    result = progress(programme, on=today, city=tree.city)

    cell = result.city.cells["red"]
    assert (cell.recognised, cell.valid, result.after_end) == (2, 1, 1)
    assert (result.counted_on, result.is_over) == (D(2025, 12, 31), True)
    assert headline(result) == "到2025年12月31日认定2个，比目标少：红色1个"
    on_the_last_day = progress(programme, on=D(2025, 12, 31), city=tree.city)
    assert on_the_last_day.city.cells["red"].valid == 2
    assert on_the_last_day.after_end == 0


def test_the_county_of_the_naming_counts_even_if_the_station_is_moved(tree, today, station):
    programme = a_programme()
    a_naming(programme, station, tree.county, "red", D(2025, 1, 1))
    station.region.path = f"{tree.zone.path}{station.region.code}/"
    station.region.save()

    result = progress(programme, on=today, city=tree.city)

    assert numbers(result, "321322", "red", "recognised") == (1,)
    assert numbers(result, "321391", "red", "recognised") == (0,)


def test_a_merged_county_hands_its_recognitions_to_its_successor(tree, today, station):
    programme = a_programme()
    a_naming(programme, station, tree.county, "red", D(2025, 1, 1))
    tree.county.path = f"{tree.zone.path}{tree.county.code}/"
    tree.county.is_active = False
    tree.county.merged_into = tree.zone
    tree.county.save()

    result = progress(programme, on=today, city=tree.city)

    assert [row.region.code for row in result.units] == ["321391"]
    assert numbers(result, "321391", "red", "recognised") == (1,)


def test_all_nine_units_of_the_city_stand_in_the_table_in_their_order(db, today):
    call_command("load_regions", "stations/data/regions.csv", verbosity=0)
    a_rubric()
    call_command("load_programmes", verbosity=0)
    from stations.models import Region

    result = progress(
        Programme.objects.get(name=NAME_532), on=today, city=Region.objects.get(code="3213")
    )

    assert [row.region.name for row in result.units] == [
        "沭阳县", "泗阳县", "泗洪县", "宿豫区", "宿城区", "宿迁经济技术开发区", "湖滨新区",
        "苏州宿迁工业园区", "洋河新区",
    ]  # fmt: skip
    assert {row.recognised for row in result.units} == {0}
    assert result.unassigned == {"red": 50, "historical": 30, "rural": 20}


# --- what is under way ------------------------------------------------------------------------


STEPS = [
    ("draft", D(2026, 1, 10)),
    ("county_review", D(2026, 2, 1)),
    ("returned", D(2026, 2, 10)),
    ("county_review", D(2026, 2, 20)),
    ("city_review", D(2026, 3, 1)),
    ("public_notice", D(2026, 4, 1)),
    ("accredited", D(2026, 4, 20)),
]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (D(2026, 1, 9), (0, 0, 0)),
        (D(2026, 1, 10), (1, 0, 0)),
        (D(2026, 2, 1), (0, 1, 0)),
        (D(2026, 2, 15), (1, 0, 0)),
        (D(2026, 3, 31), (0, 1, 0)),
        (D(2026, 4, 1), (0, 0, 1)),
        (D(2026, 4, 20), (0, 0, 0)),
    ],
)
def test_the_pipeline_of_a_past_day_comes_from_the_transitions(tree, today, station, day, expected):
    programme = a_programme()
    an_application(programme, station, "rural", STEPS)

    result = progress(programme, on=day, city=tree.city)

    names = ("in_preparation", "in_review", "in_notice")
    assert numbers(result, "321322", "rural", *names) == expected


def test_a_step_late_in_the_evening_belongs_to_its_own_day(tree, today, station):
    application = an_application(a_programme(), station, "red", STEPS[:1])
    application.transitions.create(
        from_state="draft",
        to_state="county_review",
        at=dt.datetime(2026, 2, 1, 23, 59, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    )

    states = [
        state_on(Application.objects, D(2026, m, d)).get().state_then for m, d in ((1, 31), (2, 1))
    ]

    assert states == ["draft", "county_review"]


def test_today_by_the_state_is_yesterday_by_the_transitions(tree, today, station, other_station):
    programme = a_programme()
    an_application(programme, station, "red", STEPS[:5])
    an_application(programme, other_station, "historical", STEPS[:3])

    now = progress(programme, on=today, city=tree.city)
    yesterday = progress(programme, on=D(2026, 11, 22), city=tree.city)

    names = ("in_preparation", "in_review", "in_notice")
    for code in ("321322", "321391"):
        for track in ("red", "historical", "rural"):
            assert numbers(now, code, track, *names) == numbers(yesterday, code, track, *names)
    assert numbers(now, "321322", "red", *names) == (0, 1, 0)
    assert numbers(now, "321391", "historical", *names) == (1, 0, 0)


def test_ready_leaves_out_who_applies_or_is_named_and_is_known_for_today_only(
    tree, today, station, town_station, other_station
):
    programme = a_programme()
    third = a_village(tree.town)
    for each in (station, town_station, third):
        a_score(each, "red")
    a_score(other_station, "red", ready=False)
    a_score(station, "rural")
    an_application(programme, town_station, "red", STEPS[:1])
    a_naming(programme, third, tree.county, "historical", D(2025, 1, 1))

    result = progress(programme, on=today, city=tree.city)

    assert numbers(result, "321322", "red", "ready", "in_preparation") == (1, 1)
    assert numbers(result, "321322", "rural", "ready") == (1,)
    assert numbers(result, "321391", "red", "ready") == (0,)
    past = progress(programme, on=D(2026, 11, 22), city=tree.city)
    assert numbers(past, "321322", "red", "ready") == (None,)


def test_another_programme_is_another_count(tree, today, station, other_station):
    one, two = a_programme("一"), a_programme("二")
    a_naming(one, station, tree.county, "red", D(2025, 1, 1))
    an_application(two, station, "red", STEPS[:2])

    found = [
        numbers(
            progress(each, on=today, city=tree.city), "321322", "red", "recognised", "in_review"
        )
        for each in (one, two)
    ]

    assert found == [(1, 0), (0, 1)]


def test_towns_and_villages_stand_apart_and_add_up(tree, today, station, town_station):
    programme = a_programme()
    a_target(programme, tree.city, "red", 10)
    a_naming(programme, station, tree.county, "red", D(2025, 1, 1))
    a_naming(programme, town_station, tree.county, "red", D(2025, 1, 1))
    an_application(programme, a_village(tree.town), "red", STEPS[:2])

    result = progress(programme, on=today, city=tree.city)
    towns = progress(programme, on=today, city=tree.city, level="town")

    apart = {
        str(level): (cells["red"].recognised, cells["red"].in_review)
        for level, cells in result.levels
    }
    assert apart == {"town": (1, 0), "village": (1, 1)}
    assert result.city.cells["red"].recognised == 2
    assert towns.city.cells["red"].recognised == 1
    assert towns.city.cells["red"].target is None, "targets do not tell towns from villages"


# --- targets ---------------------------------------------------------------------------------


def test_only_confirmed_targets_draw_the_line_and_what_is_left_is_said(tree, today):
    programme = a_programme(starts=D(2026, 1, 1), ends=D(2026, 12, 31))
    a_target(programme, tree.city, "red", 50)
    a_target(programme, tree.county, "red", 10, D(2026, 6, 30))
    a_target(programme, tree.county, "red", 30)
    a_target(programme, tree.zone, "red", 5, state="draft")

    result = progress(programme, on=D(2026, 7, 1), city=tree.city)

    assert numbers(result, "321322", "red", "target", "due", "line") == (30, 10, 10.1)
    assert numbers(result, "321391", "red", "target", "line", "gap") == (None, None, None)
    assert result.unassigned == {"red": 20}


def test_the_headline_names_what_is_off_schedule_and_says_that_the_rest_is_on_it(tree, today):
    programme = a_programme(starts=D(2026, 1, 1), ends=D(2026, 12, 31))
    assert headline(progress(programme, on=today, city=tree.city)) == "尚无已确认的目标"
    for track, number in (("red", 4), ("historical", 0), ("rural", 0)):
        a_target(programme, tree.city, track, number)

    assert (
        headline(progress(programme, on=today, city=tree.city))
        == "红色文化慢于序时3个，其余符合序时"
    )
    many_namings(programme, tree.county, 9, D(2026, 6, 1))
    Target.objects.filter(track__in=["historical", "rural"]).update(number=3)
    assert headline(progress(programme, on=today, city=tree.city)) == "三个类别都符合序时"


def test_the_curve_holds_every_month_end_and_the_day_itself(tree, today):
    programme = a_programme(starts=D(2026, 9, 10), ends=D(2026, 12, 31))
    a_target(programme, tree.city, "red", 112)
    a_naming(programme, a_village(tree.town), tree.county, "red", D(2026, 10, 31))

    months = progress(programme, on=D(2026, 11, 23), city=tree.city).months

    assert [
        (month["on"], month["recognised"]["red"], month["schedule"]["red"]) for month in months
    ] == [
        ("2026-09-30", 0, 20.0),
        ("2026-10-31", 1, 51.0),
        ("2026-11-23", 1, 74.0),
        ("2026-11-30", None, 81.0),
        ("2026-12-31", None, 112.0),
    ]


# --- queries and command ----------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 30])
@pytest.mark.parametrize("past", [False, True])
def test_five_queries_whatever_the_size(tree, today, n, past, django_assert_num_queries):
    programme = a_programme()
    a_target(programme, tree.city, "red", 50)
    many_namings(programme, tree.county, n, D(2025, 1, 1))
    for _ in range(n):
        station = a_village(tree.town)
        an_application(programme, station, "red", STEPS[:2])
        a_score(a_village(tree.town), "rural")
    day = D(2026, 11, 1) if past else today

    with django_assert_num_queries(4 if past else 5):
        progress(programme, on=day, city=tree.city)


def test_the_command_prints_the_numbers_of_the_module(tree, today, station, capsys):
    programme = a_programme("“532工程”", is_current=True)
    a_programme("另一个")
    a_target(programme, tree.city, "red", 50)
    a_naming(programme, station, tree.county, "red", D(2025, 1, 1))

    call_command("progress", as_of="2025-06-30", format="json")

    printed = json.loads(capsys.readouterr().out)
    assert printed == as_dict(progress(programme, on=D(2025, 6, 30), city=tree.city))
    assert printed["units"][0]["tracks"]["red"]["recognised"] == 1
    call_command("progress", programme="532")
    table = capsys.readouterr().out
    assert "沭阳县\t红色\t—\t—\t1\t1\t0\t0\t0\t0\t—" in table
    assert "未分解数：红色50" in table


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"as_of": "2027-01-01"}, "不能晚于今天"),
        ({"as_of": "昨天"}, "不是日期"),
        ({"programme": "没有的"}, "没有唯一的建设方案"),
        ({"city": "9999"}, "没有这个市"),
    ],
)
def test_the_command_refuses_with_a_sentence(tree, today, options, message):
    a_programme()

    with pytest.raises(CommandError, match=message):
        call_command("progress", **options)
