"""Videos made here, once a run: small, of the sorts that cameras and phones make."""

import subprocess
import tempfile
from functools import cache
from pathlib import Path

from records.video import ffmpeg

SECRETS = (b"+33.96", b"SERIAL-4711")
_TAGS = [
    *("-metadata", "location=+33.9631+118.2752/", "-metadata", "com.apple.quicktime.model=SERIAL-4711"),
    *("-metadata", "creation_time=2026-05-04T02:11:12Z", "-movflags", "use_metadata_tags"),
]  # fmt: skip
SORTS = {
    "mp4": ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", *_TAGS],
    "mov": ["-c:v", "libx265", "-tag:v", "hvc1", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none",
            "-c:a", "pcm_s16le", *_TAGS],
    "avi": ["-c:v", "mpeg4", "-c:a", "mp2"],
    "webm": ["-c:v", "libvpx", "-an"],
    "wmv": ["-c:v", "wmv2", "-c:a", "wmav1"],
    "mts": ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "mpegts"],
}  # fmt: skip


@cache
def video(sort="mp4", seconds=3, size="160x120") -> bytes:
    """A test picture with a tone, tagged with a position where the sort can hold one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"video.{sort}"
        command = [
            ffmpeg(),
            "-loglevel",
            "error",
            "-f",
            "lavfi",
            "-i",
            f"testsrc2=s={size}:r=10:d={seconds}",
        ]
        command += [
            "-f",
            "lavfi",
            "-i",
            f"sine=440:d={seconds}",
            *SORTS[sort],
            "-preset",
            "ultrafast",
        ]
        if sort in ("avi", "webm", "wmv"):
            command = command[:-2]
        subprocess.run([*command, str(path)], check=True, capture_output=True)
        return path.read_bytes()


@cache
def sound() -> bytes:
    """An .mp4 without a picture."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.mp4"
        subprocess.run(
            [ffmpeg(), "-f", "lavfi", "-i", "sine=440:d=1", "-c:a", "aac", str(path)],
            check=True, capture_output=True,
        )  # fmt: skip
        return path.read_bytes()
