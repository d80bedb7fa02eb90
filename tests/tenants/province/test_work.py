"""Work that did not get done is shown and can be tried once more; how the cities' mail fares is shown in numbers."""

import re
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection, owner_connection
from tests.client import Web
from tests.conftest import Maker
from tests.tenants.province.conftest import PORTAL, Desk

ADD = sa.text("""
    INSERT INTO queue.procrastinate_jobs (queue_name, task_name, args, status, attempts)
    VALUES (:queue, 'certificates.make_paper', jsonb_build_object('tenant', CAST(:tenant AS text)), 'todo', 7) RETURNING id
""")


def queued(config: Config, tenant: UUID | None, *, status: str = "failed", queue: str = "default") -> int:
    """A job that has come to `status` by way of the queue's own steps."""
    with owner_connection(config.database_url) as connection, connection.begin():
        job = connection.execute(ADD, {"tenant": str(tenant) if tenant else None, "queue": queue}).scalar_one()
        for step in {"failed": ["doing", "failed"], "doing": ["doing"], "todo": []}[status]:
            move = "UPDATE queue.procrastinate_jobs SET status = :step WHERE id = :job"
            connection.execute(sa.text(move), {"step": step, "job": job})
    return int(job)


def late(config: Config, job: int) -> None:
    with owner_connection(config.database_url) as connection, connection.begin():
        ago = "UPDATE queue.procrastinate_jobs SET scheduled_at = now() - interval '1 hour' WHERE id = :job"
        connection.execute(sa.text(ago), {"job": job})


def status_of(config: Config, job: int) -> tuple[str, int]:
    with owner_connection(config.database_url) as connection, connection.begin():
        found = sa.text("SELECT status::text, attempts FROM queue.procrastinate_jobs WHERE id = :job")
        status, attempts = connection.execute(found, {"job": job}).one()
    return status, attempts


def fail_of(config: Config, job: int, problem: str) -> None:
    with owner_connection(config.database_url) as connection, connection.begin():
        told = sa.text(
            "UPDATE queue.procrastinate_jobs SET args = args || jsonb_build_object('problem', CAST(:why AS text)) WHERE id = :job"
        )
        connection.execute(told, {"job": job, "why": problem})


def test_failed_work_of_cities_and_of_the_province_is_shown_and_tried_again(
    desk: Desk, make: Maker, config: Config
) -> None:
    of_city, of_province = queued(config, make.city()), queued(config, None)
    page = desk.get("/province/work").text
    for job in (of_city, of_province):
        assert f'action="/province/work/{job}/again"' in page
    for job in (of_city, of_province):
        assert desk.post(f"/province/work/{job}/again").status_code == 303
        assert status_of(config, job) == ("todo", 0), "with all its tries"
    assert "다시 해 봅니다." in desk.get("/province/work").text
    assert desk.post(f"/province/work/{of_city}/again").status_code == 409
    assert desk.post("/province/work/999999999/again").status_code == 409


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("", "프로그램이 멈추었습니다"),
        ("mail-refused", "받는 쪽 메일 서버가 거절했습니다"),
        ("KeyError", "서버를 관리하는 분에게 이 이름을 알려 주세요: KeyError"),
    ],
)
def test_why_work_failed_is_said(desk: Desk, make: Maker, config: Config, problem: str, said: str) -> None:
    job = queued(config, make.city())
    if problem:
        fail_of(config, job, problem)
    page = desk.get("/province/work").text
    assert said in page[: page.index(f">{job}</td>")].rsplit("<tr>", 1)[1]


def test_work_that_nobody_takes_up_is_shown_unless_its_queue_is_busy(desk: Desk, make: Maker, config: Config) -> None:
    queue = f"q{uuid4().hex}"
    job = queued(config, make.city(), status="todo", queue=queue)
    assert f">{job}</td>" not in desk.get("/province/work").text
    late(config, job)
    assert f">{job}</td>" in desk.get("/province/work").text
    queued(config, None, status="doing", queue=queue)
    assert f">{job}</td>" not in desk.get("/province/work").text


@pytest.mark.parametrize("role", ["auditor", "library_editor"])
def test_who_does_not_make_cities_sees_the_work_and_leaves_it(web: Web, make: Maker, config: Config, role: str) -> None:
    job, person = queued(config, make.city()), make.person()
    make.grant(person, role)
    who = make.session(person, None)
    page = web.get(PORTAL, "/province/work", who).text
    assert f">{job}</td>" in page
    assert "/again" not in page
    assert web.post(PORTAL, f"/province/work/{job}/again", who).status_code == 403
    assert status_of(config, job)[0] == "failed"


MESSAGES = sa.text("""
    INSERT INTO messages (tenant_id, person_id, kind, about, state, problem, sent_at, since)
    VALUES (:city, :person, 'applications.placed', uuidv7(), :state, :problem, now(), now() - CAST(:ago AS interval))
""")


def test_the_mail_of_every_city_is_told_in_numbers(desk: Desk, make: Maker, config: Config, database: Database) -> None:
    city, person = make.city(), make.person()
    rows = [("sent", "", "0")] * 3 + [("failed", "refused", "0"), ("unsure", "unsure", "0"), ("waiting", "", "1 hour")]
    later = ("waiting", "", "-1 day")
    with engine_connection(config.database_url) as connection:
        for state, problem, ago in (*rows, later):
            values = {"city": city, "person": person, "state": state, "problem": problem, "ago": ago}
            connection.execute(MESSAGES, values)
    page = desk.get("/province/messages").text
    line = page[page.index(f"/province/cities/{make.slug(city)}") :].split("</tr>")[0]
    for number in ('보냄">3<', '보내는 중">1<', '보내지 못함">1<', '보냈는지 모름">1<'):
        assert number in line
    assert "받는 쪽 서버가 거절했습니다" in line
    assert str(person) not in page
    counted = sa.text("SELECT count(*) FROM engine.count_messages(7, 10)")
    for scope in (Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.JOB):
        with database.transaction(scope, tenant=city, person=person):
            assert session().execute(counted).scalar_one() == 0


def test_the_menu_says_what_waits_for_whom(
    web: Web, desk: Desk, make: Maker, config: Config, database: Database
) -> None:
    queued(config, make.city())
    item = make.item()
    with database.transaction(Scope.PROVINCE):
        session().execute(sa.text("UPDATE items SET state = 'submitted' WHERE id = :id"), {"id": item})
    editor, menu = make.person(), "/province/roles"
    make.grant(editor, "library_editor")
    for page, waits in ((desk.get(menu).text, True), (web.get(PORTAL, menu, make.session(editor, None)).text, False)):
        assert bool(re.search(r"<b>\d", line_of(page, "/province/library"))) == waits
        assert re.search(r"<b>\d", line_of(page, "/province/work"))


def line_of(page: str, url: str) -> str:
    start = page.index(f'<a href="{url}"')
    return page[start : page.index("</li>", start)]
