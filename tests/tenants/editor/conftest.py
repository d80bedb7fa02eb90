"""A city, its application with a real object store, and the people who work on its site."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from maru.config import Config
from maru.db import Database, Scope
from tenants.editor import service as editor
from tenants.sample.making import Resident
from tenants.sites.content import Content
from tests.client import Web, opened
from tests.conftest import Maker


@dataclass
class Desk:
    """Somebody of a city's staff at the console, or a resident before the site; their browser keeps the preview."""

    web: Web
    host: str
    who: Resident | None

    def get(self, path: str = "", **more: Any) -> TestResponse:
        """A page of the editor."""
        return self.web.get(self.host, f"/console/site{path}", self.who, **more)

    def post(self, path: str, **form: Any) -> TestResponse:
        return self.web.post(self.host, f"/console/site{path}", self.who, data=form)

    def sees(self, path: str = "/", *, previewing: bool = False, **more: Any) -> TestResponse:
        """A page of the site itself."""
        who = self.who and replace(self.who, cookie=self.who.cookie + ("; maru_preview=1" if previewing else ""))
        return self.web.get(self.host, path, who, **more)


@pytest.fixture(scope="module")
def web(stored: Config) -> Iterator[Web]:
    with opened(stored) as asked:
        yield asked


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city(region=make.region())


@pytest.fixture
def desk(web: Web, make: Maker, city: UUID) -> Callable[[str], Desk]:
    """`desk("city_admin")` is a new member of staff; `desk("")` somebody without an account."""

    def sit(role: str = "city_admin") -> Desk:
        if not role:
            return Desk(web, f"{make.slug(city)}.localhost", None)
        person = make.person()
        make.grant(person, role, city)
        return Desk(web, f"{make.slug(city)}.localhost", make.session(person, city))

    return sit


@pytest.fixture
def admin(desk: Callable[[str], Desk]) -> Desk:
    return desk("city_admin")


@pytest.fixture
def resident(desk: Callable[[str], Desk]) -> Desk:
    return desk("")


@pytest.fixture
def draft(database: Database, city: UUID) -> Callable[[], Content]:
    """What the draft says now."""

    def read() -> Content:
        with database.transaction(Scope.JOB, tenant=city):
            return editor.content(city)

    return read
