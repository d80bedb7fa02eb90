"""Whoever looks after the house sees how the chain of the access log stands: `maru doctor` and the figures (PRV 7.4)."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from os import environ
from time import monotonic, sleep

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from auth.access_log import sealing, standing, verifying
from auth.access_log import service as access_log
from auth.access_log.standing import STATE, Standing
from maru import jobs
from maru.cli import main
from maru.commands.doctor import _access_log
from maru.config import ROOT, Config
from maru.db import Database, Scope
from maru.embedded.postgres import Postgres
from maru.embedded.process import free_port
from maru.jobs import Tools
from maru.migrating import engine_connection
from maru.storage import connect
from tests.conftest import Maker

WAITS = "UPDATE access_log SET at = now() - interval '11 minutes' WHERE id IN (SELECT look_id FROM access_log_unsealed)"
OLD = "UPDATE access_log_checks SET checked_at = now() - interval '32 days'"


class House:
    def __init__(self, config: Config, database: Database, make: Maker, postgres: Postgres) -> None:
        self.config, self.database, self.make, self.postgres = config, database, make, postgres

    def look(self) -> None:
        actor, city = self.make.person(), self.make.city()
        with self.database.transaction(Scope.STAFF, tenant=city, person=actor):
            access_log.look(
                actor, [self.make.person()], tenant=city, task="시험", purpose="시험", fields=[], address=None, request_id=None,
            )  # fmt: skip

    def seal(self) -> None:
        def opened() -> object:
            return self.database.transaction(Scope.JOB)

        with jobs.having(Tools(self.config, connect(self.config.s3), transaction=opened)):  # type: ignore[arg-type]
            sealing.seal()

    def verify(self, *more: str) -> int:
        known = {
            "MARU_HOME": str(self.config.home), "DATABASE_URL": self.config.database_url,
            "DATABASE_APP_URL": self.config.database_app_url,
        }  # fmt: skip
        return CliRunner().invoke(main, ["log", "verify", *more], env=known).exit_code

    def standing(self) -> Standing:
        with self.database.transaction(Scope.JOB):
            return standing.standing()

    def said(self) -> tuple[str, str | None]:
        """What the doctor says of it."""
        (line,) = _access_log(self.config)
        return line

    def past(self, statement: str) -> None:
        """As if time had gone by: a superuser past the triggers."""
        with psycopg.connect(self.postgres.url("maru", "postgres")) as connection:
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(statement)


@pytest.fixture
def house(config: Config, database: Database, make: Maker, postgres: Postgres) -> House:
    return House(config, database, make, postgres)


def test_what_is_sealed_and_what_waits_is_counted(house: House) -> None:
    house.look()
    house.seal()
    before = house.standing()
    assert (before.waiting, before.waits_since, before.late) == (0, None, False)
    assert before.sealed_at is not None
    assert before.look_at is not None
    assert before.look_at <= before.sealed_at
    house.look()
    waits = house.standing()
    assert (waits.waiting, waits.seals, waits.late) == (1, before.seals, False)
    assert waits.waits_since is not None
    assert waits.waits_since > before.look_at
    house.seal()
    assert (house.standing().waiting, house.standing().seals) == (0, before.seals + 1)


def test_the_doctor_tells_who_forgot_to_verify(house: House) -> None:
    house.look()
    house.seal()
    assert house.verify() == 0
    part, trouble = house.said()
    assert trouble is None
    assert "0 looks wait, verified 2" in part
    assert "run `maru log verify`" not in part
    house.past(OLD)
    part, trouble = house.said()
    assert (trouble, "run `maru log verify`" in part) == (None, True)
    assert house.verify() == 0
    assert not house.standing().unchecked


def test_the_doctor_says_that_looks_wait_too_long(house: House) -> None:
    house.look()
    house.past(WAITS)
    part, trouble = house.said()
    assert part == "access log"
    assert trouble is not None
    assert "Is the worker running?" in trouble
    house.seal()
    assert house.said()[1] is None


def test_a_break_that_was_found_is_told_until_the_chain_holds(house: House) -> None:
    house.look()
    house.seal()
    number = house.standing().seals
    assert house.verify("--expect", f"{number + 5}:{'0' * 64}") == 1
    found = house.standing()
    assert (found.breaks, found.first_break) == (1, f"seal {number + 5}: it was expected and is not there")
    trouble = house.said()[1]
    assert trouble is not None
    assert trouble.startswith("BROKEN in 1 places, verified 2")
    assert found.first_break in trouble
    assert house.verify() == 0
    assert house.said()[1] is None


def test_what_was_found_is_not_unsaid(house: House) -> None:
    house.verify()
    for act in ("UPDATE access_log_checks SET breaks = 0", "DELETE FROM access_log_checks"):
        with (
            pytest.raises((sa.exc.IntegrityError, sa.exc.ProgrammingError), match=r"append-only|permission denied"),
            engine_connection(house.config.database_url) as connection,
        ):
            connection.exec_driver_sql(act)


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE])
def test_only_the_installation_asks(database: Database, make: Maker, scope: Scope) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="jobs of no city only"),
        database.transaction(scope, tenant=make.city(), person=make.person()) as opened,
    ):
        opened.execute(STATE)


@pytest.fixture
def figures(config: Config) -> Iterator[int]:
    """The port of a worker's figures."""
    port = free_port()
    known = {
        "PATH": environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "MARU_HOME": str(config.home),
        "DATABASE_APP_URL": config.database_app_url, "S3_URL": config.s3_url, "MARU_METRICS_PORT": str(port),
    }  # fmt: skip
    with subprocess.Popen([sys.executable, "-m", "maru.cli", "worker"], env=known, stderr=subprocess.DEVNULL) as worker:
        yield port
        worker.kill()


