"""Two rows of one person become one."""

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from accounts.models import AuditEntry
from activities.models import Activity, Participation, ServiceRecord
from records.fields import keyed_hash
from records.models import Attachment, AttachmentLink
from tests.factories import (
    ExhibitFactory,
    MembershipFactory,
    StoryFactory,
    TeamFactory,
    VeteranFactory,
)
from veterans.export_views import chosen_people
from veterans.faults.detection import check
from veterans.importing.pipeline import read_roster
from veterans.merging import references
from veterans.models import DataFault, Honour, Strength, Transfer, Veteran

BORN = {"birth_date": dt.date(1955, 3, 1), "birth_precision": "month"}
NUMBER = "321300195503010014"


def person(station, **values):
    return VeteranFactory(station=station, name="张三", **BORN | values)


def address(one, two):
    return f"/veterans/merge/{one.code}/{two.code}/"


def send(client, one, two, **data):
    given = {
        "left_version": one.version, "right_version": two.version, "stays": one.code,
        "reason": "与本人核对，为同一人。",
    }  # fmt: skip
    return client.post(address(one, two), given | data)


def text(response):
    return response.content.decode()


def fresh(*people):
    for one in people:
        one.refresh_from_db()
    return people


def test_what_is_filled_wins_and_the_other_row_stays_uncounted(cast, station, login):
    one = person(station, former_post="班长", former_post_state="answered")
    two = person(
        station, current_post="务农", current_post_state="answered", phone="19900001234",
        phone_hash=keyed_hash("19900001234"), id_number=NUMBER, id_hash=keyed_hash(NUMBER),
        id_check="valid", gender="male", former_unit="某部",
    )  # fmt: skip
    check()

    response = send(login(cast.manager), one, two)

    assert response.headers["Location"] == f"/veterans/{one.code}/"
    fresh(one, two)
    assert (one.former_post, one.current_post, one.gender) == ("班长", "务农", "male")
    assert (one.current_post_state, one.phone, one.former_unit) == (
        "answered", "19900001234", "某部",
    )  # fmt: skip
    assert (one.id_number, one.id_hash, one.id_check) == (NUMBER, keyed_hash(NUMBER), "valid")
    assert (two.status, two.merged_into, two.version) == ("moved", one, 2)
    assert Veteran.objects.people().count() == 1
    assert set(DataFault.objects.values_list("answer", "closed_by")) == {
        ("merged", cast.manager.pk)
    }  # fmt: skip


def test_what_differs_must_be_chosen_and_everything_typed_is_kept(cast, station, login):
    one = person(station, branch="陆军", note="甲")
    two = person(station, branch="海军", note="乙")
    client = login(cast.manager)

    response = send(client, one, two, **{"part-note": "right", "stays": two.code})

    page = text(response)
    assert response.status_code == 400 and "还有 1 项两边不同" in page
    assert 'name="part-note" value="right" checked' in page
    assert f'value="{two.code}" checked' in page and "与本人核对，为同一人。" in page
    assert fresh(one, two) and one.version == two.version == 1
    response = send(client, one, two, **{"part-note": "right", "part-branch": "left"})
    assert response.status_code == 302
    fresh(one)
    assert (one.branch, one.note) == ("陆军", "乙")


def test_left_and_right_stay_left_and_right_whichever_row_is_kept(cast, station, login):
    one, two = person(station, branch="陆军"), person(station, branch="海军")

    send(login(cast.manager), one, two, **{"stays": two.code, "part-branch": "left"})

    fresh(one, two)
    assert (one.merged_into, two.branch, two.merged_into) == (two, "陆军", None)


def test_lists_can_be_put_together_and_strengths_chosen(cast, station, login):
    one = person(station, war_tags=["korea"], strengths_state="answered")
    two = person(station, war_tags=["liberation"], strengths_state="answered")
    drive, cook = (Strength.objects.create(name=name) for name in ("开车", "炊事"))
    one.strengths.set([drive])
    two.strengths.set([cook])

    response = send(
        login(cast.manager), one, two, **{"part-war_tags": "both", "part-strengths": "right"}
    )

    assert response.status_code == 302
    fresh(one)
    assert one.war_tags == ["korea", "liberation"]
    assert list(one.strengths.all()) == [cook]


