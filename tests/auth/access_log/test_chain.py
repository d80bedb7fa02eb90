"""The access log is one chain of hashes, and whatever is done to it is found and named (PRV 7.4)."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from auth.access_log import sealing, verifying
from auth.access_log import service as access_log
from auth.access_log.models import Look
from auth.access_log.verifying import Expected, Finding
from maru import jobs
from maru.cli import main
from maru.config import Config
from maru.db import Database, Scope
from maru.embedded.postgres import Postgres
from maru.jobs import Tools
from maru.migrating import engine_connection, owner_connection
from maru.storage import connect
from tests.conftest import Maker

PEOPLE = 4
SEAL = sa.text("SELECT number, looks, hash FROM engine.seal_looks(500)")


class Log:
    """Writes looks, seals them, and asks what the chain says."""

    def __init__(self, config: Config, database: Database, make: Maker) -> None:
        self.config, self._database = config, database
        self.actor, self.city = make.person(), make.city()
        self._people = [make.person() for _ in range(PEOPLE)]

    def write(self) -> list[UUID]:
        """A look at each of the people; gives the looks' ids in the order of the chain to be."""
        with self._database.transaction(Scope.STAFF, tenant=self.city, person=self.actor):
            self.look()
        with engine_connection(self.config.database_url) as connection:
            ids = sa.text("SELECT id FROM access_log WHERE actor_id = :who ORDER BY id DESC LIMIT :most")
            return list(reversed(connection.execute(ids, {"who": self.actor, "most": PEOPLE}).scalars().all()))

    def look(self) -> None:
        """In the current transaction."""
        access_log.look(
            self.actor, self._people, tenant=self.city, task="신청자 \"목록\"\n보기", purpose="확인 \\ 🌾\x01\x7f\u2028",
            fields=["이름", "주소, 전화"], address="2001:db8::1", request_id=None,
        )  # fmt: skip

    def look_and_fail(self) -> None:
        self.look()
        raise ZeroDivisionError

    def seal(self) -> None:
        transaction = partial(self._database.transaction, Scope.JOB)
        with jobs.having(Tools(self.config, connect(self.config.s3), transaction=transaction)):
            sealing.seal()

    def sealed(self) -> list[UUID]:
        ids = self.write()
        self.seal()
        return ids

    def verified(self, *expected: Expected) -> Finding:
        with engine_connection(self.config.database_url) as connection:
            connection.execute(verifying.SNAPSHOT)
            return verifying.verify(connection, expected)


@pytest.fixture(scope="module")
def log(config: Config, database: Database, make: Maker) -> Log:
    return Log(config, database, make)


@pytest.fixture
def tampering(postgres: Postgres) -> Iterator[sa.Connection]:
    """A superuser's transaction without triggers; nothing of it stays."""
    url = sa.make_url(postgres.url("maru", "postgres")).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield connection
        connection.rollback()


def place_of(connection: sa.Connection, look: UUID) -> int:
    asked = sa.text("SELECT place FROM access_log_places WHERE look_id = :look")
    return int(connection.execute(asked, {"look": look}).scalar_one())


def test_what_is_sealed_is_recomputed_without_the_database(log: Log) -> None:
    before = log.verified()
    log.sealed()
    log.sealed()
    after = log.verified()
    assert (after.breaks, after.waiting) == ([], 0)
    assert after.looks == before.looks + before.waiting + 2 * PEOPLE
    assert after.seals >= before.seals + 2
    assert after.hash != before.hash


def test_looks_wait_for_their_seal_and_are_counted(log: Log) -> None:
    log.seal()
    log.write()
    waiting = log.verified()
    assert (waiting.breaks, waiting.waiting) == ([], PEOPLE)
    log.seal()
    assert log.verified().looks == waiting.looks + PEOPLE


