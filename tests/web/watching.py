"""A house that shows one film and a visitor who watches it, for test_player.py."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imageio_ffmpeg
from flask import Flask, Response, jsonify, render_template_string, request, send_from_directory
from flask.typing import ResponseReturnValue
from playwright.sync_api import Browser, Page

from maru import security
from maru.config import Config
from maru.web import mount

WEB = Path(mount.__file__).parent
SECONDS = 20
CUES = [
    (0, 4000, "안녕하세요."),
    (4000, 9000, "날짜를 누르면 빈 시간이 나타납니다."),
    (9000, 20000, "확인을 누르세요."),
]
PAGE = """{% from "components/player.html" import player, player_assets, credited, transcript %}<!doctype html>
{%- from "components/icons.html" import sprite -%}
<html lang="{{ language }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>병원 앱</title><link rel="stylesheet" href="{{ asset_url('css/maru.css') }}">{{ player_assets() }}</head><body>
{% set page %}<main>{{ player(playback, "token", language) }}<div class="wrap stack-l"><h1>병원 앱, 이것만 알면 됩니다</h1>
{{ credited(playback) }}<div>{{ transcript(playback) }}</div><p><label>적어 두기 <input class="input"></label></p></div></main>{% endset %}
{{ page }}{{ sprite(["play", "pause", "back", "forward", "cc", "speed", "full", "okc", "down"]) }}</body></html>"""


class House:
    """A page with a film of twenty seconds; credits what it is told and remembers every report."""

    def __init__(self, films: Path) -> None:
        self.films = films
        self.app = Flask("house", template_folder=str(WEB / "templates"), static_folder=None)
        mount.mount(self.app, person_language=lambda: None, secure=False)
        self.reports: list[dict[str, Any]] = []
        self.playback: dict[str, Any] = {}
        self.tickets, self.honoured, self.masters, self.ends_at_byte = 0, 0, 0, 0
        self.refusal: tuple[int, str] | None = None
        self.closed: tuple[int, str] | None = None
        config = Config.load({"MARU_HOME": "/nowhere"})
        self.app.after_request(lambda response: security.harden(response, config, ""))
        self.app.get("/watch")(self.page)
        self.app.get("/poster.jpg")(lambda: send_from_directory(films, "poster.jpg"))
        self.app.get("/captions.<spoken>.vtt")(self.captions)
        self.app.get("/films/<name>")(self.film)
        self.app.get("/store/<name>")(self.media)
        self.app.post("/progress")(self.progress)

    def page(self) -> str:
        security.allow_store(self.store())
        captions = [
            {"language": spoken, "label": label, "url": f"/captions.{spoken}.vtt",
             "cues": [{"start": start, "end": end, "text": text} for start, end, text in CUES]}
            for spoken, label in (("en", "English"), ("ko", "한국어"))
        ]  # fmt: skip
        playback = {
            "master": "/films/master.m3u8", "poster": "/poster.jpg", "seconds": SECONDS, "resume_at": 0, "watched": [],
            "share": 0, "completed": False, "kept": True, "needed": 0.9, "progress_url": "/progress", "mark": "item-person",
            "captions": captions[1:],
        } | self.playback  # fmt: skip
        if self.playback.get("captions") == "both":
            playback["captions"] = captions
        return render_template_string(PAGE, playback=playback, language=mount.language())

    def captions(self, spoken: str) -> Response:
        def at(milliseconds: int) -> str:
            return f"00:00:{milliseconds // 1000:02}.000"

        cues = "".join(f"{at(start)} --> {at(end)}\n{text}\n\n" for start, end, text in CUES)
        return Response(f"WEBVTT\n\n{cues}", mimetype="text/vtt")

    def store(self) -> str:
        """Another origin, as the object store is."""
        return f"http://store.localhost:{request.host.rpartition(':')[2]}"

    def film(self, name: str) -> ResponseReturnValue:
        """The playlist names the media with a ticket, as a signed address."""
        if self.closed:
            return {"detail": self.closed[1]}, self.closed[0]
        text = (self.films / name).read_text()
        if name == "master.m3u8":
            self.masters += 1
        else:
            self.tickets += 1
            text = text.replace("film.mp4", f"{self.store()}/store/film.mp4?ticket={self.tickets}")
        return Response(text, mimetype="application/vnd.apple.mpegurl")

    def media(self, name: str) -> Response:
        """Once there is a honoured ticket, the others open the media no further than to a byte."""
        start = int(request.headers["Range"].removeprefix("bytes=").split("-")[0])
        other = self.honoured and request.args.get("ticket") != str(self.honoured)
        ended = other and start >= self.ends_at_byte
        answer = Response("", 403) if ended else send_from_directory(self.films, name)
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer

    def progress(self) -> ResponseReturnValue:
        if request.headers.get("X-CSRF-Token") != "token":
            return {"detail": "csrf"}, 403
        if self.refusal:
            return {"detail": self.refusal[1]}, self.refusal[0]
        report = request.get_json()
        self.reports.append(report)
        share = self.amount() / SECONDS
        return jsonify(
            watched=self.amount(), share=share, completed=share >= self.playback.get("needed", 0.9),
            resume_at=report["at"],
        )  # fmt: skip

    def intervals(self) -> list[list[float]]:
        return [interval for report in self.reports for interval in report["intervals"]]

    def tenths(self) -> set[int]:
        """Of seconds that were reported, each once however often."""
        return {n for start, end in self.intervals() for n in range(round(start * 10), round(end * 10))}

    def amount(self) -> float:
        return len(self.tenths()) / 10


def make_film(folder: Path) -> None:
    """Made as the library makes them: fMP4 with H.264 and AAC, one media file that is read by byte ranges."""
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y"]
    picture = ["-f", "lavfi", "-i", f"testsrc2=s=320x180:r=15:d={SECONDS}"]
    sound = ["-f", "lavfi", "-i", f"sine=300:d={SECONDS}"]
    coding = [
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-g",
        "30",
        "-c:a",
        "aac",
        "-b:a",
        "48k",
    ]
    hls = ["-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"]
    single = ["-hls_flags", "single_file", "-hls_segment_filename", str(folder / "film.mp4"), str(folder / "film.m3u8")]
    subprocess.run([*ffmpeg, *picture, *sound, *coding, *hls, *single], check=True)
    still = ["-i", str(folder / "film.mp4"), "-frames:v", "1", str(folder / "poster.jpg")]
    subprocess.run([*ffmpeg, *still], check=True)
    stream = '#EXT-X-STREAM-INF:BANDWIDTH=400000,RESOLUTION=320x180,CODECS="avc1.42c00c,mp4a.40.2"\nfilm.m3u8\n'
    (folder / "master.m3u8").write_text(f"#EXTM3U\n#EXT-X-VERSION:7\n{stream}")


class Visit:
    """One tab with the film; notes what the page did wrong."""

    def __init__(self, browser: Browser, address: str, **context: Any) -> None:
        self.page: Page = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | context).new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(error.message))
        self.page.on("console", lambda said: "Security Policy" in said.text and self.wrong.append(said.text))
        self.address = address
        self.open()

    def open(self, query: str = "") -> None:
        self.page.goto(f"{self.address}/watch{query}")

    def key(self, name: str) -> Any:
        return self.page.locator(f"[data-key={name}]")

    def note(self) -> Any:
        return self.page.get_by_role("status")

    def at(self) -> float:
        return float(self.page.locator("video").evaluate("it => it.currentTime"))

    def paused(self) -> bool:
        return bool(self.page.locator("video").evaluate("it => it.paused"))

    def play_until(self, second: float, pace: float = 2) -> None:
        self.page.locator("video").evaluate("(it, pace) => { it.defaultPlaybackRate = it.playbackRate = pace }", pace)
        if self.paused():
            self.key("play").click()
        self.until(lambda: self.at() >= second)

    def until(self, true: Callable[[], bool]) -> None:
        ends = time.monotonic() + 15
        while not true():
            assert time.monotonic() < ends
            self.page.wait_for_timeout(50)
