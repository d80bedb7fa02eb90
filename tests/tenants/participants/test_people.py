"""Applicants and people: of this city alone, masked, every look written down (PRV 7.4, domain 1.3)."""

import html
import io
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from openpyxl import load_workbook

from auth.rights import service as rights
from auth.rights.service import Asking
from maru.db import Scope
from maru.migrating import engine_connection, owner_connection
from tenants.enrolments import service as enrolments
from tenants.participants import service as participants
from tenants.participants.searching import Search
from tests.tenants.editing.conftest import Writer


def somebody(desk: Writer, name: str, phone: str = "010-1234-5678", year: int = 1956) -> UUID:
    person = desk.make.person()
    with engine_connection(desk.make.config.database_url) as connection:
        named = sa.text("UPDATE people SET name = :name, phone = :phone, birth_date = :birth WHERE id = :person")
        birth = f"{year}-03-02"
        connection.execute(named, {"name": name, "phone": phone, "birth": birth, "person": person})
    return person


def apply(desk: Writer, person: UUID, run: UUID) -> None:
    with desk.database.transaction(Scope.PERSON, tenant=desk.city, person=person):
        enrolments.apply(run, desk.city)


def looks(desk: Writer, person: UUID) -> list[Any]:
    with engine_connection(desk.make.config.database_url) as connection:
        asked = sa.text("SELECT task, purpose, fields FROM access_log WHERE person_id = :person ORDER BY id")
        return list(connection.execute(asked, {"person": person}))


def test_people_are_found_by_name_digits_and_year_and_read_that_they_were(desk: Writer) -> None:
    run = desk.run()
    person, other = somebody(desk, "나찾음"), somebody(desk, "너찾음", "010-9999-0001", 1990)
    for one in (person, other):
        apply(desk, one, run)
    stranger = somebody(desk, "나찾음이웃")
    assert "나찾음" not in desk.ask("GET", "/people").text, "nobody before somebody is looked for"
    for query in ({"name": "나찾"}, {"phone": "5678"}, {"born": "1956"}):
        page = desk.ask("GET", "/people", "desk_clerk", query_string=query).text
        assert "나찾음" in page
        assert "너찾음" not in page
        assert "나찾음이웃" not in page
        assert "010-1234-5678" not in page
        assert "010-****-5678" in page
    assert len(looks(desk, person)) == 3
    assert looks(desk, other) == []
    assert looks(desk, stranger) == []
    assert all("나찾" not in look.purpose for look in looks(desk, person))


def test_a_person_is_shown_as_this_city_knows_them(desk: Writer) -> None:
    run, elsewhere = desk.run(), Writer(desk.web, desk.database, desk.make, desk.make.city())
    person = somebody(desk, "나찾음")
    apply(desk, person, run)
    apply(elsewhere, person, elsewhere.run())
    page = desk.ask("GET", f"/people/{person}").text
    assert "신청 1건" in page
    assert looks(desk, person)[-1].task == "한 분의 수강 기록 보기"
    assert desk.ask("GET", f"/people/{somebody(desk, '모르는 분')}").status_code == 404
    for role in ("instructor",):
        assert desk.ask("GET", f"/people/{person}", role).status_code == 403


def test_applicants_over_runs_are_narrowed_and_paged(desk: Writer) -> None:
    first, second = desk.run(), desk.run()
    names = [somebody(desk, f"신청{n}") for n in range(3)]
    for one in names:
        apply(desk, one, first)
    apply(desk, names[0], second)
    page = desk.ask("GET", "/applicants").text
    assert "4건" in page
    assert "1건" in desk.ask("GET", "/applicants", query_string={"name": "신청2"}).text
    assert "찾으시는 신청이 없습니다" in desk.ask("GET", "/applicants", query_string={"state": "cancelled"}).text
    assert len(looks(desk, names[1])) == 1
    assert desk.ask("GET", "/applicants", query_string={"after": "x"}).status_code == 422


def test_a_teacher_sees_the_applicants_of_own_classes_alone(desk: Writer) -> None:
    own, other, teacher = desk.run(), desk.run(), desk.make.person()
    mine, theirs = somebody(desk, "우리반"), somebody(desk, "남의반")
    apply(desk, mine, own)
    apply(desk, theirs, other)
    desk.make.grant(teacher, "instructor", desk.city)
    desk.make.teach(teacher, own, desk.city)
    host = f"{desk.make.slug(desk.city)}.localhost"
    page = desk.web.get(host, "/console/applicants", desk.make.session(teacher, desk.city)).text
    assert "우리반" in page
    assert "남의반" not in page
    assert looks(desk, theirs) == []


def test_a_sheet_of_people_needs_a_purpose_that_they_read(desk: Writer) -> None:
    run = desk.run()
    person = somebody(desk, "=1+1")
    apply(desk, person, run)
    assert desk.ask("GET", "/applicants/export", "desk_clerk").status_code == 403
    for said in (" ", ".", "1234"):
        assert desk.ask("POST", "/applicants/export", data={"purpose": said}).status_code == 422
    assert looks(desk, person) == []
    answer = desk.ask("POST", "/applicants/export?name=1", data={"purpose": "개강 안내 전화"})
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert rows[1][4].value == "=1+1"
    assert rows[1][4].data_type == "s", "no program runs a name"
    (look,) = looks(desk, person)
    assert (look.task, look.purpose) == ("신청자 명단 내려받기", "개강 안내 전화")
    assert "전화번호" in look.fields


