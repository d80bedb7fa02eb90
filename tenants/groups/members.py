"""A list as a table: what each line says of a person, or why it cannot be read."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from maru import forms, masking
from maru.tables.cells import clean
from maru.tables.sheet import Headings
from maru.tables.table import open_table
from maru.web import dates

NAME, BIRTH, PHONE, EMAIL = "이름", "생년월일", "휴대전화", "이메일"
GUARDIAN, GUARDIAN_PHONE = "보호자 이름", "보호자 휴대전화"
COLUMNS = (NAME, BIRTH, PHONE, EMAIL, GUARDIAN, GUARDIAN_PHONE)
"""Of the template, in its order."""
SPELLINGS: Mapping[str, Sequence[str]] = {
    NAME: (NAME, "성명", "name"),
    BIRTH: (BIRTH, "생일", "birth date"),
    PHONE: (PHONE, "전화", "전화번호", "연락처", "휴대폰", "phone"),
    EMAIL: (EMAIL, "메일", "email"),
    GUARDIAN: (GUARDIAN, "법정대리인", "보호자", "guardian"),
    GUARDIAN_PHONE: (GUARDIAN_PHONE, "보호자 연락처", "보호자 전화", "guardian phone"),
}
HEADINGS = Headings.of(SPELLINGS.items(), [NAME, BIRTH], "‘이름’과 ‘생년월일’ 칸이")
DAY = re.compile(r"((?:19|20)\d\d)[-./년 ]+(\d{1,2})[-./월 ]+(\d{1,2})[일. ]*|((?:19|20)\d\d)(\d\d)(\d\d)")
MOBILE = re.compile(r"01[016789]\d{7,8}")
ADDRESS = re.compile(r"[^@\s<>\"',;:()\\]+@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,}")
LONGEST_NAME = 40


@dataclass(frozen=True)
class Member:
    """One person of a list; phones are digits alone."""

    name: str
    birth_date: date
    phone: str = ""
    email: str = ""
    guardian: str = ""
    guardian_phone: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the file: a member, or the sentence of what is wrong with it. `title` is how a report names it."""

    number: int
    title: str
    member: Member | None = None
    wrong: str = ""


def read(data: bytes) -> Iterator[Line]:
    """Every line below the headings. Raises FileRefused for a file that is no such table."""
    table = open_table(data, HEADINGS)
    for row in table.rows:
        cells = {heading: clean(text).value or "" for heading, text in table.cells_by_heading(row).items()}
        title = masking.name(cells.get(NAME, "")[:LONGEST_NAME])
        if row.fault:
            yield Line(row.line, title, wrong=row.fault.message)
            continue
        found = _member(cells)
        yield Line(row.line, title, found) if isinstance(found, Member) else Line(row.line, title, wrong=found)


def _member(cells: Mapping[str, str]) -> Member | str:
    """What a line says, or all that is wrong with it, naming the columns."""
    if any(masking.names_a_resident_number(cell) for cell in cells.values()):
        return "주민등록번호로 보이는 것이 있습니다. 주민등록번호는 받지 않으니 지우고 다시 올려 주세요."
    birth = _day(cells.get(BIRTH, ""))
    said = {
        "name": unicodedata.normalize("NFC", " ".join(cells.get(NAME, "").split())),
        "phone": _digits(cells.get(PHONE, "")),
        "email": cells.get(EMAIL, "").lower(),
        "guardian": " ".join(cells.get(GUARDIAN, "").split()),
        "guardian_phone": _digits(cells.get(GUARDIAN_PHONE, "")),
    }
    wrong = _faults(**said)
    if birth is None:
        wrong.append("‘생년월일’을 읽을 수 없습니다. 1954-03-02처럼 적어 주세요.")
    elif birth > dates.today():
        wrong.append("‘생년월일’이 오늘보다 뒤입니다. 확인해 주세요.")
    if wrong or birth is None:
        return " ".join(wrong)
    return Member(birth_date=birth, **said)


def _faults(name: str, phone: str, email: str, guardian: str, guardian_phone: str) -> list[str]:
    wrong = []
    if not 0 < len(name) <= LONGEST_NAME or len(guardian) > LONGEST_NAME:
        wrong.append("‘이름’을 마흔 자까지 적어 주세요.")
    elif forms.name_flaw(name, LONGEST_NAME) or (guardian and forms.name_flaw(guardian, LONGEST_NAME)):
        wrong.append("‘이름’에는 글자와 띄어쓰기, 점, 작은따옴표, 붙임표, 괄호만 적어 주세요.")
    wrong += [
        f"‘{heading}’를 010-1234-5678처럼 적어 주세요."
        for heading, digits in ((PHONE, phone), (GUARDIAN_PHONE, guardian_phone))
        if digits and not MOBILE.fullmatch(digits)
    ]
    if email and not ADDRESS.fullmatch(email):
        wrong.append("‘이메일’ 주소를 확인해 주세요.")
    if not (phone or email or (guardian and guardian_phone)):
        wrong.append(
            "알려 드릴 ‘휴대전화’나 ‘이메일’ 가운데 하나는 적어 주세요. 14세 미만이면 보호자의 것을 적어 주세요."
        )
    return wrong


def _day(text: str) -> date | None:
    found = DAY.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups() if part))
    except ValueError:
        return None


def _digits(text: str) -> str:
    """A number as it is dialled; a spreadsheet may have dropped its leading nought."""
    digits = re.sub(r"[^0-9]", "", text)
    return f"0{digits}" if digits.startswith("1") else digits
