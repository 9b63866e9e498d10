"""What stands beside the score, unscored."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from accreditation.scorecard.beside import TASKS, beside, three_highs
from accreditation.scoring import score_stations
from activities.models import Participation, ServiceRecord
from stations.models import Partner, Station
from tests.factories import ActivityFactory, TeamFactory, VeteranFactory

pytestmark = pytest.mark.django_db


def card(station):
    rows = Station.objects.filter(pk=station.pk)
    return score_stations(rows, on=timezone.localdate())[station.pk]


@pytest.fixture
def busy(station):
    """Two volunteer days, one visit, one talk, with two people in them; a partner."""
    people = VeteranFactory.create_batch(2, station=station)
    for kind in ("volunteering", "volunteering", "visit", "talk"):
        activity = ActivityFactory(station=station, kind=kind)
        Participation.objects.create(activity=activity, veteran=people[0], role="participant")
    Participation.objects.create(activity=activity, veteran=people[1], role="participant")
    TeamFactory(station=station, leader=people[0])
    Partner.objects.create(station=station, name="县实验小学", kind="school")
    ServiceRecord.objects.create(
        station=station, kind="policy", received_on=dt.date(2026, 1, 1), matter="咨询", handler="张"
    )
    return station


def counts(found):
    return {one.label: one.number for task in found["tasks"] for one in task.counts}


def test_each_high_is_the_share_of_its_own_points(station):
    found = card(station)
    sums = {"基础建设水平": ("C1.", "C4.", "C5.", "C6."), "服务发展质量": ("C3.", "C7.2", "C7.4"),
            "群众满意度": ("C7.3",)}  # fmt: skip

    for high in three_highs(found):
        lines = [
            line for code, line in found.lines.items()
            if code.startswith(sums[high.label]) and line.points is not None
        ]  # fmt: skip
        assert high.points == sum(line.points for line in lines)
        assert high.max_points == sum(line.max_points for line in lines)
    # Without enough answers satisfaction is not known, which is not the same as none.
    assert three_highs(found)[2].percent in (None, 0)


def test_the_six_tasks_count_what_serves_them(busy, other_station, cast):
    ActivityFactory(station=other_station, kind="volunteering")

    found = beside(cast.manager, busy, card(busy))

    assert [task.label for task in found["tasks"]] == [label for _, label, _ in TASKS]
    assert counts(found) == counts(found) | {
        "志愿服务": 2, "走访慰问": 1, "谈心谈话": 1, "志愿服务队": 1, "服务记录": 1, "典型故事": 0,
    }  # fmt: skip
    assert [one.number for _, one in found["influence"]] == [4, 2, 1]


def test_what_a_role_may_not_open_has_no_number(busy, cast):
    city = counts(beside(cast.city, busy, card(busy)))
    admin = beside(cast.admin, busy, card(busy))

    assert "服务记录" not in city and city["谈心谈话"] == 1
    assert "服务记录" not in counts(admin) and "谈心谈话" not in counts(admin)
    # Neither are the talks in the sums.
    assert [one.number for _, one in admin["influence"]] == [3, 1, 1]


def test_every_number_leads_to_a_list_of_as_many(busy, cast, login):
    client = login(cast.manager)
    html = client.get(f"/stations/{busy.region.code}/scorecard/").content.decode()
    part = re.search(r'id="beside".*?</div>\s*</div>\s*</div>', html, re.S)[0]

    assert "不计分" in part
    links = re.findall(r'<a href="([^"]+)">(\S+) (\d+)</a>', part)
    assert len(links) == 13
    for url, label, number in links:
        page = client.get(url.replace("&amp;", "&"))
        assert page.context["page"].paginator.count == int(number), label
