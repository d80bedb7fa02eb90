"""How often a request talks to the database: what is held for many must not be held across the network."""

import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database
from tenants.sample import making
from tests.client import Web, opened
from tests.conftest import Maker


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as web:
        yield web


def queries(web: Web, ask: Callable[[], Any]) -> list[str]:
    """What libpq sent while `ask` ran, a line for each question to the server, in its own notation."""
    engine = web.app.database.engine
    with tempfile.TemporaryFile() as told, engine.connect() as warm:
        assert warm.connection.driver_connection is not None

        def trace(connection: Any, *_: object) -> None:
            connection.pgconn.trace(told.fileno())

        def end(connection: Any, *_: object) -> None:
            connection.pgconn.untrace()

        sa.event.listen(engine, "checkout", trace)
        sa.event.listen(engine, "checkin", end)
        try:
            ask()
        finally:
            sa.event.remove(engine, "checkout", trace)
            sa.event.remove(engine, "checkin", end)
        told.seek(0)
        lines = told.read().decode().splitlines()
    return [line for line in lines if "\tF\t" in line and ("\tQuery\t" in line or "\tSync" in line)]


def test_an_application_takes_two(web: Web, database: Database, make: Maker) -> None:
    city = make.city()
    run = making.make_runs(database, city, 5)[0]
    who = make.session(make.person(), city)

    def apply() -> None:
        answer = web.post(f"{make.slug(city)}.localhost", f"/api/v1/runs/{run}/applications", who)
        assert answer.status_code == 201

    first, second = queries(web, apply)
    assert "BEGIN; SELECT * FROM engine.enter(" in first
    assert "FROM engine.apply(" in second
    assert second.rstrip().endswith('; COMMIT"')


def test_the_same_list_again_takes_two(web: Web, make: Maker) -> None:
    city = make.city()
    make.run(city)
    host = f"{make.slug(city)}.localhost"
    assert len(queries(web, lambda: web.get(host, "/courses"))) > 2
    again = [queries(web, lambda: web.get(host, "/courses")) for _ in range(3)]
    first, second = min(again, key=len)  # a busy machine may take longer than a list is remembered
    assert "engine.enter(" in first
    assert "COMMIT" in second


def test_who_acts_for_nobody_is_not_asked_for_whom(web: Web, database: Database, make: Maker) -> None:
    """Only `engine.enter`, which everybody passes, says whether there is anything to ask."""
    city = make.city()
    run, who = making.make_runs(database, city, 5)[0], make.session(make.person(), city)
    host = f"{make.slug(city)}.localhost"
    asked = queries(web, lambda: web.get(host, f"/courses/{run}", who))
    assert any("engine.enter(" in line for line in asked)
    assert not any("representations" in line or "act_for" in line or "whose_application" in line for line in asked)
    placed = web.post(host, f"/courses/{run}/apply", who).headers["Location"]
    asked = queries(web, lambda: web.get(host, placed, who))
    assert not any("whose_application" in line for line in asked)