def photo(record, station, purpose="service_life"):
    attachment = Attachment.objects.create(
        station=station, kind="photo", file="a.jpg", original_name="a.jpg", size=1,
        content_type="image/jpeg", sha256="0" * 64,
    )  # fmt: skip
    return AttachmentLink.objects.create(attachment=attachment, record=record, purpose=purpose)


def test_everything_that_hangs_on_a_person_goes_over(cast, station, login):
    one, two = person(station), person(station)
    team = TeamFactory(station=station, leader=two)
    MembershipFactory(team=team, veteran=two)
    activity = Activity.objects.create(
        station=station, kind="visit", title="走访", happened_on=dt.date(2022, 5, 1)
    )
    Participation.objects.create(activity=activity, veteran=two, role="visited")
    ServiceRecord.objects.create(
        station=station, person=two, kind="policy", received_on=dt.date(2022, 5, 1), matter="咨询"
    )
    StoryFactory(station=station, veteran=two)
    ExhibitFactory(station=station).people.add(two)
    Honour.objects.create(veteran=two, kind="merit_3")
    photo(two, station)

    assert send(login(cast.manager), one, two).status_code == 302

    for field in references.foreign_keys():
        left = field.model._default_manager.filter(**{field.name: two.pk})
        assert not left.exists(), field
    people = ContentType.objects.get_for_model(Veteran)
    assert AttachmentLink.objects.get(content_type=people).object_id == one.pk
    fresh(one, team)
    assert team.leader == one and one.honours_state == "answered"
    assert [one.participations.count(), one.memberships.count(), one.stories.count(),
            one.exhibits.count(), one.honours.count()] == [1] * 5  # fmt: skip
    log = AuditEntry.objects.get(action="roster.merge", object_id=str(one.pk))
    assert log.after["参加人员"] == "1条" and two.code in log.after["并入人员"]


def test_what_both_rows_say_is_kept_once_and_fuller(cast, station, login):
    one, two = person(station), person(station)
    activity = Activity.objects.create(
        station=station, kind="volunteering", title="清扫", happened_on=dt.date(2022, 5, 1)
    )
    for who, hours in ((one, None), (two, 3)):
        Participation.objects.create(activity=activity, veteran=who, role="volunteer", hours=hours)
    day = dt.date(1975, 1, 1)
    Honour.objects.create(veteran=one, kind="merit_3", awarded_on=day)
    doubled = Honour.objects.create(veteran=two, kind="merit_3", awarded_on=day, note="抗洪")
    Honour.objects.create(veteran=two, kind="commendation", awarded_on=day)
    photo(doubled, station, "general")

    assert send(login(cast.manager), one, two).status_code == 302

    assert one.participations.get().hours == 3
    assert sorted(one.honours.values_list("kind", "note")) == [
        ("commendation", ""), ("merit_3", "抗洪"),
    ]  # fmt: skip
    assert AttachmentLink.objects.get().object_id == one.honours.get(kind="merit_3").pk
    log = AuditEntry.objects.get(action="roster.merge", object_id=str(one.pk))
    assert "荣誉奖励" in log.before["两边相同、合为一条的"]


def test_a_member_of_the_same_team_is_a_member_once(cast, station, login):
    one, two = person(station), person(station)
    team = TeamFactory(station=station)
    for who in (one, two):
        MembershipFactory(team=team, veteran=who)

    assert send(login(cast.manager), one, two).status_code == 302

    assert team.memberships.get().veteran == one


def test_two_tabs_one_merges_and_the_other_is_told(cast, station, login):
    one, two = person(station, branch="陆军"), person(station)
    client = login(cast.manager)
    Veteran.objects.filter(pk=two.pk).update(version=2, branch="海军")

    response = send(client, one, two, **{"part-branch": "left"})

    assert response.status_code == 409 and "打开页面之后被修改过" in text(response)
    fresh(one, two)
    assert (one.version, two.merged_into) == (1, None)
    assert 'name="right_version" value="2"' in text(response)
    assert send(client, one, two, **{"part-branch": "left"}).status_code == 302
    late = send(client, one, two, follow=True)
    assert late.headers["Location"] == f"/veterans/{one.code}/"


def test_nothing_is_merged_while_one_is_about_to_move(cast, station, other_station, login):
    one, two = person(station), person(station)
    Transfer.objects.create(veteran=two, from_station=station, to_station=other_station)

    response = send(login(cast.manager), one, two)

    assert response.status_code == 400 and "正在办理转接" in text(response)
    assert fresh(one, two) and two.merged_into is None and one.version == 1


