"""补录: entries made afterwards from the paper ledger."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity
from activities.tests.test_entry import photo
from records.models import Attachment, AttachmentLink


@pytest.fixture
def address(station):
    return reverse("paper_entries", args=[station.code])


def row(number, **changes):
    values = {"happened_on": "2025-03-05", "kind": "study", "title": f"第{number}次学习"}
    return {f"r{number}-{name}": value for name, value in (values | changes).items()}


def test_one_scan_serves_all_entries_that_were_typed(cast, station, address, login):
    data = {"rows": "6", **row(1), **row(3, other_headcount="12"), "photos": [photo()]}

    answer = login(cast.manager).post(address, data, follow=True)

    first, second = Activity.objects.order_by("title")
    assert (first.title, second.title, second.other_headcount) == ("第1次学习", "第3次学习", 12)
    assert first.is_late_entry and second.is_late_entry
    links = AttachmentLink.objects.values_list("object_id", "purpose")
    assert set(links) == {(first.pk, "paper_ledger"), (second.pk, "paper_ledger")}
    assert Attachment.objects.count() == 1
    assert answer.context["page"].paginator.count == 2
    assert "已补录2条活动" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "请填写活动名称"),
        ({"kind": ""}, "请选择活动类型"),
        ({"happened_on": "2025-02-30"}, "请"),
        (
            {"happened_on": (timezone.localdate() + dt.timedelta(days=2)).isoformat()},
            "不能晚于今天",
        ),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_half_written(cast, address, login, changes, said):
    page = login(cast.manager).post(address, {**row(1), **row(2, **changes, place="村部")})

    text = page.content.decode()
    assert page.status_code == 400
    assert "第2条需要修改，全部都还没有保存" in text and said in text and "第1次学习" in text
    assert not Activity.objects.exists()


def test_words_are_asked_about_and_answered_row_by_row(cast, address, login):
    client = login(cast.manager)
    data = row(1, content="地点在北纬33.123456") | row(2, content="地点在北纬34.654321")
    seen = {}
    for number in (1, 2):
        page = client.post(address, data | seen)
        assert page.status_code == 400
        form = page.context["rows"][number - 1][1]
        seal = form["words"].field.widget.get_context(f"r{number}-words", None, {})["widget"][
            "seal"
        ]
        seen |= {f"r{number}-words": "verified", f"r{number}-words_seen": seal}
        assert f'name="r{number}-words_seen" value="{seal}"' in page.content.decode()
    assert not Activity.objects.exists()

    client.post(address, data | seen)

    assert Activity.objects.count() == 2


def test_nothing_typed_is_said(cast, address, login):
    page = login(cast.manager).post(address, {"r1-kind": "study", "r1-other_headcount": "0"})
    assert "还没有填写内容" in page.content.decode()


def test_the_same_page_twice_makes_the_entries_once(cast, address, login):
    client, data = login(cast.manager), {**row(1), **row(2), "token": "c" * 16}
    client.post(address, data)
    again = client.post(address, data, follow=True)
    assert Activity.objects.count() == 2
    assert "没有重复登记" in again.content.decode()


def test_the_page_costs_the_same_for_thirty_rows(
    cast, address, login, django_assert_max_num_queries
):
    client = login(cast.manager)
    client.get(address)
    with django_assert_max_num_queries(6):
        assert len(client.get(address, {"rows": "30"}).context["rows"]) == 30
