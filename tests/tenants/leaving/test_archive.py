"""Leaving: everything of a city in one archive, whose checksums hold; everybody in it is told; the histories stay (GP-08)."""

import hashlib
import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from urllib.request import urlopen
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.access_log import service as access_log
from auth.messages.models import Message
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope, session
from maru.embedded.postgres import Postgres
from maru.errors import Invalid, Refused
from maru.jobs import Tools
from maru.migrating import owner_connection
from maru.storage import Storage
from maru.tenancy import Tenant
from tenants.leaving import archive
from tenants.leaving import service as leaving
from tenants.leaving.models import TenantExport, TenantFiles
from tenants.questions import service as questions
from tenants.reminders.models import Reminder
from tests.conftest import Maker
from tests.isolation.houses import House, build
from tests.tables import TABLES, tenant_column

OF_PERSONS = {"watchings", "former_names"}
"""What somebody has watched, and what they were called, is theirs: the city where that was does not see it."""
CITYS = [table for table in TABLES if tenant_column(table) and table.name not in OF_PERSONS]


@pytest.fixture(scope="module")
def house(config: Config, postgres: Postgres) -> House:
    """A city with one row in each table, and a neighbour with as many."""
    url = sa.make_url(postgres.url("maru", "postgres")).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        built, _neighbour = build(connection), build(connection)
    return built


@pytest.fixture(scope="module")
def whole(house: House, database: Database, stored: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "city.zip"
    storage = Storage(stored.s3)
    storage.put(f"certificates/{house.tenant}/one.pdf", b"%PDF-one", "application/pdf")
    storage.put(f"certificates/{house.person}/one.pdf", b"%PDF-of-another", "application/pdf")
    archive.write(database, storage, house.tenant, path, lambda _done: None)
    return path


@pytest.mark.parametrize("table", CITYS, ids=str)
def test_every_table_of_a_city_is_in_it_with_its_rows_and_no_others(house: House, whole: Path, table: sa.Table) -> None:
    """From the metadata: a new table with cities' rows cannot be forgotten."""
    with zipfile.ZipFile(whole) as opened:
        rows = [json.loads(line) for line in opened.read(f"tables/{table.name}.jsonl").splitlines()]
    column = tenant_column(table)
    assert rows
    assert {row[column] for row in rows} == {str(house.tenant)}


def test_the_people_of_a_city_are_in_it_by_name(house: House, whole: Path) -> None:
    with zipfile.ZipFile(whole) as opened:
        people = [json.loads(line) for line in opened.read("tables/people.jsonl").splitlines()]
    assert {row["id"] for row in people} == {str(house.person)}
    assert all(row["name"] for row in people)


def test_no_secret_leaves_with_it(whole: Path) -> None:
    """What opens doors is kept as digests, and not even these are open to who writes the archive."""
    with zipfile.ZipFile(whole) as opened:
        for name in opened.namelist():
            if name.endswith(".jsonl"):
                assert b"token_hash" not in opened.read(name)


def test_the_manifest_names_every_file_with_its_checksum(house: House, whole: Path) -> None:
    with zipfile.ZipFile(whole) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        told = {entry["name"]: entry for entry in manifest["entries"]}
        assert set(opened.namelist()) - set(told) == {"manifest.json", "README.txt"}
        assert f"files/certificates/{house.tenant}/one.pdf" in told
        assert not any("of-another" in name or str(house.person) in name for name in told)
        for name, entry in told.items():
            data = opened.read(name)
            assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["bytes"], entry["sha256"])
            assert entry.get("rows", len(data.splitlines())) == len(data.splitlines()) or name.startswith("files/")


def test_a_stranger_can_read_it_back(whole: Path, config: Config) -> None:
    """With the manifest alone: a table made of the types it names takes every row."""
    with zipfile.ZipFile(whole) as opened, owner_connection(config.database_url) as connection:
        manifest = json.loads(opened.read("manifest.json"))
        for entry in (one for one in manifest["entries"] if "columns" in one):
            columns = ", ".join(f'"{name}" {kind}' for name, kind in entry["columns"].items())
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE stranger ({columns}) ON COMMIT DROP")
            for line in opened.read(entry["name"]).decode().splitlines():
                taken = sa.text("INSERT INTO stranger SELECT * FROM jsonb_populate_record(NULL::stranger, :row)")
                connection.execute(taken, {"row": line})
            stored = connection.exec_driver_sql("SELECT count(*) FROM stranger").scalar_one()
            assert stored == entry["rows"], entry["name"]
            connection.rollback()
        assert {"PRIMARY KEY (tenant_id, id)"} <= set(told_of(manifest, "courses")["keys"])
        assert "\\x" in opened.read("README.txt").decode()


def told_of(manifest: dict[str, Any], table: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in manifest["entries"] if one["name"] == f"tables/{table}.jsonl")
    return found


def test_every_city_is_weighed_nightly(make: Maker, database: Database, stored: Config, storage: Storage) -> None:
    city = make.city()
    storage.put(f"certificates/{city}/one.pdf", b"%PDF-one", "application/pdf")
    assert leaving.weigh_all.daily
    with jobs.having(Tools(stored, storage, partial(database.transaction, Scope.JOB))), database.transaction(Scope.JOB):
        leaving.weigh_all()
        queued = sa.text("SELECT args ->> 'tenant' FROM queue.procrastinate_jobs WHERE task_name = 'leaving.weigh'")
        assert str(city) in session().execute(queued).scalars().all()
    with jobs.having(Tools(stored, storage, partial(database.transaction, Scope.JOB, tenant=city))):
        leaving.weigh()
    with database.transaction(Scope.JOB, tenant=city):
        weighed = session().get_one(TenantFiles, city)
        assert (weighed.files, weighed.bytes) == (1, 8)


