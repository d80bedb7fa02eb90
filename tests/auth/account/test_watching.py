"""Whoever's ways to sign in have changed is told once of each change; that Keycloak says so is walked in
tests/e2e/test_ways_to_sign_in.py.
"""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auth.account import watching
from auth.account.messages import CHANGED
from maru.config import Config
from maru.db import Database, Scope
from maru.migrating import engine_connection
from tests.conftest import Maker


@pytest.fixture
def known(config: Config, make: Maker) -> tuple[UUID, str]:
    """Somebody who signs in: person and account."""
    person, subject = make.person(), str(uuid4())
    with engine_connection(config.database_url) as engine:
        engine.execute(
            sa.text("UPDATE people SET subject = :subject WHERE id = :id"), {"subject": subject, "id": person}
        )
    return person, subject


def event(subject: str, kind: str = "UPDATE_CREDENTIAL", **details: str) -> dict[str, object]:
    return {"id": str(uuid4()), "type": kind, "userId": subject, "details": details}


def tell(database: Database, *events: dict[str, object], scope: Scope = Scope.JOB) -> int:
    with database.transaction(scope) as opened:
        page = [watching._change(one) for one in events]
        return int(opened.execute(watching.TELL, {"changes": page}).scalar_one())


def told(config: Config, person: UUID) -> list[str]:
    asked = sa.text("SELECT details ->> 'what_en' FROM messages WHERE person_id = :who AND kind = :kind ORDER BY id")
    with engine_connection(config.database_url) as engine:
        return list(engine.execute(asked, {"who": person, "kind": CHANGED.name}).scalars())


def test_each_change_is_told_once(config: Config, database: Database, known: tuple[UUID, str]) -> None:
    person, subject = known
    first = event(subject, credential_type="webauthn-passwordless")
    assert tell(database, first) == 1
    assert tell(database, first) == 0
    assert tell(database, event(subject, "REMOVE_CREDENTIAL", credential_type="otp"), first) == 1
    assert tell(database, event(str(uuid4()), credential_type="password")) == 0, "nobody here has this account"
    assert told(config, person) == ["a passkey was made", "a passkey or an authenticator app was removed"]


@pytest.mark.parametrize(
    ("kind", "credential", "words"),
    [
        ("UPDATE_CREDENTIAL", "password", "a password was set"),
        ("UPDATE_CREDENTIAL", "otp", "an authenticator app was connected"),
        ("UPDATE_CREDENTIAL", "recovery-authn-codes", "a way to sign in was changed"),
        ("FEDERATED_IDENTITY_LINK", "", "another account was connected"),
        ("REMOVE_FEDERATED_IDENTITY", "", "another account was disconnected"),
    ],
)
def test_what_is_told(
    config: Config, database: Database, known: tuple[UUID, str], kind: str, credential: str, words: str
) -> None:
    person, subject = known
    tell(database, event(subject, kind, credential_type=credential))
    assert told(config, person) == [words]


def test_it_reaches_the_id_in_use(config: Config, database: Database, make: Maker, known: tuple[UUID, str]) -> None:
    person, subject = known
    kept = make.person()
    with engine_connection(config.database_url) as engine:
        engine.execute(sa.text("UPDATE people SET merged_into = :kept WHERE id = :id"), {"kept": kept, "id": person})
    tell(database, event(subject, credential_type="password"))
    assert (told(config, person), told(config, kept)) == ([], ["a password was set"])


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE])
def test_nobody_else_writes_such_letters(database: Database, known: tuple[UUID, str], scope: Scope) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="jobs only"):
        tell(database, event(known[1], credential_type="password"), scope=scope)
