"""What people are told of their consents."""

from uuid import UUID

from auth.consents import service as consents
from auth.consents import texts
from auth.messages.kinds import Facts, Field, Kind, Text, declare
from maru.errors import N_


def _ended(consent: UUID, language: str) -> Facts:
    given = consents.get(consent)
    text = texts.version_of(given.purpose, given.text_version)
    return {"text": text.words[language]["title"], "page": "/my/consents"}


ENDED = declare(
    Kind(
        "consents.ended",
        N_("동의서의 글이 바뀌어 동의가 끝났을 때"),
        (
            Field("name", N_("받는 분 이름"), {"ko": "김영숙", "en": "Kim Youngsook"}),
            Field("text", N_("어느 동의서인지"), {"ko": "하나의 기록", "en": "The one history"}),
            Field("page", N_("동의를 보는 주소"), {"ko": "/my/consents", "en": "/my/consents"}),
        ),
        {
            "ko": Text(
                "동의서의 글이 바뀌어 동의가 끝났습니다",
                "{name} 님, ‘{text}’에 대한 글이 바뀌어, 전에 하신 동의가 끝났습니다. 이제 이 동의로는 아무것도 하지 않습니다.\n\n"
                "새 글을 읽고 다시 동의하실 수 있습니다. 하지 않으셔도 불이익이 없습니다: {page}",
            ),
            "en": Text(
                "A text has changed and your consent has ended",
                'Dear {name},\n\nthe text of "{text}" has changed, and the consent you gave before has ended. Nothing more is'
                " done on it.\n\nYou can read the new text and agree again. Not agreeing has no disadvantage: {page}",
            ),
        },
        _ended,
    )
)
