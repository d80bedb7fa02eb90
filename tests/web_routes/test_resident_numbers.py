"""No field of free text takes a resident registration number, whoever adds a form (PRV-04)."""

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from auth.roles.permissions import PROVINCE_ROLES
from maru.config import Config
from maru.embedded.postgres import Postgres
from tenants.sample.making import Resident
from tests.client import Web
from tests.web_routes.conftest import PORTAL, Builder, City
from tests.web_routes.test_odd_values import NO_STORE, Form, walked

NUMBER = "880101-2998877"
WORDS = "주민등록번호"
NAMED = {
    "/console/certificates/": "reason", "/console/approvals": "answer", "/console/staff": "name", "/console/people/export": "purpose",
    "/console/rights": "answer", "/province/breaches": "title", "/province/cities": "reason", "/my/rights": "words",
}  # fmt: skip
"""A field of each of these is known to be walked."""


@pytest.fixture
def doors(web: Web, build: Builder, here: City) -> list[tuple[str, Resident, Form]]:
    """Every form that is written with, of a resident, of a city's staff and of the province."""
    admin = build.actor("admin", [here.host], {"city_admin": here.tenant}).at(here.host)
    learner = build.sessions(here.resident, [here.host])[here.host]
    province = build.actor("all of the province", [PORTAL], dict.fromkeys(PROVINCE_ROLES)).at(PORTAL)
    assert admin
    assert province
    things = here.things
    more = [f"/console/certificates/{things['certificate_id']}/revoke", f"/console/approvals/{things['approval_id']}",
            f"/console/rights/{things['request_id']}", "/console/people/export?name=x"]  # fmt: skip
    walks = [(here.host, admin, ["/console", *more]), (here.host, learner, ["/my"]), (PORTAL, province, ["/province"])]
    return [
        (host, who, form)
        for host, who, starts in walks
        for form in walked(web, host, who, *starts)
        if form.method == "POST"
    ]


def kept(config: Config, postgres: Postgres) -> set[str]:
    """Tables of which a row says the number."""
    name = sa.make_url(config.database_url).database
    assert name
    with psycopg.connect(postgres.url(name, "postgres")) as server:
        tables = server.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'queue')"
        ).fetchall()
        ask = sql.SQL("SELECT EXISTS (SELECT FROM {} t WHERE t::text LIKE %s)")
        return {
            t
            for s, t in tables
            if server.execute(ask.format(sql.Identifier(s, t)), [f"%{NUMBER}%"]).fetchone() == (True,)
        }


def test_no_field_takes_one(
    web: Web, config: Config, postgres: Postgres, doors: list[tuple[str, Resident, Form]]
) -> None:
    taken, tried = set(), 0
    for host, who, form in doors:
        for name in sorted(form.texts):
            values = {key: value or "글" for key, value in form.values.items()} | {name: f"번호 {NUMBER}"}
            answer = web.post(host, form.action, who, data=values)
            tried += 1
            if answer.status_code < 400 or (answer.status_code >= 500 and answer.status_code != NO_STORE):
                taken.add((form.action, name, answer.status_code))
    assert tried > 60
    assert taken == set()
    assert kept(config, postgres) == set()
    fields = {(form.action, name) for _, _, form in doors for name in form.texts}
    assert not {
        (start, name) for start, name in NAMED.items() if not any(a.startswith(start) and n == name for a, n in fields)
    }, "not walked"


@pytest.mark.parametrize("field", ["reason", "reference"])
def test_it_is_said_at_the_field(web: Web, build: Builder, here: City, field: str) -> None:
    """One of those that say it at their own field: the others are in the tests of their rooms."""
    admin = build.actor("province", [PORTAL], {"province_admin": None, "privacy_officer": None}).at(PORTAL)
    slug = here.host.partition(".")[0]
    answer = web.post(
        PORTAL, f"/province/cities/{slug}/visits", admin, data={"reason": "점검", "reference": "1", field: NUMBER}
    )
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert WORDS in answer.text
