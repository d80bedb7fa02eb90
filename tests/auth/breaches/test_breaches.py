"""The file of a breach: 72 hours, whom the log has, each told once, and the authority by its conditions (PRV 7.3, PIPA §34)."""

import io
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from auth.access_log import service as access_log
from auth.access_log.reading import Narrowing
from auth.breaches import service as breaches
from auth.breaches.service import Conditions
from auth.breaches.words import PARTS
from auth.messages.models import Message
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import Invalid, Refused
from maru.migrating import engine_connection, owner_connection
from maru.web import dates
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL, OFFICE = "localhost", "/province/breaches"
WORDS = {part: f"내용 {part}" for part in PARTS}
MORE_WORDS = {**WORDS, "items": "이름과 주소"}


class House:
    def __init__(self, config: Config, database: Database, make: Maker) -> None:
        self.config, self.database, self.make = config, database, make
        self.officer = make.person()
        make.grant(self.officer, "privacy_officer")

    def office(self):  # type: ignore[no-untyped-def]
        return self.database.transaction(Scope.PROVINCE, person=self.officer)

    def opens(self, hours_ago: int = 1, **flags: bool) -> UUID:
        with self.office():
            made = breaches.open_file(
                "명단이 새어 나감", datetime.now(UTC) - timedelta(hours=hours_ago), self.officer
            ).id
            breaches.write(made, WORDS, {"certain": True, **flags}, self.officer)
            return made

    def people(self, count: int, *, email: str = "a@example.kr") -> list[UUID]:
        people = [self.make.person() for _ in range(count)]
        with engine_connection(self.config.database_url) as engine:
            engine.execute(
                sa.text("UPDATE people SET email = nullif(:e, '') WHERE id = ANY (:p)"), {"e": email, "p": people}
            )
        return people

    def looks(
        self, city: UUID, actor: UUID, people: Sequence[UUID], address: str, task: str = "신청자 명단 내려받기"
    ) -> None:
        with self.database.transaction(Scope.STAFF, tenant=city, person=actor):
            access_log.look(
                actor, people, tenant=city, task=task, purpose="", fields=["이름"], address=address, request_id=None
            )

    def told(self, person: UUID) -> list[str]:
        with self.database.transaction(Scope.PERSON, person=person):
            written = sa.select(Message.kind).where(Message.person_id == person).order_by(Message.id)
            return list(session().scalars(written))


@pytest.fixture
def house(config: Config, database: Database, make: Maker) -> House:
    return House(config, database, make)


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


def address() -> str:
    return f"198.51.{secrets.randbelow(256)}.{secrets.randbelow(256)}"


def test_seventy_two_hours_from_when_it_was_noticed(house: House) -> None:
    file = house.opens(10)
    with house.office():
        found = breaches.get(file)
        assert breaches.duties(found).due == found.noticed_at + timedelta(hours=72)
    for title, at in (("", datetime.now(UTC)), ("일", None), ("일", datetime.now(UTC) + timedelta(hours=1))):
        with pytest.raises(Invalid), house.office():
            breaches.open_file(title, at, house.officer)


def test_the_log_is_narrowed_by_each_condition(house: House) -> None:
    city, other, clerk, colleague = house.make.city(), house.make.city(), house.make.person(), house.make.person()
    mine, theirs = house.people(3), house.people(2)
    here, there = address(), address()
    house.looks(city, clerk, mine, here)
    house.looks(city, clerk, mine[:1], here, task="문의 보기")
    house.looks(other, colleague, theirs, there)
    today = dates.today()
    slug = house.make.slug(city)
    cases = [
        (Conditions(Narrowing(actor=clerk)), (3, 4)),
        (Conditions(Narrowing(actor=clerk, words="문의")), (1, 1)),
        (Conditions(Narrowing(whose=slug)), (3, 4)),
        (Conditions(Narrowing(), here), (3, 4)),
        (Conditions(Narrowing(), there), (2, 2)),
        (Conditions(Narrowing(actor=clerk), there), (0, 0)),
        (Conditions(Narrowing(since=today, until=today, actor=clerk)), (3, 4)),
        (Conditions(Narrowing(until=today - timedelta(days=1), actor=clerk)), (0, 0)),
    ]
    with house.office():
        assert [breaches.affected(conditions) for conditions, _ in cases] == [wanted for _, wanted in cases]