def asked(port: int) -> dict[str, float]:
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/metrics")
            lines = connection.getresponse().read().decode().splitlines()
    except OSError:
        return {}
    return {line.split()[0]: float(line.split()[-1]) for line in lines if line.startswith("maru_access_log_")}


def test_the_worker_shows_it_as_figures(house: House, figures: int) -> None:
    house.look()
    house.seal()
    house.verify("--expect", f"{10**9}:{'0' * 64}")
    until = monotonic() + 60
    while not (said := asked(figures)).get("maru_access_log_measured_timestamp_seconds"):
        assert monotonic() < until
        sleep(0.2)
    found = house.standing()
    assert said["maru_access_log_breaks"] == 1
    assert found.checked_at is not None
    assert said["maru_access_log_verified_timestamp_seconds"] == pytest.approx(found.checked_at.timestamp(), abs=1)
    assert said["maru_access_log_sealed_timestamp_seconds"] > 0
    assert said["maru_access_log_unsealed"] >= 0


def test_an_end_that_was_cut_off_is_missed(house: House) -> None:
    """Without any hash from outside: the check before knows where the chain ended."""
    house.look()
    house.seal()
    assert house.verify() == 0
    with sa.create_engine(
        sa.make_url(house.postgres.url("maru", "postgres")).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool
    ).connect() as all_powerful:
        all_powerful.exec_driver_sql("SET LOCAL session_replication_role = replica")
        number, first = all_powerful.exec_driver_sql(
            "DELETE FROM access_log_seals WHERE number = (SELECT max(number) FROM access_log_seals) RETURNING number, first_place"
        ).one()
        gone = "DELETE FROM access_log_places WHERE place >= %s RETURNING look_id"
        looks = [row.look_id for row in all_powerful.exec_driver_sql(gone, (first,))]
        all_powerful.exec_driver_sql("DELETE FROM access_log WHERE id = ANY (%s)", (looks,))
        assert verifying.verify(all_powerful).breaks == []
        found = verifying.verify(all_powerful, verifying.last_unbroken(all_powerful))
        all_powerful.rollback()
    assert found.breaks == [f"seal {number}: it was expected and is not there"]
    assert house.verify() == 0
