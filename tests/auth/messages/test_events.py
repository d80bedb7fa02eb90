"""What happens to applications is told, each event once, to whom it concerns (CAM-6.6)."""

from uuid import UUID

import pytest

from auth.messages.kinds import declared
from maru.db import Database, Scope
from tenants.catalogue import service as catalogue
from tenants.enrolments.messages import TOLD_BY_TRIGGERS
from tests.auth.messages.conftest import Deliver, Writing
from tests.conftest import Maker
from tests.post import PostOffice, text_of


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city()


def test_who_gets_a_place_is_told_in_the_name_of_the_city(
    writing: Writing, deliver: Deliver, post: PostOffice, make: Maker, city: UUID
) -> None:
    run, person = make.run(city), writing.person(name="김영숙")
    application = writing.apply(person, city, run)
    assert writing.told(person) == [("applications.placed", "waiting", "")]
    deliver(mail_url=post.url, mail_from="no-reply@learn.example.kr")
    (letter,) = post.letters
    assert letter["Subject"] == "신청되었습니다: 선착순 강좌 견본"
    assert letter["From"].addresses[0].display_name.endswith("평생학습관")
    assert letter["From"].addresses[0].addr_spec == "no-reply@learn.example.kr"
    said = text_of(letter)
    assert "김영숙 님, ‘선착순 강좌 견본’에 자리가 정해졌습니다." in said
    assert f"http://{make.slug(city)}.localhost:8000/applications/{application}" in said
    assert f"http://{make.slug(city)}.localhost:8000/my/messages" in said
    assert "{" not in said
    (row,) = writing.rows(person)
    assert (row.state, row.channel, row.address) == ("sent", "email", f"{person}@example.kr")
    assert row.body in said


def test_a_reader_of_english_is_written_to_in_english(
    writing: Writing, deliver: Deliver, post: PostOffice, make: Maker, city: UUID
) -> None:
    person = writing.person(language="en", name="Kim")
    writing.apply(person, city, make.run(city))
    deliver(mail_url=post.url)
    (letter,) = post.letters
    assert letter["Subject"].startswith("You have a place: ")
    assert letter["Content-Language"] == "en"
    assert "Dear Kim," in text_of(letter)


def test_the_whole_way_through_the_line_is_told_each_once(
    writing: Writing, deliver: Deliver, post: PostOffice, make: Maker, city: UUID
) -> None:
    run, first, second = make.run(city, capacity=1), writing.person(), writing.person()
    placed, waiting = writing.apply(first, city, run), writing.apply(second, city, run)
    deliver(mail_url=post.url)
    writing.cancel(first, city, placed)
    writing.cancel(first, city, placed)
    deliver(mail_url=post.url)
    deliver(mail_url=post.url)
    kinds = [[kind for kind, state, _ in writing.told(one) if state == "sent"] for one in (first, second)]
    assert kinds == [
        ["applications.placed", "applications.cancelled"],
        ["applications.waiting", "applications.moved-up"],
    ]
    assert len(post.letters) == 4
    assert [row.about for row in writing.rows(second)] == [waiting, waiting]


def test_a_repeated_call_with_the_same_key_tells_once(writing: Writing, make: Maker, city: UUID) -> None:
    run, person = make.run(city), writing.person()
    assert writing.apply(person, city, run, "a-key") == writing.apply(person, city, run, "a-key")
    assert len(writing.told(person)) == 1


def test_applying_anew_after_giving_back_is_another_event(writing: Writing, make: Maker, city: UUID) -> None:
    run, person = make.run(city), writing.person()
    writing.cancel(person, city, writing.apply(person, city, run))
    writing.apply(person, city, run)
    kinds = [kind for kind, *_ in writing.told(person)]
    assert kinds == ["applications.placed", "applications.cancelled", "applications.placed"]


def test_more_seats_tell_those_who_move_up(writing: Writing, make: Maker, city: UUID, database: Database) -> None:
    run, people = make.run(city, capacity=1), [writing.person() for _ in range(3)]
    for person in people:
        writing.apply(person, city, run)
    with database.transaction(Scope.STAFF, tenant=city) as opened:
        opened.connection().exec_driver_sql("SELECT engine.set_seats(%s, 3, NULL)", (run,))
    assert [writing.told(person)[-1][0] for person in people] == [
        "applications.placed",
        "applications.moved-up",
        "applications.moved-up",
    ]


def test_five_hundred_people_of_a_run_that_is_called_off_are_told_once_each(
    writing: Writing, deliver: Deliver, post: PostOffice, make: Maker, city: UUID, database: Database
) -> None:
    run, waiting, given_back = make.run(city, capacity=499), writing.person(), writing.person()
    people = [*writing.crowd(499, city, run), waiting]
    writing.apply(waiting, city, run)
    writing.cancel(given_back, city, writing.apply(given_back, city, run))
    writing.execute("UPDATE messages SET state = 'kept' WHERE state = 'waiting'")
    with database.transaction(Scope.STAFF, tenant=city, person=make.person()):
        catalogue.cancel_run(run, "강사님이 다치셨습니다.")
    deliver(mail_url=post.url)
    to = [letter["To"].addresses[0].addr_spec for letter in post.letters]
    assert sorted(to) == sorted(f"{person}@example.kr" for person in people)
    assert all("까닭: 강사님이 다치셨습니다." in text_of(letter) for letter in post.letters)
    assert sorted(writing.states(people)) == ["kept", *["sent"] * 500]
    assert [kind for kind, *_ in writing.told(given_back)] == ["applications.waiting", "applications.cancelled"]


def test_what_is_written_down_about_the_past_is_not_told(writing: Writing, make: Maker, city: UUID) -> None:
    run, person = make.run(city), writing.person()
    writing.execute(
        "INSERT INTO applications (tenant_id, run_id, person_id, number, state, applied_at)"
        " VALUES (:city, :run, :person, 1, 'placed', now() - interval '1 day')",
        city=city, run=run, person=person,
    )  # fmt: skip
    assert writing.told(person) == []


def test_every_kind_that_a_trigger_writes_is_declared(writing: Writing) -> None:
    assert TOLD_BY_TRIGGERS.keys() <= declared.keys()
