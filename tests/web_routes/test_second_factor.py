"""The consoles behind a second factor: pages lead to it, forms and programs are told (domain 7.4; RFC 9470)."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from maru.config import Config
from maru.migrating import engine_connection
from tenants.sample.making import Resident
from tests.client import Web
from tests.conftest import Maker
from tests.web_routes.conftest import City


@pytest.fixture
def clerk(config: Config, make: Maker, here: City) -> Resident:
    """Staff of a city who have signed in with a password alone."""
    person = make.person()
    make.grant(person, "city_admin", here.tenant)
    who = make.session(person, here.tenant)
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text("UPDATE sessions SET strong = false WHERE person_id = :who"), {"who": person})
    return who


def test_a_page_of_the_console_leads_to_the_code(web: Web, here: City, clerk: Resident) -> None:
    answer = web.get(here.host, "/console/people?q=kim", clerk)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/auth/sign-in?next=%2Fconsole%2Fpeople%3Fq%3Dkim&strong=1"
    assert web.get(here.host, "/my", clerk).status_code == 200, "what residents see is theirs all the same"


def test_a_form_of_the_console_says_what_is_missing(web: Web, here: City, clerk: Resident) -> None:
    answer = web.post(here.host, "/console/courses/publish", clerk)
    assert answer.status_code == 401
    assert "한 번 더 확인이 필요합니다" in answer.text
    assert 'href="/auth/sign-in?strong=1"' in answer.text


def test_a_sign_in_asks_the_provider_for_it(web: Web, here: City) -> None:
    begun = web.get(here.host, "/auth/sign-in?next=/console&strong=1").headers["Location"]
    assert "&strong=1&" in f"{begun}&"
    assert "strong=&" in web.get(here.host, "/auth/sign-in").headers["Location"] + "&"


def test_a_token_counts_by_its_strength(
    web: Web, here: City, make: Maker, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = known(config, make, here.tenant)
    headers = {"Authorization": "Bearer x.y.z", "Accept": "application/json"}

    def ask(strong: bool) -> TestResponse:
        monkeypatch.setattr(web.app, "doors", replace(web.app.doors, verify_bearer=lambda _: (subject, strong)))
        return web.post(here.host, "/console/courses/publish", headers=headers)

    refused = ask(False)
    assert refused.status_code == 401
    assert refused.json is not None
    assert refused.json["type"].endswith("/problems/second-factor")
    assert "insufficient_user_authentication" in refused.headers["WWW-Authenticate"]
    assert ask(True).status_code != 401


def known(config: Config, make: Maker, tenant: UUID) -> str:
    """The subject of an administrator of a city."""
    person, subject = make.person(), str(uuid4())
    make.grant(person, "city_admin", tenant)
    with engine_connection(config.database_url) as connection:
        renamed = sa.text("UPDATE people SET subject = :subject WHERE id = :person")
        connection.execute(renamed, {"subject": subject, "person": person})
    return subject
