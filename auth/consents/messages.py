"""What people are told of their consents."""

from uuid import UUID

from auth.consents import service as consents
from auth.messages.kinds import Facts, Field, Kind, Text, declare
from maru.errors import N_


def _ended(consent: UUID, language: str) -> Facts:
    text = consents.text_given_to(consent)
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
GIVEN_AT_DESK = declare(
    Kind(
        "consents.given-at-desk",
        N_("창구에서 동의를 받아 적었을 때"),
        ENDED.fields,
        {
            "ko": Text(
                "창구에서 동의를 받아 적었습니다",
                "{name} 님, 창구에서 ‘{text}’에 동의하신 것을 담당자가 받아 적었습니다.\n\n"
                "동의하신 적이 없다면 창구로 알려 주세요. 언제든지 거두실 수 있고, 거두셔도 불이익이 없습니다: {page}",
                "창구에서 동의를 받아 적었습니다. 동의하신 적이 없다면 창구로 알려 주세요.",
            ),
            "en": Text(
                "Our desk has recorded your consent",
                'Dear {name},\n\nour desk has recorded that you consented to "{text}".\n\nIf you did not, please tell the'
                " desk. You can withdraw it at any time, without any disadvantage: {page}",
                "Our desk has recorded your consent. If that was not you, tell the desk.",
            ),
        },
        _ended,
    )
)
TAKEN_BACK_AT_DESK = declare(
    Kind(
        "consents.taken-back-at-desk",
        N_("창구에서 동의를 거두셨을 때"),
        ENDED.fields,
        {
            "ko": Text(
                "창구에서 동의를 거두셨습니다",
                "{name} 님, 창구에서 ‘{text}’에 대한 동의를 거두신 것을 담당자가 적었습니다. 이제 이 동의로는 아무것도 하지"
                " 않습니다.\n\n거두신 적이 없다면 창구로 알려 주세요. 다시 동의하실 수도 있습니다: {page}",
                "창구에서 동의를 거두셨습니다. 거두신 적이 없다면 창구로 알려 주세요.",
            ),
            "en": Text(
                "Our desk has recorded that you withdrew your consent",
                'Dear {name},\n\nour desk has recorded that you withdrew your consent to "{text}". Nothing more is done on'
                " it.\n\nIf you did not, please tell the desk. You can also agree again: {page}",
                "Our desk has recorded that you withdrew a consent. If that was not you, tell the desk.",
            ),
        },
        _ended,
    )
)
