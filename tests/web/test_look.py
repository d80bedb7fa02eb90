"""The gallery in a real browser: readable for everyone, nothing cut off, everything large enough, keys that work."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from maru.web.assets import VENDOR
from tests.browsing import browsing

PAGES = ("/", "/?site=seongnam", "/?site=goyang&lang=en", "/?site=portal", "/gallery_console.html", "/error?person=1")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ONE_OF_MANY = {"landmark-unique"}
"""The gallery shows the same box many times over."""
TOO_SMALL = """least => [...document.querySelectorAll('a, button, summary, select, textarea, input:not([type=hidden])')]
  .filter(it => it.checkVisibility() && !it.closest('h3, .visually-hidden, .skip') && !it.matches('p a:not(.btn)'))
  .map(it => [it, (it.closest('label, .search') || it).getBoundingClientRect()])
  .filter(([it, box]) => box.height > 1 && (box.height < least || box.width < least - 20))
  .map(([it, box]) => `${it.outerHTML.slice(0, 80)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as chromium:
        yield chromium


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """`visit(path, width, **context)` opens a page; what the page does wrong meanwhile fails the test."""
    wrong: list[str] = []
    opened: list[BrowserContext] = []

    def go(path: str, width: int = 1280, **context: Any) -> Page:
        opened.append(browser.new_context(viewport={"width": width, "height": 900}, **context))
        page = opened[-1].new_page()
        page.on("pageerror", lambda error: wrong.append(error.message))
        page.on(
            "response", lambda got: wrong.append(got.url) if got.status >= 400 and got.request.method == "GET" else 0
        )
        page.on("console", lambda message: wrong.append(message.text) if "Security Policy" in message.text else None)
        page.goto(address + path)
        return page

    yield go
    for context in opened:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(visit: Callable[..., Page], path: str) -> None:
    page = visit(path)
    page.evaluate((VENDOR / "axe.min.js").read_text("utf-8"))
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
        broken = {rule["id"]: [node["html"][:120] for node in rule["nodes"]] for rule in found}
        assert not broken.keys() - ONE_OF_MANY, broken


def test_english_fits_a_phone(visit: Callable[..., Page]) -> None:
    """The masthead leaves room for the page, no word is broken, and a hint in a search box is read to its end."""
    page = visit("/?lang=en", 390)
    assert page.locator(".masthead").evaluate("it => it.getBoundingClientRect().height") <= 130
    lines = """it => { it.textContent = 'Applications'; const r = document.createRange(); r.selectNodeContents(it);
        return r.getClientRects().length; }"""
    assert page.locator(".facts dt").first.evaluate(lines) == 1
    hint = "it => { it.value = it.placeholder; return it.scrollWidth <= it.clientWidth; }"
    assert page.locator(".search input").first.evaluate(hint)


def test_on_a_phone_the_fee_stands_beside_the_days(visit: Callable[..., Page]) -> None:
    page = visit("/", 390)
    drop = """it => { it.innerHTML = '<li class="meta__place">권선배움터 202호</li><li>2026. 12. 3.~12. 31. · 5회</li>'
        + '<li class="free">무료</li>'; const [, days, fee] = it.children; return fee.offsetTop - days.offsetTop; }"""
    assert abs(page.locator(".row .meta").first.evaluate(drop)) < 8


def test_the_orders_of_a_list_begin_at_one_line(visit: Callable[..., Page]) -> None:
    page = visit("/", 390)
    page.locator("main").evaluate(
        """it => { it.innerHTML = '<div class="result-head"><nav class="cluster"><b>가나다라마바사아자차카타파하</b>'
        + '<a class="btn btn--quiet" href="#x">가나다라마바사아자차카타파하</a></nav></div>'; }"""
    )
    starts = (
        "it => { const r = document.createRange(); r.selectNodeContents(it); return r.getBoundingClientRect().left; }"
    )
    assert page.locator(".result-head b").evaluate(starts) == page.locator(".result-head a").evaluate(starts)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways(visit: Callable[..., Page], path: str) -> None:
    page = visit(path, 320, bypass_csp=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.set_viewport_size({"width": 640, "height": 900})
    page.add_style_tag(content="html { font-size: 200% !important; }")
    assert page.evaluate("document.documentElement.scrollWidth") == 640


@pytest.mark.parametrize(("path", "on_a_desk"), [("/", 44), ("/gallery_console.html", 24)])
def test_targets_are_large_enough(visit: Callable[..., Page], path: str, on_a_desk: int) -> None:
    page = visit(path)
    assert page.evaluate(TOO_SMALL, on_a_desk) == []
    assert page.evaluate(TOO_SMALL, 400) != []
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate(TOO_SMALL, 44) == []


def test_the_city_colours_the_page(visit: Callable[..., Page]) -> None:
    solid = "getComputedStyle(document.querySelector('#apply button')).backgroundColor"
    assert visit("/").evaluate(solid) == "rgb(35, 67, 160)"
    assert visit("/?site=yongin").evaluate(solid) == "rgb(208, 68, 24)"


@pytest.mark.parametrize("width", [390, 1280])
def test_what_comes_next_stands_apart(visit: Callable[..., Page], width: int) -> None:
    """The steps from their heading, and both from the confirmation above."""
    page = visit("/", width)
    tops = {name: page.locator(name).first.bounding_box() for name in (".done-panel", "#g-next", ".next")}
    panel, heading, steps = (box or {} for box in tops.values())
    assert heading["y"] - (panel["y"] + panel["height"]) >= 48
    assert steps["y"] - (heading["y"] + heading["height"]) >= 24


def test_filters_open_and_close_without_script(visit: Callable[..., Page]) -> None:
    page = visit("/", 390, java_script_enabled=False)
    assert not page.locator("#filters").is_visible()
    page.locator(".filterbar a").click()
    assert page.locator("#filters").is_visible()
    page.locator("#filters .result-head a").click()
    assert not page.locator("#filters").is_visible()


def test_attendance_by_keys(visit: Callable[..., Page]) -> None:
    page = visit("/gallery_console.html")
    cells = page.locator("[role=gridcell]:has(select)")
    assert page.locator("[role=gridcell][tabindex='0']").count() == 1
    posted: list[str] = []
    answer = {"rates": {"p0": {"rate": 43, "low": True}}}
    page.route("**/roster", lambda route: (posted.append(route.request.post_data or ""), route.fulfill(json=answer)))
    cells.first.focus()
    with page.expect_request("**/roster"):
        page.keyboard.press("3")
    assert cells.first.locator("span").text_content() == "×"
    expect(page.locator("[data-roster-state]")).to_contain_text("저장됨")
    assert posted == ["csrf_token=x&mark.p0.m1=absent"]
    expect(page.locator("form[data-roster] tbody tr").first.locator("td.num.low")).to_have_text("▼ 43%")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.cellIndex") == 2
    with page.expect_request("**/roster"):
        page.keyboard.press("Control+z")
    assert cells.first.locator("span").text_content() == "○"


def test_attendance_that_is_not_saved_says_so(visit: Callable[..., Page]) -> None:
    page = visit("/gallery_console.html")
    page.route("**/roster", lambda route: route.abort())
    page.locator("[role=gridcell]:has(select)").first.focus()
    page.keyboard.press("2")
    expect(page.locator("[data-roster-state]")).to_contain_text("보내지 못한 칸 1개")


def test_attendance_without_script_is_a_form(visit: Callable[..., Page]) -> None:
    page = visit("/gallery_console.html", java_script_enabled=False)
    assert page.locator("select[name='mark.p0.m1']").is_visible()
    assert page.locator("form[data-roster] button").is_visible()


def test_the_sheet_of_filters_keeps_the_focus_and_gives_it_back(visit: Callable[..., Page]) -> None:
    page = visit("/", 390)
    page.locator(".filterbar a").click()
    inside = page.locator("#filters :focus")
    expect(inside).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    expect(inside).to_have_text("강좌 10개 보기")
    page.keyboard.press("Escape")
    expect(page.locator(".filterbar a")).to_be_focused()
    expect(page.locator("#filters")).to_be_hidden()
