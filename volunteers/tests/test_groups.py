import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import AccessLog, AuditEntry
from tests.factories import GroupFactory, MembershipFactory, TeamFactory, VeteranFactory
from veterans.models import Strength
from volunteers import coverage, proposals
from volunteers.fields import EIGHT, OF_STRENGTH, suggested
from volunteers.models import Group, Membership, ServiceField


def strength(name):
    return Strength.objects.get(name=name)


def able(station, name, *strengths, **fields):
    person = VeteranFactory(station=station, name=name, **fields)
    person.strengths.set([strength(one) for one in strengths])
    return person


@pytest.fixture
def team(station):
    return TeamFactory(station=station)


@pytest.mark.django_db
def test_every_shipped_strength_serves_a_field():
    assert set(Strength.objects.values_list("name", flat=True)) == set(OF_STRENGTH)
    assert {field for field, _ in OF_STRENGTH.values()} >= set(EIGHT)
    assert suggested("剪纸") == (ServiceField.OTHER, "剪纸小组")


def test_groups_follow_the_strengths_of_living_residents(cast, station, town_station, team):
    first, second = able(station, "甲", "水电维修"), able(station, "乙", "水电维修", "医疗救护")
    able(station, "丙", "医疗救护", status="deceased")
    able(station, "丁", "医疗救护", residence="away")
    able(town_station, "戊", "医疗救护")

    rows = proposals.propose(team, cast.manager)

    assert [(row.strength.name, row.people) for row in rows] == [("水电维修", [first, second])]
    assert (rows[0].field, rows[0].name) == ("hardship", "便民维修小组")


def test_who_has_a_group_and_what_has_one_is_left_out(cast, station, team):
    placed, free = able(station, "甲", "水电维修"), able(station, "乙", "水电维修")
    group = GroupFactory(team=team, strength=strength("医疗救护"))
    MembershipFactory(team=team, veteran=placed, group=group)
    able(station, "丙", "医疗救护"), able(station, "丁", "医疗救护")

    assert proposals.propose(team, cast.manager) == []
    third = able(station, "戊", "水电维修")
    assert proposals.propose(team, cast.manager)[0].people == [free, third]


def make(client, station, **changes):
    url = f"/stations/{station.code}/volunteers/groups/"
    data = {}
    for row in client.get(url).context["rows"]:
        data |= {
            f"{row.key}-on": "1", f"{row.key}-name": row.name, f"{row.key}-field": row.field,
            f"{row.key}-people": [person.pk for person in row.people],
        }  # fmt: skip
    data = {name: value for name, value in (data | changes).items() if value is not None}
    return client.post(url, data, follow=True)


def test_groups_and_members_are_made_in_one_step(cast, station, team, login):
    people = [able(station, f"{n}号", "水电维修") for n in range(3)]
    both = [able(station, f"{n}号多能", "水电维修", "医疗救护") for n in range(2)]
    third = able(station, "医", "医疗救护")
    MembershipFactory(team=team, veteran=people[0], joined_on=dt.date(2020, 1, 1))

    response = make(login(cast.manager), station)

    repair, health = Group.objects.order_by("pk")
    assert (repair.strength.name, repair.members if hasattr(repair, "members") else 5) == (
        "水电维修", 5,
    )  # fmt: skip
    assert set(repair.memberships.values_list("veteran", flat=True)) == {
        person.pk for person in people + both
    }
    assert list(health.memberships.values_list("veteran", flat=True)) == [third.pk]
    assert repair.leader in people + both
    kept = Membership.objects.get(veteran=people[0])
    assert (kept.joined_on, kept.group) == (dt.date(2020, 1, 1), repair)
    assert Membership.objects.count() == 6
    assert "已组建2个活动小组" in response.content.decode()
    assert AuditEntry.objects.get(action="volunteers.groups").after == {"小组": 2, "队员": 6}


def test_the_preview_is_changed_before_it_is_made(cast, station, team, login):
    first, second = able(station, "甲", "水电维修"), able(station, "乙", "水电维修")
    key = f"s{strength('水电维修').pk}"

    make(
        login(cast.manager), station,
        **{f"{key}-name": "修修补补", f"{key}-field": "rural", f"{key}-people": [second.pk]},
    )  # fmt: skip

    group = Group.objects.get()
    assert (group.name, group.field, group.leader) == ("修修补补", "rural", second)
    assert not Membership.objects.filter(veteran=first).exists()


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("name", " ", "请填写小组名称"),
        ("name", "长" * 61, "不能超过60个字"),
        ("people", [], "请至少勾选一名队员"),
    ],
)
def test_a_wrong_group_stops_all(cast, station, team, login, cell, value, said):
    able(station, "甲", "水电维修"), able(station, "乙", "水电维修")

    response = make(login(cast.manager), station, **{f"s{strength('水电维修').pk}-{cell}": value})

    assert response.status_code == 400
    assert said in response.content.decode()
    assert not Group.objects.exists()


