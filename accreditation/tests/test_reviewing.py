"""The desk: opinions beside the evidence, each saved by itself, and the queue before it."""

import pytest
from django.urls import reverse

from accreditation.models import Application, CannedReason, Verdict
from accreditation.workflow import rubrics, snapshots

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scored")]


def address(name, application, *more):
    return reverse(name, args=[application.number, *more])


def text(response):
    return response.content.decode()


def test_the_page_shows_every_requirement_and_the_first_that_awaits(world, cast, login):
    application = world.at("city_review")

    page = login(cast.city).get(address("desk_review", application))

    assert [item.code for item in page.context["desk"].listed] == [
        "C1.1", "C1.2", "C2.1", "R1.1", "R1.2",
    ]  # fmt: skip
    assert page.context["item"].code == "C1.2"
    assert page.context["next_code"] == "C2.1"


def test_a_must_that_nobody_has_judged_is_not_said_to_have_failed(world, cast, login):
    application = world.at("city_review")
    client = login(cast.city)

    sums = client.get(address("desk_review", application)).context["desk"].totals
    assert sums.musts_pending == ["R1.2"] and sums.musts_failed == []
    assert "必备项未达到 0 个 · 待评必备项 1 个" in text(
        client.get(address("desk_review", application))
    )

    judge(
        client, application, requirement="R1.2", result="not_met", is_override="1",
        comment="没有照片",
    )  # fmt: skip
    page = client.get(address("desk_review", application))
    assert "必备项未达到 1 个 " in text(page) and "待评必备项" not in text(page)


def judge(client, application, **data):
    values = {"requirement": "C2.1", "result": "met", "points": "", "seen": "0"}
    return client.post(address("desk_verdict", application), values | data)


def test_an_opinion_is_saved_by_itself_and_leads_to_the_next(world, cast, login):
    application = world.at("city_review")
    client = login(cast.city)

    done = judge(client, application, requirement="C1.2", go="next", show="open")

    assert done.url == f"{address('desk_review', application)}?line=C2.1&show=open"
    verdict = Verdict.objects.get()
    assert (verdict.requirement, verdict.points, verdict.reviewer) == ("C1.2", 2000, cast.city)
    page = client.get(done.url)
    assert [item.code for item in page.context["desk"].listed] == ["C2.1", "R1.2"]
    assert "的评审意见已保存" in text(page)


def test_a_script_is_answered_with_the_row_and_the_sums(world, cast, login):
    application = world.at("city_review")
    client = login(cast.city)

    answer = client.post(
        address("desk_verdict", application),
        {"requirement": "C2.1", "result": "met", "seen": "0"},
        headers={"Accept": "application/json"},
    )
    refused = client.post(
        address("desk_verdict", application),
        {"requirement": "R1.2", "result": "not_met", "seen": "0"},
        headers={"Accept": "application/json"},
    )

    data = answer.json()
    assert data["saved"].startswith("已保存 ") and data["seen"] == Verdict.objects.get().pk
    assert "符合" in data["row"] and "当前合计 60.00" in data["totals"]
    assert (refused.status_code, "须选择“人工认定”" in refused.json()["sentence"]) == (409, True)


def test_what_is_refused_keeps_what_was_typed(world, cast, login):
    application = world.at("city_review")

    page = judge(
        login(cast.city), application, result="partly", points="4.5", internal_comment="待商量"
    )

    assert page.status_code == 409 and not Verdict.objects.exists()
    assert page.context["item"].code == "C2.1"
    assert "请在反馈意见中写明哪里还不符合" in text(page)
    assert 'value="4.5"' in text(page) and "待商量" in text(page)


def test_a_second_window_does_not_write_over_the_first(world, cast, login):
    application = world.at("city_review")
    client = login(cast.city)
    judge(client, application)

    late = judge(client, application, result="not_met", comment="没有照片")

    assert late.status_code == 409 and "没有照片" in text(late)
    assert "这个要点的意见已由city于" in text(late) and "保存为“符合”" in text(late)
    assert Verdict.objects.get().result == "met"


