"""What the law asks a consent text to state, and the hash by which a text is known (PRV 7.2)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from maru.errors import N_
from maru.masking import names_a_resident_number

LANGUAGES = ("ko", "en")
PARTS = ("title", "aim", "items", "period", "refusal", "recipient")
LONGEST = 2000
KINDS: Mapping[str, str] = {
    "collection": N_("모아서 쓰기"),
    "sensitive": N_("민감한 정보"),
    "third_party": N_("다른 곳에 주기"),
    "marketing": N_("홍보 소식 받기"),
}
"""What must be ticked by itself (개인정보보호법 §22)."""
LABELS: Mapping[str, str] = {
    "title": N_("무엇에 대한 동의인지"),
    "aim": N_("쓰는 목적"),
    "items": N_("쓰는 항목"),
    "period": N_("가지고 있는 기간"),
    "refusal": N_("동의하지 않을 권리와 그때의 불이익"),
    "recipient": N_("받는 곳"),
}
OF_THE_RECIPIENT: Mapping[str, str] = {
    "aim": N_("받는 곳이 쓰는 목적"),
    "items": N_("주는 항목"),
    "period": N_("받는 곳이 가지고 있는 기간"),
}
"""The same parts where somebody else is given the data (§17②)."""
MISSING, TOO_LONG = N_("이 칸을 적어 주세요. 법이 알리라고 정한 것입니다."), N_("2,000자 안으로 적어 주세요.")
NO_RESIDENT_NUMBER = N_("주민등록번호로 보이는 숫자가 있습니다. 지워 주세요.")
Words = Mapping[str, Mapping[str, str]]
"""By language and part."""


def parts_of(kind: str) -> tuple[str, ...]:
    """What a text of this kind states, in the order in which it is shown."""
    shown = ("title", "recipient", "aim", "items", "period", "refusal")
    return tuple(part for part in shown if part != "recipient" or kind == "third_party")


def label(kind: str, part: str) -> str:
    """What a part is called; a Korean message id."""
    return OF_THE_RECIPIENT.get(part, LABELS[part]) if kind == "third_party" else LABELS[part]


def wording() -> dict[str, Any]:
    """What `consents/_text.html` needs to show a text."""
    return {"label": label, "parts_of": parts_of}


def digest(words: Words) -> str:
    """SHA-256 in hexadecimal digits over a line `language.part: words` for each part, Korean first, in UTF-8."""
    lines = [f"{language}.{part}: {words[language][part]}" for language in LANGUAGES for part in PARTS]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def faults(kind: str, words: Words) -> dict[str, str]:
    """What keeps a text from coming into force, by the field `part_language`."""
    found = {}
    for language in LANGUAGES:
        for part in parts_of(kind):
            said = words[language].get(part, "")
            wrong = (
                MISSING
                if not said
                else TOO_LONG
                if len(said) > LONGEST
                else NO_RESIDENT_NUMBER
                if names_a_resident_number(said)
                else ""
            )
            if wrong:
                found[f"{part}_{language}"] = wrong
    return found
