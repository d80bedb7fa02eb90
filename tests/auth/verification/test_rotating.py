"""The secret of the CIs changes while people prove on: nothing is lost, and nobody becomes a second person (PRV-03, PRV-06)."""

import base64
import secrets
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Thread
from uuid import UUID

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.verification import rotating
from auth.verification import service as verification
from auth.verification.agencies import Proof
from auth.verification.rotating import COUNT
from auth.verification.sealing import Keyring, SealedCi
from maru.commands.doctor import _identity_keys
from maru.commands.identity import identity
from maru.config import Config
from maru.db import Database, Scope
from maru.errors import ConfigurationError
from maru.migrating import engine_connection, owner_connection
from tests.conftest import Maker

OLD, NEW = "old-" + "k" * 44, "new-" + "k" * 44


def new_ci() -> str:
    return base64.b64encode(secrets.token_bytes(64)).decode()


@dataclass
class Town:
    """People with CIs, and processes that know one key or both."""

    config: Config
    database: Database
    make: Maker
    before: Keyring = field(default_factory=lambda: Keyring(OLD))
    during: Keyring = field(default_factory=lambda: Keyring(NEW, [OLD]))

    def proves(self, person: UUID, ci: str, keys: Keyring) -> verification.Outcome:
        with self.database.transaction(Scope.PERSON, person=person):
            return verification.prove(Proof(ci, "김영숙", date(1970, 1, 1), None), keys.seal(ci), "기관")

    def rows(self, *people: UUID) -> dict[UUID, SealedCi]:
        with engine_connection(self.config.database_url) as engine:
            found = engine.execute(sa.text("SELECT * FROM cis WHERE person_id = ANY (:p)"), {"p": list(people)})
            return {row.person_id: SealedCi(row.ci_hash, row.ci_sealed, row.key_id) for row in found}

    def rotating(self) -> Config:
        return replace(self.config, identity_key=NEW, identity_keys_old=(OLD,))

    def rotated(self) -> Config:
        return replace(self.config, identity_key=NEW, identity_keys_old=())


@pytest.fixture
def town(config: Config, database: Database, make: Maker) -> Town:
    empty(config)
    return Town(config, database, make)


def empty(config: Config) -> None:
    """No CIs of other tests, which stand under keys of their own."""
    with owner_connection(config.database_url) as owner, owner.begin():
        owner.exec_driver_sql("SET LOCAL ROLE maru_destroyer")
        owner.exec_driver_sql("DELETE FROM cis")


def test_every_ci_opens_again_and_is_found_by_both(town: Town) -> None:
    cis = {town.make.person(): new_ci() for _ in range(7)}
    for person, ci in cis.items():
        assert town.proves(person, ci, town.before).kind == "verified"
    assert rotating.rotate(town.rotating(), batch=3).moved == 7
    after = Keyring(NEW)
    for person, kept in town.rows(*cis).items():
        assert kept.key_id == after.key_id
        assert after.open(kept) == cis[person]
    stranger = town.make.person()
    for keys in (town.before, town.during, after):
        assert town.proves(stranger, next(iter(cis.values())), keys).kind == "has-an-id"
    assert town.rows(stranger) == {}


def test_it_can_be_stopped_and_begun_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    cis = {town.make.person(): new_ci() for _ in range(6)}
    for person, ci in cis.items():
        town.proves(person, ci, town.before)
    sealed = Keyring.seal
    left = [3]

    def dies(self: Keyring, ci: str) -> SealedCi:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return sealed(self, ci)

    with monkeypatch.context() as patched:
        patched.setattr(Keyring, "seal", dies)
        with pytest.raises(KeyboardInterrupt):
            rotating.rotate(town.rotating(), batch=2)
    found = rotating.standing(town.database, town.during)
    assert (found.current, found.old) == (2, 4), "whole batches only"
    for person, kept in town.rows(*cis).items():
        assert town.during.open(kept) == cis[person]
    assert rotating.rotate(town.rotating(), batch=2).moved == 4
    assert rotating.rotate(town.rotating()).moved == 0


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("prove"), st.integers(0, 2), st.integers(0, 1), st.sampled_from(["before", "during"])),
        st.tuples(st.just("rotate"), st.integers(1, 3)),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_one_human_is_one_person_whatever_happens_when(town: Town, acts: list[tuple[object, ...]]) -> None:
    """Three humans with two IDs each, processes with the old key alone and with both, and rotations in between."""
    empty(town.config)
    cis = [new_ci() for _ in range(3)]
    ids = [[town.make.person(), town.make.person()] for _ in cis]
    first: dict[int, UUID] = {}
    for act in acts:
        if act[0] == "rotate":
            rotating.rotate(town.rotating(), batch=int(str(act[1])))
            continue
        human, which = int(str(act[1])), int(str(act[2]))
        person = ids[human][which]
        expected = "verified" if first.setdefault(human, person) == person else "has-an-id"
        assert town.proves(person, cis[human], getattr(town, str(act[3]))).kind == expected
    rotating.rotate(town.rotating())
    rows = town.rows(*(person for two in ids for person in two))
    assert set(rows) == set(first.values())
    assert {town.during.open(kept) for kept in rows.values()} == {cis[human] for human in first}
    assert {kept.key_id for kept in rows.values()} <= {town.during.key_id}


