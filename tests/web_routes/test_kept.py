"""What pages keep for everybody: nothing of a person is in it, each language has its own, and a change shows at once."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from tenants.catalogue import service as catalogue
from tenants.catalogue.projection import project
from tenants.courses.models import Course, Run, Venue
from tenants.enrolments import service as enrolments
from tenants.sample.making import Resident, make_people, open_sessions
from tenants.sites import faces
from tenants.sites.models import Site
from tests.client import Web, opened
from tests.conftest import Maker


@dataclass(frozen=True)
class House:
    """A city with one open run, and two of its residents with names of their own."""

    tenant: UUID
    host: str
    run: UUID
    residents: list[Resident]

    @property
    def course(self) -> str:
        return f"/courses/{self.run}"


@pytest.fixture
def house(config: Config, make: Maker) -> House:
    tenant = make.city(region=make.region())
    host = f"{make.slug(tenant)}.localhost"
    residents = open_sessions(config, make_people(config.database_url, 2), host)
    return House(tenant, host, make.run(tenant), residents)


def test_nobody_is_shown_what_belongs_to_another(web: Web, house: House) -> None:
    first, second = house.residents
    assert first.name != second.name
    for path in ["/", "/courses", house.course, "/help"]:
        for who in (first, second, None, first):
            page = web.get(house.host, path, who).text
            for one in house.residents:
                assert ((one.name in page), (one.csrf in page)) == ((one is who), (one is who)), (path, one.name)
            assert ("/auth/sign-in" in page) == (who is None)


def test_who_has_a_place_is_told_so_alone(web: Web, house: House) -> None:
    first, second = house.residents
    page = web.get(house.host, house.course, first).text
    assert 'id="apply"' in page
    web.post(house.host, f"{house.course}/apply", first)
    assert 'id="apply"' not in web.get(house.host, house.course, first).text
    page = web.get(house.host, house.course, second).text
    assert 'id="apply"' in page
    assert "남은 자리 <b>4</b>" in page


def test_each_language_has_its_own(web: Web, house: House) -> None:
    for path in ["/courses", house.course]:
        for korean in (True, False, True):
            page = web.get(house.host, path if korean else f"{path}?lang=en").text
            for words in ("공식 누리집", "개인정보처리방침", "남은 자리", "매주"):
                assert (words in page) == korean, (path, words)
            assert ("Main menu" in page) is not korean


def test_the_door_that_one_stands_in_is_marked(web: Web, house: House) -> None:
    for path in ("/courses", "/help", "/courses"):
        assert f'<a href="{path}" aria-current="page">' in web.get(house.host, path).text


def test_the_portal_names_every_live_city(config: Config, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "MOST_COLOURED", 10_000)
    slug = make.slug(make.city())
    with opened(config) as web:
        page = web.get("localhost", "/").text
    assert re.search(rf'<a href="[^"]*//{slug}\.localhost[^"]*" data-tenant="{slug}">시험\w+시</a>', page)


def change_course(tenant: UUID, run: UUID) -> None:
    found = session().get_one(Run, (tenant, run))
    session().get_one(Course, (tenant, found.course_id)).title = "아주 다른 이름"


def change_venue(tenant: UUID, run: UUID) -> None:
    venue = Venue(tenant_id=tenant, name="새 마루홀", address="", access_note="뒷문으로")
    session().add(venue)
    session().flush()
    session().get_one(Run, (tenant, run)).venue_id = venue.id


def close_window(tenant: UUID, run: UUID) -> None:
    session().get_one(Run, (tenant, run)).closes_at = datetime.now(UTC) - timedelta(minutes=1)


def call_off(tenant: UUID, run: UUID) -> None:
    catalogue.cancel_run(run, "강사의 사정으로")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (change_course, "<h1>아주 다른 이름</h1>"),
        (change_venue, "뒷문으로"),
        (close_window, "접수 마감"),
        (call_off, "강사의 사정으로"),
    ],
)
def test_a_changed_course_shows_at_once(
    web: Web, house: House, database: Database, change: Callable[[UUID, UUID], None], words: str
) -> None:
    assert words not in web.get(house.host, house.course).text
    with database.transaction(Scope.STAFF, tenant=house.tenant):
        change(house.tenant, house.run)
        project([house.run])
    assert words in web.get(house.host, house.course).text


def test_a_changed_house_shows_at_once(web: Web, house: House, database: Database) -> None:
    assert "새 배움터" not in web.get(house.host, house.course).text
    with database.transaction(Scope.STAFF, tenant=house.tenant):
        renamed = sa.update(Site).where(Site.tenant_id == house.tenant)
        session().execute(renamed.values(name="새 배움터", version=Site.version + 1))
    page = web.get(house.host, house.course).text
    assert page.count("새 배움터") == 4  # title, name of the site for programs, masthead, foot


def test_a_place_given_back_is_free_at_once(web: Web, house: House, database: Database) -> None:
    person = house.residents[0].person_id
    for placed, left in ((True, 4), (False, 5)):
        with database.transaction(Scope.PERSON, tenant=house.tenant, person=person):
            if placed:
                given = enrolments.apply(house.run, house.tenant).id
            else:
                enrolments.cancel(given)
        assert f"남은 자리 <b>{left}</b>" in web.get(house.host, house.course).text
