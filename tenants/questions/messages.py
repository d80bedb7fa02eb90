"""What the asker of a question is told."""

from uuid import UUID

import sqlalchemy as sa

from auth.messages.kinds import Facts, Field, Kind, Text, declare
from maru.db import session
from maru.errors import N_, NotFound
from tenants.catalogue import service as catalogue
from tenants.questions.models import Question


def find(question: UUID, language: str) -> Facts:
    """What the texts below may name: the title, with the course that was asked about; the answer stays on the site."""
    found = session().scalar(sa.select(Question).where(Question.id == question))
    if found is None:
        raise NotFound(N_("찾으시는 문의가 없습니다."))
    course = _course(found, language)
    return {"question": f"{found.title} ({course})" if course else found.title, "page": f"/questions/{question}"}


def _course(question: Question, language: str) -> str:
    if question.run_id is None:
        return ""
    run = catalogue.several([(question.tenant_id, question.run_id)]).get(question.run_id)
    return str((language == "en" and run.title_en) or run.title) if run else ""


ANSWERED = declare(
    Kind(
        "questions.answered",
        N_("문의에 답이 왔을 때"),
        (
            Field("name", N_("받는 분 이름"), {"ko": "김영숙", "en": "Kim Youngsook"}),
            Field("question", N_("문의 제목"), {"ko": "주차할 곳이 있나요?", "en": "Is there parking?"}),
            Field("page", N_("문의 주소"), {"ko": "/questions/1", "en": "/questions/1"}),
        ),
        {
            "ko": Text(
                "문의하신 것에 답이 왔습니다: {question}",
                "{name} 님, 물으신 ‘{question}’에 담당자가 답했습니다.\n\n답 보기: {page}",
                "물으신 것에 답이 왔습니다. 내 학습에서 보실 수 있습니다.",
            ),
            "en": Text(
                "Your question has been answered: {question}",
                "Dear {name},\n\nour staff have answered your question “{question}”.\n\nRead the answer: {page}",
                "Your question has been answered. Read it under My learning.",
            ),
        },
        find,
    )
)
