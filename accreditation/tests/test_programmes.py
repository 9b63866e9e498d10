import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry
from accreditation.models import BuildList, CountyPlan, Programme
from accreditation.tests.progress_world import a_naming, a_programme, a_rubric, a_target

pytestmark = pytest.mark.django_db
D = dt.date
LIST = "/manage/programmes/"
PLAN = "/accreditation/plans/321322/"


def form(**changes):
    data = {
        "name": "巩固提升",
        "starts_on": "2026-01-01",
        "ends_on": "2028-12-31",
        "rubric": a_rubric().pk,
        "approval_document": "",
    }
    return data | changes


def test_the_city_makes_a_programme_with_its_stages(cast, login):
    stage = {"brand-starts_on": "2028-01-01", "brand-ends_on": "2028-12-31", "brand-aim": "树品牌"}

    login(cast.city).post(f"{LIST}new/", form(**stage))

    programme = Programme.objects.get()
    assert (programme.name, programme.ends_on, programme.is_current) == (
        "巩固提升", D(2028, 12, 31), False,
    )  # fmt: skip
    assert list(programme.stages.values_list("kind", "starts_on", "aim")) == [
        ("brand", D(2028, 1, 1), "树品牌")
    ]
    assert AuditEntry.objects.get(action="programme.create").actor == cast.city


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ends_on": "2025-12-31"}, "结束日期必须晚于开始日期。"),
        ({"name": "旧方案"}, "已有同名的建设方案，请换一个名称。"),
        ({"brand-starts_on": "2029-01-01", "brand-ends_on": "2029-02-01"},
         "阶段不能晚于方案的结束日期。"),
        ({"brand-starts_on": "2025-01-01", "brand-ends_on": "2027-02-01"},
         "阶段不能早于方案的开始日期。"),
        ({"brand-starts_on": "2027-01-01"}, "请把两个日期都填上，或都不填。"),
        ({"brand-aim": "树品牌"}, "填写了目标，请同时填写日期。"),
        ({"brand-starts_on": "2027-02-01", "brand-ends_on": "2027-01-01"},
         "结束日期不能早于开始日期。"),
    ],
)  # fmt: skip
def test_wrong_dates_are_said_at_their_field_and_nothing_is_written(cast, login, changes, message):
    a_programme("旧方案")

    html = login(cast.city).post(f"{LIST}new/", form(**changes)).content.decode()

    assert message in html
    assert Programme.objects.count() == 1


def test_dates_cannot_leave_a_target_or_a_naming_outside(tree, station, cast, login):
    programme = a_programme("巩固提升", D(2026, 1, 1), D(2028, 12, 31))
    a_target(programme, tree.city, "red", 5, D(2028, 6, 30))
    a_naming(programme, station, tree.county, "red", D(2026, 2, 1))
    changes = form(starts_on="2026-03-01", ends_on="2028-01-01", version=1)

    html = login(cast.admin).post(f"{LIST}{programme.pk}/", changes).content.decode()

    assert "已有认定日期 2026-02-01，开始日期不能更晚。" in html
    assert "已有目标时限 2028-06-30，结束日期不能更早。" in html
    programme.refresh_from_db()
    assert programme.starts_on == D(2026, 1, 1)


def test_the_second_of_two_editors_sees_both_versions_and_loses_nothing(cast, login):
    programme = a_programme("巩固提升", D(2026, 1, 1), D(2028, 12, 31))
    url = f"{LIST}{programme.pk}/"
    login(cast.city).post(url, form(version=1, approval_document="甲〔2026〕1号"))
    second = login(cast.admin)

    response = second.post(url, form(version=1, name="巩固提升二"))

    html = response.content.decode()
    assert response.status_code == 409
    assert "甲〔2026〕1号" in html
    assert "巩固提升二" in html
    programme.refresh_from_db()
    assert (programme.name, programme.version) == ("巩固提升", 2)

    version = response.context["form"]["version"].value()
    second.post(url, form(version=version, name="巩固提升二"))

    programme.refresh_from_db()
    assert programme.name == "巩固提升二"


