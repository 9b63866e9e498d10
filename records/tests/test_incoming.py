"""Videos in pieces: what is lost on the way costs a piece, never the file."""

import errno
import io
import os
import resource
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.http import UnreadablePostError
from django.utils import timezone

from records import incoming, jobs, videos
from records.models import Attachment, IncomingFile, Job
from tests.factories import FacilityFactory
from tests.footage import video

pytestmark = pytest.mark.django_db
PIECE = 5000


@pytest.fixture(autouse=True)
def no_worker():
    from config.celery import app

    before, app.conf.task_always_eager = app.conf.task_always_eager, False
    yield
    app.conf.task_always_eager = before


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.INCOMING_DIR = tmp_path


@pytest.fixture
def facility(station):
    return FacilityFactory(station=station)


@pytest.fixture
def client(login, cast):
    return login(cast.manager)


def begin(client, facility, data, name="活动.mp4", **more):
    code = facility.station.region.code
    url = f"/stations/{code}/facilities/facility/{facility.pk}/videos/"
    return client.post(url, {"name": name, "size": len(data), "modified": "1", **more})


def send(client, begun, data, at, length=PIECE):
    piece = data[at : at + length]
    return client.post(f"{begun['to']}?offset={at}", piece, content_type="application/octet-stream")


def send_all(client, begun, data):
    at = begun["received"]
    while at < len(data):
        at = send(client, begun, data, at).json()["received"]
    return client.post(begun["finish"])


def parts():
    return sorted(path.name for path in videos.incoming_folder().iterdir())


def test_a_video_in_pieces_is_the_same_video(client, facility):
    data = video("mov")
    begun = begin(client, facility, data, "活动.mov").json()

    answer = send_all(client, begun, data)

    row = Attachment.objects.get()
    assert answer.json()["stored"] == [
        {"name": "活动.mov", "code": row.code, "kind": "video", "note": ""}
    ]
    assert row.file.open("rb").read() == data and row.links.get().record == facility
    assert parts() == []
    jobs.run_job(Job.objects.get().pk)
    row.refresh_from_db()
    assert row.preparation == "" and row.duration == 3


def test_chosen_again_after_a_lost_session_it_goes_on_where_it_was(client, facility, login, cast):
    data = video()
    begun = begin(client, facility, data).json()
    send(client, begun, data, 0)
    client.logout()
    assert send(client, begun, data, PIECE).status_code == 302
    page = f"/stations/{facility.station.region.code}/facilities/facility/{facility.pk}/"

    again = login(cast.manager)
    assert "“活动.mp4”还没有传完" in again.get(page).content.decode()
    second = begin(again, facility, data).json()

    assert second["received"] == PIECE and second["to"] == begun["to"]
    assert send_all(again, second, data).status_code == 200
    assert Attachment.objects.get().file.open("rb").read() == data
    assert "还没有传完" not in again.get(page).content.decode()


def test_what_came_before_the_network_broke_counts(client, facility):
    data = video()
    begun = begin(client, facility, data).json()
    one = IncomingFile.objects.get()

    class Broken:
        sent = 0

        def read(self, size):
            if self.sent:
                raise UnreadablePostError
            self.sent = 700
            return data[:700]

    assert incoming.append(one, offset=0, source=Broken(), length=PIECE) == 700

    assert begin(client, facility, data).json()["received"] == 700
    assert send_all(client, begun | {"received": 700}, data).status_code == 200
    assert Attachment.objects.get().file.open("rb").read() == data


def test_a_piece_at_the_wrong_place_changes_nothing_and_says_where_to_go_on(client, facility):
    data = video()
    begun = begin(client, facility, data).json()
    send(client, begun, data, 0)

    for offset in (0, 100, PIECE * 2):
        answer = send(client, begun, data, offset)
        assert (answer.status_code, answer.json()) == (409, {"received": PIECE})
    early = client.post(begun["finish"])

    assert (early.status_code, early.json()) == (409, {"received": PIECE})
    assert incoming.path_of(IncomingFile.objects.get()).stat().st_size == PIECE


