"""Who asks is said once per transaction and forgotten with it, whatever happens in between."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy as sa

from auth.people.models import Person
from maru.config import Config
from maru.db import Database, OutsideTransactionError, Scope, Statement, call_and_commit, go_on_for, session
from maru.embedded.postgres import Postgres
from maru.errors import ConfigurationError, Refused
from tenants.courses.models import Run
from tenants.enrolments import service as enrolments
from tests.conftest import Maker

WHO = sa.text("SELECT concat(walls.tenant(), walls.person(), walls.scope())")


@pytest.fixture
def one(config: Config) -> Iterator[Database]:
    """The application on a single connection, so that each transaction inherits what the last one left."""
    opened = Database(config.database_app_url, size=1)
    yield opened
    opened.engine.dispose()


def left_over(database: Database) -> str:
    with database.engine.connect() as connection:
        return str(connection.scalar(WHO))


def test_a_query_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransactionError):
        session()
    with pytest.raises(OutsideTransactionError):
        Statement(WHO).one_or_none()


def test_a_written_statement_meets_the_same_walls_and_sees_what_its_transaction_did(one: Database, make: Maker) -> None:
    person, other = make.person(), make.person()
    spoken = Statement(sa.select(Person.language).where(Person.id == sa.bindparam("person", type_=sa.Uuid)))
    with one.transaction(Scope.PERSON, person=person):
        session().get_one(Person, person).language = "en"
        session().flush()
        assert spoken.one_or_none(person=person).language == "en"
        assert spoken.one_or_none(person=other) is None
    with one.transaction(Scope.PUBLIC):
        assert spoken.one_or_none(person=person) is None


def test_a_returned_transaction_is_kept_and_forgets_who_asked(one: Database, make: Maker) -> None:
    person = make.person()
    with one.transaction(Scope.PERSON, tenant=uuid4(), person=person):
        session().get_one(Person, person).language = "en"
    assert left_over(one) == "public"
    with one.transaction(Scope.PERSON, person=person):
        assert session().get_one(Person, person).language == "en"
    with one.transaction(Scope.PUBLIC):
        assert session().get(Person, person) is None


@pytest.mark.parametrize("error", [Refused("no"), RuntimeError(), KeyboardInterrupt()])
def test_a_raised_transaction_is_taken_back_and_forgets_who_asked(
    one: Database, make: Maker, error: BaseException
) -> None:
    person = make.person()

    def fail() -> None:
        with one.transaction(Scope.PERSON, person=person):
            session().get_one(Person, person).language = "en"
            session().flush()
            raise error

    with pytest.raises(type(error)):
        fail()
    assert left_over(one) == "public"
    with one.transaction(Scope.PERSON, person=person):
        assert session().get_one(Person, person).language == "ko"


def test_a_failed_query_leaves_the_connection_usable(one: Database) -> None:
    with pytest.raises(sa.exc.ProgrammingError), one.transaction(Scope.STAFF, tenant=uuid4()):
        session().execute(sa.text("SELECT nonsense"))
    assert left_over(one) == "public"


@pytest.mark.parametrize("words", ["not-a-uuid", "'; DROP TABLE people; --", "' OR true --"])
def test_settings_are_values_and_never_sql(one: Database, words: str) -> None:
    statement = "SELECT set_config('maru.tenant', %s, true), set_config('maru.scope', 'staff', true) AS scope"
    with one.entering(statement, (words,)) as row:
        assert row[0] == words
        with pytest.raises(sa.exc.DataError):
            session().execute(sa.select(Run))
        session().rollback()
    assert left_over(one) == "public"


def test_a_statement_that_fails_at_the_door_leaves_the_connection_usable(one: Database) -> None:
    with pytest.raises(psycopg.Error), one.entering("SELECT %s::uuid", ("no",)):
        pass
    assert left_over(one) == "public"


def test_the_call_that_commits_ends_the_scope_with_it(one: Database, make: Maker) -> None:
    person = make.person()
    with one.transaction(Scope.PERSON, person=person):
        row = call_and_commit("SELECT walls.person() AS who", ())
        assert row.who == person
        assert session().scalar(WHO) == "public"


def test_the_province_goes_on_for_a_city_and_writes_there_only(one: Database, make: Maker) -> None:
    here, there = make.city(), make.city()
    run, other = make.run(here), make.run(there)
    with one.transaction(Scope.PROVINCE):
        assert session().get(Run, (here, run)) is None
        go_on_for(here)
        assert session().get(Run, (here, run)) is not None
        assert session().get(Run, (there, other)) is None
        with pytest.raises(PermissionError):
            go_on_for(there)
    assert left_over(one) == "public"


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope is not Scope.PROVINCE])
def test_nobody_else_goes_on_for_a_city(one: Database, make: Maker, scope: Scope) -> None:
    mine, city = make.city(), make.city()
    with one.transaction(scope, tenant=mine):
        with pytest.raises(PermissionError):
            go_on_for(city)
        assert session().scalar(WHO) == f"{mine}{scope}"


def test_a_lost_connection_is_opened_again(one: Database, postgres: Postgres) -> None:
    with one.transaction(Scope.PUBLIC) as opened:
        backend = opened.scalar(sa.text("SELECT pg_backend_pid()"))
    with psycopg.connect(postgres.url("postgres", "postgres")) as server:
        server.execute("SELECT pg_terminate_backend(%s)", (backend,))
    with one.transaction(Scope.PUBLIC) as opened:
        assert opened.scalar(sa.text("SELECT pg_backend_pid()")) != backend


def test_the_application_takes_the_role_that_walls_hold_back(database: Database) -> None:
    database.check()


@pytest.mark.parametrize("powers", ["SUPERUSER", "BYPASSRLS", "IN ROLE maru_owner", "IN ROLE maru_engine"])
def test_the_application_refuses_a_role_that_no_wall_holds_back(postgres: Postgres, powers: str) -> None:
    with psycopg.connect(postgres.url("maru", "postgres"), autocommit=True) as server:
        server.execute(f"CREATE ROLE mighty LOGIN PASSWORD 'mighty' {powers}")
        try:
            opened = Database(f"postgresql://mighty:mighty@{postgres.url('maru', 'postgres').split('@')[1]}")
            with pytest.raises(ConfigurationError, match="maru_app"):
                opened.check()
            opened.engine.dispose()
        finally:
            server.execute("DROP ROLE mighty")


def test_an_error_of_the_database_does_not_repeat_what_was_sent(one: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError) as failed, one.transaction(Scope.PUBLIC) as opened:
        opened.execute(sa.text("SELECT CAST(:name AS text), 1 / 0"), {"name": "김서연"})
    assert "김서연" not in str(failed.value)


def test_neighbours_meet_only_at_the_projection(database: Database, make: Maker) -> None:
    """The same, with rows that the application itself has made."""
    suwon, seongnam, resident = make.city(), make.city(), make.person()
    run = make.run(suwon)
    with database.transaction(Scope.PERSON, tenant=suwon, person=resident):
        application = enrolments.apply(run, suwon).id

    def seen(scope: Scope, tenant: UUID | None, person: UUID | None = None) -> tuple[bool, bool]:
        with database.transaction(scope, tenant=tenant, person=person) as opened:
            standing = opened.scalar(sa.text("SELECT count(*) FROM applications WHERE id = :id"), {"id": application})
            return bool(opened.get(Run, (suwon, run))), bool(standing)

    assert seen(Scope.STAFF, suwon) == (True, True)
    assert seen(Scope.JOB, suwon) == (True, True)
    assert seen(Scope.PERSON, seongnam, resident) == (False, True)
    assert seen(Scope.STAFF, seongnam, resident) == (False, False)
    assert seen(Scope.PERSON, suwon, make.person()) == (False, False)
    assert seen(Scope.PUBLIC, suwon, resident) == (False, False)
    assert seen(Scope.PROVINCE, suwon, resident) == (False, False)
