"""Closing a run: completion, certificates, the one history, in one transaction and once (CAM-6.9, GP-08)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.consents import service as consents
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import NotFound, Refused
from maru.migrating import engine_connection
from maru.worker import run_worker
from records.certificates import service as certificates
from records.certificates.models import Certificate
from records.history import service as history
from tenants.attendance import closing, ledger
from tenants.attendance import service as attendance
from tenants.attendance.closing import Closing
from tenants.catalogue import service as catalogue
from tenants.courses.models import Meeting
from tests.conftest import Maker
from tests.tenants.attendance.conftest import Class

MakeClass = Callable[..., Class]


def mark(course: Class, person: UUID, marks: Sequence[str]) -> None:
    cells = {(course.applications[person], meeting): one for meeting, one in zip(course.meetings, marks, strict=False)}
    with course.at_work():
        attendance.mark_sheet(course.run, cells, course.staff)


def close(course: Class) -> Closing:
    with course.at_work():
        return closing.close(course.run, course.staff)


def refusal(course: Class) -> Refused:
    with pytest.raises(Refused) as refused:
        close(course)
    with course.at_work():
        assert session().scalar(sa.text("SELECT count(*) FROM completions")) == 0
    return refused.value


def my_history(database: Database, person: UUID) -> Sequence[history.Line]:
    with database.transaction(Scope.PERSON, person=person):
        return history.history_of(person)


def my_papers(database: Database, person: UUID) -> list[str]:
    with database.transaction(Scope.PERSON, person=person):
        held = sa.select(Certificate.number).where(Certificate.person_id == person, Certificate.revoked_at.is_(None))
        return list(session().scalars(held.order_by(Certificate.number)))


def kept(database: Database, person: UUID) -> Sequence[ledger.Kept]:
    with database.transaction(Scope.PERSON, person=person):
        return ledger.kept_by_cities(person)


def forget_jobs(config: Config) -> None:
    with engine_connection(config.database_url) as connection:
        connection.exec_driver_sql("RESET ROLE; DELETE FROM queue.procrastinate_jobs")


def test_who_reaches_the_threshold_is_certified_and_remembered(database: Database, make_class: MakeClass) -> None:
    course = make_class(learners=2, consent=True)
    diligent, absent = course.people
    course.change(threshold=Decimal("0.75"))
    mark(course, diligent, ["present", "present", "late", "absent"])
    mark(course, absent, ["present", "present", "absent", "absent"])
    closed = close(course)
    assert [one.person_id for one in closed.completed] == [diligent]
    (line,) = my_history(database, diligent)
    (number,) = my_papers(database, diligent)
    assert (line.title, line.hours, line.certificate_number) == ("선착순 강좌 견본", Decimal("8.00"), number)
    assert line.source_id == course.applications[diligent]
    assert (my_history(database, absent), my_papers(database, absent)) == ([], [])
    with course.at_work():
        done = closing.outcome(course.run)
    assert {one.person_id: (one.result.attended, one.in_ledger) for one in done.outcomes} == {
        diligent: (Decimal(360), True),
        absent: (Decimal(240), False),
    }


def test_weights_are_the_runs_own(make_class: MakeClass) -> None:
    course = make_class(learners=1)
    course.change(late_weight=Decimal("0.5"), excused_weight=Decimal(0), left_early_weight=Decimal("0.25"))
    mark(course, course.people[0], ["present", "late", "excused", "left-early"])
    assert close(course).outcomes[0].result.attended == Decimal(210)


def test_the_page_of_the_course_says_settled(database: Database, make_class: MakeClass) -> None:
    course = make_class()
    close(course)
    with database.transaction(Scope.PUBLIC):
        assert catalogue.state(catalogue.get(course.run, course.city)) == "settled"


def test_what_was_shown_before_is_what_happens(make_class: MakeClass) -> None:
    course = make_class(learners=2)
    mark(course, course.people[0], ["present"] * 4)
    with course.at_work():
        shown = closing.preview(course.run)
    assert shown.obstacle is None
    assert shown.blanks == 4
    assert [one.result for one in shown.outcomes] == [one.result for one in close(course).outcomes]


def test_closed_once(make_class: MakeClass, database: Database) -> None:
    course = make_class(learners=1, consent=True)
    mark(course, course.people[0], ["present"] * 4)
    close(course)
    with pytest.raises(Refused) as refused:
        close(course)
    assert refused.value.slug == "run-settled"
    assert len(my_papers(database, course.people[0])) == 1


def test_not_before_every_meeting_has_ended(make_class: MakeClass) -> None:
    found = refusal(make_class(ended=2))
    assert (found.slug, found.values["count"]) == ("meetings-ahead", 2)
    assert found.values["last"] > datetime.now(UTC)


def test_a_meeting_called_off_neither_hinders_nor_counts(make_class: MakeClass) -> None:
    course = make_class(learners=1, ended=3)
    mark(course, course.people[0], ["present"] * 3)
    with course.at_work():
        session().execute(sa.update(Meeting).where(Meeting.id == course.meetings[3]).values(called_off=True))
    assert close(course).completed[0].result.held == 360


def test_not_without_meetings_and_not_when_cancelled(make_class: MakeClass) -> None:
    empty, cancelled = make_class(), make_class()
    with empty.at_work():
        session().execute(sa.update(Meeting).where(Meeting.run_id == empty.run).values(called_off=True))
    cancelled.change(cancelled_at=datetime.now(UTC))
    assert refusal(empty).slug == "no-meetings"
    assert refusal(cancelled).slug == "run-cancelled"


def test_all_or_nothing(make_class: MakeClass, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    course = make_class(learners=2, consent=True)
    for person in course.people:
        mark(course, person, ["present"] * 4)

    def fail(runs: object) -> None:
        raise Refused("이어서 고칠 수 없습니다")

    monkeypatch.setattr(closing, "project", fail)
    with pytest.raises(Refused):
        close(course)
    monkeypatch.undo()
    assert [my_papers(database, person) for person in course.people] == [[], []]
    numbers = [paper.number[-6:] for paper in _papers_after(course)]
    assert sorted(numbers) == ["000001", "000002"], "the failed attempt used no number up"


def _papers_after(course: Class) -> list[certificates.Certificate]:
    close(course)
    with course.at_work():
        return [one.certificate for one in closing.outcome(course.run).outcomes if one.certificate]


def test_without_consent_the_city_keeps_it_and_the_certificate_is_issued_all_the_same(
    database: Database, make_class: MakeClass
) -> None:
    course = make_class(learners=1)
    (person,) = course.people
    mark(course, person, ["present"] * 4)
    close(course)
    assert my_history(database, person) == []
    assert len(my_papers(database, person)) == 1
    (line,) = kept(database, person)
    assert (line.title, line.hours) == ("선착순 강좌 견본", Decimal("8.00"))


def test_consent_given_later_brings_in_what_every_city_kept(
    config: Config, database: Database, make_class: MakeClass, make: Maker
) -> None:
    forget_jobs(config)
    course = make_class(learners=2)
    person, silent = course.people
    for one in course.people:
        mark(course, one, ["present"] * 4)
    close(course)
    with database.transaction(Scope.PERSON, tenant=make.city(), person=person):
        consents.give(person, consents.PROVINCE_HISTORY)
        ledger.catch_up(person)
        ledger.catch_up(person)
    run_worker(config, until_empty=True)
    (line,) = my_history(database, person)
    assert line.certificate_number == my_papers(database, person)[0]
    assert (list(kept(database, person)), my_history(database, silent)) == ([], [])
    forget_jobs(config)


def test_a_consent_taken_back_before_the_job_runs_brings_nothing_in(
    config: Config, database: Database, make_class: MakeClass
) -> None:
    forget_jobs(config)
    course = make_class(learners=1)
    (person,) = course.people
    mark(course, person, ["present"] * 4)
    close(course)
    with database.transaction(Scope.PERSON, tenant=course.city, person=person):
        consents.give(person, consents.PROVINCE_HISTORY)
        ledger.catch_up(person)
    with database.transaction(Scope.PERSON, tenant=course.city, person=person):
        consents.withdraw(person, consents.PROVINCE_HISTORY)
    run_worker(config, until_empty=True)
    assert my_history(database, person) == []
    assert len(kept(database, person)) == 1
    forget_jobs(config)


def test_revoking_keeps_what_was_learned_and_issuing_again_names_the_new_number(
    database: Database, make_class: MakeClass
) -> None:
    course = make_class(learners=1, consent=True)
    (person,) = course.people
    mark(course, person, ["present"] * 4)
    close(course)
    with course.at_work():
        paper = closing.outcome(course.run).outcomes[0].certificate
        assert paper is not None
        certificates.revoke(paper.id, "이름을 바로잡음", course.staff)
    assert [line.certificate_number for line in my_history(database, person)] == [paper.number]
    with course.at_work():
        second = closing.issue_certificate(course.run, course.applications[person])
    (line,) = my_history(database, person)
    assert (line.certificate_number, line.corrected) == (second.number, True)
    assert my_papers(database, person) == [second.number]


def test_without_a_birth_date_the_certificate_waits_for_it(
    config: Config, database: Database, make_class: MakeClass
) -> None:
    course = make_class(learners=1, consent=True)
    (person,) = course.people
    mark(course, person, ["present"] * 4)
    _set_birth_date(config, person, None)
    close(course)
    assert [line.certificate_number for line in my_history(database, person)] == [None]
    with pytest.raises(Refused) as refused, course.at_work():
        closing.issue_certificate(course.run, course.applications[person])
    assert refused.value.slug == "birth-date-missing"
    _set_birth_date(config, person, "1970-01-01")
    with course.at_work():
        paper = closing.issue_certificate(course.run, course.applications[person])
    assert [line.certificate_number for line in my_history(database, person)] == [paper.number]


def test_only_who_completed_gets_a_certificate(make_class: MakeClass) -> None:
    course = make_class(learners=1)
    close(course)
    with pytest.raises(NotFound), course.at_work():
        closing.issue_certificate(course.run, course.applications[course.people[0]])


def test_a_certificate_is_issued_from_its_own_run_only(make_class: MakeClass) -> None:
    course, other = make_class(learners=1), make_class()
    (person,) = course.people
    mark(course, person, ["present"] * 4)
    close(course)
    with course.at_work():
        paper = closing.outcome(course.run).outcomes[0].certificate
        assert paper is not None
        certificates.revoke(paper.id, "이름을 바로잡음", course.staff)
    with pytest.raises(NotFound), course.at_work():
        closing.issue_certificate(other.run, course.applications[person])


def test_another_citys_run_cannot_be_closed(make_class: MakeClass) -> None:
    here, there = make_class(), make_class()
    with pytest.raises(NotFound), here.at_work():
        closing.close(there.run, here.staff)


def _set_birth_date(config: Config, person: UUID, day: str | None) -> None:
    with engine_connection(config.database_url) as connection:
        connection.exec_driver_sql("UPDATE people SET birth_date = %s WHERE id = %s", (day, person))
