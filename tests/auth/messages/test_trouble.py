"""What does not go through: tried again with growing waits, said in words, given up after some days, never twice."""

from uuid import UUID

import pytest

from auth.messages import delivery
from maru.db import Database, Scope
from tests.auth.messages.conftest import Deliver, Writing
from tests.conftest import Maker
from tests.post import PostOffice

NOBODY = "smtp://127.0.0.1:9"


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city()


def told(writing: Writing, make: Maker, city: UUID, email: str | None = "") -> UUID:
    person = writing.person(email)
    writing.apply(person, city, make.run(city))
    return person


def test_a_server_that_is_down_is_tried_again_and_then_delivers(
    writing: Writing, deliver: Deliver, post: PostOffice, make: Maker, city: UUID
) -> None:
    person = told(writing, make, city)
    waits = []
    for _ in range(3):
        deliver(mail_url=NOBODY)
        (row,) = writing.rows(person)
        assert (row.state, row.problem) == ("waiting", "unreachable")
        waits.append((row.due_at - row.since).total_seconds())
        writing.now(person)
    assert waits[0] >= 59
    assert waits == sorted(waits)
    assert waits[2] > 800, "each wait is longer"
    deliver(mail_url=post.url)
    assert writing.told(person) == [("applications.placed", "sent", "")]
    assert len(post.letters) == 1


def test_a_server_that_is_down_is_asked_once_a_round(
    writing: Writing, deliver: Deliver, make: Maker, city: UUID
) -> None:
    people = [told(writing, make, city) for _ in range(25)]
    deliver(mail_url=NOBODY)
    problems = [writing.told(person)[0][2] for person in people]
    assert problems.count("unreachable") == 20, "one batch; the others are not even taken"


def test_after_some_days_it_is_given_up_and_listed(writing: Writing, deliver: Deliver, make: Maker, city: UUID) -> None:
    person = told(writing, make, city)
    writing.execute("UPDATE messages SET since = now() - interval '72 hours' WHERE person_id = :p", p=person)
    deliver(mail_url=NOBODY)
    assert writing.told(person) == [("applications.placed", "failed", "unreachable")]


@pytest.mark.parametrize(
    ("answer", "state", "problem"),
    [
        ("550 no such user", "failed", "refused"),
        ("451 greylisted", "waiting", "busy"),
        ("421 bye", "waiting", "unreachable"),
    ],
)
def test_what_the_server_says_of_one_does_not_stop_the_others(
    writing: Writing, deliver: Deliver, post: PostOffice, make: Maker, city: UUID, answer: str, state: str, problem: str
) -> None:
    person, other = told(writing, make, city, f"unloved-{make.code()}@example.kr"), told(writing, make, city)
    post.answers["unloved"] = answer
    deliver(mail_url=post.url)
    deliver(mail_url=post.url)
    assert writing.told(person) == [("applications.placed", state, problem)]
    writing.now(other)
    deliver(mail_url=post.url)
    assert writing.told(other) == [("applications.placed", "sent", "")]
    assert len(post.letters) == 1


@pytest.mark.parametrize("address", ["no address", "a@b", "a@b.kr\nBcc: all@example.kr", "a@b.kr, c@d.kr", "<a@b.kr>"])
def test_what_is_no_address_is_not_written_to(
    writing: Writing, deliver: Deliver, post: PostOffice, make: Maker, city: UUID, address: str
) -> None:
    person = told(writing, make, city, address)
    deliver(mail_url=post.url)
    assert writing.told(person) == [("applications.placed", "failed", "bad-address")]
    assert post.letters == []


@pytest.mark.parametrize(("email", "mail", "problem"), [(None, "used", "no-address"), ("a@example.kr", "", "off")])
def test_what_cannot_be_sent_is_kept_to_be_read_here(
    writing: Writing,
    deliver: Deliver,
    post: PostOffice,
    make: Maker,
    city: UUID,
    email: str | None,
    mail: str,
    problem: str,
) -> None:
    person = told(writing, make, city, email)
    deliver(mail_url=post.url if mail else "", sms_url="")
    assert writing.told(person) == [("applications.placed", "kept", problem)]
    assert "자리가 정해졌습니다" in writing.rows(person)[0].body
    assert post.letters == []


def test_a_line_that_broke_after_the_last_word_is_said_and_not_sent_again(
    writing: Writing, deliver: Deliver, post: PostOffice, make: Maker, city: UUID
) -> None:
    person = told(writing, make, city)
    writing.execute(
        "UPDATE messages SET state = 'handing', due_at = now(), attempts = 1 WHERE person_id = :p", p=person
    )
    deliver(mail_url=post.url)
    assert writing.told(person) == [("applications.placed", "unsure", "unsure")]
    assert post.letters == []


def test_who_lost_the_hold_of_a_row_does_not_say_the_last_word(
    writing: Writing, deliver: Deliver, post: PostOffice, make: Maker, city: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that was so slow that another took its message."""
    person = told(writing, make, city)
    mark = delivery.mark

    def late(row: object) -> None:
        writing.execute("UPDATE messages SET attempts = attempts + 1 WHERE person_id = :p", p=person)
        mark(row)

    monkeypatch.setattr(delivery, "mark", late)
    deliver(mail_url=post.url)
    assert post.letters == []
    assert writing.told(person) == [("applications.placed", "waiting", "")]


def test_only_jobs_take_and_forget(database: Database, make: Maker, city: UUID) -> None:
    for call in ("engine.take_messages(1, 1)", "engine.forget_messages()"):
        for scope in (Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE):
            with (
                pytest.raises(Exception, match="jobs only"),
                database.transaction(scope, tenant=city, person=make.person()) as opened,
            ):
                opened.connection().exec_driver_sql(f"SELECT {call}")


def test_what_was_said_is_destroyed_after_a_dated_time(
    writing: Writing, deliver: Deliver, post: PostOffice, make: Maker, city: UUID, database: Database
) -> None:
    old, new = told(writing, make, city), told(writing, make, city)
    deliver(mail_url=post.url)
    writing.execute("UPDATE messages SET created_at = now() - interval '366 days' WHERE person_id = :p", p=old)
    with database.transaction(Scope.JOB) as opened:
        assert opened.connection().exec_driver_sql("SELECT engine.forget_messages()").scalar_one() >= 1
    (gone,), (kept,) = writing.rows(old), writing.rows(new)
    assert (gone.subject, gone.body, gone.details, gone.address, gone.state) == (None, None, {}, "", "sent")
    assert kept.body
