"""A video made ready for phones: the same film in a few sizes as HLS (fMP4, H.264 and AAC), and a poster.

Each size is one media file that is read by byte ranges, so that one signed address serves it. All sizes have their key
pictures at the same seconds. A film without sound gets none. B-frames wait for one picture at most: the more they wait,
the later the film begins after its captions.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from contentlib.media import ffmpeg
from contentlib.media.playlists import Rendition, head_length, peak_bandwidth, segments
from contentlib.media.source import LONGEST, Source, VideoRefused, probe

RUNGS = (240, 480, 720)
"""Lengths of the shorter side in pixels."""
WORTH_A_RUNG = 1.25
"""A source that is larger by so much than the rung below it is also offered in its own size."""
SEGMENT_SECONDS = 6
MOST_FRAMES_PER_SECOND = 30
SETTINGS = "1"
"""Raised with any change below, so that what was made before is made anew."""
POSTER = "poster.jpg"
POSTER_AT = 0.1
"""Of the length; of a very short film the beginning."""
POSTER_CHOICE = 30
"""Of so many pictures the one most like the others becomes the poster, which is seldom a black one."""


@dataclass(frozen=True)
class Ladder:
    """What was made, the smallest first; `poster` and the renditions' `media` are names of files in the folder."""

    seconds: float
    renditions: tuple[Rendition, ...]
    poster: str


@dataclass(frozen=True)
class _Making:
    """One source on its way into one folder."""

    source: Path
    digest: str
    film: Source
    folder: Path
    threads: int
    longest: float


def make(
    source: Path,
    folder: Path,
    progress: Callable[[int], None],
    *,
    threads: int = 1,
    longest: float = LONGEST,
) -> Ladder:
    """Make what is missing of the ladder of `source` in `folder`; a call that was cut off is taken up where it stood.

    `progress` hears 0 to 100, rising; what it raises ends the work. Raises VideoRefused, MakingFailed.
    """
    film = probe(source, longest)
    folder.mkdir(parents=True, exist_ok=True)
    making = _Making(source, _digest(source), film, folder, threads, longest)
    sizes = list(rungs(film.width, film.height))
    tell = _Percentages(progress, sum(width * height for width, height in sizes))
    renditions = []
    for width, height in sizes:
        renditions.append(_finished(making, width, height) or _encoded(making, width, height, tell))
        tell.done(width * height)
    if not (folder / POSTER).exists():
        _make_poster(folder, renditions[-1])
    tell.finish()
    return Ladder(_seconds(renditions[-1]), tuple(renditions), POSTER)


def rungs(width: int, height: int) -> Iterator[tuple[int, int]]:
    """The even sizes to make of a film of this size, none larger than it."""
    short = min(width, height)
    wanted = [rung for rung in RUNGS if rung <= short]
    own = min(short, RUNGS[-1])
    if not wanted or own >= wanted[-1] * WORTH_A_RUNG:
        wanted.append(own)
    for rung in wanted:
        yield width * rung // short // 2 * 2, height * rung // short // 2 * 2


class _Percentages:
    """Says each percent once, of pixels that are done."""

    def __init__(self, progress: Callable[[int], None], whole: int) -> None:
        self.progress, self.whole, self.behind, self.said = progress, whole, 0, -1
        self._say(0)

    def within(self, weight: int, share: float) -> None:
        self._say(min(99, int((self.behind + weight * min(share, 1)) * 100 / self.whole)))

    def done(self, weight: int) -> None:
        self.behind += weight
        self.within(0, 0)

    def finish(self) -> None:
        self._say(100)

    def _say(self, percent: int) -> None:
        if percent > self.said:
            self.said = percent
            self.progress(percent)


