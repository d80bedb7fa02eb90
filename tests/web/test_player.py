"""Watching a video in a real browser: a real HLS film, a server that keeps what is reported, and its refusals."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from maru.web.assets import VENDOR
from tests.browsing import browsing
from tests.web.watching import House, Visit, make_film

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    make_film(folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing("--mute-audio", "--disable-remote-fonts") as chromium:
        yield chromium


@pytest.fixture
def house(films: Path) -> House:
    return House(films)


@pytest.fixture
def address(house: House) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://suwon.localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    opened: list[Visit] = []

    def go(**context: Any) -> Visit:
        opened.append(Visit(browser, address, **context))
        return opened[-1]

    yield go
    for one in opened:
        one.page.context.close()
        assert one.wrong == []


def test_only_what_was_played_is_reported(house: House, visit: Callable[..., Visit]) -> None:
    one = visit()
    one.play_until(1.5, pace=1)
    one.key("play").click()
    one.until(lambda: bool(house.reports))
    assert one.paused()
    assert house.reports[-1]["at"] == pytest.approx(one.at(), abs=0.1)
    assert house.amount() == pytest.approx(one.at(), abs=0.3)
    expect(one.page.locator("[data-credited-words]")).to_have_text(f"{int(house.amount())}초 / 20초")


def test_seeking_ahead_earns_nothing(house: House, visit: Callable[..., Visit]) -> None:
    one = visit()
    one.play_until(1)
    one.key("forward").click()
    one.play_until(12)
    one.page.get_by_role("slider").focus()
    one.page.keyboard.press("End")
    one.until(lambda: len(house.reports) >= 2 and house.reports[-1]["at"] >= 19.5)
    assert house.amount() < 5
    assert not house.tenths() & set(range(30, 105))


def test_it_goes_on_where_it_stopped(house: House, visit: Callable[..., Visit]) -> None:
    house.playback = {"resume_at": 11.3, "watched": [[0, 5], [6, 11.3]], "share": 0.5}
    one = visit()
    expect(one.note()).to_have_text("0:11부터 이어서 봅니다.")
    expect(one.page.locator("[data-credited-words]")).to_have_text("10초 / 20초")
    seen = one.page.locator(".player__track .seen").get_attribute("d") or ""
    assert seen == "M0.0 5h250.0v6H0.0zM300.0 5h265.0v6H300.0z"
    assert house.masters == 0
    one.play_until(12)
    one.key("play").click()
    one.until(lambda: bool(house.reports))
    [[start, _]] = house.intervals()
    assert 11.2 <= start < 11.9
    expect(one.note()).to_have_text("")


def test_from_the_beginning(house: House, visit: Callable[..., Visit]) -> None:
    house.playback = {"resume_at": 15}
    one = visit()
    one.page.get_by_role("button", name="처음부터 보기").click()
    one.until(lambda: 0.5 < one.at() < 5)


def test_a_report_that_fails_is_repeated_even_after_a_reload(house: House, visit: Callable[..., Visit]) -> None:
    house.refusal = (503, "away")
    one = visit()
    one.play_until(1.5)
    one.key("play").click()
    expect(one.note()).to_contain_text("아직 보내지 못했습니다")
    played = one.at()
    house.refusal = None
    one.open()
    one.until(lambda: bool(house.reports))
    assert house.amount() == pytest.approx(played, abs=0.3)
    one.until(lambda: one.page.evaluate("localStorage.length") == 0)
    one.play_until(1)
    one.key("play").click()
    one.until(lambda: len(house.reports) > 1)
    assert house.amount() < played + 2


def test_while_it_plays_it_reports_and_when_the_page_is_left(house: House, visit: Callable[..., Visit]) -> None:
    house.playback = {"report_every": 1}
    one = visit()
    one.play_until(3.5)
    one.until(lambda: len(house.reports) >= 2)
    one.page.goto("about:blank")
    one.until(lambda: house.amount() > 3.2)


def test_the_end_is_said_once(house: House, visit: Callable[..., Visit]) -> None:
    house.playback = {"needed": 0.1, "report_every": 1, "resume_at": 16}
    one = visit()
    one.page.evaluate(
        """() => { window.said = []; const note = document.querySelector('[role=status]');
        new MutationObserver(() => said.push(note.textContent)).observe(note, {childList: true}); }"""
    )
    one.play_until(19.8)
    one.until(lambda: house.reports[-1]["at"] >= 19.8)
    expect(one.page.locator("[data-credited-done]")).to_be_visible()
    assert one.page.evaluate("said").count("끝까지 잘 보셨습니다. 학습이력에 남았습니다.") == 1
    assert len(one.page.evaluate("said")) <= 3
    expect(one.page.get_by_role("button", name="재생", exact=True)).to_be_visible()


def test_an_address_that_has_ended_is_renewed(house: House, visit: Callable[..., Visit]) -> None:
    """The first ticket opens nothing, as on a page that was open for hours; second and pace stay."""
    house.honoured = 2
    house.playback = {"resume_at": 6}
    one = visit()
    one.key("speed").click()
    one.key("play").click()
    one.until(lambda: one.at() > 7)
    assert house.tickets == 2
    assert one.page.locator("video").evaluate("it => it.playbackRate") == 1.25
    one.key("play").click()
    one.until(lambda: bool(house.reports))
    assert min(start for start, _ in house.intervals()) >= 6


def test_an_address_that_ends_on_the_way_is_renewed(house: House, films: Path, visit: Callable[..., Visit]) -> None:
    house.honoured, house.ends_at_byte = 2, (films / "film.mp4").stat().st_size // 2
    one = visit()
    one.play_until(3)
    assert house.tickets == 2
    one.key("play").click()
    one.until(lambda: house.amount() >= one.at() - 0.6)
    assert [start for start, _ in house.intervals() if start > 1.5] == []
    assert house.amount() == pytest.approx(one.at(), abs=0.6)


def test_a_film_that_does_not_come_says_so_and_can_be_tried_again(house: House, visit: Callable[..., Visit]) -> None:
    house.honoured = 99
    one = visit()
    one.page.clock.install()
    one.key("play").click()
    for _ in range(40):
        one.page.clock.run_for(1000)
        one.page.wait_for_timeout(20)
    expect(one.note()).to_contain_text("영상을 불러오지 못했습니다")
    assert house.masters == 11


@pytest.mark.parametrize("status", [401, 403, 410])
def test_a_refused_report_ends_the_film_in_the_servers_words(
    house: House, visit: Callable[..., Visit], status: int
) -> None:
    house.refusal = (status, "이 영상은 이제 볼 수 없습니다.")
    one = visit()
    one.play_until(0.5)
    one.key("play").press("Enter")
    expect(one.note()).to_have_text("이 영상은 이제 볼 수 없습니다.")
    expect(one.note()).to_be_focused()
    expect(one.key("play")).to_be_hidden()
    assert one.paused()


def test_a_film_that_was_taken_away_says_why(house: House, visit: Callable[..., Visit]) -> None:
    house.closed = (410, "2026년 10월 1일에 이용 기간이 끝났습니다.")
    one = visit()
    one.key("play").click()
    expect(one.note()).to_have_text("2026년 10월 1일에 이용 기간이 끝났습니다.")
    one.page.wait_for_timeout(1600)
    expect(one.note()).to_have_text("2026년 10월 1일에 이용 기간이 끝났습니다.")


def test_offline_it_plays_what_it_has(house: House, visit: Callable[..., Visit]) -> None:
    one = visit()
    one.play_until(1)
    one.page.context.set_offline(True)
    expect(one.note()).to_contain_text("인터넷이 끊겼습니다")
    one.play_until(3)
    one.key("play").click()
    assert house.reports == []
    one.page.context.set_offline(False)
    one.until(lambda: house.amount() >= one.at() - 0.6)
    assert house.amount() == pytest.approx(one.at(), abs=0.6)


def test_by_keys_alone(visit: Callable[..., Visit]) -> None:
    one = visit()
    press = one.page.keyboard.press
    one.page.get_by_role("slider", name="볼 곳").focus()
    press("Space")
    one.until(lambda: one.at() > 0.3)
    press("ArrowRight")
    one.until(lambda: one.at() > 10)
    press("ArrowLeft")
    one.until(lambda: one.at() < 5)
    expect(one.key("captions")).to_have_attribute("aria-pressed", "true")
    press("c")
    expect(one.key("captions")).to_have_attribute("aria-pressed", "false")
    one.key("play").focus()
    press("Space")
    one.until(one.paused)
    press("f")
    expect(one.key("screen")).to_have_text("작은 화면")
    press("f")
    expect(one.key("screen")).to_have_text("전체 화면")
    at = one.at()
    one.page.get_by_label("적어 두기").focus()
    for key in ("c", "f", "Space", "ArrowRight"):
        press(key)
    expect(one.page.get_by_label("적어 두기")).to_have_value("cf ")
    assert one.at() == at
    assert one.paused()


def test_the_pace_is_chosen_by_one_key(visit: Callable[..., Visit]) -> None:
    one = visit()
    for said in ("속도 1.25배", "속도 1.5배", "속도 0.75배", "속도 1배"):
        one.key("speed").click()
        expect(one.key("speed")).to_have_text(said)


@pytest.mark.parametrize(
    ("query", "spoken", "says"), [("", "ko", "자막 한국어"), ("?lang=en", "en", "Captions English")]
)
def test_captions_are_on_in_the_language_of_the_page(
    house: House, visit: Callable[..., Visit], query: str, spoken: str, says: str
) -> None:
    house.playback = {"captions": "both"}
    one = visit()
    one.open(query)
    shown = "[...document.querySelector('video').textTracks].filter(it => it.mode === 'showing').map(it => it.language)"
    assert one.page.evaluate(shown) == [spoken]
    expect(one.key("captions")).to_have_text(says)
    one.until(lambda: one.page.evaluate("document.querySelector('track[default]').readyState") == 2)
    one.key("captions").click()
    assert one.page.evaluate(shown) == [{"ko": "en", "en": "ko"}[spoken]]
    one.key("captions").click()
    assert one.page.evaluate(shown) == []


def test_the_line_being_said_is_marked_and_leads_there(visit: Callable[..., Visit]) -> None:
    one = visit()
    one.page.get_by_text("자막을 글로 읽기 (한국어)").click()
    one.page.get_by_role("button", name="날짜를 누르면").click()
    one.until(lambda: one.at() > 4)
    expect(one.page.locator("[data-transcript] [aria-current]")).to_contain_text("날짜를 누르면")


@pytest.mark.parametrize("width", [390, 1280])
def test_everyone_can_use_it(house: House, visit: Callable[..., Visit], width: int) -> None:
    house.playback = {"resume_at": 5}
    one = visit(viewport={"width": width, "height": 768}, bypass_csp=True)
    one.page.locator("summary").click()
    one.page.evaluate((VENDOR / "axe.min.js").read_text("utf-8"))
    found = one.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    assert {rule["id"]: [node["html"][:120] for node in rule["nodes"]] for rule in found} == {}
    targets = one.page.locator(".player button, .player input, .transcript button")
    boxes = [box for box in (each.bounding_box() for each in targets.all()) if box]
    assert len(boxes) == 11
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    play = one.key("play").bounding_box() or {}
    assert play["y"] + play["height"] < 768
    assert one.page.evaluate("document.documentElement.scrollWidth") == width


def test_the_slider_is_read_in_words_and_not_every_second(house: House, visit: Callable[..., Visit]) -> None:
    house.playback = {"resume_at": 3}
    one = visit()
    slider = one.page.get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "3초, 모두 20초")
    slider.focus()
    one.page.keyboard.press("Space")
    one.play_until(5)
    expect(slider).to_have_attribute("aria-valuetext", "3초, 모두 20초")


def test_the_browsers_own_player_is_used_where_it_must(house: House, visit: Callable[..., Visit]) -> None:
    """As on iPhones, which script cannot feed."""
    house.playback = {"resume_at": 8}
    one = visit()
    one.page.add_init_script("delete window.MediaSource")
    one.open()
    assert one.page.evaluate("document.createElement('video').canPlayType('application/vnd.apple.mpegurl')")
    one.play_until(9)
    one.key("play").click()
    one.until(lambda: bool(house.reports))
    assert 7.5 < house.intervals()[0][0] < 9
    assert one.page.locator("script[src*='hls']").count() == 0


def test_without_script_the_browser_plays_and_the_text_is_there(visit: Callable[..., Visit]) -> None:
    one = visit(java_script_enabled=False)
    video = one.page.locator("video")
    assert video.get_attribute("controls") is not None
    assert video.get_attribute("src") == "/films/master.m3u8"
    assert video.get_attribute("poster") == "/poster.jpg"
    assert one.page.locator("noscript p").is_visible()
    assert not one.key("play").is_visible()
    one.page.get_by_text("자막을 글로 읽기").click()
    expect(one.page.get_by_text("날짜를 누르면 빈 시간이 나타납니다.")).to_be_visible()


def test_a_stranger_watches_without_reports(house: House, visit: Callable[..., Visit]) -> None:
    house.playback = {"progress_url": ""}
    one = visit()
    one.play_until(1)
    one.key("play").click()
    one.page.wait_for_timeout(200)
    assert house.reports == []
    assert one.page.locator("[data-credited]").count() == 0
    assert one.page.evaluate("localStorage.length") == 0


def test_a_slow_film_says_that_it_is_coming(visit: Callable[..., Visit]) -> None:
    one = visit()
    one.page.route("**/store/**", lambda route: None)
    one.key("play").click()
    expect(one.note()).to_have_text("불러오고 있습니다. 잠시만 기다려 주세요.")
    one.page.unroute_all()


def test_opening_a_film_that_was_seen_to_its_end_reports_nothing(house: House, visit: Callable[..., Visit]) -> None:
    house.playback = {"resume_at": 19.7, "watched": [[0, 20]], "share": 1, "completed": True}
    one = visit()
    expect(one.page.locator("[data-player-position]")).to_have_text("0:00")
    one.page.wait_for_timeout(200)
    assert house.reports == []
