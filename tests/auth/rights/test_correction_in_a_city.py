"""A correction that a city is asked for is carried out on what the city itself wrote, after the clerk saw it (PIPA §36)."""

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from auth.rights import correcting
from auth.rights import service as rights
from auth.rights.correcting import CORRECT, CORRECTABLE
from maru.db import Scope
from maru.embedded.postgres import Postgres
from maru.errors import Invalid, Refused
from tests.auth.rights.conftest import Rights
from tests.client import Web
from tests.isolation.houses import House, build

NAMED = (
    "UPDATE group_members SET name = '김영수', email = '', guardian = '', made_here = true WHERE person_id = :person"
)
BORN = "UPDATE people SET name = '김영수', birth_date = '1954-03-02' WHERE id = :person"
SETTLED = "UPDATE rights_requests SET state = 'withdrawn', decided_at = now() WHERE person_id = :person"


class Hall:
    """A city whose list brought in a resident, with its administrator; and another city that knows somebody else."""

    def __init__(self, rooms: Rights, master: sa.Engine) -> None:
        self.rooms, self.master, self.clerk = rooms, master, rooms.make.person()
        with master.begin() as connection:
            self.house, self.other = build(connection), build(connection)
            for one in (self.house, self.other):
                for statement in (NAMED, BORN, SETTLED):
                    connection.execute(sa.text(statement), {"person": one.person})
        rooms.make.grant(self.clerk, "city_admin", self.house.tenant)

    @property
    def city(self) -> UUID:
        return self.house.tenant

    def asks(self) -> UUID:
        return self.rooms.asks(self.house.person, "correction", self.city, "이름이 김영숙입니다")

    def office(self, tenant: UUID | None = None) -> AbstractContextManager[Session]:
        return self.rooms.database.transaction(Scope.STAFF, tenant=tenant or self.city, person=self.clerk)

    def grants_and_corrects(self, request: UUID, values: dict[str, Any]) -> None:
        """What the function refuses, although the request was granted."""
        with self.office() as opened:
            rights.grant(request, self.city, "했습니다.", self.clerk)
            with pytest.raises(sa.exc.DBAPIError, match="does not correct that"):
                opened.execute(CORRECT, {"request": request, **values})
            opened.rollback()

    def names(self, house: House) -> tuple[str, str]:
        """In the list and as a member."""
        with self.master.begin() as connection:
            asked = (
                "SELECT g.name, p.name FROM group_members g JOIN people p ON p.id = g.person_id WHERE p.id = :person"
            )
            row = connection.execute(sa.text(asked), {"person": house.person}).one()
        return row[0], row[1]

    def keys(self, request: UUID) -> dict[str, str]:
        """Names of the form's fields, by part and field."""
        with self.office():
            lines = correcting.lines(rights.get(request, tenant=self.city))
        return {f"{line.part}.{line.field}": line.key for line in lines}


@pytest.fixture
def hall(rooms: Rights, postgres: Postgres) -> Hall:
    url = sa.make_url(postgres.url("maru", "postgres")).set(drivername="postgresql+psycopg")
    return Hall(rooms, sa.create_engine(url, poolclass=sa.NullPool))


def test_it_is_shown_first_then_done_and_told(hall: Hall, web: Web) -> None:
    request = hall.asks()
    keys = hall.keys(request)
    assert set(keys) == {
        *(f"list.{name}" for name in ("name", "birth_date", "phone", "email", "guardian", "guardian_phone")),
        *(f"person.{name}" for name in ("name", "birth_date", "phone", "email")),
    }
    host, who = f"{hall.rooms.make.slug(hall.city)}.localhost", hall.rooms.make.session(hall.clerk, hall.city)
    page = f"/console/rights/{request}"
    assert "우리 시군이 적은 것 고치기" in web.get(host, page, who).text
    given = {"act": "grant", "answer": "고쳤습니다.", keys["list.name"]: "김영숙", keys["person.name"]: "김영숙"}
    first = web.post(host, page, who, data=given)
    assert first.status_code == 200
    assert "이렇게 바뀝니다" in first.text
    assert hall.names(hall.house) == ("김영수", "김영수"), "nothing has changed yet"
    shown = first.text.split('name="shown" value="')[1].split('"')[0]
    assert web.post(host, page, who, data={**given, "shown": shown}).status_code == 303
    assert hall.names(hall.house) == ("김영숙", "김영숙")
    assert hall.names(hall.other) == ("김영수", "김영수")
    answer = hall.rooms.seen(hall.house.person, request).answer
    assert answer.startswith("고쳤습니다.")
    assert "- 단체가 낸 명단, 이름: 김영수 → 김영숙" in answer
    assert "김영숙" in dict(hall.rooms.told(hall.house.person))["rights.done"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("birth_date", "2999-01-01"),
        ("birth_date", "어제"),
        ("phone", "540302-1234567"),
        ("email", "없음"),
        ("name", "<b>김하늘</b>"),
        ("guardian", "{{보호자}}"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(hall: Hall, field: str, value: str) -> None:
    request = hall.asks()
    key = hall.keys(request)[f"list.{field}"]
    with pytest.raises(Invalid) as refused, hall.office():
        rights.grant(request, hall.city, "고쳤습니다.", hall.clerk, corrected={key: value})
    assert set(refused.value.errors) == {key}


def test_unseen_changes_are_refused(hall: Hall) -> None:
    request = hall.asks()
    key = hall.keys(request)["list.name"]
    with pytest.raises(Refused, match="그사이"), hall.office():
        rights.grant(request, hall.city, "고쳤습니다.", hall.clerk, corrected={key: "김영숙"})
    assert hall.names(hall.house)[0] == "김영수"


def test_who_has_an_account_or_proved_who_they_are_is_not_renamed_by_a_city(hall: Hall) -> None:
    with hall.master.begin() as connection:
        proven = sa.text("UPDATE people SET verified_at = now() WHERE id = :person")
        connection.execute(proven, {"person": hall.house.person})
    request = hall.asks()
    assert all(key.startswith("list.") for key in hall.keys(request))
    other = {"part": "person", "row": hall.house.person, "field": "name", "value": "남"}
    hall.grants_and_corrects(request, other)


def test_nobody_corrects_what_is_not_asked_of_them(hall: Hall) -> None:
    request = hall.asks()
    values = {"part": "list", "row": hall.house.rows["group_members"]["id"], "field": "name", "value": "남"}
    with pytest.raises(sa.exc.ProgrammingError, match="just granted"), hall.office() as opened:
        opened.execute(CORRECT, {"request": request, **values})
    with (
        pytest.raises(sa.exc.ProgrammingError, match="only for a correction"),
        hall.office(hall.other.tenant) as opened,
    ):
        opened.execute(CORRECTABLE, {"request": request})
    for wrong in ({"field": "made_here", "value": "false"}, {"row": hall.other.rows["group_members"]["id"]}):
        hall.grants_and_corrects(request, {**values, **wrong})
    assert hall.names(hall.other)[0] == "김영수"