def test_one_programme_is_current_and_a_stale_page_cannot_change_it(cast, login):
    old = a_programme("旧", is_current=True)
    new, third = a_programme("新"), a_programme("又一")
    client = login(cast.city)

    client.post(f"{LIST}{new.pk}/current/", {"was": old.pk})
    stale = client.post(f"{LIST}{third.pk}/current/", {"was": old.pk}, follow=True)
    blind = client.post(f"{LIST}{third.pk}/current/", {"was": "x"}, follow=True)

    assert "您的操作没有执行" in stale.content.decode()
    assert "您的操作没有执行" in blind.content.decode()
    assert list(Programme.objects.filter(is_current=True)) == [new]


def test_saving_the_form_leaves_alone_which_one_is_current(cast, login):
    programme = a_programme("巩固提升", is_current=True)

    login(cast.city).post(f"{LIST}{programme.pk}/", form(version=1))

    programme.refresh_from_db()
    assert programme.is_current


@pytest.mark.parametrize("n", [1, 12])
def test_the_list_costs_the_same_for_one_and_many(cast, login, n, django_assert_num_queries):
    for number in range(n):
        a_programme(f"方案{number}")
    client = login(cast.city)
    client.get("/healthz")

    with django_assert_num_queries(4):
        client.get(LIST)


# --- the county's plan and list -----------------------------------------------------------------


def test_a_county_registers_its_plan_with_the_file_and_the_city_reads_it(
    tree, cast, login, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    a_programme()
    pdf = SimpleUploadedFile("方案.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
    data = {"adopted_on": "2026-03-01", "leader": "李四", "contact": "王五 1", "upload": pdf}

    login(cast.county).post(PLAN, data | {"version": 1})

    plan = CountyPlan.objects.get()
    assert (plan.region, plan.leader, plan.adopted_on) == (tree.county, "李四", D(2026, 3, 1))
    assert (plan.file.original_name, plan.file.region) == ("方案.pdf", tree.county)
    html = login(cast.city).get(PLAN).content.decode()
    assert "李四" in html
    assert "方案.pdf" in html
    assert AuditEntry.objects.get(action="county_plan.create").after["分管领导"] == "李四"


def test_a_refused_file_keeps_the_form_and_writes_nothing(cast, login, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    a_programme()
    exe = SimpleUploadedFile("方案.exe", b"MZ\x00\x00", content_type="application/pdf")

    html = login(cast.county).post(PLAN, {"leader": "李四", "upload": exe}).content.decode()

    assert "“方案.exe”" in html
    assert 'value="李四"' in html
    assert not CountyPlan.objects.exists()


def test_of_two_plans_the_second_is_told(tree, cast, login):
    CountyPlan.objects.create(programme=a_programme(), region=tree.county, leader="甲", version=3)

    response = login(cast.county).post(PLAN, {"leader": "乙", "version": 2})

    html = response.content.decode()
    assert response.status_code == 409
    assert 'value="乙"' in html
    assert "分管领导 甲" in html
    assert CountyPlan.objects.get().leader == "甲"


def test_a_county_lists_the_stations_that_it_builds_up(tree, cast, login, station, other_station):
    programme = a_programme(starts=D(2026, 1, 1), ends=D(2028, 12, 31))
    client = login(cast.county)
    row = {"station": station.name, "track": "red", "year": "2027"}

    client.post("/accreditation/build-list/add/", row)

    assert list(BuildList.objects.values_list("programme", "station", "track", "year")) == [
        (programme.pk, station.pk, "red", 2027)
    ]
    again = client.post("/accreditation/build-list/add/", row).content.decode()
    assert "已在2027年的建设名单中" in again
    foreign = client.post("/accreditation/build-list/add/", row | {"station": other_station.code})
    assert "请核对名称或填代码" in foreign.content.decode()
    late = client.post("/accreditation/build-list/add/", row | {"year": "2031"}).content.decode()
    assert "年度要在2026到2028之间。" in late
    assert station.name in login(cast.city).get("/accreditation/build-list/").content.decode()
    other = login(cast.other_county).get("/accreditation/build-list/").content.decode()
    assert station.name not in other

    client.post(f"/accreditation/build-list/{BuildList.objects.get().pk}/remove/")

    assert not BuildList.objects.exists()
    assert AuditEntry.objects.filter(action="build_list.remove", station=station).exists()
