import datetime as dt

import pytest
import time_machine
from django.test import Client

from accounts.models import AccessLog, AuditEntry, LoginTries
from activities.models import PhoneCall, PhoneSample, SurveyResponse
from activities.surveys import samples
from activities.surveys.public import ANSWERS_OF_AN_ADDRESS
from tests.factories import VeteranFactory

ANSWERS = {"respondent": "veteran", "honour": "5", "belonging": "4", "gain": "3", "overall": "5"}
QUESTIONS = ("honour", "belonging", "gain", "overall")


def open_form(client, station):
    return client.get(f"/survey/{station.code}/").context["token"]


def answer(client, station, **changes):
    data = ANSWERS | {"token": open_form(client, station)} | changes
    return client.post(f"/survey/{station.code}/", data)


# --- the public page ---------------------------------------------------------------------


def test_anybody_answers_four_questions_and_is_thanked(station):
    client = Client()

    response = answer(client, station)

    assert response.url == f"/survey/{station.code}/thanks/"
    assert "谢谢您" in client.get(response.url).content.decode()
    row = SurveyResponse.objects.get()
    assert (row.station, row.source, row.respondent) == (station, "qr", "veteran")
    assert [getattr(row, name) for name in QUESTIONS] == [5, 4, 3, 5]


def test_nothing_tells_who_answered(station):
    client = Client(REMOTE_ADDR="203.0.113.7")

    answer(client, station)

    kept = {f.name for f in SurveyResponse._meta.fields}
    assert kept == {
        "id", "station", "source", "respondent", *QUESTIONS, "given_on", "version",
    }  # fmt: skip
    assert not AuditEntry.objects.exists()
    assert not any("203" in row.name_digest[:12] for row in LoginTries.objects.all())
    assert set(client.cookies) <= {"survey", "csrftoken"}
    assert client.cookies["survey"].value.startswith(dt.date.today().strftime("%Y-%m:"))


def test_one_device_answers_once_a_month(station):
    client = Client()
    with time_machine.travel("2026-11-10 09:00+08:00", tick=False):
        token = open_form(client, station)
        answer(client, station)
        shown = client.get(f"/survey/{station.code}/").content.decode()
        client.post(f"/survey/{station.code}/", ANSWERS | {"token": token})
    with time_machine.travel("2026-12-01 09:00+08:00", tick=False):
        next_month = answer(client, station)

    assert "本月已经填写过" in shown
    assert "<form" not in shown
    assert next_month.status_code == 302
    assert SurveyResponse.objects.count() == 2


def test_a_cookie_that_is_not_ours_counts_for_nothing(station):
    client = Client()
    client.cookies["survey"] = dt.date.today().strftime("%Y-%m")

    assert answer(client, station).status_code == 302
    assert SurveyResponse.objects.count() == 1


def test_the_same_form_sent_twice_on_a_bad_network_is_one_answer(station):
    first, second = Client(), Client()
    token = open_form(first, station)

    answer(first, station, token=token)
    again = answer(second, station, token=token)

    assert again.status_code == 302
    assert SurveyResponse.objects.count() == 1


@pytest.mark.parametrize("left_out", [*QUESTIONS, "respondent"])
def test_a_question_left_out_is_named_and_the_rest_is_kept(station, left_out):
    response = answer(Client(), station, **{left_out: ""})

    assert response.status_code == 400
    assert response.context["form"].errors[left_out] == ["这一题还没有选，请选一个。"]
    assert response.content.decode().count("checked") == 4
    assert not SurveyResponse.objects.exists()


@pytest.mark.parametrize("wrong", ["0", "6", "x", "５", "99999999999999999999"])
def test_an_answer_that_was_not_offered_is_refused(station, wrong):
    response = answer(Client(), station, honour=wrong)

    assert response.status_code == 400
    assert "请从下面的答案里选一个" in response.content.decode()


