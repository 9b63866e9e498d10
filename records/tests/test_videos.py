"""A video from the form to the player: looked at, filed, converted by the worker."""

import errno
import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.urls import reverse

from activities.models import Film
from records import footage, jobs, preparing, videos
from records.files import RefusedFile, store_upload
from records.models import Attachment, Job
from tests.factories import FacilityFactory
from tests.footage import SECRETS, sound, video

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_worker(settings, tmp_path):
    """The bell rings in a folder and nobody hears it; what is on the way lies apart."""
    from config.celery import app

    settings.INCOMING_DIR = tmp_path
    before, app.conf.task_always_eager = app.conf.task_always_eager, False
    yield
    app.conf.task_always_eager = before


def upload(data, name="活动.mp4"):
    return SimpleUploadedFile(name, data)


def take(data, record, by, name="活动.mp4"):
    place = {"record": record, "purpose": "general"}
    return videos.store_file(upload(data, name), station=record.station, by=by, place=place)


def work():
    """What the worker does when it hears the bell."""
    for pk in Job.objects.filter(state="queued").values_list("pk", flat=True):
        jobs.run_job(pk)


def stored(row):
    row.refresh_from_db()
    with row.file.open("rb") as file:
        return file.read()


@pytest.mark.parametrize("sort", ["mp4", "mov", "avi", "webm", "wmv", "mts"])
def test_what_phones_and_cameras_make_becomes_what_every_browser_plays(sort, station, cast):
    facility = FacilityFactory(station=station)

    row = take(video(sort), facility, cast.manager, f"活动.{sort}")
    assert (row.kind, row.preparation, row.original_name) == ("video", "waiting", f"活动.{sort}")
    original = row.file.name
    assert default_storage.open(row.thumbnail).read(3) == b"\xff\xd8\xff"
    work()

    data = stored(row)
    assert (row.preparation, row.duration, row.width, row.height) == ("", 3, 160, 120)
    assert (row.content_type, row.served_name) == ("video/mp4", "活动.mp4")
    assert data[4:8] == b"ftyp" and data.index(b"moov") < data.index(b"mdat")
    found = footage.read_video(Path(row.file.path))
    assert found.picture_plays and found.sound_plays
    assert row.size == len(data) and not default_storage.exists(original)
    assert row.links.get().record == facility


def test_position_and_serial_number_are_gone_and_the_day_is_kept(station, cast):
    assert all(word in video("mp4") for word in SECRETS)

    row = take(video("mp4"), FacilityFactory(station=station), cast.manager)
    work()

    data = stored(row)
    assert not any(word in data for word in SECRETS)
    assert str(row.captured_on) == "2026-05-04"
    assert default_storage.size(row.thumbnail) > 500


def test_until_the_worker_is_through_the_original_is_served_to_nobody(station, cast, login):
    facility = FacilityFactory(station=station)
    row = take(video("mov"), facility, cast.manager, "活动.mov")
    client = login(cast.manager)
    page = reverse("record", args=[station.region.code, "facilities", "facility", facility.pk])

    before = client.get(page).content.decode()
    assert client.get(f"/files/{row.code}/").status_code == 404
    assert client.get(f"/files/{row.code}/small/").status_code == 200
    assert "正在处理，完成后即可播放" in before and "<video" not in before and "0:03" in before
    work()

    after = client.get(page).content.decode()
    assert "<video" in after and f'poster="/files/{row.code}/small/"' in after and "0:03" in after
    answer = client.get(f"/files/{row.code}/", headers={"Range": "bytes=0-99"})
    assert (answer.status_code, answer["Content-Type"]) == (206, "video/mp4")
    assert b"".join(answer.streaming_content)[4:8] == b"ftyp"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("空白.mp4", b"\0\0\0\x18ftypisom" + bytes(3000)),
        ("网页.mov", b"<html><script>alert(1)</script>"),
        ("列表.avi", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"),
        ("清单.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("声音.mp4", None),
        ("半个.mp4", "half"),
        ("程序.wmv", b"MZ\x90\0" + bytes(1000)),
    ],
)
def test_what_is_no_video_is_refused_by_name(name, data, station, cast):
    data = {None: sound, "half": lambda: video("mp4")[:4000]}.get(data, lambda: data)()

    with pytest.raises(RefusedFile, match=f"“{name}”不是视频，或者不完整"):
        take(data, FacilityFactory(station=station), cast.manager, name)

    assert not Attachment.objects.exists() and not Job.objects.exists()
    assert not any(videos.incoming_folder().iterdir())


def test_a_photo_that_is_called_a_video_is_taken_as_a_photo(station, cast):
    from records.tests.test_files import picture

    row = take(picture(), FacilityFactory(station=station), cast.manager, "照片.mp4")

    assert row.kind == "photo"


def test_places_that_ask_for_papers_take_no_video(tree, cast):
    with pytest.raises(RefusedFile, match=r"“活动\.mp4”的格式不能上传"):
        store_upload(upload(video()), region=tree.county, by=cast.county)


