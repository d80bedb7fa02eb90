"""The consent under which completions enter the one history: given and taken back by its own words alone."""

from collections.abc import Iterator

import pytest

from auth.consents import service as consents
from maru.config import Config
from maru.db import Database, Scope
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL = "localhost"


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


def test_only_a_clear_answer_changes_it(web: Web, make: Maker, database: Database) -> None:
    person = make.person()
    who = make.session(person, None)

    def standing_after(answer: dict[str, str], status: int) -> bool:
        assert web.post(PORTAL, "/my/consent", who, data=answer).status_code == status
        with database.transaction(Scope.PERSON, person=person):
            return consents.has(person, consents.PROVINCE_HISTORY)

    unclear = [{}, {"answer": ""}, {"answer": "GIVE"}, {"answer": "yes"}, {"other": "give"}]
    assert [standing_after(answer, 422) for answer in unclear] == [False] * len(unclear)
    assert standing_after({"answer": "give"}, 303)
    assert [standing_after(answer, 422) for answer in unclear] == [True] * len(unclear)
    assert not standing_after({"answer": "withdraw"}, 303)