CHANGES = {
    "id": "gen_random_uuid()", "at": "at + interval '1 microsecond'", "actor_id": "person_id", "person_id": "actor_id",
    "tenant_id": "NULL", "task": "task || '.'", "purpose": "''", "fields": "array_append(fields, 'x')",
    "address": "'2001:db8::2'", "request_id": "'x'",
}  # fmt: skip


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_field_is_found_where_it_is(log: Log, tampering: sa.Connection, column: str) -> None:
    look = log.sealed()[1]
    place = place_of(tampering, look)
    tampering.execute(sa.text(f"UPDATE access_log SET {column} = {CHANGES[column]} WHERE id = :look"), {"look": look})
    breaks = verifying.verify(tampering).breaks
    assert breaks[0].startswith(f"place {place}: look {look} was ")
    assert len(breaks) == (1 if column != "id" else 2)


def test_every_column_of_the_log_is_tried() -> None:
    assert set(CHANGES) == set(Look.__table__.columns.keys())


def test_a_changed_field_with_its_hash_made_anew_is_found_behind_it(log: Log, tampering: sa.Connection) -> None:
    look = log.sealed()[1]
    place = place_of(tampering, look)
    tampering.execute(sa.text("UPDATE access_log_places SET hash = sha256('x') WHERE look_id = :look"), {"look": look})
    breaks = verifying.verify(tampering).breaks
    assert [one.split(":")[0] for one in breaks] == [f"place {place}", f"place {place + 1}"]


def test_a_removed_look_is_found(log: Log, tampering: sa.Connection) -> None:
    look = log.sealed()[1]
    place = place_of(tampering, look)
    tampering.execute(sa.text("DELETE FROM access_log WHERE id = :look"), {"look": look})
    assert verifying.verify(tampering).breaks == [f"place {place}: look {look} was removed"]


@pytest.mark.parametrize("which", [0, 1, -1])
def test_a_look_removed_with_its_place_is_found(log: Log, tampering: sa.Connection, which: int) -> None:
    look = log.sealed()[which]
    place = place_of(tampering, look)
    for table, column in (("access_log_places", "look_id"), ("access_log", "id")):
        tampering.execute(sa.text(f"DELETE FROM {table} WHERE {column} = :look"), {"look": look})
    assert f"place {place}: not there" in verifying.verify(tampering).breaks


def test_a_look_slipped_in_is_found(log: Log, tampering: sa.Connection) -> None:
    look, slipped = log.sealed()[1], uuid4()
    place = place_of(tampering, look)
    copy = "INSERT INTO access_log SELECT :new, at, actor_id, person_id, tenant_id, task, purpose, fields FROM access_log WHERE id = :look"
    tampering.execute(sa.text(copy), {"new": slipped, "look": look})
    assert verifying.verify(tampering).breaks == [f"look {slipped}: it has no place and waits for none"]
    tampering.execute(
        sa.text("UPDATE access_log_places SET look_id = :new WHERE place = :place"), {"new": slipped, "place": place}
    )
    breaks = verifying.verify(tampering).breaks
    assert breaks[0] == f"place {place}: look {slipped} was changed, or stands in another's place"
    assert breaks[1] == f"look {look}: it has no place and waits for none"


def test_looks_that_change_places_are_found(log: Log, tampering: sa.Connection) -> None:
    first, second = log.sealed()[1:3]
    places = [place_of(tampering, look) for look in (first, second)]
    swap = sa.text("UPDATE access_log_places SET look_id = :look WHERE place = :place")
    for look, place in ((uuid4(), places[0]), (first, places[1]), (second, places[0])):
        tampering.execute(swap, {"look": look, "place": place})
    breaks = verifying.verify(tampering).breaks
    assert [one.split(":")[0] for one in breaks] == [f"place {place}" for place in places]


def test_a_removed_seal_is_found(log: Log, tampering: sa.Connection) -> None:
    place = place_of(tampering, log.sealed()[0])
    log.sealed()
    seal = sa.text("DELETE FROM access_log_seals WHERE first_place = :place RETURNING number")
    number = tampering.execute(seal, {"place": place}).scalar_one()
    breaks = verifying.verify(tampering).breaks
    assert breaks[0] == f"seal {number}: not there"
    assert f"place {place}: no seal holds it" in breaks


