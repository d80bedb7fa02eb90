"""What the words of a target say about ages: real ones of standard files."""

import re
from time import process_time
from timeit import repeat

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tenants.courses.audience import BETWEEN, EXCLUDED, ages_in, audience_of

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
        ("성인, 청소년은 제외", {"adult", "senior"}),
        ("어린이제외 청소년", {"youth"}),
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


@pytest.mark.parametrize(
    ("pattern", "plainly"),
    [
        (EXCLUDED, r"[^\s,+/(]+\s*(?:은|는)?\s*제외"),
        (BETWEEN, r"(\d{1,3})\s*세?\s*[~∼-]\s*(\d{1,3})\s*세"),
    ],
)
@given(target=st.text("가은는제외세19~ ,(", max_size=24) | st.text("가제외 ", max_size=12))
@example("성인 제외어린이제외")
@settings(deadline=None)
def test_patterns_find_what_their_plain_forms_find(pattern: re.Pattern[str], plainly: str, target: str) -> None:
    assert [found.span() for found in pattern.finditer(target)] == [
        found.span() for found in re.finditer(plainly, target)
    ]


@pytest.mark.parametrize("part", ["가", "은", "제", "제외", " ", "1 ", "1", "1세", "1~", "세 ", "(가", "가 은 "])
def test_a_text_of_eight_times_the_length_takes_far_less_than_the_square(part: str) -> None:
    """Which would be 64 times as long; 1,000 letters are enough to outweigh what every call costs."""

    def steps(letters: int) -> float:
        target = f"1{part * (letters // len(part))}!"
        return min(repeat(lambda: ages_in(target), timer=process_time, number=1, repeat=7))

    assert steps(8_000) < 28 * steps(1_000)
