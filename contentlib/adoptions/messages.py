"""What the people of a city who adopt items are told: that one ends soon, has ended, or was withdrawn."""

from auth.messages.kinds import Field, Kind, Text, declare
from maru.errors import N_

NAME = Field("name", N_("받는 분 이름"), {"ko": "정하늘", "en": "Jeong Haneul"})
ITEM = Field("item", N_("콘텐츠 이름"), {"ko": "처음 만나는 수채화", "en": "First Watercolours"})
DAY = Field("day", N_("날짜"), {"ko": "2026-12-31", "en": "2026-12-31"})
BECAUSE = Field("because", N_("거두는 까닭"), {"ko": "내용이 바뀌었습니다.", "en": "Its content has changed."})

ENDING = declare(
    Kind(
        "library.ending",
        N_("콘텐츠의 이용 기간이 곧 끝날 때"),
        (NAME, ITEM, DAY),
        {
            "ko": Text(
                "곧 볼 수 없게 되는 온라인 강좌: {item}",
                "{name} 님, 우리 누리집에 있는 온라인 강좌 ‘{item}’의 이용 기간이 {day}까지입니다.\n\n"
                "그다음 날부터는 재생되지 않습니다. 주민이 배운 기록은 그대로 남습니다.\n\n업무실에서 보기: /console/library?mine=1",
            ),
            "en": Text(
                "Online course that soon ends: {item}",
                "Dear {name},\n\nthe licence of the online course “{item}” on our site lasts until {day}.\n\n"
                "From the day after it cannot be played. What residents have learned stays.\n\n"
                "In the console: /console/library?mine=1",
            ),
        },
    )
)
ENDED = declare(
    Kind(
        "library.ended",
        N_("콘텐츠의 이용 기간이 끝났을 때"),
        (NAME, ITEM, DAY),
        {
            "ko": Text(
                "이용 기간이 끝난 온라인 강좌: {item}",
                "{name} 님, 온라인 강좌 ‘{item}’의 이용 기간이 {day}에 끝나 우리 누리집에서 더는 재생되지 않습니다.\n\n"
                "주민이 배운 기록은 그대로 남습니다.\n\n업무실에서 보기: /console/library",
            ),
            "en": Text(
                "Online course that has ended: {item}",
                "Dear {name},\n\nthe licence of the online course “{item}” ended on {day}, and it is not played on our site"
                " any more.\n\nWhat residents have learned stays.\n\nIn the console: /console/library",
            ),
        },
    )
)
WITHDRAWN = declare(
    Kind(
        "library.withdrawn",
        N_("도가 콘텐츠를 거두었을 때"),
        (NAME, ITEM, DAY, BECAUSE),
        {
            "ko": Text(
                "도에서 거둔 온라인 강좌: {item}",
                "{name} 님, 도에서 {day}에 온라인 강좌 ‘{item}’을(를) 거두어 우리 누리집에서 더는 재생되지 않습니다.\n\n"
                "까닭: {because}\n\n주민이 배운 기록은 그대로 남습니다.\n\n업무실에서 보기: /console/library",
            ),
            "en": Text(
                "Online course that was withdrawn: {item}",
                "Dear {name},\n\non {day} the province withdrew the online course “{item}”, and it is not played on our site"
                " any more.\n\nWhy: {because}\n\nWhat residents have learned stays.\n\nIn the console: /console/library",
            ),
        },
    )
)
