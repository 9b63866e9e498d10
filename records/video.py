"""Video through ffmpeg: the one of the system, or the one that a Python package carries."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import IO

FRAMES_PER_SECOND = 15
# What browsers and phones of the last ten years play without asking (and old ones too).
PLAYS_EVERYWHERE = (
    "-c:v", "libx264", "-profile:v", "main", "-pix_fmt", "yuv420p", "-movflags", "+faststart",
)  # fmt: skip
LINES_OF_ERROR = 400


class NoVideo(Exception):
    """The text is a sentence for the user."""


@cache
def ffmpeg() -> str:
    """The program. Raises NoVideo where there is none."""
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise NoVideo(
            "服务器没有安装视频组件，请联系系统管理员（requirements-film.txt）。"
        ) from None


def encode(frames: Iterable[bytes], *, size: tuple[int, int], into: Path) -> None:
    """Raw RGB frames of `size`, FRAMES_PER_SECOND of them a second, into an .mp4. They go
    through a pipe: a film of minutes is gigabytes of frames."""
    command = [
        ffmpeg(), "-hide_banner", "-loglevel", "error", "-y",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}",
        "-r", str(FRAMES_PER_SECOND), "-i", "-",
        *PLAYS_EVERYWHERE, "-preset", "veryfast", "-tune", "stillimage", "-crf", "24",
        str(into),
    ]  # fmt: skip
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said) as process,  # noqa: S603 our own program and words
    ):
        assert process.stdin is not None
        try:
            for frame in frames:
                process.stdin.write(frame)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has said why
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise RuntimeError(f"ffmpeg: {end_of(said)}")


def end_of(said: IO[bytes]) -> str:
    """The last words of the program, which say what was wrong."""
    said.seek(0)
    return said.read().decode(errors="replace").strip()[-LINES_OF_ERROR:]
