"""记一笔 and the sign-in sheet: into the ledger from a phone."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEntry
from activities.entry import sign_in
from activities.models import Activity
from records.models import AttachmentLink
from tests.factories import (
    ActivityFactory,
    GroupFactory,
    MembershipFactory,
    PlanItemFactory,
    TeamFactory,
    VeteranFactory,
)
from tests.prints import docx_text

TODAY = timezone.localdate()
LEAST = {"kind": "study", "title": "十一月学习", "happened_on": TODAY.isoformat()}
LEAST |= {"other_headcount": "0"}


def photo(shade=90, name="照片.jpg"):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 120)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


@pytest.fixture
def quick(station):
    return reverse("quick_activity", args=[station.code])


def test_kind_title_and_date_are_enough(cast, station, quick, login):
    answer = login(cast.manager).post(quick, LEAST)

    activity = Activity.objects.get()
    assert (activity.kind, activity.title, activity.station) == ("study", "十一月学习", station)
    page = reverse("record", args=[station.code, "activities", "activity", activity.pk])
    assert answer.url == f"{page}?saved=1"


def test_what_was_saved_is_read_first_and_its_form_unfolds(cast, station, quick, login):
    client = login(cast.manager)
    answer = client.post(quick, LEAST)
    page = client.get(answer.url).content.decode()
    assert page.index("十一月学习</dd>") < page.index("再记一笔")
    assert '<details class="card">' in page

    wrong = client.post(answer.url, LEAST | {"title": "", "version": "1"}).content.decode()
    # What must be mended is not folded away.
    assert "请填写活动名称" in wrong and '<details class="card">' not in wrong


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": ""}, "请选择活动类型"),
        ({"title": ""}, "请填写活动名称"),
        ({"happened_on": ""}, "请填写活动时间"),
        ({"happened_on": (TODAY + dt.timedelta(days=1)).isoformat()}, "活动时间不能晚于今天"),
    ],
)
def test_what_is_missing_is_named_and_the_rest_kept(cast, quick, login, changes, said):
    page = login(cast.manager).post(quick, LEAST | {"content": "已经写好的内容"} | changes)

    text = page.content.decode()
    assert said in text and "已经写好的内容" in text
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("kind", "role"),
    [("study", "participant"), ("visit", "visited"), ("talk", "visited"),
     ("volunteering", "volunteer")],
)  # fmt: skip
def test_people_stand_there_in_the_role_of_the_kind(cast, station, quick, login, kind, role):
    person = VeteranFactory(station=station)
    login(cast.manager).post(quick, LEAST | {"kind": kind, "people": person.pk})

    rows = Activity.objects.get().participations.values_list("veteran_id", "role")
    assert list(rows) == [(person.pk, role)]


def test_a_whole_group_is_one_tap(cast, station, quick, login):
    group = GroupFactory(team=TeamFactory(station=station), field="flood")
    here, gone, dead, single = (VeteranFactory(station=station) for _ in range(4))
    dead.status = "deceased"
    dead.save()
    for person in (here, dead):
        MembershipFactory(team=group.team, group=group, veteran=person)
    left = {"joined_on": dt.date(2020, 1, 1), "left_on": dt.date(2024, 1, 1)}
    MembershipFactory(team=group.team, group=group, veteran=gone, **left)

    login(cast.manager).post(
        quick, LEAST | {"kind": "volunteering", "groups": group.pk, "people": [here.pk, single.pk]}
    )

    activity = Activity.objects.get()
    served = set(activity.participations.values_list("veteran_id", "role"))
    assert served == {(here.pk, "volunteer"), (single.pk, "volunteer")}
    assert (activity.group, activity.team, activity.service_field) == (group, group.team, "flood")


def test_a_group_of_another_station_is_refused(cast, other_station, quick, login):
    group = GroupFactory(team=TeamFactory(station=other_station))
    MembershipFactory(team=group.team, group=group, veteran=VeteranFactory(station=other_station))

    page = login(cast.manager).post(quick, LEAST | {"groups": group.pk})

    assert page.status_code == 200
    assert not Activity.objects.exists()


def test_the_plan_fills_the_form_and_a_later_day_becomes_today(cast, station, quick, login):
    item = PlanItemFactory(
        station=station, title="慰问老战士", kind="visit", place="项里居委会",
        planned_on=TODAY + dt.timedelta(days=14),
    )  # fmt: skip
    PlanItemFactory(station=station, title="太远", planned_on=TODAY + dt.timedelta(days=16))

    offered = login(cast.manager).get(quick).context["items"]
    form = login(cast.manager).get(quick, {"plan_item": item.pk}).context["form"]

    assert [one.title for one in offered] == ["慰问老战士"]
    assert form["title"].value() == "慰问老战士"
    assert (form["kind"].value(), form["place"].value()) == ("visit", "项里居委会")
    assert form["happened_on"].value() == TODAY


def test_the_last_places_are_offered_newest_first(cast, station, quick, login):
    for days, place in ((3, "文化广场"), (2, "村部"), (1, "文化广场")):
        ActivityFactory(station=station, place=place, happened_on=TODAY - dt.timedelta(days=days))
    assert login(cast.manager).get(quick).context["places"] == ["文化广场", "村部"]


def test_photos_come_with_the_form_and_a_broken_one_loses_none(cast, quick, login):
    broken = SimpleUploadedFile("坏.jpg", b"\xff\xd8\xffbroken", "image/jpeg")
    data = LEAST | {"photos": [photo(10, "一.jpg"), broken, photo(200, "二.jpg")]}

    page = login(cast.manager).post(quick, data, follow=True)

    names = AttachmentLink.objects.values_list("attachment__original_name", flat=True)
    assert sorted(names) == ["一.jpg", "二.jpg"]
    assert "“坏.jpg”不是完整的照片" in page.content.decode()


def test_the_same_form_again_adds_only_the_photos_that_are_missing(cast, quick, login):
    client, sent = login(cast.manager), LEAST | {"token": "b" * 16}
    client.post(quick, sent | {"photos": [photo(10, "一.jpg")]})

    page = client.post(quick, sent | {"photos": [photo(10, "一.jpg"), photo(200)]}, follow=True)

    assert Activity.objects.count() == 1
    assert AttachmentLink.objects.count() == 2
    assert "没有重复登记" in page.content.decode()


def test_the_page_costs_the_same_with_many_rows(
    cast, station, quick, login, django_assert_max_num_queries
):
    for _ in range(6):
        PlanItemFactory(station=station, planned_on=TODAY)
        ActivityFactory(station=station, place="村部")
        group = GroupFactory(team=TeamFactory(station=station))
        MembershipFactory(team=group.team, group=group, veteran=VeteranFactory(station=station))
    client = login(cast.manager)
    with django_assert_max_num_queries(14):
        client.get(quick)


@pytest.fixture
def item(station):
    return PlanItemFactory(
        station=station, title="“八一”座谈会", kind="meeting", place="村部", planned_on=TODAY
    )


def test_the_signed_sheet_files_itself_and_makes_the_activity_once(cast, item, login):
    client, address = login(cast.manager), reverse("sign_in", args=[sign_in.code_of(item)])

    first = client.post(address, {"photos": [photo(10)]})
    second = client.post(address, {"photos": [photo(200)]})

    activity = Activity.objects.get()
    assert first.url == second.url
    assert (activity.title, activity.kind, activity.plan_item) == ("“八一”座谈会", "meeting", item)
    assert [one.purpose for one in activity.attachment_links.all()] == ["sign_in", "sign_in"]


def test_the_sheet_goes_to_the_activity_that_is_there(cast, station, item, login):
    there = ActivityFactory(station=station, plan_item=item)
    address = reverse("sign_in", args=[sign_in.code_of(item)])

    login(cast.manager).post(address, {"photos": [photo()]})

    assert Activity.objects.get() == there
    assert there.attachment_links.get().purpose == "sign_in"


def test_without_a_photo_nothing_is_made(cast, item, login):
    page = login(cast.manager).post(reverse("sign_in", args=[sign_in.code_of(item)]))
    assert (page.status_code, "请先拍照" in page.content.decode()) == (400, True)
    assert not Activity.objects.exists()


def test_words_of_a_plan_that_need_a_decision_are_asked_for_first(cast, station, login):
    item = PlanItemFactory(station=station, title="参观北纬33.123456基地", planned_on=TODAY)
    address = reverse("sign_in", args=[sign_in.code_of(item)])

    answer = login(cast.manager).post(address, {"photos": [photo()]})

    assert answer.url.endswith(f"/activities/quick/?plan_item={item.pk}")
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    "wrong", ["ab-cdefgh", "zz", "", "-", "1-2", "ab" * 20 + "-abcdef", "a²-x"]
)
def test_a_made_up_code_opens_nothing(cast, item, login, wrong):
    assert sign_in.item_number(wrong) is None
    if wrong:
        assert login(cast.manager).get(f"/sign-in/{wrong}/").status_code == 404
    page = login(cast.manager).get("/sign-in/", {"code": wrong}, follow=True)
    assert "没有找到这个编号的签到表" in page.content.decode()


def test_the_printed_code_can_be_typed(cast, item, login):
    code = sign_in.code_of(item)
    assert sign_in.item_number(f" {code.upper()} ") == item.pk
    answer = login(cast.manager).get("/sign-in/", {"code": code.upper()})
    assert answer.url == f"/sign-in/{code}/"


def sheet(client, station, item):
    address = reverse("print", args=[station.code, "sign-in", "docx"])
    return client.get(address, {"which": item.pk})


def test_the_sheet_says_how_its_photo_comes_home(cast, station, item, login, settings):
    client = login(cast.manager)
    settings.PUBLIC_BASE_URL = ""
    without = docx_text(sheet(client, station, item).getvalue())
    settings.PUBLIC_BASE_URL = "https://example.cn"
    answer = docx_text(sheet(client, station, item).getvalue())

    code = sign_in.code_of(item)
    assert code in without and "拍下来或扫描" in without
    assert sign_in.mark_of(item) == f"https://example.cn/sign-in/{code}/"
    assert code in answer and "扫描右上角二维码" in answer
    assert sign_in.address_of(item) == f"https://example.cn/sign-in/{code}/"


def send_ahead(client, station, shade, name="先传.jpg"):
    answer = client.post(reverse("photos_upload", args=[station.code]), {
        "files": photo(shade, name), "upload_id": str(shade), "origin": "camera",
    })  # fmt: skip
    return answer.json()["stored"][0]["code"]


def test_photos_sent_ahead_hang_on_the_entry_in_their_order(cast, station, quick, login):
    client = login(cast.manager)
    first, second = send_ahead(client, station, 10), send_ahead(client, station, 200)
    assert send_ahead(client, station, 10) == first
    sent = LEAST | {"uploaded": f"{second},{first}", "token": "f" * 32}

    page = client.post(quick, sent, follow=True)
    client.post(quick, sent)

    assert "已上传2张照片" in page.content.decode()
    links = Activity.objects.get().attachment_links.order_by("order")
    assert [one.attachment.code for one in links] == [second, first]
    assert {one.attachment.origin for one in links} == {"camera"}
    # What it would belong to was not known yet: the log says no name.
    assert not AuditEntry.objects.filter(label__contains="先传").exists()


def test_an_entry_takes_no_photo_that_is_another_persons_or_hangs_somewhere(
    cast, station, quick, login
):
    theirs = send_ahead(login(cast.county), station, 10)
    client = login(cast.manager)
    mine = send_ahead(client, station, 200)
    client.post(quick, LEAST | {"uploaded": mine})

    client.post(quick, LEAST | {"title": "又一次", "uploaded": f"{theirs},{mine},不是编号"})

    assert not Activity.objects.get(title="又一次").attachment_links.exists()


def test_a_form_that_is_refused_keeps_what_was_sent_ahead(cast, station, quick, login):
    client = login(cast.manager)
    code = send_ahead(client, station, 10)

    page = client.post(quick, LEAST | {"title": "", "uploaded": code}).content.decode()

    assert f'name="uploaded" value="{code}"' in page
