"""A film made by the worker from the station's own pictures; parts of a file for players."""

import datetime as dt
import io
import re
import subprocess

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry
from activities.films import drawing, people, storyboard
from activities.models import Film
from records import jobs, video
from records.files import link, store_upload
from records.models import Attachment, Job
from records.tests.test_lookalikes import drawn
from tests.factories import (
    ActivityFactory,
    ExhibitFactory,
    FacilityFactory,
    MembershipFactory,
    ParticipationFactory,
    StoryFactory,
    TeamFactory,
    VeteranFactory,
)
from veterans.models import Consent

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)


def photo(record, seed, user, size=(1000, 700)):
    out = io.BytesIO()
    drawn(seed).resize(size).save(out, "JPEG")
    upload = SimpleUploadedFile(f"{seed}.jpg", out.getvalue())
    row = store_upload(upload, station=record.station, by=user)
    link(row, record)
    return row


@pytest.fixture
def photos(station, cast):
    """Six pictures of five activities and a room."""
    room = photo(FacilityFactory(station=station), 0, cast.manager)
    events = [ActivityFactory(station=station, title=f"活动{n}") for n in range(1, 6)]
    return [room, *(photo(event, n, cast.manager) for n, event in enumerate(events, start=1))]


@pytest.fixture
def short(monkeypatch):
    """Seconds, not minutes: the road is the same."""
    for name, value in (
        ("SHORTEST", 8), ("PICTURE_SECONDS", 1), ("TITLE_SECONDS", 1), ("FIGURES_SECONDS", 1),
        ("END_SECONDS", 1),
    ):  # fmt: skip
        monkeypatch.setattr(storyboard, name, value)


def order(photos, **changes):
    data = {"title": "甲一村的一年", "with_figures": "on", "may_be_shown": "on"}
    for number, row in enumerate(photos, start=1):
        data[f"chosen_{row.code}"] = "on"
        data[f"number_{row.code}"] = str(number)
        data[f"caption_{row.code}"] = f"第{number}张"
    return data | changes


def url(station):
    return f"/stations/{station.region.code}/films/make/"


def text(answer):
    return re.sub(r"<[^>]+>", "", answer.content.decode())


def run(job):
    jobs.run_job(job.pk)
    job.refresh_from_db()
    return job


def probe(path):
    """What ffmpeg says of a file."""
    said = subprocess.run([video.ffmpeg(), "-hide_banner", "-i", path], capture_output=True)
    return said.stderr.decode()


def test_a_film_from_page_to_player(station, photos, cast, login, short):
    client = login(cast.manager)
    shown = client.get(url(station))
    assert sum(one.is_suggested for one in shown.context["offered"]) == 6

    answer = client.post(url(station), order(photos[::-1]))
    assert answer.status_code == 302
    job = Job.objects.get(kind="film-make")
    assert [code for code, _ in job.parameters["pictures"]] == [p.code for p in photos[::-1]]

    assert run(job).state == "done", job.message
    film = Film.objects.get()
    assert (film.station, film.title, film.duration) == (station, "甲一村的一年", 9)
    attachment = film.attachment_links.get().attachment
    assert (attachment.kind, attachment.content_type) == ("video", "video/mp4")
    said = probe(attachment.file.path)
    assert re.search(r"Duration: 00:00:0[89]", said)
    assert "h264" in said and "yuv420p" in said and "1280x720" in said
    assert AuditEntry.objects.filter(action="film.make", actor=cast.manager).count() == 1

    page = client.get(f"/stations/{station.region.code}/films/film/{film.pk}/").content.decode()
    assert f'src="/files/{attachment.code}/"' in page and "<video" in page


def test_a_second_run_of_the_same_job_makes_no_second_film(station, photos, cast, login, short):
    login(cast.manager).post(url(station), order(photos))
    job = run(Job.objects.get(kind="film-make"))
    Job.objects.filter(pk=job.pk).update(state="queued")
    assert run(job).state == "done"
    assert Film.objects.count() == 1
    assert Attachment.objects.filter(kind="video").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "请填写片名。"),
        ({"may_be_shown": ""}, "请核对照片后勾选这一项，再开始制作。"),
        ({"drop": True}, "已选5张照片。短片需要6至30张"),
        ({"caption": "83215部队合影"}, "第1张照片的说明中的“83215部队”不能在短片中出现"),
        ({"caption": "长" * 41}, "第1张照片的说明超过40字"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    station, photos, cast, login, changes, sentence
):
    data = order(photos)
    if changes.pop("drop", False):
        del data[f"chosen_{photos[0].code}"]
    if "caption" in changes:
        data[f"caption_{photos[0].code}"] = changes.pop("caption")
    data = {name: value for name, value in (data | changes).items() if value}
    answer = login(cast.manager).post(url(station), data)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert data[f"caption_{photos[3].code}"] in answer.content.decode()
    assert not Job.objects.exists()


