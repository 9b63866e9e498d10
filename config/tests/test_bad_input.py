"""What nobody types but a script sends: a sentence, never a 500. PostgreSQL takes no NUL,
and "²" is a digit to Python but no number."""

import pytest
from django.urls import reverse

from stations.models import Facility

SENTENCE = "看不见的空字符"


@pytest.mark.parametrize(
    "address",
    [
        "/stations/3213%00/",
        "/stations/321322100201/roster/?q=%00",
        "/stations/321322100201/find/people/?q=a%00",
        "/veterans/?q=a%00",
        "/stations/?a%00=1",
        "/verify/a%00/",
    ],
)
def test_an_address_with_a_nul_is_refused_with_a_sentence(address, login, cast):
    answer = login(cast.county).get(address)
    assert answer.status_code == 400
    assert SENTENCE in answer.content.decode()


def test_a_form_with_a_nul_loses_only_the_nul_and_says_so(login, cast, station):
    address = reverse("record_new", args=[station.region.code, "facilities", "facility"])
    answer = login(cast.county).post(
        address, {"kind": "talk_room", "name": "谈\x00心室", "note": "二楼"}, follow=True
    )
    made = Facility.objects.get()
    assert (made.name, made.note) == ("谈心室", "二楼")
    assert SENTENCE in answer.content.decode()


def test_a_form_with_a_nul_that_is_wrong_elsewhere_keeps_what_was_typed(login, cast, station):
    address = reverse("record_new", args=[station.region.code, "facilities", "facility"])
    answer = login(cast.county).post(address, {"name": "谈\x00心室", "floor_area": "很大"})
    page = answer.content.decode()
    assert SENTENCE in page
    assert 'value="谈心室"' in page and 'value="很大"' in page
    assert not Facility.objects.exists()


def test_a_nul_of_a_stranger_does_no_harm(client, db):
    answer = client.post("/login/", {"username": "a\x00", "password": "b"})
    assert answer.status_code == 200
    assert 'value="a"' in answer.content.decode()


# What chats and web pages put around and into a name; none of it can be seen.
MARKED = "\u202e谈\u200b心\ufeff室\u2069"


def test_a_name_is_kept_without_the_marks_that_turn_its_line_around(login, cast, station):
    address = reverse("record_new", args=[station.region.code, "facilities", "facility"])
    login(cast.county).post(address, {"kind": "talk_room", "name": MARKED, "note": MARKED})
    made = Facility.objects.get()
    assert (made.name, made.note) == ("谈心室", "谈心室")


def test_a_search_with_marks_finds_what_has_none(login, cast, tree):
    answer = login(cast.city).get("/manage/regions/", {"q": "\u200b甲\u200e镇"})
    assert tree.town.code in {row.code for row in answer.context["page"]}


def test_a_file_of_regions_loses_the_marks(db):
    from stations import regions
    from stations.models import Region

    head = "code,name,level,kind,parent_code,sort_order\n"
    regions.load(f"{head}3213,宿\u202e迁\u200b市,city,statutory,,1\n".encode())
    assert Region.objects.get().name == "宿迁市"


@pytest.mark.parametrize("key", ["²", "１²", "9" * 5000, "99999999999999999999"])
def test_a_key_that_is_no_number_is_not_found(key, login, cast, station):
    address = f"/stations/{station.region.code}/facilities/facility/{key}/"
    answer = login(cast.county).get(address)
    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode()


@pytest.mark.parametrize("key", ["²", "9" * 5000])
def test_a_chosen_person_that_is_no_number_is_said_to_be_wrong(key, login, cast, station):
    address = reverse("record_new", args=[station.region.code, "activities", "activity"])
    page = login(cast.county)
    answer = page.post(address, {"title": "学习", "participants": [key], "plan_item": key})
    assert answer.status_code == 200
    assert answer.context["form"].errors["participants"]
    assert page.get(address, {"plan_item": key, "participants": key}).status_code == 200


@pytest.mark.parametrize("target", ["%", "desk", "//evil.example/", "https://evil.example/", "\\"])
def test_the_way_back_after_log_in_is_a_path_of_this_site(target, login, cast):
    """A word is no path: it must neither be looked up as an address's name nor followed."""
    answer = login(cast.county).get("/login/", {"next": target})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


ENDS_OF_THE_CALENDAR = ("0001-01-01", "9999-12-31")


@pytest.mark.parametrize("day", ENDS_OF_THE_CALENDAR)
def test_the_ends_of_the_calendar_are_no_days_of_a_record(day, login, cast, station):
    address = reverse("record_new", args=[station.region.code, "regulations", "regulation"])
    answer = login(cast.county).post(
        address, {"kind": "study", "title": "学习制度", "body": "正文", "adopted_on": day}
    )
    assert answer.status_code == 200
    assert "年份" in answer.context["form"].errors["adopted_on"][0]
    assert "学习制度" in answer.content.decode()


@pytest.mark.parametrize("day", ENDS_OF_THE_CALENDAR)
def test_a_notice_at_the_ends_of_the_calendar_is_refused(day, login, cast):
    from accreditation.models import Batch
    from accreditation.tests.workflow_world import a_programme

    batch = Batch.objects.create(programme=a_programme(), name="第一批")
    page = login(cast.city)
    answer = page.post(
        reverse("batch_notice", args=[batch.pk]), {"starts_on": day, "contact": "市局"}
    )
    assert answer.status_code == 422
    assert "年份" in answer.content.decode()
    assert page.get(reverse("batch_naming", args=[batch.pk]), {"named_on": day}).status_code == 200


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize("day", ENDS_OF_THE_CALENDAR)
def test_the_audit_log_is_searched_to_the_ends_of_the_calendar(name, day, login, cast):
    answer = login(cast.admin).get(reverse("manage_audit"), {name: day})
    assert answer.status_code == 200
    assert answer.context["form"].is_valid()
