import datetime as dt
import io

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import AuditEntry
from accreditation.models import Programme, Rubric, RubricTrial
from accreditation.rubric import ensure_rubric_version_1, shipped
from accreditation.rubric_pages.checking import faults_of
from accreditation.rubric_pages.thresholds import CODES, UNTIL, out_of_range, thresholds_of
from accreditation.scoring import score_stations
from accreditation.workflow import rubrics
from accreditation.workflow.errors import Refused
from records import jobs
from records.models import Job
from stations.models import Facility, Station
from tests.factories import FacilityFactory

pytestmark = pytest.mark.django_db
LIST = "/manage/rubrics/"
TODAY = timezone.localdate


@pytest.fixture
def base(db):
    return ensure_rubric_version_1()


@pytest.fixture
def draft(base, cast):
    return rubrics.start_draft(by=cast.city)


@pytest.fixture
def programme(base):
    return Programme.objects.create(
        name="巩固提升", starts_on=dt.date(2026, 1, 1), ends_on=TODAY() + dt.timedelta(days=400),
        rubric=base, is_current=True,
    )  # fmt: skip


def form_of(draft, **changes):
    """What the table of points would send."""
    data = {"edits": draft.edits, "note": draft.note}
    for row in draft.requirements.all():
        data[f"points-{row.code}"] = f"{row.points / 100:.2f}"
        data[f"how-{row.code}"] = row.how
        if row.must:
            data[f"must-{row.code}"] = "on"
    return data | changes


def requirement_form(draft, code, **changes):
    row = draft.requirements.get(code=code)
    rule = row.parameters["rule"]
    data = {
        "edits": draft.edits, "label": row.label, "points": f"{row.points / 100:.2f}",
        "how": row.how, "rule_full": rule["full"], "rule_none": rule["none"],
    }  # fmt: skip
    if row.must:
        data["must"] = "on"
    for one in thresholds_of(row.measure):
        data[f"t-{one.name}"] = row.parameters[one.name] // one.scale
    return data | changes


def tried(draft, by):
    """The draft after a trial, run as the worker would."""
    from accreditation.rubric_pages.jobs import start_trial

    job = start_trial(draft, by=by)
    jobs.run_job(job.pk)
    return RubricTrial.objects.filter(rubric=draft).first()


def put(draft, by, programmes=(), **changes):
    values = {"edits": draft.edits, "on": TODAY(), "reason": "会议研究决定"} | changes
    rubrics.put_in_force(draft, by=by, programmes=programmes, **values)


def test_every_threshold_of_the_shipped_version_can_be_edited_and_is_in_range():
    for row in shipped()["requirements"]:
        names = {one.name for one in thresholds_of(row["measure"])} | {CODES, UNTIL}
        assert set(row["parameters"]) <= names, row["code"]
        assert out_of_range(row["measure"], row["parameters"]) == [], row["code"]


@pytest.mark.parametrize(
    ("measure", "parameters", "sentence"),
    [
        ("survey", {"full": 50}, "不得分比例要小于满分比例"),
        ("survey", {"full": 101}, "满分比例要在 1 到 100 %之间"),
        ("talk_room", {"full_small": 9}, "小站满分数量不能多于满分数量"),
        ("month_plans", {"full": 13}, "满分数量不能多于统计时段数"),
        ("key_dates", {"codes": ["national_day"]}, "满分数量不能多于所选的重要节点"),
        ("key_dates", {"codes": ["new_year"]}, "重要节点要从清单中至少选一个"),
        ("year_plan", {"last_year_until": [2, 30]}, "上年度计划有效至几月几日，要填实际存在的日期"),
        ("rural_stories", {"full": 1}, "满分数量要在 2 到 100 个之间"),
        ("film", {"seconds": 61}, "时长上限要在 1 到 60 分钟之间"),
    ],
)
def test_thresholds_out_of_range_are_said(measure, parameters, sentence):
    assert out_of_range(measure, parameters) == [sentence]


