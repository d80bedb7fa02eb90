"""What the words of a target say about ages: real ones of standard files."""

import pytest

from tenants.courses.audience import ages_in, audience_of

EVERYBODY: set[str] = set()


@pytest.mark.parametrize(
    ("target", "ages"),
    [
        ("성인", {"adult", "senior"}),
        ("아동+성인", {"child", "adult", "senior"}),
        ("유아+초등+청소년+청년/직장인+성인+어르신+장애인+외국인+기타", {"child", "youth", "adult", "senior"}),
        ("청년/직장인", {"adult"}),
        ("시니어", {"senior"}),
        ("노인", {"senior"}),
        ("영아", {"child"}),
        ("관내 초등 5학년", {"child"}),
        ("관내 유아 단체(5~7세)", {"child"}),
        ("인천 관내 청소년 2008년생", {"youth"}),
        ("관내 초등학생을 둔 가정", {"child", "adult"}),
        ("지역주민+성인", {"adult", "senior"}),
        ("성인 누구나", {"adult", "senior"}),
        ("미성년자", {"child", "youth"}),
        ("성인(청소년 제외)", {"adult", "senior"}),
        ("만 65세 이상", {"senior"}),
        ("13세 이하", {"child"}),
        ("10~16세", {"child", "youth"}),
        ("지역주민", EVERYBODY),
        ("일반시민", EVERYBODY),
        ("전체", EVERYBODY),
        ("제한없음", EVERYBODY),
        ("기타", EVERYBODY),
        ("", EVERYBODY),
    ],
)
def test_real_targets(target: str, ages: set[str]) -> None:
    assert ages_in(target) == ages


def test_ages_are_kept_as_bits() -> None:
    assert [audience_of(target) for target in ("", "어린이", "청소년+성인", "어르신")] == [0, 1, 14, 8]
