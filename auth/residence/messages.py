"""What people are told of their homes."""

from auth.messages.kinds import Field, Kind, Text, declare
from maru.errors import N_

NAME = Field("name", N_("받는 분 이름"), {"ko": "김영숙", "en": "Kim Youngsook"})
PROVEN = declare(
    Kind(
        "residence.proven",
        N_("창구에서 사는 곳을 확인했을 때"),
        (
            NAME,
            Field("since", N_("전입일"), {"ko": "2026-03-02", "en": "2026-03-02"}),
            Field("made_on", N_("서류를 뗀 날"), {"ko": "2026-11-20", "en": "2026-11-20"}),
        ),
        {
            "ko": Text(
                "사는 곳을 서류로 확인했습니다",
                "{name} 님, 창구에서 보여 주신 서류(뗀 날 {made_on})로 {since}부터 우리 시군에 사시는 것을 확인했습니다."
                "\n\n보여 주신 적이 없다면 창구로 알려 주세요. 서류와 주민등록번호는 보관하지 않습니다."
                "\n\n보기: 내 학습의 ‘사는 곳’",
                "사는 곳을 서류로 확인했습니다. 아니라면 창구로 알려 주세요.",
            ),
            "en": Text(
                "Your home has been confirmed by a paper",
                "Dear {name},\n\nby the paper that you showed at our desk (issued {made_on}) we have confirmed that you have lived"
                " here since {since}.\n\nIf you showed none, please tell the desk. We keep neither the paper nor its numbers."
                "\n\nSee “Where I live” under My learning.",
                "Your home has been confirmed by a paper. If that was not you, tell the desk.",
            ),
        },
    )
)
SHARED = declare(
    Kind(
        "residence.shared",
        N_("행정정보로 사는 곳을 물었을 때"),
        (NAME,),
        {
            "ko": Text(
                "사는 곳을 행정정보로 확인했습니다",
                "{name} 님, 알려 주신 곳에 사시는 것을 행정정보로 확인했습니다.\n\n보기: 내 학습의 ‘사는 곳’",
            ),
            "en": Text(
                "Your home has been confirmed",
                "Dear {name},\n\nthe administrative data share has confirmed where you live.\n\nSee “Where I live” under My"
                " learning.",
            ),
        },
    )
)
UNCONFIRMED = declare(
    Kind(
        "residence.unconfirmed",
        N_("행정정보로 사는 곳을 확인하지 못했을 때"),
        (NAME,),
        {
            "ko": Text(
                "사는 곳을 행정정보로 확인하지 못했습니다",
                "{name} 님, 행정정보로는 알려 주신 곳에 사시는 것이 확인되지 않았습니다.\n\n얼마 전에 이사하셨다면 전입신고를"
                " 하셨는지 확인해 주세요. 주민등록등본이나 초본을 가지고 창구로 오시면 바로 확인해 드립니다.",
            ),
            "en": Text(
                "Your home could not be confirmed",
                "Dear {name},\n\nthe administrative data share does not say that you live where you told us.\n\nIf you moved lately,"
                " please check that the move is registered. With a certificate of residence our desk confirms it at once.",
            ),
        },
    )
)
SILENT = declare(
    Kind(
        "residence.silent",
        N_("행정정보가 답하지 않았을 때"),
        (NAME,),
        {
            "ko": Text(
                "지금은 사는 곳을 행정정보로 확인할 수 없습니다",
                "{name} 님, 행정정보 공동이용이 오래 답하지 않아 확인을 멈추었습니다.\n\n내일 다시 눌러 보시거나, 주민등록등본이나"
                " 초본을 가지고 창구로 와 주세요. 그동안에도 알려 주신 곳은 그대로입니다.",
            ),
            "en": Text(
                "Your home cannot be confirmed just now",
                "Dear {name},\n\nthe administrative data share has not answered for long, so we stopped asking.\n\nPlease try again"
                " tomorrow, or bring a certificate of residence to the desk. Where you told us that you live stays as it is.",
            ),
        },
    )
)