def test_a_large_file_of_a_form_is_moved_not_read(station, cast, monkeypatch):
    big = TemporaryUploadedFile("活动.mp4", "video/mp4", len(video()), None)
    big.write(video())
    big.seek(0)
    monkeypatch.setattr(
        TemporaryUploadedFile, "read", lambda self, size: b"\0" * size, raising=False
    )
    facility = FacilityFactory(station=station)

    row = videos.store_file(big, station=station, by=cast.manager, place={"record": facility})

    assert row.preparation == "waiting"
    assert default_storage.size(row.file.name) == len(video())


def test_too_large_for_a_form_says_how_it_can_be_sent(station, cast, monkeypatch):
    monkeypatch.setattr(videos, "MOST_BYTES_AT_ONCE", 1000)

    with pytest.raises(RefusedFile, match="超过200兆"):
        take(video(), FacilityFactory(station=station), cast.manager)


def test_a_full_disk_while_converting_is_told_and_tried_again_later(station, cast, monkeypatch):
    row = take(video(), FacilityFactory(station=station), cast.manager)

    def full(*args):
        raise footage.NoSpace

    with monkeypatch.context() as patch:
        patch.setattr(preparing, "convert", full)
        work()
    job = Job.objects.get()
    assert (job.state, job.message) == ("failed", preparing.NO_ROOM)
    row.refresh_from_db()
    assert row.preparation == "waiting"
    preparing.look_after_waiting()
    assert Job.objects.count() == 1, "not at once"

    Job.objects.update(finished_at=job.finished_at - preparing.AGAIN_AFTER * 2)
    preparing.look_after_waiting()
    work()

    row.refresh_from_db()
    assert row.preparation == "" and Job.objects.count() == 2


def test_a_full_disk_while_storing_the_result_keeps_the_original(station, cast, monkeypatch):
    row = take(video(), FacilityFactory(station=station), cast.manager)
    original = stored(row)

    def full(*args, **options):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(type(default_storage), "save", full, raising=False)
        patch.setattr("django.core.files.storage.FileSystemStorage.save", full)
        work()

    assert Job.objects.get().message == preparing.NO_ROOM
    assert stored(row) == original and row.preparation == "waiting"


def test_what_cannot_be_converted_says_so_and_can_be_tried_again(station, cast, login, monkeypatch):
    facility = FacilityFactory(station=station)
    row = take(video(), facility, cast.manager)

    def broken(*args):
        raise RuntimeError("ffmpeg: nothing")

    with monkeypatch.context() as patch:
        patch.setattr(preparing, "convert", broken)
        work()
    client = login(cast.manager)
    page = reverse("record", args=[station.region.code, "facilities", "facility", facility.pk])
    text = client.get(page).content.decode()
    again = f"/links/{row.links.get().pk}/prepare/"
    assert "没有处理成功" in text and again in text

    client.post(again)
    work()

    row.refresh_from_db()
    assert row.preparation == "" and again not in client.get(page).content.decode()


def test_a_video_that_never_gets_through_is_given_up(station, cast):
    row = take(video(), FacilityFactory(station=station), cast.manager)
    long_ago = row.uploaded_at - preparing.AGAIN_AFTER * 9
    for _ in range(preparing.MOST_JOBS):
        Job.objects.update(state="interrupted", created_at=long_ago)
        row.refresh_from_db()
        assert row.preparation == "waiting"
        preparing.look_after_waiting()

    row.refresh_from_db()
    assert row.preparation == "failed" and Job.objects.count() == preparing.MOST_JOBS


def test_a_run_that_was_cut_off_is_simply_run_again(station, cast, monkeypatch):
    row = take(video(), FacilityFactory(station=station), cast.manager)
    job = Job.objects.get()

    class Cut(BaseException):
        pass

    delete = default_storage.delete

    def cut(path):
        if "_original" in path:  # the last step: the row is changed already
            raise Cut
        delete(path)

    with monkeypatch.context() as patch:
        patch.setattr(default_storage, "delete", cut)
        with pytest.raises(Cut):
            jobs.run_job(job.pk)
    Job.objects.update(state="queued")
    work()

    data = stored(row)
    assert row.preparation == "" and len(data) == row.size
    folder = Path(row.file.path).parent
    assert sorted(path.name for path in folder.glob(f"{row.code}*")) == [
        f"{row.code}.mp4",
        f"{row.code}_t.jpg",
    ]


def test_a_stations_own_film_takes_its_length_from_the_video(station, cast, login):
    client = login(cast.manager)
    code = station.region.code
    client.post(f"/stations/{code}/films/film/new/", {"title": "我们的站", "made_on": "2026-05-04"})
    film = Film.objects.get()
    assert film.duration is None

    url = reverse("record_files", args=[code, "films", "film", film.pk])
    answer = client.post(url, {"files": upload(video("mov"), "我们的站.mov")}, follow=True)
    assert "已上传1个文件" in answer.content.decode()
    work()

    film.refresh_from_db()
    assert film.duration == 3
    text = re.sub(r"\s+", " ", client.get(f"/stations/{code}/films/").content.decode())
    assert "我们的站" in text


def test_the_title_of_the_job_names_no_file(station, cast):
    take(video(), FacilityFactory(station=station), cast.manager, "张三谈话.mp4")

    assert "张三" not in Job.objects.get().title
