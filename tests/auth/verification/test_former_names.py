"""What was proven of somebody is kept when it changes, and nobody becomes another human in steps (PRV-02, PRV-04, PRV-06)."""

from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.verification import service as verification
from maru.config import Config
from maru.db import Scope
from maru.embedded.agency import Agency
from maru.migrating import engine_connection
from tests.auth.verification.test_proving import (
    PORTAL,
    Desk,
    Someone,
    agency,
    change,
    desk,
    fresh_name,
    newcomer,
    one,
    settings,
    someone,
    web,
)
from tests.client import Web
from tests.conftest import Maker

__all__ = ["agency", "desk", "settings", "someone", "web"]
FIRST = ("박가온", date(1948, 7, 1))


def known_as(settings: Config, person: UUID) -> tuple[str, date]:
    row = one(settings, "SELECT name, birth_date FROM people WHERE id = :id", id=person)
    return row.name, row.birth_date


def kept(settings: Config, person: UUID) -> list[Any]:
    with engine_connection(settings.database_url) as connection:
        found = sa.text("SELECT * FROM former_names WHERE person_id = :id ORDER BY until")
        return list(connection.execute(found, {"id": person}))


def test_two_steps_do_not_make_another_human(desk: Desk, settings: Config) -> None:
    """Each alone is lawful: a new name, or a mended birth date. Together they are somebody else."""
    for first in ({"name": "완전다른"}, {"birth_date": "1999-09-09"}):
        assert desk.proves().status_code == HTTPStatus.SEE_OTHER
        assert desk.proves(**first).status_code == HTTPStatus.SEE_OTHER
        refused = desk.proves(name="완전다른", birth_date="1999-09-09")
        assert refused.status_code == HTTPStatus.CONFLICT
        assert "처음 확인한 것과 모두 다릅니다" in refused.text
        assert known_as(settings, desk.person) != ("완전다른", date(1999, 9, 9))


def test_a_lawful_change_of_name_is_written_as_often_as_it_happens(desk: Desk, settings: Config) -> None:
    desk.proves()
    for name in ("박다온", "박라온", "박가온"):
        assert desk.proves(name=name).status_code == HTTPStatus.SEE_OTHER
    assert [row.name for row in kept(settings, desk.person)] == ["박가온", "박다온", "박라온"]


def test_an_agency_does_not_make_another_human_in_the_second_step(
    desk: Desk, web: Web, settings: Config, agency: Agency, make: Maker
) -> None:
    desk.proves()
    desk.proves(name="완전다른")
    themselves = Someone(web, settings, agency, make.session(desk.person, None))
    assert themselves.proves("완전다른", born=date(1999, 9, 9)).status_code == HTTPStatus.CONFLICT


def test_the_same_agency_and_human_may_mend_both(someone: Someone, settings: Config) -> None:
    """The CI says that it is the same human, whatever the court has changed of name and birth date."""
    name = fresh_name()
    someone.proves(name)
    row = one(settings, "SELECT ci_hash FROM cis WHERE person_id = :id", id=someone.who.person_id)
    with engine_connection(settings.database_url) as connection:
        connection.execute(sa.text("SELECT set_config('maru.person', :id, true)"), {"id": str(someone.who.person_id)})
        connection.execute(sa.text("SELECT set_config('maru.scope', 'person', true)"))
        said = connection.execute(
            sa.text("SELECT outcome FROM engine.prove(:hash, 'x', 'k', '기관', '새이름', '1955-05-05', NULL)"),
            {"hash": row.ci_hash},
        ).scalar_one()
    assert said == "verified"
    assert known_as(settings, someone.who.person_id) == ("새이름", date(1955, 5, 5))
    assert [row.name for row in kept(settings, someone.who.person_id)] == [name]


def test_what_stood_before_is_kept_with_who_changed_it_where_and_when(desk: Desk, settings: Config) -> None:
    """Nothing is kept of what was never proven; nothing where nothing changed."""
    desk.proves()
    desk.proves()
    assert kept(settings, desk.person) == []
    desk.proves(name="박다온")
    (row,) = kept(settings, desk.person)
    assert (row.name, row.birth_date, row.changed_by, row.tenant_id, row.corrected) == (
        *FIRST, desk.clerk.person_id, desk.city, False,
    )  # fmt: skip
    assert row.proven_at < row.until


