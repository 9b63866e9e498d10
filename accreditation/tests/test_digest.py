"""Digests by mail, against a real SMTP server on this machine."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from accounts import workflow
from accounts.models import AuditEntry, User
from accreditation import tasks
from accreditation.inbox import announcing
from accreditation.inbox.digest import PLACES, send_digests
from records.models import Digest, Notice
from records.notices import tell
from tests.access import named_patterns
from tests.mail import mail_server

pytestmark = pytest.mark.django_db
MORNING = "2026-11-23 08:00+08:00"  # a Monday


@pytest.fixture
def server(settings):
    with mail_server() as server:
        settings.MAIL_ENABLED = True
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.DEFAULT_FROM_EMAIL = "stations@city.test"
        yield server


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def reader(cast):
    """The clerk of the county, who asked for a mail a day."""
    return wants(cast.county, "daily")


def wants(person, digest, email=""):
    User.objects.filter(pk=person.pk).update(
        digest=digest, email=email or f"{person.username}@city.test"
    )
    person.refresh_from_db()
    return person


def told(person, text="张三的转接申请", link="/veterans/transfers/", kind="assigned"):
    tell([person], text, link=link, kind=kind)


def run():
    return send_digests(timezone.now())


def later(clock, **delta):
    clock.shift(dt.timedelta(**delta))


def body_of(server):
    (message,) = server.messages
    return message.get_content()


def test_what_is_unread_is_told_by_kind_and_page_without_its_text(server, clock, reader):
    told(reader)
    told(reader, "李四的转接申请")
    told(reader, "某站的申报退回", "/accreditation/applications/2026-321322-R-001/", "returned")
    Notice.objects.filter(text__contains="李四").update(read_at=timezone.now())

    assert run() == 1

    (message,) = server.messages
    text = message.get_content()
    assert (message["To"], message["From"]) == ("county@city.test", "stations@city.test")
    assert message["Subject"].endswith("：2条未读通知")
    assert "· 交办：转接申请（11-23 08:00）" in text
    assert "· 退回：申报 2026-321322-R-001（11-23 08:00）" in text
    assert not any(word in text for word in ("张三", "李四", "某站", "http"))


def test_links_stand_in_it_only_where_the_site_has_an_address(server, clock, reader, settings):
    settings.PUBLIC_BASE_URL = "https://stations.test"
    told(reader)

    run()

    text = body_of(server)
    assert "https://stations.test/veterans/transfers/" in text
    assert "https://stations.test/notices/" in text


def test_an_announcement_is_named_by_its_title(server, clock, cast):
    wants(cast.manager, "daily")
    announcing.publish(
        title="年度复核安排", body="请先自查", roles=["station"], units=[], actor=cast.county
    )

    run()

    assert "· 通知公告：《年度复核安排》" in body_of(server)
    assert "请先自查" not in body_of(server)


def test_once_a_day_and_only_when_something_is_new(server, clock, reader):
    told(reader)
    assert run() == 1
    told(reader)
    assert run() == 0
    later(clock, days=1)
    assert run() == 1
    later(clock, days=1)
    assert run() == 0
    assert len(server.messages) == 2
    assert "您有2条未读通知，其中1条是新的" in server.messages[1].get_content()


def test_once_a_week_for_who_asked_for_that(server, clock, cast):
    person = wants(cast.county, "weekly")
    sent = []
    for _ in range(14):
        told(person)
        sent.append(run())
        later(clock, days=1)

    assert sent == [1, 0, 0, 0, 0, 0, 0] * 2
    assert list(Digest.objects.values_list("period", flat=True)) == ["2026-W49", "2026-W48"]


def test_nobody_is_woken_at_night(server, clock, reader):
    clock.move_to(dt.datetime.fromisoformat("2026-11-23 06:50+08:00"))
    told(reader)
    assert run() == 0

    later(clock, minutes=10)
    assert run() == 1


def test_notices_of_the_unit_reach_its_people(server, clock, tree, reader, cast):
    wants(cast.leader, "daily")
    tell([tree.county], "县的事", link="/notices/", kind="assigned")

    run()

    assert server.recipients == ["county@city.test"]


def test_who_asked_for_nothing_gets_nothing(server, clock, cast):
    for person in (cast.city, cast.county, cast.manager):
        told(person)
    wants(cast.county, "none")
    User.objects.filter(pk=wants(cast.city, "daily").pk).update(is_active=False)

    assert run() == 0
    assert server.messages == []


def test_without_mail_nothing_is_sent_and_the_page_has_no_fields(
    server, clock, reader, settings, login
):
    settings.MAIL_ENABLED = False
    told(reader)
    client = login(reader)

    assert run() == 0
    html = client.get("/account/").content.decode()
    refused = client.post("/account/", {"email": "new@city.test", "digest": "daily"})

    assert server.messages == []
    assert 'name="email"' not in html
    assert "沭阳县" in html
    assert refused.status_code == 403
    reader.refresh_from_db()
    assert reader.email == "county@city.test"


def test_while_the_server_is_down_everything_waits(server, clock, reader, settings, cast):
    wants(cast.manager, "daily")
    told(reader)
    told(cast.manager)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()

    assert run() == 0
    assert not Digest.objects.exists()
    settings.EMAIL_PORT = port
    assert run() == 2
    assert run() == 0

    assert sorted(server.recipients) == ["county@city.test", "manager@city.test"]


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_server_that_is_busy_is_asked_again_and_others_are_served(server, clock, reader, cast):
    wants(cast.manager, "daily")
    told(reader)
    told(cast.manager)
    server.replies["county@city.test"] = "451 try again later"

    assert run() == 1
    assert server.recipients == ["manager@city.test"]
    server.replies.clear()
    assert run() == 1

    assert server.recipients == ["manager@city.test", "county@city.test"]


def test_an_address_that_is_refused_is_told_inside_and_not_tried_again_that_day(
    server, clock, reader
):
    told(reader)
    server.replies["county@city.test"] = "550 no such user"

    assert [run(), run()] == [0, 0]

    assert Digest.objects.get().error == "550 no such user"
    notice = Notice.objects.get(link="/account/")
    assert (notice.user, "电子邮箱" in notice.text) == (reader, True)


def test_a_line_that_breaks_after_the_text_sends_nothing_twice_and_loses_nothing(
    server, clock, reader
):
    told(reader)
    server.hangs_up = True
    assert [run(), run()] == [0, 0]
    assert len(server.messages) == 1

    server.hangs_up = False
    later(clock, days=1)

    assert run() == 1
    assert "您有1条未读通知，其中1条是新的" in server.messages[1].get_content()


def test_a_worker_that_died_in_between_leaves_no_second_mail(server, clock, reader):
    """As it is found when the claim was written and nothing after it."""
    told(reader)
    Digest.objects.create(user=reader, period="2026-11-23", made_at=timezone.now())

    assert run() == 0
    later(clock, days=1)
    assert run() == 1


def test_the_timer_sends(server, clock, reader):
    told(reader)

    tasks.send_digests.delay()

    assert server.recipients == ["county@city.test"]


def test_the_choice_is_saved_and_stands_in_the_log(server, cast, login):
    client = login(cast.manager)
    page = client.get("/account/")
    version = page.context["form"]["version"].value()

    client.post("/account/", {"email": "a@b.cn", "digest": "weekly", "version": version})

    cast.manager.refresh_from_db()
    assert (cast.manager.email, cast.manager.digest) == ("a@b.cn", "weekly")
    entry = AuditEntry.objects.get(action="user.mail")
    assert (entry.actor, entry.before["email"], entry.after["email"]) == (
        cast.manager, "", "a@b.cn",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"email": "keine", "digest": "daily"}, "电子邮箱的格式不对"),
        ({"email": "a@b.cn\r\nBcc: x@y.cn", "digest": "daily"}, "电子邮箱的格式不对"),
        ({"email": "a@市局.cn", "digest": "daily"}, "只能用英文字母"),
        ({"email": "", "digest": "daily"}, "请填写电子邮箱"),
        ({"email": "a@b.cn", "digest": "hourly"}, "请在“不发送”"),
        ({"email": "a@b.cn"}, "请选择通知摘要"),
        ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.cn", "digest": "daily"}, "电子邮箱"),
        ({"email": "a@b.cn", "digest": "daily", "version": 99}, "刚刚在别处修改过"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(server, cast, login, data, sentence):
    response = login(cast.manager).post("/account/", {"version": 1} | data)

    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    cast.manager.refresh_from_db()
    assert (cast.manager.email, cast.manager.digest) == ("", "none")


def test_the_next_holder_of_a_post_does_not_write_to_the_last(server, cast):
    person = wants(cast.manager, "daily")

    workflow.hand_over(person, full_name="接任人", phone="", version=person.version, by=cast.admin)

    person.refresh_from_db()
    assert (person.email, person.digest) == ("", "none")


def test_every_page_that_it_names_exists():
    assert PLACES.keys() <= named_patterns().keys()