def test_a_new_human_who_proves_at_two_processes_at_once_is_one_person(town: Town) -> None:
    """One of them knows the old key alone."""
    for turn in range(8):
        ci, people, outcomes = new_ci(), [town.make.person(), town.make.person()], []
        processes = [town.before, town.during][:: 1 if turn % 2 else -1]

        def proving(person: UUID, keys: Keyring, ci: str = ci, said: list[str] = outcomes) -> None:
            said.append(town.proves(person, ci, keys).kind)

        threads = [Thread(target=proving, args=(person, keys)) for person, keys in zip(people, processes, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["has-an-id", "verified"]
        assert len(town.rows(*people)) == 1


def test_a_row_that_was_changed_stays_and_is_told(town: Town) -> None:
    person = town.make.person()
    town.proves(person, new_ci(), town.before)
    with engine_connection(town.config.database_url) as engine:
        engine.execute(
            sa.text("UPDATE cis SET ci_sealed = ci_sealed || 'x'::bytea WHERE person_id = :p"), {"p": person}
        )
    kept = town.rows(person)
    done = rotating.rotate(town.rotating())
    assert (done.moved, done.unreadable) == (0, 1)
    assert town.rows(person) == kept


def test_the_doctor_says_when_the_old_key_may_go(town: Town) -> None:
    def said(config: Config) -> str:
        ((part, trouble),) = _identity_keys(config)
        return trouble or part

    person, ci = town.make.person(), new_ci()
    town.proves(person, ci, town.before)
    assert "1 CIs stand under a key that is not known" in said(town.rotated())
    with pytest.raises(ConfigurationError, match="stand under another key"):
        rotating.forget(town.rotated())
    assert "1 CIs under an old key" in said(town.rotating())
    rotating.rotate(town.rotating())
    assert "none under an old key" in said(town.rotating())
    with pytest.raises(ConfigurationError, match="still set"):
        rotating.forget(town.rotating())
    assert "1 CIs still found by the key before" in said(town.rotated())
    assert rotating.forget(town.rotated()) == 1
    assert said(town.rotated()) == "identity keys"
    assert town.proves(person, ci, Keyring(NEW)).kind == "verified"


def test_a_key_that_is_old_and_new_at_once_is_refused(config: Config) -> None:
    both = replace(config, identity_key=NEW, identity_keys_old=(NEW,))
    with pytest.raises(ConfigurationError, match="MARU_IDENTITY_KEYS_OLD"):
        rotating.rotate(both)


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE])
def test_only_the_installation_counts_keys(database: Database, make: Maker, scope: Scope) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="jobs of no city only"),
        database.transaction(scope, tenant=make.city(), person=make.person()) as opened,
    ):
        opened.execute(COUNT)


def test_the_command_moves_them(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.proves(town.make.person(), new_ci(), town.before)
    for name, value in {
        "MARU_HOME": str(town.config.home),
        "DATABASE_URL": town.config.database_url,
        "MARU_IDENTITY_KEY": NEW,
        "MARU_IDENTITY_KEYS_OLD": OLD,
    }.items():
        monkeypatch.setenv(name, value)
    answer = CliRunner().invoke(identity, ["rotate", "--batch", "1"])
    assert (answer.exit_code, answer.output) == (0, "1 CIs moved to the key in use.\n")
