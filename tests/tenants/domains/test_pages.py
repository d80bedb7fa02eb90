"""Domains in the console: the record to write, what was found, and only the administrator's."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from tenants.domains.models import DomainClaim
from tests.client import Web, opened
from tests.conftest import Maker

PATH = "/console/site/domains"


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city()


def test_a_city_claims_checks_and_removes_a_name(config: Config, database: Database, make: Maker, city: UUID) -> None:
    person, host = make.person(), f"{make.slug(city)}.localhost"
    make.grant(person, "city_admin", city)
    who, name = make.session(person, city), f"learn.{make.slug(city)}.kr"
    with opened(config) as web:
        assert web.post(host, PATH, who, data={"host": "nonsense"}).status_code == 422
        assert web.post(host, PATH, who, data={"host": f"https://{name}/"}).status_code == 303
        page = web.get(host, PATH, who)
        assert f"_maru.{name}" in page.text
        assert "Refresh" not in page.headers
        assert f">{host}</dd>" in page.text, "where it has to point, before it is proven"
        assert "도메인을 뺄까요?" in web.get(host, f"{PATH}/{name}/remove", who).text
        for _pressed_again in range(3):
            assert web.post(host, f"{PATH}/{name}/check", who).status_code == 303
        assert web.get(host, PATH, who).headers["Refresh"] == "2"
        assert web.post(host, f"{PATH}/other.kr/check", who).status_code == 404
        assert web.post(host, f"{PATH}/{name}/remove", who).status_code == 303
        assert web.post(host, f"{PATH}/{name}/remove", who).status_code == 404
    with database.transaction(Scope.JOB, tenant=city):
        assert session().get(DomainClaim, (city, name)) is None
        looks = sa.text("SELECT count(*) FROM queue.procrastinate_jobs WHERE args -> 'arguments' ->> 'host' = :name")
        assert session().scalar(looks, {"name": name}) == 1, "impatience keeps nobody else's work waiting"


def test_a_name_in_hangul_is_shown_as_it_is_written(config: Config, make: Maker, city: UUID) -> None:
    person, host = make.person(), f"{make.slug(city)}.localhost"
    make.grant(person, "city_admin", city)
    who = make.session(person, city)
    with opened(config) as web:
        assert web.post(host, PATH, who, data={"host": "배움.수원.kr"}).status_code == 303
        page = web.get(host, PATH, who).text
    assert ">배움.수원.kr</h2>" in page
    assert ">_maru.xn--2h3b66q.xn--9p4bi0g.kr</dd>" in page, "as the name server wants it"


def test_operators_have_nothing_to_do_with_domains(config: Config, make: Maker, city: UUID) -> None:
    person, host = make.person(), f"{make.slug(city)}.localhost"
    make.grant(person, "course_operator", city)
    with opened(config) as web:
        assert ask(web, host, make, person, city) == (403, 403)


def ask(web: Web, host: str, make: Maker, person: UUID, city: UUID) -> tuple[int, int]:
    who = make.session(person, city)
    return web.get(host, PATH, who).status_code, web.post(host, PATH, who, data={"host": "a.kr"}).status_code
