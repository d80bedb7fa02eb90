"""The account at the identity provider and files go too, as often as it takes, and the certificate says how far it is."""

import io
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from sqlalchemy.orm import Session

from auth.rights import exporting
from auth.rights import service as rights
from auth.rights.service import Asking
from maru.config import Config
from maru.db import Database, Scope
from maru.jobs import Tools, having
from maru.migrating import engine_connection, owner_connection
from maru.storage import connect
from records.destruction import outside
from records.destruction import service as destruction
from tests.client import opened
from tests.conftest import Maker

NOWHERE = "http://127.0.0.1:9/realms/maru"


@dataclass
class Leaving:
    config: Config
    database: Database
    make: Maker
    officer: UUID

    def destroyed(self, *, file: bool = False) -> tuple[UUID, UUID]:
        """A person with an account, and perhaps a file of their own data, who is destroyed: person and run."""
        person = self.make.person()
        with engine_connection(self.config.database_url) as engine:
            named = sa.text("UPDATE people SET subject = gen_random_uuid() WHERE id = :person")
            engine.execute(named, {"person": person})
        if file:
            with self.database.transaction(Scope.PERSON, person=person):
                rights.ask(person, Asking("transfer"))
            with having(self.tools()):
                exporting.make_files()
        with self.database.transaction(Scope.PERSON, person=person):
            request = rights.ask(person, Asking("deletion", None, "모두 지워 주세요")).id
        with self.database.transaction(Scope.PROVINCE, person=self.officer):
            rights.grant(request, None, "지웁니다.", self.officer)
        with self.database.transaction(Scope.JOB) as job:
            return person, UUID(str(job.execute(sa.select(sa.func.engine.destroy_due())).scalar_one()))

    def tools(self) -> Tools:
        return Tools(self.config, connect(self.config.s3), self._job)

    def round(self) -> None:
        with having(self.tools()):
            outside.remove_outside()

    def said(self, run: UUID, person: UUID) -> dict[str, tuple[str | None, bool, str, int]]:
        with self.database.transaction(Scope.PROVINCE, person=self.officer):
            return {
                one.kind: (one.what, one.removed_at is not None, one.problem, one.attempts)
                for one in destruction.removals(run)
                if one.person_id == person
            }

    def later(self) -> None:
        """Let the next attempt be due."""
        with owner_connection(self.config.database_url) as owner, owner.begin():
            owner.exec_driver_sql("SET LOCAL ROLE maru_engine")
            owner.exec_driver_sql("UPDATE removals SET tried_at = now() - interval '2 days' WHERE removed_at IS NULL")

    def _job(self, *, tenant: UUID | None = None, person: UUID | None = None) -> AbstractContextManager[Session]:
        return self.database.transaction(Scope.JOB, tenant=tenant, person=person)


@pytest.fixture
def leaving(stored: Config, database: Database, make: Maker) -> Leaving:
    officer = make.person()
    make.grant(officer, "privacy_officer")
    return Leaving(stored, database, make, officer)


def test_a_file_goes_from_the_object_store(leaving: Leaving) -> None:
    person, run = leaving.destroyed(file=True)
    (key, _) = next(iter(connect(leaving.config.s3).under(f"rights/{person}/")))
    assert leaving.said(run, person)["file"] == (key, False, "", 0)
    leaving.round()
    assert not connect(leaving.config.s3).exists(key)
    assert leaving.said(run, person)["file"] == (None, True, "", 1)


def test_an_account_waits_for_a_server_that_is_away_and_is_tried_again(leaving: Leaving) -> None:
    person, run = leaving.destroyed()
    subject = leaving.said(run, person)["account"][0]
    assert subject
    leaving.round()
    assert leaving.said(run, person)["account"] == (subject, False, "not-allowed", 1)
    leaving.round()
    assert leaving.said(run, person)["account"][3] == 1, "not again within the minute"
    leaving.config = replace(leaving.config, keycloak_admin="admin:wrong", oidc_issuer=NOWHERE)
    leaving.later()
    leaving.round()
    assert leaving.said(run, person)["account"] == (subject, False, "away", 2)


def test_whoever_came_back_meanwhile_keeps_the_account(leaving: Leaving) -> None:
    person, run = leaving.destroyed()
    subject = leaving.said(run, person)["account"][0]
    again = leaving.make.person()
    with engine_connection(leaving.config.database_url) as engine:
        engine.execute(
            sa.text("UPDATE people SET subject = :subject WHERE id = :again"), {"subject": subject, "again": again}
        )
    leaving.round()
    assert leaving.said(run, person)["account"] == (None, True, "used-again", 1)


def test_the_certificate_says_what_waits(leaving: Leaving) -> None:
    _, run = leaving.destroyed(file=True)
    who = leaving.make.session(leaving.officer, None)
    with opened(leaving.config) as web:
        page = f"/province/destruction/{run}"
        assert "기다리는 중" in web.get("localhost", page, who).text
        web.post("localhost", f"{page}/confirm", who)

        def paper() -> str:
            pages: Any = PdfReader(io.BytesIO(web.get("localhost", f"{page}.pdf", who).data)).pages
            return "".join(one.extract_text() for one in pages)

        assert "로그인 계정 1개 지우기를 기다림, 보관하던 파일 1개 지우기를 기다림" in paper()
        leaving.round()
        assert "로그인 계정 1개 지우기를 기다림, 보관하던 파일 1개 지움" in paper()


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE])
def test_nobody_else_takes_what_is_to_be_removed(leaving: Leaving, scope: Scope) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="jobs of no city only"),
        leaving.database.transaction(scope, tenant=leaving.make.city(), person=leaving.officer) as tried,
    ):
        tried.execute(outside.TAKE, {"most": 1})
