"""Several certificates of a run are revoked by two administrators, all or none (CAM-6.10, domain 7.4)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from maru.config import Config
from maru.db import Database, Scope, session
from records.certificates import service as certificates
from records.certificates.models import Certificate
from tenants.enrolments import service as enrolments
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker
from tests.web_routes.conftest import CONTENT


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@dataclass
class Run:
    """A run with three certificates, and two administrators of its city."""

    web: Web
    database: Database
    make: Maker
    city: UUID
    run: UUID
    papers: list[UUID]
    first: Resident
    second: Resident

    def ask(self, path: str, who: Resident, **data: object) -> TestResponse:
        return self.web.post(f"{self.make.slug(self.city)}.localhost", path, who, data=data)

    def revoke(self, *papers: UUID, reason: str = "출석 기록을 바로잡음") -> TestResponse:
        chosen = [str(one) for one in papers]
        return self.ask(f"/console/runs/{self.run}/revoke", self.first, certificate=chosen, reason=reason)

    def revoked(self) -> set[UUID]:
        with self.database.transaction(Scope.STAFF, tenant=self.city):
            gone = sa.select(Certificate.id).where(Certificate.id.in_(self.papers), Certificate.revoked_at.is_not(None))
            return set(session().scalars(gone))


@pytest.fixture
def run(web: Web, database: Database, make: Maker) -> Run:
    city = make.city(region=make.code())
    made, papers = make.run(city), []
    for _ in range(3):
        person = make.person()
        with database.transaction(Scope.PERSON, tenant=city, person=person):
            application = enrolments.apply(made, city).id
        with database.transaction(Scope.JOB, tenant=city):
            papers.append(certificates.issue(city, person, application, CONTENT).id)
    admins = [make.person(), make.person()]
    for admin in admins:
        make.grant(admin, "city_admin", city)
    return Run(web, database, make, city, made, papers, *(make.session(admin, city) for admin in admins))


def test_one_is_revoked_alone(run: Run) -> None:
    assert run.revoke(run.papers[0]).location.endswith(f"/console/runs/{run.run}/close")
    assert run.revoked() == {run.papers[0]}


def test_several_wait_for_another_administrator(run: Run) -> None:
    asked = run.revoke(*run.papers).location
    assert "/console/approvals/" in asked
    assert run.revoked() == set()
    own = run.ask(f"{asked}/approve", run.first)
    assert own.status_code == 409
    assert "스스로 승인할 수 없습니다" in own.text
    operator = run.make.person()
    run.make.grant(operator, "course_operator", run.city)
    assert run.ask(f"{asked}/approve", run.make.session(operator, run.city)).status_code == 403
    assert run.revoked() == set()
    page = run.web.get(f"{run.make.slug(run.city)}.localhost", asked, run.second).text
    assert "김*늘" in page
    assert "김하늘" not in page
    assert run.ask(f"{asked}/approve", run.second).status_code == 303
    assert run.revoked() == set(run.papers)
    assert run.ask(f"{asked}/approve", run.second).status_code == 409


def test_what_one_has_revoked_meanwhile_hinders_nobody(run: Run) -> None:
    asked = run.revoke(*run.papers).location
    run.revoke(run.papers[1])
    assert run.ask(f"{asked}/approve", run.second).status_code == 303
    assert run.revoked() == set(run.papers)


def test_certificates_of_another_run_are_not_chosen(run: Run, database: Database, make: Maker) -> None:
    other = make.run(run.city)
    answer = run.ask(f"/console/runs/{other}/revoke", run.first, certificate=[str(run.papers[0]), "x"], reason="까닭")
    assert answer.status_code == 422
    assert "취소할 수료증을 골라 주세요" in answer.text
    assert run.revoke(run.papers[0], reason=" ").status_code == 422
    assert run.revoked() == set()


def test_one_by_one_is_counted_over_the_day(run: Run) -> None:
    """The page of a single certificate is no way around the rule."""
    single = [run.ask(f"/console/certificates/{one}/revoke", run.first, reason="바로잡음") for one in run.papers]
    assert run.revoked() == {run.papers[0]}
    assert ["/console/approvals/" in answer.location for answer in single] == [False, True, True]
    assert "/console/approvals/" in run.revoke(run.papers[1]).location
    assert run.revoked() == {run.papers[0]}
    assert run.ask(f"/console/certificates/{run.papers[1]}/revoke", run.second, reason="다른 분이").status_code == 303
    assert run.revoked() == set(run.papers[:2]), "everybody has a count of their own"
    assert run.ask(f"/console/certificates/{run.papers[0]}/revoke", run.first, reason="또").status_code == 409


def test_what_a_second_person_approves_is_not_counted_as_theirs(run: Run) -> None:
    asked = run.revoke(*run.papers[:2]).location
    assert run.ask(f"{asked}/approve", run.second).status_code == 303
    assert run.ask(f"/console/certificates/{run.papers[2]}/revoke", run.second, reason="바로잡음").status_code == 303
    assert run.revoked() == set(run.papers)


def test_all_at_once_are_counted_too(run: Run) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(
            pool.map(
                lambda one: run.ask(f"/console/certificates/{one}/revoke", run.first, reason="바로잡음"), run.papers
            )
        )
    assert len(run.revoked()) == 1