def test_a_stranger_is_not_put_into_a_group(cast, station, other_station, team, login):
    able(station, "甲", "水电维修"), able(station, "乙", "水电维修")
    stranger = able(other_station, "外", "水电维修")
    key = f"s{strength('水电维修').pk}"

    make(login(cast.manager), station, **{f"{key}-people": [stranger.pk]})

    assert not Membership.objects.exists()


def test_the_same_preview_sent_twice_makes_nothing_twice(cast, station, team):
    able(station, "甲", "水电维修"), able(station, "乙", "水电维修")
    rows = proposals.propose(team, cast.manager)

    assert proposals.create(team, rows, actor=cast.manager) == (1, 2)
    assert proposals.create(team, rows, actor=cast.town) == (0, 0)
    assert Membership.objects.count() == 2


def test_without_a_team_the_page_says_what_comes_first(cast, station, login):
    page = login(cast.manager).get(f"/stations/{station.code}/volunteers/groups/")

    assert "还没有志愿服务队" in page.content.decode()


def test_the_eight_fields_and_which_nobody_covers(cast, station, team, login):
    person = able(station, "甲", "水电维修", "种植养殖")
    group = GroupFactory(team=team, field="hardship")
    MembershipFactory(team=team, veteran=person, group=group)
    GroupFactory(team=team, field="flood")
    GroupFactory(team=TeamFactory(station=station, is_active=False), field="rural")

    context = login(cast.manager).get(f"/stations/{station.code}/volunteers/fields/").context

    rows = {row.value: row for row in context["rows"]}
    assert list(rows)[:8] == [str(value) for value in EIGHT]
    assert (rows["hardship"].is_covered, rows["hardship"].members) == (True, 1)
    assert (rows["flood"].is_covered, rows["rural"].is_covered) == (False, False)
    assert rows["rural"].able == 1
    assert len(context["uncovered"]) == 7


def test_the_county_sees_the_fields_of_each_station(cast, station, town_station, team):
    MembershipFactory(
        team=team, veteran=VeteranFactory(station=station),
        group=GroupFactory(team=team, field="epidemic"),
    )  # fmt: skip

    table = coverage.of_stations(cast.county, [town_station, station])

    assert [(row[0], row[1][0], row[2]) for row in table] == [
        (town_station, 0, 8), (station, 1, 7),
    ]  # fmt: skip


def test_people_are_invited_by_strength_members_first(cast, station, team, login):
    able(station, "安", "水电维修", phone="13800001111")
    member = able(station, "赵", "烹饪", phone="13800002222")
    MembershipFactory(team=team, veteran=member)
    able(station, "钱", "书法绘画")
    client = login(cast.manager)
    data = {
        "strength": [strength("水电维修").pk, strength("烹饪").pk, "x"], "occasion": "防汛演练",
    }  # fmt: skip
    url = f"/stations/{station.code}/volunteers/invite/"

    shown = client.get(url, data)
    assert [person.name for person in shown.context["people"]] == ["赵", "安"]
    assert "13800001111" not in shown.content.decode()
    assert not AccessLog.objects.exists()

    numbers = client.post(url, data)
    assert "13800001111" in numbers.content.decode()
    log = AccessLog.objects.get()
    assert (log.row_count, log.purpose) == (2, "邀请参加：防汛演练")


@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("/stations/321322100201/volunteers/groups/", 9),
        ("/stations/321322100201/volunteers/fields/", 6),
        ("/volunteers/", 7),
        ("/stations/321322100201/volunteers/invite/?strength=1&strength=2", 8),
    ],
)
def test_pages_cost_the_same_with_few_and_many(
    cast, tree, station, team, login, url, queries, django_assert_max_num_queries
):
    first, second = Strength.objects.all()[:2]
    url = url.replace("=1", f"={first.pk}").replace("=2", f"={second.pk}")

    def people():
        for one in (first, second):
            for place in tree.stations.values():
                person = VeteranFactory(station=place)
                person.strengths.set([one])
                other = VeteranFactory(station=place)
                other.strengths.set([one])
                own = TeamFactory(station=place)
                MembershipFactory(
                    team=own, veteran=person, group=GroupFactory(team=own, field="rural")
                )

    people()
    client = login(cast.county)
    client.get(url)
    with django_assert_max_num_queries(queries) as few:
        client.get(url)
    for _ in range(4):
        people()
    with django_assert_max_num_queries(len(few)):
        client.get(url)


def test_an_invitation_follows_from_the_plan_and_leads_to_the_ledger(cast, station, team, login):
    group = GroupFactory(team=team, name="便民维修小组", strength=strength("水电维修"))
    person = able(station, "会修的", "水电维修")
    able(station, "会开车的", "驾驶操作")
    address = reverse("volunteer_invite", args=[station.code])
    query = {"plan_item": "12", "occasion": f"志愿服务日：{group.name}"}

    page = login(cast.manager).get(address, query)

    assert page.context["people"] == [person]
    text = page.content.decode()
    assert f'action="{reverse("quick_activity", args=[station.code])}"' in text
    assert 'name="plan_item" value="12"' in text
    assert f'name="people" value="{person.pk}"' in text
