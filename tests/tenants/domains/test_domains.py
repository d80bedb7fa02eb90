"""A domain is a city's when a record proves it, and only as long; nobody takes another's (GP-05)."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.messages.models import Message
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import ConfigurationError, Invalid, Refused
from tenants.domains import names
from tenants.domains import service as domains
from tenants.domains.models import DomainClaim
from tests.client import opened
from tests.conftest import Maker
from tests.tenants.domains.conftest import Names, Registrar


@pytest.fixture
def host() -> str:
    return f"learn.{secrets.token_hex(5)}.go.kr"


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city()


@pytest.fixture
def clerk(make: Maker) -> UUID:
    return make.person()


def served(config: Config, host: str) -> int:
    with opened(config) as web:
        return web.get(host, "/help").status_code


def test_a_name_is_served_once_its_record_is_there(
    registrar: Registrar, dns_server: Names, city: UUID, clerk: UUID, host: str
) -> None:
    name, words = registrar.claim(city, host, clerk)
    assert name == f"_maru.{host}"
    assert len(words) == len("maru=") + 43
    assert registrar.check(city, host).finding == "missing"
    assert served(registrar.config, host) == 404
    dns_server.records[name] = ["v=spf1 -all", "maru=somebody-else"]
    assert registrar.check(city, host).finding == "wrong"
    dns_server.records[name] = ["v=spf1 -all", words]
    assert registrar.check(city, host).finding == "proven"
    assert served(registrar.config, host) == 200


def test_an_unproven_claim_blocks_nobody_and_a_proven_name_is_never_taken(
    make: Maker, registrar: Registrar, dns_server: Names, city: UUID, clerk: UUID, host: str
) -> None:
    other = make.city()
    _, theirs = registrar.claim(other, host, clerk)
    name, ours = registrar.claim(city, host, clerk)
    assert theirs != ours
    dns_server.records[name] = [ours]
    assert registrar.check(other, host).finding == "wrong"
    assert registrar.check(city, host).finding == "proven"
    dns_server.records[name] = [theirs]
    assert registrar.check(other, host).finding == "held"
    assert served(registrar.config, host) == 200


def warned(make: Maker, registrar: Registrar, city: UUID, clerk: UUID, host: str) -> bool:
    """Whether the first page of the site's editor tells the administrator."""
    make.grant(clerk, "city_admin", city)
    with opened(registrar.config) as web:
        page = web.get(f"{make.slug(city)}.localhost", "/console/site", make.session(clerk, city)).text
    return f"{host}: 증명 레코드가 사라졌습니다" in page


def age(config: Config, database: Database, city: UUID, host: str, days: int) -> None:
    with database.transaction(Scope.JOB, tenant=city):
        found = session().get_one(DomainClaim, (city, host))
        found.failing_since = datetime.now(UTC) - timedelta(days=days)


def test_a_name_without_its_proof_is_served_for_seven_days(
    config: Config,
    database: Database,
    make: Maker,
    registrar: Registrar,
    dns_server: Names,
    city: UUID,
    clerk: UUID,
    host: str,
) -> None:
    name, words = registrar.claim(city, host, clerk)
    dns_server.records[name] = [words]
    registrar.check(city, host)
    del dns_server.records[name]
    assert registrar.check(city, host).failing_since
    assert warned(make, registrar, city, clerk, host)
    age(config, database, city, host, 6)
    registrar.check(city, host)
    assert served(registrar.config, host) == 200
    dns_server.records[name] = [words]
    assert registrar.check(city, host).failing_since is None
    del dns_server.records[name]
    registrar.check(city, host)
    age(config, database, city, host, 7)
    assert registrar.check(city, host).proven_at is None
    assert served(registrar.config, host) == 404


def test_who_looks_after_the_site_is_told_of_a_proof_that_is_gone(
    config: Config,
    database: Database,
    make: Maker,
    registrar: Registrar,
    dns_server: Names,
    city: UUID,
    clerk: UUID,
    host: str,
) -> None:
    make.grant(clerk, "city_admin", city)
    operator = make.person()
    make.grant(operator, "course_operator", city)
    name, words = registrar.claim(city, host, clerk)
    dns_server.records[name] = [words]
    registrar.check(city, host)
    assert told(database, city) == []
    del dns_server.records[name]
    registrar.check(city, host)
    registrar.check(city, host)
    assert told(database, city) == [("domains.failing", clerk)]
    seen = [today(registrar, make, city, person) for person in (clerk, operator)]
    assert [f"{host} 도메인의 증명 레코드가 사라졌습니다" in page for page in seen] == [True, False]
    age(config, database, city, host, 8)
    registrar.check(city, host)
    assert told(database, city)[-1] == ("domains.given-up", clerk)


