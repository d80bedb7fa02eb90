"""The whole of Maru as `make up` runs it, and a real browser in front of it.

One house stands for all processes of a test run; whoever needs it first brings it up, and is the last to leave.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from maru.db import Database
from tests.auth.conftest import locked, wait_to_be_the_last
from tests.browsing import browsing, missing
from tests.conftest import Maker
from tests.e2e.house import House, running_house
from tests.e2e.visiting import Visitors


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A walk through the whole house that fails is walked once more, and the run counts it as such ("rerun"): on a
    machine that others load, a browser, three servers and a worker now and then miss each other by seconds.

    Only here. A race at the seats, a wall or a rule that fails once has failed.
    """
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all processes of this test run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def house(shared: Path) -> Iterator[House]:
    """Maru with the sample province; its public pages are open, signing in may not be yet."""
    with shared_house(shared) as found:
        database = Database(found.config.database_app_url)
        found.make = Maker(found.config, database)
        yield found
        database.engine.dispose()


@contextmanager
def shared_house(folder: Path) -> Iterator[House]:
    note = folder / "house.json"
    with (folder / "house.door").open("w") as door, (folder / "house.inside").open("w") as inside, ExitStack() as own:
        with locked(door):
            if not note.exists():
                started = own.enter_context(running_house())
                note.write_text(json.dumps(started.note()))
                own.callback(wait_to_be_the_last, door, inside, note)
            fcntl.flock(inside, fcntl.LOCK_SH)
        yield House.from_note(json.loads(note.read_text()))


@pytest.fixture
def alone(shared: Path) -> Iterator[None]:
    """For a test that takes a part of the house away: no other test runs meanwhile."""
    with held(shared, fcntl.LOCK_EX):
        yield


@pytest.fixture(autouse=True)
def in_peace(request: pytest.FixtureRequest) -> Iterator[None]:
    """No part of the house is taken away during a test."""
    if "alone" in request.fixturenames:
        yield
    else:
        with held(request.getfixturevalue("shared"), fcntl.LOCK_SH):
            yield


@contextmanager
def held(folder: Path, kind: int) -> Iterator[None]:
    with (folder / "house.peace").open("w") as file:
        fcntl.flock(file, kind)
        yield


@pytest.fixture
def signed_in_house(house: House) -> House:
    """The house, once people can sign in."""
    if reason := house.wait_for_sign_in():
        missing(reason)
    return house


@pytest.fixture
def visitors(house: House, chromium: Browser) -> Iterator[Visitors]:
    """Opens browsers; what a page does wrong meanwhile fails the test."""
    opened = Visitors(house, chromium)
    yield opened
    opened.leave()