def pages_of(desk: Writer, search: Search, sort: str) -> list[list[str]]:
    """The names of each page of two people."""
    pages, cursor = [], None
    while True:
        with desk.database.transaction(Scope.STAFF, tenant=desk.city):
            found, cursor = participants.people(desk.city, search, sort, cursor=cursor, limit=2)
            pages.append([one.person.name for one in found])
        if cursor is None:
            return pages


def test_people_are_listed_in_the_order_that_is_asked_for(desk: Writer) -> None:
    runs = [desk.run() for _ in range(3)]
    for count, name in ((1, "줄세움나"), (3, "줄세움가"), (2, "줄세움다")):
        person = somebody(desk, name)
        for run in runs[:count]:
            apply(desk, person, run)
    for sort, order in (("name", "가나다"), ("-name", "다나가"), ("-applications", "가다나"), ("last", "나가다")):
        pages = pages_of(desk, Search(name="줄세움"), sort)
        assert [len(page) for page in pages] == [2, 1]
        assert "".join(name[-1] for page in pages for name in page) == order
    page = desk.ask("GET", "/people", query_string={"name": "줄세움", "sort": "-applications"}).text
    assert "3명" in page
    assert (
        'aria-sort="descending"><a href="/console/people?name=%EC%A4%84%EC%84%B8%EC%9B%80&amp;sort=applications"'
        in page
    )
    assert desk.ask("GET", "/people", query_string={"name": "줄", "sort": "nonsense"}).status_code == 200
    assert desk.ask("GET", "/people", query_string={"name": "줄", "sort": "last", "after": "x"}).status_code == 422


def test_a_sheet_of_people_is_as_they_are_searched_and_ordered(desk: Writer) -> None:
    run, other = desk.run(), desk.run()
    often, once = somebody(desk, "담김가"), somebody(desk, "담김나")
    for person, to in ((often, run), (often, other), (once, run)):
        apply(desk, person, to)
    apply(desk, somebody(desk, "빠짐"), run)
    page = desk.ask("GET", "/people", query_string={"name": "담김", "sort": "applications"}).text
    link = re.search('href="/console(/people/export[^"]+)"', page)
    assert link
    address = html.unescape(link[1])
    assert "2줄" in desk.ask("GET", address).text
    assert desk.ask("POST", address, "desk_clerk", data={"purpose": "개강 안내"}).status_code == 403
    assert desk.ask("POST", address, data={"purpose": ""}).status_code == 422
    answer = desk.ask("POST", address, data={"purpose": "개강 안내"})
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert [(row[0].value, row[3].value) for row in sheet.iter_rows(min_row=2)] == [("담김나", 1), ("담김가", 2)]
    assert looks(desk, once)[-1][:2] == ("참여한 분 명단 내려받기", "개강 안내")


def test_no_sheet_is_larger_than_the_table_of_limits_says(desk: Writer) -> None:
    run = desk.run()
    for n in range(2):
        apply(desk, somebody(desk, f"많음{n}"), run)
    set_limit(desk, 1)
    try:
        refused = desk.ask("POST", "/applicants/export", data={"purpose": "시험"})
        assert (refused.status_code, "한 번에 1명까지" in refused.text) == (409, True)
    finally:
        set_limit(desk, 5000)


def set_limit(desk: Writer, value: int, name: str = "people-per-export") -> None:
    changed = sa.text("UPDATE limits SET value = :value WHERE name = :name")
    with owner_connection(desk.make.config.database_url) as connection, connection.begin():
        connection.execute(changed, {"value": value, "name": name})


def test_days_of_no_calendar_are_left_out(desk: Writer) -> None:
    """The last day of all had no next one: a crash."""
    for day in ("9999-12-31", "0001-01-01", "2026-02-30"):
        assert desk.ask("GET", "/applicants", query_string={"since": day, "until": day}).status_code == 200


