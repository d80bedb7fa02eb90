"""Uploading a large file in a real browser to the real embedded store, past the web."""

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
from flask import Flask, abort, jsonify, render_template_string, request
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import make_server

from maru import security
from maru.config import Config
from maru.embedded.s3 import S3
from maru.errors import Refused
from maru.storage import PART_BYTES, Storage, connect
from maru.web import mount
from tests.browsing import browsing

WEB = Path(mount.__file__).parent
SIZE = 5 * PART_BYTES - 1000
PAGE = """{% from "components/upload.html" import upload %}<!doctype html><html lang="ko"><title>올리기</title>
<link rel="stylesheet" href="{{ asset_url('css/maru.css') }}"><script src="{{ asset_url('js/upload.js') }}" defer></script>
{{ upload("/begin", "token", "영상 파일", noscript="스크립트가 있어야 올립니다.") }}"""


class Desk:
    """What the library's pages do, with one upload at a time; remembers what it was asked."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.app = storage, Flask("uploads", template_folder=str(WEB / "templates"), static_folder=None)
        mount.mount(self.app, person_language=lambda: None, secure=False)
        self.expires = timedelta(minutes=5)
        self.upload: dict[str, str] = {}
        self.most_bytes_received = 0
        self.begun = 0
        config = Config.load({"MARU_HOME": "/nowhere"})
        self.app.after_request(lambda response: security.harden(response, config, ""))
        self.app.before_request(self.watch)
        self.app.get("/upload")(self.page)
        self.app.get("/done")(lambda: "")
        self.app.post("/begin")(self.begin)
        self.app.get("/urls")(self.urls)
        self.app.post("/finish")(self.finish)
        self.app.post("/give-up")(self.give_up)

    def watch(self) -> None:
        self.most_bytes_received = max(self.most_bytes_received, request.content_length or 0)
        if request.method == "POST" and request.form.get("csrf_token") != "token":
            abort(403)

    def page(self) -> str:
        security.allow_store(self.storage.origin)
        return render_template_string(PAGE)

    def begin(self) -> Any:
        self.begun += 1
        file = {name: request.form[name] for name in ("filename", "bytes", "modified")}
        if file["filename"] == "refused.mp4":
            return {"detail": "2GB보다 큰 영상은 올릴 수 없습니다."}, 422
        if self.upload.get("file") != str(file):
            key = f"library/{secrets.token_hex(8)}.mp4"
            upload = self.storage.begin_upload(key, request.form["type"])
            self.upload = {"file": str(file), "bytes": file["bytes"], "key": key, "id": upload}
        done = [part.number for part in self.parts()]
        return jsonify(
            part_bytes=PART_BYTES, done=done, parts_url="/urls?of=1", finish_url="/finish", cancel_url="/give-up"
        )

    def parts(self) -> list[Any]:
        return self.storage.parts(self.upload["key"], self.upload["id"]) if self.upload else []

    def urls(self) -> Any:
        numbers = [int(number) for number in request.args["numbers"].split(",")]
        assert request.args["of"] == "1"
        sign = self.storage.part_url
        return {"urls": {str(n): sign(self.upload["key"], self.upload["id"], n, self.expires) for n in numbers}}

    def finish(self) -> Any:
        try:
            self.storage.finish_upload(self.upload["key"], self.upload["id"], int(self.upload["bytes"]))
        except Refused as refusal:
            return {"detail": str(refusal)}, 409
        return {"next": "/done"}

    def give_up(self) -> Any:
        self.storage.abort_upload(self.upload["key"], self.upload["id"])
        return {}


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    part = S3(tmp_path_factory.mktemp("home"))
    part.start()
    yield connect(part.settings)
    part.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as chromium:
        yield chromium


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, desk.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://suwon.localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Visit:
    """One tab on the page of the upload; notes which parts were sent, and what the browser forbade."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page: Page = browser.new_context().new_page()
        self.sent: list[int] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda asked: asked.method == "PUT" and self.sent.append(part_of(asked.url)))
        self.page.on("pageerror", lambda error: self.wrong.append(error.message))
        self.page.on("console", lambda said: "Security Policy" in said.text and self.wrong.append(said.text))
        self.page.goto(f"{address}/upload")

    def choose(self, file: Path) -> None:
        self.page.get_by_label("영상 파일").set_input_files(file)
        self.page.get_by_role("button", name="올리기", exact=True).click()

    def words(self) -> Any:
        return self.page.locator("[data-upload-words]")

    def until(self, true: Callable[[], bool]) -> None:
        ends = time.monotonic() + 20
        while not true():
            assert time.monotonic() < ends
            self.page.wait_for_timeout(50)

    def arrives(self) -> None:
        self.page.wait_for_url("**/done", timeout=60_000)
        assert self.wrong == []


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    opened = Visit(browser, address)
    yield opened
    opened.page.context.close()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "겨울 쌈채소.mp4"
    path.write_bytes(secrets.token_bytes(SIZE))
    return path


