"""Two people press at once: the second is judged by what the first has left, and nobody meets an error of ours."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auth.messages import outbox
from auth.messages.models import Message
from auth.roles import service as roles
from contentlib.adoptions import service as adoptions
from maru.db import Database, Scope, session
from maru.errors import Forbidden, Refused
from tenants.enrolments import service as enrolments
from tests.conftest import Maker

LONG_ENOUGH = 0.5
"""Seconds after which the second waits for the first."""
Result = TypeVar("Result")


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city(region=make.region())


def admin(make: Maker, city: UUID) -> UUID:
    person = make.person()
    make.grant(person, "city_admin", city)
    return person


def after(
    database: Database,
    city: UUID,
    first: tuple[UUID, Callable[[], object]],
    second: tuple[UUID, Callable[[], Result]],
) -> Result:
    """What `second` comes to that begins while `first` is done but not committed; each as a member of staff."""

    def follow() -> Result:
        person, work = second
        with database.transaction(Scope.STAFF, tenant=city, person=person):
            return work()

    with ThreadPoolExecutor(1) as threads:
        with database.transaction(Scope.STAFF, tenant=city, person=first[0]):
            first[1]()
            following = threads.submit(follow)
            time.sleep(LONG_ENOUGH)
            assert not following.done(), "it waits"
        return following.result()


def test_two_administrators_who_end_each_other_do_not_both_succeed(make: Maker, database: Database, city: UUID) -> None:
    one, other = admin(make, city), admin(make, city)
    with database.transaction(Scope.STAFF, tenant=city, person=one):
        grant_of = {held.person.id: held.grant.id for held in roles.staff(city)}
    with pytest.raises(Forbidden):
        after(
            database,
            city,
            (one, lambda: roles.end(grant_of[other], city)),
            (other, lambda: roles.end(grant_of[one], city)),
        )
    with database.transaction(Scope.STAFF, tenant=city, person=one):
        assert [held.person.id for held in roles.staff(city) if held.grant.ended_at is None] == [one]


def test_of_two_invitations_the_later_holds(make: Maker, database: Database, city: UUID) -> None:
    one, other, address = admin(make, city), admin(make, city), f"{uuid4().hex}@example.kr"

    def invite(by: UUID) -> UUID:
        return roles.invite(city, "desk_clerk", "이도담", address, by).id

    later = after(database, city, (one, lambda: invite(one)), (other, lambda: invite(other)))
    with database.transaction(Scope.STAFF, tenant=city, person=one):
        assert [offered.id for offered in roles.invitations(city)] == [later]


def test_a_message_is_sent_again_once(make: Maker, database: Database, city: UUID) -> None:
    one, other, resident = admin(make, city), admin(make, city), make.person()
    run = make.run(city)
    with database.transaction(Scope.PERSON, tenant=city, person=resident):
        enrolments.apply(run, city)
    with database.transaction(Scope.JOB, tenant=city):
        message = session().scalars(sa.select(Message.id).where(Message.person_id == resident)).one()
        session().execute(sa.update(Message).where(Message.id == message).values(state="failed"))
    with pytest.raises(Refused) as refused:
        after(database, city, (one, lambda: outbox.send_again(message)), (other, lambda: outbox.send_again(message)))
    assert refused.value.slug == "message-on-the-way"


def test_two_who_order_items_wait_for_each_other(make: Maker, database: Database, city: UUID) -> None:
    """Neighbours that were moved towards each other waited for one another until the database gave one up."""
    one, other = admin(make, city), admin(make, city)
    upper, lower = make.item(city), make.item(city)
    with database.transaction(Scope.STAFF, tenant=city, person=one):
        adoptions.adopt_several(city, [upper, lower], one)
        upper, lower = (shown.item.item_id for shown in adoptions.shown(city)[0])
    after(
        database,
        city,
        (one, lambda: adoptions.move(city, lower)),
        (other, lambda: adoptions.move(city, lower, down=True)),
    )
    with database.transaction(Scope.STAFF, tenant=city, person=one):
        assert [shown.item.item_id for shown in adoptions.shown(city)[0]] == [upper, lower]
