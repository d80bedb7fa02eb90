"""My applications on my learning: all that stand, the past a page at a time, and no way into a house that is closed."""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Scope, session
from maru.migrating import engine_connection
from maru.tenancy import Tenant
from tenants.catalogue.models import Listing
from tenants.learners.service import PAGE
from tenants.sample import making
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL = "localhost"
LINK = re.compile(r'<h3><a href="[^"]*/applications/([0-9a-f-]+)">')
NEXT = re.compile(r'href="(/my\?after=[^"#]+)#past"')


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


def applied(config: Config, tenant: UUID, person: UUID, runs: Collection[UUID], *, cancelled: bool = False) -> None:
    """An application of the person for each run: a place, or one given back."""
    rows = sa.text(
        "INSERT INTO applications (tenant_id, run_id, person_id, number, state, cancelled_at)"
        " SELECT :tenant, run, :person, 1, CASE WHEN :cancelled THEN 'cancelled' ELSE 'placed' END,"
        " CASE WHEN :cancelled THEN now() END FROM unnest(CAST(:runs AS uuid[])) AS run"
    )
    with engine_connection(config.database_url) as connection:
        connection.execute(rows, {"tenant": tenant, "person": person, "runs": list(runs), "cancelled": cancelled})


def parts(page: str) -> tuple[list[str], list[str]]:
    """The applications that stand, and the past ones."""
    now, _, past = page[page.index('aria-labelledby="h-now"') :].partition('id="past"')
    return LINK.findall(now), LINK.findall(past)


def test_everything_that_stands_is_shown_and_the_past_has_pages(config: Config, web: Web, make: Maker) -> None:
    city, person = make.city(), make.person()
    runs = making.make_runs(make.database, city, 5, count=2 * PAGE + 10)
    applied(config, city, person, runs[: PAGE + 5])
    applied(config, city, person, runs[PAGE + 5 :], cancelled=True)
    who = make.session(person, None)
    first = web.get(PORTAL, "/my", who).text
    assert [len(set(part)) for part in parts(first)] == [PAGE + 5, PAGE]
    assert "지난 신청 더 보기" in first
    (following,) = NEXT.findall(first)
    second = web.get(PORTAL, following, who).text
    assert [len(part) for part in parts(second)] == [PAGE + 5, 5]
    assert not set(parts(second)[1]) & set(parts(first)[1])
    assert NEXT.findall(second) == []
    assert '<details class="more" open>' in second


def test_a_few_past_ones_are_counted(config: Config, web: Web, make: Maker) -> None:
    city, person = make.city(), make.person()
    applied(config, city, person, making.make_runs(make.database, city, 5, count=3), cancelled=True)
    page = web.get(PORTAL, "/my", make.session(person, None)).text
    assert "지난 신청 3개" in page
    assert "지난 신청 더 보기" not in page


@pytest.mark.parametrize(("state", "hint"), [("suspended", "쉬고 있어"), ("archived", "문을 닫아")])
def test_no_way_leads_into_a_closed_house(web: Web, make: Maker, state: str, hint: str) -> None:
    city, person = make.city(), make.person()
    make.enrolment(city, person)
    who, host = make.session(person, None), f"http://{make.slug(city)}."
    assert host in web.get(PORTAL, "/my", who).text
    with make.database.transaction(Scope.PROVINCE):
        session().execute(sa.update(Tenant).where(Tenant.id == city).values(state=state))
    page = web.get(PORTAL, "/my", who).text
    assert "<h3>선착순 강좌 견본</h3>" in page
    assert hint in page
    assert host not in page


def test_what_meets_next_stands_first(config: Config, web: Web, make: Maker) -> None:
    city, person = make.city(), make.person()
    later, sooner, over = (make.run(city) for _ in range(3))
    applied(config, city, person, [sooner, later, over])
    with make.database.transaction(Scope.JOB, tenant=city):
        for run, days in ((later, 9), (sooner, 1), (over, -1)):
            day = (datetime.now(UTC) + timedelta(days=days)).isoformat()
            meets = [{"number": 1, "starts_at": day, "ends_at": day, "topic": ""}]
            session().execute(sa.update(Listing).where(Listing.run_id == run).values(meetings=meets))
    page = web.get(PORTAL, "/my", make.session(person, None)).text
    with engine_connection(config.database_url) as connection:
        rows = connection.execute(sa.text("SELECT id, run_id FROM applications WHERE person_id = :p"), {"p": person})
        runs = {str(row.id): row.run_id for row in rows}
    assert [runs[one] for one in parts(page)[0]] == [sooner, later, over]