def told(database: Database, city: UUID) -> list[tuple[str, UUID]]:
    written = sa.select(Message.kind, Message.person_id).where(Message.tenant_id == city).order_by(Message.id)
    with database.transaction(Scope.JOB, tenant=city):
        return [(kind, person) for kind, person in session().execute(written)]


def today(registrar: Registrar, make: Maker, city: UUID, person: UUID) -> str:
    with opened(registrar.config) as web:
        return web.get(f"{make.slug(city)}.localhost", "/console", make.session(person, city)).text


def test_a_silent_name_server_proves_nothing_either_way(
    monkeypatch: pytest.MonkeyPatch, registrar: Registrar, dns_server: Names, city: UUID, clerk: UUID, host: str
) -> None:
    name, words = registrar.claim(city, host, clerk)
    dns_server.records[name] = [words]
    registrar.check(city, host)
    monkeypatch.setattr("tenants.domains.resolver.PATIENCE", 0.3)
    dns_server.silent = True
    found = registrar.check(city, host)
    assert (found.finding, found.failing_since) == ("silent", None)
    assert served(registrar.config, host) == 200


def test_every_day_what_was_proven_is_looked_up_again(
    config: Config, database: Database, registrar: Registrar, dns_server: Names, city: UUID, clerk: UUID, host: str
) -> None:
    name, words = registrar.claim(city, host, clerk)
    dns_server.records[name] = [words]
    registrar.check(city, host)
    queued = sa.text(
        "SELECT count(*) FROM queue.procrastinate_jobs WHERE task_name = 'domains.check'"
        " AND args->>'tenant' = :tenant AND args->'arguments'->>'host' = :host"
    )
    with registrar.working(None):
        domains.check_all()
        assert session().scalar(queued, {"tenant": str(city), "host": host}) == 1
    assert domains.check_all.daily


def test_a_withdrawn_name_is_served_no_more(
    registrar: Registrar, dns_server: Names, city: UUID, clerk: UUID, host: str
) -> None:
    name, words = registrar.claim(city, host, clerk)
    dns_server.records[name] = [words]
    registrar.check(city, host)
    with registrar.working(city):
        domains.withdraw(city, host)
    assert served(registrar.config, host) == 404


def test_five_names_are_enough(registrar: Registrar, city: UUID, clerk: UUID, host: str) -> None:
    for number in range(domains.MOST):
        registrar.claim(city, f"{number}.{host}", clerk)
    assert registrar.claim(city, f"0.{host}", clerk)
    with pytest.raises(Refused):
        registrar.claim(city, host, clerk)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("learn.gwacheon.go.kr", "learn.gwacheon.go.kr"),
        (" HTTPS://Learn.Gwacheon.go.kr/courses?x=1 ", "learn.gwacheon.go.kr"),
        ("learn.gwacheon.go.kr.", "learn.gwacheon.go.kr"),
        ("과천배움.한국", "xn--vb0b910a12hn5f.xn--3e0b707e"),
    ],
)
def test_names_are_read_as_browsers_ask_for_them(config: Config, written: str, read: str) -> None:
    assert names.read(written, config) == read


@pytest.mark.parametrize(
    "written",
    ["gwacheon", "127.0.0.1", "a..kr", "-a.kr", "a b.kr", "a.localhost", "x.internal", "a.kr:80", "a" * 64 + ".kr",
     ".".join(["a" * 60] * 5) + ".kr", "a_b.kr", "a.kr'--", "evil.test", "xn--zz.kr\0"],
)  # fmt: skip
def test_what_is_no_name_of_ones_own_is_refused_in_words(config: Config, written: str) -> None:
    with pytest.raises(Invalid, match="열리는 도메인이 아닙니다"):
        names.read(written, replace(config, base_domain="maru.go.kr"))


def test_an_empty_field_asks_for_a_domain(config: Config) -> None:
    with pytest.raises(Invalid, match="도메인을 적어"):
        names.read(" ", config)


def test_our_own_domain_is_nobodys(config: Config) -> None:
    ours = replace(config, base_domain="maru.go.kr")
    for written in ("maru.go.kr", "suwon.maru.go.kr"):
        with pytest.raises(Invalid, match="이미 쓰고"):
            names.read(written, ours)
    with pytest.raises(Invalid, match="이미 쓰고"):
        names.read("suwon.localhost", replace(config, base_domain="localhost"))


@pytest.mark.parametrize("value", ["dns.example:53", "127.0.0.1", "127.0.0.1:0", "x"])
def test_the_name_server_is_given_by_number(value: str) -> None:
    with pytest.raises(ConfigurationError, match="DNS_RESOLVER"):
        Config.load({"DNS_RESOLVER": value})