def test_of_two_reviewers_the_second_is_told_who_began(world, cast, monkeypatch):
    from accreditation import workflow

    world.at("city_review")
    rows = Application.objects.select_related("station__region", "programme__rubric", "snapshot")
    first, second = rows.get(), rows.get()
    word = {"requirement": "C2.1", "result": "met", "points": 1000}
    workflow.give_verdict(first, by=cast.city, **word)

    with pytest.raises(workflow.StaleState, match=r"city已于.*开始评审这个申报"):
        workflow.give_verdict(second, by=cast.city2, **word)

    assert Verdict.objects.get().reviewer == cast.city


def test_met_findings_are_listed_before_they_are_confirmed(world, cast, login):
    application = world.at("city_review")
    client = login(cast.city)
    url = address("desk_confirm", application)

    page = client.get(url)
    client.post(url, {"code": ["R1.2", "C2.1", "C9.9"]})

    assert [row.code for row, _ in page.context["rows"]] == ["C1.2", "R1.2"]
    assert page.context["points"] == 4000
    assert list(Verdict.objects.values_list("requirement", "result")) == [("R1.2", "met")]


def test_a_common_remark_is_added_and_counted(world, cast, login):
    application = world.at("city_review")
    remark = CannedReason.objects.create(requirement="C2.1", name="照片不清楚。")
    CannedReason.objects.create(requirement="C1.2", name="别处的话。")
    client = login(cast.city)
    page = client.get(f"{address('desk_review', application)}?line=C2.1")

    judge(client, application, result="not_met", comment="请更换，", canned=remark.pk)

    assert "照片不清楚。" in text(page) and "别处的话。" not in text(page)
    assert Verdict.objects.get().comment == "请更换，照片不清楚。"
    remark.refresh_from_db()
    assert remark.used == 1
    listed = text(client.get("/manage/lists/review-reasons/"))
    assert "选用次数" in listed and "照片不清楚。" in listed


def test_a_common_remark_is_for_a_requirement_chosen_by_its_number(world, cast, login):
    client = login(cast.city)
    line = rubrics.in_force().requirements.order_by("order").first()
    page = text(client.get("/manage/lists/review-reasons/"))
    assert f">{line.display_code} {line.label}</option>" in page and "各要点都可选用" in page

    told = {"name": "照片不清楚。", "sort_order": "1"}
    refused = client.post("/manage/lists/review-reasons/new/", told | {"requirement": "C99.9"})
    client.post("/manage/lists/review-reasons/new/", told | {"requirement": line.code})

    assert refused.context["form"].errors["requirement"]
    remark = CannedReason.objects.get(name="照片不清楚。")
    assert remark.requirement == line.code
    rows = client.get("/manage/lists/review-reasons/").context["rows"]
    assert [cells[0] for row, cells, _ in rows if row == remark] == [str(line)]
    # The standard has changed since: what was chosen stays until something else is.
    CannedReason.objects.filter(pk=remark.pk).update(requirement="C9.9")
    kept = client.get(f"/manage/lists/review-reasons/{remark.pk}/").context["form"]
    assert kept["requirement"].value() == "C9.9"
    assert ("C9.9", "C9.9") in kept.fields["requirement"].choices


def test_internal_comments_never_leave_the_city(world, cast, login):
    from accreditation import workflow

    application = world.at("city_review")
    judge(login(cast.city), application, internal_comment="只给同事看")
    seen = text(login(cast.city2).get(f"{address('desk_review', application)}?line=C2.1"))
    assert "只给同事看" in seen and "data-judge" not in seen
    workflow.return_application(
        Application.objects.select_related("station__region__parent", "programme").get(),
        level="station", due_on=snapshots.dt.date(2099, 1, 1), comment="补正", by=cast.city,
    )  # fmt: skip

    for person in (cast.manager, cast.town, cast.county, cast.admin):
        page = login(person).get(address("application", application))
        assert page.status_code == 200 and "只给同事看" not in text(page)
        assert login(person).get(address("desk_review", application)).status_code == 403


