"""Provincial staff see every city and its state; nobody else does."""

import pytest
import sqlalchemy as sa

from auth.roles.permissions import PROVINCE_ROLES
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from tests.client import Web
from tests.conftest import Maker


@pytest.mark.parametrize("role", PROVINCE_ROLES)
def test_every_city_with_its_state(web: Web, make: Maker, role: str) -> None:
    live, coming = make.slug(make.city()), make.city(state="preparing")
    person = make.person()
    make.grant(person, role)
    who = make.session(person, None)
    page = web.get("localhost", f"/province?q={live}", who)
    assert page.status_code == 200
    assert f'href="/province/cities/{live}"' in page.text
    assert f'href="http://{live}.localhost' in web.get("localhost", f"/province/cities/{live}", who).text
    coming_page = web.get("localhost", f"/province/cities/{make.slug(coming)}", who).text
    assert f'href="http://{make.slug(coming)}.localhost' not in coming_page
    assert "준비 중" in coming_page
    assert '<a href="/province" aria-current="page">' in page.text


def test_nobody_else(web: Web, make: Maker) -> None:
    city = make.city()
    resident, clerk = make.person(), make.person()
    make.grant(clerk, "city_admin", city)
    assert web.get("localhost", "/province").status_code == 302
    for person in (resident, clerk):
        assert web.get("localhost", "/province", make.session(person, None)).status_code == 403
    assert web.get(f"{make.slug(city)}.localhost", "/province", make.session(clerk, city)).status_code == 404


def test_its_door_stands_on_the_portal_for_provincial_staff_alone(web: Web, make: Maker) -> None:
    province, resident = make.person(), make.person()
    make.grant(province, "province_admin")
    assert 'href="/province"' in web.get("localhost", "/my", make.session(province, None)).text
    assert 'href="/province"' not in web.get("localhost", "/my", make.session(resident, None)).text
    editor = make.person()
    make.grant(editor, "library_editor")
    assert 'href="/province/library"' in web.get("localhost", "/my", make.session(editor, None)).text


def test_a_city_shows_how_its_last_opening_went(web: Web, make: Maker, config: Config, database: Database) -> None:
    city, officer = make.city(), make.person()
    make.grant(officer, "province_admin")
    opened = sa.text("UPDATE runs SET opens_at = date_trunc('hour', now()) - CAST(:ago AS interval) WHERE id = :run")
    applied = sa.text("""INSERT INTO applications (tenant_id, run_id, person_id, number, state, applied_at)
        VALUES (:city, :run, :person, 1, 'placed', date_trunc('hour', now()) - CAST(:ago AS interval))""")
    for opens, applies in (("2 hours", "90 minutes"), ("2 hours", "59 minutes"), ("5 hours", "5 hours")):
        run, person = make.run(city), make.person()
        with database.transaction(Scope.JOB, tenant=city):
            session().execute(opened, {"run": run, "ago": opens})
        with engine_connection(config.database_url) as connection:
            connection.execute(applied, {"city": city, "run": run, "person": person, "ago": applies})
    page = web.get("localhost", f"/province/cities/{make.slug(city)}", make.session(officer, None)).text
    assert "강좌 2개 · 첫 한 시간에 신청 1건" in page
