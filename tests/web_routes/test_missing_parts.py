"""Cities publish runs whose source leaves much open: whatever is missing, every page about them stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import combinations, cycle, product
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from maru.web import dates
from tenants.catalogue import service as catalogue
from tenants.courses import service as courses
from tenants.courses.models import Course, Institution, Run, Venue
from tenants.enrolments.models import Application
from tenants.sample.making import Resident
from tests.client import Web
from tests.conftest import Maker

NOT_KNOWN = "접수 기간이 아직 정해지지 않았습니다"
PARTS: dict[str, Any] = {
    "opens_at": None, "closes_at": None, "starts_at": None, "ends_at": None, "fee": None, "capacity": None,
    "venue_id": None, "institution_id": None, "weekdays": 0,
}  # fmt: skip
"""What a run may lack, and what stands in its row then."""
LACKING = [*({name} for name in PARTS), *map(set, combinations(PARTS, 2)), set(PARTS)]
DAY = timedelta(days=1)
WHEN = {
    "to come": (14 * DAY, DAY),
    "announced": (14 * DAY, -DAY),
    "under way": (-3 * DAY, 9 * DAY),
    "over": (-30 * DAY, 40 * DAY),
}
"""Days from now to the first class, and from the opening until now."""
LANGUAGES = ("ko", "en")


@dataclass(frozen=True)
class Stage:
    """A city whose runs each lack something else, somebody with a place in all of them, and somebody of its staff."""

    web: Web
    host: str
    runs: dict[UUID, set[str]]
    applications: list[UUID]
    resident: Resident
    at_portal: Resident
    staff: Resident

    def text(self, path: str, who: Resident | None = None, *, host: str = "", language: str = "ko") -> str:
        answer = self.web.get(host or self.host, f"{path}{'&' if '?' in path else '?'}lang={language}", who)
        assert answer.status_code == 200, f"{path} answers {answer.status_code}"
        return answer.text

    def every_page(self, path: str, **asked: Any) -> list[str]:
        """The pages of a list, one after the other."""
        pages = [self.text(path, **asked)]
        while following := re.search(r'href="([^"]+)" rel="next"', pages[-1]):
            pages.append(self.text(following[1].replace("&amp;", "&"), **asked))
            assert len(pages) <= len(self.runs), "a list that comes back to its beginning has no end"
        return pages


def of_city(tenant: UUID) -> Iterator[tuple[Run, set[str]]]:
    """A run for every time and every lack."""
    places: dict[str, Venue | Institution] = {
        "venue_id": Venue(tenant_id=tenant, name="배움터"),
        "institution_id": Institution(tenant_id=tenant, name="학습관"),
    }
    course = Course(tenant_id=tenant, title="비어 있는 강좌", summary="", content="", category="05")
    session().add_all([course, *places.values()])
    session().flush()
    now, today = datetime.now(UTC), dates.today()
    for number, ((to_start, since_opening), lack) in enumerate(product(WHEN.values(), LACKING), 1):
        first = today + to_start
        whole = {
            "opens_at": now - since_opening, "closes_at": now - since_opening + 2 * DAY, "starts_at": time(10),
            "ends_at": time(12), "fee": 10000, "capacity": 5, "weekdays": 1 << first.weekday(),
            **{name: place.id for name, place in places.items()},
        }  # fmt: skip
        whole |= {name: PARTS[name] for name in lack}
        yield (
            Run(
                tenant_id=tenant, course_id=course.id, number=number, starts_on=first, ends_on=first + 7 * DAY, **whole
            ),
            lack,
        )


@pytest.fixture(scope="module")
def stage(web: Web, make: Maker, database: Database) -> Stage:
    tenant, person, clerk = make.city(region=make.region()), make.person(), make.person()
    make.grant(clerk, "city_admin", tenant)
    with database.transaction(Scope.JOB, tenant=tenant):
        made = list(of_city(tenant))
        session().add_all(run for run, _ in made)
        courses.lay_out_meetings([run for run, _ in made])
        catalogue.publish([run.id for run, _ in made])
        lacks = {run.id: lack for run, lack in made}
    with engine_connection(make.config.database_url) as connection:
        rows = [
            {"tenant_id": tenant, "run_id": run, "person_id": person, "number": 1, "state": "placed"} for run in lacks
        ]
        applications = connection.scalars(sa.insert(Application).returning(Application.id), rows).all()
    return Stage(
        web, f"{make.slug(tenant)}.localhost", lacks, list(applications),
        make.session(person, tenant), make.session(person, None), make.session(clerk, tenant),
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_every_course_stands(stage: Stage, language: str) -> None:
    for run in stage.runs:
        stage.text(f"/courses/{run}", language=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("query", ["", "?sort=starting", "?sort=newest", "?state=upcoming", "?state=open"])
def test_lists_stand(stage: Stage, query: str, language: str) -> None:
    stage.every_page(f"/courses{query}", language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_portal_stands(stage: Stage, language: str) -> None:
    city = stage.host.split(".")[0]
    pages = stage.every_page(f"/search?city={city}", host="localhost", language=language)
    assert len(pages) > len(stage.runs) // 20
    stage.text("/", host="localhost", language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_the_resident_stand(stage: Stage, language: str) -> None:
    stage.text("/", language=language)
    stage.text("/my", stage.at_portal, host="localhost", language=language)
    for run in stage.runs:
        stage.text(f"/courses/{run}", stage.resident, language=language)
    for application in stage.applications:
        stage.text(f"/applications/{application}", stage.resident, language=language)
        stage.text(f"/applications/{application}/cancel", stage.resident, language=language)


def test_pages_of_the_staff_stand(stage: Stage) -> None:
    for language in LANGUAGES:
        stage.text("/console", stage.staff, language=language)
        stage.every_page("/console/courses", who=stage.staff, language=language)
    for run, language in zip(stage.runs, cycle(LANGUAGES), strict=False):
        for page in ("", "/applicants", "/attendance", "/close"):
            stage.text(f"/console/runs/{run}{page}", stage.staff, language=language)


def test_a_window_that_nobody_set_is_said_so(stage: Stage) -> None:
    assert any(NOT_KNOWN in page for page in stage.every_page("/courses"))
    without = [run for run, lack in stage.runs.items() if lack == {"opens_at"}]
    boxes = [stage.text(f"/courses/{run}").split('id="apply-box"')[1] for run in without]
    assert sum(NOT_KNOWN in box for box in boxes) == 2, "of the two that are to come"


def test_where_the_seats_are_not_known_nobody_applies_and_nobody_waits(stage: Stage) -> None:
    without = [run for run, lack in stage.runs.items() if lack == {"capacity"}]
    boxes = [stage.text(f"/courses/{run}").split('id="apply-box"')[1].split("</aside>")[0] for run in without]
    assert any("정원이 정해지면 신청을 받습니다" in box for box in boxes)
    assert not any('id="apply"' in box or "정원 0" in box for box in boxes)
