"""Hostile files at every address that takes files: a sentence that names the file and keeps
what was typed, never an error of the server, never much memory, nothing that a browser runs.

Every run sends one file of each kind of refusal to every address (all of them go down the
shared road in test_hostile_files.py); `long` sends all of them to every address."""

import html
import re
import resource
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.file_names import clean_name
from accreditation.models import Programme
from accreditation.tests.progress_world import a_programme as make_programme
from records.models import Attachment, IncomingFile
from tests.access import collect_rows
from tests.hostile import OF_EVERY_KIND, files
from tests.uploads import modules_that_read_files, modules_with_addresses, upload_addresses
from veterans.importing import batches
from veterans.models import RosterImport

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024
# What one file may take beyond what the process has. Of seconds the target says two; of
# processor time five times that is a watchdog that a busy machine does not wake.
MOST_MEMORY = 150 * MIB
MOST_SECONDS = 10
BOUNDARY = "hostile-boundary"
HARMFUL_TYPE = re.compile(r"html|svg|javascript|[/+]xml")


@cache
def hostile():
    """Making them takes longer than sending them."""
    return files()


def nothing(world):
    return {}


def a_programme(world):
    programme = Programme.objects.first() or make_programme()
    return {"programme": programme.pk}


@dataclass(frozen=True)
class Way:
    """Who sends a file there, under which field, with what beside it; `kwargs` where those of
    the access matrix lead to a form without a file."""

    person: str
    field: str
    data: Callable[[SimpleNamespace], dict] = nothing
    kwargs: Callable[[SimpleNamespace], dict] | None = None


TYPED = "学习英模事迹"


def _quick(world):
    return {"kind": "study", "title": TYPED, "happened_on": str(timezone.localdate())}


def _paper(world):
    return {"rows": "1"} | {f"r1-{name}": value for name, value in _quick(world).items()}


def _publicity(world):
    today = str(timezone.localdate())
    return {"channel": "tv", "level": "county", "title": TYPED, "published_on": today}


def _publicity_form(world):
    return {"code": world.station.code, "section": "publicity", "kind": "publicity"}


def _guidance(world):
    today = str(timezone.localdate())
    return {"station": world.station.code, "given_on": today, "advisers": "李", "text": TYPED}


WAYS = {
    "record_files": Way("manager", "files"),
    "record_new": Way("manager", "photos", _publicity, _publicity_form),
    "photos_upload": Way("manager", "files"),
    "quick_activity": Way("manager", "photos", _quick),
    "paper_entries": Way("manager", "photos", _paper),
    "sign_in": Way("manager", "photos"),
    "sign_in_photos": Way("manager", "photos"),
    "import_upload": Way("manager", "file", lambda world: {"station": world.station.pk}),
    "users_import": Way("county", "file"),
    "county_plan": Way("county", "upload", lambda world: {"leader": TYPED, "version": 1}),
    "stage_summary_save": Way("county", "upload", lambda w: a_programme(w) | {"note": TYPED}),
    "accreditation_import": Way("city", "file", a_programme),
    "problem_proof": Way("county", "files"),
    "recheck_proof": Way("county", "files"),
    "guidance_new": Way("county", "files", _guidance),
    "guidance_photos": Way("county", "files"),
    "visit_line": Way(
        "city", "photos", lambda w: {"version": 1, "result": "met", "finding": TYPED}
    ),
    "visit_scan": Way("city", "files"),
}
IN_PIECES = {"video_piece"}


@pytest.fixture
def world(tree, cast, station, town_station, other_station):
    return SimpleNamespace(
        tree=tree,
        cast=cast,
        station=station,
        town_station=town_station,
        other_station=other_station,
    )


def test_every_address_that_takes_files_is_tried():
    assert upload_addresses() == WAYS.keys() | IN_PIECES


def test_no_file_is_read_where_no_address_leads():
    assert modules_that_read_files() == modules_with_addresses()


@contextmanager
def measured():
    """{memory, seconds} of the block, of this process and of those it starts."""
    spent = {}
    Path("/proc/self/clear_refs").write_text("5")  # forget the highest mark
    before, started = _memory("VmRSS"), _seconds()
    yield spent
    spent["memory"] = _memory("VmHWM") - before
    spent["seconds"] = _seconds() - started


def _memory(name):
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) * 1024


def _seconds():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def body(field, name, data, values):
    """A form as a client would send it that is no browser: the name goes as it is."""
    lines = []
    for key, value in values.items():
        lines += [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        ]
    sent = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{sent}"\r\n'
    head += "Content-Type: text/html\r\n\r\n"
    return "".join(lines).encode() + head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


