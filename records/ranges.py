"""Part of a file, as phones ask for it when they play a video (RFC 9110, section 14)."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
CHUNK = 256 * 1024


def ranged(
    request: HttpRequest, response: FileResponse, stream: IO[bytes], size: int
) -> HttpResponse | FileResponse | StreamingHttpResponse:
    """The whole file, or the part that was asked for. What is not one plain range is
    answered with the whole file, as the standard allows."""
    response["Accept-Ranges"] = "bytes"
    match = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None or match.group(0) == "bytes=-":
        return response
    first, last = _bounds(*match.groups(), size)
    if first >= size or first > last:
        stream.close()
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    part = StreamingHttpResponse(
        _read(stream, first, last - first + 1),
        status=206,
        content_type=response["Content-Type"],
    )
    for name in ("Content-Disposition", "Accept-Ranges"):
        if name in response:
            part[name] = response[name]
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    part["Content-Length"] = str(last - first + 1)
    return part


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:  # the last so many bytes
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _read(stream: IO[bytes], start: int, length: int) -> Iterator[bytes]:
    with stream:
        stream.seek(start)
        while length > 0:
            chunk = stream.read(min(CHUNK, length))
            if not chunk:
                return
            length -= len(chunk)
            yield chunk
