"""What a deletion by the province still waits for (PRV 7.3): a role, a course that is not over, a child of whom one is guardian."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from maru.db import session

ASK = sa.text("SELECT why, many FROM engine.hindrances_of_deletion(:request)")
WORDS: Mapping[str, Mapping[str, str]] = {
    "role": {
        "ko": "아직 맡고 계신 업무가 있습니다 ({many}가지). 시군이나 도의 관리자가 역할을 끝내야 합니다.",
        "en": "Roles that are still held ({many}): an administrator of the city or the province has to end them.",
    },
    "place": {
        "ko": "끝나지 않은 강좌의 신청이 있습니다 ({many}건). 신청을 취소하시거나 강좌가 끝나야 합니다.",
        "en": "Applications for courses that are not over ({many}): cancel them, or wait until the courses end.",
    },
    "child": {
        "ko": "보호자로 돌보시는 자녀가 있습니다 ({many}명). ‘내 가족’에서 보호를 끝내시거나, 자녀의 정보도 지워 달라고 하셔야 합니다.",
        "en": "Children whose guardian you are ({many}): end it under ‘My family’, or ask for the child's data to be deleted too.",
    },
}
FIRST: Mapping[str, str] = {
    "ko": "아래 일이 끝나면 바로 지웁니다.",
    "en": "It is deleted as soon as the following is over.",
}


@dataclass(frozen=True)
class Hindrance:
    """`why` is role, place or child; `many` says how many of them."""

    why: str
    many: int

    def said(self, language: str) -> str:
        return WORDS[self.why][language].format(many=self.many)


def of(request: UUID) -> Sequence[Hindrance]:
    """What the deletion of a person waits for, today; for the privacy officer."""
    return [Hindrance(row.why, row.many) for row in session().execute(ASK, {"request": request})]


def told(found: Sequence[Hindrance], language: str) -> str:
    """The same as the person is told."""
    return "\n".join([FIRST[language], *(f"- {one.said(language)}" for one in found)])