def part_of(url: str) -> int:
    return int(parse_qs(urlsplit(url).query)["partNumber"][0])


def same(storage: Storage, key: str, film: Path) -> bool:
    return hashlib.sha256(storage.get(key)).digest() == hashlib.sha256(film.read_bytes()).digest()


def hold_after(page: Page, count: int, most: int = 99) -> list[Route]:
    """Let `count` parts through and keep up to `most` of the others waiting, on a line that has gone silent."""
    held: list[Route] = []
    passed: list[int] = []

    def handle(route: Route) -> None:
        if len(passed) < count or len(held) == most:
            passed.append(1)
            route.continue_()
        else:
            held.append(route)

    page.route(re.compile("partNumber="), handle)
    return held


def test_a_file_arrives_whole_and_the_web_never_sees_it(desk: Desk, visit: Visit, film: Path) -> None:
    before = psutil.Process().memory_info().rss
    visit.choose(film)
    visit.arrives()
    assert psutil.Process().memory_info().rss - before < 20 * 2**20
    assert sorted(visit.sent) == [1, 2, 3, 4, 5]
    assert desk.most_bytes_received < 1000
    assert same(desk.storage, desk.upload["key"], film)


def test_a_closed_tab_loses_nothing(desk: Desk, visit: Visit, browser: Browser, address: str, film: Path) -> None:
    hold_after(visit.page, 2)
    visit.choose(film)
    visit.until(lambda: len(desk.parts()) == 2)
    arrived = {part.number for part in desk.parts()}
    visit.page.close()
    again = Visit(browser, address)
    again.choose(film)
    again.arrives()
    assert sorted(again.sent) == sorted({1, 2, 3, 4, 5} - arrived)
    assert same(desk.storage, desk.upload["key"], film)
    again.page.context.close()


def test_a_part_that_fails_twice_is_sent_again(desk: Desk, visit: Visit, film: Path) -> None:
    failures: list[str] = []

    def fail_twice(route: Route) -> None:
        if len(failures) == 2:
            route.continue_()
        else:
            failures.append(route.request.url)
            route.fulfill(status=500) if len(failures) == 1 else route.abort()

    visit.page.route(re.compile("partNumber=2&"), fail_twice)
    visit.choose(film)
    visit.arrives()
    assert visit.sent.count(2) == 3
    assert same(desk.storage, desk.upload["key"], film)


def test_an_address_that_has_ended_is_asked_for_again(desk: Desk, visit: Visit, film: Path) -> None:
    desk.expires = timedelta(seconds=1)
    held = hold_after(visit.page, 0, most=3)
    visit.choose(film)
    visit.until(lambda: len(held) == 3)
    visit.page.wait_for_timeout(2100)
    desk.expires = timedelta(minutes=5)
    for route in held:
        route.continue_()
    visit.arrives()
    assert len(visit.sent) > 5
    assert same(desk.storage, desk.upload["key"], film)


