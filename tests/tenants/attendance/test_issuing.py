"""Issuing a certificate from the page of a closed run: once, whoever asks how often, and without telling of anybody."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.migrating import engine_connection
from records.certificates import service as certificates
from tenants.attendance import closing
from tenants.attendance import service as attendance
from tests.client import Web, opened
from tests.conftest import Maker
from tests.tenants.attendance.conftest import Class

MakeClass = Callable[..., Class]


@pytest.fixture
def webs(config: Config) -> Iterator[list[Web]]:
    """Two processes of the web."""
    with opened(config) as first, opened(config) as second:
        yield [first, second]


@pytest.fixture
def course(make_class: MakeClass) -> Class:
    """A closed run with one learner, whose certificate was revoked."""
    found = make_class(learners=1, consent=True)
    (application,) = found.applications.values()
    with found.at_work():
        attendance.mark_sheet(found.run, {(application, meeting): "present" for meeting in found.meetings}, found.staff)
        closing.close(found.run, found.staff)
        paper = closing.outcome(found.run).outcomes[0].certificate
        assert paper is not None
        certificates.revoke(paper.id, "이름을 바로잡음", found.staff)
    return found


def issuing(make: Maker, course: Class) -> Callable[[Web], tuple[int, str]]:
    """Asks for the certificate as the city's administrator."""
    person = make.person()
    make.grant(person, "city_admin", course.city)
    staff, host = make.session(person, course.city), f"{make.slug(course.city)}.localhost"
    (application,) = course.applications.values()

    def ask(web: Web) -> tuple[int, str]:
        answer = web.post(host, f"/console/runs/{course.run}/certificates/{application}", staff)
        return answer.status_code, answer.text

    return ask


def test_asked_for_several_times_at_once_it_is_issued_once(make: Maker, course: Class, webs: list[Web]) -> None:
    ask = issuing(make, course)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, webs * 2))
    assert sorted(status for status, _ in answers) == [303, 409, 409, 409]


def test_a_refusal_does_not_tell_whose_birth_date_is_missing(
    config: Config, make: Maker, course: Class, webs: list[Web]
) -> None:
    """It takes back the whole request, and with it what the access log would say of the look."""
    name = set_name(config, course.people[0], "남궁하늘")
    status, page = issuing(make, course)(webs[0])
    assert status == 409
    assert "생년월일이 없는 분" in page
    assert name not in page


def set_name(config: Config, person: UUID, name: str) -> str:
    with engine_connection(config.database_url) as connection:
        changed = sa.text("UPDATE people SET name = :name, birth_date = NULL WHERE id = :person")
        connection.execute(changed, {"name": name, "person": person})
    return name
