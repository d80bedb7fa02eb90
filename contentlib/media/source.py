"""The video that somebody sent: whether it is one, and what it holds."""

import re
from dataclasses import dataclass
from pathlib import Path

from contentlib.media import ffmpeg

LONGEST = 4 * 3600
"""Seconds of the longest video that is taken."""
SMALLEST_SIDE = 16
DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
PICTURE = re.compile(r"^  Stream #0:\d[^\n]*?: Video: (\w+)(?![^\n]*\(attached pic\))", re.MULTILINE)
SIZE = re.compile(r"^  Stream #0:\d[^\n]*?: Video: [^\n]*?, (\d+)x(\d+)", re.MULTILINE)
SOUND = re.compile(r"^  Stream #0:\d[^\n]*?: Audio: ", re.MULTILINE)
FRAME_SIZE = re.compile(r"^#dimensions 0: (\d+)x(\d+)$", re.MULTILINE)
PIXEL_SHAPE = re.compile(r"^#sar 0: (\d+)/(\d+)$", re.MULTILINE)
FRAME = re.compile(r"^0,", re.MULTILINE)

SENTENCES = {
    "not-a-video": "영상 파일이 아니거나 읽을 수 없는 형식입니다. MP4(H.264)로 저장해 올리세요.",
    "no-picture": "소리만 있고 화면이 없는 파일입니다. 화면이 있는 영상을 올리세요.",
    "broken": "영상이 깨져 있어 끝까지 읽지 못했습니다. 원본을 확인하고 다시 올리세요.",
    "cut-short": "화면이 {made}초에서 끊겨 있습니다. 전체는 {whole}초여야 하니 원본을 확인하고 다시 올리세요.",
    "too-long": "영상이 {most}시간보다 깁니다. 나누어 올리세요.",
    "too-large": "화면의 가로나 세로가 {most:,}화소를 넘습니다. 1920×1080 이하로 저장해 올리세요.",
    "too-small": "화면의 가로나 세로가 {least}화소보다 작습니다. 더 큰 화면의 영상을 올리세요.",
    "stalled": "영상을 읽다가 {seconds}초 동안 나아가지 못했습니다. MP4(H.264)로 다시 저장해 올리세요.",
}


class VideoRefused(Exception):
    """The video cannot be used: a stable `code`, and a Korean `message` that says what to do."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.message = SENTENCES[code].format(**facts)
        super().__init__(self.message)


@dataclass(frozen=True)
class Source:
    """A video that can be read: `width` and `height` as they are seen, turned upright and with square pixels."""

    seconds: float
    width: int
    height: int
    has_audio: bool
    codec: str
    """ffmpeg's name, such as `h264`."""


def probe(path: Path, longest: float = LONGEST) -> Source:
    """Open the video and read its first picture. Raises VideoRefused, MakingFailed."""
    frame, log = _opened(path)
    seconds = _declared_seconds(log) or _measured_seconds(path)
    if seconds > longest:
        raise VideoRefused("too-long", most=f"{longest / 3600:g}")
    picture, size = PICTURE.search(log), FRAME_SIZE.search(frame)
    if picture is None or size is None or not FRAME.search(frame) or not seconds:
        raise VideoRefused("broken")
    width, height = _upright(int(size[1]), int(size[2]), PIXEL_SHAPE.search(frame))
    return Source(seconds, width, height, SOUND.search(log) is not None, picture[1])


def _opened(path: Path) -> tuple[str, str]:
    """The checksum of the first picture with its size, and ffmpeg's words about the file."""
    first_picture = ["-map", "0:V:0", "-frames:v", "1", "-f", "framecrc", "-"]
    try:
        frame, log = ffmpeg.run([*ffmpeg.source_of(path), *first_picture])
    except ffmpeg.Stalled:
        raise VideoRefused("stalled", seconds=f"{ffmpeg.PATIENCE:g}") from None
    except ffmpeg.Ended as ended:
        _refuse_size(ended.log)
        raise VideoRefused(_reason(ended.log)) from ended
    _refuse_size(log)
    return frame, log


def _reason(log: str) -> str:
    if "Input #0, " not in log:
        return "not-a-video"
    return "broken" if PICTURE.search(log) else "no-picture"


def _refuse_size(log: str) -> None:
    sides = [int(side) for size in SIZE.findall(log) for side in size]
    if max(sides, default=0) > ffmpeg.LARGEST_SIDE:
        raise VideoRefused("too-large", most=ffmpeg.LARGEST_SIDE)


def _declared_seconds(log: str) -> float:
    """What the file says of itself; 0 if it does not."""
    declared = DURATION.search(log)
    return int(declared[1]) * 3600 + int(declared[2]) * 60 + float(declared[3]) if declared else 0.0


def _measured_seconds(path: Path) -> float:
    """Recordings of browsers do not say how long they are: the file is read once from end to end."""
    heard = [0.0]
    streams = ["-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", "-progress", "pipe:1", "-f", "null", "-"]
    try:
        ffmpeg.run([*ffmpeg.source_of(path), *streams], heard.append)
    except (ffmpeg.Ended, ffmpeg.Stalled) as error:
        raise VideoRefused("broken") from error
    return heard[-1]


def _upright(width: int, height: int, shape: re.Match[str] | None) -> tuple[int, int]:
    """The size with square pixels. Raises VideoRefused outside the bounds."""
    across, down = (int(shape[1]), int(shape[2])) if shape else (0, 1)
    seen = round(width * across / down) if across and down else width
    if max(seen, height) > ffmpeg.LARGEST_SIDE:
        raise VideoRefused("too-large", most=ffmpeg.LARGEST_SIDE)
    if min(seen, height) < SMALLEST_SIDE:
        raise VideoRefused("too-small", least=SMALLEST_SIDE)
    return seen, height
