"""Meetings, lists, certificate and what a naming changes per county."""

import datetime as dt
import io
from zipfile import ZipFile

import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image

from accreditation import workflow
from accreditation.models import Accreditation, Application, Objection, Target
from accreditation.naming_pages.certificate import NO_ADDRESS, NO_APPROVAL
from accreditation.naming_pages.prints import workdays
from accreditation.tests.workflow_world import named
from accreditation.workflow.naming import preview_naming

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def words(answer):
    return ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()


def meeting(client, *rows, **data):
    values = {"number": [row.number for row in rows], "decided_on": str(TODAY()),
              "minutes_number": "〔2026〕7号"} | data  # fmt: skip
    return client.post("/accreditation/meeting/decide/", values)


def test_one_meeting_is_entered_for_all_or_none(world, cast, login, town_station):
    one, two = world.at("decision"), world.at("decision", town_station)
    workflow.add_problem(two, problem="缺牌", owner="李", due_on=TODAY(), by=cast.city)
    client = login(cast.city2)

    refused = meeting(client, one, two)
    assert refused.status_code == 409
    assert f"{town_station.name}：问题清单还有1项没有销号" in refused.content.decode()
    assert not Application.objects.exclude(decided_by=None).exists()

    assert meeting(client, one).status_code == 302
    one.refresh_from_db()
    assert one.decided_by == cast.city2
    assert one.transitions.last().details["minutes_number"] == "〔2026〕7号"
    assert meeting(client, one).status_code == 409
    assert meeting(client, two, minutes_number="").status_code == 422


def test_who_reviewed_does_not_enter_the_meeting(world, cast, login):
    one = world.at("decision")
    assert meeting(login(cast.city), one).status_code == 403
    one.refresh_from_db()
    assert one.decided_by is None


def test_the_notice_list_says_days_contact_and_no_person(world, cast, login):
    application = world.at("public_notice")
    batch = application.batch
    client = login(cast.city)
    url = f"/accreditation/batches/{batch.pk}/papers/"

    text = words(client.get(f"{url}notice/docx/"))
    assert world.station.name in text and "5个工作日" in text and "8436 0000" in text
    assert "拟认定" in text and "命名" not in text
    assert cast.city2.full_name not in text
    day = TODAY()
    held = f"{day.year}年{day.month}月{day.day}日，会议纪要"
    decision = words(client.get(f"{url}decision/docx/"))
    assert "〔2026〕1号" in decision and held in decision
    early = client.get(f"{url}named/docx/", follow=True)
    assert "还没有认定生效" in early.content.decode()
    assert client.get(f"{url}notice/pdf/").content.startswith(b"%PDF-")
    assert client.get(f"{url}other/pdf/").status_code == 404


def test_the_named_list_carries_the_numbers(world, cast, login):
    application = world.at("accredited")
    client = login(cast.city)
    text = words(client.get(f"/accreditation/batches/{application.batch_id}/papers/named/docx/"))
    number = Accreditation.objects.get().number
    assert number in text and "宿退役军人〔2026〕5号" in text


def test_plaques_have_their_words_only_with_an_approval(world, cast, login, settings):
    application = world.at("accredited")
    client, batch = login(cast.city), application.batch_id
    url = f"/accreditation/batches/{batch}/"
    refused = client.get(f"{url}papers/plaques/docx/", follow=True).content.decode()
    assert "批准依据" in refused and "牌匾文字</a>" not in refused
    world.programme.approval_document = "宿政办发〔2026〕1号"
    world.programme.save()
    settings.PUBLIC_BASE_URL = "https://stations.test"

    paper = client.get(f"{url}papers/plaques/docx/")

    made, text = Accreditation.objects.get(), words(paper)
    assert "牌匾文字</a>" in client.get(url).content.decode()
    assert "市级“红色文化退役军人服务站”" in text and made.number in text
    pictures = ZipFile(io.BytesIO(paper.content))
    (code,) = [name for name in pictures.namelist() if name.startswith("word/media/")]
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(pictures.read(code))))
    assert read.text == f"https://stations.test/verify/{made.verify_code}/"
    assert client.get(f"{url}papers/plaques/pdf/").content.startswith(b"%PDF-")


