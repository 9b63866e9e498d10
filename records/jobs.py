"""Long work with a progress bar, a result file and a readable error.

The Job table is the truth and the broker only the bell: a message that gets lost (the
broker is down, a worker is killed) costs time, never a job. A run owns its row through
the number of its attempt: whoever finds another number or state there has lost the row
and stops, so a worker that was given up can never overwrite the run that replaced it.

    @job("roster-export")
    def export_roster(job: Job, progress: Progress) -> JobResult:
        progress(0, total=100)
        ...
        return JobResult("已导出 100 人。", file=path, name="花名册.xlsx")

Declare jobs in `<app>/tasks.py` or `<app>/jobs.py`: both are imported on demand.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery import Task
from django import db
from django.conf import settings
from django.core.files import File
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from kombu.exceptions import ChannelError, ConnectionError, OperationalError

from accounts import audit
from accounts.models import User
from records.models import Job, Notice

log = logging.getLogger(__name__)

State = Job.State
HEARTBEATS_BEFORE_STALE = 12
RING_AGAIN_AFTER = timedelta(minutes=5)
MOST_ATTEMPTS = 3
WRITE_PROGRESS_EVERY = 0.5
UNEXPECTED = "处理时出现意外错误，数据没有改动一半。请重新执行；如果一直这样，请联系系统管理员。"


class JobError(Exception):
    """An expected failure; its text is the Chinese sentence that the user reads."""


class JobStopped(Exception):
    """The row is no longer this run's: cancelled, or given up and taken over."""


class StaleJob(Exception):
    """Retry or cancel of a job whose state has changed meanwhile."""


@dataclass(frozen=True)
class JobResult:
    """`is_temporary`: the file was made for this result; no copy of it stays behind.
    `keep`: how long it can be fetched, where it holds what should not lie about."""

    message: str = ""
    file: Path | None = None
    name: str = ""
    is_temporary: bool = False
    keep: timedelta | None = None


Runner = Callable[[Job, "Progress"], JobResult | str | None]


@dataclass(frozen=True)
class _Kind:
    run: Runner
    repeatable: bool


_kinds: dict[str, _Kind] = {}


def job(kind: str, *, repeatable: bool = False) -> Callable[[Runner], Runner]:
    """Register a job. `repeatable` says that a half-done run can simply be run again, so
    an interrupted one goes back to the queue without asking its owner."""

    def register(run: Runner) -> Runner:
        _kinds[kind] = _Kind(run, repeatable)
        return run

    return register


def find(kind: str) -> _Kind | None:
    if kind not in _kinds:
        autodiscover_modules("tasks", "jobs")
    return _kinds.get(kind)


# --- into the queue ------------------------------------------------------------


def enqueue(kind: str, *, title: str, by: User, parameters: dict[str, Any] | None = None) -> Job:
    """Put work into the queue. Safe inside a transaction: rolled back means no job."""
    with transaction.atomic():
        row = Job.objects.create(
            kind=kind, title=title[:120], parameters=parameters or {}, created_by=by
        )
        audit.record("job.queued", by=by, obj=row, after={"kind": kind})
        transaction.on_commit(lambda: ring(row.pk))
    return row


def ring(pk: int) -> None:
    """Tell a worker. A broker that is down is no reason to fail a request: the row stays
    queued, and the timer finds it."""
    from records.tasks import run_job

    if tell_worker(run_job, pk):
        Job.objects.filter(pk=pk).update(rung_at=timezone.now())


def tell_worker(task: Task, pk: int) -> bool:
    """False when the broker is down: what is to be done stands in the database."""
    try:
        _knock()
        task.delay(pk)
    except (OperationalError, ChannelError, ConnectionError, OSError) as error:
        log.warning("%s(%s) waits for the timer, the broker is down: %s", task.name, pk, error)
        return False
    return True


