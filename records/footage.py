"""Video that somebody sends: looked at, and made into what plays everywhere.

Nothing in such a file is trusted: the program that reads it may open no address, decode no
giant picture and take no endless memory."""

import datetime as dt
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from records.video import PLAYS_EVERYWHERE, end_of, ffmpeg

# Nothing but files, and only what cameras and phones make: a playlist or a list of files
# would have the program open addresses of its writer's choice.
SAFE_INPUT = (
    "-nostdin", "-protocol_whitelist", "file,pipe", "-max_pixels", str(20_000_000),
    "-format_whitelist", "mov,matroska,avi,asf,mpeg,mpegts,mpegvideo,flv,h264,hevc",
)  # fmt: skip
READ_SECONDS = 30
CONVERT_SECONDS = 3 * 3600
READ_MEMORY = 2 * 1024**3
CONVERT_MEMORY = 6 * 1024**3
LONGEST_SIDE = 1920
POSTER_SIDE = 800
PLAIN_PICTURE = re.compile(r"h264 .*\byuvj?420p(?!1)")
INTERLACED = re.compile(r"(top|bottom) (coded )?first")
PLAIN_SOUND = re.compile(r"(aac|mp3)\b")


class NoSpace(Exception):
    """The disk is full."""


@dataclass(frozen=True)
class Footage:
    """What a video says of itself, and one picture of it (JPEG)."""

    seconds: int | None
    width: int
    height: int
    taken_at: dt.datetime | None
    poster: bytes
    picture_plays: bool
    sound_plays: bool


def read_video(path: Path) -> Footage | None:
    """None where no picture can be got out of the file."""
    for start in (("-ss", "1"), ()):  # the very first picture is often black
        poster, said = _one_picture(path, start)
        if poster:
            return _described(said, poster)
    return None


def _one_picture(path: Path, start: tuple[str, ...]) -> tuple[bytes, str]:
    side = POSTER_SIDE
    command = [
        ffmpeg(), "-hide_banner", *SAFE_INPUT, *start, "-i", str(path),
        "-map", "0:V:0", "-frames:v", "1",
        "-vf", f"scale={side}:{side}:force_original_aspect_ratio=decrease",
        "-f", "image2pipe", "-c:v", "mjpeg", "-q:v", "4", "-",
    ]  # fmt: skip
    with subprocess.Popen(  # noqa: S603 our own program and words
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        _limit(process, READ_MEMORY)
        try:
            out, said = process.communicate(timeout=READ_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return b"", ""
    return out if process.returncode == 0 else b"", said.decode(errors="replace")


def _limit(process: subprocess.Popen, memory: int) -> None:
    """A made-up file may ask for any memory; the program then fails, and nothing else."""
    with suppress(ProcessLookupError, AttributeError):  # ended already; not Linux
        resource.prlimit(process.pid, resource.RLIMIT_AS, (memory, memory))


def _described(said: str, poster: bytes) -> Footage:
    said = said.partition("Stream mapping:")[0]
    picture = _found(r"^  Stream #0:\d+.*?: Video: (.*)$", said)
    sound = _found(r"^  Stream #0:\d+.*?: Audio: (.*)$", said)
    length = re.search(r"^  Duration: (\d+):(\d\d):(\d\d)\.(\d\d)", said, re.MULTILINE)
    size = re.search(r"\b(\d{2,5})x(\d{2,5})\b", picture)
    width, height = (int(size[1]), int(size[2])) if size else (0, 0)
    turned = re.search(r"rotation of (-?\d+)", said)
    if turned and int(turned[1]) % 180:
        width, height = height, width
    seconds = None
    if length:
        hours, minutes, rest, part = map(int, length.groups())
        seconds = hours * 3600 + minutes * 60 + rest + (part >= 50)
    plain = PLAIN_PICTURE.match(picture) and not INTERLACED.search(picture)
    return Footage(
        seconds=max(1, seconds) if seconds is not None else None,
        width=width,
        height=height,
        taken_at=_moment(_found(r"^    creation_time\s*: (\S+?)(?:;.*)?$", said)),
        poster=poster,
        picture_plays=bool(plain) and max(width, height) <= LONGEST_SIDE,
        sound_plays=not sound or bool(PLAIN_SOUND.match(sound)),
    )


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    return match[1] if match else ""


def _moment(text: str) -> dt.datetime | None:
    """Cameras that were never told the time say 1904 or 1970."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1990 < moment.year < 2100:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def convert(path: Path, into: Path, footage: Footage, tell: Callable[[int], None]) -> None:
    """An .mp4 that plays everywhere, from its first byte on, without what the camera wrote
    beside the picture (position, serial number): tags, data tracks, and the private blocks
    inside the picture's own stream. `tell` hears the seconds that are done; what it raises
    ends the work. Raises NoSpace on a full disk and RuntimeError for what cannot be read."""
    command = [
        *_politely(), ffmpeg(), "-hide_banner", "-loglevel", "error", "-y", *SAFE_INPUT,
        "-i", str(path), "-map", "0:V:0", "-map", "0:a:0?",
        "-map_metadata", "-1", "-map_metadata:s:v", "-1", "-map_metadata:s:a", "-1",
        "-map_chapters", "-1", *_picture(footage), *_sound(footage),
        "-max_muxing_queue_size", "4096", "-movflags", "+faststart",
        "-progress", "pipe:1", "-f", "mp4", str(into),
    ]  # fmt: skip
    started = time.monotonic()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 our own program and words
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
        ) as process,
    ):
        _limit(process, CONVERT_MEMORY)
        assert process.stdout is not None
        try:
            for line in process.stdout:
                name, _, value = line.decode(errors="replace").strip().partition("=")
                if name == "out_time_us" and value.isdigit():
                    tell(int(value) // 1_000_000)
                if time.monotonic() - started > CONVERT_SECONDS:
                    raise RuntimeError("ffmpeg: takes too long")
        except BaseException:
            process.kill()
            raise
        if process.wait():
            text = end_of(said)
            raise NoSpace if "No space left" in text else RuntimeError(f"ffmpeg: {text}")


def _politely() -> list[str]:
    """Pages come first."""
    nice = shutil.which("nice")
    return [nice, "-n", "10"] if nice else []


def _picture(footage: Footage) -> list[str]:
    if footage.picture_plays:
        # Type 6 (SEI) is where camcorders hide position and serial number.
        return ["-c:v", "copy", "-bsf:v", "filter_units=remove_types=6"]
    longest = f"min({LONGEST_SIDE}/max(iw,ih),1)"
    scale = f"scale=w='trunc(iw*{longest}/2)*2':h='trunc(ih*{longest}/2)*2'"
    return [
        *PLAYS_EVERYWHERE[:-2], "-preset", "veryfast", "-crf", "23", "-fpsmax", "30",
        "-vf", f"yadif=deint=interlaced,{scale}",
    ]  # fmt: skip


def _sound(footage: Footage) -> list[str]:
    return ["-c:a", "copy"] if footage.sound_plays else ["-c:a", "aac", "-b:a", "128k", "-ac", "2"]