def test_a_fault_names_the_requirement():
    rows = [dict(row) for row in shipped()["requirements"]]
    rows[0] |= {"parameters": rows[0]["parameters"] | {"full": 0}}
    rows[7] |= {"how": "auto"}

    assert faults_of(rows) == [
        "共性1-1 老兵谈心室：满分数量要在 1 到 100 次之间。",
        f"共性1-8 {rows[7]['label']}：评定方式与核算方法不相符，没有可以核算的事实时只能人工评定。",
    ]


def test_a_new_draft_is_the_version_in_force_word_for_word(base, cast, login):
    response = login(cast.city).post(f"{LIST}new/")

    draft = Rubric.objects.get(state="draft")
    fields = ("code", "label", "how", "must", "measure", "parameters", "points", "sentence")
    assert response.url == f"{LIST}{draft.version}/"
    assert list(draft.requirements.values_list(*fields)) == list(
        base.requirements.values_list(*fields)
    )
    assert AuditEntry.objects.get(action="rubric.draft").actor == cast.city


def test_there_is_one_draft_at_a_time(draft, cast, login):
    html = login(cast.city2).post(f"{LIST}new/", follow=True).content.decode()

    assert "已经有一份草稿" in html
    assert Rubric.objects.filter(state="draft").count() == 1


def test_points_and_musts_are_saved_together_with_their_trail(draft, cast, login):
    data = form_of(draft, **{"points-C1.1": "2.50", "points-C1.2": "1.00"})
    del data["must-C1.3"]

    login(cast.city).post(f"{LIST}{draft.version}/", data)

    found = dict(draft.requirements.values_list("code", "points"))
    assert (found["C1.1"], found["C1.2"]) == (250, 100)
    assert not draft.requirements.get(code="C1.3").must
    entry = AuditEntry.objects.get(action="rubric.change")
    assert entry.before == {
        "共性1-1 分值": "2.00", "共性1-2 分值": "1.50", "共性1-3 必备项": "是",
    }  # fmt: skip
    assert entry.after == {
        "共性1-1 分值": "2.50", "共性1-2 分值": "1.00", "共性1-3 必备项": "否",
    }  # fmt: skip


@pytest.mark.parametrize("value", ["", "x", "-1", "0", "20.01", "1.005", "1e99", "NaN"])
def test_points_that_make_no_sense_are_said_at_their_field(draft, cast, login, value):
    url = f"{LIST}{draft.version}/"

    html = login(cast.city).post(url, form_of(draft, **{"points-C1.1": value})).content.decode()

    assert "有 1 处填写有误，没有保存" in html
    assert draft.requirements.get(code="C1.1").points == 200


def test_a_wrong_sum_can_be_saved_but_is_said_and_holds_up_the_trial(draft, cast, login):
    client, url = login(cast.city), f"{LIST}{draft.version}/"
    client.post(url, form_of(draft, **{"points-C1.1": "3.00"}))

    html = client.get(url).content.decode()
    answer = client.post(f"{url}trial/", follow=True).content.decode()

    assert "共性共 61 分，应为 60 分。" in html
    assert "草稿检查没有通过，不能试算" in answer
    assert not Job.objects.exists()


def test_thresholds_and_words_of_one_requirement_are_saved(draft, cast, login):
    url = f"{LIST}{draft.version}/C7.3/"
    changes = {"t-full": 85, "t-at_least": 8, "label": "满意程度", "rule_full": "满意的占85%及以上"}

    login(cast.city).post(url, requirement_form(draft, "C7.3", **changes))

    row = draft.requirements.get(code="C7.3")
    assert (row.label, row.parameters["full"], row.parameters["at_least"]) == ("满意程度", 85, 8)
    assert row.parameters["none"] == 60
    assert row.parameters["rule"]["full"] == "满意的占85%及以上"
    assert row.parameters["rule"]["source"] == "proposal"
    entry = AuditEntry.objects.get(action="rubric.change")
    assert entry.before["共性7-3 满分比例"] == "90%"
    assert entry.after["共性7-3 满分比例"] == "85%"