def test_working_days_leave_out_the_holiday_and_count_the_weekend_worked():
    class National:
        starts_on, ends_on = dt.date(2025, 9, 30), dt.date(2025, 10, 13)

    # 30 September, 9 and 10 October, Saturday the 11th (worked), the 13th.
    assert workdays(National) == 5


def test_the_preview_shows_every_county_and_only_what_counts(world, cast, tree):
    application = world.at("public_notice")
    Target.objects.create(
        programme=world.programme, region=tree.county, track="red", number=12,
        due_on=dt.date(2025, 12, 31), state="confirmed",
    )  # fmt: skip
    later = TODAY() + dt.timedelta(days=30)

    rows = {e.county.code: e for e in preview_naming(application.batch, on=later).counties}
    red = rows[tree.county.code].changes[0]
    assert (red.before, red.added, red.after, red.target) == (0, 1, 1, 12)
    assert rows[tree.zone.code].added == 0 and rows[tree.zone.code].changes[0].target is None

    world.programme.ends_on = TODAY() + dt.timedelta(days=1)
    world.programme.save()
    batch = type(application.batch).objects.get(pk=application.batch_id)
    assert not any(e.added for e in preview_naming(batch, on=later).counties)


def test_no_certificate_without_an_approval(world, cast, login):
    row = named(world, cast)
    client = login(cast.city)

    page = client.get(f"/accreditation/accreditations/{row.pk}/").content.decode()
    assert NO_APPROVAL in page
    answer = client.get(f"/accreditation/accreditations/{row.pk}/certificate/", follow=True)
    assert NO_APPROVAL in answer.content.decode()
    assert "认定名称" in client.get(f"/verify/{row.verify_code}/").content.decode()


def test_a_certificate_has_a_code_only_where_it_can_be_opened(world, cast, login, settings):
    world.programme.approval_document = "国评组发〔2026〕1号"
    world.programme.save()
    row = named(world, cast)
    client = login(cast.city)
    url = f"/accreditation/accreditations/{row.pk}/"

    settings.PUBLIC_BASE_URL = ""
    assert NO_ADDRESS in client.get(url).content.decode()
    without = client.get(f"{url}certificate/").content
    settings.PUBLIC_BASE_URL = "https://example.cn"
    assert NO_ADDRESS not in client.get(url).content.decode()
    answer = client.get(f"{url}certificate/").content
    assert without.startswith(b"%PDF-") and b"/Subtype/Image" not in without
    assert b"/Subtype/Image" in answer
    assert "命名名称" in client.get(f"/verify/{row.verify_code}/").content.decode()

    workflow.revoke(row, reason="材料不实", by=cast.city)
    assert client.get(f"{url}certificate/").status_code == 302


def test_the_public_page_names_no_person(world, cast, client):
    application = world.at("accredited")
    row = Accreditation.objects.get(application=application)
    page = client.get(f"/verify/{row.verify_code}/").content.decode()
    assert world.station.name in page and row.number in page
    people = [cast.city, cast.city2, cast.county, cast.manager]
    assert not any(person.full_name in page for person in people)


def test_an_objection_is_answered_and_only_its_handlers_read_the_answer(world, cast, login):
    application = world.at("public_notice")
    objection = workflow.add_objection(
        application, received_on=TODAY(), channel="letter", text="面积不实", is_named=True,
        objector="赵某", handlers=(cast.city, cast.city2), by=cast.city,
    )  # fmt: skip
    url = f"/accreditation/objections/{objection.code}/close/"
    data = {"result": "not_upheld", "investigator": "评审组", "finding": "实测相符",
            "reply": "已核实"}  # fmt: skip

    assert login(cast.city2).post(url, data).status_code == 409
    data["replied_on"] = str(TODAY())
    assert login(cast.city2).post(url, data).status_code == 302
    assert Objection.objects.get().reply == "已核实"
    page = f"/accreditation/applications/{application.number}/"
    assert "已核实" in login(cast.city).get(page).content.decode()
    assert "赵某" not in login(cast.county).get(page).content.decode()
