"""What people are told of their certificates."""

from uuid import UUID

import sqlalchemy as sa

from auth.messages.kinds import Facts, Field, Kind, Text, declare
from maru.db import session
from maru.errors import N_, NotFound
from records.certificates.models import Certificate


def find(certificate: UUID, _language: str) -> Facts:
    """What the texts below may name."""
    found = session().scalar(sa.select(Certificate).where(Certificate.id == certificate))
    if found is None:
        raise NotFound(N_("찾으시는 수료증이 없습니다."))
    return {
        "course": found.content["course_title"],
        "number": found.number,
        "paper": f"/my/certificates/{certificate}.pdf",
    }


READY = declare(
    Kind(
        "certificates.ready",
        N_("수료증이 나왔을 때"),
        (
            Field("name", N_("받는 분 이름"), {"ko": "김영숙", "en": "Kim Youngsook"}),
            Field("course", N_("강좌 이름"), {"ko": "처음 배우는 스마트폰", "en": "Smartphones for Beginners"}),
            Field("number", N_("수료증 번호"), {"ko": "41130-2026-000001", "en": "41130-2026-000001"}),
            Field("paper", N_("수료증 주소"), {"ko": "/my/certificates/1.pdf", "en": "/my/certificates/1.pdf"}),
        ),
        {
            "ko": Text(
                "수료증이 나왔습니다: {course}",
                "{name} 님, ‘{course}’ 수료를 축하드립니다.\n\n수료증 번호: {number}\n수료증 받기: {paper}\n\n"
                "수료증은 내 학습에서 언제든 다시 받으실 수 있습니다.",
                "‘{course}’ 수료증이 나왔습니다. 내 학습에서 받으실 수 있습니다.",
            ),
            "en": Text(
                "Your certificate is ready: {course}",
                "Dear {name},\n\ncongratulations on completing “{course}”.\n\nCertificate number: {number}\n"
                "Get the certificate: {paper}\n\nYou can get it again at any time under My learning.",
                "Your certificate of “{course}” is ready under My learning.",
            ),
        },
        find,
    )
)
