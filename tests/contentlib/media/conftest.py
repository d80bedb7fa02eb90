"""Short films, made by ffmpeg itself."""

import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from imageio_ffmpeg import get_ffmpeg_exe

Clips = Callable[[str], Path]

SOUND = ("-f", "lavfi", "-i", "sine")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-threads", "1")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis")


def picture(size: str, rate: int = 15) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}")


CLIPS = {
    "landscape.mp4": (*picture("1280x720", 10), *SOUND, *H264, "-t", "8", "-movflags", "faststart"),
    "portrait.mp4": (*picture("240x426"), *SOUND, *H264, "-t", "8"),
    "silent.mp4": (*picture("320x240"), *H264, "-t", "8"),
    "odd.mkv": (*picture("320x180"), *SOUND, *H264, "-vf", "scale=321:181,setsar=1", "-pix_fmt", "yuv444p", "-t", "8"),
    "wide-pixels.mp4": (*picture("180x240"), "-vf", "setsar=16/9", *H264, "-t", "2"),
    "browser.webm": (*picture("320x240"), *SOUND, *VP8, "-t", "8"),
    "uneven.mkv": (*picture("640x480", 60), "-vf", "select='gt(random(1),.7)'", "-fps_mode", "vfr", *H264, "-t", "14"),
    "one-picture.mp4": (*picture("64x64"), *H264, "-frames:v", "1"),
    "black-first.mp4": (*picture("64x64"), "-vf", "drawbox=t=fill:c=black:enable='lt(t,1)'", *H264, "-t", "12"),
    "stream.ts": (*picture("64x64"), *H264, "-t", "2"),
    "dash.mp4": (*picture("64x64"), *H264, "-t", "2", "-movflags", "dash+frag_keyframe+empty_moov+default_base_moof"),
    "sound.mp4": (*SOUND, "-t", "2"),
    "huge.mp4": (*picture("4112x64"), *H264, "-t", "1"),
    "tiny.mp4": (*picture("64x8"), *H264, "-t", "1"),
    "still.png": (*picture("64x64"), "-frames:v", "1"),
}


def ffmpeg(*arguments: str | Path) -> bytes:
    command = [get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """Makes the film of a name, once."""
    folder = tmp_path_factory.mktemp("clips")

    @cache
    def made(name: str) -> Path:
        ffmpeg(*CLIPS[name], folder / name)
        return folder / name

    return made
