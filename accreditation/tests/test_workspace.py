import datetime as dt

import pytest
from django.urls import reverse

from accreditation.models import Programme, Rubric
from tests.factories import FacilityFactory, VeteranFactory

pytestmark = pytest.mark.django_db


def test_each_section_says_how_many_and_what_is_missing(cast, station, login):
    FacilityFactory.create_batch(2, station=station)

    text = (
        login(cast.manager).get(reverse("workspace", args=[station.region.code])).content.decode()
    )

    card = text.split("活动场所</")[0][-400:] + text.split("活动场所", 1)[1][:600]
    assert '<span class="section-card-count">2</span>' in text
    assert "共性1-" in card


def test_what_a_role_may_not_open_is_not_shown(cast, station, login):
    address = reverse("workspace", args=[station.region.code])

    assert "信访接待" in login(cast.county).get(address).content.decode()
    main = login(cast.city).get(address).content.decode().split("<main", 1)[1]
    assert "section-cards" in main and "信访接待</" not in main.split("section-cards")[1]


@pytest.mark.parametrize("people", [1, 30])
def test_the_workspace_takes_at_most_fifteen_queries(
    cast, station, login, django_assert_max_num_queries, people
):
    Programme.objects.create(
        name="方案",
        starts_on=dt.date(2026, 1, 1),
        ends_on=dt.date(2028, 12, 31),
        rubric=Rubric.objects.get(),
        is_current=True,
    )
    VeteranFactory.create_batch(people, station=station)
    client = login(cast.manager)
    client.get(reverse("workspace", args=[station.region.code]))

    with django_assert_max_num_queries(15) as counted:
        client.get(reverse("workspace", args=[station.region.code]))
    assert len(counted) >= 10
