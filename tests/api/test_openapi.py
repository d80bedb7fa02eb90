"""The API keeps to its own document, whatever it is asked, by nobody and by a resident."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from maru.config import Config
from maru.db import Database, Scope
from tenants.enrolments import service as enrolments
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL = ("/api/v1/search", "/api/v1/tenants", "/api/v1/library/items")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
few = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Town:
    """A city with a run to apply to, and a resident with a place in another."""

    host: str
    run: UUID
    application: UUID
    item: UUID
    resident: Resident


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as found:
        yield found


@pytest.fixture(scope="module")
def town(make: Maker, database: Database) -> Town:
    city, person = make.city(), make.person()
    taken, free = make.run(city), make.run(city)
    with database.transaction(Scope.PERSON, tenant=city, person=person):
        placed = enrolments.apply(taken, city)
    return Town(f"{make.slug(city)}.localhost", free, placed.id, make.item(city), make.session(person, city))


@pytest.fixture(scope="module")
def document(web: Web) -> BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", web.app)


def each_operation(document: BaseSchema) -> list[APIOperation]:
    found = [result.ok() for result in document.get_all_operations()]
    assert len(found) >= 11
    return found


def try_all(document: BaseSchema, subtests: pytest.Subtests, ask: Callable[[Case], object]) -> None:
    """Put examples of every operation to `ask`. (pytest has moved on from what schemathesis' own way of it needs.)"""
    for operation in each_operation(document):
        with subtests.test(operation.label):
            few(given(operation.as_strategy())(ask))()


def host_of(case: Case, town: Town) -> str:
    return "http://localhost" if case.path in PORTAL else f"http://{town.host}"


def test_as_nobody(document: BaseSchema, town: Town, subtests: pytest.Subtests) -> None:
    def ask(case: Case) -> None:
        case.call_and_validate(base_url=host_of(case, town), checks=CHECKS)

    try_all(document, subtests, ask)


def test_as_a_resident(web: Web, document: BaseSchema, town: Town, subtests: pytest.Subtests) -> None:
    known = {"run_id": str(town.run), "application_id": str(town.application), "item_id": str(town.item)}
    who: dict[str, Any] = {
        "session": web.app.test_client(use_cookies=False),  # or its own cookies would replace the header
        "headers": {"Cookie": town.resident.cookie, "X-CSRF-Token": town.resident.csrf},
    }
    answered: set[str] = set()

    def ask(case: Case) -> None:
        case.cookies = {}
        case.headers.pop("Authorization", None)  # both invented, as the document asks for one of them
        case.call_and_validate(base_url=host_of(case, town), checks=CHECKS, **who)
        case.path_parameters |= {name: known[name] for name in known.keys() & case.path_parameters.keys()}
        answer = case.call_and_validate(base_url=host_of(case, town), checks=CHECKS, **who)
        if answer.status_code < 300:
            answered.add(case.operation.label)

    try_all(document, subtests, ask)
    assert answered == {operation.label for operation in each_operation(document)}
