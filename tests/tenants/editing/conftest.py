"""A city's console at which courses are written by hand."""

import re
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from maru.db import Database, Scope, session
from tenants.courses.models import Run
from tests.client import Web
from tests.conftest import Maker
from tests.tenants.publishing.conftest import Desk, web

__all__ = ["web"]
FORM: dict[str, Any] = {
    "title": "처음 만나는 수채화",
    "summary": "붓을 처음 잡는 분께",
    "category": "04",
    "term": "2027년 1기",
    "starts_on": "2027-03-04",
    "ends_on": "2027-03-25",
    "weekdays": ["3"],
    "starts_at": "19:00",
    "ends_at": "21:00",
    "method": "오프라인",
    "venue": "new",
    "venue_name": "평생학습관",
    "venue_address": "중앙로 1",
    "room": "302호",
    "instructor": "한소연",
    "institution": "new",
    "institution_name": "시험 평생학습관",
    "institution_phone": "031-000-0000",
    "capacity": "20",
    "waiting_limit": "5",
    "target": "성인",
    "resident_only": "1",
    "min_age": "19",
    "fee": "40,000",
    "opens_on": "2027-02-01",
    "opens_time": "10:00",
    "closes_on": "2027-02-10",
    "closes_time": "18:00",
    "selection": "선착순",
    "threshold": "75",
    "late_weight": "100",
    "left_early_weight": "50",
    "excused_weight": "100",
}


class Writer(Desk):
    """The same, and its forms."""

    def write(self, **changed: Any) -> TestResponse:
        return self.ask("POST", "/courses/new", data={**FORM, **changed})

    def written(self, **changed: Any) -> UUID:
        """The run that a form has made."""
        answer = self.write(**changed)
        assert answer.status_code == 303
        return UUID(answer.location.rsplit("/", 1)[1])

    def shown(self, run: UUID) -> dict[str, Any]:  # type: ignore[override]  # another form
        """Its form as a browser would send it back."""
        page = self.ask("GET", f"/runs/{run}/edit").text
        seen = re.search('name="seen" value="([0-9a-f]{16})"', page)
        assert seen
        with self.database.transaction(Scope.STAFF, tenant=self.city):
            held = session().get_one(Run, (self.city, run))
            places = {"venue": str(held.venue_id), "institution": str(held.institution_id)}
        return {**FORM, **places, "seen": seen[1]}

    def edit(self, run: UUID, **changed: Any) -> TestResponse:
        return self.ask("POST", f"/runs/{run}/edit", data={**self.shown(run), **changed})

    def row(self, run: UUID) -> Run:
        with self.database.transaction(Scope.STAFF, tenant=self.city):
            found = session().get_one(Run, (self.city, run))
            _ = found.course, found.venue, found.institution, found.meetings
            return found

    def publish(self, *runs: UUID) -> None:
        answer = self.ask(
            "POST",
            "/courses/publish",
            data={"run": [str(run) for run in runs], "with": ["no-seats", "no-window", "ended"]},
        )
        assert answer.status_code == 303

    def listed(self, run: UUID) -> Any:
        with self.database.transaction(Scope.PUBLIC, tenant=self.city):
            asked = sa.text("SELECT * FROM listings WHERE run_id = :run")
            return session().execute(asked, {"run": run}).one_or_none()


@pytest.fixture
def desk(web: Web, database: Database, make: Maker) -> Writer:
    return Writer(web, database, make, make.city())
