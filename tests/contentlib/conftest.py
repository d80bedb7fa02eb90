"""The library as its editors and approvers ask for it, on the portal."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from contentlib.items import service as library
from maru.config import Config
from maru.db import Database, Scope
from tenants.sample.making import Resident, open_sessions
from tests.client import Web, opened
from tests.conftest import Maker
from tests.films import give_film

PORTAL = "localhost"
WORDS = {
    "title": "처음 만나는 수채화",
    "summary": "붓과 물을 고르는 법부터 배웁니다.",
    "description": "여섯 걸음으로 나누어 천천히 합니다.",
    "category": "04",
    "level": "first",
    "licence": "own",
    "licence_source": "경기도",
    "licence_ends_on": "",
    "captions_exception": "",
}


@dataclass
class Office:
    """Provincial staff in the library."""

    web: Web
    config: Config
    database: Database
    make: Maker
    staff: dict[str, Resident] = field(default_factory=dict)

    def ask(self, method: str, path: str, role: str = "library_editor", **more: Any) -> TestResponse:
        """What the library answers to somebody in a role; `path` is beneath its first page."""
        return self.web.ask(method, PORTAL, f"/province/library{path}", self.who(role), **more)

    def who(self, role: str) -> Resident:
        if role not in self.staff:
            person = self.make.person()
            if role:
                self.make.grant(person, role, None)
            self.staff[role] = open_sessions(self.config, [(person, "")], PORTAL)[0]
        return self.staff[role]

    def new(self, **words: str) -> UUID:
        """An item as it is written in the form."""
        answer = self.ask("POST", "/new", data={**WORDS, **words})
        assert answer.status_code == 303, answer.text
        return UUID(answer.location.rsplit("/", 1)[1])

    def ready(self, **words: str) -> UUID:
        """An item that lacks nothing."""
        item = self.new(**words)
        self.give(item)
        return item

    def give(self, item: UUID, seconds: int = 600) -> UUID:
        """Give an item a video that can be played, and Korean captions."""
        with self.working():
            return give_film(item, self.who("library_editor").person_id, seconds)

    def working(self) -> Any:
        return self.database.transaction(Scope.PROVINCE)

    def state(self, item: UUID) -> str:
        with self.working():
            return library.get(item).state


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@pytest.fixture
def office(web: Web, config: Config, database: Database, make: Maker) -> Office:
    return Office(web, config, database, make)
