"""政治关、史实关: who may check a text, and when it is checked again."""

import pytest
from django.urls import reverse

from stations.tests.record_pages import url
from tests.factories import StoryFactory
from veterans.models import Story

pytestmark = pytest.mark.django_db


def check_data(**changes):
    return {
        "aspect": "political",
        "passed": "True",
        "checker_name": "王五",
        "checker_unit": "县党史办",
        "note": "",
    } | changes


def test_two_different_people_check_and_an_edit_reopens(cast, station, login):
    story = StoryFactory(station=station, subject_name="某人", created_by=cast.manager)
    client = login(cast.county)
    address = url("record_check", station, "stories", "story", story.pk)

    client.post(address, check_data())
    same = client.post(address, check_data(aspect="historical"), follow=True)
    assert "两个不同的人" in same.content.decode()
    author = client.post(address, check_data(checker_name="manager"), follow=True)
    assert "作者不能审核" in author.content.decode()
    client.post(address, check_data(aspect="historical", checker_name="赵六"))
    listing = client.get(reverse("section", args=[station.region.code, "stories"]))
    assert "已通过" in listing.content.decode()

    client.post(
        url("record", station, "stories", "story", story.pk),
        {
            "theme": "red",
            "subject": "other",
            "subject_name": "某人",
            "title": story.title,
            "body": "改过的正文。",
            "source": "口述",
            "unlock": "1",
            "version": "1",
        },
    )

    story = Story.objects.get()
    assert story.body == "改过的正文。"
    listing = client.get(reverse("section", args=[station.region.code, "stories"]))
    assert "内容已改，需重新审核" in listing.content.decode()


def test_a_space_in_a_name_makes_nobody_else_of_a_checker(cast, station, login):
    story = StoryFactory(station=station, subject_name="某人", created_by=cast.manager)
    client, address = login(cast.county), url("record_check", station, "stories", "story", story.pk)

    client.post(address, check_data(checker_name="王　五"))
    same = client.post(address, check_data(aspect="historical", checker_name="王 五"))
    author = client.post(address, check_data(aspect="historical", checker_name="mana ger"))

    assert "两个不同的人审核" in same.content.decode() and same.status_code == 422
    assert "作者不能审核" in author.content.decode()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"checker_name": ""}, "请填写此项。"),
        ({"passed": ""}, "请填写此项。"),
        ({"checker_name": "manager"}, "作者不能审核自己写的内容"),
    ],
)
@pytest.mark.parametrize("person", ["county", "city"])
def test_a_check_that_is_refused_keeps_what_was_typed(wrong, reason, person, cast, station, login):
    story = StoryFactory(station=station, created_by=cast.manager, title="老兵的家书")
    client = login(getattr(cast, person))
    typed = check_data(checker_unit="区委宣传部", note="第三段的年份请核对") | wrong

    page = client.post(url("record_check", station, "stories", "story", story.pk), typed)

    text = page.content.decode()
    assert page.status_code == 422
    assert reason in text and "审核结论没有录入" in text
    assert 'value="区委宣传部"' in text and 'value="第三段的年份请核对"' in text
    assert "老兵的家书" in text
    assert not story.checks.exists()


def test_who_rewrote_a_text_does_not_check_it(cast, station, login):
    story = StoryFactory(station=station, created_by=cast.manager, updated_by=cast.town)
    address = url("record_check", station, "stories", "story", story.pk)

    page = login(cast.county).post(address, check_data(checker_name="town"), follow=True)

    assert "作者不能审核" in page.content.decode()
    assert not story.checks.exists()
