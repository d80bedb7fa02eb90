"""What people are told of a breach: everything that the law asks for (PIPA §34①)."""

from auth.messages.kinds import Field, Kind, Text, declare
from maru.errors import N_

NAME = Field("name", N_("받는 분 이름"), {"ko": "김영숙", "en": "Kim Youngsook"})
SAMPLES = {"items": "이름, 전화번호", "happened": "2026년 11월 20일", "advice": "모르는 전화를 조심해 주세요.", "measures": "막았습니다.",
           "relief": "분쟁조정위원회 1833-6972", "contact": "031-000-0000"}  # fmt: skip
FIELDS = (
    NAME,
    Field("items", N_("새어 나간 항목"), {"ko": SAMPLES["items"], "en": "Name, telephone"}),
    Field("happened", N_("언제 어떻게 일어났는지"), {"ko": SAMPLES["happened"], "en": "20 November 2026"}),
    Field(
        "advice",
        N_("피해를 줄이려면 무엇을 하면 되는지"),
        {"ko": SAMPLES["advice"], "en": "Beware of unknown callers."},
    ),
    Field("measures", N_("우리가 한 조치"), {"ko": SAMPLES["measures"], "en": "It is stopped."}),
    Field("relief", N_("손해배상과 분쟁조정을 받을 권리와 방법"), {"ko": SAMPLES["relief"], "en": "1833-6972"}),
    Field("contact", N_("신고하고 물어볼 곳"), {"ko": SAMPLES["contact"], "en": "031-000-0000"}),
)
KOREAN = (
    "■ 항목\n{items}\n\n■ 언제, 어떻게\n{happened}\n\n■ 하실 수 있는 일\n{advice}\n\n■ 저희가 한 조치\n{measures}\n\n"
    "■ 손해배상과 분쟁조정\n{relief}\n\n■ 물어볼 곳\n{contact}"
)
ENGLISH = (
    "What: {items}\n\nWhen and how: {happened}\n\nWhat you can do: {advice}\n\nWhat we have done: {measures}\n\n"
    "Damages and mediation: {relief}\n\nContact: {contact}"
)
SMS = "개인정보가 새어 나갔을 수 있습니다. 내 학습의 받은 안내를 보아 주세요. 문의 {contact}"
NOTICE = declare(
    Kind(
        "breaches.notice",
        N_("개인정보가 새어 나갔을 때"),
        FIELDS,
        {
            "ko": Text("개인정보 유출 안내", f"{{name}} 님, 개인정보가 새어 나간 일을 알려 드립니다. 죄송합니다.\n\n{KOREAN}", SMS),
            "en": Text("Notice of a data breach", f"Dear {{name}},\n\nwe are sorry to tell you of a breach of your personal data.\n\n{ENGLISH}"),
        },
    )
)  # fmt: skip
POSSIBLE = declare(
    Kind(
        "breaches.possible",
        N_("개인정보가 새어 나갔을 수 있을 때"),
        FIELDS,
        {
            "ko": Text("개인정보 유출 가능성 안내", f"{{name}} 님, 개인정보가 새어 나갔을 수 있어 미리 알려 드립니다.\n\n{KOREAN}", SMS),
            "en": Text("Notice of a possible data breach", f"Dear {{name}},\n\nyour personal data may have been disclosed.\n\n{ENGLISH}"),
        },
    )
)  # fmt: skip
MORE = declare(
    Kind(
        "breaches.more",
        N_("개인정보 유출에 대해 더 알게 되었을 때"),
        FIELDS,
        {
            "ko": Text("개인정보 유출 추가 안내", f"{{name}} 님, 앞서 알려 드린 개인정보 유출에 대해 더 알게 된 것을 알려 드립니다.\n\n{KOREAN}", SMS),
            "en": Text("More on the data breach", f"Dear {{name}},\n\nwe know more about the breach that we told you of.\n\n{ENGLISH}"),
        },
    )
)  # fmt: skip