def test_a_removed_end_is_found_by_whoever_kept_its_hash(log: Log, tampering: sa.Connection) -> None:
    """With its looks and places gone too, nothing inside of the database says that there was more."""
    looks = log.sealed()
    finding = log.verified()
    kept = Expected(finding.seals, finding.hash)
    assert log.verified(kept).breaks == []
    for statement in (
        "DELETE FROM access_log_seals WHERE number = (SELECT max(number) FROM access_log_seals)",
        "DELETE FROM access_log_places WHERE look_id = any(:looks)",
        "DELETE FROM access_log WHERE id = any(:looks)",
    ):
        tampering.execute(sa.text(statement), {"looks": looks} if ":looks" in statement else {})
    assert verifying.verify(tampering).breaks == []
    assert verifying.verify(tampering, [kept]).breaks == [f"seal {kept.number}: it was expected and is not there"]


def test_a_chain_made_anew_is_found_by_whoever_kept_a_hash(log: Log) -> None:
    log.sealed()
    number = log.verified().seals
    assert log.verified(Expected(number, "0" * 64)).breaks == [
        f"seal {number}: its hash is not the one that was expected"
    ]


def test_seals_that_change_places_are_found(log: Log, tampering: sa.Connection) -> None:
    log.sealed()
    log.sealed()
    last = log.verified().seals
    move = sa.text("UPDATE access_log_seals SET number = :to WHERE number = :from")
    for source, target in ((last, 10**9), (last - 1, last), (10**9, last - 1)):
        tampering.execute(move, {"from": source, "to": target})
    breaks = verifying.verify(tampering).breaks
    assert f"seal {last - 1}: it does not follow the seal before it" in breaks
    assert f"seal {last}: it was changed" in breaks


def test_looks_that_are_said_to_be_gone_too_early_are_found(log: Log, tampering: sa.Connection) -> None:
    log.sealed()
    last = log.verified().seals
    tampering.exec_driver_sql(f"UPDATE access_log_seals SET gone_at = now() WHERE number = {last}")
    breaks = verifying.verify(tampering).breaks
    assert breaks[0] == f"seal {last}: its looks are said to be gone, and are to be kept"


def test_a_look_that_was_removed_before_it_was_sealed_is_found(log: Log, tampering: sa.Connection) -> None:
    look = log.write()[0]
    tampering.execute(sa.text("DELETE FROM access_log WHERE id = :look"), {"look": look})
    assert verifying.verify(tampering).breaks == [f"look {look}: it was removed before it was sealed"]


def test_a_look_that_commits_late_is_sealed_later_and_one_rolled_back_leaves_no_hole(
    log: Log, database: Database
) -> None:
    log.seal()
    before = log.verified()
    with database.transaction(Scope.STAFF, tenant=log.city, person=log.actor):
        log.look()
        with ThreadPoolExecutor(1) as pool:
            in_time = pool.submit(log.sealed).result()
        assert log.verified().looks == before.looks + PEOPLE
    with pytest.raises(ZeroDivisionError), database.transaction(Scope.STAFF, tenant=log.city, person=log.actor):
        log.look_and_fail()
    log.seal()
    after = log.verified()
    assert (after.breaks, after.waiting, after.looks) == ([], 0, before.looks + 2 * PEOPLE)
    with engine_connection(log.config.database_url) as connection:
        last = sa.text("SELECT look_id FROM access_log_places ORDER BY place DESC LIMIT :most")
        late = connection.execute(last, {"most": PEOPLE}).scalars().all()
    assert max(late) < min(in_time), "older ids stand behind younger ones"