def test_pictures_of_others_and_of_talks_are_not_offered(
    station, other_station, photos, cast, login
):
    talk = photo(ActivityFactory(station=station, kind="talk"), 20, cast.manager)
    foreign = photo(FacilityFactory(station=other_station), 21, cast.outsider)
    client = login(cast.manager)
    offered = {one.code for one in client.get(url(station)).context["offered"]}
    assert offered == {row.code for row in photos}
    # Sent all the same, they are not taken.
    answer = client.post(url(station), order([*photos[:4], talk, foreign]))
    assert "已选4张照片" in text(answer)


# --- consent of the people shown ----------------------------------------------------------------


def agree(person, kind="film", **details):
    return Consent.objects.create(veteran=person, kind=kind, given_on=TODAY, **details)


def test_whose_consent_is_missing_is_said_by_name(station, photos, cast, login, short):
    """Took part, not asked: named at the picture and in the refusal. Consent to something
    else, or one taken back, does not count; the dead and those who agreed are not named."""
    asked, elsewhere, back, dead, unasked = (
        VeteranFactory(station=station, name=name)
        for name in ("甲同意", "乙展示", "丙撤回", "丁已故", "戊未问")
    )
    event = photos[2].links.get().record
    for person in (asked, elsewhere, back, dead, unasked):
        ParticipationFactory(activity=event, veteran=person)
    agree(asked)
    agree(elsewhere, kind="display")
    agree(back, withdrawn_on=TODAY)
    type(dead).objects.filter(pk=dead.pk).update(status="deceased")
    client = login(cast.manager)

    page = client.get(url(station))
    shown = {one.code: one.unasked for one in page.context["offered"] if one.unasked}
    assert list(shown) == [photos[2].code]
    assert [p.name for p in shown[photos[2].code].maybe] == ["乙展示", "丙撤回", "戊未问"]

    answer = client.post(url(station), order(photos))
    assert answer.status_code == 422 and not Job.objects.exists()
    assert "第3张照片可能有乙展示、丙撤回、戊未问，没有登记本人同意拍摄视频。" in text(answer)
    assert f"?veteran={unasked.pk}&amp;kind=film" in answer.content.decode()

    # Those who are on it agree, of the rest the maker has looked: they are not on it.
    agree(elsewhere)
    answer = client.post(url(station), order(photos, **{f"absent_{photos[2].code}": "on"}))
    assert answer.status_code == 302
    job = run(Job.objects.get())
    assert job.state == "done", job.message
    made = AuditEntry.objects.get(action="film.make").after
    assert made["核对为未出镜的照片"] == [photos[2].code]


def test_who_is_named_or_portrayed_cannot_be_ticked_away(station, photos, cast, login):
    named = VeteranFactory(station=station, name="欧阳长河")
    portrayed = VeteranFactory(station=station, name="司马守田")
    link(photos[1], portrayed)
    ticked = {f"absent_{row.code}": "on" for row in photos}
    words = {f"caption_{photos[4].code}": "欧阳长河讲传统"}
    client = login(cast.manager)
    said = text(client.post(url(station), order(photos, title="欧阳长河的一年", **ticked, **words)))
    assert "第2张照片上有司马守田，没有登记本人（亲属）同意拍摄视频。" in said
    assert "第5张照片上有欧阳长河" in said and "片名写到欧阳长河" in said
    assert not Job.objects.exists()
    agree(named)
    agree(portrayed)
    answer = client.post(url(station), order(photos, title="欧阳长河的一年", **ticked, **words))
    assert answer.status_code == 302


def test_people_of_stories_told_and_of_exhibits_are_looked_up(station, photos, cast):
    told, hung = VeteranFactory(station=station), VeteranFactory(station=station)
    photos[1].links.get().record.stories.add(StoryFactory(station=station, veteran=told))
    exhibit = ExhibitFactory(station=station)
    exhibit.people.add(hung)
    link(photos[3], exhibit)
    found = people.without_consent(station, [(row.code, "") for row in photos])
    assert {code: one.maybe for code, one in found.items()} == {
        photos[1].code: [told], photos[3].code: [hung],
    }  # fmt: skip


def test_a_consent_taken_back_while_the_job_waits_stops_the_film(
    station, photos, cast, login, short
):
    person = VeteranFactory(station=station, name="甲同意")
    ParticipationFactory(activity=photos[2].links.get().record, veteran=person)
    given = agree(person)
    login(cast.manager).post(url(station), order(photos))
    Consent.objects.filter(pk=given.pk).update(withdrawn_on=TODAY)
    job = run(Job.objects.get(kind="film-make"))
    assert (job.state, Film.objects.count()) == ("failed", 0)
    assert job.message.startswith("甲同意没有登记（或已撤回）拍摄视频的同意")


