"""How much work something is: processor time, which other users of the machine hardly change
while they change what a clock on the wall shows many times over.

Counted are this process (Python, and SQLite within it) and the PostgreSQL backend that answers
it, if it runs on this machine and the kernel says how long it ran (/proc/PID/schedstat). Not
seen: parallel workers of a large scan, what the kernel reads and writes afterwards, the
autovacuum, and all waiting - for a disk, a lock or the network.
"""

import statistics
import time
from pathlib import Path

from django.db import connection

BREATH = 2  # rounds before the measured ones: templates, plans and caches are warm


def backend():
    """The kernel's account of the process that answers this connection, if it can be read."""
    if connection.vendor != "postgresql":
        return None
    connection.ensure_connection()
    process = Path(f"/proc/{connection.connection.get_backend_pid()}")
    try:
        is_ours = (process / "comm").read_text().startswith("postgres")
        (process / "schedstat").read_text()
    except OSError:
        return None
    return process / "schedstat" if is_ours else None


def seen():
    """What the figures of this run hold, in words for the head of the table."""
    if connection.vendor != "postgresql":
        return "processor time of the process, which SQLite is part of"
    if backend() is None:
        return "processor time of the process only: the database cannot be seen from here"
    return "processor time of the process and of its PostgreSQL backend (no parallel workers)"


def spent():
    """Milliseconds of processor time so far."""
    own = time.process_time() * 1000
    account = backend()
    return own + (int(account.read_text().split()[0]) / 1_000_000 if account else 0)


def in_turns(rounds, *functions):
    """The median of each, a round of all of them after the other: what changes on the machine
    meanwhile changes for all."""
    for _ in range(BREATH):
        for function in functions:
            function()
    found = [[_once(function) for function in functions] for _ in range(rounds)]
    return [statistics.median(times) for times in zip(*found, strict=True)]


def _once(function):
    before = spent()
    function()
    return spent() - before
