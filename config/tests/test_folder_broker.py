"""The broker in a folder: whoever looks sees whole messages, in order, or none."""

import os

import pytest
from kombu import Connection

from config import folder_broker
from config.celery import app  # noqa: F401 names the transport


@pytest.fixture
def queue(tmp_path):
    folders = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    (tmp_path / "queue").mkdir()
    with Connection("filesystem://", transport_options=folders) as connection:
        # kombu remembers the queues of a process: each test has one of its own name.
        yield connection.SimpleQueue(tmp_path.name), tmp_path / "queue"


def test_messages_come_in_order(queue):
    messages, _ = queue
    for number in range(5):
        messages.put({"number": number})
    assert [messages.get(timeout=5).payload["number"] for _ in range(5)] == list(range(5))


def test_a_worker_that_looks_while_a_message_is_written_finds_nothing(queue, monkeypatch):
    """The moment between opening and writing: with kombu's own channel the empty file is
    taken, and reading it stops the worker."""
    messages, folder = queue
    write, looked = folder_broker.str_to_bytes, []

    def look_first(text):
        with pytest.raises(messages.Empty):
            messages.get_nowait()
        looked.append(os.listdir(folder))
        return write(text)

    monkeypatch.setattr(folder_broker, "str_to_bytes", look_first)
    messages.put({"number": 1})
    assert len(looked) == 1 and looked[0][0].endswith(".new")
    assert messages.get(timeout=5).payload == {"number": 1}
