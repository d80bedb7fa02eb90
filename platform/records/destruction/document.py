"""The certificate of a destruction (파기 확인서): a tagged, archival A4 PDF; the same run gives the same bytes."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from threading import Lock
from typing import cast

import typst

from maru.web.assets import FONTS
from maru.web.dates import document_day, in_seoul

TEMPLATE = Path(__file__).with_name("template.typ")
SEOUL = timezone(timedelta(hours=9))
"""A fixed offset, as the date of a PDF has."""
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Line:
    """One kind: what, how many, and the period that was over, in words."""

    what: str
    count: int
    period: str
    citation: str


@dataclass(frozen=True)
class Paper:
    """Everything that the paper says; `people` is how many persons were destroyed whole, `confirmed_by` a name.

    `outside` says of their accounts and files, which lie outside the database, how many are gone and how many wait.
    """

    number: int
    at: datetime
    lines: Sequence[Line]
    people: int
    outside: str
    method: str
    confirmed_by: str
    confirmed_at: datetime


def render(paper: Paper) -> bytes:
    """The PDF (PDF/UA-1 and PDF/A-2a)."""
    said = {
        "number": f"{in_seoul(paper.at).year}-{paper.number:04}",
        "at": f"{document_day(in_seoul(paper.at).date(), 'ko')} {in_seoul(paper.at):%H:%M}",
        "lines": [asdict(line) | {"count": f"{line.count:,}"} for line in paper.lines],
        "people": paper.people,
        "outside": paper.outside,
        "method": paper.method,
        "confirmed_by": paper.confirmed_by,
        "confirmed_on": document_day(in_seoul(paper.confirmed_at).date(), "ko"),
    }
    with _one_at_a_time:
        pdf = _compiler().compile(
            sys_inputs={"paper": json.dumps(said)},
            format="pdf",
            pdf_standards=["ua-1", "a-2a"],
            timestamp=paper.confirmed_at.astimezone(SEOUL).replace(microsecond=0),
        )
    return cast(bytes, pdf)


@cache
def _compiler() -> typst.Compiler:
    """One for the process: fonts are read once."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
    return typst.Compiler(TEMPLATE, font_paths=fonts, ignore_system_fonts=True)
