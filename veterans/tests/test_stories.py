"""Stories: sources, lock, near-copies, consent, the bank, the city's word, withdrawal."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from stations.checking import enter_check
from tests.factories import ExhibitFactory, StoryFactory, VeteranFactory
from veterans import near_copies, story_bank
from veterans.models import Consent, Story

pytestmark = pytest.mark.django_db

TEXT = (
    "张建国一九八四年退役后回到甲一村，带领乡亲修通了村口的土路，又承包荒滩试种稻蟹共作，"
    "三年后成立合作社，吸收四十六户入社，其中退役军人十一户。汛期他连续七天守在圩堤，"
    "群众称他为身边的老班长。如今他每月到村小学讲一次国防课。"
)
OTHER = (
    "李凤英整理本镇的老地名和碑刻二十余年，走访老人三百多人次，抄录家谱十七部，"
    "协助建起乡情馆并义务讲解，让年轻人记得住乡愁，也让外出的乡亲找得到回家的路。"
)


def story_data(**changes):
    return {
        "theme": "rural", "subject": "green_leader", "title": "老班长的稻田", "body": TEXT,
        "subject_name": "张建国", "source": "本人口述",
    } | changes  # fmt: skip


def new_url(station):
    return f"/stations/{station.region.code}/stories/story/new/"


def edit_url(story, kind="story"):
    section = "stories" if kind == "story" else "exhibits"
    return f"/stations/{story.station.region.code}/{section}/{kind}/{story.pk}/"


def check(record, cast, passed=True):
    for aspect, name in (("political", "甲"), ("historical", "乙")):
        enter_check(
            record, by=cast.county, aspect=aspect, passed=passed, checker_name=name,
            checker_unit="县党史办",
        )  # fmt: skip


def checked_story(station, cast, **values):
    story = StoryFactory(station=station, **({"body": TEXT, "consent": True} | values))
    check(story, cast)
    return story


def page_of(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


# --- writing and the lock ------------------------------------------------------------


def test_a_story_names_its_source(station, cast, login):
    page = login(cast.manager).post(new_url(station), story_data(source=""))
    assert page.status_code == 200 and "请注明史料（事迹）来源" in page.content.decode()
    assert not Story.objects.exists()


def test_a_checked_text_is_locked_until_somebody_means_to_change_it(station, cast, login):
    story = checked_story(station, cast, subject_name="张建国", source="口述", theme="rural")
    client = login(cast.manager)
    locked = client.get(edit_url(story))
    assert locked.context["form"].fields["body"].disabled
    assert "正文已锁定" in locked.content.decode()
    opened = client.get(edit_url(story) + "?unlock=1")
    assert not opened.context["form"].fields["body"].disabled
    assert "保存改动后须重新审核" in opened.content.decode()


def test_a_locked_story_still_takes_what_is_not_its_text(station, cast, login):
    story = checked_story(station, cast, subject_name="张建国", source="口述", theme="rural")
    data = {"version": 1, "withdrawn_on": "2026-01-05", "withdrawn_reason": "本人要求"}
    assert login(cast.manager).post(edit_url(story), data).status_code == 302
    story.refresh_from_db()
    assert (story.body, story.withdrawn_reason) == (TEXT, "本人要求")


def test_an_older_story_without_a_source_can_still_be_withdrawn(station, cast, login):
    story = checked_story(station, cast, subject_name="张建国")
    data = {"version": 1, "withdrawn_on": "2026-01-05", "withdrawn_reason": "本人要求"}
    assert login(cast.manager).post(edit_url(story), data).status_code == 302


def test_a_page_from_before_the_checks_overwrites_only_on_purpose(station, cast, login):
    story = checked_story(station, cast, subject_name="张建国", source="口述", theme="rural")
    data = story_data(body=TEXT + "补充。", source="口述", version=1)
    client = login(cast.manager)
    page = client.post(edit_url(story), data)
    assert page.status_code == 200 and "您的修改没有保存" in page.content.decode()
    assert "补充。" in page.content.decode()
    story.refresh_from_db()
    assert story.body == TEXT
    assert client.post(edit_url(story), data | {"unlock": "1"}).status_code == 302
    story.refresh_from_db()
    assert story.body.endswith("补充。")
    assert not Story.objects.filter(story_bank.checked(Story)).exists()
    assert "内容已改，需重新审核" in page_of(client, edit_url(story))


# --- near-copies ----------------------------------------------------------------------


def test_a_near_copy_is_found_through_the_index(station, other_station, town_station):
    first = StoryFactory(station=other_station, body=TEXT)
    copied = StoryFactory(
        station=station, body=TEXT.replace("张建国", "王大山").replace("七天", "九天")
    )
    apart = StoryFactory(station=town_station, body=OTHER)
    for story in (first, copied, apart):
        near_copies.index(story)
    found = near_copies.near_copies(copied)
    assert [one.story for one in found] == [first] and found[0].share > 0.7
    assert near_copies.near_copies(apart) == []


def test_own_withdrawn_and_short_texts_are_no_copies(station, other_station):
    own = StoryFactory(station=station, body=TEXT)
    gone = StoryFactory(station=other_station, body=TEXT, withdrawn_on=dt.date(2026, 1, 1))
    short = StoryFactory(station=other_station, body="短文。")
    for story in (own, gone, short):
        near_copies.index(story)
    assert near_copies.near_copies(StoryFactory(station=station, body=TEXT)) == []
    assert near_copies.near_copies(StoryFactory(station=station, body="短文。")) == []
    assert short.bands.count() == 0


def test_one_copy_or_thirty_take_two_questions(station, other_station, django_assert_num_queries):
    mine = StoryFactory(station=station, body=TEXT)
    for _ in range(30):
        near_copies.index(StoryFactory(station=other_station, body=TEXT))
    with django_assert_num_queries(2):
        found = near_copies.near_copies(mine)
    assert len(found) == near_copies.CANDIDATES


def test_the_writer_is_told_first_and_not_whose_it_is(station, other_station, cast, login):
    near_copies.index(StoryFactory(station=other_station, body=TEXT, title="别站的标题"))
    page = login(cast.manager).post(new_url(station), story_data(consent="on"), follow=True)
    text = page.content.decode()
    assert Story.objects.filter(station=station).exists()
    assert "与另一个服务站的故事相似度100%" in text and "别站的标题" not in text
    assert other_station.name not in text


def test_the_common_superior_sees_which(station, other_station, cast, login):
    near_copies.index(StoryFactory(station=other_station, body=TEXT, title="别站的标题"))
    mine = StoryFactory(station=station, body=TEXT)
    assert "别站的标题" in page_of(login(cast.city), edit_url(mine))
    assert "别站的标题" not in page_of(login(cast.county), edit_url(mine))


def compare_url(one, other):
    return f"/stories/{one.pk}/alike/{other.pk}/"


def test_two_texts_stand_side_by_side_with_what_they_share(station, town_station, cast, login):
    mine = StoryFactory(station=station, body="开头不同。" + TEXT)
    theirs = StoryFactory(station=town_station, body=TEXT + "结尾<另写>。", title="镇上的稻田")
    near_copies.index(theirs)
    client = login(cast.county)
    assert compare_url(mine, theirs) in page_of(client, edit_url(mine))

    page = page_of(client, compare_url(mine, theirs))

    body = TEXT.removesuffix("。")
    assert f"开头不同。<mark>{body}</mark>。" in page
    assert f"<mark>{body}</mark>。结尾&lt;另写&gt;。" in page
    assert "镇上的稻田" in page and town_station.name in page


def test_a_station_compares_with_the_bank_and_with_nothing_else_of_others(
    station, other_station, cast, login
):
    person = VeteranFactory(station=other_station, name="张建国")
    theirs = StoryFactory(station=other_station, body=TEXT, veteran=person, consent=True)
    near_copies.index(theirs)
    mine = StoryFactory(station=station, body=TEXT)
    client = login(cast.manager)
    assert client.get(compare_url(mine, theirs)).status_code == 404
    assert compare_url(mine, theirs) not in page_of(client, edit_url(mine))

    check(theirs, cast)

    assert compare_url(mine, theirs) in page_of(client, edit_url(mine))
    page = page_of(client, compare_url(mine, theirs))
    # The own text has the name; the other one is shown as in the bank, without it.
    assert page.count("张建国") == 1 and "张某" in page
    # Nobody reaches a draft of another station from the other side.
    assert login(cast.outsider).get(compare_url(theirs, mine)).status_code == 404


def test_passages_keep_every_character_of_the_text():
    text = "甲乙丙丁戊己，庚辛！\n壬癸子丑寅卯"
    parts = near_copies.passages(text, "乙丙丁戊己庚辛。另外寅卯")
    assert "".join(part.text for part in parts) == text
    assert [part.text for part in parts if part.is_common] == ["乙丙丁戊己，庚辛"]
    assert near_copies.passages("", TEXT) == []


# --- consent --------------------------------------------------------------------------


def consent(person, **values):
    return Consent.objects.create(
        veteran=person, **({"kind": "story", "given_on": dt.date(2025, 1, 1)} | values)
    )


def test_the_living_are_asked_and_the_dead_are_not(station, cast, login):
    person = VeteranFactory(station=station, name="张建国")
    story = StoryFactory(station=station, veteran=person, body="正文。")
    client = login(cast.county)
    assert "须取得本人（亲属）同意" in page_of(client, edit_url(story))
    consent(person)
    assert "须取得本人（亲属）同意" not in page_of(client, edit_url(story))
    Consent.objects.update(withdrawn_on=dt.date(2026, 1, 1))
    assert "须取得本人（亲属）同意" in page_of(client, edit_url(story))
    person.status = "deceased"
    person.save()
    assert "须取得本人（亲属）同意" not in page_of(client, edit_url(story))


def test_a_consent_taken_back_outweighs_the_ticked_box(station, cast):
    person = VeteranFactory(station=station, name="张建国")
    checked_story(station, cast, veteran=person)
    assert story_bank.bank().count() == 1
    consent(person, withdrawn_on=dt.date(2026, 1, 1))
    assert story_bank.bank().count() == 0


def test_others_named_in_the_text_are_pointed_out(station, cast, login):
    VeteranFactory(station=station, name="王大山")
    VeteranFactory(station=station, name="赵小河", status="deceased")
    story = StoryFactory(station=station, body="他与王大山、赵小河一起守堤。", consent=True)
    page = page_of(login(cast.manager), edit_url(story))
    assert "健在人员王大山尚未登记“典型故事”同意" in page


def test_people_on_a_panel_need_theirs(station, cast, login):
    person, dead = (
        VeteranFactory(station=station, name="王大山"),
        VeteranFactory(station=station, name="赵小河", status="deceased"),
    )
    exhibit = ExhibitFactory(station=station)
    exhibit.people.set([person, dead])
    client, url = login(cast.manager), edit_url(exhibit, "exhibit")
    assert "健在人员王大山尚未登记“照片、事迹展示”同意" in page_of(client, url)
    consent(person, kind="display")
    assert "尚未登记“照片、事迹展示”同意" not in page_of(client, url)


def test_a_consent_is_recorded_and_ended_but_not_deleted(station, cast, login):
    person, client = VeteranFactory(station=station), login(cast.manager)
    base = f"/stations/{station.region.code}/roster/consent/"
    data = {"veteran": person.pk, "kind": "story", "given_on": "2026-01-05"}
    assert client.post(base + "new/", data).status_code == 302
    row = Consent.objects.get()
    again = client.post(base + "new/", data)
    assert again.status_code == 200 and "已经登记" in again.content.decode()
    wrong = data | {"withdrawn_on": "2025-12-31", "version": 1}
    assert "不能早于同意日期" in client.post(f"{base}{row.pk}/", wrong).content.decode()
    assert client.post(f"{base}{row.pk}/delete/").status_code == 403
    done = client.post(f"{base}{row.pk}/", data | {"withdrawn_on": "2026-02-01", "version": 1})
    row.refresh_from_db()
    assert done.status_code == 302 and row.withdrawn_on == dt.date(2026, 2, 1)
    assert client.post(base + "new/", data | {"given_on": "2026-03-01"}).status_code == 302


@pytest.mark.parametrize(("paper", "word"), [("notice", "告知书"), ("consent", "同意书")])
def test_papers_of_a_person(paper, word, station, cast, login):
    person = VeteranFactory(station=station, name="张建国", id_number="321322196001011234")
    url = f"/veterans/{person.code}/papers/{paper}"
    pdf = login(cast.manager).get(url + ".pdf")
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")
    made = login(cast.manager).get(url + ".docx")
    import io

    from docx import Document

    body = Document(io.BytesIO(made.content))
    text = "\n".join(p.text for p in body.paragraphs) + str(
        [cell.text for table in body.tables for row in table.rows for cell in row.cells]
    )
    assert word in text and "张建国" in text and "321322196001011234" not in text
    assert "沭阳县退役军人事务局" in text
    assert login(cast.manager).get(url + ".exe").status_code == 404


# --- the bank -----------------------------------------------------------------------


def test_only_what_is_checked_agreed_and_not_withdrawn_is_shared(station, cast, login):
    shared = checked_story(station, cast, title="可以共享")
    StoryFactory(station=station, title="没有审核", consent=True)
    checked_story(station, cast, title="没有同意", consent=False)
    checked_story(station, cast, title="已经撤下", withdrawn_on=dt.date(2026, 1, 1))
    failed = StoryFactory(station=station, title="没有通过", consent=True)
    check(failed, cast, passed=False)
    page = page_of(login(cast.outsider), "/stories/")
    assert "可以共享" in page
    assert not any(word in page for word in ("没有审核", "没有同意", "已经撤下", "没有通过"))
    Story.objects.filter(pk=shared.pk).update(content_hash="edited")
    assert "可以共享" not in page_of(login(cast.outsider), "/stories/")


def test_others_do_not_read_who_the_living_person_is(station, cast, login):
    person = VeteranFactory(station=station, name="张建国")
    story = checked_story(
        station, cast, veteran=person, title="张建国的稻田", body=TEXT + "电话13912345678。"
    )
    there = page_of(login(cast.outsider), f"/stories/{story.pk}/")
    assert "张建国" not in there and "张某的稻田" in there and "13912345678" not in there
    for own in (cast.manager, cast.county, cast.city):
        assert "张建国的稻田" in page_of(login(own), f"/stories/{story.pk}/")
    person.status = "deceased"
    person.save()
    assert "张建国的稻田" in page_of(login(cast.outsider), f"/stories/{story.pk}/")


def test_a_story_that_is_not_shared_is_the_scopes(station, cast, login):
    story = StoryFactory(station=station)
    assert login(cast.outsider).get(f"/stories/{story.pk}/").status_code == 404
    assert "待审核" in page_of(login(cast.manager), f"/stories/{story.pk}/")
    assert login(cast.leader).get("/stories/").status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=稻蟹", True), ("q=没有这个词", False), ("theme=red", True), ("theme=rural", False),
        ("subject=war_veteran", True), ("subject=martyr", False), ("war=korea", True),
        ("war=resistance", False), ("county=321322", True), ("county=321391", False),
        ("county=nowhere", True),
    ],
)  # fmt: skip
def test_the_bank_is_searched(query, found, station, cast, login):
    checked_story(station, cast, title="要找的故事", subject="war_veteran", war="korea")
    page = page_of(login(cast.outsider), f"/stories/?{query}")
    assert ("要找的故事" in page) is found


def test_the_bank_asks_as_many_questions_with_many_rows(station, cast, login):
    client = login(cast.city)
    checked_story(station, cast)
    client.get("/stories/")

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/stories/")
        return len(queries)

    one = asked()
    for _ in range(5):
        checked_story(station, cast)
    assert asked() == one <= 8


# --- 对越自卫反击战 --------------------------------------------------------------------


@pytest.fixture
def held(station, cast):
    return checked_story(station, cast, war="vietnam", title="等待同意的故事")


def test_the_city_lets_it_be_published(held, cast, login):
    assert "等待同意的故事" not in page_of(login(cast.outsider), "/stories/")
    assert login(cast.outsider).get(f"/stories/{held.pk}/").status_code == 404
    assert "须经市局同意" in page_of(login(cast.manager), f"/stories/{held.pk}/")
    city = login(cast.city)
    assert "等待同意的故事" in page_of(city, "/stories/?held=1")
    city.post(f"/stories/{held.pk}/release/", {"content_hash": held.content_hash})
    held.refresh_from_db()
    assert (held.released_by, held.released_hash) == (cast.city, held.content_hash)
    assert "等待同意的故事" in page_of(login(cast.outsider), "/stories/")
    assert AuditEntry.objects.get(action="story.release").actor == cast.city


def test_the_citys_word_is_for_the_text_it_read(held, cast, login):
    city, url = login(cast.city), f"/stories/{held.pk}/release/"
    page = city.post(url, {"content_hash": "another"}, follow=True)
    assert "请核对后再办理" in page.content.decode()
    assert not story_bank.bank().exists()
    city.post(url, {"content_hash": held.content_hash})
    Story.objects.update(content_hash="edited since")
    assert not story_bank.bank().exists()


def test_nobody_below_the_city_publishes_it(held, cast, login):
    data = {"content_hash": held.content_hash}
    for person in (cast.county, cast.manager, cast.admin):
        assert login(person).post(f"/stories/{held.pk}/release/", data).status_code == 403
    assert not story_bank.bank().exists()


def test_an_unchecked_one_is_not_published(station, cast, login):
    story = StoryFactory(station=station, war="vietnam", consent=True)
    data = {"content_hash": story.content_hash}
    login(cast.city).post(f"/stories/{story.pk}/release/", data)
    story.refresh_from_db()
    assert story.released_hash == ""


# --- withdrawal ---------------------------------------------------------------------


def test_what_is_withdrawn_is_chosen_nowhere(station, cast, login):
    gone = StoryFactory(
        station=station, title="撤下的故事", withdrawn_on=dt.date(2026, 1, 5),
        withdrawn_reason="史实有误",
    )  # fmt: skip
    client = login(cast.manager)
    code = station.region.code
    assert "撤下的故事" not in page_of(client, f"/stations/{code}/exhibits/exhibit/new/")
    assert "撤下的故事" not in page_of(client, f"/stations/{code}/activities/activity/new/")
    exhibit = ExhibitFactory(station=station)
    exhibit.stories.add(gone)
    page = page_of(client, edit_url(exhibit, "exhibit"))
    assert "已于2026-01-05撤下，请更换" in page
    assert "撤下的故事" not in page_of(client, f"/exhibits/{exhibit.pk}/")
    read = page_of(client, f"/stories/{gone.pk}/")
    assert "2026-01-05" in read and "史实有误" in read


def test_the_record_page_stays_within_its_questions(station, cast, login):
    people = [VeteranFactory(station=station, name=f"王大{n}山") for n in range(8)]
    story = checked_story(
        station, cast, veteran=people[0], body=TEXT + "、".join(p.name for p in people)
    )
    near_copies.index(story)
    client = login(cast.county)
    client.get(edit_url(story))
    with CaptureQueriesContext(connection) as queries:
        client.get(edit_url(story))
    assert len(queries) <= 20, [q["sql"][:90] for q in queries]


def test_stories_from_elsewhere_are_indexed_by_a_command(station, other_station):
    loaded = StoryFactory(station=other_station, body=TEXT)
    assert near_copies.near_copies(StoryFactory(station=station, body=TEXT)) == []
    call_command("index_stories", stdout=StringIO())
    assert loaded.bands.count() == near_copies.BANDS
    mine = Story.objects.get(station=station)
    assert [one.story for one in near_copies.near_copies(mine)] == [loaded]


@pytest.mark.parametrize("words", ["张建国", "建国一九", "国一九八四"])
def test_a_hidden_name_is_not_found_either(station, cast, login, words):
    checked_story(station, cast, subject_name="张建国", title="老班长张建国")
    for reader, found in ((cast.manager, 1), (cast.county, 1), (cast.outsider, 0)):
        page = login(reader).get("/stories/", {"q": words}).context["page"]
        assert page.paginator.count == found
    stranger = login(cast.outsider).get("/stories/", {"q": "稻蟹共作"}).context["page"]
    assert stranger.paginator.count == 1
    assert login(cast.outsider).get("/stories/", {"q": "张某一九"}).context["table"]


def test_a_martyr_is_found_by_name(station, cast, login):
    checked_story(station, cast, subject="martyr", subject_name="张建国")
    page = login(cast.outsider).get("/stories/", {"q": "张建国"}).context["page"]
    assert page.paginator.count == 1
