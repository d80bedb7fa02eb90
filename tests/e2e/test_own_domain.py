"""Signing in on a domain that is a city's own, and on one that is nobody's (issue 5.2)."""

import http.client
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from maru.db import Scope
from tests.browsing import browsing
from tests.e2e.house import House
from tests.e2e.test_sign_in_pages import is_soon_a_stranger
from tests.e2e.visiting import Visitor, Visitors

OWN, NOBODYS = "learn.suwon.example", "learn.attacker.example"
RESIDENT, OTHER = "lim.jaehyun", "seo.taeyun"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser to which both names are this machine, as they are to the world's once the DNS says so."""
    with browsing(f"--host-resolver-rules=MAP {OWN} 127.0.0.1, MAP {NOBODYS} 127.0.0.1") as browser:
        yield browser


@pytest.fixture(scope="module")
def served(house: House) -> Iterator[None]:
    """The city has proven the name, which tests/tenants/domains tries (here without a name server)."""
    suwon, host = house.city("suwon"), {"host": OWN}
    with house.make.database.transaction(Scope.JOB, tenant=suwon) as office:
        office.execute(sa.text("INSERT INTO tenant_hosts (host, tenant_id) VALUES (:host, walls.tenant())"), host)
    yield
    with house.make.database.transaction(Scope.JOB, tenant=suwon) as office:
        office.execute(sa.text("DELETE FROM tenant_hosts WHERE host = :host"), host)


def at(house: House, host: str, path: str = "/") -> str:
    return f"http://{host}:{house.port}{path}"


def is_signed_in(visitor: Visitor, name: str) -> None:
    expect(visitor.page.locator(".masthead")).to_contain_text(name)


def is_soon_a_stranger_there(visitor: Visitor, house: House) -> None:
    """The cookie is still there; the session behind it is not."""
    expect(visitor.page.locator("body")).to_be_visible()
    for _try in range(50):
        visitor.page.goto(at(house, OWN))
        if visitor.page.locator(".masthead").get_by_role("link", name="로그인").count():
            return
        visitor.page.wait_for_timeout(200)
    raise AssertionError("still signed in on the city's own domain")


def test_sign_in_begins_and_ends_on_the_citys_own_domain(
    signed_in_house: House, served: None, visitors: Visitors
) -> None:
    visitor = visitors.person()
    visitor.page.goto(at(signed_in_house, OWN, "/my"))
    expect(visitor.page).to_have_title("로그인 - 수원시 평생학습")
    visitor.signs_in(RESIDENT)
    expect(visitor.page).to_have_url(at(signed_in_house, OWN, "/my"))
    is_signed_in(visitor, "임재현")
    visitor.looks()
    assert {cookie["domain"] for cookie in visitor.page.context.cookies() if cookie["name"] == "maru_session"} == {OWN}
    visitor.goes("seongnam").follows("로그인").is_at("/", "seongnam")
    is_signed_in(visitor, "임재현")
    visitor.presses("로그아웃").is_at("/")
    is_soon_a_stranger_there(visitor, signed_in_house)


def test_whoever_is_signed_in_elsewhere_is_not_asked_again(
    signed_in_house: House, served: None, visitors: Visitors
) -> None:
    visitor = visitors.person().goes("seongnam", "/my").signs_in(OTHER).is_at("/my", "seongnam")
    asked: list[str] = []
    visitor.page.on("framenavigated", lambda frame: asked.append(frame.url))
    visitor.page.goto(at(signed_in_house, OWN, "/my"))
    expect(visitor.page).to_have_url(at(signed_in_house, OWN, "/my"))
    is_signed_in(visitor, "서태윤")
    assert not any("/realms/" in url for url in asked), "the form was never shown"
    visitor.page.get_by_role("button", name="로그아웃").first.click()
    expect(visitor.page).to_have_url(signed_in_house.url(None))
    is_soon_a_stranger(visitor, "seongnam")
    is_soon_a_stranger_there(visitor, signed_in_house)


def test_a_domain_that_is_no_citys_gets_nothing(signed_in_house: House, served: None, visitors: Visitors) -> None:
    """Not a ticket, not a code, not even a form: neither by its own name nor by one that it hands to the portal."""
    visitor = visitors.person().goes("suwon", "/my").signs_in(RESIDENT).is_at("/my", "suwon")
    reached: list[str] = []
    visitor.page.on("request", lambda request: reached.append(request.url))
    for path in ("/", "/auth/sign-in?next=/my", "/my", "/auth/callback?state=x&code=y"):
        response = visitor.page.goto(at(signed_in_house, NOBODYS, path))
        assert response is not None
        assert response.status == 404
    for host in (
        NOBODYS,
        f"{OWN}.attacker.example",
        f"{OWN}@{NOBODYS}",
        f"{NOBODYS}#{OWN}",
        f"suwon.localhost.{NOBODYS}",
    ):
        begun = urlencode({"host": host, "binding": "0" * 64, "back": "/my"})
        response = visitor.page.goto(signed_in_house.url(None, f"/auth/start?{begun}"))
        assert response is not None
        assert response.status == 404, host
    for back in (f"//{NOBODYS}/", f"http://{NOBODYS}/", f"/\\{NOBODYS}/", f"/auth/sign-in?next=//{NOBODYS}"):
        visitor.page.goto(signed_in_house.url("suwon", f"/auth/sign-in?{urlencode({'next': back})}"))
        visitor.is_at("/", "suwon")
    assert not [
        url for url in reached if NOBODYS in url.split("?")[0] and re.search(r"ticket=|code=(?!y)|state=(?!x)", url)
    ]


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded"])
def test_no_header_sends_a_sign_in_elsewhere(signed_in_house: House, served: None, header: str) -> None:
    value = f"host={NOBODYS}" if header == "Forwarded" else NOBODYS
    headers = {"Host": f"suwon.localhost:{signed_in_house.port}"} | {header: value}
    connection = http.client.HTTPConnection("127.0.0.1", signed_in_house.port, timeout=10)
    connection.request("GET", "/auth/sign-in?next=/my", headers=headers)
    answer = connection.getresponse()
    body, target = answer.read().decode(), answer.getheader("Location", "")
    connection.close()
    assert answer.status == (404 if header == "Host" else 302)
    assert NOBODYS not in target
    assert header == "Host" or NOBODYS not in body
