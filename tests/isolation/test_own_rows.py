"""What even a city's own staff and jobs cannot write, should their queries ever be somebody else's: through maru_app."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from maru.db import Database, Scope
from tests.conftest import Maker

CERTIFICATE = """
INSERT INTO certificates (tenant_id, person_id, number, code, content, issued_on, source_id)
VALUES (:city, :person, :number, :code, '{}', '2026-11-02', :source)
"""
RECORD = """
INSERT INTO records (tenant_id, person_id, tenant_name, kind, title, run_name, category, hours, starts_on, ends_on,
                     completed_on, source_id, ground)
VALUES (:city, :person, :city_name, 'course', '서예', '1기', '04', 1, '2026-11-01', '2026-11-02', '2026-11-02', :source, 'x')
"""
Write = Callable[..., None]


@dataclass(frozen=True)
class City:
    """A city with a learner, their enrolment, and what may be written about it."""

    tenant: UUID
    staff: UUID
    facts: dict[str, Any]


@pytest.fixture
def here(make: Maker) -> City:
    return build(make)


@pytest.fixture
def there(make: Maker) -> City:
    return build(make)


def build(make: Maker) -> City:
    region, person = make.region(), make.person()
    tenant = make.city(region=region)
    with make.database.transaction(Scope.PUBLIC) as opened:
        name = opened.scalar(sa.text("SELECT name_ko FROM tenants WHERE id = :id"), {"id": tenant})
    source = make.enrolment(tenant, person)
    facts = {
        "city": tenant, "person": person, "source": source, "city_name": name, "number": f"{region}-2026-000001",
        "code": str(uuid4()),
    }  # fmt: skip
    return City(tenant, make.person(), facts)


@pytest.fixture(params=[Scope.STAFF, Scope.JOB])
def write(request: pytest.FixtureRequest, database: Database, here: City) -> Write:
    """Runs a statement in the city, as its staff and as its job."""

    def run(statement: str, **changed: Any) -> None:
        with database.transaction(request.param, tenant=here.tenant, person=here.staff) as opened:
            opened.execute(sa.text(statement), {**here.facts, **changed})

    return run


@pytest.mark.parametrize("statement", [RECORD, CERTIFICATE], ids=["a line", "a paper"])
@pytest.mark.parametrize("wrong", ["person", "source"])
def test_nothing_is_written_of_somebody_without_an_enrolment_in_the_city(
    write: Write, there: City, make: Maker, statement: str, wrong: str
) -> None:
    made_up = {"person": make.person(), "source": uuid4()}
    for value in (there.facts[wrong], made_up[wrong]):
        with pytest.raises(sa.exc.IntegrityError, match="is of an enrolment of its city"):
            write(statement, **{wrong: value})
    with pytest.raises(sa.exc.IntegrityError, match="is of an enrolment of its city"):
        write(statement, person=there.facts["person"], source=there.facts["source"])
    write(statement)


def test_a_line_is_written_under_the_citys_own_name(write: Write, there: City) -> None:
    for name in ("다른시", there.facts["city_name"], ""):
        with pytest.raises(sa.exc.IntegrityError, match="is of an enrolment of its city"):
            write(RECORD, city_name=name + " ")


def test_a_correction_is_about_the_same_enrolment_and_under_the_same_name(
    write: Write, database: Database, make: Maker, here: City
) -> None:
    write(RECORD)
    other = make.enrolment(here.tenant, here.facts["person"])
    correct = RECORD.replace("ground)", "ground, supersedes_id, reason)").replace("'x')", "'x', :line, '까닭')")
    with database.transaction(Scope.STAFF, tenant=here.tenant) as opened:
        line = opened.scalar(sa.text("SELECT id FROM records WHERE source_id = :source"), here.facts)
    for wrong in ({"source": other}, {"city_name": "다른시"}):
        with pytest.raises(sa.exc.IntegrityError, match="corrects one about the same"):
            write(correct, line=line, **wrong)
    write(correct, line=line)


def test_a_certificate_bears_a_number_of_its_city_and_year(write: Write, there: City, here: City) -> None:
    own = here.facts["number"]
    for number in (there.facts["number"], own.replace("2026", "2027"), f"x{own}", own[:-1], "", "2026-000001"):
        with pytest.raises(sa.exc.IntegrityError, match="bears a number of its city"):
            write(CERTIFICATE, number=number)


@pytest.mark.parametrize(
    "change",
    [
        "revoked_at = NULL, revoked_by = NULL, revoked_reason = ''",
        "revoked_at = now() + interval '1 day'",
        "revoked_by = :person",
        "revoked_reason = '다른 까닭'",
    ],
)
def test_a_revoked_certificate_stays_revoked_as_it_was(write: Write, change: str) -> None:
    write(CERTIFICATE)
    write("UPDATE certificates SET revoked_at = now(), revoked_reason = '까닭' WHERE source_id = :source")
    with pytest.raises(sa.exc.IntegrityError, match="revoked_at is set once"):
        write(f"UPDATE certificates SET {change} WHERE source_id = :source")


@pytest.mark.parametrize(
    "change", ["file_key = 'other.pdf'", "file_key = NULL", "file_sha256 = 'other'", "file_problem = '찍을 수 없음'"]
)
def test_the_file_of_a_certificate_stays_the_one_that_was_made(write: Write, change: str) -> None:
    write(CERTIFICATE)
    write("UPDATE certificates SET file_key = 'paper.pdf', file_sha256 = 'sum' WHERE source_id = :source")
    with pytest.raises(sa.exc.IntegrityError, match="file_key is set once"):
        write(f"UPDATE certificates SET {change} WHERE source_id = :source")
    write("UPDATE certificates SET revoked_at = now(), revoked_reason = '까닭' WHERE source_id = :source")


@pytest.mark.parametrize("moment", ["NULL", "now() + interval '1 day'"])
def test_a_settled_run_stays_settled(write: Write, moment: str) -> None:
    of_run = "WHERE id = (SELECT run_id FROM applications WHERE id = :source)"
    write(f"UPDATE runs SET settled_at = now() {of_run}")
    with pytest.raises(sa.exc.IntegrityError, match="settled_at is set once"):
        write(f"UPDATE runs SET settled_at = {moment} {of_run}")
    write(f"UPDATE runs SET room = '2층' {of_run}")


@pytest.mark.parametrize("column", ["at", "id"])
def test_the_moment_of_a_look_is_the_databases(database: Database, here: City, column: str) -> None:
    values = {"at": "'2000-01-01'", "id": "uuidv7()"}
    look = (
        f"INSERT INTO access_log (actor_id, person_id, tenant_id, task, purpose, fields, {column})"
        f" VALUES (:staff, :person, :city, '보기', '', '{{}}', {values[column]})"
    )
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        database.transaction(Scope.STAFF, tenant=here.tenant, person=here.staff) as opened,
    ):
        opened.execute(sa.text(look), {**here.facts, "staff": here.staff})


@pytest.mark.parametrize(("table", "column"), [("records", "recorded_at"), ("attendance_changes", "changed_at")])
def test_the_moment_of_what_is_only_added_is_the_databases(
    database: Database, here: City, table: str, column: str
) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        database.transaction(Scope.JOB, tenant=here.tenant) as opened,
    ):
        opened.execute(sa.text(f"INSERT INTO {table} (tenant_id, {column}) VALUES (:city, '2000-01-01')"), here.facts)


@pytest.mark.parametrize(
    "host",
    ["localhost", "seongnam.localhost", "learn", "10.0.0.1", "learn.local", "a.internal", "LEARN.example", "a..example",
     "learn.example.", "learn.example:80", "배움.example", ""],
)  # fmt: skip
def test_a_city_takes_no_name_that_is_reserved_or_none(write: Write, host: str) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="tenant_hosts_host_check"):
        write("INSERT INTO tenant_hosts (host, tenant_id) VALUES (:host, :city)", host=host)


def test_a_city_takes_a_name_of_its_own(write: Write) -> None:
    write("INSERT INTO tenant_hosts (host, tenant_id) VALUES (:host, :city)", host=f"learn.{uuid4()}.kr")
