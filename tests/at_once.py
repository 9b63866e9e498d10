"""Several things at the same moment, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections, connections


def at_once(*acts: Callable[[], Any], refusals: tuple[type[Exception], ...]) -> list[Any]:
    """What each act returned, or the refusal that it raised. Any other error ends its thread
    without an outcome, and the test."""
    barrier, outcomes = threading.Barrier(len(acts)), [[] for _ in acts]

    def run(own, act):
        close_old_connections()
        try:
            barrier.wait(timeout=30)
            own.append(act())
        except refusals as refusal:
            own.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(outcomes, acts, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert all(outcomes), outcomes
    return [outcome for (outcome,) in outcomes]
