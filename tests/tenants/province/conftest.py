"""Provincial staff at work on the portal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from maru.config import Config
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL = "localhost"


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@dataclass
class Desk:
    """Somebody with a role in the province."""

    web: Web
    person: UUID
    who: Resident

    def get(self, path: str) -> TestResponse:
        return self.web.get(PORTAL, path, self.who)

    def post(self, path: str, **data: Any) -> TestResponse:
        return self.web.post(PORTAL, path, self.who, data=data)


@pytest.fixture
def desk(web: Web, make: Maker) -> Desk:
    """The desk of an administrator of the province."""
    person = make.person()
    make.grant(person, "province_admin")
    return Desk(web, person, make.session(person, None))