def test_each_is_taken_once_and_told_once(house: House) -> None:
    city, clerk, where = house.make.city(), house.make.person(), address()
    people, silent = house.people(3), house.people(1, email="")
    house.looks(city, clerk, [*people, *silent], where)
    file = house.opens()
    with house.office():
        with pytest.raises(Invalid, match="하나라도"):
            breaches.take(file, Conditions(Narrowing()), house.officer)
        assert breaches.take(file, Conditions(Narrowing(), where), house.officer) == 4
        assert breaches.take(file, Conditions(Narrowing(actor=clerk)), house.officer) == 0
        duties = breaches.duties(breaches.get(file))
        assert (duties.people, duties.unreachable, duties.untold) == (4, 1, 3)
        assert breaches.tell(file, house.officer) == 3
    with house.office():
        assert breaches.tell(file, house.officer) == 0
        with pytest.raises(Refused, match="바뀐 내용이 없습니다"):
            breaches.tell_more(file, house.officer)
        breaches.write(file, MORE_WORDS, {"certain": True}, house.officer)
    with house.office():
        assert breaches.tell_more(file, house.officer) == 3
    with pytest.raises(Refused, match="바뀐 내용이 없습니다"), house.office():
        breaches.tell_more(file, house.officer)
    assert [house.told(person) for person in people] == [["breaches.notice", "breaches.more"]] * 3
    assert house.told(silent[0]) == []
    with house.office():
        kinds = [step.kind for step in breaches.steps(file)]
    assert kinds == ["opened", "written", "people", "people", "told", "told", "written", "more"]


def test_a_possible_breach_is_told_as_one(house: House) -> None:
    where, people = address(), house.people(1)
    house.looks(house.make.city(), house.make.person(), people, where)
    file = house.opens(certain=False)
    with house.office():
        breaches.take(file, Conditions(Narrowing(), where), house.officer)
        breaches.tell(file, house.officer)
    assert house.told(people[0]) == ["breaches.possible"]


def test_the_notice_names_what_is_missing_and_waits_for_the_least(house: House) -> None:
    file = house.opens()
    with house.office():
        breaches.write(file, {"items": "이름"}, {}, house.officer)
        assert set(breaches.duties(breaches.get(file)).missing) == set(PARTS) - {"items"}
        for act in (breaches.tell, breaches.post):
            with pytest.raises(Refused, match="먼저 적어"):
                act(file, house.officer)
        breaches.write(file, {"items": "이름", "contact": "031"}, {}, house.officer)
        breaches.tell(file, house.officer)
        with pytest.raises(Invalid):
            breaches.write(file, {"items": "800101-1234567"}, {}, house.officer)


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({}, ""),
        ({"outside": True}, "밖에서"),
        ({"sensitive": True}, "민감"),
        ({"outside": True, "sensitive": True}, "민감"),
    ],
)
def test_the_authority_is_told_by_its_conditions(house: House, flags: dict[str, bool], told: str) -> None:
    file = house.opens(**flags)
    with house.office():
        why = breaches.duties(breaches.get(file)).authority
    assert why.startswith(told)
    assert bool(why) is bool(flags)


def test_the_authority_is_told_from_a_thousand_on(house: House, config: Config) -> None:
    """The figure is a dated row; here it is five."""
    where, people = address(), house.people(5)
    house.looks(house.make.city(), house.make.person(), people, where)
    file = house.opens()

    def limit_is(value: int) -> None:
        with owner_connection(config.database_url) as owner, owner.begin():
            owner.execute(sa.text("UPDATE limits SET value = :v WHERE name = 'breach-people'"), {"v": value})

    with house.office():
        breaches.take(file, Conditions(Narrowing(), where), house.officer)
        assert breaches.duties(breaches.get(file)).authority == ""
    limit_is(5)
    try:
        with house.office():
            assert "수에 이르렀습니다" in breaches.duties(breaches.get(file)).authority
    finally:
        limit_is(1000)


def test_steps_and_files_stay(house: House, config: Config) -> None:
    house.opens()
    with owner_connection(config.database_url) as owner:
        for attempt in ("DELETE FROM breach_steps", "UPDATE breach_steps SET kind = kind", "DELETE FROM breaches"):
            with pytest.raises(sa.exc.IntegrityError, match="append-only"), owner.begin():
                owner.exec_driver_sql(attempt)


def test_nobody_else_sees_a_file(house: House) -> None:
    file, admin = house.opens(), house.make.person()
    house.make.grant(admin, "province_admin")
    for scope, person in (
        (Scope.PROVINCE, admin),
        (Scope.PERSON, house.officer),
        (Scope.PUBLIC, None),
        (Scope.JOB, None),
    ):
        with house.database.transaction(scope, person=person) as opened_:
            for table in ("breaches", "breach_steps", "breach_people"):
                assert opened_.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0, (scope, table)
    with house.office():
        assert breaches.get(file)


