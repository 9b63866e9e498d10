import datetime as dt

import pytest

from accounts.models import AuditEntry
from stations.models import Duty, Regulation, TextTemplate
from tests.factories import RegulationFactory

SEVEN = {"study", "recreation", "visit", "reception", "report", "coordination", "filing"}


def url(station, section="regulations"):
    return f"/stations/{station.code}/{section}/templates/"


def adopt(client, station, section="regulations", **changes):
    data = {"adopted_on": dt.date.today().isoformat()}
    for text in client.get(url(station, section)).context["texts"]:
        data |= {f"{text.key}-title": text.title, f"{text.key}-body": text.body}
        if text.is_chosen:
            data[f"{text.key}-on"] = "1"
    data = {name: value for name, value in (data | changes).items() if value is not None}
    return client.post(url(station, section), data, follow=True)


def template(kind):
    return TextTemplate.objects.get(kind=kind)


@pytest.mark.django_db
def test_texts_for_the_seven_rules_and_for_duties_are_shipped():
    rows = list(TextTemplate.objects.all())

    assert {row.kind for row in rows} == SEVEN | {"organisation", "person"}
    assert all((len(row.body) > 80 and "本站" in row.body) or row.is_duty for row in rows)


def test_the_seven_rules_are_adopted_at_once_in_the_stations_name(cast, station, login):
    response = adopt(login(cast.manager), station)

    rows = Regulation.objects.filter(station=station)
    assert set(rows.values_list("kind", flat=True)) == SEVEN
    assert all(station.name in row.body and "本站" not in row.body for row in rows)
    assert {row.adopted_on for row in rows} == {dt.date.today()}
    assert "已采用7项" in response.content.decode()
    assert len(AuditEntry.objects.get(action="template.adopt").after["采用"]) == 7
    station.refresh_from_db()
    assert station.records_begin_on == dt.date.today()


def test_a_rule_is_adapted_before_it_is_adopted(cast, station, login):
    key = f"t{template('study').pk}"
    body = {f"{key}-title": "学习制度", f"{key}-body": "每月逢八学习。"}

    adopt(login(cast.manager), station, **body)

    row = Regulation.objects.get(station=station, kind="study")
    assert (row.title, row.body) == ("学习制度", "每月逢八学习。")
    assert "本站" in template("study").body


def test_what_the_station_has_is_not_ticked(cast, station, login):
    RegulationFactory(station=station, kind="study", title="我站学习制度")

    adopt(login(cast.manager), station)

    assert Regulation.objects.filter(station=station, kind="study").count() == 1
    assert Regulation.objects.filter(station=station).count() == 7


def test_the_same_form_sent_twice_makes_nothing_twice(cast, station, login):
    client = login(cast.manager)
    texts = client.get(url(station)).context["texts"]
    data = {"adopted_on": "2026-01-01"} | {f"{text.key}-on": "1" for text in texts}

    client.post(url(station), data)
    again = client.post(url(station), data, follow=True)

    assert Regulation.objects.count() == 7
    assert "没有新增" in again.content.decode()


def test_one_of_them_is_opened_alone(cast, station, login):
    one = template("visit")

    texts = login(cast.manager).get(f"{url(station)}?only={one.pk}").context["texts"]

    assert [text.template for text in texts] == [one]


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("title", "", "请填写名称"),
        ("title", "长" * 81, "不能超过80个字"),
        ("body", " ", "请填写内容"),
    ],
)
def test_a_wrong_text_stops_all_and_is_kept(cast, station, login, cell, value, said):
    first, other = template("study"), template("visit")

    response = adopt(
        login(cast.manager), station,
        **{f"t{first.pk}-{cell}": value, f"t{other.pk}-body": "我们自己写的。"},
    )  # fmt: skip

    page = response.content.decode()
    assert response.status_code == 400
    assert said in page
    assert "我们自己写的。" in page
    assert not Regulation.objects.exists()


@pytest.mark.parametrize("day", ["", "x", "2999-01-01"])
def test_a_wrong_day_is_refused(cast, station, login, day):
    response = adopt(login(cast.manager), station, adopted_on=day)

    assert response.status_code == 400
    assert response.context["form"].errors["adopted_on"]
    assert not Regulation.objects.exists()


def test_duties_are_adopted_with_their_holder(cast, station, login):
    key = f"t{TextTemplate.objects.get(title='站长').pk}"

    adopt(login(cast.manager), station, "duties", **{f"{key}-holder": "张三"})

    assert Duty.objects.filter(station=station).count() == 5
    assert Duty.objects.get(post="站长").holder == "张三"


def test_a_text_out_of_use_is_not_offered(cast, station, login):
    TextTemplate.objects.filter(kind="filing").update(is_active=False)

    texts = login(cast.manager).get(url(station)).context["texts"]

    assert {text.template.kind for text in texts} == SEVEN - {"filing"}


def test_the_city_edits_the_texts(cast, login):
    client, row = login(cast.city), template("study")
    page = client.get(f"/manage/lists/templates/{row.pk}/")

    client.post(
        f"/manage/lists/templates/{row.pk}/",
        {
            "kind": "study", "title": row.title, "body": "本站每月学习。", "sort_order": 1,
            "opened": page.context["opened"],
        },
    )  # fmt: skip

    row.refresh_from_db()
    assert row.body == "本站每月学习。"
    assert "定期学习制度" in client.get("/manage/lists/templates/").content.decode()


def test_the_page_costs_the_same_with_few_and_many(cast, station, login, django_assert_num_queries):
    client = login(cast.manager)
    client.get(url(station))
    with django_assert_num_queries(6):
        client.get(url(station))
    for number in range(20):
        RegulationFactory(station=station, kind="other", title=f"制度{number}")
        TextTemplate.objects.create(kind="other", title=f"范本{number}", body="本站。")
    with django_assert_num_queries(6):
        client.get(url(station))
