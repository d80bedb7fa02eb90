"""ffmpeg, run as a program of its own on files that strangers sent.

It is the one that imageio-ffmpeg brings, never one from PATH. It opens the one file it is given, in a format that holds
its own pictures and sound: no playlist, list of files, address or image sequence. It sees nothing of our environment,
yields to everybody else, and ends with us, also when we are killed (where there is setpriv: on Linux).
"""

import re
import selectors
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from imageio_ffmpeg import get_ffmpeg_exe

FORMATS = "mov,matroska,avi,asf,flv,mpeg,mpegts,ogg"
LARGEST_SIDE = 4096
PATIENCE = 120.0
"""Seconds without progress after which ffmpeg is ended."""
NICENESS = "10"
LOG_KEPT = 64 * 1024
OUT_TIME = re.compile(rb"^out_time_us=(\d+)$", re.MULTILINE)


class MakingFailed(Exception):
    """ffmpeg did not do its work, and not because of the video: worth another try. The message is for people."""


class Ended(Exception):
    """ffmpeg ended with an error; `log` is the beginning of what it said."""

    def __init__(self, log: str) -> None:
        self.log = log
        super().__init__(log[-500:])


class Stalled(Exception):
    """ffmpeg was ended because it got no further."""


def source_of(path: Path, threads: int = 1) -> list[str]:
    """The arguments that open an untrusted file."""
    fence = ["-protocol_whitelist", "file", "-format_whitelist", FORMATS, "-max_pixels", str(LARGEST_SIDE**2)]
    return [*fence, "-threads", str(threads), "-i", f"file:{path.absolute()}"]


def run(
    arguments: Sequence[str], reached: Callable[[float], None] = lambda _seconds: None, patience: float = PATIENCE
) -> tuple[str, str]:
    """Run ffmpeg to its end; gives the beginnings of its output and of its log.

    `reached` hears up to which second it has got, if the arguments hold `-progress pipe:1`; what it raises ends ffmpeg.
    Raises Ended, Stalled, and MakingFailed when the machine is at fault.
    """
    with _running(arguments) as process:
        output, log = _listen(process, reached, patience)
        status = process.wait(patience)
    if status < 0 or "No space left on device" in log or "Cannot allocate memory" in log:
        raise MakingFailed(
            "영상을 만드는 프로그램이 도중에 끝났습니다. 서버의 남은 공간과 메모리를 확인하고 다시 시도하세요."
        )
    if status:
        raise Ended(log)
    return output, log


@contextmanager
def _running(arguments: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """The started program; it does not outlive the block."""
    command = [*_leash(), _program(), "-nostdin", "-hide_banner", *arguments]
    with subprocess.Popen(  # noqa: S603  # our own arguments, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"LC_ALL": "C"},
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _listen(process: subprocess.Popen[bytes], reached: Callable[[float], None], patience: float) -> tuple[str, str]:
    """Hear the program out, or until it gets no further."""
    assert process.stdout
    assert process.stderr
    heard: dict[IO[bytes], bytes] = {process.stdout: b"", process.stderr: b""}
    furthest, moved, rest = -1, time.monotonic(), b""
    with selectors.DefaultSelector() as selector:
        for pipe in heard:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            for pipe, data in _arrived(selector, moved + patience - time.monotonic()):
                heard[pipe] = (heard[pipe] + data)[:LOG_KEPT]
                if pipe is process.stdout:
                    complete, _, rest = (rest + data).rpartition(b"\n")
                    at = max(map(int, OUT_TIME.findall(complete)), default=furthest)
                    if at > furthest:
                        furthest, moved = at, time.monotonic()
                        reached(at / 1_000_000)
            if time.monotonic() - moved > patience:
                raise Stalled
    output, log = heard.values()
    return output.decode("utf-8", "replace"), log.decode("utf-8", "replace")


def _arrived(selector: selectors.BaseSelector, seconds: float) -> Iterator[tuple[IO[bytes], bytes]]:
    """What the pipes hold, waiting for it at most so long; a closed pipe is listened to no longer."""
    for key, _ in selector.select(max(0, seconds)):
        pipe = key.fileobj
        assert not isinstance(pipe, int)
        data = pipe.read1(LOG_KEPT)  # type: ignore[attr-defined]  # pipes are buffered readers
        if not data:
            selector.unregister(pipe)
        yield pipe, data  # type: ignore[misc]


@cache
def _program() -> str:
    program = Path(get_ffmpeg_exe())
    if not program.is_absolute():
        raise RuntimeError("imageio-ffmpeg brought no ffmpeg for this machine; IMAGEIO_FFMPEG_EXE may name one.")
    return str(program)


@cache
def _leash() -> list[str]:
    """What makes the command yield to others, and the kernel end it with us."""
    nice, setpriv = shutil.which("nice"), shutil.which("setpriv")
    leash = [setpriv, "--pdeathsig", "KILL"] if setpriv else []
    return [*leash, nice, "-n", NICENESS] if nice else leash