def test_dates_that_do_not_fit_together_are_refused_whole(cast, station, login):
    one = person(station, enlisted_on=dt.date(1980, 1, 1))
    two = person(station, discharged_on=dt.date(1975, 1, 1))

    response = send(login(cast.manager), one, two)

    assert response.status_code == 400 and "入伍、退役时间的先后" in text(response)
    assert fresh(one, two) and two.status == "active" and one.version == 1


def test_a_merge_without_grounds_is_sent_back(cast, station, login):
    one, two = person(station), person(station)

    response = send(login(cast.manager), one, two, reason=" ")

    assert response.status_code == 400 and "请写明认定为同一人的依据" in text(response)
    assert fresh(two) and two.merged_into is None


def test_old_addresses_lead_to_the_row_that_stayed(cast, station, login):
    one, two = person(station), person(station)
    client = login(cast.manager)
    send(client, one, two)

    form = "/stations/321322100201/roster/person/"
    assert client.get(f"/veterans/{two.code}/").headers["Location"] == f"/veterans/{one.code}/"
    assert client.get(f"{form}{two.code}/").headers["Location"] == f"{form}{one.code}/"
    assert client.get(address(one, two)).headers["Location"] == f"/veterans/{one.code}/"


def test_the_city_merges_between_counties_and_the_loser_learns_no_name(
    cast, station, other_station, login
):
    one, two = person(station), person(other_station)
    picture = photo(two, other_station)
    client = login(cast.city)

    assert send(client, one, two).status_code == 302

    picture.refresh_from_db()
    assert picture.object_id == one.pk and picture.attachment.station == station
    page = text(login(cast.outsider).get(f"/veterans/{two.code}/"))
    assert "已并入另一个服务站的人员" in page and station.name not in page
    form = f"/stations/321391100201/roster/person/{two.code}/"
    answer = login(cast.outsider).post(form, {"name": "张三", "version": two.version + 1})
    assert "这条记录已并入另一条，不能再修改" in text(answer)


@pytest.mark.parametrize(
    ("who", "status"),
    [("manager", 404), ("county", 404), ("other_county", 404), ("admin", 403), ("city", 200)],
)
def test_who_may_open_a_pair_of_two_counties(who, status, cast, station, other_station, login):
    one, two = person(station), person(other_station)

    assert login(getattr(cast, who)).get(address(one, two)).status_code == status


def test_the_page_shows_numbers_masked_and_takes_few_queries(
    cast, station, login, django_assert_max_num_queries
):
    one = person(station, id_number=NUMBER, id_check="valid", phone="19900001234")
    two = person(station)
    client = login(cast.manager)
    client.get(address(one, two))

    with django_assert_max_num_queries(15):
        page = text(client.get(address(one, two)))

    assert "32*************014" in page and "199****1234" in page
    assert NUMBER not in page and "19900001234" not in page


def test_a_row_that_was_merged_is_marked_and_no_export_has_it(cast, station, login, tmp_path):
    """An export that is imported again changes nothing and asks nothing."""
    one, two = person(station, former_post="班长", former_post_state="answered"), person(station)
    client = login(cast.manager)
    send(client, one, two)
    assert text(client.get("/veterans/?status=merged")).count("已并入另一条</span>") == 1

    path = tmp_path / "花名册.xlsx"
    call_command("export_roster", region=station.region.code, output=path)
    reading = read_roster(path.read_bytes(), station=station)

    assert [(row.name, row.outcome) for row in reading.rows] == [("张三", "unchanged")]
    assert list(chosen_people(cast.manager, "")) == [one]


@pytest.mark.parametrize("address", ["/veterans/", "/stations/{}/roster/"])
def test_a_merged_row_is_not_among_the_people_and_not_in_their_number(
    address, cast, station, login
):
    one, two = person(station), person(station)
    merged = person(station, status="moved", merged_into=one)
    client, url = login(cast.county), address.format(station.region.code)

    def listed(**query):
        page = client.get(url, query)
        people = [one.pk for one, _ in page.context["table"]]
        assert page.context["page"].paginator.count == page.context["counts"]["total"]
        assert page.context["counts"]["total"] == len(people)
        return people

    assert listed() == listed(person_kind="veteran") == [one.pk, two.pk]
    assert listed(status="moved") == []
    assert listed(status="merged") == [merged.pk]
