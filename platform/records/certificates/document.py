"""The paper of a certificate: a tagged, archival A4 PDF made from plain data (CAM-6.10).

`template.typ` says how it looks. Values reach it as JSON and are set as text, so nothing in a course title is read as
markup. The same text gives the same bytes in every process and at any time, as long as typst, segno and the fonts are
the pinned ones: a file can be made again and compared.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Literal, cast
from urllib.parse import urlsplit

import segno
import typst

from maru.errors import N_, ConfigurationError, Refused, Remedy
from maru.web.assets import FONTS
from maru.web.dates import document_day, document_span

TEMPLATE = Path(__file__).with_name("template.typ")
FONT_FAMILY = "Pretendard GOV"
WEIGHTS = {400, 600, 700}
SEOUL = timezone(timedelta(hours=9))
"""A fixed offset, as the date of a PDF has; Korea has had no other since 1988."""

_one_at_a_time = Lock()


class Unprintable(Refused):
    """The text cannot be set on the paper: no font has `values["letters"]`, or it is too long for one page."""

    slug = "unprintable"
    title = N_("수료증을 만들 수 없습니다")


@dataclass(frozen=True)
class CertificateText:
    """Everything that the paper says.

    `number` and `verify_code` are as printed (`41110-2026-000123`, `K7QF-9M2X-...`); `verify_url` is the whole address
    with both, for the QR code; its part before `?` is printed. `run_name` and `head_name` may be empty. The period
    includes both ends. `colour` is that of the frame (`#25449d`): the city's `--brand-line`.
    """

    number: str
    holder_name: str
    birth_date: date
    course_title: str
    run_name: str
    period_start: date
    period_end: date
    hours: int | Decimal
    completed_on: date
    issued_on: date
    tenant_name: str
    institution_name: str
    head_title: str
    head_name: str
    verify_url: str
    verify_code: str
    colour: str
    language: Literal["ko"] = "ko"


def render(text: CertificateText, *, copy: int = 1) -> bytes:
    """The PDF (PDF/UA-1 and PDF/A-2a, one page); from the second copy on the paper says which one it is.

    Raises Unprintable when a letter is in none of the fonts, or when the text does not fit one page.
    """
    paper = {key: _printable(value) for key, value in _values(text).items()} | {"copy": copy}
    try:
        with _one_at_a_time:
            pdf = _compiler().compile(
                sys_inputs={"certificate": json.dumps(paper)},
                format="pdf",
                pdf_standards=["ua-1", "a-2a"],
                timestamp=datetime.combine(text.issued_on, time(), SEOUL),
            )
    except typst.TypstError as error:
        if refusal := _refusal(error):
            raise refusal from error
        raise
    return cast(bytes, pdf)


def verification_qr(url: str) -> str:
    """An SVG image of the address, without margin: the template keeps the quiet zone."""
    image = BytesIO()
    segno.make_qr(url, error="m").save(image, kind="svg", border=0, xmldecl=False)
    return image.getvalue().decode()


def _values(text: CertificateText) -> dict[str, str]:
    address = urlsplit(text.verify_url)
    return {
        "number": text.number,
        "holder_name": text.holder_name,
        "birth_date": document_day(text.birth_date, text.language),
        "course_title": text.course_title,
        "run_name": text.run_name,
        "period": _period(text),
        "hours": _hours(text.hours),
        "completed_on": document_day(text.completed_on, text.language),
        "issued_on": document_day(text.issued_on, text.language),
        "tenant_name": text.tenant_name,
        "institution_name": text.institution_name,
        "head": f"{text.head_title} {text.head_name}",
        "verify_url": text.verify_url,
        "verify_address": address.netloc + address.path,
        "verify_code": text.verify_code,
        "qr": verification_qr(text.verify_url),
        "colour": text.colour,
        "language": text.language,
    }


def _period(text: CertificateText) -> str:
    if text.period_start == text.period_end:
        return document_day(text.period_start, text.language)
    return str(document_span(text.period_start, text.period_end, text.language))


def _hours(hours: int | Decimal) -> str:
    """`12시간`, `1.5시간`; never an exponent or a zero at the end of a fraction."""
    figures = f"{hours:f}" if isinstance(hours, Decimal) else str(hours)
    return (figures.rstrip("0").rstrip(".") if "." in figures else figures) + "시간"


def _printable(value: str) -> str:
    """Composed letters, single spaces, and none of the invisible signs that turn the direction or hide in a word."""
    composed = " ".join(unicodedata.normalize("NFC", value).split())
    return "".join(letter for letter in composed if unicodedata.category(letter) not in ("Cc", "Cf"))


def _refusal(error: typst.TypstError) -> Unprintable | None:
    letters = dict.fromkeys(re.findall(r'the text `"(.+?)"` could not be displayed', error.diagnostic))
    if letters:
        return Unprintable(
            N_("수료증에 찍을 수 없는 글자가 있습니다: %(letters)s"),
            rule=N_("수료증은 한글, 한자, 로마자, 키릴 문자로 적습니다."),
            remedies=[Remedy(N_("이름은 신분증에 적힌 로마자로, 강좌 이름은 한글로 적어 주세요."))],
            values={"letters": ", ".join(letters)},
        )
    if "does not fit one page" in error.message:
        return Unprintable(
            N_("글이 길어 수료증 한 장에 들어가지 않습니다."),
            rule=N_("수료증은 한 장입니다."),
            remedies=[Remedy(N_("강좌와 기관의 이름을 줄여 주세요."))],
        )
    return None


@cache
def _compiler() -> typst.Compiler:
    """One for the process: fonts are read once. Symbols that Pretendard lacks come from typst's own fonts."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
    found = {font.weight for font in fonts.fonts() if font.family == FONT_FAMILY}
    if not found >= WEIGHTS:
        raise ConfigurationError(f"{FONT_FAMILY} is not in {FONTS}: `python -m maru.web.build` fetches the fonts.")
    return typst.Compiler(TEMPLATE, font_paths=fonts, ignore_system_fonts=True)