def test_more_than_was_declared_is_not_taken(client, facility):
    begun = begin(client, facility, b"x" * 100).json()

    answer = send(client, begun, b"x" * 200, 0, 200)

    assert answer.status_code == 400 and "比开始时说的大" in answer.json()["errors"][0]
    assert IncomingFile.objects.get().received == 0


def test_two_windows_send_the_same_video_once(client, facility):
    data = video()
    first, second = (begin(client, facility, data).json() for _ in range(2))
    assert first == second
    one = IncomingFile.objects.get()

    with incoming._mine_alone(one):
        busy = send(client, second, data, 0)
    assert busy.status_code == 409
    send_all(client, first, data)
    twice = client.post(second["finish"])

    assert twice.json()["stored"][0]["note"] == "刚才已经收到，没有重复保存。"
    assert (
        begin(client, facility, data).json()["stored"][0]["code"] == Attachment.objects.get().code
    )
    assert Attachment.objects.count() == Job.objects.count() == 1


def test_taken_off_the_record_it_can_be_sent_anew(client, facility):
    data = video()
    send_all(client, begin(client, facility, data).json(), data)
    client.post(f"/links/{Attachment.objects.get().links.get().pk}/remove/")

    again = begin(client, facility, data).json()

    assert again["received"] == 0
    assert "同一个文件" in send_all(client, again, data).json()["stored"][0]["note"]


def test_no_video_is_refused_at_the_end_and_leaves_nothing(client, facility):
    data = b"\0\0\0\x18ftypisom" + os.urandom(9000)
    begun = begin(client, facility, data).json()

    answer = send_all(client, begun, data)

    assert answer.status_code == 400
    assert "“活动.mp4”不是视频" in answer.json()["errors"][0]
    assert parts() == [] and not IncomingFile.objects.exists()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("活动.mp4", 501 * 1024**2, "超过500兆"),
        ("活动.mp4", 0, "空文件"),
        ("活动.mp4", -5, "空文件"),
        ("活动.mp4", "十", "空文件"),
        ("活动.exe", 5000, "不是视频文件"),
        ("../../活动.html", 5000, "“活动.html”不是视频文件"),
    ],
)
def test_what_cannot_be_taken_is_said_before_anything_is_sent(name, size, words, client, facility):
    answer = begin(client, facility, b"", name, size=size)

    assert answer.status_code == 400 and words in answer.json()["errors"][0]
    assert not IncomingFile.objects.exists()


def test_a_person_has_only_so_much_on_the_way(client, facility, monkeypatch):
    monkeypatch.setattr(incoming, "MOST_OPEN", 2)
    for number in range(2):
        assert begin(client, facility, b"x" * 10, f"{number}.mp4").status_code == 200

    answer = begin(client, facility, b"x" * 10, "2.mp4")

    assert answer.status_code == 400 and "还有2个没传完的视频" in answer.json()["errors"][0]


def test_a_disk_without_room_is_told_before_anything_is_sent(client, facility, monkeypatch):
    usage = type("Usage", (), {"free": incoming.RESERVE + 100})
    monkeypatch.setattr(incoming.shutil, "disk_usage", lambda path: usage)

    answer = begin(client, facility, b"x" * 100)

    assert answer.status_code == 507 and "存储空间不足" in answer.json()["errors"][0]