def _knock() -> None:
    """Redis' client tries a dead server again for seconds, and a page should not wait for
    that: see first whether anybody answers at all (whatever the answer is)."""
    address = urlsplit(settings.CELERY_BROKER_URL)
    if address.scheme in ("redis", "rediss"):
        place = (address.hostname or "127.0.0.1", address.port or 6379)
        with socket.create_connection(place, timeout=0.5) as connection:
            if address.scheme == "redis":
                connection.sendall(b"PING\r\n")
                if not connection.recv(1):
                    raise ConnectionError(f"{place[0]}:{place[1]} hung up")


def retry(row: Job, *, by: User) -> None:
    """Back into the queue by hand, after a failure, an interruption or a cancellation."""
    ended = [State.FAILED, State.INTERRUPTED, State.CANCELLED]
    _set(row, ended, "job.retry", by=by, state=State.QUEUED, message="", done=0, total=0)
    transaction.on_commit(lambda: ring(row.pk))


def cancel(row: Job, *, by: User) -> None:
    """A running job stops at its next report of progress."""
    now = timezone.now()
    waiting = [State.QUEUED, State.RUNNING, State.INTERRUPTED]
    _set(row, waiting, "job.cancel", by=by, state=State.CANCELLED, finished_at=now)


def _set(row: Job, expected: list[State], action: str, *, by: User, **values: Any) -> None:
    with transaction.atomic():
        before = row.state
        if before not in expected or not _update(row, state=before, values=values):
            raise StaleJob
        audit.record(action, by=by, obj=row, before={"state": before}, after=_state(values))


def _update(row: Job, *, state: str, values: dict[str, Any]) -> int:
    mine = Job.objects.filter(pk=row.pk, state=state, attempt=row.attempt)
    return mine.update(**values)


def _state(values: dict[str, Any]) -> dict[str, str]:
    return {"state": str(values["state"])}


# --- running ---------------------------------------------------------------------


class Progress:
    """`progress(done, total=...)`: seen on the page, and the moment when a cancelled job
    stops. Call it outside transactions, else nobody sees it before the commit."""

    def __init__(self, row: Job) -> None:
        self._row = row
        self._written = 0.0

    def __call__(self, done: int, *, total: int | None = None, message: str = "") -> None:
        finished = total is not None or done >= self._row.total > 0
        if not finished and time.monotonic() - self._written < WRITE_PROGRESS_EVERY:
            return
        self._row.done = done
        values: dict[str, Any] = {"done": done, "heartbeat_at": timezone.now()}
        if total is not None:
            self._row.total = values["total"] = total
        if message:
            values["message"] = message[:500]
        try:
            is_ours = _update(self._row, state=State.RUNNING, values=values)
        except db.OperationalError as error:
            # SQLite has one writer: a bar that moves a moment later fails no job.
            if "locked" not in str(error):
                raise
            return
        if not is_ours:
            raise JobStopped
        self._written = time.monotonic()


def run_job(pk: int) -> None:
    """Run a queued job. Rung twice, or by two workers, it runs once."""
    row = _claim(pk)
    if row is None:
        log.info("job %s is not waiting any more", pk)
        return
    kind = find(row.kind)
    try:
        if kind is None:
            raise JobError("系统里没有这种任务，可能是版本更新后去掉了。")
        with _heartbeat(row):
            outcome = kind.run(row, Progress(row))
    except JobStopped:
        log.info("job %s was stopped", pk)
    except JobError as error:
        _finish(row, State.FAILED, JobResult(str(error)))
    except (db.OperationalError, db.InterfaceError):
        # The database went away and took the half of it along: this is a worker that died,
        # and what the timer does with those is right for it too.
        log.exception("job %s (%s) lost the database", pk, row.kind)
        connection.close()
    except Exception:
        # The one place where everything is caught: a worker that dies of one job would
        # take the others with it, and the user would wait for ever.
        log.exception("job %s (%s) failed", pk, row.kind)
        _finish(row, State.FAILED, JobResult(UNEXPECTED))
    else:
        result = outcome if isinstance(outcome, JobResult) else JobResult(outcome or "")
        _finish(row, State.DONE, result)


