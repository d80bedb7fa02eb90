"""A deletion that a city is asked for is carried out, after the clerk saw what goes and what stays and why (PIPA §36, decree §43)."""

from contextlib import AbstractContextManager
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from auth.rights import service as rights
from auth.rights.service import ERASE, HELD
from auth.rights.words import HELD as WORDS
from maru.db import Scope, session
from maru.errors import Refused
from maru.migrating import engine_connection, owner_connection
from tests.auth.rights.conftest import Rights
from tests.client import Web
from tests.tables import TABLES, person_columns

ASKED = """
    INSERT INTO questions (tenant_id, person_id, title, body, may_be_public, answer, answered_at, answered_by)
    VALUES (:city, :person, '문의', '제 전화는 010입니다', true, '답', now(), :clerk) RETURNING id
"""
OF_CITIES = [
    (table.name, column)
    for table in TABLES
    for column in person_columns(table)
    if "tenant_id" in table.columns and not column.endswith("_by")
]


class Hall:
    """A city with its administrator, and people who hold something there."""

    def __init__(self, rooms: Rights) -> None:
        self.rooms, self.city, self.clerk = rooms, rooms.make.city(), rooms.make.person()
        rooms.make.grant(self.clerk, "city_admin", self.city)

    def learner(self, city: UUID | None = None) -> UUID:
        """Somebody with a place in a course and a published question."""
        person, city = self.rooms.make.person(), city or self.city
        self.rooms.make.enrolment(city, person)
        self.asks(person, city)
        return person

    def asks(self, person: UUID, city: UUID) -> None:
        with engine_connection(self.rooms.config.database_url) as engine:
            question = engine.execute(
                sa.text(ASKED), {"city": city, "person": person, "clerk": self.clerk}
            ).scalar_one()
        with self.rooms.database.transaction(Scope.STAFF, tenant=city, person=self.clerk):
            session().execute(
                sa.text(
                    "INSERT INTO public_answers (tenant_id, question_id, title, question, answer, answered_on)"
                    " VALUES (:city, :question, '문의', '글', '답', current_date)"
                ),
                {"city": city, "question": question},
            )

    def counts(self, person: UUID, city: UUID) -> tuple[int, int, int]:
        """Questions, applications, and published answers of the whole city."""
        with engine_connection(self.rooms.config.database_url) as engine:
            row = engine.execute(
                sa.text(
                    "SELECT (SELECT count(*) FROM questions WHERE person_id = :p AND tenant_id = :c),"
                    " (SELECT count(*) FROM applications WHERE person_id = :p AND tenant_id = :c)"
                ),
                {"p": person, "c": city},
            ).one()
        with self.rooms.database.transaction(Scope.PUBLIC, tenant=city) as opened:
            answers = opened.execute(
                sa.text("SELECT count(*) FROM public_answers WHERE tenant_id = :c"), {"c": city}
            ).scalar_one()
        return int(row[0]), int(row[1]), int(answers)

    def office(
        self, scope: Scope = Scope.STAFF, tenant: UUID | None = None, person: UUID | None = None
    ) -> AbstractContextManager[Session]:
        return self.rooms.database.transaction(scope, tenant=tenant or self.city, person=person or self.clerk)


@pytest.fixture
def hall(rooms: Rights) -> Hall:
    return Hall(rooms)


def test_it_is_seen_done_and_told(hall: Hall) -> None:
    person, neighbour = hall.learner(), hall.learner()
    elsewhere = hall.rooms.make.city()
    hall.rooms.make.enrolment(elsewhere, person)
    hall.asks(person, elsewhere)
    request = hall.rooms.asks(person, "deletion", hall.city, "문의를 지워 주세요")
    with hall.office():
        lines = {line.table: line for line in rights.held(rights.get(request, tenant=hall.city))}
        assert (lines["questions"].becomes, lines["questions"].rows) == ("deleted", 1)
        assert (lines["applications"].becomes, lines["applications"].days) == ("kept", 3650)
        assert "공공기록물" in lines["applications"].citation
        rights.grant(request, hall.city, "문의를 지웠습니다.", hall.clerk, shown=rights.seen(list(lines.values())))
    assert hall.counts(person, hall.city) == (0, 1, 1), "the neighbour's answer stays published"
    assert hall.counts(person, elsewhere)[:2] == (1, 1)
    assert hall.counts(neighbour, hall.city)[:2] == (1, 1)
    done = hall.rooms.seen(person, request)
    assert done.state == "done"
    told = dict(hall.rooms.told(person))["rights.done"]
    for words in (done.answer, told):
        assert words.startswith("문의를 지웠습니다.")
        assert "- 문의와 답 1건" in words.split("[법이나")[0]
        assert "- 수강 신청 1건: 공공기록물 관리에 관한 법률 제19조, 3,650일 동안" in words.split("[법이나")[1]


