"""What becomes of one line."""

from collections.abc import Callable, Mapping
from datetime import date, time

import pytest

from tenants.courses.standard_file.course import StandardCourse, identity_key
from tenants.courses.standard_file.reading import Record, read
from tenants.courses.standard_file.sentences import SENTENCES

ReadLine = Callable[[Mapping[str, str]], Record]


def codes(record: Record) -> tuple[list[str], list[str]]:
    return [finding.code for finding in record.refusals], [finding.code for finding in record.warnings]


def test_a_good_line_is_a_course(read_line: ReadLine, good: dict[str, str]) -> None:
    record = read_line({})
    assert codes(record) == ([], [])
    assert record.line == 2
    assert record.raw == good
    assert record.course == StandardCourse(
        title="처음 만나는 수채화",
        instructor="한소연",
        starts_on=date(2026, 10, 29),
        ends_on=date(2026, 12, 17),
        starts_at=time(19),
        ends_at=time(21),
        content="물의 양을 조절하는 연습부터 시작합니다.",
        target="성인",
        method="오프라인",
        weekdays="목",
        place="배움터 302호",
        capacity=20,
        fee=40_000,
        address="경기도 수원시 영통구 배움로 21",
        institution="수원시 평생학습관",
        phone="031-555-0100",
        opens_on=date(2026, 10, 12),
        closes_on=date(2026, 10, 26),
        reception="인터넷",
        selection="선착순",
        homepage="https://learning.example.kr",
        vocational=False,
        credit_bank=False,
        learning_account=True,
        reference_date=date(2026, 10, 1),
    )
    assert record.course.weekday_bits == 8


@pytest.mark.parametrize(
    ("cells", "refusals"),
    [
        ({"강좌명": ""}, ["no-title"]),
        ({"강좌명": " \u200b "}, ["invisible-character", "no-title"]),
        ({"교육시작일자": ""}, ["no-first-day"]),
        ({"교육종료일자": "-"}, ["no-last-day"]),
        ({"교육시작일자": "미정", "교육종료일자": "2026-02-30"}, ["unreadable-date", "impossible-date"]),
        ({"교육시작일자": "2026-12-18"}, ["end-before-start"]),
        ({"강좌정원수": "-1"}, ["negative-number"]),
        ({"강사명": "가" * 20_001}, ["cell-too-long"]),
    ],
)
def test_refused_lines(read_line: ReadLine, cells: dict[str, str], refusals: list[str]) -> None:
    record = read_line(cells)
    assert record.course is None
    assert codes(record) == (refusals, [])


@pytest.mark.parametrize(
    ("cells", "warnings", "values"),
    [
        ({"교육시작시각": "", "교육종료시각": " "}, ["no-time"], {"starts_at": None, "ends_at": None}),
        ({"교육종료시각": "-"}, ["half-time"], {"starts_at": time(19), "ends_at": None}),
        ({"교육종료시각": "18:00"}, ["time-order"], {"ends_at": time(18)}),
        ({"교육종료시각": "늦게"}, ["unreadable-time"], {"ends_at": None}),
        ({"접수시작일자": "", "접수종료일자": ""}, ["no-window"], {"opens_on": None, "closes_on": None}),
        ({"접수종료일자": ""}, ["half-window"], {"opens_on": date(2026, 10, 12), "closes_on": None}),
        ({"접수종료일자": "2026-10-01"}, ["window-order"], {"opens_on": None, "closes_on": None}),
        ({"접수종료일자": "2099-12-31"}, ["window-after-end"], {"closes_on": date(2099, 12, 31)}),
        ({"접수시작일자": "수시"}, ["unreadable-date"], {"opens_on": None, "closes_on": date(2026, 10, 26)}),
        ({"강좌정원수": "", "수강료": ""}, ["no-capacity", "no-fee"], {"capacity": None, "fee": None}),
        ({"운영기관명": ""}, ["no-institution"], {"institution": None}),
        ({"데이터기준일자": "2026년"}, ["unreadable-date"], {"reference_date": None}),
        ({"강사명": "", "교육장소": "", "홈페이지주소": "", "선정방법구분": ""}, [], {"instructor": None}),
        ({"학점은행제평가(학점)인정여부": " "}, [], {"credit_bank": None}),
        ({"교육종료일자": "2099-12-31"}, [], {"always_open": True}),
    ],
)
def test_warned_lines_are_courses_without_what_was_not_understood(
    read_line: ReadLine, cells: dict[str, str], warnings: list[str], values: dict[str, object]
) -> None:
    record = read_line(cells)
    assert codes(record) == ([], warnings)
    assert {field: getattr(record.course, field) for field in values} == values