def test_pictures_with_somebody_to_ask_are_suggested_last():
    def pictures(number, unasked, start=0):
        return [
            storyboard.Choice(f"c{n}", "", "", None, 1000, ("study", n), unasked=unasked)
            for n in range(start, start + number)
        ]

    to_ask = people.Unasked()
    enough = storyboard.suggest([*pictures(5, to_ask), *pictures(6, None, 5)])
    assert {one.unasked for one in enough} == {None} and len(enough) == 6
    assert len(storyboard.suggest([*pictures(5, to_ask), *pictures(5, None, 5)])) == 10


def test_a_picture_taken_away_meanwhile_is_said(station, photos, cast, login, short):
    login(cast.manager).post(url(station), order(photos))
    photos[0].links.all().delete()
    photos[0].delete()
    job = run(Job.objects.get(kind="film-make"))
    assert (job.state, Film.objects.count()) == ("failed", 0)
    assert job.message.startswith("所选照片有的已被移除")


def test_the_page_takes_the_same_queries_for_few_and_for_many(
    station, photos, cast, login, django_assert_max_num_queries
):
    client = login(cast.manager)
    for seed in range(30, 42):
        event = ActivityFactory(station=station)
        photo(event, seed, cast.manager)
        ParticipationFactory(activity=event, veteran=VeteranFactory(station=station))
    with django_assert_max_num_queries(15):
        assert len(client.get(url(station)).context["offered"]) == 18


def test_a_varied_film_is_suggested():
    kinds = ["meeting"] * 30 + ["visit", "study", "room"]
    found = [
        storyboard.Choice(f"c{n}", "", "", None, 1000, (kind, n)) for n, kind in enumerate(kinds)
    ]
    chosen = [one.record[0] for one in storyboard.suggest(found)]
    assert chosen[:3] == ["room", "visit", "study"]
    assert len(chosen) == storyboard.SUGGESTED


@pytest.mark.parametrize("pictures", range(storyboard.FEWEST, storyboard.MOST + 1))
@pytest.mark.parametrize("with_figures", [True, False])
def test_one_to_three_minutes(pictures, with_figures):
    assert 60 <= storyboard.seconds(pictures, with_figures=with_figures) <= 180


def test_figures_count_the_station_and_name_nobody(station):
    people = [VeteranFactory(station=station, name="张三丰") for _ in range(3)]
    VeteranFactory(station=station, status="deceased")
    MembershipFactory(team=TeamFactory(station=station), veteran=people[0])
    event = ActivityFactory(station=station, kind="volunteering", happened_on=TODAY)
    ParticipationFactory(activity=event, veteran=people[0], role="volunteer", hours="2.5")
    ActivityFactory(station=station, kind="talk", happened_on=TODAY)
    shown = storyboard.figures(station, on=TODAY)
    assert [figure for figure, _ in shown] == ["3", "1", "1", "2"]
    assert "张三丰" not in str(shown)


def test_lines_never_leave_the_screen():
    lines = drawing.wrap("退役军人" * 30, 36, 1100)
    assert "".join(lines) == "退役军人" * 30
    assert all(drawing.font(36).getlength(line) <= 1100 for line in lines)


# --- parts of a file ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=5-", 206, slice(5, None)),
        ("bytes=-4", 206, slice(-4, None)),
        ("bytes=0-999999999", 206, slice(0, None)),
        ("bytes=999999999-", 416, None),
        ("bytes=9-3", 416, None),
        ("bytes=0-1,4-5", 200, slice(0, None)),
        ("lines=0-1", 200, slice(0, None)),
        ("bytes=-", 200, slice(0, None)),
    ],
)
def test_parts_of_a_file(photos, cast, login, asked, status, part):
    whole = photos[0].file.read()
    answer = login(cast.manager).get(f"/files/{photos[0].code}/", headers={"range": asked})
    assert answer.status_code == status
    if part is None:
        assert answer["Content-Range"] == f"bytes */{len(whole)}"
        return
    body = b"".join(answer.streaming_content)
    assert body == whole[part]
    assert int(answer["Content-Length"]) == len(body)
    if status == 206:
        first = len(whole) - len(body) if (part.start or 0) < 0 else part.start or 0
        assert answer["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/{len(whole)}"


def test_a_broken_encoder_says_so(tmp_path):
    frames = iter([b"\0" * (16 * 16 * 3)])
    with pytest.raises(RuntimeError, match="ffmpeg"):
        video.encode(frames, size=(16, 16), into=tmp_path / "nowhere" / "x.mp4")


def test_dates_of_captions(station):
    event = ActivityFactory(
        station=station, title="清明祭扫", place="烈士陵园", happened_on=dt.date(2026, 4, 3)
    )
    assert storyboard._sentence(event) == "2026年4月 烈士陵园 清明祭扫"


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, ""), (59, "0分59秒"), (490, "8分10秒"), (3720, "1小时2分0秒")]
)
def test_how_long_a_film_is_in_words(seconds, words):
    assert Film(duration=seconds).length == words
