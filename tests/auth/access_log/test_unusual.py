"""What is unusual in the log is listed for whoever watches over it, and says nobody's address (PRV 7.4)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auth.access_log import pages, unusual
from auth.roles.permissions import CITY_ROLES, PROVINCE_ROLES, permits
from auth.visits import service as visits
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from maru.web.dates import SEOUL
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL, PAGE = "localhost", "/province/looks/unusual"
NOON = (datetime.now(SEOUL) - timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0)
LOOK = sa.text("""
    INSERT INTO access_log (at, actor_id, person_id, tenant_id, task, purpose, fields, request_id)
    SELECT :at, :actor, person, :city, :task, '', :fields, :request FROM unnest(CAST(:people AS uuid[])) person
""")


@dataclass
class Watch:
    """Somebody at work in a city, and what the officer is told of them."""

    config: Config
    database: Database
    make: Maker
    officer: UUID
    actor: UUID
    city: UUID

    def looks(
        self,
        people: Sequence[UUID],
        at: datetime = NOON,
        *,
        task: str = "신청자 명단 보기",
        fields: Sequence[str] = ("이름", "전화번호"),
    ) -> None:
        """In one request."""
        values = {
            "at": at,
            "actor": self.actor,
            "city": self.city,
            "task": task,
            "people": list(people),
            "fields": list(fields),
        }
        with engine_connection(self.config.database_url) as connection:
            connection.execute(LOOK, {**values, "request": str(uuid4())})

    def called(self, person: UUID, name: str) -> None:
        with engine_connection(self.config.database_url) as connection:
            change = sa.text("UPDATE people SET name = :name WHERE id = :id")
            connection.execute(change, {"name": name, "id": person})

    def lives(self, person: UUID, region: str, district: str | None) -> None:
        with engine_connection(self.config.database_url) as connection:
            home = sa.text(
                "INSERT INTO residences (person_id, region_code, district_code, valid, source)"
                " VALUES (:person, :region, :district, '[2020-01-01,)', 'declared')"
            )
            connection.execute(home, {"person": person, "region": region, "district": district})

    def found(self) -> dict[str, list[Any]]:
        """The findings about the actor, of the kinds that have any."""
        with self.database.transaction(Scope.PROVINCE, person=self.officer):
            rows = unusual.findings(pages.ABOUT_NOBODY)
        mine = {kind: [row for row in rows[kind] if row.actor_id == self.actor] for kind in rows}
        return {kind: some for kind, some in mine.items() if some}


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@pytest.fixture(scope="module")
def officer(make: Maker) -> Resident:
    person = make.person()
    make.grant(person, "privacy_officer")
    return make.session(person, None)


@pytest.fixture
def watch(config: Config, database: Database, make: Maker, officer: Resident) -> Watch:
    actor, city = make.person(), make.city()
    make.grant(actor, "desk_clerk", city)
    return Watch(config, database, make, officer.person_id, actor, city)


def crowd(watch: Watch, count: int) -> list[UUID]:
    return [watch.make.person() for _ in range(count)]


@pytest.fixture
def few(config: Config) -> Iterator[None]:
    """Three people within an hour are many."""
    with engine_connection(config.database_url) as connection:
        connection.exec_driver_sql("RESET ROLE")
        connection.exec_driver_sql("UPDATE limits SET value = 3 WHERE name = 'unusual-people-per-hour'")
    yield
    with engine_connection(config.database_url) as connection:
        connection.exec_driver_sql("RESET ROLE")
        connection.exec_driver_sql("UPDATE limits SET value = 200 WHERE name = 'unusual-people-per-hour'")


def test_usual_work_is_not_told(watch: Watch) -> None:
    watch.looks(crowd(watch, 6))
    watch.looks(crowd(watch, 1))
    assert watch.found() == {}


@pytest.mark.usefixtures("few")
def test_many_people_within_an_hour_of_whatever_clock(watch: Watch) -> None:
    people = crowd(watch, 4)
    for person, minutes in zip(people, (40, 50, 70, 95), strict=True):
        watch.looks([person, person], NOON + timedelta(minutes=minutes))
    (row,) = watch.found()["many"]
    assert (row.people, row.person_id, row.tenant_id, row.tasks) == (4, None, watch.city, ["신청자 명단 보기"])
    assert row.last_at - row.first_at == timedelta(minutes=55)
    assert set(row.shown[0].split("\n")) == {"이름", "전화번호"}


@pytest.mark.usefixtures("few")
def test_as_many_over_two_hours_are_not(watch: Watch) -> None:
    for number, person in enumerate(crowd(watch, 6)):
        watch.looks([person], NOON + timedelta(minutes=25 * number))
    watch.looks([watch.make.person()] * 9, NOON + timedelta(hours=5))
    assert watch.found() == {}


def test_oneself_is_told_unless_the_log_itself_was_taken(watch: Watch) -> None:
    watch.looks([watch.actor], task=pages.TAKEN)
    assert watch.found() == {}
    watch.looks([watch.actor])
    watch.looks([watch.actor], NOON + timedelta(hours=1))
    found = watch.found()
    assert [(row.looks, row.person_id) for row in found.pop("oneself")] == [(2, watch.actor)]
    assert found == {}, "nobody is their own colleague or neighbour"


def test_a_visit_to_a_city_is_no_look_at_oneself(watch: Watch, web: Web, officer: Resident) -> None:
    """Its line is about nobody; that it was made at night is told, without a person."""
    visitor, city = watch.make.person(), watch.make.city()
    watch.make.grant(visitor, "province_admin")
    watch.called(visitor, "남궁방문")
    watch.actor = visitor
    with watch.database.transaction(Scope.PROVINCE, person=visitor):
        visits.begin(city, "접수 오류 문의", "", None, None)
    assert "oneself" not in watch.found()
    page = web.get(PORTAL, f"/province/looks?actor={visitor}", officer).text
    assert visits.ENTERED in page
    assert "남**문" not in page
    watch.looks([visitor], NOON + timedelta(hours=11), task=visits.ENTERED)
    found = watch.found()
    assert set(found) == {"night"}
    assert pages._whom(found["night"][0]) == "-"


def test_who_was_not_found_at_the_desk_is_not_oneself(watch: Watch) -> None:
    """The line of a search that showed nothing names its actor, as there is nobody else."""
    watch.looks([watch.actor], task="창구에서 찾기", fields=[])
    assert watch.found() == {}


def test_a_colleague_of_the_city_or_the_province_is_told_and_another_citys_is_not(watch: Watch) -> None:
    here, there, province = crowd(watch, 3)
    watch.make.grant(here, "instructor", watch.city)
    watch.make.grant(there, "instructor", watch.make.city())
    watch.make.grant(province, "library_editor")
    after = datetime.now(UTC) + timedelta(seconds=1)
    watch.looks([here], NOON)
    assert watch.found().get("colleague") is None, "they had no role yet"
    watch.looks([here, there, province], after)
    (row,) = watch.found()["colleague"]
    assert (row.people, row.looks) == (2, 2)


def test_a_neighbour_who_was_looked_up_is_told_and_one_of_a_long_list_is_not(watch: Watch) -> None:
    region, people = watch.make.region(), crowd(watch, 6)
    neighbour, elsewhere, list_ = people[0], people[1], people
    watch.called(watch.actor, "김하나")
    watch.called(neighbour, "이두리")
    for person, district in ((watch.actor, "a"), (neighbour, "a"), (elsewhere, "b")):
        watch.lives(person, region, district)
    watch.looks(list_)
    watch.looks([elsewhere])
    assert watch.found() == {}
    watch.looks([neighbour])
    (row,) = watch.found()["neighbour"]
    assert (row.person_id, row.looks) == (neighbour, 1)


@pytest.mark.parametrize(
    ("actor", "person", "district", "kind"),
    [
        ("김하나", "김두리", "a", "family"),
        ("김하나", "김두리", None, "family"),
        ("김하나", "이두리", None, None),
        ("남궁하나", "남두리", None, None),
        ("남궁하나", "남궁별", None, "family"),
        ("Nguyen Hoa", "Nam Woo", None, None),
        ("Nguyen Hoa", "Nguyen Lan", "a", "family"),
    ],
)
def test_one_family_name_at_one_place(
    watch: Watch, actor: str, person: str, district: str | None, kind: str | None
) -> None:
    region, other = watch.make.region(), watch.make.person()
    for who, name in ((watch.actor, actor), (other, person)):
        watch.called(who, name)
        watch.lives(who, region, district)
    watch.looks([other])
    assert list(watch.found()) == ([kind] if kind else [])


def test_one_person_again_and_again_is_told_and_one_of_long_lists_is_not(watch: Watch) -> None:
    sought, *others = crowd(watch, 6)
    for day in range(3):
        watch.looks([sought], NOON - timedelta(days=day))
        watch.looks([sought, *others], NOON - timedelta(days=day))
    watch.looks([sought, *others], NOON - timedelta(days=3))
    assert watch.found() == {}, "three days, and one on which they stood in a list"
    watch.looks([sought, others[0]], NOON - timedelta(days=3))
    watch.looks([watch.actor], NOON - timedelta(days=4), task=pages.TAKEN)
    found = watch.found()
    assert list(found) == ["again"]
    (row,) = found["again"]
    assert (row.person_id, row.people, row.looks) == (sought, 1, 4)
    assert row.last_at - row.first_at == timedelta(days=3)


@pytest.mark.parametrize(
    ("hour", "minute", "told"), [(21, 59, False), (22, 0, True), (0, 30, True), (5, 59, True), (6, 0, False)]
)
def test_work_at_night_is_told(watch: Watch, hour: int, minute: int, told: bool) -> None:
    watch.looks(crowd(watch, 1), NOON.replace(hour=hour, minute=minute))
    assert ("night" in watch.found()) == told


def test_one_night_is_one_finding(watch: Watch) -> None:
    for hours in (10.5, 13, 17.5):
        watch.looks(crowd(watch, 1), NOON + timedelta(hours=hours))
    (row,) = watch.found()["night"]
    assert (row.people, row.looks) == (3, 3)


def test_what_is_older_than_a_week_is_not_told(watch: Watch) -> None:
    watch.looks([watch.actor], datetime.now(UTC) - timedelta(days=unusual.DAYS, minutes=1))
    assert watch.found() == {}


@pytest.mark.parametrize("scope", list(Scope))
def test_nobody_else_is_told_anything(watch: Watch, scope: Scope) -> None:
    """The wall itself, whatever a page forgets."""
    watch.looks([watch.actor])
    for person in (watch.actor, None, *([watch.officer] if scope is not Scope.PROVINCE else [])):
        with watch.database.transaction(scope, tenant=watch.city, person=person):
            assert not any(unusual.findings([]).values())
            told = session().execute(sa.text("SELECT FROM engine.unusual_looks(7, '{}')"))
            assert told.rowcount == 0


def test_the_page_names_people_in_part_and_leads_to_the_looks(watch: Watch, web: Web, officer: Resident) -> None:
    colleague = watch.make.person()
    watch.make.grant(colleague, "instructor", watch.city)
    watch.called(watch.actor, "담당별이")
    watch.called(colleague, "남궁별빛")
    watch.looks([colleague], datetime.now(UTC) + timedelta(seconds=1))
    page = web.get(PORTAL, PAGE, officer)
    assert page.status_code == 200
    assert "동료를 보았습니다" in page.text
    assert "담당별이" in page.text
    assert "남**빛" in page.text
    assert "남궁별빛" not in page.text
    address = re.search(rf'href="(/province/looks\?[^"]*actor={watch.actor}[^"]*)"', page.text)
    assert address
    looks = web.get(PORTAL, address[1].replace("&amp;", "&"), officer)
    assert f'name="person" value="{colleague}"' in looks.text
    assert looks.text.count('<tr><th scope="row">') == 1
    assert "한 분을 본 기록만 보고 있습니다." in looks.text
    assert "찾으시는 기록이 없습니다" in web.get(PORTAL, f"/province/looks?actor={uuid4()}", officer).text
    assert web.get(PORTAL, "/province/looks?actor=x&person='--", officer).status_code == 200


def test_the_page_is_english_for_who_reads_english(watch: Watch, web: Web) -> None:
    watch.looks([watch.actor])
    reader = watch.make.person()
    watch.make.grant(reader, "auditor")
    with engine_connection(watch.config.database_url) as connection:
        change = sa.text("UPDATE people SET language = 'en' WHERE id = :id")
        connection.execute(change, {"id": reader})
    page = web.get(PORTAL, PAGE, watch.make.session(reader, None))
    assert "Looked at oneself" in page.text
    assert "여느 때와 다른" not in page.text


def test_a_kind_tells_so_many_and_how_many_more_there_are(watch: Watch, web: Web, officer: Resident) -> None:
    for _ in range(pages.MOST_TOLD + 1):
        clerk = watch.make.person()
        watch.actor = clerk
        watch.looks([clerk])
    page = web.get(PORTAL, PAGE, officer).text
    told = page[page.index('id="oneself"') : page.index("</section>", page.index('id="oneself"'))]
    assert told.count('<tr><th scope="row">') == pages.MOST_TOLD
    assert "건이 더 있습니다" in told


@pytest.mark.parametrize("role", [*PROVINCE_ROLES, *CITY_ROLES])
def test_the_page_is_for_those_who_watch_over_the_log(make: Maker, web: Web, role: str) -> None:
    person, city = make.person(), make.city() if role in CITY_ROLES else None
    make.grant(person, role, city)
    status = web.get(PORTAL, PAGE, make.session(person, None)).status_code
    assert (status == 200) == permits(frozenset({role}), "province-looks:read")
