import datetime as dt

import pytest
import time_machine

from accounts.models import AuditEntry
from accreditation.models import Target
from accreditation.programmes.targets import load_grid
from accreditation.progress import progress
from accreditation.tests.progress_world import a_programme, a_target
from records.models import Notice

pytestmark = pytest.mark.django_db
D = dt.date
OWN = "/accreditation/targets/321322/"
CITY = "/accreditation/targets/3213/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-23 09:00+08:00", tick=False):
        yield


@pytest.fixture
def programme(tree):
    return a_programme(starts=D(2026, 1, 1), ends=D(2028, 12, 31), is_current=True)


def rows(region):
    found = Target.objects.filter(region=region).values_list("due_on", "track", "number", "state")
    return {(str(due), track): (number, state) for due, track, number, state in found}


def seen(programme, region):
    return load_grid(programme, region).seen


def typed(*lines, seen=""):
    data = {"seen": seen}
    for i, (due, red, historical, rural) in enumerate(lines):
        data |= {
            f"due-{i}": due,
            f"red-{i}": red,
            f"historical-{i}": historical,
            f"rural-{i}": rural,
        }
    return data


def test_a_county_enters_cumulative_steps_and_the_city_confirms_them(programme, tree, cast, login):
    a_target(programme, tree.city, "red", 50)
    steps = typed(("2026-12-31", "3", "", "1"), ("2027-12-31", "8", "2", "1"), ("", "", "", ""))

    login(cast.county).post(OWN, steps)

    assert rows(tree.county) == {
        ("2026-12-31", "red"): (3, "draft"),
        ("2026-12-31", "rural"): (1, "draft"),
        ("2027-12-31", "red"): (8, "draft"),
        ("2027-12-31", "historical"): (2, "draft"),
        ("2027-12-31", "rural"): (1, "draft"),
    }
    entry = AuditEntry.objects.get(action="target.change")
    assert entry.after["2027-12-31 红色"] == 8
    now = progress(programme, on=D(2026, 11, 23), city=tree.city)
    assert now.unassigned == {"red": 50}, "a draft assigns nothing"

    login(cast.city).post(f"{OWN}confirm/", {"seen": seen(programme, tree.county)})

    assert {state for _, state in rows(tree.county).values()} == {"confirmed"}
    assert set(
        Target.objects.filter(region=tree.county).values_list("confirmed_by", flat=True)
    ) == {cast.city.pk}
    now = progress(programme, on=D(2026, 11, 23), city=tree.city)
    assert now.unassigned == {"red": 42}
    assert Notice.objects.get(region=tree.county).text.endswith("市局已确认本单位的目标任务")


@pytest.mark.parametrize(("city_target", "is_said"), [(8, False), (7, True), (None, False)])
def test_more_than_the_city_has_is_said_when_it_is_confirmed(
    programme, tree, cast, login, city_target, is_said
):
    if city_target:
        a_target(programme, tree.city, "red", city_target)
    login(cast.county).post(OWN, typed(("2027-12-31", "8", "", "")))

    confirmed = login(cast.city).post(
        f"{OWN}confirm/", {"seen": seen(programme, tree.county)}, follow=True
    )

    text = confirmed.content.decode()
    assert ("红色文化已分解8个，比全市目标7个多1个" in text) is is_said
    assert rows(tree.county) == {("2027-12-31", "red"): (8, "confirmed")}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([("2026-12-31", "5", "", ""), ("2027-12-31", "4", "", "")],
         "累计数不能比 2026-12-31 的5少（红色文化）。"),
        ([("2029-01-01", "5", "", "")], "完成时限要在方案期内"),
        ([("2026-01-01", "5", "", "")], "完成时限要在方案期内"),
        ([("", "5", "", "")], "请填写完成时限，如 2026-12-31。"),
        ([("31.12.2026", "5", "", "")], "请填写完成时限，如 2026-12-31。"),
        ([("2026-12-31", "五", "", "")], "请填0到2000之间的整数。"),
        ([("2026-12-31", "-5", "", "")], "请填0到2000之间的整数。"),
        ([("2026-12-31", "99999999999999999999", "", "")], "请填0到2000之间的整数。"),
        ([("2026-12-31", "", "", "")], "请至少填写一个类别的累计数"),
        ([("2026-12-31", "5", "", ""), ("2026-12-31", "6", "", "")], "填了两行，请合并成一行。"),
    ],
)  # fmt: skip
def test_a_wrong_step_is_named_kept_and_not_written(programme, tree, cast, login, lines, message):
    response = login(cast.county).post(OWN, typed(*lines))

    html = response.content.decode()
    assert message in html
    assert f'value="{lines[0][1]}"' in html
    assert rows(tree.county) == {}


