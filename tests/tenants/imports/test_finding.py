"""What came by a file is found under the ages and the category that its words speak of, and refuses nobody for them."""

import pytest

from tenants.catalogue import service as catalogue
from tenants.catalogue.facets import facets
from tenants.catalogue.filters import AGES, CATEGORIES, Filters
from tests.tenants.imports.conftest import Desk
from tests.tenants.imports.files import line


def published(desk: Desk, *lines: dict[str, str]) -> None:
    desk.put(*lines)
    with desk.working():
        catalogue.publish([run.id for run in desk.runs()])


def found(desk: Desk, filters: Filters) -> set[str]:
    with desk.working():
        return {row.title for row in catalogue.find(filters, tenant=desk.tenant).rows}


@pytest.mark.parametrize(
    ("age", "titles"),
    [
        ("child", {"아이", "모두"}),
        ("youth", {"모두"}),
        ("adult", {"어른", "모두"}),
        ("senior", {"어른", "어르신", "모두"}),
    ],
)
def test_ages_by_the_words_of_the_target(desk: Desk, age: str, titles: set[str]) -> None:
    targets = {"아이": "유아+어린이", "어른": "성인", "어르신": "노인", "모두": "지역주민"}
    published(desk, *(line(title, 교육대상구분=target) for title, target in targets.items()))
    assert found(desk, Filters(age=(age,))) == titles


def test_words_are_no_rule_for_applying(desk: Desk) -> None:
    desk.put(line("어른", 교육대상구분="성인"))
    assert [(run.min_age, run.max_age) for run in desk.runs()] == [(None, None)]


def test_a_changed_target_changes_where_it_is_found(desk: Desk) -> None:
    published(desk, line("수채화", 교육대상구분="성인"))
    assert found(desk, Filters(age=("child",))) == set()
    desk.put(line("수채화", 교육대상구분="어린이"))
    assert found(desk, Filters(age=("child",))) == {"수채화"}


def test_every_course_is_in_a_category(desk: Desk) -> None:
    published(desk, line("수채화"), line("한문 읽기"), line("동네 이야기"))
    assert found(desk, Filters(category=("04",))) == {"수채화"}
    assert found(desk, Filters(category=("05",))) == {"한문 읽기"}
    assert found(desk, Filters(category=("other",))) == {"동네 이야기"}
    with desk.working():
        counted = facets(Filters(), desk.tenant).beside
    assert sum(counted["category", code] for code in CATEGORIES) == 3
    assert [counted["age", age] for age in AGES] == [0, 0, 3, 3]


def test_a_likely_category_is_not_said_to_be_the_courses(desk: Desk) -> None:
    published(desk, line("수채화"))
    assert [run.course.category for run in desk.runs()] == [""]
