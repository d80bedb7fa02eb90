"""The consent under which completions enter the one history: given and taken back by a clear tick alone (PRV 7.2)."""

from collections.abc import Iterator

import pytest

from auth.consents import service as consents
from maru.config import Config
from maru.db import Database, Scope
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL, PAGE = "localhost", "/my/consents"
SHOWN = {"seen.province-history": "2026-11"}
TICKED = {**SHOWN, "agree.province-history": "1"}


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


def test_only_a_form_that_has_shown_the_text_changes_it(web: Web, make: Maker, database: Database) -> None:
    person = make.person()
    who = make.session(person, None)

    def standing_after(answer: dict[str, str], status: int) -> bool:
        assert web.post(PORTAL, PAGE, who, data=answer).status_code == status
        with database.transaction(Scope.PERSON, person=person):
            return consents.has(person, consents.PROVINCE_HISTORY)

    old = {"seen.province-history": "2020-01", "agree.province-history": "1"}
    unclear = {"agree.province-history": "1"}
    assert not standing_after(unclear, 422)
    assert not standing_after(old, 409)
    assert not standing_after(SHOWN, 303)
    assert standing_after(TICKED, 303)
    assert standing_after(TICKED, 303)
    assert standing_after({}, 422)
    assert standing_after({"seen.province-history": "2020-01"}, 409)
    assert not standing_after(SHOWN, 303)


def test_what_the_law_asks_to_say_stands_beside_the_tick(web: Web, make: Maker) -> None:
    who = make.session(make.person(), None)
    page = web.get(PORTAL, PAGE, who).text
    for said in ("쓰는 목적", "쓰는 항목", "가지고 있는 기간", "동의하지 않을 권리와 그때의 불이익"):
        assert said in page
    assert 'name="agree.province-history" value="1">' in page, "nothing is ticked for anybody"


def test_the_proof_is_the_persons_own(web: Web, make: Maker, database: Database) -> None:
    person, other = make.person(), make.person()
    who, stranger = make.session(person, None), make.session(other, None)
    web.post(PORTAL, PAGE, who, data=TICKED, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    with database.transaction(Scope.PERSON, person=person):
        given = consents.of(person)[0]
        about = (given.channel, str(given.address), len(given.text_hash))
    assert about == ("web", "203.0.113.9", 64)
    page = web.get(PORTAL, f"{PAGE}/{given.id}", who).text
    assert given.text_hash in page
    assert "203.0.113.9" in page
    assert web.get(PORTAL, f"{PAGE}/{given.id}", stranger).status_code == 404