def test_a_disk_that_fills_up_costs_one_piece_and_goes_on_by_itself(client, facility):
    """The limit of the kernel: writing beyond it fails like a full disk."""
    data = video()
    begun = begin(client, facility, data).json()
    send(client, begun, data, 0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    one = IncomingFile.objects.get()
    resource.setrlimit(resource.RLIMIT_FSIZE, (PIECE + 1000, hard))
    try:
        with pytest.raises(incoming.RefusedFile, match=r"存储空间不足，“活动\.mp4”没有保存"):
            incoming.append(one, offset=PIECE, source=io.BytesIO(data[PIECE:]), length=PIECE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    one.refresh_from_db()
    assert one.received == PIECE == incoming.path_of(one).stat().st_size
    assert send_all(client, begun | {"received": PIECE}, data).status_code == 200
    assert Attachment.objects.get().file.open("rb").read() == data


def test_a_disk_that_fills_up_at_the_end_keeps_what_was_sent(client, facility, monkeypatch):
    data = video()
    begun = begin(client, facility, data).json()
    send_all_but_the_end = send(client, begun, data, 0, len(data))
    assert send_all_but_the_end.json()["received"] == len(data)

    def full(*args, **options):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.files.storage.FileSystemStorage.save", full)
        answer = client.post(begun["finish"])
    assert answer.status_code == 507 and "存储空间不足" in answer.json()["errors"][0]
    assert not Attachment.objects.exists() and not Job.objects.exists()

    assert client.post(begun["finish"]).status_code == 200
    assert Attachment.objects.get().file.open("rb").read() == data and parts() == []


def test_a_process_that_dies_at_the_end_leaves_what_was_sent(client, facility, monkeypatch):
    data = video()
    begun = begin(client, facility, data).json()
    send(client, begun, data, 0, len(data))

    class Dead(BaseException):
        pass

    def die(*args, **options):
        raise Dead

    with monkeypatch.context() as patch:
        patch.setattr(videos, "ask_to_prepare", die)
        with pytest.raises(Dead):
            client.post(begun["finish"])

    assert client.post(begun["finish"]).status_code == 200
    assert Attachment.objects.get().file.open("rb").read() == data
    stored = Path(default_storage.path(Attachment.objects.get().file.name)).parent
    assert len(list(stored.glob(f"{Attachment.objects.get().code}*"))) == 2


def test_what_the_disk_has_lost_is_sent_again(client, facility):
    data = video()
    begun = begin(client, facility, data).json()
    send(client, begun, data, 0)
    incoming.path_of(IncomingFile.objects.get()).write_bytes(data[:100])

    assert send(client, begun, data, PIECE).json() == {"received": 100}
    assert send_all(client, begun | {"received": 100}, data).status_code == 200
    assert Attachment.objects.get().file.open("rb").read() == data


def test_a_record_that_is_gone_takes_no_video(client, facility):
    data = video()
    begun = begin(client, facility, data).json()
    send(client, begun, data, 0, len(data))
    facility.delete()

    answer = client.post(begun["finish"])

    assert answer.status_code == 400 and "这条记录已被删除" in answer.json()["errors"][0]
    assert parts() == [] and not Attachment.objects.exists()


def test_given_up_it_leaves_nothing(client, facility):
    data = video()
    begun = begin(client, facility, data).json()
    send(client, begun, data, 0)

    client.post(begun["to"] + "discard/")

    assert parts() == [] and not IncomingFile.objects.exists()
    assert send(client, begun, data, PIECE).status_code == 404


def test_the_timer_removes_what_nobody_went_on_with(client, facility):
    data = video()
    old = begin(client, facility, data, "旧.mp4").json()
    send(client, old, data, 0)
    fresh = begin(client, facility, data, "新.mp4").json()
    send(client, fresh, data, 0)
    long_ago = timezone.now() - incoming.KEPT * 2
    IncomingFile.objects.filter(name="旧.mp4").update(touched_at=long_ago)
    stray = videos.incoming_folder() / "stray.part"
    stray.write_bytes(b"x")
    os.utime(stray, (long_ago.timestamp(), long_ago.timestamp()))

    assert incoming.forget_stale() == 1

    left = IncomingFile.objects.get()
    assert left.name == "新.mp4" and parts() == [f"{left.code}.part"]
    assert begin(client, facility, data, "新.mp4").json()["received"] == PIECE