def test_what_a_command_has_written_is_known_to_be_done(make: Maker, database: Database) -> None:
    city = make.city()
    with database.transaction(Scope.PROVINCE):
        export = leaving.note(city, "서버 명령으로 내려받음")
    with database.transaction(Scope.PROVINCE):
        leaving.written(export, archive.Made(8, "00"))
    with database.transaction(Scope.PROVINCE):
        (kept,) = leaving.exports(city)
        assert (kept.state, kept.bytes, kept.progress) == ("written", 8, 100)


def work(config: Config, database: Database, city: UUID, export: UUID) -> None:
    tools = Tools(config, Storage(config.s3), partial(database.transaction, Scope.JOB, tenant=city))
    with jobs.having(tools):
        leaving.make_archive(export)


def test_asking_is_told_to_everybody_in_it_and_the_file_lives_a_time(
    make: Maker, database: Database, stored: Config, storage: Storage
) -> None:
    city, resident, admin = make.city(), make.person(), make.person()
    make.grant(admin, "province_admin")
    make.enrolment(city, resident)
    with pytest.raises(Invalid), database.transaction(Scope.PROVINCE, person=admin):
        leaving.ask(city, " ", None, None)
    with database.transaction(Scope.PROVINCE, person=admin):
        export = leaving.ask(city, "협약 종료 2026-7", "203.0.113.7", "r1")
    with database.transaction(Scope.PERSON, person=resident):
        ((look,), _) = access_log.looks_at(resident)
        assert (look.actor_id, look.tenant_id, look.purpose, look.task) == (
            admin,
            city,
            "협약 종료 2026-7",
            leaving.TASK,
        )
    with pytest.raises(Refused), database.transaction(Scope.PROVINCE, person=admin):
        leaving.take(city, export, storage)
    work(stored, database, city, export)
    with database.transaction(Scope.PROVINCE, person=admin):
        address = leaving.take(city, export, storage)
        kept = session().get_one(TenantExport, (city, export))
        assert (kept.state, kept.progress, kept.taken) == ("ready", 100, 1)
        assert f"{session().get_one(Tenant, city).name_ko} 자료 " in unquote(unquote(address)), "named for who saves it"
        assert session().get_one(TenantFiles, city).files == 0
    data = urlopen(address, timeout=20).read()
    assert hashlib.sha256(data).hexdigest() == kept.sha256
    remove(database, stored, city, export, storage, admin, kept.key)


def test_who_only_asked_or_was_written_to_is_told_too(make: Maker, database: Database) -> None:
    """Their words and names leave with the city like those of its learners."""
    city, admin = make.city(), make.person()
    asker, reminded, invited = (make.person() for _ in range(3))
    make.grant(admin, "province_admin")
    run = make.run(city)
    with database.transaction(Scope.PERSON, tenant=city, person=asker):
        questions.ask(None, "문의", "글", openly=False)
    with database.transaction(Scope.PERSON, tenant=city, person=reminded):
        session().add(Reminder(person_id=reminded, run_id=run, tenant_id=city, hours=24))
    with database.transaction(Scope.JOB, tenant=city):
        session().add(Message(tenant_id=city, person_id=invited, kind="runs.changed", about=run))
    with database.transaction(Scope.PROVINCE, person=admin):
        leaving.ask(city, "협약 종료", None, None)
    for person in (asker, reminded, invited):
        with database.transaction(Scope.PERSON, person=person):
            assert [look.task for look in access_log.looks_at(person)[0]] == [leaving.TASK]


def remove(
    database: Database, stored: Config, city: UUID, export: UUID, storage: Storage, admin: UUID, key: str
) -> None:
    """After its time the file is gone, and that it was made is known."""
    with database.transaction(Scope.JOB, tenant=city) as opened:
        past = sa.text("UPDATE tenant_exports SET kept_until = now() - interval '1 minute' WHERE id = :id")
        opened.execute(past, {"id": export})
    with jobs.having(Tools(stored, storage, partial(database.transaction, Scope.JOB))):
        leaving.remove_archives()
    assert not storage.exists(key)
    with pytest.raises(Refused), database.transaction(Scope.PROVINCE, person=admin):
        leaving.take(city, export, storage)


def test_only_an_administrator_of_the_province_takes_a_city_out(make: Maker, database: Database) -> None:
    """The wall itself, whoever calls."""
    city, editor, admin = make.city(), make.person(), make.person()
    make.grant(editor, "library_editor")
    make.grant(admin, "city_admin", city)
    for scope, tenant, person in (
        (Scope.PROVINCE, None, editor), (Scope.PROVINCE, city, admin), (Scope.STAFF, city, admin), (Scope.JOB, city, None),
        (Scope.PUBLIC, None, None), (Scope.PERSON, None, admin),
    ):  # fmt: skip
        with pytest.raises(sa.exc.ProgrammingError), database.transaction(scope, tenant=tenant, person=person):
            leaving.ask(city, "까닭", None, None)


def test_a_failed_archive_says_so_and_can_be_made_again(
    make: Maker, database: Database, config: Config, stored: Config
) -> None:
    city, admin = make.city(), make.person()
    make.grant(admin, "province_admin")
    with database.transaction(Scope.PROVINCE, person=admin):
        export = leaving.ask(city, "까닭", None, None)
    with pytest.raises(Exception, match="파일 보관소"):
        work(config, database, city, export)
    for settings, state in ((None, "failed"), (stored, "ready")):
        if settings:
            work(settings, database, city, export)
        with database.transaction(Scope.PROVINCE, person=admin):
            assert session().get_one(TenantExport, (city, export)).state == state