def test_lines_are_read_in_the_order_of_their_days_whatever_order_they_are_typed_in(
    programme, tree, cast, login
):
    login(cast.county).post(OWN, typed(("2027-12-31", "8", "", ""), ("2026-12-31", "3", "", "")))

    assert {key: number for key, (number, _) in rows(tree.county).items()} == {
        ("2026-12-31", "red"): 3,
        ("2027-12-31", "red"): 8,
    }


def test_confirmed_numbers_cannot_be_changed_by_the_county_but_steps_can_be_added(
    programme, tree, cast, login
):
    a_target(programme, tree.county, "red", 8, D(2027, 12, 31))

    changed = typed(
        ("2027-12-31", "2", "3", ""), ("2026-12-31", "1", "", ""), seen=seen(programme, tree.county)
    )
    login(cast.county).post(OWN, changed)

    assert rows(tree.county) == {
        ("2027-12-31", "red"): (8, "confirmed"),
        ("2027-12-31", "historical"): (3, "draft"),
        ("2026-12-31", "red"): (1, "draft"),
    }
    html = login(cast.county).post(
        OWN, typed(("2026-12-31", "9", "", ""), seen=seen(programme, tree.county))
    ).content.decode()  # fmt: skip
    assert "累计数不能比 2026-12-31 的9少（红色文化）。" in html


def test_the_city_returns_with_a_reason_and_the_county_may_change_again(
    programme, tree, cast, login
):
    a_target(programme, tree.county, "red", 8, D(2027, 12, 31))
    city = login(cast.city)

    without = city.post(f"{OWN}return/", {"seen": seen(programme, tree.county)}, follow=True)
    city.post(f"{OWN}return/", {"seen": seen(programme, tree.county), "reason": "请分年填报"})

    assert "请填写退回理由" in without.content.decode()
    assert rows(tree.county) == {("2027-12-31", "red"): (8, "draft")}
    county = login(cast.county)
    assert "市局退回修改：请分年填报" in county.get(OWN).content.decode()
    assert "请分年填报" in Notice.objects.get(region=tree.county).text
    assert AuditEntry.objects.get(action="target.return").reason == "请分年填报"

    county.post(OWN, typed(("2027-12-31", "9", "", ""), seen=seen(programme, tree.county)))

    assert rows(tree.county) == {("2027-12-31", "red"): (9, "draft")}
    assert "市局退回修改" not in county.get(OWN).content.decode()


def test_what_the_city_returned_is_not_offered_for_confirmation_until_the_county_answers(
    programme, tree, cast, login
):
    a_target(programme, tree.county, "red", 8, D(2027, 12, 31), state="draft")
    city, county = login(cast.city), login(cast.county)
    confirm = f'action="{OWN}confirm/"'
    assert confirm in city.get(OWN).content.decode()

    city.post(f"{OWN}return/", {"seen": seen(programme, tree.county), "reason": "请核对"})

    page = city.get(OWN).content.decode()
    assert confirm not in page
    assert "已退回修改" in page and "待市局确认" not in page
    city.post(f"{OWN}confirm/", {"seen": seen(programme, tree.county)})
    assert rows(tree.county) == {("2027-12-31", "red"): (8, "draft")}

    # The county stands by its number: saving it again is an answer too.
    county.post(OWN, typed(("2027-12-31", "8", "", ""), seen=seen(programme, tree.county)))

    assert confirm in city.get(OWN).content.decode()
    city.post(f"{OWN}confirm/", {"seen": seen(programme, tree.county)})
    assert rows(tree.county) == {("2027-12-31", "red"): (8, "confirmed")}


