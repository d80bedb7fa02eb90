"""Names on an institution's list are names; and who is met by a line reads it in their log, placed or not (PRV-04, 7.4)."""

from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.db import Scope, session
from maru.errors import Invalid
from maru.migrating import engine_connection
from tests.conftest import Maker
from tests.tenants.groups.test_groups import Desk, desk, name, sheet

__all__ = ["desk"]
BORN, PHONE = date(1961, 7, 7), "010-1234-5678"


def alike(desk: Desk, make: Maker) -> tuple[UUID, str]:
    person, called = make.person(birth=BORN), name(1, desk)
    with engine_connection(desk.config.database_url) as connection:
        known = sa.text("UPDATE people SET name = :name, phone = :phone WHERE id = :id")
        connection.execute(known, {"name": called, "phone": PHONE, "id": person})
    return person, called


@pytest.mark.parametrize("called", ["<b>x</b>", "12345", "{{7*7}}"])
def test_what_is_no_name_is_refused_on_its_line(desk: Desk, called: str) -> None:
    report = desk.upload(sheet((called, BORN, PHONE), (name(1, desk), BORN, PHONE)))
    assert report == [(2, "refused", "unreadable"), (3, "accepted", "placed")]
    assert desk.placed() == [(name(1, desk), "placed")]


def test_nor_is_a_guardian_or_who_collected_the_papers(desk: Desk) -> None:
    line = (name(1, desk), date(2018, 5, 5), "", "", "<i>보호자</i>", PHONE)
    assert desk.upload(sheet(line)) == [(2, "refused", "unreadable")]
    with pytest.raises(Invalid) as refused:
        desk.upload(sheet(line), collected_by="<script>")
    assert set(refused.value.errors) == {"collected_by"}


def test_a_list_does_not_try_out_one_persons_numbers(desk: Desk, make: Maker) -> None:
    person, called = alike(desk, make)
    rows = [(called, BORN, f"010-3333-000{number}") for number in range(5)] + [(called, BORN, PHONE)]
    codes = [code for _, _, code in desk.upload(sheet(*rows))]
    assert codes == ["placed"] * 3 + ["same-name"] * 3
    assert desk.rows("SELECT FROM access_log WHERE person_id = :id", id=person) == []


def test_a_meeting_is_logged_also_where_the_place_is_refused(desk: Desk, make: Maker) -> None:
    person, called = alike(desk, make)
    with desk.database.transaction(Scope.JOB, tenant=desk.city):
        session().execute(sa.text("UPDATE runs SET min_age = 100 WHERE id = :run"), {"run": desk.run})
    assert desk.upload(sheet((called, BORN, PHONE)))[0][1] == "refused"
    looked = desk.rows("SELECT actor_id, tenant_id FROM access_log WHERE person_id = :id", id=person)
    assert [tuple(one) for one in looked] == [(desk.clerk, desk.city)]
