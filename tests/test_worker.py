"""Real workers in processes of their own: killed, deprived of their broker, restarted."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.conf import settings

from tests.place import Place

PATIENCE = 120
REDIS = "redis://127.0.0.1:6379/15"
ENQUEUE = """
import time
import tests.worker_app
from accounts.models import User
from records.jobs import enqueue
from tests.factories import UserFactory
user = User.objects.filter(username="clerk").first() or UserFactory(username="clerk")
started = time.monotonic()
for kind, title in {jobs}:
    enqueue(kind, title=title, by=user)
print(time.monotonic() - started)
"""
JOBS = """
import json
from records.models import Job
print(json.dumps(list(Job.objects.order_by("pk").values_list("title", "state", "attempt"))))
"""


class Site(Place):
    def __init__(self, folder, **environment):
        super().__init__(folder, JOB_STALE_SECONDS="6", **environment)
        for name in ("queue", "control", "processed"):
            (folder / "broker" / name).mkdir(parents=True)

    def enqueue(self, *jobs):
        return float(self.python(ENQUEUE.format(jobs=jobs)))

    def jobs(self):
        return json.loads(self.python(JOBS))

    def marks(self):
        path = self.folder / "marks"
        return sorted(path.read_text().split()) if path.exists() else []

    @contextmanager
    def worker(self):
        command = [sys.executable, "-m", "celery", "-A", "tests.worker_app", "worker", "-B"]
        command += ["--concurrency", "1", "--loglevel", "ERROR", "--without-gossip"]
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            kill(process)

    def until(self, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition(self.jobs()):
            log = (self.folder / "worker.log").read_text()
            assert time.monotonic() < deadline, f"{self.jobs()}\n{log}"
            time.sleep(0.3)


def kill(process):
    """kill -9 of the worker and its pool at once, as a power cut would."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


@pytest.fixture
def only_once():
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        pytest.skip("runs on a database of its own, once is enough")


def states(jobs):
    return [state for _, state, _ in jobs]


@pytest.mark.long
def test_a_worker_killed_on_the_folder_broker_loses_no_job(tmp_path, only_once):
    site = Site(tmp_path / "a", BROKER_URL="filesystem://")
    names = [f"mark{number}" for number in range(5)]
    site.enqueue(("wait", "slow"), *(("mark", name) for name in names))

    with site.worker() as worker:
        site.until(lambda jobs: "running" in states(jobs))
        kill(worker)
    (site.folder / "go").touch()
    with site.worker():
        site.until(lambda jobs: set(states(jobs)) == {"done"})

    marks = site.marks()
    assert marks == names
    attempts = {title: attempt for title, _, attempt in site.jobs()}
    assert attempts == {"slow": attempts["slow"], **dict.fromkeys(names, 1)}


def redis_answers():
    try:
        with socket.create_connection(("127.0.0.1", 6379), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def test_a_real_redis_rings_a_real_worker(tmp_path, only_once):
    if not redis_answers():
        pytest.skip("NO REDIS at 127.0.0.1:6379: the broker of real installations is untested")
    site = Site(tmp_path / "a", BROKER_URL=REDIS)
    names = [f"mark{number}" for number in range(3)]

    with site.worker():
        site.enqueue(*(("mark", name) for name in names))
        site.until(lambda jobs: states(jobs) == ["done"] * 3)

    assert site.marks() == names


def test_a_broker_that_is_down_delays_nobody_and_loses_nothing(tmp_path, only_once):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = probe.getsockname()[1]
    site = Site(tmp_path / "a", BROKER_URL=f"redis://127.0.0.1:{nobody}/0")

    seconds = site.enqueue(("mark", "one"))

    assert states(site.jobs()) == ["queued"]
    assert seconds < 2
    site.environment["BROKER_URL"] = "filesystem://"
    with site.worker():
        site.until(lambda jobs: states(jobs) == ["done"])
    assert site.marks() == ["one"]
