"""What people are told when their IDs are merged or parted."""

from auth.messages.kinds import Field, Kind, Text, declare
from maru.errors import N_

NAME = Field("name", N_("받는 분 이름"), {"ko": "김영숙", "en": "Kim Youngsook"})
MERGED = declare(
    Kind(
        "people.merged",
        N_("ID를 합쳤을 때"),
        (NAME,),
        {
            "ko": Text(
                "ID 두 개를 하나로 합쳤습니다",
                "{name} 님, 같은 분의 것으로 확인된 ID 두 개를 하나로 합쳤습니다. 신청과 수료증, 학습이력은 모두 그대로 있고,"
                " 이제 한 곳에서 보실 수 있습니다. 어느 계정으로 로그인하셔도 됩니다.\n\n"
                "잘못 합쳐졌다면 창구나 전화로 알려 주세요. 그대로 되돌려 드립니다.",
                "ID 두 개를 하나로 합쳤습니다. 잘못되었다면 창구로 알려 주세요.",
            ),
            "en": Text(
                "Your two IDs are now one",
                "Dear {name},\n\ntwo IDs that were found to be yours are now one. Your applications, certificates and learning"
                " history are all there, in one place, and you can sign in with either account.\n\n"
                "If this is wrong, tell the desk: it can be undone, with everything back where it was.",
                "Your two IDs are now one. If this is wrong, tell the desk.",
            ),
        },
    )
)
PARTED = declare(
    Kind(
        "people.parted",
        N_("합친 ID를 다시 나누었을 때"),
        (NAME,),
        {
            "ko": Text(
                "합쳤던 ID를 다시 나누었습니다",
                "{name} 님, 하나로 합쳤던 ID 두 개를 다시 나누었습니다. 합치기 전의 신청과 수료증, 학습이력은 각각 제자리로"
                " 돌아갔고, 합친 뒤에 하신 것은 합친 동안 쓰신 ID에 있습니다.",
                "합쳤던 ID를 다시 나누었습니다. 자세한 것은 내 소식에 있습니다.",
            ),
            "en": Text(
                "Your IDs are separate again",
                "Dear {name},\n\ntwo IDs that had been joined are separate again. What belonged to each before is back with it;"
                " what was done while they were one stays with the ID that you used then.",
                "Your IDs are separate again. Read more under My messages.",
            ),
        },
    )
)
