"""What the two people of a request are told: that it waits, and how it was decided. Neither names anybody it is about."""

from auth.messages.kinds import Field, Kind, Text, declare
from maru.errors import N_

NAME = Field("name", N_("받는 분 이름"), {"ko": "정하늘", "en": "Jeong Haneul"})
WHAT = Field("what", N_("부탁한 일"), {"ko": "수료증 여러 장 취소하기", "en": "Revoking several certificates"})
UNTIL = Field("until", N_("승인할 수 있는 때"), {"ko": "2026-11-26 15:00", "en": "2026-11-26 15:00"})
PAGE = Field("page", N_("부탁을 보는 주소"), {"ko": "/console/approvals/1", "en": "/console/approvals/1"})

WAITING = declare(
    Kind(
        "approvals.waiting",
        N_("둘이 정하는 일이 승인을 기다릴 때"),
        (NAME, WHAT, UNTIL, PAGE),
        {
            "ko": Text(
                "승인을 기다리는 일이 있습니다: {what}",
                "{name} 님, 함께 일하시는 담당자가 승인을 부탁했습니다: {what}\n\n"
                "{until}까지 정하실 수 있습니다. 먼저 보신 분이 정하시면 됩니다.\n\n업무실에서 보기: {page}",
            ),
            "en": Text(
                "A request waits for approval: {what}",
                "Dear {name},\n\na colleague asks for approval: {what}\n\n"
                "It can be decided until {until}, by whoever of you opens it first.\n\nIn the console: {page}",
            ),
        },
    )
)
APPROVED = declare(
    Kind(
        "approvals.approved",
        N_("부탁한 일이 승인되었을 때"),
        (NAME, WHAT, PAGE),
        {
            "ko": Text(
                "부탁하신 일이 승인되었습니다: {what}",
                "{name} 님, 부탁하신 일을 다른 담당자가 승인했습니다: {what}\n\n업무실에서 보기: {page}",
            ),
            "en": Text(
                "Your request was approved: {what}",
                "Dear {name},\n\na colleague approved what you asked for: {what}\n\nIn the console: {page}",
            ),
        },
    )
)
REFUSED = declare(
    Kind(
        "approvals.refused",
        N_("부탁한 일이 승인되지 않았을 때"),
        (NAME, WHAT, PAGE),
        {
            "ko": Text(
                "부탁하신 일이 승인되지 않았습니다: {what}",
                "{name} 님, 부탁하신 일을 다른 담당자가 승인하지 않고 돌려보냈습니다: {what}\n\n까닭은 업무실에서 보실 수 있습니다: {page}",
            ),
            "en": Text(
                "Your request was not approved: {what}",
                "Dear {name},\n\na colleague sent back what you asked for: {what}\n\nThe reason is in the console: {page}",
            ),
        },
    )
)
