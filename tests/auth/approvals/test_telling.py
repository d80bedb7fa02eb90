"""Who may decide a request is told that it waits, who asked is told how it was decided: each once (domain 7.4)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.approvals import kinds
from auth.approvals import service as approvals
from auth.messages import letters
from auth.messages.kinds import declared
from auth.messages.letters import Letterhead
from maru.db import Scope
from maru.migrating import engine_connection
from tests.auth.approvals.conftest import MAY, Two

TOLD = sa.text("SELECT person_id, kind, tenant_id, details, state FROM messages WHERE about = :about ORDER BY id")


def told(two: Two, approval: UUID) -> list[Any]:
    with engine_connection(two.config.database_url) as connection:
        return list(connection.execute(TOLD, {"about": approval}).all())


def whom(two: Two, approval: UUID) -> set[tuple[UUID, str]]:
    return {(row.person_id, row.kind.removeprefix("approvals.")) for row in told(two, approval)}


def test_who_may_decide_is_told_and_nobody_else(two: Two) -> None:
    clerk, stranger, former = (two.make.person() for _ in range(3))
    two.make.grant(clerk, "desk_clerk", two.city)
    two.make.grant(stranger, "city_admin", two.make.city())
    two.make.grant(former, "city_admin", two.city)
    with engine_connection(two.config.database_url) as connection:
        ended = "UPDATE role_grants SET ended_at = now(), ended_by = person_id WHERE person_id = :who"
        connection.execute(sa.text(ended), {"who": former})
    approval = two.asked()
    assert whom(two, approval) == {(two.second, "waiting")}
    (row,) = told(two, approval)
    assert (row.tenant_id, row.state) == (two.city, "waiting")


def test_who_asks_alone_learns_that_nobody_else_may_decide(two: Two) -> None:
    approval = two.asked()
    with two.at_work(two.asker):
        assert approvals.deciders(approvals.get(approval, two.city, MAY)) == [two.second]
    with engine_connection(two.config.database_url) as connection:
        ended = "UPDATE role_grants SET ended_at = now(), ended_by = person_id WHERE person_id = :who"
        connection.execute(sa.text(ended), {"who": two.second})
    with two.at_work(two.asker):
        assert approvals.deciders(approvals.get(approval, two.city, MAY)) == []


def test_somebody_with_two_roles_is_told_once(two: Two) -> None:
    two.make.grant(two.second, "course_operator", two.city)
    assert len(told(two, two.asked())) == 1


@pytest.mark.parametrize("verdict", ["approved", "refused"])
def test_the_asker_is_told_once_how_it_was_decided(two: Two, verdict: str) -> None:
    approval = two.asked()
    with two.at_work(two.second):
        held = approvals.get(approval, two.city, MAY)
        if verdict == "approved":
            approvals.approve(held)
        else:
            approvals.refuse(held, "김영숙 님은 동의하지 않으셨습니다")
    assert whom(two, approval) == {(two.second, "waiting"), (two.asker, verdict)}
    assert len(told(two, approval)) == 2


def test_who_takes_it_back_is_told_nothing(two: Two) -> None:
    approval = two.asked()
    with two.at_work(two.asker):
        approvals.withdraw(approvals.get(approval, two.city, MAY))
    assert whom(two, approval) == {(two.second, "waiting")}


def test_what_fails_tells_nobody(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    approval = two.asked()

    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(kinds.declared, two.kind.name, replace(two.kind, carry_out=fail))
    with pytest.raises(ZeroDivisionError):
        two.approve(approval, two.second)
    assert whom(two, approval) == {(two.second, "waiting")}


@pytest.mark.parametrize(("language", "what"), [("ko", "시험하기"), ("en", "Trying it out")])
def test_it_says_what_and_where_and_neither_reason_nor_names(two: Two, language: str, what: str) -> None:
    with engine_connection(two.config.database_url) as connection:
        speaks = sa.text("UPDATE people SET language = :language WHERE id = ANY(:both)")
        connection.execute(speaks, {"language": language, "both": [two.asker, two.second]})
    with two.at_work(two.asker):
        approval = approvals.ask(two.kind, "김영숙 님의 부탁", [two.make.person()])
    with two.at_work(two.second):
        approvals.refuse(approvals.get(approval, two.city, MAY), "김영숙 님은 동의하지 않으셨습니다")
    head = Letterhead("수원시", "031", "https://suwon.example.kr")
    for row in told(two, approval):
        text = declared[row.kind].texts[language]
        written = letters.write(text, {"name": "정하늘", **row.details}, head, language, to_a_person=True)
        assert what in written.subject
        assert f"https://suwon.example.kr/console/approvals/{approval}" in written.body
        assert "김영숙" not in written.subject + written.text


def test_the_province_tells_its_own(two: Two) -> None:
    asker, officer, editor = (two.make.person() for _ in range(3))
    for person, role in ((asker, "province_admin"), (officer, "privacy_officer"), (editor, "library_editor")):
        two.make.grant(person, role)
    provincial = replace(two.kind, name="test.province", permission="province-approvals:decide")
    kinds.declare(provincial)
    try:
        with two.database.transaction(Scope.PROVINCE, person=asker):
            approval = approvals.ask(provincial, "까닭", [two.city])
    finally:
        del kinds.declared[provincial.name]
    people = whom(two, approval)
    assert (officer, "waiting") in people
    assert not {person for person, _ in people} & {asker, editor, two.second}
    assert {row.tenant_id for row in told(two, approval)} == {None}
    assert all(row.details["page"] == f"/province/approvals/{approval}" for row in told(two, approval))
