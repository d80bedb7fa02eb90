"""What an item says of itself, and how each choice reads in Korean."""

from maru.errors import N_

SAID = (
    "title",
    "summary",
    "description",
    "category",
    "level",
    "licence",
    "licence_source",
    "licence_ends_on",
    "captions_exception",
    "link",
)
STATES = {
    "draft": N_("작성 중"),
    "submitted": N_("승인 기다림"),
    "published": N_("공개"),
    "withdrawn": N_("거둠"),
}
LEVELS = {"first": N_("입문"), "middle": N_("중급"), "deep": N_("심화")}
LICENCES = {
    "own": N_("우리가 만듦"),
    "contract": N_("계약으로 이용"),
    "kogl-1": N_("공공누리 1유형"),
    "kogl-2": N_("공공누리 2유형 (상업적 이용 금지)"),
    "kogl-3": N_("공공누리 3유형 (변경 금지)"),
    "kogl-4": N_("공공누리 4유형 (상업적 이용과 변경 금지)"),
    "cc-by": "CC BY",
    "cc-by-sa": "CC BY-SA",
    "cc-by-nc": "CC BY-NC",
    "cc-by-nd": "CC BY-ND",
    "cc0": "CC0",
}
