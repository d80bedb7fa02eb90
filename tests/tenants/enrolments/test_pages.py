"""What somebody who has applied reads on the pages of a course and of the application: nothing that is over is still promised."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Scope, session
from maru.migrating import engine_connection
from maru.web import dates
from tenants.catalogue.models import Listing
from tests.client import Web, opened
from tests.conftest import Maker

MORE_TO_COME = "앞으로 이렇게 됩니다"


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


class Applicant:
    """A person with one application, and the pages that show it."""

    def __init__(self, config: Config, web: Web, make: Maker, state: str) -> None:
        self.web, self.database, self.city, person = web, make.database, make.city(), make.person()
        self.run, self.host = make.run(self.city), f"{make.slug(self.city)}.localhost"
        self.who = make.session(person, self.city)
        applied = sa.text(
            "INSERT INTO applications (tenant_id, run_id, person_id, number, state)"
            " VALUES (:city, :run, :person, 1, :state) RETURNING id"
        )
        values = {"city": self.city, "run": self.run, "person": person, "state": state}
        with engine_connection(config.database_url) as connection:
            self.application: UUID = connection.execute(applied, values).scalar_one()

    def ends(self, day: date) -> None:
        with self.database.transaction(Scope.JOB, tenant=self.city):
            ended = sa.update(Listing).where(Listing.run_id == self.run).values(starts_on=day, ends_on=day)
            session().execute(ended)

    def read(self, path: str) -> str:
        return self.web.get(self.host, path, self.who).text

    def pages(self) -> tuple[str, str]:
        return self.read(f"/applications/{self.application}"), self.read(f"/courses/{self.run}")


@pytest.mark.parametrize(
    ("state", "promised", "at_last"),
    [
        ("placed", "신청되었습니다", "마치신 기록과 수료증은 내 학습에 있습니다."),
        ("waiting", "자리가 나면 순서대로 바로 옮겨 드립니다", "자리가 나지 않은 채 강좌가 끝났습니다."),
    ],
)
def test_what_is_over_is_not_promised_any_more(
    config: Config, web: Web, make: Maker, state: str, promised: str, at_last: str
) -> None:
    applicant = Applicant(config, web, make, state)
    application, course = applicant.pages()
    assert promised in application
    assert MORE_TO_COME in application
    assert at_last not in application + course
    applicant.ends(dates.today() - timedelta(days=1))
    application, course = applicant.pages()
    for page in (application, course):
        assert "끝난 강좌입니다" in page
        assert at_last in page
    assert promised not in application
    assert MORE_TO_COME not in application


def test_whoever_has_applied_is_led_to_their_application(config: Config, web: Web, make: Maker) -> None:
    applicant = Applicant(config, web, make, "placed")
    course = applicant.read(f"/courses/{applicant.run}")
    dock = course[course.index('class="dock"') :]
    assert f'href="/applications/{applicant.application}">내 신청 보기' in dock
    assert "남은 자리" not in dock
    nobody = web.get(applicant.host, f"/courses/{applicant.run}").text
    assert "남은 자리" in nobody[nobody.index('class="dock"') :]
