"""What people are told when somebody else has proven who they are."""

from auth.messages.kinds import Field, Kind, Text, declare
from maru.errors import N_

AT_THE_DESK = declare(
    Kind(
        "verification.at-the-desk",
        N_("창구에서 신분증으로 본인확인을 했을 때"),
        (Field("name", N_("받는 분 이름"), {"ko": "김영숙", "en": "Kim Youngsook"}),),
        {
            "ko": Text(
                "창구에서 본인확인을 했습니다",
                "{name} 님, 창구 담당자가 신분증을 보고 이름과 생년월일을 확인했습니다. 신분증의 번호나 사진은 남기지 않았습니다.\n\n"
                "창구에 가신 적이 없거나 이름이 다르면 바로 창구로 알려 주세요.",
                "창구에서 신분증을 보고 이름과 생년월일을 확인했습니다. 가신 적이 없으면 창구로 알려 주세요.",
            ),
            "en": Text(
                "Your identity was proven at the desk",
                "Dear {name},\n\na member of staff has looked at a document and recorded your name and birth date. Neither its"
                " number nor its picture was kept.\n\nIf you were not there, or the name is wrong, please tell the desk.",
                "Your name and birth date were recorded at the desk from a document. If you were not there, tell the desk.",
            ),
        },
    )
)