def test_the_person_reads_their_former_names_and_so_does_the_privacy_officer_alone(
    desk: Desk, web: Web, settings: Config, make: Maker
) -> None:
    desk.proves()
    desk.proves(name="박다온")
    assert "박가온" in web.get(PORTAL, "/my/identity", make.session(desk.person, None)).text
    officer, editor, stranger = (make.person() for _ in range(3))
    make.grant(officer, "privacy_officer")
    make.grant(editor, "province_admin")
    for scope, tenant, who, names in (
        (Scope.PERSON, None, desk.person, ["박가온"]),
        (Scope.PROVINCE, None, officer, ["박가온"]),
        (Scope.PROVINCE, None, editor, []),
        (Scope.STAFF, desk.city, desk.clerk.person_id, []),
        (Scope.PERSON, None, stranger, []),
    ):
        with make.database.transaction(scope, tenant=tenant, person=who):
            assert [one.name for one in verification.former(desk.person)] == names
    with make.database.transaction(Scope.PERSON, person=desk.person) as opened:
        asked = "INSERT INTO rights_requests (person_id, kind, words, received_on, due_on) VALUES (:p, 'correction', '글', current_date, current_date + 9) RETURNING id"
        request = opened.execute(sa.text(asked), {"p": desk.person}).scalar_one()
    page = web.get(PORTAL, f"/province/rights/{request}", make.session(officer, None))
    assert "전에 확인한 이름과 생년월일" in page.text
    assert "박가온" in page.text


def test_former_names_of_all_ids_count(
    desk: Desk, someone: Someone, web: Web, settings: Config, agency: Agency, make: Maker
) -> None:
    """Proven under one ID, merged into another: the other is that human too."""
    desk.proves()
    kept_id = newcomer(web, settings, agency, make)
    pair = {"kept": kept_id.who.person_id, "gone": desk.person}
    change(settings, "UPDATE people SET merged_into = :kept WHERE id = :gone", **pair)
    change(settings, "UPDATE people SET aliases = ARRAY[CAST(:gone AS uuid)] WHERE id = :kept", **pair)
    assert kept_id.proves(fresh_name(), born=date(1999, 9, 9)).status_code == HTTPStatus.CONFLICT
    assert desk.proves(name=fresh_name(), birth_date="1999-09-09").status_code == HTTPStatus.CONFLICT
    assert desk.proves().status_code == HTTPStatus.SEE_OTHER
    assert known_as(settings, kept_id.who.person_id) == FIRST, "what the desk writes is the ID's in use"


def test_whom_the_desk_has_proven_does_not_become_another_by_a_merge(
    someone: Someone, desk: Desk, web: Web, settings: Config, agency: Agency, make: Maker
) -> None:
    other_name = fresh_name()
    assert someone.proves(other_name, born=date(1999, 9, 9)).status_code == HTTPStatus.SEE_OTHER
    assert desk.proves().status_code == HTTPStatus.SEE_OTHER
    themselves = Someone(web, settings, agency, make.session(desk.person, None))
    assert themselves.proves(other_name, born=date(1999, 9, 9)).status_code == HTTPStatus.CONFLICT
    assert web.post(PORTAL, "/my/identity/same", themselves.who).status_code == HTTPStatus.CONFLICT
    assert known_as(settings, desk.person) == FIRST


def test_the_application_neither_writes_former_names_nor_asks_who_is_another(make: Maker) -> None:
    person = make.person()
    for attempt in (
        "INSERT INTO former_names (person_id, name, proven_at, until) VALUES (:p, 'x', now(), now())",
        "DELETE FROM former_names WHERE person_id = :p",
        "SELECT engine.is_another(:p, 'x', current_date)",
    ):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
            make.database.transaction(Scope.PERSON, person=person) as opened,
        ):
            opened.execute(sa.text(attempt), {"p": person})
