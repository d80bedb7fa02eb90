"""The list of applicants: where a resident lived when applying, and how that was known."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.residence import service as residence
from auth.residence.models import Region
from maru.db import Database, Scope, session
from maru.web import dates
from tenants.courses.models import Run
from tenants.enrolments import service as enrolments
from tests.conftest import Maker
from tests.tenants.console.conftest import Console

SOURCES = {"ko": ["서류로 확인", "직접 알려 주심"], "en": ["confirmed by a document", "self-declared"]}


@pytest.fixture
def region(database: Database, make: Maker) -> str:
    code = make.region()
    with database.transaction(Scope.PROVINCE):
        always = sa.text("'[2000-01-01,)'::daterange")
        names = {"code": code, "name_ko": "가람시", "name_en": "Garam", "kind": "city"}
        session().execute(sa.insert(Region).values(names | {"valid": always}))
    return code


@pytest.fixture
def city(make: Maker, region: str) -> UUID:
    return make.city(region=region)


def applied(database: Database, make: Maker, city: UUID, region: str, *, resident_only: bool) -> tuple[UUID, UUID]:
    """A run with two residents, one known by a document and one by their own word; gives it and the latter."""
    run, shown, declared = make.run(city), make.person(home=region), make.person()
    with database.transaction(Scope.STAFF, tenant=city):
        session().execute(sa.update(Run).where(Run.id == run).values(resident_only=resident_only))
    with database.transaction(Scope.PERSON, person=declared):
        residence.move(region, None, dates.today())
    for person in (shown, declared):
        with database.transaction(Scope.PERSON, tenant=city, person=person):
            enrolments.apply(run, city)
    return run, declared


def seen(database: Database, person: UUID) -> list[list[str]]:
    """What staff saw of a person, look by look."""
    with database.transaction(Scope.PERSON, person=person):
        return list(session().scalars(sa.text("SELECT fields FROM access_log ORDER BY id")))


@pytest.mark.parametrize("language", SOURCES)
def test_a_residents_course_shows_the_home_and_how_it_is_known(
    console: Console, database: Database, make: Maker, city: UUID, region: str, language: str
) -> None:
    run, person = applied(database, make, city, region, resident_only=True)
    page = console(f"/runs/{run}/applicants", lang=language)
    for words in SOURCES[language]:
        assert page.count(f'{"Garam" if language == "en" else "가람시"} <span class="hint">{words}</span>') == 1
    assert seen(database, person) == [["이름", "생년월일", "전화번호", "사는 곳"]]


def test_a_course_for_everybody_does_not_show_where_people_live(
    console: Console, database: Database, make: Maker, city: UUID, region: str
) -> None:
    run, person = applied(database, make, city, region, resident_only=False)
    page = console(f"/runs/{run}/applicants")
    assert "가람시" not in page[page.index("<main") :]
    assert "사는 곳" not in page[page.index("<main") :]
    assert seen(database, person) == [["이름", "생년월일", "전화번호"]]