def test_pause_continue_and_give_up_by_keyboard(desk: Desk, visit: Visit, film: Path) -> None:
    hold_after(visit.page, 2)
    page, press = visit.page, visit.page.keyboard.press
    visit.choose(film)
    expect(page.get_by_role("button", name="멈춤")).to_be_focused()
    visit.until(lambda: len(desk.parts()) == 2)
    expect(visit.words()).to_contain_text("40MB 가운데 16MB 올렸습니다")
    press("Enter")
    expect(visit.words()).to_have_text("멈추었습니다. 올린 만큼은 남아 있습니다.")
    expect(page.get_by_role("status")).to_have_text("멈추었습니다. 올린 만큼은 남아 있습니다.")
    press("Enter")
    expect(page.get_by_role("button", name="멈춤")).to_be_focused()
    expect(page.get_by_role("button", name="그만두고 지우기")).to_be_hidden()
    press("Enter")
    press("Tab")
    expect(page.get_by_role("button", name="그만두고 지우기")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("status")).to_have_text("올리던 것을 지웠습니다.")
    expect(page.get_by_label("영상 파일")).to_be_focused()
    assert desk.begun == 2
    with pytest.raises(Exception, match="없습니다"):
        desk.parts()


def test_a_lost_line_is_waited_for(desk: Desk, visit: Visit, film: Path) -> None:
    held = hold_after(visit.page, 2)
    visit.choose(film)
    visit.until(lambda: len(desk.parts()) == 2 and len(held) == 3)
    visit.page.context.set_offline(True)
    for route in held:
        route.abort()
    expect(visit.words()).to_contain_text("인터넷이 끊겼습니다")
    visit.page.wait_for_timeout(1500)
    sent = len(visit.sent)
    visit.page.unroute_all()
    visit.page.wait_for_timeout(1500)
    assert len(visit.sent) == sent
    visit.page.context.set_offline(False)
    visit.arrives()
    assert same(desk.storage, desk.upload["key"], film)


def test_a_refusal_is_shown_in_the_servers_words(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "refused.mp4").write_bytes(b"x")
    visit.choose(tmp_path / "refused.mp4")
    expect(visit.words()).to_have_text("2GB보다 큰 영상은 올릴 수 없습니다.")
    expect(visit.page.get_by_role("button", name="이어서 올리기")).to_be_visible()


def test_tenths_are_said_aloud(visit: Visit, film: Path) -> None:
    visit.page.evaluate(
        """() => { window.said = []; const status = document.querySelector('[role=status]');
        new MutationObserver(() => said.push(status.textContent)).observe(status, {childList: true}); }"""
    )
    hold_after(visit.page, 4)
    visit.choose(film)
    visit.until(lambda: visit.page.locator("progress").evaluate("it => it.value > 30e6"))
    said = visit.page.evaluate("said")
    assert 2 <= len([words for words in said if "가운데" in words]) <= 9
    assert visit.page.get_by_role("progressbar").get_attribute("aria-label") == "올린 만큼"


READ = """url => fetch(url, {headers: {Range: 'bytes=2-4'}})
    .then(async answer => [answer.status, await answer.text()], () => 'blocked')"""


def test_only_a_page_that_asks_reads_from_the_store(desk: Desk, visit: Visit, address: str) -> None:
    desk.storage.put("captions", b"0123456789", "text/vtt")
    signed = desk.storage.url("captions", timedelta(minutes=1))
    assert visit.page.evaluate(READ, signed) == [206, "234"]
    visit.page.goto(f"{address}/done")
    assert visit.page.evaluate(READ, signed) == "blocked"


def test_without_script_it_says_so(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}/upload")
    assert page.locator("noscript p").is_visible()
    assert not page.get_by_role("button", name="올리기").is_visible()
    page.context.close()