def test_a_form_opened_yesterday_says_so_and_keeps_what_was_chosen(station):
    client = Client()
    with time_machine.travel("2026-11-10 09:00+08:00", tick=False) as clock:
        token = open_form(client, station)
        clock.shift(dt.timedelta(hours=13))
        response = client.post(f"/survey/{station.code}/", ANSWERS | {"token": token})

    assert response.status_code == 400
    assert "打开的时间太长" in response.content.decode()
    assert response.content.decode().count("checked") == 5
    assert not SurveyResponse.objects.exists()


def test_an_address_answers_thirty_times_in_a_quarter_of_an_hour(station):
    with time_machine.travel("2026-11-10 09:00+08:00", tick=False) as clock:
        codes = [answer(Client(), station).status_code for _ in range(ANSWERS_OF_AN_ADDRESS)]
        refused = answer(Client(), station)
        elsewhere = answer(Client(REMOTE_ADDR="10.0.0.2"), station)
        clock.shift(dt.timedelta(minutes=15, seconds=1))
        later = answer(Client(), station)

    assert set(codes) == {302}
    assert refused.status_code == 429
    assert "过一刻钟再提交" in refused.content.decode()
    assert (elsewhere.status_code, later.status_code) == (302, 302)
    assert SurveyResponse.objects.count() == ANSWERS_OF_AN_ADDRESS + 2


def test_a_station_that_does_not_exist_or_is_closed_is_not_found(station):
    station.is_active = False
    station.save()

    assert Client().get(f"/survey/{station.code}/").status_code == 404
    assert Client().get("/survey/000/").status_code == 404


# --- the code ----------------------------------------------------------------------------


def test_without_a_public_address_the_sheet_says_why(cast, station, login, settings):
    settings.PUBLIC_BASE_URL = ""
    client = login(cast.manager)

    page = client.get(f"/stations/{station.code}/surveys/poster/").content.decode()

    assert "还不能生成二维码" in page
    assert "系统管理员没有设置对外访问地址" in page
    assert "<img" not in page
    assert client.get(f"/stations/{station.code}/surveys/code/").status_code == 404


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_the_code_is_printed_and_downloaded(cast, station, login, settings, kind, start):
    settings.PUBLIC_BASE_URL = "https://example.cn"
    client = login(cast.manager)

    page = client.get(f"/stations/{station.code}/surveys/poster/").content.decode()
    file = client.get(f"/stations/{station.code}/surveys/code/?format={kind}")

    assert f"https://example.cn/survey/{station.code}/" in page
    assert 'src="data:image/svg+xml' in page
    assert file.content.startswith(start)
    assert f"survey-{station.code}.{kind}" in file["Content-Disposition"]


def test_no_code_in_another_format(cast, station, login, settings):
    settings.PUBLIC_BASE_URL = "https://example.cn"

    url = f"/stations/{station.code}/surveys/code/?format=exe"

    assert login(cast.manager).get(url).status_code == 404


# --- paper slips -------------------------------------------------------------------------


def slip(number, who="1", figures="5544"):
    return {f"r{number}-who": who} | {
        f"r{number}-{name}": figure for name, figure in zip(QUESTIONS, figures, strict=True)
    }


def type_slips(client, station, *slips, **data):
    url = f"/stations/{station.code}/surveys/paper/"
    token = client.get(url).context["token"]
    typed = {"given_on": dt.date.today().isoformat(), "token": token} | data
    for one in slips:
        typed |= one
    return client.post(url, typed, follow=True), typed


def test_many_slips_go_in_with_one_page(cast, station, login):
    response, _ = type_slips(
        login(cast.manager), station, slip(1), slip(2, "2", "1111"), slip(20, "3", "５432")
    )

    assert "已录入3份" in response.content.decode()
    rows = SurveyResponse.objects.order_by("pk").values_list("source", "respondent", "honour")
    assert list(rows) == [
        ("paper", "veteran", 5), ("paper", "family", 1), ("paper", "resident", 5),
    ]  # fmt: skip
    entry = AuditEntry.objects.get(action="survey.paper")
    assert entry.after["份数"] == 3
    station.refresh_from_db()
    assert station.records_begin_on == dt.date.today()


def test_the_same_page_of_slips_sent_twice_counts_once(cast, station, login):
    client = login(cast.manager)
    _, typed = type_slips(client, station, slip(1))

    client.post(f"/stations/{station.code}/surveys/paper/", typed)

    assert SurveyResponse.objects.count() == 1


