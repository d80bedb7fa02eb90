"""Odd names and titles: print as they are, or be refused with the letters named; never a box, never a second page."""

import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from unicodedata import normalize

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.certificates.document import CertificateText, Unprintable, render

LONG_INSTITUTION = "수원시 권선구 평생교육종합지원센터 부설 어르신 디지털배움터 및 다문화가족 한국어교육지원센터"
LONG_TITLE = "경기도민과 함께하는 디지털 전환 시대의 생활 속 인공지능 활용과 개인정보 보호 " * 3
LONG_NAME = "Maria Guadalupe Villanueva Santos de la Cruz Fernandez y Rey"
BOTTOM_OF_PAPER, TOP_OF_PAPER, RIGHT_OF_PAPER = 60, 780, 555


def page(text: CertificateText) -> pypdf.PageObject:
    (only,) = pypdf.PdfReader(BytesIO(render(text))).pages
    return only


def compact(words: str) -> str:
    return "".join(words.split())


@pytest.mark.parametrize(
    "title",
    [
        "#sys.inputs.certificate",
        '*굵게* _기울게_ `값` $x^2$ <표> @글 // 끝 /* 속 */ \\ #panic("멈춤") "q" \'r\' -- --- ...',
        "= 제목\n- 목록 + 번호 / 뜻: 말",
        "</svg>{{ 7*7 }} %s",
    ],
)
def test_markup_in_a_title_is_printed_and_not_read(text: CertificateText, title: str) -> None:
    assert f"강좌{compact(title)}차수" in compact(page(replace(text, course_title=title)).extract_text())


@settings(max_examples=25)
@given(title=st.text(alphabet="가나다 #*_`$<>@/\\=+-~[](){}\"'.:;!%&|^", min_size=1, max_size=40))
def test_no_title_is_read_as_markup(text: CertificateText, title: str) -> None:
    assert f"강좌{compact(title)}차수" in compact(page(replace(text, course_title=title)).extract_text())


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Ánh Tuyết",
        "Иванов Сергей Петрович",
        "Өнөржаргал Батбаяр",
        "Oʻtkir Gʻulomov",
        "陳大文",
        "山田 太郎",
        "뷁쉙 똠",
    ],
)
def test_names_of_neighbours_print(text: CertificateText, name: str) -> None:
    assert f"이름{compact(name)}생년월일" in compact(page(replace(text, holder_name=name)).extract_text())


def test_decomposed_hangul_prints_composed(text: CertificateText) -> None:
    assert "이름 김영숙" in page(replace(text, holder_name=normalize("NFD", "김영숙"))).extract_text()


def test_symbols_that_our_font_lacks_come_from_another(text: CertificateText) -> None:
    paper = page(replace(text, course_title="◎ 기초 ▸ 심화 ★"))
    assert "강좌 ◎ 기초 ▸ 심화 ★" in paper.extract_text()
    assert len(paper["/Resources"]["/Font"]) > 3


@pytest.mark.parametrize(
    ("name", "letters"),
    [("张伟", "张, 伟"), ("สม", "ส, ม"), ("김🎨영", "🎨"), ("မင်း မ", r"မ, င, \u{103a}, း")],
)
def test_a_letter_without_a_glyph_is_refused_by_name(text: CertificateText, name: str, letters: str) -> None:
    with pytest.raises(Unprintable) as refusal:
        render(replace(text, holder_name=name))
    assert refusal.value.values == {"letters": letters}
    assert "로마자" in refusal.value.remedies[0].text


def test_hidden_signs_neither_turn_nor_break_a_name(text: CertificateText) -> None:
    name = "\N{RIGHT-TO-LEFT OVERRIDE}김\N{ZERO WIDTH SPACE}영\N{NO-BREAK SPACE}\n숙\N{NULL}"
    assert "이름 김영 숙" in page(replace(text, holder_name=name)).extract_text()


@pytest.mark.parametrize(
    "changes",
    [
        {"course_title": LONG_TITLE[:120]},
        {"course_title": "가" * 120},
        {"holder_name": LONG_NAME},
        {"institution_name": LONG_INSTITUTION},
        {
            "course_title": LONG_TITLE[:120],
            "holder_name": LONG_NAME,
            "run_name": "2026년 상반기 제2차 야간 직장인 특별반 (화요일·목요일)",
            "institution_name": LONG_INSTITUTION,
            "head_title": "수원시 권선구 평생교육종합지원센터 부설 어르신 디지털배움터 관장",
        },
    ],
)
def test_long_values_stay_on_the_page_line_below_line(text: CertificateText, changes: dict[str, str]) -> None:
    paper = page(replace(text, **changes))
    placed: list[tuple[float, float, str]] = []

    def place(words: str, cm: list[float], tm: list[float], *_font: object) -> None:
        if words.strip():
            placed.append((cm[4] + tm[4] * cm[0], cm[5] + tm[5] * cm[3], words))

    said = compact(paper.extract_text(visitor_text=place))
    for value in changes.values():
        assert compact(value) in said
    heights = [y for _, y, _ in placed]
    assert all(below <= above + 0.5 for above, below in pairwise(heights))
    assert min(heights) > BOTTOM_OF_PAPER
    assert max(heights) < TOP_OF_PAPER
    assert max(x for x, _, _ in placed) < RIGHT_OF_PAPER


@pytest.mark.parametrize("name", ["Wolfeschlegelsteinhausenbergerdorff" * 2, "김" * 60])
def test_a_word_wider_than_the_line_is_broken(text: CertificateText, name: str) -> None:
    said = page(replace(text, holder_name=name)).extract_text()
    assert name not in said
    assert name in compact(said)


def test_what_cannot_fit_is_refused_and_not_cut(text: CertificateText) -> None:
    with pytest.raises(Unprintable, match="한 장에 들어가지 않습니다"):
        render(replace(text, course_title="긴 제목 " * 300))


def test_a_mistake_in_the_data_is_not_dressed_as_a_refusal(text: CertificateText) -> None:
    with pytest.raises(RuntimeError, match=re.escape("color")):
        render(replace(text, colour="#pale"))