def test_on_pages(house: House, web: Web) -> None:
    where, people, clerk = address(), house.people(2), house.make.person()
    house.looks(house.make.city(), clerk, people, where)
    who = house.make.session(house.officer, None)
    assert web.post(PORTAL, OFFICE, who, data={"title": "일"}).status_code == 422
    yesterday = (datetime.now(dates.SEOUL) - timedelta(days=4)).strftime("%Y-%m-%dT%H:%M")
    file = web.post(PORTAL, OFFICE, who, data={"title": "명단", "noticed_at": yesterday}).headers["Location"]
    assert "기한이 지났습니다" in web.get(PORTAL, OFFICE, who).text
    page = web.get(PORTAL, file, who).text
    assert "아직 비어 있습니다" in page
    assert web.post(PORTAL, file, who, data={**WORDS, "seen": "somebody else's"}).status_code == 409
    assert web.post(PORTAL, file, who, data={**WORDS, "certain": "1", "outside": "1"}).status_code == 303
    assert "밖에서 불법으로 들어온 접근입니다." in web.get(PORTAL, file, who).text
    assert "2명, 열람 2건" in web.get(PORTAL, f"{file}?address={where}", who).text
    assert web.post(PORTAL, f"{file}/people", who, data={"address": "x"}).status_code == 422
    assert web.post(PORTAL, f"{file}/people", who, data={"address": where}).status_code == 303
    for act, status in (
        ("tell", 303),
        ("tell", 303),
        ("more", 409),
        ("web", 303),
        ("authority", 303),
        ("authority", 409),
        ("other", 404),
    ):
        assert web.post(PORTAL, f"{file}/{act}", who).status_code == status, act
    sheet = load_workbook(io.BytesIO(web.post(PORTAL, f"{file}/export", who).data)).active
    assert sheet
    said = {str(row[0]): row[1] for row in sheet.iter_rows(values_only=True)}
    assert (said["영향받은 분"], said["새어 나간 항목"]) == (2, WORDS["items"])
    shown = web.get(PORTAL, "/breaches").text
    assert WORDS["items"] in shown
    with house.office():
        posted = breaches.posted(UUID(file.rsplit("/", 1)[1]))
        assert posted
        assert (posted.shown_until - posted.shown_from).days >= 30


@pytest.mark.parametrize("written", ["0001-01-01T00:00", "9999-12-31T23:59", "2025-12-31T23:59", "morgen"])
def test_a_time_that_cannot_be_is_refused_at_its_field(house: House, web: Web, written: str) -> None:
    """One such row would end every page of the register."""
    who = house.make.session(house.officer, None)
    answer = web.post(PORTAL, OFFICE, who, data={"title": "명단", "noticed_at": written})
    assert answer.status_code == 422
    assert 'id="noticed_at-error"' in answer.text
    assert web.get(PORTAL, OFFICE, who).status_code == 200


def test_a_foreign_offset_is_understood(house: House, web: Web) -> None:
    who, noticed = (
        house.make.session(house.officer, None),
        datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2),
    )
    written = noticed.astimezone(timezone(timedelta(hours=-8))).isoformat()
    file = web.post(PORTAL, OFFICE, who, data={"title": "명단", "noticed_at": written}).headers["Location"]
    with house.office():
        assert breaches.get(UUID(file.rsplit("/", 1)[1])).noticed_at == noticed


@pytest.mark.parametrize(
    "noticed", ["0001-01-01 00:00+00", "2025-12-31 23:59+09", "9999-12-31 23:59+00", "now() + interval '1 hour'"]
)
def test_the_database_refuses_such_a_time_too(house: House, noticed: str) -> None:
    at = noticed if noticed.startswith("now") else f"'{noticed}'"
    written = sa.text(f"INSERT INTO breaches (title, noticed_at, opened_by) VALUES ('일', {at}, :by)")
    with pytest.raises(sa.exc.IntegrityError, match="noticed_on"), house.office():
        session().execute(written, {"by": house.officer})


def test_whoever_was_told_the_new_words_is_not_told_them_again(house: House) -> None:
    city, clerk = house.make.city(), house.make.person()
    early, late = house.people(1), house.people(1)
    file = house.opens()
    for people, words in ((early, WORDS), (late, MORE_WORDS)):
        where = address()
        house.looks(city, clerk, people, where)
        with house.office():
            breaches.write(file, words, {"certain": True}, house.officer)
            breaches.take(file, Conditions(Narrowing(), where), house.officer)
        with house.office():
            breaches.tell(file, house.officer)
    with house.office():
        assert breaches.duties(breaches.get(file)).behind == 1
        assert breaches.tell_more(file, house.officer) == 1
    with house.office():
        assert breaches.duties(breaches.get(file)).behind == 0
    assert [house.told(one) for one in (*early, *late)] == [["breaches.notice", "breaches.more"], ["breaches.notice"]]


def test_pressed_many_times_at_once_it_is_told_once(house: House, web: Web) -> None:
    people, where = house.people(2), address()
    house.looks(house.make.city(), house.make.person(), people, where)
    file, who = house.opens(), house.make.session(house.officer, None)
    with house.office():
        breaches.take(file, Conditions(Narrowing(), where), house.officer)
    with house.office():
        breaches.tell(file, house.officer)
    with house.office():
        breaches.write(file, MORE_WORDS, {"certain": True}, house.officer)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: web.post(PORTAL, f"{OFFICE}/{file}/more", who).status_code, range(3)))
    assert sorted(answers) == [303, 409, 409]
    assert [house.told(person).count("breaches.more") for person in people] == [1, 1]
