"""The steps that end an application, hand it on or come after: each pressed on its page, each one
entry in the audit log with before and after. The way to a naming is in test_whole_life."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accreditation import tasks
from accreditation.models import Accreditation, Application, Objection, Recheck, Transition
from accreditation.tests.pressing import Walk
from accreditation.tests.workflow_world import named

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scored")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def walk(login):
    return Walk(login)


def last():
    return AuditEntry.objects.latest("pk")


def meeting(conclusion):
    return {
        "conclusion": conclusion, "decided_on": str(timezone.localdate()), "minutes_number": "3",
        "comment": "集体研究认为不符合",
    }  # fmt: skip


# state, who, step, what is typed, state after
STEPS = [
    ("draft", "manager", "withdraw", {"comment": "暂缓"}, "withdrawn"),
    ("town_review", "manager", "withdraw", {"comment": "暂缓"}, "withdrawn"),
    ("county_review", "county", "withdraw", {"comment": "暂缓"}, "withdrawn"),
    ("returned", "county", "withdraw", {"comment": "暂缓"}, "withdrawn"),
    ("county_review", "county", "do_not_recommend", {"comment": "条件不足"}, "not_recommended"),
    ("city_review", "city", "reject", {"comment": "不符合条件"}, "rejected"),
    ("site_visit", "city", "reject", {"comment": "不符合条件"}, "rejected"),
    ("decision", "city2", "decide", meeting("reject"), "rejected"),
]


@pytest.mark.parametrize(("state", "who", "step", "data", "after"), STEPS)
def test_an_end_is_one_entry(state, who, step, data, after, world, walk, cast):
    application = world.at(state)

    walk.press(
        getattr(cast, who), reverse(f"application_{step}", args=[application.number]),
        [f"application.{step}"], **data,
    )  # fmt: skip

    application.refresh_from_db()
    assert application.state == after
    assert (last().before["state"], last().after["state"]) == (state, after)
    assert last().reason == data["comment"]


@pytest.mark.parametrize(("state", "who", "step", "data", "after"), STEPS)
def test_pressed_again_it_is_none(state, who, step, data, after, world, walk, cast):
    """Said on the page, not repeated; the second press is the other tab."""
    application = world.at(state)
    url = reverse(f"application_{step}", args=[application.number])
    walk.press(getattr(cast, who), url, [f"application.{step}"], **data)

    answer = walk.press(getattr(cast, who), url, [], status=409, **data)

    assert "您这次的办理没有生效" in answer.content.decode()


def test_a_lapse_by_the_timer_is_one_entry_of_the_system(world):
    application = world.at("returned")
    Application.objects.filter(pk=application.pk).update(due_on=timezone.localdate() - DAY)
    before = AuditEntry.objects.count(), Transition.objects.count()

    tasks.lapse_overdue()
    tasks.lapse_overdue()

    assert (AuditEntry.objects.count(), Transition.objects.count()) == (
        before[0] + 1,
        before[1] + 1,
    )
    assert (last().action, last().actor, last().object_id) == (
        "application.lapse", None, str(application.pk),
    )  # fmt: skip
    assert (last().before["state"], last().after["state"]) == ("returned", "lapsed")


def test_a_take_over_is_one_entry(world, walk, cast):
    application = world.at("site_visit")

    walk.press(
        cast.city2, reverse("application_take_over_review", args=[application.number]),
        ["application.take_over_review"], comment="原评审人出差",
    )  # fmt: skip

    application.refresh_from_db()
    assert application.reviewed_by == cast.city2
    assert last().reason == "原评审人出差"


@pytest.mark.parametrize(
    ("result", "actions", "state"),
    [
        ("upheld", ["objection.close", "application.uphold"], "rejected"),
        ("partly", ["objection.close"], "public_notice"),
        ("not_upheld", ["objection.close"], "public_notice"),
    ],
)
def test_an_objection_and_its_end_are_one_entry_each(result, actions, state, world, walk, cast):
    application = world.at("public_notice")
    walk.press(
        cast.city2, reverse("application_objection", args=[application.number]), ["objection.add"],
        received_on=str(timezone.localdate()), channel="letter", text="反映面积不实",
        colleague=cast.city3.pk,
    )  # fmt: skip

    walk.press(
        cast.city3, reverse("objection_close", args=[Objection.objects.get().code]), actions,
        result=result, investigator="评审组", finding="已实地测量",
    )  # fmt: skip

    application.refresh_from_db()
    assert application.state == state
    assert "面积" not in str(list(AuditEntry.objects.values_list("label", "before", "after")))


@pytest.fixture
def accreditation(world, cast):
    return named(world, cast)


def after(walk, cast, accreditation, step, action, **data):
    walk.press(
        cast.city, reverse(f"accreditation_{step}", args=[accreditation.pk]),
        [f"accreditation.{action}"], **data,
    )  # fmt: skip
    accreditation.refresh_from_db()
    assert (last().kind, last().object_id) == (
        "accreditation.accreditation", str(accreditation.pk),
    )  # fmt: skip
    return last().before["state"], last().after["state"]


def test_recheck_rectification_and_their_ends_are_one_entry_each(walk, cast, accreditation):
    due = str(timezone.localdate() + 10 * DAY)

    found = [
        after(walk, cast, accreditation, "recheck", "recheck", reason="年度复核"),
        after(walk, cast, accreditation, "rectify", "rectify", finding="缺牌", rectify_by=due),
        after(walk, cast, accreditation, "rectified", "rectified", finding="已补"),
        after(walk, cast, accreditation, "recheck", "recheck", reason="再查"),
        after(walk, cast, accreditation, "pass", "recheck_pass", finding="一致"),
    ]

    assert found == [
        ("active", "recheck"), ("recheck", "rectifying"), ("rectifying", "active"),
        ("active", "recheck"), ("recheck", "active"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("step", "data"),
    [
        ("revoke", {"document_no": "宿退〔2026〕20号"}),
        ("merge", {"document_no": ""}),
    ],
)
@pytest.mark.parametrize("state", ["active", "recheck"])
def test_an_end_of_an_accreditation_is_one_entry(step, data, state, walk, cast, accreditation):
    """An open recheck is closed with it and needs no entry of its own."""
    if state == "recheck":
        after(walk, cast, accreditation, "recheck", "recheck", reason="年度复核")
    day = str(timezone.localdate())

    found = after(walk, cast, accreditation, step, step, reason="弄虚作假", ended_on=day, **data)

    assert found == (state, "ended")
    assert not Recheck.objects.filter(closed_on=None).exists()
    again = reverse(f"accreditation_{step}", args=[accreditation.pk])
    walk.press(cast.city, again, [], status=409, reason="弄虚作假", ended_on=day,
               document_no="宿退〔2026〕20号")  # fmt: skip


def test_rechecks_of_a_year_are_one_entry_per_accreditation(walk, world, cast, tree, station):
    rows = [
        named(world, cast, station=tree.stations[code]) for code in ("321322100", "321322100202")
    ]

    walk.press(
        cast.city, reverse("recheck_begin"), ["accreditation.recheck"] * 2,
        pk=[row.pk for row in rows], reason="年度复核",
    )  # fmt: skip

    assert set(Accreditation.objects.values_list("state", flat=True)) == {"recheck"}
    told = AuditEntry.objects.filter(action="accreditation.recheck")
    assert {row.object_id for row in told} == {str(row.pk) for row in rows}