def shown(client, response):
    """The text that the sender ends up reading."""
    if response.status_code == 302:
        response = client.get(response.url)
    text = response.content.decode(errors="replace")
    if response["Content-Type"].startswith("application/json"):
        return response.status_code, "\n".join(response.json()["errors"])
    return response.status_code, html.unescape(re.sub(r"<[^>]+>", "\n", text)) + _values(text)


def _values(text):
    return html.unescape("\n".join(re.findall(r' value="([^"]*)"', text)))


def names_it(text, name):
    """A line with the beginning of the name and a reason behind it."""
    start = clean_name(name.replace("\n", "%0A"))[:12]
    return any(start in line and "。" in line.partition(start)[2] for line in text.splitlines())


def is_harmless(client, row):
    answer = client.get(f"/files/{row.code}/")
    if answer.status_code != 200:
        return answer.status_code == 404
    kind, disposition = answer["Content-Type"], answer.get("Content-Disposition", "")
    b"".join(answer.streaming_content)  # to its end: closing it would close the database
    shown = row.kind in ("photo", "audio", "video") or kind == "application/pdf"
    return (
        not HARMFUL_TYPE.search(kind)
        and answer["X-Content-Type-Options"] == "nosniff"
        and (shown or disposition.startswith("attachment"))
    )


def media():
    """All stored files but the sealed rosters, which belong to the batch that shows the reason."""
    root = Path(settings.MEDIA_ROOT)
    return {path for path in root.rglob("*") if path.is_file() and "imports" not in path.parts}


def faults_at(address, world, names):
    """[(file, what is wrong)] after each of the files was sent there alone."""
    way, row = WAYS[address], collect_rows()[address]
    kwargs = way.kwargs or row.kwargs
    url = reverse(address, kwargs=kwargs(world) if kwargs else None)
    client = Client(raise_request_exception=False)
    client.force_login(getattr(world.cast, way.person))
    values = way.data(world)
    faults = []
    for name in names:
        form, before = body(way.field, name, hostile()[name], values), media()
        with transaction.atomic():
            with measured() as spent:
                response = client.generic(
                    "POST", url, form, content_type=f"multipart/form-data; boundary={BOUNDARY}"
                )
                for batch in RosterImport.objects.filter(state="reading"):
                    batches.read(batch)  # of a large file the worker does it
                status, text = shown(client, response)
            stored = list(Attachment.objects.all())
            wrong = {
                "error of the server": max(response.status_code, status) >= 500,
                "no sentence names it": not stored and not names_it(text, name),
                "half written": not stored and media() != before,
                "typing lost": TYPED in values.values() and TYPED not in text,
                "a browser might run it": not all(is_harmless(client, one) for one in stored),
                "memory": spent["memory"] > MOST_MEMORY,
                "time": spent["seconds"] > MOST_SECONDS,
            }
            transaction.set_rollback(True)
        faults += [(name[:30], reason) for reason, is_so in wrong.items() if is_so]
    return faults


@pytest.mark.parametrize("address", sorted(WAYS))
def test_no_kind_of_hostile_file_does_harm_at(address, world):
    assert faults_at(address, world, OF_EVERY_KIND) == []


@pytest.mark.long
@pytest.mark.parametrize("address", sorted(WAYS))
def test_no_hostile_file_at_all_does_harm_at(address, world):
    assert len(hostile()) >= 60
    assert faults_at(address, world, hostile()) == []


def test_no_hostile_file_does_harm_in_pieces(world):
    client = Client(raise_request_exception=False)
    client.force_login(world.cast.manager)
    row = collect_rows()["video_begin"]
    url = reverse("video_begin", kwargs=row.kwargs(world))
    faults, tried = [], set()
    for name, data in hostile().items():
        if data in tried:
            continue
        tried.add(data)
        name = f"{clean_name(name)[:30]}.mp4"
        with measured() as spent:
            response = client.post(url, {"name": name, "size": len(data), "modified": "1"})
            if response.status_code == 200:
                begun = response.json()
                to = f"{begun['to']}?offset=0"
                for at in range(0, len(data), begun["piece"]):
                    to = f"{begun['to']}?offset={at}"
                    piece = data[at : at + begun["piece"]]
                    client.post(to, piece, content_type="application/octet-stream")
                response = client.post(begun["finish"])
        if response.status_code != 400 or not names_it(response.json()["errors"][0], name):
            faults.append((name, response.status_code, response.content[:200]))
        if spent["memory"] > MOST_MEMORY or spent["seconds"] > MOST_SECONDS:
            faults.append((name, spent))

    assert len(tried) >= 50 and faults == []
    assert not Attachment.objects.exists() and not IncomingFile.objects.exists()
