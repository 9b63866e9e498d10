"""A move from one station to another: one asks, the other answers, one station at any time."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry
from records.fields import keyed_hash
from records.models import Attachment, AttachmentLink, Notice
from stations.models import Station
from tests.factories import MembershipFactory, TeamFactory, VeteranFactory
from veterans import transfers
from veterans.models import Transfer, Veteran

NUMBER = "321300198507010012"
IN, OUT = Transfer.Direction.IN, Transfer.Direction.OUT


@pytest.fixture
def person(other_station):
    return VeteranFactory(
        station=other_station, name="张三", id_number=NUMBER, id_hash=keyed_hash(NUMBER)
    )


def ask_in(client, station, name="张三", number=NUMBER):
    data = {"station": station.pk, "name": name, "number": number, "reason": "已迁来居住"}
    return client.post(reverse("transfer_ask"), data, follow=True)


def answer(client, transfer, choice="accept", reason=""):
    url = reverse("transfer_answer", args=[transfer.pk])
    return client.post(url, {"answer": choice, "reason": reason}, follow=True)


def test_one_asks_the_other_agrees_and_the_person_is_counted_once(
    person, cast, station, other_station, login
):
    page = ask_in(login(cast.manager), station)

    transfer = Transfer.objects.get()
    assert "等待对方答复" in page.content.decode()
    assert (transfer.from_station, transfer.to_station) == (other_station, station)
    person.refresh_from_db()
    assert person.station == other_station
    assert list(Notice.objects.values_list("region", flat=True)) == [other_station.region_id]

    answer(login(cast.outsider), transfer)

    person.refresh_from_db()
    assert (person.station, person.version, person.grid) == (station, 2, None)
    assert Veteran.objects.people().count() == 1
    assert AuditEntry.objects.filter(action="roster.transfer_accept").count() == 1
    assert Notice.objects.filter(region=station.region).count() == 1


def test_the_asker_learns_nothing_but_the_name_it_typed(person, cast, station, login):
    client = login(cast.manager)
    ask_in(client, station)

    text = client.get(reverse("transfers")).content.decode()

    assert "张三" in text and "另一个服务站" in text
    assert "乙一村" not in text and person.code not in text
    assert client.get(reverse("person", args=[person.code])).status_code == 404


@pytest.mark.parametrize(("name", "number"), [("李四", NUMBER), ("张三", "321300198507010013")])
def test_nobody_is_found_by_half_of_what_must_be_known(name, number, person, cast, station, login):
    response = ask_in(login(cast.manager), station, name, number)

    text = response.content.decode()
    assert "没有找到姓名和号码都相符的人员" in text
    assert f'value="{name}"' in text
    assert not Transfer.objects.exists()
    entry = AuditEntry.objects.get(action="roster.transfer_ask", outcome="failed")
    assert (entry.label, entry.actor) == ("申请转入", cast.manager)


@pytest.mark.parametrize("number", ["321300 19850701 0012", "３２１３００１９８５０７０１００１２"])
def test_the_number_is_known_however_it_is_spaced(number, person, cast, station, login):
    ask_in(login(cast.manager), station, "张三", number)

    assert Transfer.objects.get().veteran == person


def test_who_is_on_the_own_roster_need_not_move(person, cast, other_station, login):
    response = ask_in(login(cast.outsider), other_station)

    assert "已在本站花名册中" in response.content.decode()
    assert not Transfer.objects.exists()


def test_asking_twice_is_one_request(person, cast, station, login):
    client = login(cast.manager)
    ask_in(client, station)

    response = ask_in(client, station)

    assert "已经提交，正等待答复" in response.content.decode()
    assert Transfer.objects.count() == 1


def test_a_refusal_needs_a_reason_and_leaves_the_person(
    person, cast, station, other_station, login
):
    ask_in(login(cast.manager), station)
    transfer = Transfer.objects.get()
    other = login(cast.outsider)

    assert "请写明原因" in answer(other, transfer, "refuse").content.decode()
    answer(other, transfer, "refuse", "此人仍在本村居住")

    transfer.refresh_from_db()
    person.refresh_from_db()
    assert (transfer.accepted, person.station) == (False, other_station)
    text = login(cast.manager).get(reverse("transfers")).content.decode()
    assert "此人仍在本村居住" in text and "乙一村" not in text


def test_only_the_other_side_answers(person, cast, station, login):
    ask_in(login(cast.manager), station)
    transfer = Transfer.objects.get()

    assert answer(login(cast.manager), transfer).status_code == 403
    assert answer(login(cast.city), transfer).status_code == 403
    with pytest.raises(PermissionDenied):
        transfers.answer(transfer, accept=True, by=cast.manager)
    person.refresh_from_db()
    assert person.station != station
    assert answer(login(cast.other_county), transfer).status_code == 200
    person.refresh_from_db()
    assert person.station == station


def test_a_station_hands_a_person_over_and_the_other_takes_it(cast, station, other_station, login):
    person = VeteranFactory(station=station, name="王五")
    client, url = login(cast.manager), reverse("person_transfer", args=[person.code])

    page = client.post(url, {"place": "乙一"})
    assert [one.pk for one in page.context["found"]] == [other_station.pk]
    client.post(url, {"place": "乙一", "station": other_station.pk, "reason": "搬迁"})

    transfer = Transfer.objects.get()
    assert transfer.direction == OUT
    text = login(cast.outsider).get(reverse("transfers")).content.decode()
    assert "王五" in text and "确认接收" in text
    answer(login(cast.outsider), transfer)
    person.refresh_from_db()
    assert person.station == other_station


def test_a_place_is_found_by_the_name_of_its_station(cast, station, other_station, login):
    """悦来居委会 keeps 悦来社区退役军人服务站."""
    Station.objects.filter(pk=other_station.pk).update(name="悦来社区退役军人服务站")
    url = reverse("person_transfer", args=[VeteranFactory(station=station).code])

    page = login(cast.manager).post(url, {"place": "悦来社区"})

    assert [one.pk for one in page.context["found"]] == [other_station.pk]


def test_a_place_that_is_not_there_is_asked_again(cast, station, login):
    person = VeteranFactory(station=station)
    url = reverse("person_transfer", args=[person.code])

    page = login(cast.manager).post(url, {"place": "没有这个村"})

    assert page.status_code == 400
    assert "没有找到名称含“没有这个村”的其他服务站" in page.content.decode()


def test_a_county_moves_people_between_its_own_stations_at_once(cast, station, town_station, login):
    person = VeteranFactory(station=station)
    url = reverse("person_transfer", args=[person.code])

    login(cast.county).post(url, {"place": "甲镇", "station": town_station.pk})

    person.refresh_from_db()
    assert person.station == town_station
    assert Transfer.objects.get().accepted is True


def test_of_two_stations_that_asked_one_gets_the_person(person, cast, station, town_station, login):
    first = transfers.ask(person, to=station, direction=IN, by=cast.manager)
    second = transfers.ask(person, to=town_station, direction=IN, by=cast.town)

    answer(login(cast.outsider), first)
    response = answer(login(cast.outsider), second)

    assert response.status_code in (200, 404)
    person.refresh_from_db()
    second.refresh_from_db()
    assert person.station == station
    assert second.accepted is False and second.answer_reason == transfers.MOVED_ON


def test_an_answer_after_an_answer_is_told_so(person, cast, station):
    transfer = transfers.ask(person, to=station, direction=IN, by=cast.manager)
    transfers.answer(transfer, accept=False, by=cast.outsider, reason="不符")

    with pytest.raises(transfers.NotPossible, match="已经办结"):
        transfers.answer(transfer, accept=True, by=cast.other_county)

    person.refresh_from_db()
    assert person.station != station


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_have_one_winner(person, cast, station):
    transfer = transfers.ask(person, to=station, direction=IN, by=cast.manager)
    barrier, results = threading.Barrier(2), []

    def run(accept, user):
        own = Transfer.objects.select_related(
            "veteran", "from_station__region", "to_station__region"
        ).get(pk=transfer.pk)
        barrier.wait(timeout=10)
        try:
            transfers.answer(own, accept=accept, by=user, reason="原因")
            results.append("won")
        except transfers.NotPossible:
            results.append("told")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(True, cast.outsider)),
        threading.Thread(target=run, args=(False, cast.other_county)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(results) == ["told", "won"]
    transfer.refresh_from_db()
    person.refresh_from_db()
    assert (person.station_id == station.pk) == transfer.accepted


def test_withdrawing_is_for_the_asker_alone(person, cast, station, login):
    transfer = transfers.ask(person, to=station, direction=IN, by=cast.manager)
    url = reverse("transfer_withdraw", args=[transfer.pk])

    assert login(cast.outsider).post(url).status_code == 403
    login(cast.manager).post(url)

    transfer.refresh_from_db()
    assert transfer.answered_at and transfer.accepted is None


def test_the_dead_do_not_move(person, cast, station):
    transfer = transfers.ask(person, to=station, direction=IN, by=cast.manager)
    Veteran.objects.filter(pk=person.pk).update(status="deceased")

    with pytest.raises(transfers.NotPossible):
        transfers.answer(transfer, accept=True, by=cast.outsider)

    transfer.refresh_from_db()
    assert transfer.answered_at is None
    person.refresh_from_db()
    with pytest.raises(transfers.NotPossible):
        transfers.ask(person, to=station, direction=IN, by=cast.manager)


def test_nobody_comes_back_beside_another_with_the_same_number(cast, station, other_station):
    VeteranFactory(station=other_station, id_hash="h", id_check="valid")
    person = VeteranFactory(station=station, id_hash="h", id_check="valid", status="moved")
    transfer = transfers.ask(person, to=other_station, direction=OUT, by=cast.manager)

    with pytest.raises(transfers.NotPossible, match="相同的公民身份号码"):
        transfers.answer(transfer, accept=True, by=cast.outsider)

    person.refresh_from_db()
    transfer.refresh_from_db()
    assert (person.station, person.status, transfer.answered_at) == (station, "moved", None)


def test_photos_come_along_and_team_membership_ends(person, cast, station, other_station, login):
    own = Attachment.objects.create(
        station=other_station, kind="photo", file="a.jpg", original_name="a.jpg",
        content_type="image/jpeg", size=1, sha256="a" * 64,
    )  # fmt: skip
    shared = Attachment.objects.create(
        station=other_station, kind="photo", file="b.jpg", original_name="b.jpg",
        content_type="image/jpeg", size=1, sha256="b" * 64,
    )  # fmt: skip
    neighbour = VeteranFactory(station=other_station)
    for record, file in ((person, own), (person, shared), (neighbour, shared)):
        AttachmentLink.objects.create(attachment=file, record=record, purpose="service_life")
    member = MembershipFactory(team=TeamFactory(station=other_station), veteran=person)
    transfer = transfers.ask(person, to=station, direction=IN, by=cast.manager)

    transfers.answer(transfer, accept=True, by=cast.outsider)

    assert {link.attachment.station for link in person.attachment_links.all()} == {station}
    assert [link.attachment.station for link in neighbour.attachment_links.all()] == [other_station]
    member.refresh_from_db()
    assert member.left_on is not None


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_of_requests_costs_the_same_for_many(
    count, cast, station, other_station, login, django_assert_max_num_queries
):
    for _ in range(count):
        person = VeteranFactory(station=other_station)
        transfers.ask(person, to=station, direction=IN, by=cast.manager)
    client = login(cast.outsider)
    client.get("/notices/")

    with django_assert_max_num_queries(5):
        response = client.get(reverse("transfers"))

    assert len(response.context["waiting"]) == count
    assert f"有 {count} 份转接申请等您答复" in client.get("/").content.decode()


@pytest.mark.parametrize("number", [NUMBER, "321300195410310023"])
def test_the_log_does_not_tell_whom_a_refused_request_named(
    number, cast, station, town_station, login
):
    VeteranFactory(station=station, name="欧阳某", id_number=NUMBER, id_hash=keyed_hash(NUMBER))

    page = ask_in(login(cast.manager), station, name="欧阳某", number=number)

    assert "欧阳某" in page.content.decode() and not Transfer.objects.exists()
    entry = AuditEntry.objects.get(action="roster.transfer_ask")
    assert entry.outcome == AuditEntry.Outcome.FAILED and entry.reason
    assert "欧阳" not in f"{entry.label}{entry.reason}{entry.before}{entry.after}"
