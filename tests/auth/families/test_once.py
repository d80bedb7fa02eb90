"""What is done twice, late, or by somebody whom it does not concern (PRV 7.2)."""

from datetime import timedelta
from uuid import UUID

import pytest

from auth.families import guardians, helping
from auth.families import service as families_service
from maru.db import Database, Scope
from maru.errors import NotFound
from maru.web import dates
from tests.auth.families.conftest import NUMBER, Families
from tests.client import Web
from tests.conftest import Maker


def test_a_child_that_was_asked_for_twice_is_registered_once(
    database: Database, families: Families, make: Maker
) -> None:
    guardian = make.person()
    requests = [families.ask(guardian), families.ask(guardian)]
    for one in requests:
        families.sent(one)
    with database.transaction(Scope.PERSON, person=guardian):
        assert isinstance(guardians.confirm(requests[0], NUMBER), UUID)
    with database.transaction(Scope.PERSON, person=guardian):
        assert guardians.confirm(requests[1], NUMBER) == guardians.CODE_REFUSALS["already"]
    assert len(families.get("SELECT FROM representations WHERE representative_id = :id", id=guardian)) == 1


def test_a_second_press_leads_to_the_family(web: Web, families: Families, make: Maker, city: UUID) -> None:
    guardian, host = make.person(), f"{make.slug(city)}.localhost"
    asked, who = families.ask(guardian), make.session(guardian, city)
    families.sent(asked)
    for _ in range(2):
        answer = web.post(host, f"/my/children/requests/{asked}", who, data={"code": NUMBER})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/my/families")


def test_withdrawal_ends_it_under_every_id_of_the_child(database: Database, families: Families, make: Maker) -> None:
    guardian = make.person()
    first, second = families.child(guardian), families.child(guardian, name="김하늘봄")
    families.set("UPDATE people SET merged_into = :kept WHERE id = :id", kept=first, id=second)
    families.set("UPDATE people SET aliases = ARRAY[CAST(:other AS uuid)] WHERE id = :id", other=second, id=first)
    with database.transaction(Scope.PERSON, person=guardian):
        standing = [one for one in families_service.mine() if one.mine and one.stands]
        families_service.end(standing[0].id)
    with database.transaction(Scope.PERSON, person=guardian), pytest.raises(NotFound):
        families_service.act_for(first, families_service.LOOK)
    assert (
        families.get("SELECT FROM representations WHERE representative_id = :id AND ended_at IS NULL", id=guardian)
        == []
    )


def test_who_only_applies_sees_no_course_that_is_over(web: Web, families: Families, make: Maker, city: UUID) -> None:
    helped, host = make.person(), f"{make.slug(city)}.localhost"
    run = make.run(city)
    helper = families.helper(helped, apply=True, see=False)
    who = make.session(helper, city)
    assert web.post(host, f"/courses/{run}/apply?for={helped}", who).status_code == 303
    place = families.get("SELECT id FROM applications WHERE person_id = :id", id=helped)[0].id
    assert web.post(host, f"/applications/{place}/cancel", who).status_code == 303
    page = web.get(host, f"/my/for/{helped}", who)
    assert page.status_code == 200
    assert "지난 신청" not in page.text
    assert web.post(host, f"/my/for/{helped}/consent", who, data={"answer": "withdraw"}).status_code == 409


def test_both_sides_of_a_paper_are_told_and_its_end_is_that_persons(
    database: Database, families: Families, make: Maker, city: UUID
) -> None:
    clerk, helped, helper, other = (make.person() for _ in range(4))
    make.grant(clerk, "desk_clerk", city)
    make.enrolment(city, helped)
    families.set(
        "UPDATE people SET email = 'helper-of@example.kr', vouched_email = 'helper-of@example.kr', subject = 'helper-of' WHERE id = :id",
        id=helper,
    )
    with database.transaction(Scope.STAFF, tenant=city, person=clerk):
        made = helping.record(helped, "helper-of@example.kr", dates.today() + timedelta(days=9), seen=True)
    told = families.get("SELECT person_id, kind FROM messages WHERE about = :id ORDER BY kind", id=made)
    assert [tuple(one) for one in told] == [
        (helper, "families.asked-to-help"), (helped, "families.helper-recorded"),
    ]  # fmt: skip
    with database.transaction(Scope.STAFF, tenant=city, person=clerk), pytest.raises(NotFound):
        helping.end_recorded(other, made)
    with database.transaction(Scope.STAFF, tenant=city, person=clerk):
        helping.end_recorded(helped, made)
