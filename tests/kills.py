"""kill -9 in the middle of things: a piece of work in a process of its own that dies at a
chosen statement, or loses the database there. The parent then looks at what is left.

The tests that use it need a database that two processes share: `transaction=True`.
"""

import os
import random
import signal
import sys
import threading
import traceback
from datetime import timedelta

import pytest
from django.db import Error, connection, connections
from django.db.models import F

from records import jobs
from records.models import Job, Notice

DONE, WRONG, LOST = 0, 1, 7
SOON = 0.01


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def die_soon():
    """Within the statement, not before it."""
    threading.Timer(random.uniform(0, SOON), die).start()


def lose_the_backend():
    """What an administrator, a fail-over or the kernel does to one server process."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    other.close()


needs_server = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the embedded database has no server"
)
ACTS = [
    pytest.param(die, id="process"),
    pytest.param(lose_the_backend, id="backend", marks=needs_server),
]


class Fuse:
    """Counts the statements of this connection and burns at one of them."""

    def __init__(self, at=0, act=die):
        self.at, self.act, self.seen = at, act, 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        if self.seen == self.at:
            self.act()
        return execute(sql, params, many, context)


def statements_of(work) -> int:
    """How many statements the undisturbed work takes."""
    fuse = Fuse()
    with connection.execute_wrapper(fuse):
        work()
    return fuse.seen


def cut_off(work, at, act=die) -> bool:
    """Run the work in another process and cut it off at its n-th statement; False when it
    was done before."""
    # A connection is not shared between processes.
    connections.close_all()
    child = os.fork()
    if child == 0:
        _run_and_leave(work, at, act)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) in (DONE, LOST), "see stderr"
    return os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == LOST


def _run_and_leave(work, at, act):
    """Never returns: nothing of the parent, least of all pytest, may run twice."""
    code = WRONG
    fuse = Fuse(at, act)
    try:
        with connection.execute_wrapper(fuse):
            work()
        # A job that loses the database ends quietly, for the timer to find.
        code = DONE if fuse.seen < at else LOST
    except Error:
        code = LOST
        if fuse.seen < at:
            code = WRONG
            traceback.print_exc()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def points(total, number, seed=0):
    """Some of the statements, in order, the first and the last among them."""
    number = min(number, total)
    draw = random.Random(seed)
    inner = draw.sample(range(2, total), max(0, number - 2)) if total > 2 else []
    return sorted({1, *inner, total})


@pytest.fixture
def no_worker():
    """The bell rings in a folder and nobody hears it: runs are started by the test."""
    from config.celery import app

    before, app.conf.task_always_eager = app.conf.task_always_eager, False
    yield
    app.conf.task_always_eager = before


def give_up(job):
    """What the timer does with a run that gives no sign of life any more; its owner is told
    why. A job that was not even begun still waits."""
    job.refresh_from_db()
    if job.state in ("queued", "done"):
        return
    assert job.state == "running"
    Job.objects.filter(pk=job.pk).update(heartbeat_at=F("heartbeat_at") - timedelta(hours=1))
    jobs.pick_up()
    job.refresh_from_db()
    assert job.state == "queued" and "处理程序中途停止" in job.message
    assert "处理程序中途停止" in Notice.objects.latest("pk").text
