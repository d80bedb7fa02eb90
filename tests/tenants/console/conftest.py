"""The application, and the console of a city as one of its staff sees it."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from maru.config import Config
from tests.client import Web, opened
from tests.conftest import Maker

Console = Callable[..., str]


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city()


@pytest.fixture
def console(web: Web, make: Maker, city: UUID) -> Console:
    """Opens a page of the city's console: `console("/courses", role="instructor", teaches=run, lang="en")`."""

    def page(path: str = "", role: str = "city_admin", teaches: UUID | None = None, **query: Any) -> str:
        person = make.person()
        make.grant(person, role, city)
        if teaches:
            make.teach(person, teaches, city)
        host = f"{make.slug(city)}.localhost"
        answer = web.get(host, f"/console{path}", make.session(person, city), query_string=query)
        assert answer.status_code == 200
        return answer.text

    return page