def test_a_doubt_stands_beside_its_requirement_and_is_closed_there(world, cast, login):
    from accreditation.models import Doubt

    application = world.at("city_review")
    doubt = Doubt.objects.create(
        kind="same_file", station=world.station, requirement="C2.1", key="k",
        left={"label": "左边的照片"}, right={"label": "别站的照片", "station": "321391100201"},
    )  # fmt: skip
    client = login(cast.city)

    beside = text(client.get(f"{address('desk_review', application)}?line=C2.1"))
    elsewhere = text(client.get(f"{address('desk_review', application)}?line=C1.2"))
    closed = client.post(
        reverse("doubt_close", args=[doubt.pk]),
        {"state": "true", "reason": "同一张", "desk": application.number},
    )

    assert "左边的照片" in beside and "别站的照片" in beside
    assert "左边的照片" not in elsewhere
    assert closed.url == f"{address('desk_review', application)}?line=C2.1"
    doubt.refresh_from_db()
    assert (doubt.state, doubt.reason) == ("true", "同一张")


def test_several_are_given_to_a_reviewer_who_is_told(world, cast, login, town_station):
    from records.models import Notice

    one, two = world.at("city_review"), world.at("city_review", town_station)
    client = login(cast.city)

    client.post(
        reverse("desk_assign"), {"number": [one.number, two.number], "reviewer": cast.city2.pk}
    )

    assert set(Application.objects.values_list("reviewed_by", flat=True)) == {cast.city2.pk}
    assert Notice.objects.filter(user=cast.city2, text__contains="分派给您评审").count() == 2
    again = client.post(reverse("desk_assign"), {"number": [one.number], "reviewer": cast.city.pk})
    assert again.status_code == 409 and "已由city2评审" in text(again)
    page = client.get(reverse("review_desk"), {"who": cast.city2.pk})
    assert len(page.context["others"]) == 2 and "city2（在评 2）" in text(page)


def test_who_is_bound_to_the_county_does_not_review(world, cast, tree, login):
    from accreditation import workflow

    application = world.at("city_review")
    cast.city2.region = tree.county
    cast.city2.save()
    Application.objects.filter(pk=application.pk).update(recommended_by=cast.city3)

    local = login(cast.city).post(
        reverse("desk_assign"), {"number": [application.number], "reviewer": cast.city2.pk}
    )
    recommender = login(cast.city).post(
        reverse("desk_assign"), {"number": [application.number], "reviewer": cast.city3.pk}
    )

    assert local.status_code == 409 and "主管单位，按规定回避" in text(local)
    assert recommender.status_code == 409 and "推荐了这个申报" in text(recommender)
    application.refresh_from_db()
    assert application.reviewed_by is None
    with pytest.raises(workflow.NotAllowed):
        workflow.give_verdict(
            application, requirement="C2.1", result="met", points=1000, by=cast.city2
        )


@pytest.mark.parametrize("name", ["desk_review", "review_desk"])
def test_the_number_of_queries_does_not_grow(
    name, world, cast, login, town_station, tree, django_assert_max_num_queries
):
    application = world.at("city_review")
    client = login(cast.city)
    url = reverse(name, args=[application.number] if name == "desk_review" else [])
    most = {"desk_review": 15, "review_desk": 8}[name]
    client.get(url)

    with django_assert_max_num_queries(most) as one:
        client.get(url)
    world.at("city_review", town_station)
    world.at("city_review", tree.stations["321322100202"])
    for code in ("C1.2", "R1.2"):
        judge(client, application, requirement=code)
    with django_assert_max_num_queries(most) as many:
        client.get(url)
    assert len(many) == len(one)