def test_a_film_is_set_in_minutes_and_kept_in_seconds(draft, cast, login):
    url = f"{LIST}{draft.version}/C6.5/"

    login(cast.city).post(url, requirement_form(draft, "C6.5", **{"t-seconds": 10}))

    assert draft.requirements.get(code="C6.5").parameters["seconds"] == 600


def test_key_dates_and_the_day_of_the_old_plan_have_fields_of_their_own(draft, cast, login):
    client = login(cast.city)
    dates = requirement_form(draft, "C5.4", **{"t-full": 2, "codes": ["qingming", "july_first"]})
    client.post(f"{LIST}{draft.version}/C5.4/", dates)
    draft.refresh_from_db()

    client.post(f"{LIST}{draft.version}/C5.1/", requirement_form(draft, "C5.1", month=4, day=30))

    assert draft.requirements.get(code="C5.4").parameters["codes"] == ["july_first", "qingming"]
    assert draft.requirements.get(code="C5.1").parameters["last_year_until"] == [4, 30]


def test_a_threshold_out_of_range_keeps_what_was_typed(draft, cast, login):
    data = requirement_form(draft, "C7.3", **{"t-full": 55, "label": "满意程度"})

    html = login(cast.city).post(f"{LIST}{draft.version}/C7.3/", data).content.decode()

    assert "不得分比例要小于满分比例。" in html
    assert 'value="满意程度"' in html
    assert draft.requirements.get(code="C7.3").parameters["full"] == 90


def test_a_changed_threshold_with_an_unchanged_rule_is_pointed_out(draft, cast, login):
    client = login(cast.city)
    data = requirement_form(draft, "C7.3", **{"t-full": 85})
    client.post(f"{LIST}{draft.version}/C7.3/", data)

    html = client.get(f"{LIST}{draft.version}/").content.decode()

    assert "计分参数改了，“满分条件”的文字没有改，请核对。" in html


def test_the_second_of_two_editors_sees_both_and_saves_knowing(draft, cast, login):
    url = f"{LIST}{draft.version}/C7.3/"
    mine = requirement_form(draft, "C7.3", **{"t-full": 85})
    login(cast.city).post(url, requirement_form(draft, "C7.3", label="别人的"))
    second = login(cast.city2)

    response = second.post(url, mine)

    assert response.status_code == 409
    html = response.content.decode()
    assert "别人的" in html
    assert "85" in html
    assert draft.requirements.get(code="C7.3").parameters["full"] == 90
    draft.refresh_from_db()
    second.post(url, mine | {"edits": draft.edits})
    assert draft.requirements.get(code="C7.3").parameters["full"] == 85


def test_a_version_in_force_cannot_be_edited(base, cast, login):
    html = login(cast.city).post(
        f"{LIST}1/", form_of(base, **{"points-C1.1": "2.50"}), follow=True
    ).content.decode()  # fmt: skip

    assert "这份草稿刚被别人修改或者已经施行" in html
    assert base.requirements.get(code="C1.1").points == 200


def test_a_draft_is_discarded_only_as_it_was_seen(draft, cast, login):
    client, url = login(cast.city), f"{LIST}{draft.version}/discard/"

    client.post(url, {"edits": draft.edits + 1})
    assert Rubric.objects.filter(pk=draft.pk).exists()
    client.post(url, {"edits": draft.edits})

    assert not Rubric.objects.filter(pk=draft.pk).exists()
    assert AuditEntry.objects.filter(action="rubric.discard").count() == 1


def test_a_draft_is_scored_without_touching_the_score(draft, cast, station):
    FacilityFactory(station=station, kind=Facility.Kind.RECREATION_ROOM)
    draft.requirements.filter(code="C1.2").update(points=300)
    stations = Station.objects.filter(pk=station.pk)

    new = score_stations(stations, on=TODAY(), rubric=draft)[station.pk].lines["C1.2"]
    old = score_stations(stations, on=TODAY())[station.pk].lines["C1.2"]

    assert (new.max_points, new.points) == (300, 150)
    assert (old.max_points, old.points) == (150, 75)


