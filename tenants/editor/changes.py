"""What differs between two versions of a site, in words for people."""

from dataclasses import dataclass
from typing import Any

from maru.errors import N_
from tenants.sites.content import FIELDS, Content

LABELS = {
    "name": N_("누리집 이름"),
    "name_en": N_("누리집 이름 (영어)"),
    "short_name": N_("짧은 이름"),
    "short_name_en": N_("짧은 이름 (영어)"),
    "tagline": N_("한 줄 인사"),
    "tagline_en": N_("한 줄 인사 (영어)"),
    "question": N_("첫 화면의 물음"),
    "question_en": N_("첫 화면의 물음 (영어)"),
    "logo": N_("로고"),
    "logo_alt": N_("로고를 대신하는 글"),
    "colour": N_("대표 색"),
    "masthead": N_("머리 바탕"),
    "hero": N_("첫 화면 바탕"),
    "shape": N_("모서리"),
    "drawing": N_("첫 화면 그림"),
    "font": N_("제목 글꼴"),
    "blocks": N_("첫 화면에 보이는 것"),
    "own_title": N_("우리 시군의 글, 제목"),
    "own_text": N_("우리 시군의 글"),
    "menu": N_("더한 메뉴"),
    "pages": N_("우리 글"),
    "phone": N_("전화"),
    "hours": N_("전화 받는 시간"),
    "address": N_("주소"),
    "map_url": N_("지도 주소"),
    "head_title": N_("수료증의 기관장 직함"),
    "head_name": N_("수료증의 기관장 이름"),
    "controller": N_("개인정보처리자"),
    "privacy_officer": N_("개인정보 보호책임자"),
    "privacy_phone": N_("개인정보 문의 전화"),
    "privacy_text": N_("개인정보 안내"),
    "terms_text": N_("이용 안내"),
}
VALUES = {
    ("masthead", "white"): N_("흰 바탕"),
    ("masthead", "deep"): N_("짙은 바탕"),
    ("hero", "light"): N_("옅은 바탕"),
    ("hero", "deep"): N_("짙은 바탕"),
    ("shape", "plain"): N_("곧게"),
    ("shape", "soft"): N_("둥글게"),
    ("font", "gothic"): N_("고딕"),
    ("font", "serif"): N_("명조"),
    ("drawing", "floor"): N_("마루"),
    ("drawing", "hills"): N_("산과 내"),
    ("drawing", "wall"): N_("성곽"),
    ("drawing", "lake"): N_("호수"),
    ("drawing", "bridge"): N_("다리"),
    ("drawing", "field"): N_("들"),
}
"""Choices of a field, as people are told them; also the order in which they are offered."""
LONG = {"own_text", "privacy_text", "terms_text", "pages", "menu", "blocks", "logo"}
"""Too long, or no words, to be shown whole."""
EMPTY = N_("비어 있음")


@dataclass(frozen=True)
class Change:
    """One field that differs; `before` and `after` are message ids or the city's own words, None where too long."""

    field: str
    label: str
    before: str | None = None
    after: str | None = None


def between(before: Content, after: Content) -> list[Change]:
    """Every field in which `after` differs from `before`."""
    return [_change(name, before, after) for name in FIELDS if getattr(before, name) != getattr(after, name)]


def choices(field: str) -> list[tuple[str, str]]:
    """The values that a field can have, with their words."""
    return [(value, words) for (name, value), words in VALUES.items() if name == field]


def _change(name: str, before: Content, after: Content) -> Change:
    if name in LONG:
        return Change(name, LABELS[name])
    return Change(name, LABELS[name], _said(name, getattr(before, name)), _said(name, getattr(after, name)))


def _said(name: str, value: Any) -> str:
    return VALUES.get((name, value)) or str(value) or EMPTY
