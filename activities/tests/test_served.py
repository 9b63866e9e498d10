import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from accounts.models import AccessLog
from activities.served import participations, served
from tests.factories import (
    ActivityFactory,
    GroupFactory,
    ParticipationFactory,
    TeamFactory,
    VeteranFactory,
)

DAY = dt.date(2026, 3, 5)
SPAN = {"first": "2026-03-01", "last": "2026-03-31"}


def serve(station, person, hours, *, day=DAY, field="hardship", **changes):
    fields = {"kind": "volunteering", "service_field": field} | changes
    role = fields.pop("role", "volunteer")
    activity = ActivityFactory(station=station, happened_on=day, **fields)
    return ParticipationFactory(activity=activity, veteran=person, role=role, hours=hours)


def test_who_really_served_and_in_which_field(cast, station):
    busy, once = VeteranFactory(station=station), VeteranFactory(station=station)
    serve(station, busy, 2), serve(station, busy, "1.5", field="rural")
    serve(station, once, None)
    serve(station, once, 9, role="participant")
    serve(station, once, 9, kind="study")
    serve(station, once, 9, day=dt.date(2026, 4, 1))

    found = served(participations(cast.manager, dt.date(2026, 3, 1), dt.date(2026, 3, 31)))

    assert [(one.veteran, one.times, float(one.hours)) for one in found] == [
        (busy, 2, 3.5), (once, 1, 0),
    ]  # fmt: skip
    assert [(label, float(hours)) for label, hours in found[0].fields] == [
        ("帮扶解困", 2), ("乡村振兴", 1.5),
    ]  # fmt: skip


def test_without_a_field_the_groups_counts(cast, station):
    group = GroupFactory(team=TeamFactory(station=station), field="flood")
    serve(station, VeteranFactory(station=station), 1, field="", group=group)
    serve(station, VeteranFactory(station=station, pinyin="z"), 1, field="")

    found = served(participations(cast.manager, DAY, DAY))

    assert [[label for label, _ in one.fields] for one in found] == [["抗洪救灾"], ["未注明"]]


def test_the_page_sums_a_period_of_the_scope(cast, station, town_station, other_station, login):
    for place in (station, town_station, other_station):
        serve(place, VeteranFactory(station=place), 2)
    county = login(cast.county)

    whole = county.get("/volunteers/served/", SPAN).context
    one = county.get("/volunteers/served/", SPAN | {"station": station.code}).context
    own = login(cast.manager).get("/volunteers/served/", SPAN).context

    assert (whole["page"].paginator.count, whole["hours"], whole["times"]) == (2, 4, 2)
    assert one["page"].paginator.count == 1
    assert own["page"].paginator.count == 1


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ({"first": "2026-03-31", "last": "2026-03-01"}, "不能早于开始日期"),
        ({"first": "x"}, "请填写正确的日期"),
    ],
)
def test_a_wrong_period_is_said(cast, login, span, said):
    assert said in login(cast.county).get("/volunteers/served/", span).content.decode()


def test_the_workbook_holds_text_and_is_logged(cast, station, login):
    person = VeteranFactory(station=station, name="=1+1")
    serve(station, person, "2.5")

    response = login(cast.manager).post(
        "/volunteers/served/export/?first=2026-03-01&last=2026-03-31"
    )

    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert [cell.value for cell in sheet[3]] == [
        1, "=1+1", station.name, 1, 2.5, "帮扶解困2.5小时",
    ]  # fmt: skip
    assert sheet["B3"].data_type == "s"
    log = AccessLog.objects.get()
    assert (log.kind, log.row_count) == ("export", 1)


def test_the_page_costs_the_same_with_few_and_many(
    cast, station, login, django_assert_max_num_queries
):
    serve(station, VeteranFactory(station=station), 1)
    client = login(cast.county)
    client.get("/volunteers/served/", SPAN)
    with django_assert_max_num_queries(8) as few:
        client.get("/volunteers/served/", SPAN)
    for _ in range(20):
        serve(station, VeteranFactory(station=station), 1)
    with django_assert_max_num_queries(len(few)):
        client.get("/volunteers/served/", SPAN)
