"""The letter itself goes over a real line, in the language of the person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

import maru.commands.worker  # noqa: F401  # declares all kinds
from auth.messages import delivery
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope
from maru.migrating import engine_connection
from maru.storage import connect
from tenants.catalogue import service as catalogue
from tenants.courses import service as courses
from tenants.reminders import service as reminders
from tests.conftest import Maker
from tests.post import post_office


@pytest.mark.parametrize(("language", "subject"), [("ko", "에 접수를 시작합니다"), ("en", "Applications for")])
def test_a_letter_says_when_and_where(
    config: Config, database: Database, make: Maker, language: str, subject: str
) -> None:
    city, person = make.city(), make.person()
    run, address, opens = make.run(city), f"{person}@example.kr", datetime.now(UTC) + timedelta(minutes=50)
    with database.transaction(Scope.JOB, tenant=city):
        held = courses.hold(run)
        held.opens_at, held.closes_at = opens, opens + timedelta(days=1)
        catalogue.project([run])
    with engine_connection(config.database_url) as connection:
        values = {"email": address, "language": language, "person": person}
        connection.execute(sa.text("UPDATE people SET email = :email, language = :language WHERE id = :person"), values)
        connection.execute(sa.text("UPDATE messages SET state = 'kept' WHERE state IN ('waiting', 'handing')"))
    with database.transaction(Scope.PERSON, tenant=city, person=person):
        reminders.ask(catalogue.get(run, city), person, 1)
    with post_office() as office:
        tools = jobs.Tools(
            replace(config, mail_url=office.url), connect(config.s3), partial(database.transaction, Scope.JOB)
        )
        with jobs.having(tools):
            for _ in range(3):
                reminders.tell()
                delivery.deliver()
        (letter,) = office.to(address)
    assert subject in letter["Subject"]
    assert "선착순 강좌 견본" in letter["Subject"]
    text = letter.get_body(("plain",)).get_content()
    assert f"http://{make.slug(city)}.localhost:8000/courses/{run}" in text
    assert "/my#reminders" in text