def _finished(making: _Making, width: int, height: int) -> Rendition | None:
    """The rendition as an earlier call left it, if that was completed, of the same file and with the same settings."""
    try:
        marker = json.loads(_marker(making.folder, _name(width, height)).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    media = making.folder / _media(_name(width, height))
    same = marker["of"] == _identity(making, width, height) and media.exists()
    return Rendition(**marker["rendition"]) if same and media.stat().st_size == marker["bytes"] else None


def _encoded(making: _Making, width: int, height: int, tell: _Percentages) -> Rendition:
    """Make one rendition; its marker comes last, so that it stands for something complete."""
    name, folder = _name(width, height), making.folder
    for former in (_marker(folder, name), folder / POSTER):
        former.unlink(missing_ok=True)
    weight, seconds = width * height, making.film.seconds
    _transform(_encoding(making, width, height), lambda at: tell.within(weight, at / seconds))
    playlist = (folder / f"{name}.m3u8").read_text("utf-8")
    made = sum(part.seconds for part in segments(playlist))
    if made < seconds * 0.9 - 2:
        raise VideoRefused("cut-short", made=round(made), whole=round(seconds))
    codecs = _codecs(folder / _media(name), playlist, making.film.has_audio)
    rendition = Rendition(name, width, height, peak_bandwidth(playlist), codecs, _media(name), playlist)
    size = (folder / _media(name)).stat().st_size
    _write_marker(folder, name, {"of": _identity(making, width, height), "bytes": size, "rendition": asdict(rendition)})
    return rendition


def _encoding(making: _Making, width: int, height: int) -> list[str]:
    name, threads = _name(width, height), str(making.threads)
    most = 150_000 + width * height * 26 // 10
    return [
        *("-loglevel", "error", "-y", "-progress", "pipe:1", "-stats_period", "0.5", "-filter_threads", threads),
        *ffmpeg.source_of(making.source, making.threads),
        *("-map", "0:V:0", "-map", "0:a:0?", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"),
        *("-t", str(making.longest), "-vf", f"scale={width}:{height},setsar=1,format=yuv420p"),
        *("-fpsmax", str(MOST_FRAMES_PER_SECOND), "-c:v", "libx264", "-preset", "veryfast", "-threads", threads),
        *("-profile:v", "high", "-x264-params", "b-pyramid=none"),
        *("-crf", "23", "-maxrate", str(most), "-bufsize", str(2 * most)),
        *("-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_SECONDS})", "-sc_threshold", "0", "-g", "9999"),
        *("-c:a", "aac", "-b:a", "96k", "-ac", "2", "-ar", "48000"),
        *("-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_playlist_type", "vod"),
        *("-hls_segment_type", "fmp4", "-hls_flags", "single_file"),
        *("-hls_segment_filename", str(making.folder / _media(name)), str(making.folder / f"{name}.m3u8")),
    ]


def _transform(arguments: list[str], reached: Callable[[float], None] = lambda _seconds: None) -> None:
    """Run ffmpeg on a film that could be opened. Raises VideoRefused, MakingFailed."""
    try:
        ffmpeg.run(arguments, reached)
    except ffmpeg.Stalled:
        raise VideoRefused("stalled", seconds=f"{ffmpeg.PATIENCE:g}") from None
    except ffmpeg.Ended as ended:
        raise VideoRefused("broken") from ended


def _make_poster(folder: Path, rendition: Rendition) -> None:
    """From the largest rendition, which surely can be read."""
    part = folder / "part.jpg"
    one = [
        "-map",
        "0:V:0",
        "-vf",
        f"thumbnail=n={POSTER_CHOICE}",
        "-frames:v",
        "1",
        "-update",
        "1",
        "-q:v",
        "4",
        str(part),
    ]
    seconds = _seconds(rendition)
    seek = ["-loglevel", "error", "-y", "-ss", f"{seconds * POSTER_AT if seconds > 2 else 0:.3f}"]
    _transform([*seek, *ffmpeg.source_of(folder / rendition.media), *one])
    part.replace(folder / POSTER)


def _seconds(rendition: Rendition) -> float:
    return round(sum(part.seconds for part in segments(rendition.playlist)), 3)


def _codecs(media: Path, playlist: str, has_audio: bool) -> str:
    """Profile, constraints and level stand in the `avcC` box, after its name and version (ISO/IEC 14496-15, 5.3.3)."""
    with media.open("rb") as file:
        head = file.read(head_length(playlist))
    at = head.index(b"avcC") + len(b"avcC") + 1
    return f"avc1.{head[at : at + 3].hex()}" + (",mp4a.40.2" if has_audio else "")


def _digest(source: Path) -> str:
    with source.open("rb") as file:
        return hashlib.file_digest(file, partial(hashlib.sha256, usedforsecurity=False)).hexdigest()


def _identity(making: _Making, width: int, height: int) -> list[str]:
    return [SETTINGS, making.digest, f"{width}x{height}"]


def _name(width: int, height: int) -> str:
    return f"{min(width, height)}p"


def _media(name: str) -> str:
    return f"{name}.mp4"


def _marker(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def _write_marker(folder: Path, name: str, content: object) -> None:
    part = folder / f"{name}.json.part"
    part.write_text(json.dumps(content), "utf-8")
    part.replace(_marker(folder, name))
