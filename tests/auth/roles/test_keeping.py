"""What PRV 7.4 asks of grants: who has what since when, by whom, for three years; and at once nothing more for who left."""

from dataclasses import replace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from auth.roles import service as roles
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import owner_connection
from tests.auth.roles.conftest import Office
from tests.client import opened


def ended(office: Office, years: int) -> tuple[object, object]:
    """Somebody whose role ended so many years ago, and that grant."""
    person, grant = office.make.person(), uuid4()
    office.execute(
        "INSERT INTO role_grants (id, person_id, tenant_id, role, granted_by, granted_at, ended_at, ended_by)"
        " VALUES (:id, :who, :city, 'desk_clerk', :admin, now() - interval '9 years',"
        " now() - make_interval(years => :years), :admin)",
        id=grant,
        who=person,
        city=office.city,
        admin=office.admin,
        years=years,
    )
    return person, grant


def grants(office: Office) -> set[object]:
    with office.at_work():
        return {one.grant.id for one in roles.staff(office.city)}


def test_nothing_deletes_a_grant_before_its_time(office: Office, config: Config) -> None:
    young, old = ended(office, 2)[1], ended(office, 4)[1]
    for grant in (young, *grants(office)):
        with pytest.raises(sa.exc.IntegrityError, match="kept as proof"):
            office.execute("DELETE FROM role_grants WHERE id = :id", id=grant)
    with office.database.transaction(Scope.JOB):
        assert session().scalar(sa.select(sa.func.engine.forget_grants())) >= 1
    with owner_connection(config.database_url) as connection, connection.begin():
        connection.exec_driver_sql("SET LOCAL ROLE maru_engine")
        left = set(connection.exec_driver_sql("SELECT id FROM role_grants").scalars())
    assert young in left
    assert old not in left


@pytest.mark.parametrize("scope", [Scope.STAFF, Scope.PROVINCE, Scope.PERSON, Scope.PUBLIC])
def test_only_a_job_of_the_province_forgets(office: Office, scope: Scope) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="jobs of the province only"):  # noqa: SIM117
        with office.database.transaction(scope, person=office.admin):
            session().execute(sa.select(sa.func.engine.forget_grants()))


@pytest.mark.parametrize("change", ["role = 'city_admin'", "granted_at = now()", "ended_at = NULL, ended_by = NULL"])
def test_what_was_given_and_taken_stays_as_it_was(office: Office, change: str) -> None:
    _person, grant = ended(office, 1)
    with pytest.raises(sa.exc.DatabaseError):
        office.execute(f"UPDATE role_grants SET {change} WHERE id = :id", id=grant)


def test_the_administrator_reads_who_gave_and_who_took(office: Office, config: Config) -> None:
    ended(office, 1)
    office.execute("UPDATE people SET name = '기록남' WHERE id = :id", id=office.admin)
    host = f"{office.make.slug(office.city)}.localhost"
    with opened(config) as web:
        page = web.get(host, "/console/staff", office.make.session(office.admin, office.city)).text
    assert "끝낸 분" in page
    assert page.count("기록남") >= 3, "once as staff, once as giver, once as taker"


def test_the_auditor_reads_the_grants_of_all_and_changes_nothing(office: Office, config: Config) -> None:
    person, _grant = ended(office, 1)
    name = f"감사{uuid4().hex[:8]}"
    office.execute("UPDATE people SET name = :name WHERE id = :id", name=name, id=person)
    auditor, editor = office.make.person(), office.make.person()
    office.make.grant(auditor, "auditor")
    office.make.grant(editor, "library_editor")
    with opened(config) as web:
        page = web.get("localhost", f"/province/grants?q={name}", office.make.session(auditor, None))
        assert page.status_code == 200
        assert name in page.text
        slug = office.make.slug(office.city)
        narrowed = web.get("localhost", f"/province/grants?whose={slug}", office.make.session(auditor, None)).text
        assert name in narrowed
        assert (
            name not in web.get("localhost", "/province/grants?whose=province", office.make.session(auditor, None)).text
        )
        assert web.get("localhost", "/province/grants", office.make.session(editor, None)).status_code == 403


def test_an_ended_role_closes_the_next_request(office: Office, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a session that was open all the while, and with an access token that is still good."""
    clerk, subject = office.make.person(), str(uuid4())
    office.make.grant(clerk, "desk_clerk", office.city)
    office.execute("UPDATE people SET subject = :subject WHERE id = :id", subject=subject, id=clerk)
    host, session_of = f"{office.make.slug(office.city)}.localhost", office.make.session(clerk, office.city)
    with opened(config) as web:
        monkeypatch.setattr(web.app, "doors", replace(web.app.doors, verify_bearer=lambda _: (subject, True)))
        token = {"Authorization": "Bearer x.y.z"}

        def ask() -> tuple[int, int]:
            return (
                web.get(host, "/console/applicants", session_of).status_code,
                web.get(host, "/console/applicants", headers=token).status_code,
            )

        assert ask() == (200, 200)
        with office.at_work():
            grant = next(one.grant.id for one in roles.staff(office.city) if one.person.id == clerk)
            roles.end(grant, office.city)
        assert ask() == (403, 403)
        assert web.get(host, "/my", session_of).status_code == 200, "what they are as a resident stays"


def test_no_application_row_gives_a_role(office: Office, database: Database) -> None:
    """Only the engine writes grants: nobody gives or raises their own by SQL of the application either."""
    clerk = office.make.person()
    office.make.grant(clerk, "desk_clerk", office.city)
    for scope, tenant in ((Scope.STAFF, office.city), (Scope.PERSON, office.city), (Scope.PROVINCE, None)):
        for statement in (
            "INSERT INTO role_grants (person_id, tenant_id, role) VALUES (:who, :city, 'city_admin')",
            "UPDATE role_grants SET role = 'city_admin' WHERE person_id = :who AND tenant_id = :city",
        ):
            with (
                pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
                database.transaction(scope, tenant=tenant, person=clerk),
            ):
                session().execute(sa.text(statement), {"who": clerk, "city": office.city})