def test_findings_name_the_cell_and_what_to_do(read_line: ReadLine) -> None:
    record = read_line({"교육시작일자": "2027-10-29", "운영요일": "목용일", "강좌정원수": "10~20명"})
    (refusal,) = record.refusals
    assert refusal.message == "교육시작일자가 끝나는 날보다 뒤입니다. 두 날짜를 확인하세요."
    typo, number = record.warnings
    assert (typo.column, typo.message) == (
        "운영요일",
        "운영요일에 적힌 글(‘목용일’)을 요일(목)로 읽었습니다. 맞는지 확인하세요.",
    )
    assert number.message == "강좌정원수에 적힌 값(‘10~20명’)을 수로 읽지 못해 비워 두었습니다. 숫자만 적어 주세요."


def test_every_sentence_is_polite_and_says_what_to_do() -> None:
    assert [sentence for sentence in SENTENCES.values() if not sentence.endswith("세요.")] == []


def test_commas_and_missing_cells(make_csv: Callable[..., bytes], good: dict[str, str]) -> None:
    headings, line = make_csv(good).decode("utf-8-sig").splitlines()
    stray = line.replace("수채화", "수채화, 첫걸음", 1)
    short = line.rsplit(",", 3)[0]
    trailing = line + ",,"
    data = "\r\n".join([headings, stray, short, trailing]).encode()
    first, second, third = read(data, "courses.csv")
    assert codes(first) == (["stray-cell"], [])
    assert first.refusals[0].message.startswith("칸이 1개 더 있습니다.")
    assert codes(second) == ([], ["short-row"])
    assert second.course is not None
    assert second.course.reference_date is None
    assert codes(third) == ([], [])


def test_two_lines_are_one_offering_by_institution_name_day_and_time(read_line: ReadLine) -> None:
    def key(cells: dict[str, str]) -> str:
        course = read_line(cells).course
        assert course
        return identity_key(course)

    same = key({})
    assert same == key({"강좌명": "처음만나는 「수채화」", "운영기관명": "수원시평생학습관", "강사명": "다른 사람"})
    assert key({"강좌명": "DIY 공방 Ⅱ"}) == key({"강좌명": "ｄｉｙ공방II"})
    others = ({"교육시작일자": "2026-10-30"}, {"교육시작시각": "18:00"}, {"운영기관명": "배움터"}, {"강좌명": "수채화"})
    assert len({same, *map(key, others)}) == 5
    titles = ("C 언어", "C++ 언어", "C# 언어", "1-2기", "12기", "1.2기 1", "★", "☆")
    assert len({key({"강좌명": title}) for title in titles}) == len(titles)


def test_a_course_holds_only_what_a_file_can_say() -> None:
    days = {"starts_on": date(2026, 10, 29), "ends_on": date(2026, 10, 29)}
    course = StandardCourse(title=" 수채화 ", weekdays="화요일, 목요일", place="", starts_at=time(9, 0, 30), **days)
    assert (course.title, course.weekdays, course.place, course.starts_at) == ("수채화", "화+목", None, time(9))
    wrong: list[dict[str, object]] = [
        {"title": " "},
        {"ends_on": date(2026, 10, 28)},
        {"starts_on": date(1989, 1, 1)},
        {"capacity": -1},
        {"content": "가" * 20_001},
        {"opens_on": date(2026, 10, 2), "closes_on": date(2026, 10, 1)},
    ]
    for values in wrong:
        with pytest.raises(ValueError):  # noqa: PT011  # each value has words of its own
            StandardCourse(**{"title": "수채화", **days, **values})
