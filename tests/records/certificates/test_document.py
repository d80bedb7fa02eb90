"""What the paper says, and how its file is built."""

import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from multiprocessing import get_context

import pypdf
import pytest
import segno

from records.certificates.document import CertificateText, render, verification_qr


def opened(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(pdf))


def lines(text: CertificateText, copy: int = 1) -> list[str]:
    return [" ".join(line.split()) for line in opened(render(text, copy=copy)).pages[0].extract_text().splitlines()]


def matrix_of(segments: list[tuple[str, str, str]], size: int) -> list[list[int]]:
    """Horizontal strokes (first x, y of the middle, last x) as rows of modules."""
    matrix = [[0] * size for _ in range(size)]
    for first, middle, last in segments:
        for x in range(int(first), int(last)):
            matrix[int(float(middle))][x] = 1
    return matrix


def structure(node: object) -> Iterator[tuple[str, str | None]]:
    """Kind and alternative text of every element, in reading order."""
    if isinstance(node, list):
        for child in node:
            yield from structure(child.get_object())
    elif isinstance(node, dict):
        if "/S" in node:
            yield node["/S"], node.get("/Alt")
        yield from structure(node.get("/K"))


def test_everything_stands_on_the_paper_in_reading_order(text: CertificateText) -> None:
    assert lines(text) == [
        "제 41110-2026-000123 호",
        "수 료 증",
        "이름 김영숙",
        "생년월일 1956년 3월 2일",
        "강좌 스마트폰으로 병원 예약하기",
        "차수 2026년 2기",
        "기간 2026년 6월 2일~7월 9일",
        "시간 12시간",
        "수료일 2026년 7월 9일",
        "위 사람은 위와 같이 강좌를 수료하였으므로",
        "이 증서를 드립니다.",
        "2026년 7월 10일",
        "수원시 평생학습관",
        "수원시장 이마루",
        "이 수료증은 수원시에서 전자문서로 발급하였습니다. 아래 주소에 번호와 확인",
        "코드를 넣거나 QR을 찍으시면 진위를 확인하실 수 있습니다.",
        "확인 주소 learn.example.kr/verify",
        "확인 코드 K7QF-9M2X-W4TD-8HJN-3RPA",
    ]


def test_it_claims_no_qualification(text: CertificateText) -> None:
    assert not re.search("자격|면허", "".join(lines(text)))


def test_a_further_copy_says_which_it_is_and_keeps_the_rest(text: CertificateText) -> None:
    assert lines(text, copy=2) == ["제 41110-2026-000123 호 2번째 발급", *lines(text)[1:]]


def test_a_run_without_a_name_and_a_head_without_a_name_leave_no_trace(text: CertificateText) -> None:
    said = lines(replace(text, run_name="", head_name=""))
    assert "수원시장" in said
    assert not any(line.startswith("차수") for line in said)


def test_a_course_of_one_day_names_the_day_once(text: CertificateText) -> None:
    day = date(2026, 6, 2)
    assert "기간 2026년 6월 2일" in lines(replace(text, period_start=day, period_end=day))


@pytest.mark.parametrize(
    ("hours", "said"),
    [(100, "100시간"), (Decimal("1.50"), "1.5시간"), (Decimal("20"), "20시간"), (Decimal("1E+2"), "100시간")],
)
def test_hours_are_plain_figures(text: CertificateText, hours: int | Decimal, said: str) -> None:
    assert f"시간 {said}" in lines(replace(text, hours=hours))


def test_the_same_text_gives_the_same_bytes_in_any_process(text: CertificateText) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(render, text).result() == render(text)


def test_threads_do_not_mix_papers(text: CertificateText) -> None:
    names = [f"김영{letter}" for letter in "가나다라마바사아자차카타"]
    papers = [replace(text, holder_name=name) for name in names]
    alone = [render(paper) for paper in papers]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(render, papers)) == alone
    assert len(set(alone)) == len(names)


def test_the_qr_code_is_the_address_of_the_check(text: CertificateText) -> None:
    expected = [list(row) for row in segno.make_qr(text.verify_url, error="m").matrix]
    strokes, x, y = [], 0, 0.0
    for move, dx, dy, width in re.findall(r"([Mm])(-?\d+) (-?[\d.]+)h(\d+)", verification_qr(text.verify_url)):
        x, y = (int(dx), float(dy)) if move == "M" else (x + int(dx), y + float(dy))
        strokes.append((str(x), str(y), str(x + int(width))))
        x += int(width)
    assert matrix_of(strokes, len(expected)) == expected


def test_the_qr_code_is_drawn_on_the_paper(text: CertificateText) -> None:
    expected = [list(row) for row in segno.make_qr(text.verify_url, error="m").matrix]
    drawing = opened(render(text)).pages[0].get_contents()
    assert drawing is not None
    figure = drawing.get_data().decode("latin-1").rpartition("BDC")[2]
    strokes = re.findall(r"(\d+) (\d+\.5) m (\d+) \d+\.5 l", figure)
    assert matrix_of(strokes, len(expected)) == expected


def test_the_printed_address_is_a_link_to_the_check(text: CertificateText) -> None:
    (link,) = opened(render(text)).pages[0]["/Annots"]
    assert link.get_object()["/A"]["/URI"] == text.verify_url


def test_the_file_knows_its_language_title_and_date(text: CertificateText) -> None:
    file = opened(render(text))
    root = file.root_object
    assert root["/Lang"] == "ko"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert file.metadata is not None
    assert (file.metadata.title, file.metadata.author) == ("수료증 제 41110-2026-000123 호", "수원시")
    assert str(file.metadata.creation_date) == "2026-07-09 15:00:00+00:00"
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2<" in xmp
    assert "<pdfaid:conformance>A<" in xmp
    assert "<pdfuaid:part>1<" in xmp


def test_readers_find_a_heading_a_list_and_a_described_picture(text: CertificateText) -> None:
    root = opened(render(text)).root_object["/StructTreeRoot"]
    elements = list(structure(root))
    kinds = [kind for kind, _ in elements]
    assert kinds.count("/H1") == 1
    assert kinds.count("/LI") == 9
    assert kinds.index("/H1") < kinds.index("/L") < kinds.index("/Figure")
    assert ("/Figure", "이 수료증의 진위 확인 주소로 가는 QR 코드") in elements


def test_all_fonts_are_inside_the_file_and_ours(text: CertificateText) -> None:
    fonts = opened(render(text)).pages[0]["/Resources"]["/Font"].values()
    described = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert len(described) == 3
    for font in described:
        assert "PretendardGOV" in font["/FontName"]
        assert "/FontFile3" in font