@pytest.mark.parametrize(
    ("figures", "who", "said"),
    [
        (("5", "", "5", "5"), "1", "归宿感没有填。"),
        (("5", "6", "5", "5"), "1", "归宿感请填1到5。"),
        (("5", "5", "5", "5"), "7", "填写人请填1、2或3。"),
    ],
)
def test_one_wrong_slip_stops_all_and_names_its_row(cast, station, login, figures, who, said):
    response, _ = type_slips(login(cast.manager), station, slip(1), slip(3, who, figures))

    page = response.content.decode()
    assert response.status_code == 400
    assert "第3行没有填对" in page
    assert said in page
    assert 'name="r1-honour" value="5"' in page
    assert not SurveyResponse.objects.exists()


@pytest.mark.parametrize(
    ("given_on", "said"),
    [("2999-01-01", "不能晚于今天"), ("2001-01-01", "一年以前"), ("", "请填写日期")],
)
def test_a_date_that_cannot_be_is_refused(cast, station, login, given_on, said):
    response, _ = type_slips(login(cast.manager), station, slip(1), given_on=given_on)

    assert said in response.content.decode()
    assert not SurveyResponse.objects.exists()


def test_an_empty_page_says_what_to_do(cast, station, login):
    response, _ = type_slips(login(cast.county), station)

    assert "还没有填写答卷" in response.content.decode()


def test_answers_by_code_and_telephone_are_not_opened_one_by_one(cast, station, login):
    rows = {
        source: SurveyResponse.objects.create(
            station=station, source=source, respondent="veteran",
            honour=1, belonging=1, gain=1, overall=1,
        )
        for source in ("qr", "phone", "paper")
    }  # fmt: skip
    client = login(cast.manager)
    base = f"/stations/{station.code}/surveys/"

    statuses = {
        source: [
            client.get(f"{base}response/{row.pk}/").status_code,
            client.post(f"{base}response/{row.pk}/delete/").status_code,
        ]
        for source, row in rows.items()
    }

    assert statuses == {"qr": [404, 404], "phone": [404, 404], "paper": [200, 302]}
    assert "很不满意" not in client.get(f"{base}?part=response").content.decode()


# --- the telephone sample ----------------------------------------------------------------


@pytest.fixture
def people(station, town_station):
    return [
        VeteranFactory(station=place, phone=f"1380000000{number}")
        for number, place in enumerate([station, town_station] * 3)
    ]


def test_the_system_draws_living_active_veterans_with_a_number(
    cast, tree, station, other_station, people
):
    VeteranFactory(station=station, phone="")
    VeteranFactory(station=station, phone="13900000000", status="deceased")
    VeteranFactory(station=station, phone="13900000001", status="moved")
    VeteranFactory(station=station, phone="13900000002", person_kind="survivor")
    VeteranFactory(station=other_station, phone="13900000003")

    sample = samples.draw(tree.county, 50, actor=cast.county)

    assert {call.veteran for call in sample.calls.all()} == set(people)
    assert sample.pool == 6


def test_a_sample_is_of_the_size_asked_and_differs(cast, tree, people):
    drawn = [
        frozenset(
            samples.draw(tree.county, 3, actor=cast.county).calls.values_list("veteran", flat=True)
        )
        for _ in range(12)
    ]

    assert {len(one) for one in drawn} == {3}
    assert len(set(drawn)) > 1


def test_drawing_on_the_page(cast, tree, login, people):
    response = login(cast.county).post(
        "/surveys/samples/", {"region": tree.county.pk, "size": 10}, follow=True
    )

    page = response.content.decode()
    assert "只有6人" in page
    assert "138****0000" in page
    assert "13800000000" not in page
    assert AuditEntry.objects.get(action="survey.draw").after["人数"] == 6


@pytest.mark.parametrize(
    ("size", "said"), [("4", "至少抽5人"), ("201", "最多抽200人"), ("x", "请填数字")]
)
def test_a_wrong_size_is_refused(cast, tree, login, people, size, said):
    response = login(cast.county).post(
        "/surveys/samples/", {"region": tree.county.pk, "size": size}
    )

    assert said in response.content.decode()
    assert not PhoneSample.objects.exists()


