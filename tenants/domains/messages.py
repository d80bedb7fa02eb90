"""What those who look after a city's site are told of its own domains: that a proof is gone, and what follows."""

from auth.messages.kinds import Field, Kind, Text, declare
from maru.errors import N_

NAME = Field("name", N_("받는 분 이름"), {"ko": "정하늘", "en": "Jeong Haneul"})
HOST = Field("host", N_("도메인"), {"ko": "learn.example.go.kr", "en": "learn.example.go.kr"})
RECORD = Field("record", N_("레코드 이름"), {"ko": "_maru.learn.example.go.kr", "en": "_maru.learn.example.go.kr"})
WORDS = Field("words", N_("레코드 값"), {"ko": "maru=a1b2c3", "en": "maru=a1b2c3"})
DAY = Field("day", N_("날짜"), {"ko": "2026-12-07", "en": "2026-12-07"})

FAILING = declare(
    Kind(
        "domains.failing",
        N_("우리 도메인의 증명 레코드가 사라졌을 때"),
        (NAME, HOST, RECORD, WORDS, DAY),
        {
            "ko": Text(
                "도메인의 증명 레코드가 사라졌습니다: {host}",
                "{name} 님, {host} 도메인에서 우리 누리집을 증명하는 TXT 레코드가 보이지 않습니다.\n\n"
                "다시 넣지 않으시면 {day}부터 이 도메인으로 누리집이 열리지 않습니다. 처음의 주소로는 그대로 열립니다.\n\n"
                "이름: {record}\n값: {words}\n\n업무실에서 보기: /console/site/domains",
            ),
            "en": Text(
                "The proof of a domain is gone: {host}",
                "Dear {name},\n\nthe TXT record that proves {host} to be ours is not there any more.\n\n"
                "Unless it comes back, the site is no longer served at this domain from {day}. Its first address stays.\n\n"
                "Name: {record}\nValue: {words}\n\nIn the console: /console/site/domains",
            ),
        },
    )
)
GIVEN_UP = declare(
    Kind(
        "domains.given-up",
        N_("우리 도메인으로 더 열리지 않을 때"),
        (NAME, HOST, RECORD, WORDS, DAY),
        {
            "ko": Text(
                "이 도메인으로는 누리집이 열리지 않습니다: {host}",
                "{name} 님, 증명 레코드가 이레 동안 보이지 않아 {host} 도메인으로는 누리집을 더 열지 않습니다.\n\n"
                "처음의 주소로는 그대로 열립니다. 레코드를 다시 넣고 확인하시면 다시 열립니다.\n\n"
                "이름: {record}\n값: {words}\n\n업무실에서 보기: /console/site/domains",
            ),
            "en": Text(
                "The site is no longer served at {host}",
                "Dear {name},\n\nits proof was missing for seven days, so the site is no longer served at {host}.\n\n"
                "Its first address stays. Put the record back and have it checked, and the domain is served again.\n\n"
                "Name: {record}\nValue: {words}\n\nIn the console: /console/site/domains",
            ),
        },
    )
)
