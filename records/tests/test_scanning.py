"""Units, secrets and wrong words in free text: found, replaced or confirmed, never blocked."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry
from records.models import Attachment, AttachmentLink, HistoricalUnit
from records.scanning import Scanner, replaced
from stations.models import Regulation, Station
from tests.factories import RegulationFactory, StoryFactory
from veterans.models import Story, Veteran

HISTORICAL = ["新四军", "八路军", "志愿军", "百团大战", "红二十五军"]


def words(text):
    return [(one.kind, one.word) for one in Scanner(HISTORICAL).scan(text)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("在83123部队服役", "83123部队"),
        ("曾在第38军113师当兵", "第38军113师"),
        ("空军第3师", "第3师"),
        ("第二十军60师某团三营八连", "第二十军60师"),
        ("解放军第81集团军", "第81集团军"),
        ("驻地代号：89705", "代号：89705"),
        ("捐赠第三团臂章", "第三团"),
    ],
)
def test_a_unit_is_found(text, word):
    assert ("unit", word) in words(text)


@pytest.mark.parametrize(
    "text",
    [
        "参加新四军第三师七旅",
        "中国人民志愿军第38军",
        "红二十五军长征，百团大战",
        "三师傅在一营业厅门前举八一军旗，一团和气",
        "一军人家庭，三军仪仗队",
        "十营村和八团镇的第一师范学校",
        "学雷锋志愿服务第二支队、生产第三大队",
        "三连冠，两个连，第十二届，一等功，三班班长",
        "国内战略物资",
        "某部某团",
    ],
)
def test_history_and_everyday_words_are_left_alone(text):
    assert words(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("操作东风-41", "secret", "东风-41"),
        ("阵地在北纬33.9度", "secret", "北纬33.9度"),
        ("参加越战立功", "word", "越战"),
        ("内战时期", "word", "内战"),
    ],
)
def test_secrets_and_wrong_words_are_found(text, kind, word):
    assert words(text) == [(kind, word)]


def test_replacing_writes_the_right_words_and_leaves_what_has_none():
    text = "退伍军人张三在83123部队操作东风-41，参加越战。"
    assert (
        replaced(text, Scanner(HISTORICAL).scan(text))
        == "退役军人张三在某部操作东风-41，参加对越自卫反击战。"
    )


@pytest.mark.django_db
def test_the_city_keeps_the_list_of_historical_units(cast, login):
    assert Scanner().scan("红一军")
    client = login(cast.city)
    client.post("/manage/lists/historical-units/new/", {"name": "红一军", "sort_order": 5})
    assert HistoricalUnit.objects.filter(name="红一军").exists()
    assert Scanner().scan("红一军") == []
    HistoricalUnit.objects.filter(name="红一军").update(is_active=False)
    assert Scanner().scan("红一军")


@pytest.mark.django_db
def test_clean_text_asks_no_question(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Scanner().scan("每月组织一次学习，退役军人和团员参加。") == []


# --- in the form -----------------------------------------------------------------------

BODY = "在83123部队服役，参加越战。"


def rule(station, **values):
    data = {"kind": "study", "title": "学习制度", "body": BODY, "adopted_on": "2024-01-01"}
    return f"/stations/{station.region.code}/regulations/regulation/new/", data | values


def seal_of(response):
    return (
        response.context["form"]
        .fields["words"]
        .widget.get_context("words", None, {})["widget"]["seal"]
    )


def test_the_first_save_warns_and_keeps_what_was_typed(station, cast, login):
    url, data = rule(station)
    response = login(cast.manager).post(url, data)
    page = response.content.decode()
    assert response.status_code == 200 and not Regulation.objects.exists()
    assert "<mark>83123部队</mark>" in page and "应写作“对越自卫反击战”" in page
    assert BODY in page and 'value="replace"' in page and 'value="verified"' in page


def test_one_click_replaces_and_saves(station, cast, login):
    url, data = rule(station, words="replace")
    assert login(cast.manager).post(url, data).status_code == 302
    assert Regulation.objects.get().body == "在某部服役，参加对越自卫反击战。"
    assert not AuditEntry.objects.filter(action="words.verified").exists()


def test_a_confirmation_saves_as_it_is_and_logs_where(station, cast, login):
    client = login(cast.manager)
    url, data = rule(station)
    seen = seal_of(client.post(url, data))
    assert client.post(url, data | {"words": "verified", "words_seen": seen}).status_code == 302
    saved = Regulation.objects.get()
    assert saved.body == BODY
    entry = AuditEntry.objects.get(action="words.verified")
    assert entry.actor == cast.manager and entry.object_id == str(saved.pk)
    assert entry.after == {
        "内容": "第2—8字（部队番号、代号）；第14—15字（不规范用语）",
    }


def test_a_confirmation_counts_for_the_words_that_were_shown(station, cast, login):
    client = login(cast.manager)
    url, data = rule(station)
    seen = seal_of(client.post(url, data))
    more = data | {"body": BODY + "第38军", "words": "verified", "words_seen": seen}
    response = client.post(url, more)
    assert response.status_code == 200 and not Regulation.objects.exists()
    assert "<mark>第38军</mark>" in response.content.decode()


def test_what_cannot_be_replaced_is_asked_again_with_the_rest_replaced(station, cast, login):
    url, data = rule(station, body="83123部队的东风-41", words="replace")
    response = login(cast.manager).post(url, data)
    assert response.status_code == 200 and not Regulation.objects.exists()
    assert "某部的东风-41" in response.content.decode()


def test_words_that_were_there_before_are_not_asked_again(station, cast, login):
    row = RegulationFactory(station=station, body=BODY)
    url = f"/stations/{station.region.code}/regulations/regulation/{row.pk}/"
    _, data = rule(station, body=BODY + "每月一次。", version=1)
    assert login(cast.manager).post(url, data).status_code == 302
    row.refresh_from_db()
    assert row.body.endswith("每月一次。")
    _, data = rule(station, body=BODY + "第38军", version=2)
    assert login(cast.manager).post(url, data).status_code == 200


@pytest.mark.parametrize("field", ["former_post", "strengths_text", "note", "branch"])
def test_every_free_text_of_a_person_is_looked_at(field, station, cast, login):
    url = f"/stations/{station.region.code}/roster/person/new/"
    data = {
        "name": "张三", "person_kind": "veteran", "plaque": "none", "residence": "local",
        "status": "active", "interview_status": "not_started", "former_post_state": "blank",
        "current_post_state": "blank", "strengths_state": "blank", "honours_state": "blank",
        field: "原83123部队",
    }  # fmt: skip
    response = login(cast.manager).post(url, data)
    assert response.status_code == 200 and not Veteran.objects.exists()
    assert "<mark>83123部队</mark>" in response.content.decode()


@pytest.mark.parametrize(
    ("section", "kind", "field", "rest"),
    [
        ("exhibits", "exhibit", "body", {"place": "hall", "title": "版块", "order": 0}),
        ("exhibits", "exhibit", "donor", {"place": "hall", "title": "版块", "order": 0}),
        ("stories", "story", "title", {"theme": "red", "subject": "other", "body": "正文"}),
        ("activities", "activity", "content", {"kind": "study", "title": "学习"}),
        ("notes", "note", "body", {"title": "经验"}),
    ],
)
def test_stories_exhibits_and_the_ledger_are_looked_at(
    section, kind, field, rest, station, cast, login
):
    url = f"/stations/{station.region.code}/{section}/{kind}/new/"
    response = login(cast.manager).post(url, {**rest, field: "第38军的老兵"})
    assert response.status_code == 200
    assert "<mark>第38军</mark>" in response.content.decode()


def test_the_station_itself_is_looked_at(station, cast, login):
    url = f"/stations/{station.region.code}/edit/"
    data = {"name": station.name, "introduction": "原83123部队驻地", "version": station.version}
    response = login(cast.manager).post(url, data)
    assert "<mark>83123部队</mark>" in response.content.decode()
    assert Station.objects.get(pk=station.pk).introduction == ""


# --- captions ------------------------------------------------------------------------


def linked(station):
    attachment = Attachment.objects.create(
        station=station, kind="photo", file="a.jpg", original_name="a.jpg",
        content_type="image/jpeg", size=1, sha256="0" * 64,
    )  # fmt: skip
    story = StoryFactory(station=station)
    return AttachmentLink.objects.create(attachment=attachment, record=story)


def test_a_caption_asks_the_same_question(station, cast, login):
    one, client = linked(station), login(cast.manager)
    url, text = f"/links/{one.pk}/caption/", "在83123部队留影"
    page = client.post(url, {"caption": text})
    one.refresh_from_db()
    assert one.caption == "" and "<mark>83123部队</mark>" in page.content.decode()
    client.post(url, {"caption": text, "words": "replace"})
    one.refresh_from_db()
    assert one.caption == "在某部留影"
    seen = re.search(r'name="words_seen" value="(\w+)"', page.content.decode())[1]
    client.post(url, {"caption": text, "words": "verified", "words_seen": seen})
    one.refresh_from_db()
    assert one.caption == text
    entry = AuditEntry.objects.get(action="words.verified")
    assert entry.after == {"说明": "第2—8字（部队番号、代号）"}


def test_a_caption_of_an_upload_is_written_with_some_unit(station, cast, login):
    story = StoryFactory(station=station)
    url = f"/stations/{station.region.code}/stories/story/{story.pk}/files/"
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.4 test")
    page = login(cast.manager).post(
        url, {"files": file, "purpose": "general", "caption": "在83123部队留影"}, follow=True
    )
    assert AttachmentLink.objects.get().caption == "在某部留影"
    assert "说明中有“83123部队”" in page.content.decode()


def test_a_wrong_word_of_the_list_has_its_right_one():
    from records.scanning import wrong_words

    assert wrong_words()["韩战"] == "抗美援朝" and Story._meta.get_field("war").choices