def test_many_people_leave_the_house_by_two_hands(desk: Writer) -> None:
    """More than `export-alone` within a day wait for a second person; what is approved is taken once, by the asker."""
    run = desk.run(capacity=60)
    people = [somebody(desk, f"둘이서{n}") for n in range(3)]
    for person in people:
        apply(desk, person, run)
    host, staff = f"{desk.make.slug(desk.city)}.localhost", [desk.make.person() for _ in range(2)]
    for one in staff:
        desk.make.grant(one, "course_operator", desk.city)
    first, second = (desk.make.session(one, desk.city) for one in staff)
    set_limit(desk, 2, "export-alone")
    try:
        alone = desk.web.post(host, "/console/people/export?name=둘이서0", first, data={"purpose": "전화"})
        assert alone.mimetype.endswith("sheet")
        address = "/console/people/export?name=둘이서&sort=-name"
        asked = desk.web.post(host, address, first, data={"purpose": "개강 안내 전화"}).location
        assert "/console/approvals/" in asked
        assert [look.task for look in looks(desk, people[1])] == []
        number = asked.rsplit("/", 1)[1]
        take = f"/console/people/exports/{number}"
        assert desk.web.post(host, take, first).status_code == 409
        assert desk.web.post(host, f"{asked}/approve", first).status_code == 409
        page = desk.web.get(host, asked, second).text
        assert "3명" in page
        assert "둘이서" not in page, "whom the first looked for is not said"
        assert "둘***" in page
        assert "이름으로 찾음" in page
        assert [(look.task, look.fields) for look in looks(desk, people[1])] == [
            ("명단을 승인하기 전에 살펴보기", ["이름 일부"])
        ]
        assert desk.web.post(host, f"{asked}/approve", second).status_code == 303
        assert desk.web.post(host, take, second).status_code == 404, "it is the asker's"
        assert desk.web.post(host, take.replace("people", "applicants"), first).status_code == 404
        sheet = load_workbook(io.BytesIO(desk.web.post(host, take, first).data)).active
        assert sheet is not None
        assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["둘이서2", "둘이서1", "둘이서0"]
        assert "둘***" not in desk.web.get(host, asked, second).text, "nobody is named when it is over"
        look = looks(desk, people[1])[-1]
        assert (look.purpose, look.fields) == ("개강 안내 전화", ["이름", "생년월일", "전화번호"])
        assert desk.web.post(host, take, first).status_code == 409, "once"
    finally:
        set_limit(desk, 50, "export-alone")


def test_small_sheets_one_after_the_other_are_counted_together(desk: Writer) -> None:
    run, host = desk.run(), f"{desk.make.slug(desk.city)}.localhost"
    for n in range(3):
        apply(desk, somebody(desk, f"쪼갬{n}"), run)
    operator = desk.make.person()
    desk.make.grant(operator, "course_operator", desk.city)
    who = desk.make.session(operator, desk.city)
    set_limit(desk, 2, "export-alone")
    try:
        for n, kind in ((0, "sheet"), (1, "sheet"), (1, "sheet"), (2, "html")):
            answer = desk.web.post(host, f"/console/applicants/export?name=쪼갬{n}", who, data={"purpose": "전화"})
            assert answer.mimetype.endswith(kind)
    finally:
        set_limit(desk, 50, "export-alone")


def test_sheets_taken_at_once_are_counted_together(desk: Writer) -> None:
    run, host = desk.run(), f"{desk.make.slug(desk.city)}.localhost"
    for n in range(6):
        apply(desk, somebody(desk, f"한꺼번에{n}"), run)
    operator = desk.make.person()
    desk.make.grant(operator, "course_operator", desk.city)
    who = desk.make.session(operator, desk.city)
    set_limit(desk, 2, "export-alone")

    def take(n: int) -> str:
        address = f"/console/people/export?name=한꺼번에{n}"
        return desk.web.post(host, address, who, data={"purpose": "전화"}).mimetype

    try:
        with ThreadPoolExecutor(6) as pool:
            taken = list(pool.map(take, range(6)))
    finally:
        set_limit(desk, 50, "export-alone")
    assert sum(kind.endswith("sheet") for kind in taken) == 2


def test_who_had_the_city_stop_stands_on_no_sheet_but_of_a_course_that_goes_on(desk: Writer) -> None:
    """PIPA §37; the people of a course that goes on are needed to hold it."""
    run, host = desk.run(), f"{desk.make.slug(desk.city)}.localhost"
    stopped, other = somebody(desk, "멈춤하나"), somebody(desk, "멈춤둘")
    for person in (stopped, other):
        apply(desk, person, run)
    operator = desk.make.person()
    desk.make.grant(operator, "course_operator", desk.city)
    who = desk.make.session(operator, desk.city)
    with desk.database.transaction(Scope.PERSON, person=stopped):
        request = rights.ask(stopped, Asking("suspension", desk.city, "그만 써 주세요")).id
    with desk.database.transaction(Scope.STAFF, tenant=desk.city, person=operator):
        rights.grant(request, desk.city, "멈추었습니다", operator)

    def names(kind: str) -> set[Any]:
        answer = desk.web.post(host, f"/console/{kind}/export?name=멈춤", who, data={"purpose": "전화"})
        sheet = load_workbook(io.BytesIO(answer.data)).active
        assert sheet
        return {cell for row in sheet.iter_rows(min_row=2, values_only=True) for cell in row} & {"멈춤하나", "멈춤둘"}

    assert names("people") == {"멈춤둘"}
    assert names("applicants") == {"멈춤하나", "멈춤둘"}
    with desk.database.transaction(Scope.JOB, tenant=desk.city) as opened:
        ended = sa.text("UPDATE runs SET starts_on = '2026-01-05', ends_on = '2026-02-05' WHERE id = :id")
        opened.execute(ended, {"id": run})
    assert names("applicants") == {"멈춤둘"}
