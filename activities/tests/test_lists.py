import datetime as dt

import pytest
from django.core import signing

from accounts.models import AuditEntry
from activities import keydates
from activities.models import CareReason, KeyDate
from veterans.models import Strength

SIX = {
    "spring_festival", "lei_feng_month", "july_first", "august_first", "martyrs_day",
    "national_day",
}  # fmt: skip


@pytest.mark.django_db
def test_the_lists_are_shipped():
    assert set(KeyDate.objects.filter(is_required=True).values_list("code", flat=True)) == SIX
    assert Strength.objects.count() >= 20
    assert set(CareReason.objects.values_list("scheme", flat=True)) == {
        "四尊崇",
        "五关爱",
        "六必访",
    }
    assert CareReason.objects.count() == 15
    assert not CareReason.objects.filter(is_confirmed=True).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("year", "festival", "qingming"),
    [
        (2022, dt.date(2022, 2, 1), dt.date(2022, 4, 5)),
        (2024, dt.date(2024, 2, 10), dt.date(2024, 4, 4)),
        (2026, dt.date(2026, 2, 17), dt.date(2026, 4, 5)),
        (2028, dt.date(2028, 1, 26), dt.date(2028, 4, 4)),
    ],
)
def test_the_days_of_a_year_are_computed(year, festival, qingming):
    assert keydates.days_of(year) == {
        "spring_festival": festival,
        "lei_feng_month": dt.date(year, 3, 1),
        "qingming": qingming,
        "july_first": dt.date(year, 7, 1),
        "august_first": dt.date(year, 8, 1),
        "martyrs_day": dt.date(year, 9, 30),
        "national_day": dt.date(year, 10, 1),
    }


@pytest.mark.django_db
def test_a_month_without_a_day_lasts_the_whole_month():
    month = KeyDate.objects.get(code="lei_feng_month")

    assert keydates.span(month, 2026) == (dt.date(2026, 3, 1), dt.date(2026, 3, 31))


@pytest.mark.parametrize(
    ("month", "day", "year"), [(None, None, 2026), (2, 29, 2026), (2, 31, 2024)]
)
def test_a_row_without_a_day_in_that_year_has_none(month, day, year):
    assert keydates.span(KeyDate(code="x", month=month, day=day), year) is None


def test_the_city_adds_and_renames_a_strength(cast, login):
    client = login(cast.city)

    client.post("/manage/lists/strengths/new/", {"name": "剪纸", "sort_order": 99})
    row = Strength.objects.get(name="剪纸")
    opened = client.get(f"/manage/lists/strengths/{row.pk}/").context["opened"]
    client.post(
        f"/manage/lists/strengths/{row.pk}/",
        {"name": "剪纸刻纸", "sort_order": 99, "opened": opened},
    )

    row.refresh_from_db()
    assert row.name == "剪纸刻纸"
    entries = AuditEntry.objects.filter(kind="veterans.strength").order_by("pk")
    assert [(entry.action, entry.after["name"]) for entry in entries] == [
        ("list.add", "剪纸"), ("list.edit", "剪纸刻纸"),
    ]  # fmt: skip


def test_a_name_is_not_given_twice(cast, login):
    name = Strength.objects.first().name

    response = login(cast.city).post(
        "/manage/lists/strengths/new/", {"name": name, "sort_order": 1}
    )

    assert response.context["form"].errors["name"]
    assert Strength.objects.filter(name=name).count() == 1


def test_the_second_of_two_savers_sees_both_versions(cast, login):
    row = CareReason.objects.first()
    first, second = login(cast.city), login(cast.city2)
    url = f"/manage/lists/care-reasons/{row.pk}/"
    opened = first.get(url).context["opened"]
    data = {"scheme": row.scheme, "sort_order": 1, "opened": opened}
    first.post(url, data | {"name": "甲"})

    response = second.post(url, data | {"name": "乙"})

    page = response.content.decode()
    assert "刚刚被其他人修改过" in page
    assert 'value="乙"' in page
    row.refresh_from_db()
    assert row.name == "甲"
    second.post(url, data | {"name": "乙", "opened": response.context["opened"]})
    row.refresh_from_db()
    assert row.name == "乙"


def test_a_forged_condition_is_refused(cast, login):
    row = CareReason.objects.first()

    login(cast.city).post(
        f"/manage/lists/care-reasons/{row.pk}/",
        {"scheme": "x", "name": "x", "sort_order": 1, "opened": signing.dumps("{}", salt="other")},
    )

    row.refresh_from_db()
    assert row.name != "x"


def test_a_row_goes_out_of_use_and_comes_back(cast, login):
    row, client = Strength.objects.first(), login(cast.admin)

    client.post(f"/manage/lists/strengths/{row.pk}/switch/", {"active": "0"})
    row.refresh_from_db()
    off = row.is_active
    client.post(f"/manage/lists/strengths/{row.pk}/switch/", {"active": "1"})
    row.refresh_from_db()

    assert (off, row.is_active) == (False, True)


@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(SIX))
def test_the_six_days_of_the_policy_stay(cast, login, code):
    row = KeyDate.objects.get(code=code)

    response = login(cast.city).post(
        f"/manage/lists/key-dates/{row.pk}/switch/", {"active": "0"}, follow=True
    )

    assert "不能停用" in response.content.decode()
    row.refresh_from_db()
    assert row.is_active


def test_the_city_adds_a_key_date_of_its_own(cast, login):
    login(cast.city).post(
        "/manage/lists/key-dates/new/",
        {"name": "重阳节", "month": 10, "day": 18, "sort_order": 9},
    )

    row = KeyDate.objects.get(name="重阳节")
    assert keydates.day_of(row, 2026) == dt.date(2026, 10, 18)
    assert not row.is_required


@pytest.mark.parametrize("month", ["", "13", "0", "x"])
def test_a_wrong_month_is_refused(cast, login, month):
    response = login(cast.city).post(
        "/manage/lists/key-dates/new/", {"name": "错", "month": month, "sort_order": 9}
    )

    assert response.context["form"].errors["month"]
    assert not KeyDate.objects.filter(name="错").exists()


def test_an_unknown_list_is_not_found(cast, login):
    assert login(cast.city).get("/manage/lists/nothing/").status_code == 404


def test_a_list_costs_the_same_with_few_and_many(cast, login, django_assert_num_queries):
    client = login(cast.city)
    client.get("/manage/lists/strengths/")
    with django_assert_num_queries(4):
        client.get("/manage/lists/strengths/")
    Strength.objects.bulk_create(Strength(name=f"特长{n}") for n in range(30))
    with django_assert_num_queries(4):
        client.get("/manage/lists/strengths/")
