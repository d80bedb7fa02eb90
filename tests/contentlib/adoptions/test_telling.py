"""A city is written to when an item that it shows ends: those who may adopt, once for each event."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from auth.messages.models import Message
from contentlib.adoptions import telling
from maru.config import Config
from maru.db import Scope, session
from maru.web import dates
from maru.worker import run_worker
from tests.contentlib.adoptions.test_console import Desk, publish
from tests.contentlib.conftest import Office

APPROVER = "library_approver"


def written(office: Office, city: UUID) -> list[tuple[str, UUID, str]]:
    """Kind, reader and item of what was written in the name of a city."""
    with office.database.transaction(Scope.JOB, tenant=city):
        found = session().scalars(sa.select(Message).where(Message.tenant_id == city).order_by(Message.id))
        return [(one.kind, one.person_id, one.details["item"]) for one in found if one.person_id]


def test_who_may_adopt_is_told_once_of_what_ends_and_of_what_was_withdrawn(office: Office, config: Config) -> None:
    city, elsewhere = office.make.city(), office.make.city()
    operator, clerk = office.make.person(), office.make.person()
    office.make.grant(operator, "course_operator", city)
    office.make.grant(clerk, "desk_clerk", city)
    desk = Desk(office, city)
    soon = publish(office, title="곧 끝날 것", licence_ends_on=str(dates.today() + timedelta(days=20)))
    gone = publish(office, title="거둘 것")
    for item in (soon, gone):
        desk.ask("POST", f"/{item}/adopt", operator)
    office.ask("POST", f"/{gone}/withdraw", APPROVER, data={"because": "다시 만듭니다."})
    for _ in range(2):
        with office.database.transaction(Scope.JOB):
            telling.tell_of_endings.later()
        run_worker(config, until_empty=True)
        run_worker(config, until_empty=True)  # what the round has queued
    assert sorted(written(office, city)) == [
        ("library.ending", operator, "곧 끝날 것"), ("library.withdrawn", operator, "거둘 것"),
    ]  # fmt: skip
    assert written(office, elsewhere) == []