def test_nobody_to_call_is_said(cast, tree, login):
    response = login(cast.county).post("/surveys/samples/", {"region": tree.county.pk, "size": 5})

    assert "没有登记联系电话" in response.content.decode()


def test_another_countys_region_is_not_offered(cast, tree, login, people):
    response = login(cast.county).post("/surveys/samples/", {"region": tree.zone.pk, "size": 5})

    assert "请从列表里选择" in response.content.decode()
    assert not PhoneSample.objects.exists()


@pytest.fixture
def sample(cast, tree, people):
    return samples.draw(tree.county, 6, actor=cast.county)


def call_cells(call, figures="5544"):
    return {f"c{call.pk}-{name}": figure for name, figure in zip(QUESTIONS, figures, strict=True)}


def test_reading_the_numbers_is_logged_once(cast, login, sample):
    page = login(cast.county).post(f"/surveys/samples/{sample.pk}/numbers/").content.decode()

    assert "13800000000" in page
    log = AccessLog.objects.get()
    assert (log.kind, log.row_count, log.user) == ("unmask", 6, cast.county)


def test_answers_are_kept_apart_from_those_who_gave_them(cast, login, sample):
    first, second, third = sample.calls.all()[:3]
    data = call_cells(first) | call_cells(second, "1234") | {f"c{third.pk}-state": "declined"}

    login(cast.county).post(f"/surveys/samples/{sample.pk}/", data)

    states = dict(sample.calls.values_list("pk", "state"))
    assert [states[c.pk] for c in (first, second, third)] == ["answered", "answered", "declined"]
    rows = SurveyResponse.objects.filter(source="phone", respondent="veteran")
    assert sorted(row.honour for row in rows) == [1, 5]
    assert {row.station for row in rows} == {first.veteran.station, second.veteran.station}
    linked = {f.related_model for f in SurveyResponse._meta.get_fields() if f.related_model}
    assert not linked & {PhoneCall, PhoneSample}
    assert AuditEntry.objects.get(action="survey.phone").after == {"已回答": 2, "其他": 1}


def test_half_an_answer_stops_the_sheet(cast, login, sample):
    first, second = sample.calls.all()[:2]

    response = login(cast.county).post(
        f"/surveys/samples/{sample.pk}/", call_cells(first) | {f"c{second.pk}-honour": "5"}
    )

    assert response.status_code == 400
    assert f"第{second.order}号四题没有填对" in response.content.decode()
    assert not SurveyResponse.objects.exists()


def test_who_was_not_reached_is_called_again(cast, login, sample):
    client, call = login(cast.county), sample.calls.first()
    url = f"/surveys/samples/{sample.pk}/"

    client.post(url, {f"c{call.pk}-state": "no_answer"})
    client.post(url, call_cells(call))

    call.refresh_from_db()
    assert call.state == "answered"


def test_of_two_who_note_the_same_call_one_is_told(cast, login, sample):
    call, other = sample.calls.all()[:2]
    answers = dict.fromkeys(QUESTIONS, 5)
    samples.note(sample, {call: answers}, {}, actor=cast.county)

    with pytest.raises(samples.AlreadyNoted):
        samples.note(sample, {call: answers, other: answers}, {}, actor=cast.county)

    other.refresh_from_db()
    assert other.state == "waiting"
    assert SurveyResponse.objects.count() == 1


def test_a_sheet_costs_the_same_with_few_and_many(
    cast, tree, station, login, sample, django_assert_num_queries
):
    client = login(cast.county)
    client.get(f"/surveys/samples/{sample.pk}/")
    with django_assert_num_queries(5):
        client.get(f"/surveys/samples/{sample.pk}/")
    for number in range(30):
        VeteranFactory(station=station, phone=f"137000000{number:02}")
    larger = samples.draw(tree.county, 36, actor=cast.county)
    with django_assert_num_queries(5):
        client.get(f"/surveys/samples/{larger.pk}/")
