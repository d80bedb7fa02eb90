"""Two of the staff at one run in the same moment: one is served, the other is served or refused as the second of the two."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from maru.config import Config
from maru.db import Scope, session
from maru.migrating import owner_connection
from tests.tenants.publishing.conftest import Desk

Asked = list["Future[TestResponse]"]
Queue = Callable[[Asked], None]
InTurn = Callable[..., list[TestResponse]]
HELD = sa.text("SELECT count(*) FROM (SELECT FROM runs WHERE id = ANY (:runs) FOR UPDATE) held")
STANDING = sa.text("""
    SELECT r.published_at IS NOT NULL AS public, r.cancelled_at IS NOT NULL AS called_off, r.cancel_reason AS reason,
           (l.published_at, l.cancelled_at, l.cancel_reason) IS NOT DISTINCT FROM
           (r.published_at, r.cancelled_at, r.cancel_reason) AS agrees, l.run_id IS NOT NULL AS listed
    FROM runs r LEFT JOIN listings l ON l.tenant_id = r.tenant_id AND l.run_id = r.id WHERE r.id = :run
""")


def post(desk: Desk, act: str, run: UUID, reason: str = "") -> TestResponse:
    if act in ("publish", "delete"):
        return desk.ask("POST", f"/courses/{act}", data={"run": str(run)})
    return desk.ask("POST", f"/runs/{run}/{act}", data={"reason": reason} if act == "cancel" else {})


def state(desk: Desk, run: UUID) -> str:
    """What has become of a run: its row and its public row say the same."""
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        found = session().execute(STANDING, {"run": run}).one_or_none()
    if found is None:
        return "gone"
    assert found.listed == found.public
    assert found.agrees or not found.public
    assert found.reason in ("", "까닭"), "nobody writes over the first reason"
    return f"{'public' if found.public else 'draft'}{', called off' if found.called_off else ''}"


@pytest.fixture(scope="module")
def looking(config: Config) -> Iterator[sa.Connection]:
    with owner_connection(config.database_url) as connection:
        yield connection


@pytest.fixture
def queue(looking: sa.Connection) -> Queue:
    """Waits until so many stand before a lock; those who have their answer without waiting need not."""

    def wait(asked: Asked) -> None:
        for _ in range(1500):
            with looking.begin():
                waiting = looking.exec_driver_sql("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
                if waiting.scalar_one() >= sum(not one.done() for one in asked):
                    return
            time.sleep(0.01)
        raise TimeoutError

    return wait


@pytest.fixture
def in_turn(desk: Desk, queue: Queue) -> InTurn:
    """Asks one after the other while the runs are held, so that each has begun before any has ended."""

    def ask(runs: list[UUID], *acts: Callable[[], TestResponse]) -> list[TestResponse]:
        asked: Asked = []
        with ThreadPoolExecutor(len(acts)) as pool:
            with desk.database.transaction(Scope.STAFF, tenant=desk.city) as held:
                held.execute(HELD, {"runs": runs})
                for act in acts:
                    asked.append(pool.submit(act))
                    queue(asked)
            return [one.result(30) for one in asked]

    return ask


NOT_DRAFT = (409, "고르신 강좌는 그사이 이미 공개했거나, 폐강했거나, 지웠습니다.")
NOT_PUBLIC = (409, "공개하지 않은 강좌입니다.")
WAS_PUBLIC = (409, "한 번 공개한 강좌는 지우지 않습니다.")
CALLED_OFF = (409, "이미 폐강한 강좌입니다.")
STAYS_PUBLIC = (409, "폐강한 강좌의 공개는 거두지 않습니다.")
GONE = (404, "찾으시는 강좌가 없습니다.")
DONE = (303, "")


@pytest.mark.parametrize(
    ("first", "second", "answer", "end"),
    [
        ("publish", "publish", NOT_DRAFT, "public"),
        ("publish", "cancel", DONE, "public, called off"),
        ("publish", "withdraw", DONE, "draft"),
        ("publish", "delete", WAS_PUBLIC, "public"),
        ("cancel", "publish", NOT_DRAFT, "draft, called off"),
        ("cancel", "cancel", CALLED_OFF, "draft, called off"),
        ("cancel", "withdraw", NOT_PUBLIC, "draft, called off"),
        ("cancel", "delete", DONE, "gone"),
        ("delete", "publish", NOT_DRAFT, "gone"),
        ("delete", "cancel", GONE, "gone"),
        ("delete", "withdraw", GONE, "gone"),
        ("delete", "delete", NOT_DRAFT, "gone"),
    ],
)
def test_two_at_one_draft(
    desk: Desk, in_turn: InTurn, first: str, second: str, answer: tuple[int, str], end: str
) -> None:
    check_two(desk, in_turn, desk.draft(), [first, second], answer, end)


@pytest.mark.parametrize(
    ("first", "second", "answer", "end"),
    [
        ("cancel", "publish", NOT_DRAFT, "public, called off"),
        ("cancel", "cancel", CALLED_OFF, "public, called off"),
        ("cancel", "withdraw", STAYS_PUBLIC, "public, called off"),
        ("cancel", "delete", WAS_PUBLIC, "public, called off"),
        ("withdraw", "publish", NOT_DRAFT, "draft"),
        ("withdraw", "cancel", DONE, "draft, called off"),
        ("withdraw", "withdraw", NOT_PUBLIC, "draft"),
        ("withdraw", "delete", WAS_PUBLIC, "draft"),
    ],
)
def test_two_at_one_public_run(
    desk: Desk, in_turn: InTurn, first: str, second: str, answer: tuple[int, str], end: str
) -> None:
    check_two(desk, in_turn, desk.run(), [first, second], answer, end)


def check_two(desk: Desk, in_turn: InTurn, run: UUID, acts: list[str], answer: tuple[int, str], end: str) -> None:
    reasons = ["까닭", "다른 까닭" if acts == ["cancel", "cancel"] else "까닭"]
    first, second = in_turn([run], *(partial(post, desk, *one) for one in zip(acts, [run, run], reasons, strict=True)))
    status, words = answer
    assert (first.status_code, second.status_code, state(desk, run)) == (303, status, end)
    assert words in second.text


def test_what_was_called_off_meanwhile_is_left_out_of_many(desk: Desk, in_turn: InTurn) -> None:
    kept, lost = desk.draft(), desk.draft()
    _, published = in_turn(
        [lost],
        partial(post, desk, "cancel", lost, "까닭"),
        partial(desk.ask, "POST", "/courses/publish", data=desk.shown("publish")),
    )
    assert (published.status_code, published.location) == (303, "/console/courses")
    assert [state(desk, run) for run in (kept, lost)] == ["public", "draft, called off"]


def test_two_who_publish_all_are_not_in_each_others_way(desk: Desk, in_turn: InTurn) -> None:
    runs = [desk.draft() for _ in range(5)]
    everything = partial(desk.ask, "POST", "/courses/publish", data=desk.shown("publish"))
    answers = in_turn(runs, everything, everything)
    assert [one.status_code for one in answers] == [303, 409]
    assert {state(desk, run) for run in runs} == {"public"}


@pytest.mark.parametrize(("act", "end"), [("cancel", "public, called off"), ("withdraw", "draft")])
def test_an_application_under_way_is_not_in_the_way(desk: Desk, queue: Queue, act: str, end: str) -> None:
    """It has the counter and asks for the run's key; they have the run and ask for the counter."""
    run = desk.run()
    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction(Scope.STAFF, tenant=desk.city) as applying:
            applying.execute(sa.text("SELECT engine.hold_seats(:run)"), {"run": run})
            asked = pool.submit(post, desk, act, run, "까닭")
            queue([asked])
            assert not asked.done()
            applying.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            applying.execute(sa.text("SELECT FROM runs WHERE id = :run FOR KEY SHARE"), {"run": run})
        assert asked.result(30).status_code == 303
    assert state(desk, run) == end


@pytest.mark.parametrize(("act", "status", "end"), [("cancel", 303, "public, called off"), ("withdraw", 409, "public")])
def test_who_applied_a_moment_before_counts(desk: Desk, queue: Queue, act: str, status: int, end: str) -> None:
    run, person = desk.run(), desk.make.person()
    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction(Scope.PERSON, tenant=desk.city, person=person) as applying:
            applying.execute(sa.text("SELECT engine.apply(:run, NULL)"), {"run": run})
            asked = pool.submit(post, desk, act, run, "까닭")
            queue([asked])
            assert not asked.done()
        assert asked.result(30).status_code == status
    assert state(desk, run) == end
