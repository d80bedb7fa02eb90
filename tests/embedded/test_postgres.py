"""The embedded PostgreSQL: who may in, what survives a kill, and whom it runs as."""

import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from maru.embedded import place
from maru.embedded.postgres import Postgres
from maru.embedded.process import PartError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with Postgres(tmp_path_factory.mktemp("home"), durable=False).running() as postgres:
        yield postgres


@pytest.fixture
def reachable():
    """A home that every user can reach, unlike pytest's own folders."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder / "home"
    shutil.rmtree(folder)


def ask(url: str, query: str):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else None


def sleep_on(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT pg_sleep(60)")


def start_in_vain(postgres: Postgres) -> None:
    """A start that is cut off: while the cluster is made, or when its server is asked for the first time."""
    with pytest.raises((PartError, psycopg.OperationalError)):
        postgres.start()


def postmaster(postgres: Postgres) -> psutil.Process:
    """The server itself; its backends come and go, and show no command line."""
    (process,) = [process for process in postgres.processes() if "-D" in command_of(process)]
    return process


def command_of(process: psutil.Process) -> list[str]:
    """Nothing of a backend that has gone since it was listed."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def test_databases_have_the_collation_of_the_design(server: Postgres):
    query = "SELECT datname, datlocprovider::text, datlocale, datcollate, datctype FROM pg_database"
    rows = ask(server.url("postgres", "postgres"), query)
    assert {row[0] for row in rows} >= {"maru", "keycloak"}
    assert {row[1:] for row in rows} == {("b", "C.UTF-8", "C", "C.UTF-8")}


@pytest.mark.parametrize(("database", "owner"), [("maru", "maru_owner"), ("keycloak", "keycloak")])
def test_owners_are_no_superusers(server: Postgres, database: str, owner: str):
    query = "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert ask(server.url(database, owner), query) == [(False, False, False)]
    ask(server.url(database, owner), "CREATE TABLE mine ()")


def test_nobody_else_enters_keycloaks_database(server: Postgres):
    grants = "SELECT has_database_privilege('maru_owner', 'keycloak', 'CONNECT'), has_database_privilege('maru_owner', 'keycloak', 'TEMP')"
    assert ask(server.url("maru", "maru_owner"), grants) == [(False, False)]
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(server.url("keycloak", "maru_owner"))


def test_a_password_is_asked_for(server: Postgres):
    methods = ask(server.url("postgres", "postgres"), "SELECT DISTINCT auth_method FROM pg_hba_file_rules")
    assert methods == [("scram-sha-256",)]
    wrong = re.sub(r":[0-9a-f]+@", ":wrong@", server.url("maru", "maru_owner"))
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_it_listens_on_loopback_only(server: Postgres):
    listening = {c.laddr.ip for c in postmaster(server).net_connections("inet") if c.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
    assert not [c for c in postmaster(server).net_connections("unix") if c.laddr]


def test_what_was_committed_survives_a_kill(reachable: Path):
    with Postgres(reachable).running() as postgres:
        assert postgres.fresh
        url = postgres.url("maru", "maru_owner")
        ask(url, "CREATE TABLE kept AS SELECT 7 AS figure")
        backend = psycopg.connect(url)
        postmaster(postgres).kill()
        postgres.start()
        backend.close()
        assert postgres.url("maru", "maru_owner") == url
        assert ask(url, "SELECT figure FROM kept") == [(7,)]
        assert not postgres.fresh


def test_a_process_that_was_given_the_number_of_the_last_server_is_no_obstacle(tmp_path: Path):
    with Postgres(tmp_path, durable=False).running() as postgres:
        pid_file = postgres._cluster / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        postmaster(postgres).kill()
        with subprocess.Popen(["sleep", "60"], user=postgres._place.user and postgres._place.user.pw_uid) as stranger:
            pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
            postgres.start()
            assert stranger.poll() is None
            stranger.kill()


def test_the_next_run_ends_a_server_that_outlived_the_last(tmp_path: Path):
    first = Postgres(tmp_path, durable=False)
    first.start()
    old = first.processes()
    with Postgres(tmp_path, durable=False).running() as second:
        assert not {process.pid for process in old} & {process.pid for process in second.processes()}
        assert ask(second.url("maru", "maru_owner"), "SELECT 1") == [(1,)]
    first.stop()


def test_it_stops_in_time_with_a_busy_client(tmp_path: Path):
    with Postgres(tmp_path, durable=False).running() as postgres:
        with psycopg.connect(postgres.url("maru", "maru_owner")) as busy:
            sleeper = threading.Thread(target=sleep_on, args=[busy])
            sleeper.start()
            began = time.monotonic()
            postgres.stop()
            assert time.monotonic() - began < 8
            sleeper.join()
        assert not postgres.processes()


def test_half_an_initialisation_is_begun_again(tmp_path: Path):
    home = tmp_path / "home"
    postgres = Postgres(home, durable=False)
    thread = threading.Thread(target=start_in_vain, args=[postgres])
    thread.start()
    while not postgres.processes():
        time.sleep(0.01)
    while thread.is_alive():
        postgres.stop()
        thread.join(0.05)
    with Postgres(home, durable=False).running() as second:
        assert second.fresh


@as_root
def test_root_becomes_somebody_else_in_reachable_folders(reachable: Path):
    said: list[str] = []
    with Postgres(reachable, durable=False, report=said.append).running() as postgres:
        assert postmaster(postgres).uids().real != 0
        assert (reachable / "postgres" / "cluster").is_dir()
    assert not said


@as_root
def test_root_goes_elsewhere_when_that_user_cannot_reach_the_home(reachable: Path):
    reachable.mkdir(mode=0o700)
    said: list[str] = []
    postgres = Postgres(reachable, durable=False, report=said.append)
    with postgres.running():
        elsewhere = place.folder_elsewhere(reachable, lasting=False)
        assert (elsewhere / "postgres" / "cluster").is_dir()
        assert str(elsewhere) in said[0]
        assert not (reachable / "postgres").exists()
    assert reachable.stat().st_mode & 0o777 == 0o700
    assert not elsewhere.exists()


@as_root
def test_programs_are_copied_when_that_user_cannot_reach_them(reachable: Path, monkeypatch: pytest.MonkeyPatch):
    reaches = place._reaches
    monkeypatch.setattr(place, "_reaches", lambda user, path: path.name != "postgres" and reaches(user, path))
    with Postgres(reachable, durable=False).running() as postgres:
        program = Path(postmaster(postgres).exe())
        assert program.is_relative_to(place.folder_elsewhere(reachable, lasting=False))


@as_root
def test_a_folder_of_somebody_else_is_not_used(reachable: Path):
    reachable.mkdir(mode=0o700)
    foreign = place.folder_elsewhere(reachable, lasting=False)
    foreign.mkdir()
    os.chown(foreign, 12345, 12345)
    try:
        with pytest.raises(PartError, match="belongs to somebody else"):
            Postgres(reachable, durable=False).start()
    finally:
        foreign.rmdir()