def _claim(pk: int) -> Job | None:
    now = timezone.now()
    claimed = Job.objects.filter(pk=pk, state=State.QUEUED).update(
        state=State.RUNNING,
        attempt=F("attempt") + 1,
        started_at=now,
        heartbeat_at=now,
        finished_at=None,
    )
    return Job.objects.select_related("created_by__region").get(pk=pk) if claimed else None


def _finish(row: Job, state: State, result: JobResult) -> None:
    """The result file is stored before the row says so: a row never names a missing file."""
    values: dict[str, Any] = {
        "state": state,
        "message": result.message[:500],
        "finished_at": timezone.now(),
    }
    stored = ""
    if result.file:
        with result.file.open("rb") as source:
            name = f"jobs/{row.code}-{row.attempt}{result.file.suffix}"
            stored = row.result.storage.save(name, File(source))
        if result.is_temporary:
            result.file.unlink(missing_ok=True)
        values |= {"result": stored, "result_name": result.name or result.file.name}
        values["expires_at"] = timezone.now() + result.keep if result.keep else None
    if state == State.DONE:
        values["done"] = F("total")
    with transaction.atomic():
        won = _update(row, state=State.RUNNING, values=values)
        if won:
            _tell(row, state, result.message)
    if not won and stored:
        row.result.storage.delete(stored)


def _tell(row: Job, state: State, message: str) -> None:
    before = {"state": State.RUNNING.value}
    audit.record(
        f"job.{state.value}",
        by=row.created_by,
        obj=row,
        before=before,
        after=_state({"state": state}),
    )
    text = f"{row.title}：{state.label}。{message}"
    Notice.objects.create(
        user=row.created_by,
        text=text[:300],
        link=reverse("manage_jobs"),
        kind=Notice.Kind.DECIDED,
    )


@contextmanager
def _heartbeat(row: Job) -> Iterator[None]:
    """Says every few seconds that this run is alive, however long one step of it takes."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(settings.JOB_STALE_SECONDS / HEARTBEATS_BEFORE_STALE):
            try:
                _update(row, state=State.RUNNING, values={"heartbeat_at": timezone.now()})
            except DatabaseError as error:
                log.warning("heartbeat of job %s: %s", row.pk, error)
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


# --- what a dead worker left -------------------------------------------------------


def pick_up(*, at_start: bool = False) -> None:
    """Find runs without heartbeat and jobs whose bell was never heard. A worker that
    starts rings for all that wait: the messages may have died with its predecessor."""
    now = timezone.now()
    for row in Job.objects.filter(
        state=State.RUNNING, heartbeat_at__lt=now - timedelta(seconds=settings.JOB_STALE_SECONDS)
    ):
        _give_up(row)
    waiting = Job.objects.filter(state=State.QUEUED)
    if not at_start:
        waiting = waiting.filter(Q(rung_at=None) | Q(rung_at__lt=now - RING_AGAIN_AFTER))
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        ring(pk)


def remove_expired() -> None:
    """Files that may not be fetched any more; the row stays and says so."""
    for row in Job.objects.filter(expires_at__lt=timezone.now()).exclude(result=""):
        name = str(row.result.name)
        if Job.objects.filter(pk=row.pk, result=name).update(result=""):
            row.result.storage.delete(name)


def _give_up(row: Job) -> None:
    kind = find(row.kind)
    again = kind is not None and kind.repeatable and row.attempt < MOST_ATTEMPTS
    state = State.QUEUED if again else State.INTERRUPTED
    message = "处理程序中途停止，正在重新执行。" if again else "处理程序中途停止，没有做完。"
    values: dict[str, Any] = {"state": state, "message": message, "rung_at": None}
    with transaction.atomic():
        # Compared with the heartbeat that was read: a run that just spoke up keeps its row.
        still = Job.objects.filter(heartbeat_at=row.heartbeat_at)
        if still.filter(pk=row.pk, state=State.RUNNING).update(**values):
            _tell(row, state, message)
