"""People at their browsers: opening pages, looking at them as everybody must be able to, signing in."""

import os
import re
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from maru.web.assets import VENDOR
from tenants.sample import codes
from tenants.sample.accounts import PASSWORD
from tenants.sample.making import Resident
from tests.e2e.house import House

DESK, PHONE = 1280, 390
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = (VENDOR / "axe.min.js").read_text("utf-8") if (VENDOR / "axe.min.js").is_file() else ""
SHOTS = os.environ.get("MARU_SHOTS")
"""A folder: every page that is looked at is also kept there as two pictures."""
UNMARKED_KOREAN = """() => {
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.tagName !== "TITLE" && /[가-힣]/.test(walker.currentNode.data) && parent.closest("[lang]").lang !== "ko") found.push(parent.outerHTML.slice(0, 120));
  }
  return found;
}"""
BROKEN_WORDS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.parentElement.closest(".visually-hidden, script, style, code")) continue;
    for (const word of text.data.matchAll(/\\p{L}{3,}/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].filter(box => box.width > 1).map(box => Math.round(box.top)));
      if (lines.size > 1) found.push(word[0]);
    }
  }
  return found;
}"""
SEND = """path => {
  const form = document.createElement("form"), token = document.querySelector("input[name=csrf_token]");
  form.method = "post"; form.action = path;
  form.append(token.cloneNode());
  document.body.append(form);
  form.submit();
}"""
_numbers = count(1)


@dataclass
class Visitors:
    """Opens a browser for each person of a test."""

    house: House
    chromium: Browser
    wrong: list[str] = field(default_factory=list)
    opened: list[BrowserContext] = field(default_factory=list)

    def person(self, *, width: int = DESK, script: bool = True, **options: Any) -> "Visitor":
        """Somebody who comes with an empty browser."""
        context = self.chromium.new_context(
            viewport={"width": width, "height": 900}, locale="ko-KR", java_script_enabled=script, **options
        )
        context.set_default_timeout(15_000)
        self.opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(error.message))
        page.on("response", self._watch)
        page.on("console", lambda said: self.wrong.append(said.text) if "Security Policy" in said.text else None)
        return Visitor(self.house, page)

    def resident(self, resident: Resident, slug: str, **options: Any) -> "Visitor":
        """Somebody who is signed in on a city's host already."""
        return self.person(**options).carries(resident, slug)

    def leave(self) -> None:
        """Close every browser; nothing may have gone wrong in any."""
        for context in self.opened:
            context.close()
        assert not self.wrong, self.wrong

    def _watch(self, response: Response) -> None:
        ours = f":{self.house.port}/" in response.url
        if ours and (response.status >= 500 and response.status != 503):
            self.wrong.append(f"{response.status} {response.url}")
        if ours and response.status >= 400 and response.request.resource_type != "document":
            self.wrong.append(f"{response.status} {response.url}")


@dataclass
class Visitor:
    """One person's browser."""

    house: House
    page: Page
    secret: str = ""
    """Of their authenticator app, where they have connected one."""

    def carries(self, resident: Resident, slug: str) -> "Visitor":
        """Be signed in on a city's host."""
        name, _, value = resident.cookie.partition("=")
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.house.url(slug)}])
        return self

    def goes(self, slug: str | None, path: str = "/", *, status: int = 200) -> "Visitor":
        """Open a page by its address."""
        response = self.page.goto(self.house.url(slug, path))
        assert response is not None
        assert response.status == status, f"{response.status} {path}"
        return self

    def follows(self, name: str | re.Pattern[str]) -> "Visitor":
        """Press a link of the page."""
        self.page.get_by_role("link", name=name).first.click()
        return self

    def presses(self, name: str | re.Pattern[str]) -> "Visitor":
        """Press a button of the page."""
        self.page.get_by_role("button", name=name).first.click()
        return self

    def sends(self, path: str) -> "Visitor":
        """Send a form to the page's own host, as from a window that was open since before things changed."""
        with self.page.expect_navigation():
            self.page.evaluate(SEND, path)
        return self

    def searches(self, words: str) -> "Visitor":
        """Type into the page's own search, and press Enter."""
        box = self.page.locator("main").get_by_role("searchbox")
        box.fill(words)
        with self.page.expect_navigation():
            box.press("Enter")
        return self

    def reads(self, *sentences: str | re.Pattern[str]) -> "Visitor":
        """Everything of it stands in the page's main part."""
        for sentence in sentences:
            expect(self.page.locator("main")).to_contain_text(sentence)
        return self

    def reads_not(self, *sentences: str) -> "Visitor":
        for sentence in sentences:
            expect(self.page.locator("main")).not_to_contain_text(sentence)
        return self

    def is_at(self, path: str | re.Pattern[str], slug: str | None = None) -> "Visitor":
        """The page's address."""
        wanted = path if isinstance(path, re.Pattern) else self.house.url(slug, path)
        expect(self.page).to_have_url(wanted)
        self.page.wait_for_load_state("domcontentloaded")
        return self

    def looks(self) -> "Visitor":
        """See the page on a desk and on a phone: open to everybody, and nothing to be scrolled sideways."""
        before = self.page.viewport_size
        assert before is not None
        self.page.wait_for_load_state()
        self.page.evaluate(AXE)
        for width in (DESK, PHONE):
            self.page.set_viewport_size({"width": width, "height": 900})
            found = self.page.evaluate(
                "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})", RULES
            )["violations"]
            broken = {rule["id"]: [node["html"][:160] for node in rule["nodes"]] for rule in found}
            assert broken == {}, f"{self.page.url} at {width} px: {broken}"
            self.fits(width)
            self._keep_picture(width)
        self.page.set_viewport_size(before)
        return self

    def fits(self, width: int) -> None:
        """Nothing is wider than the window."""
        found = self.page.evaluate("document.documentElement.scrollWidth")
        assert found <= width, f"{self.page.url} is {found} px wide at {width} px"

    def keeps_words_whole(self) -> None:
        """No word is broken in the middle because its place is too narrow."""
        assert self.page.evaluate(BROKEN_WORDS) == [], self.page.url

    def speaks_english(self) -> "Visitor":
        """What is Korean is marked so, for voices that read it out: names and texts that a city wrote."""
        expect(self.page.locator("html")).to_have_attribute("lang", "en")
        assert self.page.evaluate(UNMARKED_KOREAN) == [], self.page.url
        return self

    def signs_in(self, username: str, *, staff: bool = False) -> "Visitor":
        """Fill in the form of Keycloak; as staff who are on their way to a console, the code of the app too."""
        expect(self.page).to_have_url(re.compile(r"/realms/maru/"))
        self.page.locator("#username").fill(username)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("main button[type=submit]").click()
        if staff:
            self.confirms(codes.SECRET)
        expect(self.page).to_have_url(re.compile(rf":{self.house.port}/"))
        return self

    def confirms(self, secret: str) -> "Visitor":
        """Type what the app shows; a code that was used already does not do, the next one does."""
        field = self.page.locator("#otp")
        expect(field).to_be_visible()
        while field.is_visible():
            field.fill(codes.code(time.time(), secret))
            with self.page.expect_navigation():
                self.page.locator("main button[type=submit]").click()
            if field.is_visible():
                time.sleep(codes.PERIOD - time.time() % codes.PERIOD)
        return self

    def _keep_picture(self, width: int) -> None:
        if SHOTS:
            path = re.sub(r"[^\w-]+", "-", self.page.url.split("//")[1])[:80]
            self.page.screenshot(path=Path(SHOTS) / f"{next(_numbers):03}-{path}-{width}.png", full_page=True)
