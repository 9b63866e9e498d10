"""A JPEG without its metadata, pixel for pixel the same and without decoding it.

Only the parts that a decoder needs are copied, up to the end of the picture: position,
camera, comments, colour profiles, a second picture and whatever hangs behind are left out.
Which way is up is the one thing that stays, until the worker has turned the picture.
"""

import re
import struct

START, END, SCAN = 0xD8, 0xD9, 0xDA
FRAMES = {0xC0, 0xC1, 0xC2}
KEPT = FRAMES | {0xC4, 0xDB, 0xDD, SCAN}  # and Huffman tables, quantisation, restarts
DROPPED = {*range(0xE0, 0xF0), 0xFE}
# A progressive picture has about ten scans; hundreds are made to keep a decoder busy.
MOST_SCANS = 40
# Within a scan 0xFF is followed by a zero or by the number of a restart.
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")
JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
ADOBE = b"Adobe"


def stripped(data: bytes, orientation: int = 1) -> bytes | None:
    """None for whatever is not a plain and whole JPEG: that takes the long road."""
    if not data.startswith(b"\xff\xd8"):
        return None
    kept, at, scans, frames = [], 2, 0, 0
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if end > len(data) or end < at + 4 or marker not in KEPT | DROPPED:
            return None
        if marker == SCAN:
            scans += 1
            following = NEXT_MARKER.search(data, end)
            if following is None or scans > MOST_SCANS:
                return None
            end = following.start()
        if marker in KEPT or _tells_colours(data[at:end], marker):
            kept.append(data[at:end])
        elif marker == 0xE0 and data[at + 4 : at + 9] == b"JFIF\0":
            kept.append(JFIF)
        frames += marker in FRAMES
        at = end
        if scans and data[at : at + 2] == bytes((0xFF, END)):
            return _put_together(kept, orientation) if frames == 1 else None
    return None


def _tells_colours(segment: bytes, marker: int) -> bool:
    return marker == 0xEE and segment[4:9] == ADOBE and len(segment) == 16


def _put_together(parts: list[bytes], orientation: int) -> bytes:
    turned = [_orientation(orientation)] if 2 <= orientation <= 8 else []
    return b"".join([bytes((0xFF, START)), *turned, *parts, bytes((0xFF, END))])


def _orientation(value: int) -> bytes:
    """EXIF that says nothing but this."""
    tag = struct.pack("<HHHHHH", 1, 0x0112, 3, 1, 0, value) + bytes(6)
    block = b"Exif\0\0II*\0\x08\0\0\0" + tag
    return b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