def test_the_trial_counts_stations_per_requirement_track_and_county(draft, cast, station, login):
    """A room without a photo: half of the points; the draft moves a point from C1.3 there."""
    FacilityFactory(station=station, kind=Facility.Kind.RECREATION_ROOM)
    draft.requirements.filter(code="C1.2").update(points=200)
    draft.requirements.filter(code="C1.3").update(points=100)

    trial = tried(draft, cast.city)

    data = trial.data
    assert data["stations"] == 5
    moved = {row["code"]: row for row in data["requirements"]}
    assert set(moved) == {"C1.2", "C1.3"}
    assert moved["C1.2"]["mean_before"] == 15
    assert moved["C1.2"]["mean_after"] == 20
    assert (moved["C1.2"]["more"], moved["C1.2"]["less"]) == (0, 0)
    assert [(row["name"], row["stations"]) for row in data["counties"]] == [
        ("沭阳县", 3), ("湖滨新区", 2),
    ]  # fmt: skip
    assert data["tracks"]["red"]["ready_before"] == data["tracks"]["red"]["ready_after"] == 0
    html = login(cast.admin).get(f"{LIST}{draft.version}/trial/").content.decode()
    assert "共性1-2 文体活动室" in html


def test_a_threshold_moves_the_share_of_every_station_it_touches(draft, cast, station):
    from tests.factories import ActivityFactory

    ActivityFactory(station=station, tags=["green"], happened_on=TODAY())
    row = draft.requirements.get(code="U1.1")
    row.parameters |= {"full": 1}
    row.save()

    trial = tried(draft, cast.city)

    moved = {one["code"]: one for one in trial.data["requirements"]}
    # A town counts the activities of its villages.
    assert (moved["U1.1"]["more"], moved["U1.1"]["less"]) == (2, 0)
    assert (moved["U1.1"]["full_before"], moved["U1.1"]["full_after"]) == (0, 2)


def test_the_trial_of_a_draft_that_changed_meanwhile_is_not_kept(draft, cast):
    from accreditation.rubric_pages.jobs import start_trial

    job = start_trial(draft, by=cast.city)
    Rubric.objects.filter(pk=draft.pk).update(edits=draft.edits + 1)

    jobs.run_job(job.pk)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "没有试算" in job.message
    assert not RubricTrial.objects.exists()


def test_the_workbook_holds_the_three_tables(draft, cast, login):
    tried(draft, cast.city)

    response = login(cast.admin).get(f"{LIST}{draft.version}/trial/file/")

    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert book.sheet_names == ["建设类别", "评价要点", "县（区）"]
    counties = book.get_sheet_by_name("县（区）").to_python()
    assert [row[:2] for row in counties[2:]] == [["沭阳县", 3], ["湖滨新区", 2]]


def test_nothing_takes_effect_without_a_trial_of_what_stands_there(draft, cast):
    with pytest.raises(Refused, match="还没有试算对比"):
        put(draft, cast.city)
    tried(draft, cast.city)
    row = draft.requirements.get(code="C7.3")
    row.label = "满意程度"
    rubrics.save_requirements(draft, [row], by=cast.city, edits=draft.edits)
    draft.refresh_from_db()

    with pytest.raises(Refused, match="请重新试算"):
        put(draft, cast.city)
    assert Rubric.objects.get(state="in_force").version == 1


