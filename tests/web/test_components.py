"""What macros say for given values: every state, the words of refusals, and that nothing given becomes markup."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask, render_template_string

from maru.web import gallery
from maru.web.mount import speaking

NOW = datetime(2026, 10, 15, 6, 42, tzinfo=UTC)


@pytest.fixture(autouse=True)
def during_a_request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def shown(macro: str, call: str, **values: Any) -> str:
    file, name = macro.rsplit("/", 1)
    source = f'{{% from "components/{file}.html" import {name} %}}{{{{ {name}({call}) }}}}'
    return render_template_string(source, **values)


@dataclass(frozen=True)
class Course:
    href: str = "/courses/1"
    title: str = "처음 만나는 수채화"
    weekdays: tuple[int, ...] = (3,)
    begins: time | None = time(19)
    ends: time | None = time(21)
    first_day: date = date(2027, 10, 28)
    last_day: date = date(2027, 12, 16)
    meetings: int = 8
    venue: str = "302호"
    online: bool = False
    fee: int | None = 40_000
    state: str = "open"
    soon: bool = False
    capacity: int = 20
    placed: int = 17
    waiting: int = 0
    opens_at: datetime = NOW + timedelta(days=4)
    note: str | None = None
    city: None = None


@pytest.mark.parametrize(
    ("state", "soon", "words"),
    [
        ("scheduled", False, "모집 예정"),
        ("open", False, "모집 중"),
        ("open", True, "마감 임박"),
        ("waiting", False, "대기 접수"),
        ("closed", False, "접수 마감"),
        ("running", False, "교육 중"),
        ("ended", False, "교육 종료"),
        ("settled", False, "수료 처리 완료"),
        ("cancelled", False, "폐강"),
    ],
)
def test_each_state_has_its_word_and_icon(state: str, soon: bool, words: str) -> None:
    chip = shown("courses/status", "state, soon", state=state, soon=soon)
    assert words in chip
    assert 'href="#i-' in chip


def test_a_row_says_when_where_and_whether_there_is_room() -> None:
    row = shown("courses/row", "course", course=Course())
    for words in ("매주 목요일", "오후 7:00", "302호", "8회", "40,000원", "남은 자리 <b>3</b>"):
        assert words in row
    assert row.count("<a ") == 1


def test_a_row_without_money_says_free_and_without_knowledge_nothing() -> None:
    assert "무료" in shown("courses/row", "course", course=Course(fee=0))
    unknown = shown("courses/row", "course", course=Course(fee=None))
    assert "무료" not in unknown
    assert "원<" not in unknown


def test_a_course_that_is_always_open_has_no_last_day() -> None:
    row = shown("courses/row", "course", course=Course(last_day=date(2099, 12, 31)))
    assert "부터 늘 열려 있습니다" in row
    assert "2099" not in row
    box = shown("apply/apply_box", "run, '/apply'", run=gallery.run(NOW, "open") | {"closes_at": None})
    assert "지금 신청할 수 있습니다" in box


def test_a_kept_row_is_the_row() -> None:
    source = '{% from "components/courses.html" import row %}{{ kept(row, course) }}'
    for course in (Course(), Course(), replace(Course(), placed=18)):
        assert render_template_string(source, course=course) == shown("courses/row", "course", course=course)


def test_titles_never_become_markup() -> None:
    nasty = "<script>alert(1)</script>"
    for macro in ("courses/row", "courses/card", "courses/opening"):
        html = shown(macro, "course", course=asdict(Course(title=nasty, venue=nasty)))
        assert "<script" not in html
        assert "&lt;script&gt;" in html


def test_full_is_never_a_zero_alone() -> None:
    words = shown("courses/seats", "20, 20, 5")
    assert "남은 자리 <b>0</b>" in words
    assert "대기 5" in words


@pytest.mark.parametrize(
    ("state", "words", "form"),
    [
        ("open", "까지 신청할 수 있습니다", True),
        ("waiting", "대기 6번째가 됩니다", True),
        ("scheduled", "에 엽니다", False),
        ("closed", "접수가 끝났습니다", False),
        ("cancelled", "열리지 않게 된 강좌입니다", False),
    ],
)
def test_the_apply_box_says_the_fact_and_has_one_form_at_most(state: str, words: str, form: bool) -> None:
    box = shown("apply/apply_box", "run, '/apply', token='t'", run=gallery.run(NOW, state))
    assert words in box
    assert box.count('<form id="apply" method="post" action="/apply">') == form
    assert ('name="csrf_token" value="t"' in box) == form


def test_signing_in_stands_where_the_form_would() -> None:
    box = shown("apply/apply_box", "run, '/apply', sign_in_url='/sign-in'", run=gallery.run(NOW, "open"))
    assert "<form" not in box
    assert 'href="/sign-in"' in box


def test_a_refusal_stands_where_the_button_would_and_the_seats_stay() -> None:
    box = shown(
        "apply/apply_box", "run, '/apply', refusal=no, phone='031-555-0100'",
        run=gallery.run(NOW, "open"), no=gallery.REFUSAL,
    )  # fmt: skip
    assert "<button" not in box
    for words in (gallery.REFUSAL["rule"], gallery.REFUSAL["detail"], "tel:031-555-0100", "남은 자리"):
        assert str(words) in box


def test_who_has_applied_sees_the_place_and_no_form() -> None:
    box = shown(
        "apply/apply_box", "run, '/apply', application=mine", run=gallery.run(NOW, "waiting"),
        mine={"state": "waiting", "position": 6, "href": "/my/1"},
    )  # fmt: skip
    assert "대기 6번째입니다" in box
    assert "<form" not in box


def test_a_field_in_error_is_tied_to_its_sentence() -> None:
    field = shown("fields/field", "'tel', '휴대전화', 'x', hint='예', error='모자랍니다'")
    assert 'aria-describedby="tel-hint tel-error"' in field
    assert 'aria-invalid="true"' in field
    assert 'id="tel-error"' in field
    assert '<label for="tel">' in field


def test_the_summary_leads_to_the_fields() -> None:
    summary = shown("fields/error_summary", "errors", errors={"tel": "모자랍니다", "born": "뒤입니다"})
    assert '<a href="#tel">모자랍니다</a>' in summary
    assert "2곳을 고쳐 주세요" in summary
    assert shown("fields/error_summary", "errors", errors={}) == ""


@pytest.mark.parametrize(
    ("state", "words"),
    [("valid", "유효한 수료증입니다"), ("revoked", "취소된 수료증입니다"), ("none", "찾을 수 없습니다")],
)
def test_verdicts(state: str, words: str) -> None:
    result = next(one for one in gallery.samples(NOW)["verdicts"] if one["state"] == state)
    assert words in shown("records/verdict", "result", result=result)


def test_what_cities_wrote_is_marked_as_korean_in_an_english_history() -> None:
    line = {
        "title": "수채화",
        "city": {"slug": "suwon", "name": "수원시"},
        "kept": False,
        "acts": [{"url": "#", "icon": "cert"}],
    }
    with speaking("en"):
        entry = shown("records/entry", "line", line=line)
        move = shown("records/move", "day, '수원시', 'Seongnam'", day=date(2026, 3, 2))
    for page in (entry, move):
        assert re.findall("[가-힣]+", re.sub('<span lang="ko">[^<]*</span>', "", page)) == []


def test_attendance_works_as_a_form() -> None:
    sheet = gallery.samples(NOW)["sheet"]
    form = shown("staff/roster", "sheet, '/attendance', 't'", sheet=sheet)
    held = sum(meeting["held"] for meeting in sheet["meetings"])
    assert form.count("<select") == held * len(sheet["people"])
    assert 'name="mark.p2.m1"' in form
    assert '<option value="late" selected>' in form


def test_a_page_carries_exactly_the_icons_it_uses(app: Flask) -> None:
    page = app.test_client().get("/").text
    used = {part.split('"')[0] for part in page.split('href="#i-')[1:]}
    carried = {part.split('"')[0] for part in page.split('<symbol id="i-')[1:]}
    assert carried == used


def test_an_error_page_names_rule_and_remedies(app: Flask) -> None:
    page = app.test_client().get("/error").text
    for words in ("신청하실 수 없습니다", gallery.REFUSAL["rule"], gallery.REFUSAL["detail"], "tel:031-555-0100"):
        assert str(words) in page
