"""A desk records that a paper was shown (domain 1.5): its kind and day, no overlaps, told and logged; nobody is browsed."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.residence import desk
from auth.residence.desk import Shown
from maru.db import Scope, session
from maru.errors import Forbidden, Invalid, NotFound, TooMany
from tests.auth.residence.conftest import TODAY, Hall, days

BORN = date(1970, 1, 1)


def shown(since: date, made_on: date = TODAY, **more: Any) -> Shown:
    return Shown(**{"since": since, "district": None, "paper": "register", "made_on": made_on, **more})


def prove(hall: Hall, person: UUID, paper: Shown, clerk: UUID | None = None) -> None:
    with hall.at_desk(clerk):
        desk.prove(person, paper, hall.city)


def known(hall: Hall) -> UUID:
    """Somebody who has applied in the city."""
    person = hall.person()
    hall.applied(person)
    return person


def test_a_first_home_is_proven(hall: Hall) -> None:
    person = known(hall)
    prove(hall, person, shown(days(400), days(3)))
    assert hall.homes(person) == [(hall.region, days(400), None, "document")]


def test_limits_of_the_declared_do_not_bind_the_desk(hall: Hall) -> None:
    """Not how far back, nor that it was told lately: the same person could not declare it."""
    person = known(hall)
    hall.lived(person, hall.elsewhere, days(5))
    prove(hall, person, shown(days(2)))
    assert hall.homes(person) == [
        (hall.elsewhere, days(5), days(2), "declared"),
        (hall.region, days(2), None, "document"),
    ]


def test_a_paper_outweighs_what_was_declared_and_keeps_what_it_replaced(hall: Hall) -> None:
    person = known(hall)
    hall.lived(person, hall.region, days(900), days(300))
    hall.lived(person, hall.elsewhere, days(300))
    prove(hall, person, shown(days(600)))
    assert hall.homes(person) == [
        (hall.region, days(900), days(600), "declared"),
        (hall.region, days(600), None, "document"),
    ]
    (proof,) = hall.execute("SELECT * FROM residence_proofs WHERE person_id = :who", who=person)
    assert (proof.paper, proof.since, proof.made_on, proof.recorded_by) == ("register", days(600), TODAY, hall.clerk)
    assert [(one["region"], one["from"], one["source"]) for one in proof.replaced] == [
        (hall.elsewhere, days(300).isoformat(), "declared")
    ]


@pytest.mark.parametrize(
    ("since", "made_on", "field"),
    [
        (days(10), days(-1), "made_on"),
        (days(400), days(91), "made_on"),
        (days(1), days(2), "since"),
        (date(1969, 12, 31), TODAY, "since"),
    ],
)
def test_days_that_cannot_be_are_explained_at_their_field(hall: Hall, since: date, made_on: date, field: str) -> None:
    person = known(hall)
    with pytest.raises(Invalid) as refused:
        prove(hall, person, shown(since, made_on))
    assert list(refused.value.errors) == [field]
    assert hall.homes(person) == []


def test_a_paper_older_than_the_last_move_proves_nothing(hall: Hall) -> None:
    person = known(hall)
    hall.lived(person, hall.elsewhere, days(4))
    with pytest.raises(Invalid, match="이 서류를 뗀 뒤에"):
        prove(hall, person, shown(days(300), days(5)))


def test_what_another_city_confirmed_is_not_overwritten(hall: Hall) -> None:
    person = known(hall)
    hall.lived(person, hall.elsewhere, days(100), source="document")
    with pytest.raises(Invalid, match="이미 확인되어"):
        prove(hall, person, shown(days(200)))
    prove(hall, person, shown(days(20)))
    assert hall.homes(person)[-1] == (hall.region, days(20), None, "document")


def test_districts_belong_to_the_city_and_papers_are_of_two_kinds(hall: Hall) -> None:
    person = known(hall)
    for wrong in ({"district": "99999"}, {"paper": "passport"}):
        with pytest.raises(Invalid):
            prove(hall, person, shown(days(10), **wrong))
    assert hall.homes(person) == []


def test_only_a_desk_proves_homes_and_nobody_their_own(hall: Hall) -> None:
    person = known(hall)
    operator, foreign = hall.make.person(), hall.make.person()
    hall.make.grant(operator, "course_operator", hall.city)
    hall.make.grant(foreign, "desk_clerk", hall.make.city())
    for somebody in (operator, foreign, person):
        with pytest.raises(sa.exc.ProgrammingError, match="only a desk"):
            prove(hall, person, shown(days(9)), somebody)
    for scope in (Scope.PERSON, Scope.JOB, Scope.PROVINCE, Scope.PUBLIC):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="only a desk"),
            hall.database.transaction(scope, tenant=hall.city, person=hall.clerk),
        ):
            desk.prove(person, shown(days(9)), hall.city)
    with pytest.raises(Forbidden):
        prove(hall, hall.clerk, shown(days(9)))
    assert hall.homes(person) == []


def test_a_stranger_is_met_exactly_or_not_at_all(hall: Hall) -> None:
    person = hall.person("창구손님", phone="010-2222-3333", email="guest@example.kr")
    with pytest.raises(NotFound):
        prove(hall, person, shown(days(9)))
    asked = {"name": "창구손님", "born": BORN, "contact": "010 2222 3333", "address": None, "request": None}
    for wrong in (
        {"name": "창구손"},
        {"born": date(1970, 1, 2)},
        {"contact": "2222"},
        {"contact": ""},
        {"contact": "%"},
    ):
        with hall.at_desk():
            assert desk.meet(**(asked | wrong)) == ("not-found", None), wrong
    with hall.at_desk():
        assert desk.meet(**(asked | {"contact": "GUEST@example.kr"})) == ("found", person)
    for scope in (Scope.PERSON, Scope.JOB, Scope.PROVINCE):
        with pytest.raises(NotFound), hall.database.transaction(scope, tenant=hall.city, person=hall.clerk):
            desk.insist(person)
    prove(hall, person, shown(days(9)))
    assert hall.homes(person) == [(hall.region, days(9), None, "document")]
    twin = hall.person("창구손님", phone="01022223333")
    with hall.at_desk():
        assert desk.meet(**asked) == ("ambiguous", None)
    assert hall.homes(twin) == []
    tries = "SELECT person_id, fields FROM access_log WHERE actor_id = :clerk AND task = :task ORDER BY id"
    logged = hall.execute(tries, clerk=hall.clerk, task=desk.MET)
    assert [row.person_id for row in logged] == [hall.clerk] * 5 + [person, hall.clerk]


def test_a_meeting_is_the_clerks_own_and_short(hall: Hall) -> None:
    person = hall.person("지나간손님", phone="010-4444-5555")
    other = hall.make.person()
    hall.make.grant(other, "desk_clerk", hall.city)
    with hall.at_desk():
        assert desk.meet("지나간손님", BORN, "01044445555", None, None)[0] == "found"
    with pytest.raises(NotFound):
        prove(hall, person, shown(days(9)), other)
    hall.limit("desk-meeting-minutes", 0)
    try:
        with pytest.raises(NotFound):
            prove(hall, person, shown(days(9)))
    finally:
        hall.limit("desk-meeting-minutes", 30)
    prove(hall, person, shown(days(9)))


def test_a_directory_cannot_be_walked(hall: Hall) -> None:
    hall.limit("desk-lookups-per-hour", 2)
    try:
        for _ in range(2):
            with hall.at_desk():
                desk.meet("아무개", BORN, "01000000000", None, None)
        with pytest.raises(TooMany), hall.at_desk():
            desk.meet("아무개", BORN, "01000000000", None, None)
    finally:
        hall.limit("desk-lookups-per-hour", 30)


@pytest.mark.parametrize("scope", [Scope.PERSON, Scope.JOB, Scope.PROVINCE, Scope.PUBLIC])
def test_nobody_else_meets_people(hall: Hall, scope: Scope) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="only a desk"),
        hall.database.transaction(scope, tenant=hall.city, person=hall.clerk),
    ):
        desk.meet("아무개", BORN, "01000000000", None, None)


def test_the_page_finds_records_tells_and_logs(hall: Hall) -> None:
    name = "쪽손님"
    person, clerk = hall.person(name, phone="010-6666-7777"), hall.make.session(hall.clerk, hall.city)

    def post(path: str, **data: str) -> Any:
        return hall.web.post(hall.host, path, clerk, data=data)

    missing = post("/console/residence", name=name, born="", contact="")
    assert missing.status_code == 422
    assert "생년월일을 적어 주세요" in missing.text
    assert "모두 맞는 회원이 없습니다" in post("/console/residence", name=name, born="1970-01-01", contact="010").text
    found = post("/console/residence", name=name, born="1970-01-01", contact="01066667777")
    assert f"/console/residence/{person}" in found.text
    path = f"/console/residence/{person}"
    wrong = post(path, who=name, since="어제", paper="register", made_on=TODAY.isoformat())
    assert wrong.status_code == 422
    assert "서류에 적힌 전입일을 적어 주세요" in wrong.text
    done = post(path, who=name, since=days(30).isoformat(), paper="abstract", made_on=TODAY.isoformat())
    assert done.status_code == 303
    assert hall.homes(person) == [(hall.region, days(30), None, "document")]
    with hall.as_person(person):
        told = session().execute(sa.text("SELECT kind FROM messages WHERE person_id = :who"), {"who": person}).all()
        looked = session().execute(sa.text("SELECT task FROM access_log WHERE person_id = :who"), {"who": person}).all()
    assert [row.kind for row in told] == ["residence.proven"]
    assert {row.task for row in looked} == {desk.MET, desk.PROVED}
    mine = hall.web.get(hall.host, "/my/residence", hall.make.session(person, hall.city)).text
    assert "서류로 확인" in mine
    assert hall.web.get(hall.host, "/my/messages", hall.make.session(person, hall.city)).status_code == 200


def test_a_city_reads_a_home_where_it_decides_by_it_alone(hall: Hall) -> None:
    person, clerk = hall.person("읽는이"), hall.make.session(hall.clerk, hall.city)
    hall.lived(person, hall.region, days(40))
    hall.applied(person)
    with hall.at_desk():
        assert desk.home_of_applicant(person) is None
    hall.applied(person, residents=True)
    with hall.at_desk():
        home = desk.home_of_applicant(person)
        assert home
        assert (home.region_code, home.source, home.counts) == (hall.region, "declared", True)
    page = hall.web.get(hall.host, f"/console/people/{person}", clerk).text
    assert "직접 알려 주심" in page
    other = hall.make.city()
    for scope, tenant in (
        (Scope.STAFF, other),
        (Scope.PERSON, hall.city),
        (Scope.JOB, hall.city),
        (Scope.PROVINCE, None),
    ):
        with hall.database.transaction(scope, tenant=tenant, person=hall.clerk):
            assert desk.home_of_applicant(person) is None
