"""Signing out: of a browser's session, never of a program's token."""

from dataclasses import replace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from auth.oidc import BACK_CHANNEL_PATH
from maru.config import Config
from maru.migrating import engine_connection
from tests.client import Web
from tests.conftest import Maker
from tests.web_routes.conftest import City


@pytest.fixture
def bearer(web: Web, config: Config, make: Maker, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The header of a program, whose token is taken to be verified."""
    subject = str(uuid4())
    with engine_connection(config.database_url) as connection:
        known = sa.text("UPDATE people SET subject = :subject WHERE id = :person")
        connection.execute(known, {"subject": subject, "person": make.person()})
    monkeypatch.setattr(web.app, "doors", replace(web.app.doors, verify_bearer=lambda _: (subject, True)))
    return {"Authorization": "Bearer x.y.z"}


def test_a_program_has_nothing_to_sign_out_of(web: Web, here: City, bearer: dict[str, str]) -> None:
    answer = web.post(here.host, "/auth/sign-out", headers=bearer)
    assert answer.status_code == 400
    assert "토큰은 발급한 곳에서" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert web.get(here.host, "/api/v1/me", headers=bearer).status_code == 200


@pytest.mark.parametrize("state", ["planned", "preparing", "suspended", "archived"])
def test_a_closed_house_lets_everybody_out(web: Web, make: Maker, state: str) -> None:
    tenant = make.city(state=state)
    host, who = f"{make.slug(tenant)}.localhost", make.session(make.person(), tenant)
    assert web.get(host, "/my", who).status_code in (404, 410, 503)
    assert web.post(host, "/auth/sign-out", who, headers={"X-CSRF-Token": "forged"}).status_code == 403
    assert web.post(host, "/auth/sign-out", who).headers["Location"] == "/"
    assert web.post(host, "/auth/sign-out", who).status_code == 401, "nobody is signed in any more"


def test_a_browser_is_signed_out(web: Web, here: City, make: Maker) -> None:
    who = make.session(make.person(), here.tenant)
    assert web.get(here.host, "/my", who).status_code == 200
    assert web.post(here.host, "/auth/sign-out", who).headers["Location"] == "/"
    assert web.get(here.host, "/my", who).status_code == 302


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "é" * 300])
def test_nobody_is_signed_out_by_a_token_that_is_not_the_providers(
    web: Web, here: City, make: Maker, token: str | None
) -> None:
    """OpenID Connect Back-Channel Logout 1.0, 2.8: 400, never cached; a browser's session is no proof there."""
    who = make.session(make.person(), here.tenant)
    fields = {} if token is None else {"logout_token": token}
    for asking in (None, who):
        answer = web.post("localhost", BACK_CHANNEL_PATH, asking, data=fields)
        assert (answer.status_code, answer.json) == (400, {"error": "invalid_request"})
        assert answer.headers["Cache-Control"] == "no-store"
    assert web.post(here.host, BACK_CHANNEL_PATH, data=fields).status_code == 404, "on the portal alone"
    assert web.get("localhost", BACK_CHANNEL_PATH).status_code == 405
    assert web.get(here.host, "/my", who).status_code == 200
