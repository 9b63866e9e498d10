"""The whole life of an application, walked through the pages."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accreditation import workflow
from accreditation.models import (
    Accreditation,
    Application,
    Batch,
    Doubt,
    Objection,
    Problem,
    Transition,
    Verdict,
)
from accreditation.tests.workflow_world import a_card, named
from tests.factories import RegionFactory, StationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scored")]


@pytest.fixture
def press(login):
    def _press(person, name, number, follow=True, **data):
        return login(person).post(
            reverse(f"application_{name}", kwargs={"number": number}), data, follow=follow
        )

    return _press


def page(client, application):
    return client.get(f"/accreditation/applications/{application.number}/")


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("place", ["village", "town"])
def test_a_station_walks_from_the_draft_to_the_public_code(
    place, cast, tree, world, login, press, station, town_station
):
    place_station = station if place == "village" else town_station
    writer = cast.manager if place == "village" else cast.town
    code = place_station.region.code

    with time_machine.travel("2026-11-02 09:00+08:00") as clock:
        login(writer).post(f"/stations/{code}/application/start/", {"track": "red"})
        application = Application.objects.get()
        number = application.number
        login(writer).post(
            reverse("application_statement", kwargs={"number": number}),
            {"track": "red", "statement": "做法与成效", "version": application.version},
        )
        press(writer, "submit", number)
        if place == "village":
            press(cast.town, "endorse", number, comment="同意上报")
        press(cast.county, "recommend", number, comment="同意推荐")
        press(cast.city, "confirm_met", number)
        press(cast.city, "verdict", number, requirement="C2.1", result="met")
        press(cast.city, "send_to_site_visit", number)
        press(
            cast.city2, "visit", number, visited_on="2026-11-02", conclusion="passed",
            visitors=[cast.city.pk, cast.city2.pk], finding="一致",
        )  # fmt: skip
        press(cast.city, "send_to_decision", number)
        press(
            cast.city2, "decide", number, conclusion="agree", decided_on="2026-11-02",
            minutes_number="〔2026〕3号",
        )  # fmt: skip
        city = login(cast.city)
        city.post(
            "/accreditation/batches/new/",
            {"programme": world.programme.pk, "name": "2026年第一批"},
        )
        batch = Batch.objects.get()
        base = f"/accreditation/batches/{batch.pk}/"
        city.post(f"{base}assign/", {"number": [number]})
        city.post(f"{base}notice/", {"starts_on": "2026-11-03", "contact": "市局 84360000"})
        assert batch.public_notice.ends_on == dt.date(2026, 11, 9)
        naming = {"document_no": "宿退〔2026〕9号", "named_on": "2026-11-09"}
        refused = city.post(f"{base}name/", naming)
        assert refused.status_code == 409
        clock.move_to(dt.datetime(2026, 11, 10, 9, tzinfo=timezone.get_current_timezone()))
        city = login(cast.city)
        preview = text(city.get(f"{base}naming/"))
        assert place_station.name in preview and "0 → 1" in preview
        city.post(f"{base}name/", naming | {"named_on": "2026-11-10"})

    made = Accreditation.objects.get()
    application.refresh_from_db()
    assert (application.state, made.station, made.county) == (
        "accredited", place_station, tree.county,
    )  # fmt: skip
    steps = [row.details["verb"] for row in application.transitions.all()]
    assert steps == [
        "submit", *(["endorse"] if place == "village" else []), "recommend",
        "send_to_site_visit", "send_to_decision", "decide", "publish_notice", "name",
    ]  # fmt: skip
    from django.test import Client

    public = Client().get(f"/verify/{made.verify_code}/")
    assert "市级“红色文化退役军人服务站”" in text(public)
    assert place_station.name in text(public) and "city" not in text(public).split("<main")[1]


def test_a_wrong_code_gets_a_friendly_404(client):
    response = client.get("/verify/nonesuch/")

    assert response.status_code == 404
    assert "没有找到这个查询码" in text(response)


def test_the_second_click_is_told_what_the_first_one_did(world, cast, press):
    application = world.at("county_review")
    press(cast.county, "recommend", application.number)

    second = press(cast.county, "recommend", application.number, comment="我写的意见")

    assert second.status_code == 409
    assert "已由county于" in text(second) and "我写的意见" in text(second)
    assert Transition.objects.filter(to_state="city_review").count() == 1


def test_each_person_sees_only_the_buttons_they_may_press(world, cast, login):
    application = world.at("city_review")

    seen = {
        name: {verb for verb in ("reject", "recommend", "withdraw", "send-to-site-visit")
               if f'action="/accreditation/applications/{application.number}/{verb}/"'
               in text(page(login(person), application))}
        for name, person in vars(cast).items()
        if name not in ("leader", "outsider", "other_county")
    }  # fmt: skip

    both = {"reject", "send-to-site-visit"}
    assert seen == {
        "admin": set(), "city": both, "city2": both, "city3": both, "county": set(),
        "town": set(), "manager": set(),
    }  # fmt: skip


def test_a_verdict_that_differs_from_the_computed_result_needs_a_reason(world, cast, press):
    application = world.at("city_review")
    word = {"requirement": "C1.1", "result": "partly", "points": "12.5", "comment": ""}

    plain = press(cast.city, "verdict", application.number, **word)
    override = press(cast.city, "verdict", application.number, **word, is_override="1")
    assert (plain.status_code, override.status_code) == (409, 409)
    assert "人工认定" in text(plain) and 'value="12.5"' in text(plain)
    assert not Verdict.objects.exists()

    press(
        cast.city, "verdict", application.number, **word | {"comment": "照片是旧的"},
        is_override="1",
    )  # fmt: skip
    row = Verdict.objects.get()
    assert (row.points, row.is_override, row.comment) == (1250, True, "照片是旧的")


def test_a_must_that_awaits_a_verdict_has_not_failed(world, cast, login, press):
    application = world.at("city_review")
    lines = {row.code: row for row in page(login(cast.city), application).context["lines"]}
    must = next(row for row in lines.values() if row.requirement.must and row.awaits)

    context = page(login(cast.city), application).context
    assert must.code in [line.code for line in context["musts_pending"]]
    assert must.code not in [line.code for line in context["musts_failed"]]

    press(
        cast.city, "verdict", application.number, requirement=must.code, result="not_met",
        is_override="1", comment="现场没有看到",
    )  # fmt: skip
    context = page(login(cast.city), application).context
    assert must.code in [line.code for line in context["musts_failed"]]


def test_internal_comments_are_for_the_city_and_open_opinions_wait(world, cast, login):
    application = world.at("city_review")
    workflow.give_verdict(
        application, requirement="C2.1", result="not_met", points=0, comment="没有总结材料",
        internal_comment="仅供内部", by=cast.city,
    )  # fmt: skip
    assert "没有总结材料" not in text(page(login(cast.manager), application))

    workflow.return_application(
        application, level="station", due_on=timezone.localdate() + dt.timedelta(days=9),
        comment="补正", reasons={"C2.1": "请补总结材料"}, by=cast.city,
    )  # fmt: skip

    shown = text(page(login(cast.manager), application))
    assert "没有总结材料" in shown and "请补总结材料" in shown and "仅供内部" not in shown
    assert "仅供内部" in text(page(login(cast.city), application))
    own = text(login(cast.manager).get(f"/stations/{world.station.region.code}/application/"))
    assert "请补总结材料" in own


def test_petition_counts_stay_below_the_city(world, cast, login):
    application = world.at("city_review")
    world.programme.rubric.requirements.filter(code="C1.2").update(measure="answered")
    world.programme.rubric.requirements.filter(code="C1.1").update(measure="talk_room")

    seen = {
        name: tuple(
            f"{code}核查" in text(page(login(getattr(cast, name)), application))
            for code in ("C1.1", "C1.2")
        )
        for name in ("manager", "county", "city", "admin")
    }

    assert seen == {
        "manager": (True, True),
        "county": (True, True),
        "city": (True, False),
        "admin": (False, False),
    }


def test_verdicts_on_unchanged_lines_stand_after_a_return(world, cast):
    application = world.at("city_review")
    world.judge(application)
    workflow.return_application(
        application, level="station", due_on=timezone.localdate() + dt.timedelta(days=9),
        comment="补正", by=cast.city,
    )  # fmt: skip
    workflow.resubmit(application, by=cast.manager, card=a_card(C1_2="partly"))

    from accreditation.workflow.standing import standing
    from accreditation.workflow.verdicts import unjudged

    assert sorted(standing(application)) == ["C2.1", "R1.2"]
    assert unjudged(application) == ["共性1-2"]


def test_objections_are_seen_by_their_two_handlers_only(world, cast, login, press):
    application = world.at("public_notice")
    press(
        cast.city, "objection", application.number, received_on=str(timezone.localdate()),
        channel="letter", text="匿名反映的内容", colleague=cast.city2.pk,
    )  # fmt: skip
    row = Objection.objects.get()

    seen = {
        name: "匿名反映的内容" in text(page(login(person), application))
        for name, person in vars(cast).items()
        if name not in ("leader", "outsider", "other_county")
    }
    assert {name for name, value in seen.items() if value} == {"city", "city2"}
    assert not AuditEntry.objects.filter(after__icontains="匿名反映").exists()
    address = reverse("objection_close", kwargs={"code": row.code})
    data = {"result": "upheld", "investigator": "王", "finding": "属实"}
    assert login(cast.city3).post(address, data).status_code == 404
    login(cast.city2).post(address, data)
    application.refresh_from_db()
    assert (application.state, application.transitions.last().to_state) == (
        "rejected", "rejected",
    )  # fmt: skip
    assert login(cast.city).post(address, data).status_code == 409


def test_an_upheld_objection_does_not_stop_the_batch(world, cast, town_station):
    first, second = world.at("decision"), world.at("decision", town_station)
    for row in (first, second):
        world.decide(row)
    batch = workflow.create_batch(world.programme, name="一批", by=cast.city)
    workflow.assign_to_batch(batch, [first, second], by=cast.city)
    today = timezone.localdate()
    workflow.publish_notice(batch, starts_on=today, contact="市局", by=cast.city)
    first = Application.objects.select_related("station__region", "batch").get(pk=first.pk)
    objection = workflow.add_objection(
        first, received_on=today, channel="phone", text="内容", by=cast.city,
        handlers=(cast.city, cast.city2),
    )  # fmt: skip
    at = timezone.now() + dt.timedelta(days=30)
    naming = {"document_no": "1号", "named_on": timezone.localdate(at), "by": cast.city, "at": at}
    with pytest.raises(workflow.Refused, match="1件异议没有核查结论"):
        workflow.name_batch(batch, **naming)

    workflow.close_objection(
        objection, result="upheld", finding="属实", investigator="王", by=cast.city2
    )
    made = workflow.name_batch(batch, **naming)

    assert [row.station for row in made] == [town_station]
    with pytest.raises(workflow.Refused, match="已于"):
        workflow.name_batch(batch, **naming)


def test_a_problem_is_listed_and_closed_on_the_page(world, cast, press, login):
    application = world.at("site_visit")
    press(
        cast.city, "problem", application.number, problem="宣传栏破损", owner="张",
        due_on="2099-01-01",
    )  # fmt: skip
    problem = Problem.objects.get()
    address = reverse("application_problem_close", kwargs={"pk": problem.pk})
    data = {"closed_on": str(timezone.localdate()), "closing_note": "已换"}

    refused = login(cast.county).post(address, data)
    assert "写明不附材料的理由" in text(refused)
    data |= {"no_proof": "现场已看过"}
    assert login(cast.manager).post(address, data).status_code == 403
    login(cast.county).post(address, data)

    problem.refresh_from_db()
    assert problem.closed_on == timezone.localdate()


def test_the_loser_of_two_editors_sees_both_texts(world, cast, login):
    application = world.draft()
    address = reverse("application_statement", kwargs={"number": application.number})
    data = {"track": "red", "version": application.version}
    login(cast.manager).post(address, data | {"statement": "站里的文字"})

    answer = login(cast.county).post(address, data | {"statement": "县里的文字"})

    assert answer.status_code == 409
    assert "站里的文字" in text(answer) and "县里的文字" in text(answer)
    application.refresh_from_db()
    assert application.statement == "站里的文字"


def test_an_incomplete_form_keeps_what_was_typed(world, cast, press):
    application = world.at("city_review")

    answer = press(cast.city, "return_application", application.number, level="station",
                   due_on="2099-01-01", comment="", **{"reason-C1.2": "照片不清楚"})  # fmt: skip

    application.refresh_from_db()
    assert answer.status_code == 422 and application.state == "city_review"
    assert "请填写理由" in text(answer) and "照片不清楚" in text(answer)


QUERIES = {"page": 15, "list": 8, "desk": 12, "station": 12, "doubts": 8, "named": 8}


def addresses(application):
    return {
        "page": f"/accreditation/applications/{application.number}/",
        "list": "/accreditation/applications/",
        "desk": "/accreditation/desk/",
        "station": f"/stations/{application.station.region.code}/application/",
        "doubts": "/accreditation/doubts/",
        "named": "/accreditation/accreditations/",
    }


@pytest.mark.parametrize("name", list(QUERIES))
def test_pages_take_the_same_number_of_queries_with_one_and_many_rows(
    name, world, cast, login, tree, django_assert_max_num_queries
):
    application = world.at("site_visit")
    client = login(cast.city)
    url = addresses(application)[name]
    named(world, cast, station=StationFactory(region=RegionFactory(parent=tree.town)))
    Doubt.objects.create(
        kind="same_file", station=world.station, key="first", application=application
    )
    world.visit(application)
    world.judge(application)
    client.get(url)
    with django_assert_max_num_queries(QUERIES[name]) as one:
        client.get(url)
    for number in range(3):
        place = StationFactory(region=RegionFactory(parent=tree.town))
        world.at("city_review", place)
        named(world, cast, station=StationFactory(region=RegionFactory(parent=tree.town)))
        Doubt.objects.create(
            kind="same_file", station=world.station, key=str(number), application=application
        )
        world.visit(application)
        world.judge(application)

    with django_assert_max_num_queries(QUERIES[name]) as many:
        client.get(url)
    assert len(many) == len(one)


def test_a_link_to_several_states_keeps_them_in_the_filter(world, cast, login, town_station):
    world.at("county_review")
    client = login(cast.city)

    page = client.get("/accreditation/applications/?state=county_review&state=city_review")

    assert page.context["page"].paginator.count == 1
    assert '<option value="county_review,city_review" selected>县级初审、市级评审</option>' in text(
        page
    )
    # As the form sends it on.
    again = client.get("/accreditation/applications/?q=&state=county_review,city_review")
    assert again.context["page"].paginator.count == 1
    other = client.get("/accreditation/applications/?state=decision&state=city_review")
    assert other.context["page"].paginator.count == 0
    assert client.get("/accreditation/applications/?state=nonsense").status_code == 200
