"""Drafts on the server, and a form sent twice on a bad network."""

import datetime as dt
import json
import threading

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from activities.models import ExperienceNote
from records.models import Draft, Submission
from records.registry import get_section
from records.workflow import AlreadySaved, forget_submissions, save_record
from stations import drafts


def address(station):
    return reverse("record_new", args=[station.code, "notes", "note"])


def post_draft(client, form, revision=0, **fields):
    data = {"form": form, "revision": revision}
    return client.post(
        "/drafts/", data | {"fields": json.dumps({k: [v] for k, v in fields.items()})}
    )


def test_a_draft_is_found_again_by_its_writer_alone(cast, station, login):
    form = address(station)
    saved = post_draft(login(cast.manager), form, title="写了一半")

    mine = login(cast.manager).get("/drafts/", {"form": form}).json()

    assert saved.status_code == 200
    assert mine["fields"] == {"title": ["写了一半"]}
    assert mine["revision"] == 1
    assert login(cast.county).get("/drafts/", {"form": form}).json() == {}


def test_the_text_of_a_draft_is_not_readable_in_the_table(cast, station, login):
    post_draft(login(cast.manager), address(station), title="13800001111")
    with connection.cursor() as cursor:
        cursor.execute("select content from records_draft")
        assert "13800001111" not in cursor.fetchone()[0]


def test_the_second_window_does_not_overwrite_the_first(cast, station, login):
    client, form = login(cast.manager), address(station)
    post_draft(client, form, title="甲")
    assert post_draft(client, form, 1, title="甲二").json()["revision"] == 2

    late = post_draft(client, form, 1, title="乙")
    fresh = post_draft(client, form, title="丙")

    assert (late.status_code, fresh.status_code) == (409, 409)
    assert drafts.fields_of(Draft.objects.get()) == {"title": ["甲二"]}


@pytest.mark.parametrize("fields", ["", "[]", '{"a": 1}', '{"a": [1]}'])
def test_what_is_no_draft_is_refused(cast, station, login, fields):
    data = {"form": address(station), "fields": fields}
    answer = login(cast.manager).post("/drafts/", data)

    assert answer.status_code == 400
    assert "草稿格式不对" in answer.json()["error"]
    assert not Draft.objects.exists()


def test_too_much_is_refused_with_a_sentence(cast, station, login):
    answer = post_draft(login(cast.manager), address(station), title="长" * drafts.LARGEST)
    assert (answer.status_code, answer.json()["error"][:5]) == (400, "内容太长，")


@pytest.mark.parametrize(
    "form", ["", "/", "/nowhere/", "http://[", "/stations/999/notes/note/new/"]
)
def test_only_forms_of_a_station_in_scope_have_drafts(cast, station, login, form):
    assert post_draft(login(cast.manager), form, title="x").status_code == 404


def test_discarding_and_saving_remove_the_draft(cast, station, login):
    client, form = login(cast.manager), address(station)
    post_draft(client, form, title="甲")
    client.post("/drafts/discard/", {"form": form})
    assert not Draft.objects.exists()

    post_draft(client, form, title="甲")
    client.post(form, {"title": "甲", "body": "经验", "written_on": "2026-03-01"})
    assert not Draft.objects.exists()
    assert ExperienceNote.objects.count() == 1


def test_old_drafts_go(cast, station, login):
    old = timezone.now() - dt.timedelta(days=31)
    Draft.objects.create(user=cast.manager, form="/x/", content="{}", saved_at=old)
    form = address(station)
    Draft.objects.create(user=cast.manager, form=form, content='{"a": ["b"]}', saved_at=old)
    assert login(cast.manager).get("/drafts/", {"form": form}).json() == {}

    post_draft(login(cast.manager), address(station) + "?x=1", title="新")

    assert Draft.objects.count() == 1


NOTE = {"title": "一份经验", "body": "做法", "written_on": "2026-03-01", "token": "a" * 16}


def test_the_same_form_twice_makes_one_record(cast, station, login):
    client = login(cast.manager)

    first = client.post(address(station), NOTE)
    second = client.post(address(station), NOTE, follow=True)

    note = ExperienceNote.objects.get()
    assert first.url == second.redirect_chain[0][0]
    assert f"/{note.pk}/" in first.url
    assert "没有重复登记" in second.content.decode()


def test_a_deleted_record_is_not_made_again_by_an_old_form(cast, station, login):
    client = login(cast.manager)
    client.post(address(station), NOTE)
    ExperienceNote.objects.all().delete()

    answer = client.post(address(station), NOTE, follow=True)

    assert not ExperienceNote.objects.exists()
    assert "已经提交过，没有重复保存" in answer.content.decode()


def test_a_token_is_its_owners(cast, station, login):
    login(cast.manager).post(address(station), NOTE)
    login(cast.county).post(address(station), NOTE)
    assert ExperienceNote.objects.count() == 2


def test_a_refused_form_keeps_its_token(cast, station, login):
    client = login(cast.manager)
    page = client.post(address(station), NOTE | {"title": ""})
    assert 'value="aaaaaaaaaaaaaaaa"' in page.content.decode()
    assert not Submission.objects.exists()
    client.post(address(station), NOTE)
    assert ExperienceNote.objects.count() == 1


def test_marks_of_sent_forms_go_after_a_month(cast):
    for days in (29, 31):
        at = timezone.now() - dt.timedelta(days=days)
        Submission.objects.create(user=cast.manager, token=str(days), at=at)
    assert forget_submissions() == 1
    assert Submission.objects.get().token == "29"


@pytest.mark.django_db(transaction=True)
def test_fifty_requests_with_one_form_make_one_record(cast, station):
    """Q2: a phone that repeats what it heard no answer to."""
    kind = get_section("notes").kind("note")
    ended = []
    start = threading.Barrier(50)

    def send():
        try:
            form = kind.form(NOTE, user=cast.manager, station=station)
            assert form.is_valid()
            start.wait(timeout=60)
            try:
                save_record(form, by=cast.manager)
                ended.append("saved")
            except AlreadySaved as before:
                ended.append(before.record.pk)
        except Exception as error:
            ended.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(50)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    note = ExperienceNote.objects.get()
    assert sorted(map(str, ended)) == sorted(["saved", *[str(note.pk)] * 49])