def test_what_came_since_the_page_was_opened_is_not_deleted_unseen(hall: Hall) -> None:
    person = hall.learner()
    request = hall.rooms.asks(person, "deletion", hall.city, "지워 주세요")
    with hall.office():
        shown = rights.seen(rights.held(rights.get(request, tenant=hall.city)))
    hall.asks(person, hall.city)
    with pytest.raises(Refused, match="그사이"), hall.office():
        rights.grant(request, hall.city, "지웠습니다.", hall.clerk, shown=shown)
    assert hall.counts(person, hall.city)[0] == 2
    assert hall.rooms.seen(person, request).state == "waiting"


def test_a_refusal_deletes_nothing(hall: Hall) -> None:
    person = hall.learner()
    request = hall.rooms.asks(person, "deletion", hall.city, "지워 주세요")
    with hall.office():
        rights.refuse(request, hall.city, "아직 답을 드리는 중입니다.", hall.clerk)
    assert hall.counts(person, hall.city)[0] == 1


@pytest.mark.parametrize("statement", [HELD, ERASE], ids=["held", "erase"])
@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.PROVINCE, Scope.JOB, Scope.STAFF])
def test_nobody_else_deletes(hall: Hall, statement: sa.TextClause, scope: Scope) -> None:
    person = hall.learner()
    request = hall.rooms.asks(person, "deletion", hall.city, "지워 주세요")
    other = hall.rooms.make.city() if scope is Scope.STAFF else hall.city
    with (
        pytest.raises(sa.exc.ProgrammingError, match="only for a deletion"),
        hall.office(scope, other, person) as tried,
    ):
        tried.execute(statement, {"request": request})


@pytest.mark.parametrize("state", ["waiting", "refused", "correction", "old"])
def test_only_what_was_just_granted_is_deleted(hall: Hall, state: str) -> None:
    person = hall.learner()
    kind = "correction" if state == "correction" else "deletion"
    request = hall.rooms.asks(person, kind, hall.city, "지워 주세요")
    with hall.office():
        if state == "refused":
            rights.refuse(request, hall.city, "까닭", hall.clerk)
        elif state in ("old", "correction"):
            rights.grant(request, hall.city, "했습니다.", hall.clerk)
    if state == "old":
        hall.asks(person, hall.city)
        with owner_connection(hall.rooms.config.database_url) as owner, owner.begin():
            owner.exec_driver_sql("ALTER TABLE rights_requests DISABLE TRIGGER decided_at_once")
            owner.exec_driver_sql("SET LOCAL ROLE maru_engine")
            owner.execute(
                sa.text("UPDATE rights_requests SET decided_at = now() - interval '6 minutes' WHERE id = :id"),
                {"id": request},
            )
            owner.exec_driver_sql("RESET ROLE")
            owner.exec_driver_sql("ALTER TABLE rights_requests ENABLE TRIGGER decided_at_once")
    before = hall.counts(person, hall.city)
    with pytest.raises(sa.exc.ProgrammingError, match="just granted"), hall.office() as tried:
        tried.execute(ERASE, {"request": request})
    assert hall.counts(person, hall.city) == before


@pytest.mark.parametrize(("table", "column"), OF_CITIES)
def test_every_table_of_cities_about_people_is_deleted_or_kept_for_a_reason(
    rooms: Rights, table: str, column: str
) -> None:
    """From the metadata: a table that is added later cannot be forgotten."""
    with owner_connection(rooms.config.database_url) as owner:
        found = owner.execute(
            sa.text("SELECT in_city, city_citation FROM fates WHERE table_name = :t AND column_name = :c"),
            {"t": table, "c": column},
        ).one()
    assert found.in_city in ("deleted", "kept"), f"say what a city does with {table}.{column} that is asked to delete"
    assert found.city_citation
    assert table in WORDS


def test_the_page_shows_it_first(hall: Hall, web: Web) -> None:
    person = hall.learner()
    request = hall.rooms.asks(person, "deletion", hall.city, "문의를 지워 주세요")
    host, who = f"{hall.rooms.make.slug(hall.city)}.localhost", hall.rooms.make.session(hall.clerk, hall.city)
    page = web.get(host, f"/console/rights/{request}", who).text
    for words in ("들어드리면 없어지는 것과 남는 것", "문의와 답", "수강 신청", "공공기록물", "되돌릴 수 없습니다"):
        assert words in page
    wrong = {"act": "grant", "answer": "지웠습니다.", "shown": "0" * 16}
    assert web.post(host, f"/console/rights/{request}", who, data=wrong).status_code == 409
    assert hall.counts(person, hall.city)[0] == 1
    right = wrong | {"shown": page.split('name="shown" value="')[1].split('"')[0]}
    assert web.post(host, f"/console/rights/{request}", who, data=right).status_code == 303
    assert hall.counts(person, hall.city)[0] == 0