def test_of_two_savers_the_second_sees_both_versions(programme, tree, cast, login):
    county = login(cast.county)
    county.post(OWN, typed(("2027-12-31", "8", "", "")))

    response = county.post(OWN, typed(("2027-12-31", "5", "", "")))

    html = response.content.decode()
    assert response.status_code == 409
    assert rows(tree.county) == {("2027-12-31", "red"): (8, "draft")}
    assert 'name="red-0" value="5"' in html
    assert "现有的数" in html
    again = typed(("2027-12-31", "5", "", ""), seen=response.context["grid"].seen)
    assert county.post(OWN, again).status_code == 302
    assert rows(tree.county) == {("2027-12-31", "red"): (5, "draft")}


def test_the_city_confirms_only_what_it_saw(programme, tree, cast, login):
    a_target(programme, tree.county, "red", 8, state="draft")
    looked_at = seen(programme, tree.county)
    county = login(cast.county)
    county.post(OWN, typed(("2028-12-31", "5", "", ""), seen=looked_at))

    page = login(cast.city).post(f"{OWN}confirm/", {"seen": looked_at}, follow=True)

    assert "刚被别人改过，您的操作没有执行" in page.content.decode()
    assert rows(tree.county) == {("2028-12-31", "red"): (5, "draft")}


def test_the_city_writes_its_totals_confirmed_and_the_county_cannot(programme, tree, cast, login):
    login(cast.city).post(CITY, typed(("2028-12-31", "50", "30", "20")))

    assert rows(tree.city) == {
        ("2028-12-31", "red"): (50, "confirmed"),
        ("2028-12-31", "historical"): (30, "confirmed"),
        ("2028-12-31", "rural"): (20, "confirmed"),
    }
    assert login(cast.county).get(CITY).status_code == 404
    login(cast.city).post(
        CITY, typed(("2028-12-31", "48", "30", "20"), seen=seen(programme, tree.city))
    )
    assert rows(tree.city)["2028-12-31", "red"] == (48, "confirmed")


def test_the_table_says_what_is_not_assigned_and_shows_a_county_its_own_row(
    programme, tree, cast, login
):
    a_target(programme, tree.city, "red", 50)
    a_target(programme, tree.county, "red", 20)
    a_target(programme, tree.zone, "red", 7, state="draft")

    city = login(cast.city).get("/accreditation/targets/")
    county = login(cast.county).get("/accreditation/targets/")

    html = city.content.decode()
    red = city.context["shares"][0]
    assert (red.target, red.confirmed, red.pending, red.unassigned) == (50, 20, 7, 30)
    assert "未分解</span> 30个" in html
    assert [row["unit"].code for row in city.context["rows"]] == ["321322", "321391"]
    assert [row["state"] for row in city.context["rows"]] == ["已确认", "待市局确认"]
    assert [row["unit"].code for row in county.context["rows"]] == ["321322"]
    assert county.context["shares"] == city.context["shares"]


@pytest.mark.parametrize("n", [1, 30])
def test_the_table_costs_the_same_for_one_and_many(
    programme, tree, cast, login, n, django_assert_num_queries
):
    for day in range(n):
        a_target(programme, tree.county, "red", day, D(2026, 2, 1) + dt.timedelta(days=day))
    client = login(cast.city)
    client.get("/healthz")

    with django_assert_num_queries(8):
        client.get("/accreditation/targets/")
