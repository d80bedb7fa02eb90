"""A ladder plays, in every size, from beginning to end; and half a ladder is completed, not begun anew."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from contentlib.media import playlists
from contentlib.media.ladder import Ladder, make, rungs
from contentlib.media.playlists import Rendition, head_length, master, segments, variant
from contentlib.media.source import VideoRefused, probe
from tests.contentlib.media.conftest import Clips
from tests.contentlib.media.conftest import ffmpeg as run_freely

Percentages = list[int]


def silently(percent: int) -> None:
    pass


def seconds_of(playlist: Path) -> float:
    """How long it is when all of it is decoded; an error on the way fails."""
    told = run_freely("-xerror", "-i", playlist, "-map", "0:V", "-f", "null", "-progress", "pipe:1", "-")
    return int(re.findall(rb"out_time_us=(\d+)", told)[-1]) / 1e6


def check(ladder: Ladder, source: Path, folder: Path) -> None:
    assert ladder.seconds == pytest.approx(probe(source).seconds, abs=0.2)
    for one in ladder.renditions:
        assert one.playlist == (folder / f"{one.name}.m3u8").read_text()
        assert seconds_of(folder / f"{one.name}.m3u8") == pytest.approx(ladder.seconds, abs=0.2)
        made = probe(folder / one.media)
        assert (made.width, made.height, made.codec) == (one.width, one.height, "h264")
        assert (made.has_audio, "mp4a" in one.codecs) == (probe(source).has_audio,) * 2
        at = head_length(one.playlist)
        for part in segments(one.playlist):
            assert part.offset == at
            at += part.length
        assert at == (folder / one.media).stat().st_size
    assert (folder / ladder.poster).read_bytes()[:2] == b"\xff\xd8"


def test_a_landscape_film_gets_three_sizes(clip: Clips, tmp_path: Path) -> None:
    said: Percentages = []
    ladder = make(clip("landscape.mp4"), tmp_path, said.append)
    check(ladder, clip("landscape.mp4"), tmp_path)
    assert [(one.name, one.width, one.height) for one in ladder.renditions] == [
        ("240p", 426, 240),
        ("480p", 852, 480),
        ("720p", 1280, 720),
    ]
    assert said[0] == 0
    assert said[-1] == 100
    assert said == sorted(set(said))
    assert len(said) > 3


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("portrait.mp4", (240, 426)),
        ("silent.mp4", (320, 240)),
        ("odd.mkv", (320, 180)),
        ("browser.webm", (320, 240)),
        ("wide-pixels.mp4", (320, 240)),
    ],
)
def test_other_films_get_one_that_plays(clip: Clips, tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    ladder = make(clip(name), tmp_path, silently)
    check(ladder, clip(name), tmp_path)
    assert [(one.width, one.height) for one in ladder.renditions] == [size]


def test_players_can_change_size_at_every_segment(clip: Clips, tmp_path: Path) -> None:
    """Also where pictures come unevenly, as in recordings of a screen."""
    ladder = make(clip("uneven.mkv"), tmp_path, silently)
    small, large = (segments(one.playlist) for one in ladder.renditions)
    assert [part.seconds for part in small] == [part.seconds for part in large]
    assert [round(part.seconds) for part in small[:2]] == [6, 6]


def test_a_film_begins_at_once(clip: Clips, tmp_path: Path) -> None:
    """At 15 pictures a second one of them takes 0.067 seconds."""
    make(clip("portrait.mp4"), tmp_path, silently)
    told = run_freely("-copyts", "-i", tmp_path / "240p.m3u8", "-map", "0:V", "-frames:v", "1", "-f", "framecrc", "-")
    base, first = (re.findall(expression, told)[0] for expression in (rb"#tb 0: 1/(\d+)", rb"(?m)^0, +\d+, +(\d+)"))
    assert int(first) / int(base) < 0.07


def test_one_picture_is_a_film_too(clip: Clips, tmp_path: Path) -> None:
    ladder = make(clip("one-picture.mp4"), tmp_path, silently)
    assert (tmp_path / ladder.poster).exists()


def test_the_poster_is_not_the_black_beginning(clip: Clips, tmp_path: Path) -> None:
    make(clip("black-first.mp4"), tmp_path, silently)
    grey = run_freely("-i", tmp_path / "poster.jpg", "-vf", "scale=1:1", "-pix_fmt", "gray", "-f", "rawvideo", "-")
    assert grey[0] > 60


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1920, 1080), [(426, 240), (852, 480), (1280, 720)]),
        ((1080, 1920), [(240, 426), (480, 852), (720, 1280)]),
        ((640, 360), [(426, 240), (640, 360)]),
        ((320, 250), [(306, 240)]),
        ((161, 121), [(160, 120)]),
        ((4096, 16), [(4096, 16)]),
    ],
)
def test_no_size_is_larger_than_the_film(size: tuple[int, int], expected: list[tuple[int, int]]) -> None:
    assert list(rungs(*size)) == expected


def test_a_film_that_breaks_off_is_refused(clip: Clips, tmp_path: Path) -> None:
    whole = clip("landscape.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 3])
    with pytest.raises(VideoRefused) as refusal:
        make(tmp_path / "cut.mp4", tmp_path / "out", silently)
    assert refusal.value.code in {"cut-short", "broken"}
    assert not list(tmp_path.glob("out/*.json"))


def ours(folder: Path) -> list[psutil.Process]:
    """Programs that work on files of the folder."""
    named = str(folder).encode()
    found = []
    for process in psutil.process_iter():
        try:
            line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        except OSError:
            continue
        if named in line and b"ffmpeg" in line.split(b"\0")[0]:
            found.append(process)
    return found


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


MAKING = (
    "import sys; from pathlib import Path; from contentlib.media.ladder import make; "
    "make(Path(sys.argv[1]), Path(sys.argv[2]), lambda percent: None)"
)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_making_leaves_nothing_running_and_is_taken_up(clip: Clips, tmp_path: Path, sign: int) -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    maker = subprocess.Popen([sys.executable, "-c", MAKING, clip("landscape.mp4"), tmp_path], env=environ)
    with maker:
        wait_until(lambda: (tmp_path / "240p.json").exists() and ours(tmp_path))
        maker.send_signal(sign)
    assert maker.returncode == -sign
    wait_until(lambda: not ours(tmp_path), 5)
    assert not (tmp_path / "720p.json").exists()
    finished = (tmp_path / "240p.mp4").stat().st_mtime_ns
    said: Percentages = []
    check(make(clip("landscape.mp4"), tmp_path, said.append), clip("landscape.mp4"), tmp_path)
    assert (tmp_path / "240p.mp4").stat().st_mtime_ns == finished
    assert said[:2] == [0, 7]


def test_what_progress_raises_ends_the_work(clip: Clips, tmp_path: Path) -> None:
    def give_up(percent: int) -> None:
        if percent:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        make(clip("landscape.mp4"), tmp_path, give_up)
    assert ours(tmp_path) == []


def test_another_film_in_the_same_folder_is_made_anew(clip: Clips, tmp_path: Path) -> None:
    first = make(clip("silent.mp4"), tmp_path, silently)
    poster = (tmp_path / first.poster).stat().st_mtime_ns
    assert make(clip("silent.mp4"), tmp_path, silently) == first
    assert (tmp_path / first.poster).stat().st_mtime_ns == poster
    (tmp_path / "240p.json").write_text("{")
    assert make(clip("silent.mp4"), tmp_path, silently).seconds == first.seconds
    check(make(clip("browser.webm"), tmp_path, silently), clip("browser.webm"), tmp_path)
    assert (tmp_path / first.poster).stat().st_mtime_ns > poster


RENDITION = Rendition(
    "240p",
    426,
    240,
    300_000,
    "avc1.64000d,mp4a.40.2",
    "240p.mp4",
    '#EXTM3U\n#EXT-X-MAP:URI="240p.mp4",BYTERANGE="10@0"\n#EXTINF:6.000000,\n#EXT-X-BYTERANGE:90@10\n240p.mp4\n'
    "#EXTINF:1.000000,\n#EXT-X-BYTERANGE:60@100\n240p.mp4\n#EXT-X-ENDLIST\n",
)


def test_addresses_take_the_place_of_file_names() -> None:
    assert variant(RENDITION.playlist, r"https://s3/film?a=\1&b=2") == RENDITION.playlist.replace(
        "240p.mp4", r"https://s3/film?a=\1&b=2"
    )
    assert master([RENDITION], lambda one: f"{one.name}.m3u8?x=1") == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=426x240,CODECS="avc1.64000d,mp4a.40.2"\n240p.m3u8?x=1\n'
    )


@pytest.mark.parametrize("uri", ["", "a b", 'a"b', "a\nb", "#a"])
def test_an_address_cannot_break_a_playlist(uri: str) -> None:
    with pytest.raises(ValueError, match="Not an address"):
        variant(RENDITION.playlist, uri)
    with pytest.raises(ValueError, match="Not an address"):
        master([RENDITION], lambda one: uri)


def test_the_bandwidth_is_that_of_the_heaviest_segment_of_some_length() -> None:
    assert playlists.peak_bandwidth(RENDITION.playlist) == 90 * 8 / 6


def test_a_playlist_with_other_addresses_plays(clip: Clips, tmp_path: Path) -> None:
    ladder = make(clip("silent.mp4"), tmp_path / "made", silently)
    elsewhere = tmp_path / "240p.m3u8"
    elsewhere.write_text(variant(ladder.renditions[0].playlist, "made/240p.mp4"))
    (tmp_path / "master.m3u8").write_text(master(ladder.renditions, lambda one: f"{one.name}.m3u8"))
    assert seconds_of(tmp_path / "master.m3u8") == pytest.approx(8, abs=0.2)