def test_two_workers_seal_at_once_and_no_look_twice(log: Log, database: Database) -> None:
    log.seal()
    before = log.verified()
    for _ in range(20):
        log.write()
    together = threading.Barrier(3)

    def work() -> int:
        together.wait()
        made = 0
        for _ in range(30):
            with database.transaction(Scope.JOB) as opened:
                made += opened.execute(sa.text("SELECT looks FROM engine.seal_looks(3)")).scalar_one() or 0
        return made

    with ThreadPoolExecutor(3) as pool:
        made = sum(one.result() for one in [pool.submit(work) for _ in range(3)])
    log.seal()
    after = log.verified()
    assert 0 < made <= 20 * PEOPLE
    assert (after.breaks, after.waiting, after.looks) == ([], 0, before.looks + 20 * PEOPLE)


def test_who_seals_holds_up_nobody_who_looks(log: Log, database: Database) -> None:
    log.write()
    with database.transaction(Scope.JOB) as opened:
        assert opened.execute(SEAL).one().looks >= PEOPLE
        with ThreadPoolExecutor(1) as pool:
            assert len(pool.submit(log.write).result()) == PEOPLE


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE])
@pytest.mark.parametrize("call", ["seal_looks(1)", "forget_looks()"])
def test_only_jobs_seal_and_forget(database: Database, scope: Scope, call: str) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="jobs only"), database.transaction(scope) as opened:
        opened.execute(sa.text(f"SELECT engine.{call}"))


@pytest.mark.parametrize("table", ["access_log_seals", "access_log_places", "access_log_unsealed"])
@pytest.mark.parametrize("scope", list(Scope))
def test_the_application_neither_reads_nor_writes_the_chain(database: Database, scope: Scope, table: str) -> None:
    for act in (f"SELECT FROM {table}", f"DELETE FROM {table}", f"INSERT INTO {table} DEFAULT VALUES"):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), database.transaction(scope) as opened:
            opened.execute(sa.text(act))


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE access_log_seals SET looks = looks + 1", "DELETE FROM access_log_seals", "TRUNCATE access_log_seals",
        "UPDATE access_log_seals SET gone_at = NULL, number = number + 1", "UPDATE access_log_places SET place = place",
    ],
)  # fmt: skip
def test_even_the_engine_changes_no_seal(log: Log, act: str) -> None:
    log.sealed()
    with (
        pytest.raises((sa.exc.IntegrityError, sa.exc.ProgrammingError), match=r"append-only|permission denied"),
        engine_connection(log.config.database_url) as connection,
    ):
        connection.exec_driver_sql(act)


def test_the_owner_deletes_no_place(config: Config) -> None:
    with owner_connection(config.database_url) as connection, pytest.raises(sa.exc.IntegrityError, match="append-only"):
        connection.exec_driver_sql("DELETE FROM access_log_places")


def told(config: Config, *arguments: str) -> tuple[int, str]:
    environ = {
        "MARU_HOME": str(config.home),
        "DATABASE_URL": config.database_url,
        "DATABASE_APP_URL": config.database_app_url,
    }
    answer = CliRunner().invoke(main, ["log", "verify", *arguments], env=environ)
    return answer.exit_code, answer.output


def test_the_command_says_that_the_chain_holds(log: Log) -> None:
    log.sealed()
    finding = log.verified()
    status, said = told(log.config)
    assert (status, said.splitlines()[0]) == (
        0,
        f"{finding.looks} looks in {finding.seals} seals, unbroken, last hash {finding.hash}",
    )
    log.write()
    status, said = told(log.config, "--json")
    assert (status, json.loads(said)) == (0, {"unbroken": True, **vars(finding), "waiting": PEOPLE})


def test_the_command_says_where_the_chain_breaks(log: Log) -> None:
    log.sealed()
    number = log.verified().seals
    status, said = told(log.config, "--expect", f"{number}:{'0' * 64}")
    assert status == 1
    assert "BROKEN" in said
    assert f"seal {number}: its hash is not the one that was expected" in said
    status, said = told(log.config, "--json", "--expect", f"{number + 1}:{'0' * 64}")
    assert status == 1
    assert json.loads(said)["breaks"] == [f"seal {number + 1}: it was expected and is not there"]
    assert told(log.config, "--expect", "12")[0] == 2
