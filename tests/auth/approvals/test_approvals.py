"""The rule of two people (domain 7.4): never the asker, once, in time, in the same house, by the same permission."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auth.approvals import kinds
from auth.approvals import service as approvals
from maru.db import Database, Scope, session
from maru.errors import Forbidden, Invalid, NotFound, Refused
from tests.auth.approvals.conftest import MAY, Two


def test_a_second_person_approves_and_it_is_done_once(two: Two) -> None:
    approval = two.asked()
    assert two.done == []
    two.approve(approval, two.second)
    assert two.done == [approval]
    held = two.row(approval)
    assert (held.state, held.decided_by, held.asked_by) == ("approved", two.second, two.asker)
    with pytest.raises(Refused, match="이미 정해진"):
        two.approve(approval, two.second)
    assert two.done == [approval]


def test_nobody_approves_what_they_asked_for(two: Two) -> None:
    approval = two.asked()
    with pytest.raises(Refused, match="스스로 승인할 수 없습니다"):
        two.approve(approval, two.asker)
    with pytest.raises(Refused, match="스스로 승인할 수 없습니다"), two.at_work(two.asker):
        approvals.refuse(approvals.get(approval, two.city, MAY), "까닭")
    assert (two.done, two.row(approval).state) == ([], "waiting")


def test_the_database_itself_knows_no_approval_by_the_asker(two: Two) -> None:
    approval = two.asked()
    forged = "UPDATE approvals SET state = 'approved', decided_by = asked_by, decided_at = now() WHERE id = :id"
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), two.at_work(two.asker):
        session().execute(sa.text(forged), {"id": approval})


def test_not_after_its_time(two: Two) -> None:
    approval = two.asked()
    two.expire(approval)
    with pytest.raises(Refused, match="기한이 지난"):
        two.approve(approval, two.second)
    assert (two.done, approvals.standing(two.row(approval))) == ([], "expired")


def test_another_city_finds_nothing(two: Two) -> None:
    approval, other = two.asked(), two.make.city()
    stranger = two.make.person()
    two.make.grant(stranger, "city_admin", other)
    with pytest.raises(NotFound), two.at_work(stranger, other):
        approvals.get(approval, other, MAY)
    for scope, tenant, person in (
        (Scope.STAFF, other, stranger), (Scope.PROVINCE, None, stranger), (Scope.PERSON, two.city, two.second),
        (Scope.JOB, two.city, two.second), (Scope.STAFF, two.city, None),
    ):  # fmt: skip
        with two.database.transaction(scope, tenant=tenant, person=person):
            decided = session().scalar(sa.select(sa.func.engine.decide(approval, "approved", "")))
        assert decided == "unknown", scope
    assert two.row(approval).state == "waiting"


def test_who_has_not_the_permission_of_its_kind_is_refused(two: Two) -> None:
    approval = two.asked()
    with pytest.raises(Forbidden), two.at_work(two.second):
        approvals.get(approval, two.city, frozenset({"courses:read"}))
    with two.at_work(two.second):
        assert approvals.of_house(two.city, frozenset({"courses:read"})) == []
        assert approvals.count_for(two.city, MAY, two.second) == 1
        assert approvals.count_for(two.city, MAY, two.asker) == 0


def test_what_fails_leaves_the_request_as_it_was(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    approval = two.asked()

    def fails(_asked: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(kinds.declared, two.kind.name, replace(two.kind, carry_out=fails))
    with pytest.raises(RuntimeError):
        two.approve(approval, two.second)
    assert two.row(approval).state == "waiting"


def test_reasons_are_asked_for(two: Two) -> None:
    for said in ("  ", "."):
        with pytest.raises(Invalid), two.at_work(two.asker):
            approvals.ask(two.kind, said, [uuid4()])
    approval = two.asked()
    with pytest.raises(Invalid), two.at_work(two.second):
        approvals.refuse(approvals.get(approval, two.city, MAY), " ")
    with two.at_work(two.second):
        approvals.refuse(approvals.get(approval, two.city, MAY), "명단이 너무 깁니다")
    assert (two.row(approval).state, two.row(approval).answer, two.done) == ("refused", "명단이 너무 깁니다", [])


def test_only_the_asker_takes_a_request_back(two: Two) -> None:
    approval = two.asked()
    with pytest.raises(Refused, match="거둘 수 없습니다"), two.at_work(two.second):
        approvals.withdraw(approvals.get(approval, two.city, MAY))
    with two.at_work(two.asker):
        approvals.withdraw(approvals.get(approval, two.city, MAY))
    with pytest.raises(Refused, match="이미 정해진"):
        two.approve(approval, two.second)


def test_what_was_granted_is_taken_once_by_the_asker(two: Two) -> None:
    approval = two.asked()
    with pytest.raises(Refused, match="아직 승인되지"), two.at_work(two.asker):
        approvals.take(approvals.get(approval, two.city, MAY))
    two.approve(approval, two.second)
    with pytest.raises(NotFound), two.at_work(two.second):
        approvals.take(approvals.get(approval, two.city, MAY))
    with two.at_work(two.asker):
        approvals.take(approvals.get(approval, two.city, MAY))
    with pytest.raises(Refused, match="이미 내려받은"), two.at_work(two.asker):
        approvals.take(approvals.get(approval, two.city, MAY))


def test_the_province_decides_its_own(two: Two, database: Database) -> None:
    first, second = two.make.person(), two.make.person()
    with database.transaction(Scope.PROVINCE, person=first):
        asked = approvals.ask(two.kind, "합치기", [uuid4(), uuid4()])
    with pytest.raises(NotFound), two.at_work(two.second):
        approvals.get(asked, two.city, MAY)
    with pytest.raises(Refused), database.transaction(Scope.PROVINCE, person=first):
        approvals.approve(approvals.get(asked, None, MAY))
    with database.transaction(Scope.PROVINCE, person=second):
        approvals.approve(approvals.get(asked, None, MAY))
    assert two.done == [asked]


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.JOB])
def test_only_staff_ask(two: Two, scope: Scope) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="staff only"):  # noqa: SIM117
        with two.database.transaction(scope, tenant=two.city, person=two.asker):
            approvals.ask(two.kind, "까닭", [uuid4()])


def test_two_who_decide_at_the_same_moment_do_it_once(two: Two) -> None:
    third = two.make.person()
    two.make.grant(third, "city_admin", two.city)
    for _ in range(5):
        approval = two.asked()

        def decide(by: UUID, approval: UUID = approval) -> bool:
            try:
                two.approve(approval, by)
            except Refused:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(decide, [two.second, third])) == [False, True]
        assert two.done.count(approval) == 1
