"""Which category a title speaks of; two of them are none."""

import pytest

from tenants.courses.likely_category import likely_category


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("[수서2] 하모니카(중급)", "04"),
        ("[개포2] 재미있게 쉽게 배우는 일본어(중급)", "05"),
        ("고졸 검정고시 준비반", "02"),
        ("바리스타 자격증 2급", "03"),
        ("늘배움 문해교실", "01"),
        ("탄소중립 시민교육", "06"),
        ("노래로 배우는 영어", ""),
        ("우리 동네 이야기", ""),
        ("", ""),
    ],
)
def test_titles(title: str, category: str) -> None:
    assert likely_category(title) == category
