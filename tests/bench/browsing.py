"""A browser without a window: it follows redirects between the web and Keycloak, and keeps each host's cookies."""

import re
import time
from collections.abc import Mapping
from html import unescape
from urllib.parse import urljoin, urlsplit

from tests.bench.load import Address, Answer, Connection, request

FORM = re.compile(r'<form[^>]+action="([^"]+)"')
REDIRECTS = (302, 303)


class Browser:
    """Two connections that stay open, one to the web and one to Keycloak at the address of `issuer`."""

    def __init__(self, web: Connection, keycloak: Connection, issuer: str) -> None:
        self._web, self._keycloak = web, keycloak
        self._identity = urlsplit(issuer).netloc
        self.jar: dict[str, dict[str, str]] = {}
        self.address = ""

    async def opens(self, address: str, form: Mapping[str, str] | None = None) -> Answer:
        """One page, without following where it leads."""
        self.address = urljoin(self.address, address)
        there = urlsplit(self.address)
        path = f"{there.path}?{there.query}" if there.query else there.path
        cookies = self.jar.setdefault(there.netloc, {})
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
        connection = self._keycloak if there.netloc == self._identity else self._web
        answer = await connection.ask(request("POST" if form else "GET", there.netloc, path, headers, form))
        for name, value in _cookies(answer):
            cookies[name] = value
        return answer

    async def follows(self, answer: Answer, until: str = "") -> Answer:
        """Go where redirects lead, to the first page that is none, or to an address that begins with `until`."""
        while answer.status in REDIRECTS:
            leads = urljoin(self.address, answer.header("location"))
            if until and leads.startswith(until):
                break
            answer = await self.opens(leads)
        return answer

    async def fills_in(self, page: Answer, username: str, password: str) -> Answer:
        """Send Keycloak's form."""
        form = FORM.search(page.body.decode())
        assert form, f"no form at {self.address}: {page.status}"
        return await self.opens(unescape(form[1]), {"username": username, "password": password})


async def signs_in(browser: Browser, city: str, username: str, password: str) -> float:
    """From the link of a city's page to the session there; seconds."""
    began = time.perf_counter()
    page = await browser.follows(await browser.opens(f"{city}/auth/sign-in?next=/my"))
    carried = await browser.follows(await browser.fills_in(page, username, password), until=f"{city}/my")
    assert carried.status in REDIRECTS, f"{carried.status} at {browser.address}"
    return time.perf_counter() - began


def address_of(issuer: str) -> Address:
    """Where Keycloak listens."""
    return "127.0.0.1", urlsplit(issuer).port or 80


def _cookies(answer: Answer) -> list[tuple[str, str]]:
    found = []
    for line in answer.head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == b"set-cookie":
            name, _, kept = value.decode().strip().partition(";")[0].partition("=")
            found.append((name, kept))
    return found
