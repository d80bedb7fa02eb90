"""What is taken for a video, and that nothing else is opened on its behalf."""

import socket
import subprocess
from pathlib import Path

import pytest

from contentlib.media import ffmpeg
from contentlib.media.source import SENTENCES, Source, VideoRefused, probe
from tests.contentlib.media.conftest import Clips
from tests.contentlib.media.conftest import ffmpeg as run_freely


def refused(path: Path) -> str:
    with pytest.raises(VideoRefused) as refusal:
        probe(path)
    assert str(refusal.value) == refusal.value.message
    return refusal.value.code


def test_a_film_is_described(clip: Clips) -> None:
    assert probe(clip("landscape.mp4")) == Source(8.0, 1280, 720, True, "h264")
    assert probe(clip("silent.mp4")) == Source(8.0, 320, 240, False, "h264")
    assert probe(clip("odd.mkv")).width == 321


def test_the_size_is_the_one_that_is_seen(clip: Clips, tmp_path: Path) -> None:
    turned = tmp_path / "turned.mp4"
    run_freely("-display_rotation", "90", "-i", clip("landscape.mp4"), "-c", "copy", turned)
    assert (probe(turned).width, probe(turned).height) == (720, 1280)
    assert (probe(clip("wide-pixels.mp4")).width, probe(clip("wide-pixels.mp4")).height) == (320, 240)


def test_a_recording_without_a_length_is_measured(clip: Clips, tmp_path: Path) -> None:
    recording = tmp_path / "recording.webm"
    recording.write_bytes(run_freely("-i", clip("browser.webm"), "-c", "copy", "-f", "webm", "pipe:1"))
    assert probe(recording).seconds == pytest.approx(8, abs=0.2)


def test_no_name_of_a_file_is_an_option_or_an_address(clip: Clips, tmp_path: Path) -> None:
    for name in ("-i.mp4", "concat:a|b.mp4", "%03d.mp4", "한글 이름"):
        (tmp_path / name).write_bytes(clip("silent.mp4").read_bytes())
        assert probe(tmp_path / name).seconds == 8


@pytest.mark.parametrize(
    ("name", "code"),
    [("sound.mp4", "no-picture"), ("huge.mp4", "too-large"), ("tiny.mp4", "too-small"), ("still.png", "not-a-video")],
)
def test_what_is_no_film_for_us_is_refused(clip: Clips, name: str, code: str) -> None:
    assert refused(clip(name)) == code


@pytest.mark.parametrize("content", [b"", b"hello\n" * 1000, bytes(5000), b"\x1aE\xdf\xa3" * 500, b"<svg></svg>"])
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "film.mp4").write_bytes(content)
    assert refused(tmp_path / "film.mp4") == "not-a-video"


def test_a_film_whose_end_is_missing_is_refused(clip: Clips, tmp_path: Path) -> None:
    """Its table of contents stood there."""
    (tmp_path / "cut.mp4").write_bytes(clip("portrait.mp4").read_bytes()[:-20_000])
    assert refused(tmp_path / "cut.mp4") == "not-a-video"


def test_a_film_may_be_too_long(clip: Clips) -> None:
    with pytest.raises(VideoRefused, match=r"0\.002시간보다"):
        probe(clip("silent.mp4"), longest=7.2)


LURES = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\n{target}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{target}'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" '
    'mediaPresentationDuration="PT8S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" '
    'bandwidth="1"><BaseURL>{target}</BaseURL></Representation></AdaptationSet></Period></MPD>',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
}


@pytest.mark.parametrize("ending", ["mp4", "m3u8", "mpd", "ffconcat", "txt"])
@pytest.mark.parametrize("kind", LURES)
def test_no_other_file_is_opened(clip: Clips, tmp_path: Path, kind: str, ending: str) -> None:
    lure = tmp_path / f"lure.{ending}"
    lure.write_text(LURES[kind].format(target=clip("stream.ts")))
    assert refused(lure) == "not-a-video"


@pytest.mark.parametrize(("kind", "ending"), [("hls", "m3u8"), ("concat", "txt"), ("dash", "mpd")])
def test_the_lures_would_work_on_others(clip: Clips, tmp_path: Path, kind: str, ending: str) -> None:
    lure = tmp_path / f"lure.{ending}"
    lure.write_text(LURES[kind].format(target=clip("dash.mp4" if kind == "dash" else "stream.ts")))
    unsafe = ["-safe", "0"] if kind == "concat" else []
    run_freely(*unsafe, "-i", lure, "-t", "1", "-f", "null", "-")


@pytest.mark.parametrize("kind", ["hls", "concat", "dash"])
def test_no_address_is_called(tmp_path: Path, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        (tmp_path / "lure.mp4").write_text(
            LURES[kind].format(target=f"http://127.0.0.1:{server.getsockname()[1]}/film.mp4")
        )
        assert refused(tmp_path / "lure.mp4") == "not-a-video"
        with pytest.raises(TimeoutError):
            server.accept()


def test_what_stands_still_is_ended(tmp_path: Path) -> None:
    """Nobody writes into the pipe that is read as a film."""
    pipe = tmp_path / "pipe.mp4"
    subprocess.run(["mkfifo", pipe], check=True)
    with pytest.raises(ffmpeg.Stalled):
        ffmpeg.run([*ffmpeg.source_of(pipe), "-f", "null", "-"], patience=0.5)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_not_the_fault_of_the_film(clip: Clips) -> None:
    with pytest.raises(ffmpeg.MakingFailed, match=r"세요\.$"):
        ffmpeg.run([*ffmpeg.source_of(clip("silent.mp4")), "-y", "-f", "rawvideo", "/dev/full"])


def test_ffmpeg_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FFREPORT", f"file={tmp_path / 'report.log'}")
    ffmpeg.run(["-version"])
    assert list(tmp_path.iterdir()) == []


def test_sentences_say_what_to_do() -> None:
    assert {code: text for code, text in SENTENCES.items() if not text.endswith("세요.")} == {}
