import pytest

from tenants.courses.standard_file.weekdays import bits_of, days_of, read_weekdays


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("화+목", "화+목"),
        ("목요일", "목"),
        ("월,수", "월+수"),
        ("수·월", "월+수"),
        ("토ㆍ일", "토+일"),
        ("월~금", "월+화+수+목+금"),
        ("월요일 ~ 수요일", "월+화+수"),
        ("월-금", "월+화+수+목+금"),
        ("월요일부터 목요일까지", "월+화+수+목"),
        ("금~월", "월+금+토+일"),
        ("월∼화, 토", "월+화+토"),
        ("매주 화요일", "화"),
        ("매주 월,수 요일", "월+수"),
        ("월화수", "월+화+수"),
        ("월수금", "월+수+금"),
        ("월화일", "월+화+일"),
        ("토일", "토+일"),
        ("일요일", "일"),
        ("주말", "토+일"),
        ("평일", "월+화+수+목+금"),
        ("주중", "월+화+수+목+금"),
        ("매일", "월+화+수+목+금+토+일"),
        ("평일, 토", "월+화+수+목+금+토"),
        ("화욜/목욜", "화+목"),
        ("월요일 및 수요일", "월+수"),
        ("토와 일", "토+일"),
        ("화(목)", "화+목"),
        ("화, 화", "화"),
    ],
)
def test_days_are_understood(written: str, days: str) -> None:
    reading = read_weekdays(written)
    assert (reading.value, reading.note) == (days, None)
    assert days_of(bits_of(written)) == days


@pytest.mark.parametrize(
    ("written", "days"), [("목용일", "목"), ("화요알", "화"), ("월오일+수요일", "월+수"), ("토여일", "토")]
)
def test_typos_are_understood_with_a_note(written: str, days: str) -> None:
    reading = read_weekdays(written)
    assert (reading.value, reading.note) == (days, "weekday-typo")


@pytest.mark.parametrize(
    ("written", "bits"),
    [
        ("격주 화요일", 2),
        ("격주 화", 2),
        ("매월 둘째 토요일", 32),
        ("토요일(1,3주)", 32),
        ("수시", 0),
        ("일정 협의", 0),
        ("월 2회", 0),
        ("상시", 0),
        ("월~", 0),
        ("~금", 0),
        ("격주", 0),
        ("+", 0),
    ],
)
def test_text_that_is_more_or_other_than_days_is_kept(written: str, bits: int) -> None:
    reading = read_weekdays(written)
    assert (reading.value, reading.note) == (written, "weekdays-as-text")
    assert bits_of(written) == bits


def test_bits_count_from_monday() -> None:
    assert [days_of(1 << bit) for bit in range(7)] == list("월화수목금토일")
    assert all(bits_of(days_of(bits)) == bits for bits in range(128))
