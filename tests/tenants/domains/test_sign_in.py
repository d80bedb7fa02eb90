"""Signing in on a city's own domain: begun there, called back on the portal, carried back by a ticket (design.md 3)."""

import secrets
from urllib.parse import parse_qs, urlsplit

from auth.sessions import service as sessions
from auth.tokens import Identity
from maru.config import Config
from maru.db import Database, Scope
from maru.security import SESSION_COOKIE
from tests.client import opened
from tests.conftest import Maker
from tests.tenants.domains.conftest import Names, Registrar


def test_a_ticket_opens_the_session_on_the_own_domain(
    config: Config, database: Database, make: Maker, registrar: Registrar, dns_server: Names
) -> None:
    city, host = make.city(), f"learn.{secrets.token_hex(5)}.kr"
    name, words = registrar.claim(city, host, make.person())
    dns_server.records[name] = [words]
    registrar.check(city, host)
    state, binding, ticket = (secrets.token_urlsafe(32) for _ in range(3))
    with opened(config) as web:
        begun = web.get(host, "/auth/sign-in?next=/courses")
        portal = urlsplit(begun.location)
        asked = {key: values[0] for key, values in parse_qs(portal.query).items()}
        assert (portal.netloc, portal.path, asked["host"]) == (f"localhost:{config.port}", "/auth/start", host)
        with database.transaction(Scope.PUBLIC):
            sessions.begin(
                state=state, portal_binding=binding, city_binding=bytes.fromhex(asked["binding"]), nonce="n",
                code_verifier="v", host=host, return_to=asked["back"], address=None,
            )  # fmt: skip
            back = sessions.take(state, binding)
            assert back is not None and back.host == host  # noqa: PT018
            who = Identity(
                subject=secrets.token_hex(), username="", name="김하늘", email="", session_id="", id_token=""
            )
            assert sessions.issue_ticket(state, ticket, who)
        cookie = {"Cookie": begun.headers["Set-Cookie"].split(";")[0]}
        there = web.get(host, f"/auth/ticket?ticket={ticket}", headers=cookie)
        assert there.location == "/courses"
        session = next(one for one in there.headers.getlist("Set-Cookie") if one.startswith(SESSION_COOKIE))
        assert "Domain=" not in session
        page = web.get(host, "/courses", headers={"Cookie": session.split(";")[0]})
        assert "김하늘" in page.text
        slug = f"{make.slug(city)}.localhost"
        assert "김하늘" not in web.get(slug, "/courses", headers={"Cookie": session.split(";")[0]}).text
