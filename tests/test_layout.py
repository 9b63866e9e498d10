"""The frame of every page: menu by role, the mark of demonstration data, one query."""

import pytest
from django.test import RequestFactory

from accounts.models import User
from config.context import Layout
from records.models import Notice

pytestmark = pytest.mark.django_db


def labels(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user
    return [link.label for link in Layout(request).menu]


def test_a_reader_has_no_entry_that_shows_a_person(cast):
    numbers_of_units = {"建设进度", "已认定服务站", "整改和指导"}
    assert set(labels(cast.leader)) <= numbers_of_units | {"通知", "意见建议"}


def test_only_the_city_and_the_administrator_see_the_audit_log(cast):
    people = {name for name, user in vars(cast).items() if "操作日志" in labels(user)}

    assert people == {"admin", "city", "city2", "city3"}


def test_a_person_who_must_change_the_password_has_no_menu(cast):
    cast.city.must_change_password = True

    assert labels(cast.city) == []


def test_the_current_page_is_marked_once(login, cast):
    text = login(cast.manager).get("/feedback/").content.decode()

    assert text.count('aria-current="page"') == 1
    assert text.count("<h1>") == 1


def test_the_demonstration_mark_follows_the_demonstration_accounts(login, cast):
    client = login(cast.manager)
    before = client.get("/feedback/").content.decode()
    User.objects.filter(pk=cast.county.pk).update(is_demo=True)
    after = client.get("/feedback/").content.decode()

    assert 'class="demo-mark"' not in before
    assert '<div class="demo-mark">演示数据</div>' in after


def test_all_that_the_layout_asks_is_one_query(cast, django_assert_num_queries):
    Notice.objects.create(user=cast.manager, text="一")
    Notice.objects.create(region=cast.manager.region, text="二")
    Notice.objects.create(user=cast.outsider, text="三")
    request = RequestFactory().get("/")
    request.user = User.objects.select_related("region").get(pk=cast.manager.pk)
    layout = Layout(request)

    with django_assert_num_queries(1):
        facts = (layout.unread, layout.is_demo, layout.unit)

    assert facts == (2, False, "甲一村")


def test_every_page_leads_to_feedback_about_itself(login, cast):
    text = login(cast.manager).get("/notices/?page=1").content.decode()

    assert "/feedback/?page=%2Fnotices%2F%3Fpage%3D1" in text