def test_in_force_retires_the_old_one_and_moves_the_chosen_programmes(
    draft, base, programme, cast, login
):
    tried(draft, cast.city)
    page = f"{LIST}{draft.version}/in-force/"
    data = {
        "edits": draft.edits, "on": TODAY().isoformat(), "reason": "会议纪要〔2026〕1号",
        "programmes": [programme.pk], "agreed": "on",
    }  # fmt: skip

    response = login(cast.city).post(page, data)

    assert response.url == LIST
    for row in (draft, base, programme):
        row.refresh_from_db()
    assert (draft.state, draft.in_force_on) == ("in_force", TODAY())
    assert (base.state, base.retired_on) == ("retired", TODAY())
    assert programme.rubric == draft
    entry = AuditEntry.objects.get(action="rubric.in_force")
    assert (entry.reason, entry.after["改用的建设方案"]) == ("会议纪要〔2026〕1号", "巩固提升")
    moved = AuditEntry.objects.get(action="programme.change")
    assert (moved.before, moved.after) == ({"标准版本": "第1版"}, {"标准版本": "第2版"})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"on": "2999-01-01"}, "施行日期最多安排到一年以内"),
        ({"on": "2020-01-01"}, "施行日期不能早于现行版本的施行日期"),
        ({"on": ""}, "请填写施行日期。"),
        ({"reason": ""}, "请填写修订理由和依据。"),
        ({"agreed": ""}, "请勾选确认。"),
        ({"edits": 99}, "刚被别人修改"),
    ],
)
def test_in_force_refuses_in_a_sentence(draft, base, cast, login, changes, sentence):
    tried(draft, cast.city)
    data = {"edits": draft.edits, "on": TODAY().isoformat(), "reason": "会议决定", "agreed": "on"}

    response = login(cast.city).post(f"{LIST}{draft.version}/in-force/", data | changes)

    assert sentence in response.content.decode()
    base.refresh_from_db()
    assert base.state == "in_force"


def test_of_two_who_put_it_in_force_one_wins(draft, cast):
    tried(draft, cast.city)
    put(draft, cast.city)

    with pytest.raises(Refused):
        put(draft, cast.city2)

    assert AuditEntry.objects.filter(action="rubric.in_force").count() == 1


def test_a_submitted_application_keeps_its_version_and_a_draft_goes_over(
    draft, base, programme, cast, station, town_station
):
    from accreditation.models import Application, Snapshot

    submitted = Application.objects.create(
        programme=programme, station=station, track="red", number="S1", state="county_review"
    )
    submitted.snapshot = Snapshot.objects.create(
        application=submitted, rubric=base, data={}, digest="x"
    )
    submitted.save()
    waiting = Application.objects.create(
        programme=programme, station=town_station, track="red", number="S2"
    )
    tried(draft, cast.city)

    put(draft, cast.city, programmes=[programme])

    assert Application.objects.get(pk=submitted.pk).rubric == base
    assert Application.objects.get(pk=waiting.pk).rubric == draft


def test_a_new_programme_offers_the_version_in_force_only(draft, base, programme, cast, login):
    tried(draft, cast.city)
    put(draft, cast.city)

    client = login(cast.city)
    form = client.get("/manage/programmes/new/").context["form"]
    own = client.get(f"/manage/programmes/{programme.pk}/").context["form"]

    assert list(form.fields["rubric"].queryset) == [draft]
    assert set(own.fields["rubric"].queryset) == {draft, base}


@pytest.mark.parametrize(
    ("path", "most"), [("", 8), ("{v}/", 12), ("{v}/C7.3/", 8), ("{v}/trial/", 8)]
)
def test_pages_ask_a_constant_number_of_queries(
    draft, cast, login, path, most, django_assert_max_num_queries
):
    tried(draft, cast.city)
    client, url = login(cast.city), LIST + path.format(v=draft.version)
    client.get(url)

    with django_assert_max_num_queries(most):
        response = client.get(url)

    assert response.status_code == 200


def test_an_administrator_reads_and_has_no_buttons(draft, cast, login):
    html = login(cast.admin).get(f"{LIST}{draft.version}/").content.decode()

    assert "共性1-1 老兵谈心室" in html
    assert "保存草稿" not in html
    assert "施行…" not in html
