"""Lines with the same name, institution and first hour: each means the class that it describes, whatever their order."""

from itertools import permutations
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import make_transient

from maru.db import Scope, session
from tenants.catalogue import service as catalogue
from tenants.courses import service as courses
from tenants.courses.standard_file import reading
from tenants.courses.standard_file.course import StandardCourse
from tenants.enrolments import service as enrolments
from tenants.imports.matching import match
from tests.conftest import Maker
from tests.tenants.imports.conftest import Desk
from tests.tenants.imports.files import csv_of, line

A = line("도예", 강사명="김하늘", 교육장소="배움터 1강의실", 강좌내용="물레로 만듭니다.")
B = line("도예", 강사명="이도담", 교육장소="배움터 2강의실", 강좌내용="손으로 빚습니다.")
C = line("도예", 강사명="한소연", 교육장소="배움터 3강의실", 강좌내용="흙을 고릅니다.")


def taught(desk: Desk) -> dict[UUID, str]:
    return {run.id: run.instructor for run in desk.runs()}


def run_of(desk: Desk, teacher: str) -> UUID:
    return next(run for run, name in taught(desk).items() if name == teacher)


def outcomes(desk: Desk, *lines: dict[str, str]) -> list[str]:
    return [row.code for row in desk.put(*lines).rows]


@pytest.mark.parametrize(
    "order", list(permutations([A, B, C])), ids=lambda order: "".join(one["강사명"][0] for one in order)
)
def test_another_order_changes_nothing(desk: Desk, order: tuple[dict[str, str], ...]) -> None:
    desk.put(A, B, C)
    before = taught(desk)
    assert desk.put(*order).totals["unchanged"] == 3
    assert taught(desk) == before


def test_one_of_them_alone_is_that_one(desk: Desk) -> None:
    desk.put(A, B)
    before = taught(desk)
    assert outcomes(desk, B) == ["unchanged"]
    assert outcomes(desk, A) == ["unchanged"]
    assert taught(desk) == before


def test_a_change_finds_its_class_by_teacher_or_place(desk: Desk) -> None:
    desk.put(A, B)
    before = taught(desk)
    assert outcomes(desk, B | {"강좌정원수": "8"}, A) == ["updated", "unchanged"]
    assert outcomes(desk, A, B | {"강좌정원수": "8", "교육장소": "배움터 5강의실"}) == ["unchanged", "similar-line"]
    assert taught(desk) == before
    again = B | {"강좌정원수": "8", "교육장소": "배움터 5강의실", "강사명": "오새롬"}
    assert outcomes(desk, A, again) == ["unchanged", "similar-line"]
    assert list(taught(desk).values()) == ["김하늘", "오새롬"]


def test_what_may_mean_either_is_refused(desk: Desk) -> None:
    desk.put(A, B)
    before = taught(desk)
    assert outcomes(desk, C) == ["unclear-line"]
    assert taught(desk) == before
    assert outcomes(desk, C, B, A) == ["created", "unchanged", "unchanged"]
    assert len(taught(desk)) == 3


def test_what_was_deleted_does_not_come_back_twice(desk: Desk) -> None:
    desk.put(A, B)
    with desk.working():
        courses.remove([courses.get(run_of(desk, "김하늘"))])
    assert desk.put_file(desk.take()).totals["unchanged"] == 1
    assert list(taught(desk).values()) == ["이도담"]


def test_equal_runs_are_one_line_and_stay_as_they_are(desk: Desk) -> None:
    """Such as the console may copy: a file cannot tell them apart."""
    desk.put(A)
    (run,) = desk.runs()
    with desk.working():
        make_transient(run)
        run.id, run.number, run.meetings = uuid4(), 2, []
        session().add(run)
    assert [row.code for row in desk.put_file(desk.take()).rows] == ["unchanged", "duplicate-line"]
    assert outcomes(desk, A, C) == ["unchanged", "similar-line"]
    assert sorted(taught(desk).values()) == ["김하늘", "김하늘", "한소연"]


def test_who_has_a_place_is_to_be_told(desk: Desk, make: Maker) -> None:
    desk.put(A, B)
    run = run_of(desk, "김하늘")
    with desk.working():
        catalogue.publish([run])
    with desk.database.transaction(Scope.PERSON, tenant=desk.tenant, person=make.person()):
        enrolments.apply(run, desk.tenant)
    assert outcomes(desk, A | {"강좌내용": "물레로 그릇을 만듭니다."}, B) == ["updated", "unchanged"]
    (row, _) = desk.put(A | {"교육장소": "배움터 9강의실"}, B).rows
    assert (row.outcome, row.code) == ("warned", "people-to-tell")
    assert "자리가 정해진 1명" in row.message


def parallel(words: str) -> StandardCourse:
    teacher, place, content = words
    written = line("도예", 강사명=f"{teacher}선생", 교육장소=f"{place}실", 강좌내용=f"{content}반")
    (record,) = reading.read(csv_of(written), "x.csv")
    assert record.course
    return record.course


CLASSES = st.lists(st.sampled_from([parallel(a + b + c) for a in "가나" for b in "다라" for c in "마바"]), max_size=5)


@given(CLASSES.map(lambda found: list(dict.fromkeys(found))), CLASSES, st.randoms(use_true_random=False))
def test_the_order_never_matters(lines: list[StandardCourse], runs: list[StandardCourse], chance: object) -> None:
    there = list(dict.fromkeys(runs))
    found = match(lines, there)
    meant = {lines[line]: there[run] for line, run in found.meant.items()}
    assert len(set(found.meant.values())) == len(found.meant), "no run is meant twice"
    assert all(meant[line] == line for line in lines if line in there), "the same is the same"
    for others in (list(reversed(lines)), sorted(lines, key=repr)):
        for turned in (list(reversed(there)), sorted(there, key=repr)):
            again = match(others, turned)
            assert {others[line]: turned[run] for line, run in again.meant.items()} == meant
            assert {others[line] for line in again.unclear} == {lines[line] for line in found.unclear}
