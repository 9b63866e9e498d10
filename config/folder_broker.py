"""The broker in a local folder, without half-written messages.

kombu opens a message's file under its final name and writes it afterwards: a worker that looks
in between takes an empty file, cannot read it, and stops. Here a message is written under a
name that nobody looks for, and then renamed.
"""

import os
import time
import uuid
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:
        # Names sort by time: that is the order in which they are taken.
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        path = os.path.join(self.data_folder_out, name)
        try:
            with open(f"{path}.new", "wb") as out:
                out.write(str_to_bytes(dumps(payload)))
            os.replace(f"{path}.new", path)
        except OSError as error:
            raise ChannelError(f"Cannot add the message {path!r}") from error


class Transport(filesystem.Transport):
    Channel = Channel
