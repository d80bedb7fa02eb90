"""Every form of a city's console is sent with what nobody would write: it answers, and never with a fault of ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest

from tenants.sample.making import Resident
from tests.client import Web
from tests.web_routes.conftest import Builder, City

ALL_AT_ONCE = ("", "\0", "😀" * 50, "x" * 9000, "-1", "1" + "0" * 20, "9999-12-31", "0001-01-01", "[(", "\u202e")
ONE_BY_ONE = ("9999-12-31", "\0")
IDS = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)c[0-9a-f]{12}\\b|[0-9]+")
"""Numbers, and the slugs of cities that tests make."""
PAGES_OF_A_KIND = 2
TYPED = ("text", "search", "tel", "email", "url")
NO_STORE = 503
"""Said where files would be kept: no object store runs beside these tests."""


@dataclass
class Form:
    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)


class Reader(HTMLParser):
    """The links of a page, and its forms with what they would send untouched."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.links, self.forms = address, list[str](), list[Form]()
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.address, given["href"]).partition("#")[0])
        elif tag == "form":
            action = urljoin(self.address, given.get("action") or self.address)
            self._form = self._by_id[given.get("id", "")] = Form(action, given.get("method", "get").upper())
            self.forms.append(self._form)
        elif tag in ("input", "select", "textarea", "button"):
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form = self._by_id.get(given["form"]) if "form" in given else self._form
        if form is None:
            return
        if "formaction" in given:
            self.forms.append(Form(given["formaction"], form.method, form.values, form.texts))
        ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
        if given.get("name") and tag != "button":
            form.values.setdefault(given["name"], "")
            if tag == "textarea" or (tag == "input" and given.get("type", "text") in TYPED):
                form.texts.add(given["name"])
            if ticked:
                form.values[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


def walked(web: Web, host: str, who: Resident | None, start: str, *more: str) -> list[Form]:
    """Each form below `start` once, found by following the links of its pages, and of `more` that none of them leads to yet."""
    found: dict[tuple[str, str, frozenset[str]], Form] = {}
    waiting, kinds = [start, *more], dict[str, int]()
    while waiting:
        address = waiting.pop()
        kind = IDS.sub("", re.sub("=[^&]*", "", address))
        kinds[kind] = kinds.get(kind, 0) + 1
        if not address.startswith(start) or kinds[kind] > PAGES_OF_A_KIND:
            continue
        answer = web.get(host, address, who)
        assert answer.status_code < 500, address
        if answer.mimetype == "text/html":
            page = Reader(address, answer.text)
            waiting += page.links
            for form in page.forms:
                found.setdefault((IDS.sub("", form.action), form.method, frozenset(form.values)), form)
    return [form for form in found.values() if form.action.startswith(start)]


@pytest.fixture
def forms(web: Web, build: Builder, here: City) -> list[Form]:
    """Those of the console, as an administrator."""
    return walked(
        web, here.host, build.actor("admin", [here.host], {"city_admin": here.tenant}).at(here.host), "/console"
    )


def odd(form: Form) -> Iterator[dict[str, str]]:
    for value in ALL_AT_ONCE:
        yield dict.fromkeys(form.values, value)
    for name in form.values:
        for value in ONE_BY_ONE:
            yield {**form.values, name: value}


def test_no_form_of_the_console_brings_the_house_down(web: Web, build: Builder, here: City, forms: list[Form]) -> None:
    assert len(forms) > 60
    who = build.actor("admin", [here.host], {"city_admin": here.tenant}).at(here.host)
    fallen = set()
    for form in forms:
        for values in odd(form):
            sent = {"query_string": values} if form.method == "GET" else {"data": values}
            answer = web.ask(form.method, here.host, form.action, who, **sent)
            if answer.status_code >= 500 and answer.status_code != NO_STORE:
                fallen.add((form.action, *(f"{name}={value[:20]!r}" for name, value in values.items())))
    assert fallen == set()
