"""What people are told when how they sign in has changed: it may not have been them."""

from auth.messages.kinds import Field, Kind, Text, declare
from maru.errors import N_

WHAT = {
    "password": {"ko": "비밀번호를 정했습니다", "en": "a password was set"},
    "passkey": {"ko": "패스키를 만들었습니다", "en": "a passkey was made"},
    "app": {"ko": "인증 앱을 연결했습니다", "en": "an authenticator app was connected"},
    "link": {"ko": "다른 계정을 이었습니다", "en": "another account was connected"},
    "unlink": {"ko": "다른 계정과의 연결을 끊었습니다", "en": "another account was disconnected"},
    "other": {"ko": "로그인 방법을 바꾸었습니다", "en": "a way to sign in was changed"},
    "remove": {"ko": "패스키나 인증 앱을 지웠습니다", "en": "a passkey or an authenticator app was removed"},
}
"""What was done, in the words of a letter."""
CHANGED = declare(
    Kind(
        "account.changed",
        N_("로그인 방법이 바뀌었을 때"),
        (
            Field("name", N_("받는 분 이름"), {"ko": "김영숙", "en": "Kim Youngsook"}),
            Field("what", N_("바뀐 것"), {"ko": "패스키를 만들었습니다", "en": "패스키를 만들었습니다"}),
            Field("what_en", N_("바뀐 것(영어)"), {"ko": "a passkey was made", "en": "a passkey was made"}),
        ),
        {
            "ko": Text(
                "로그인 방법이 바뀌었습니다",
                "{name} 님, 방금 {what}.\n\n본인이 하신 것이면 그대로 두시면 됩니다. 본인이 아니면 곧바로 경기도 누리집의 ‘내 학습 >"
                " 로그인 방법’에서 모든 기기에서 로그아웃하고 비밀번호를 바꾸신 뒤 창구로 전화해 주세요.",
                "로그인 방법이 바뀌었습니다: {what}. 본인이 아니면 창구로 알려 주세요.",
            ),
            "en": Text(
                "How you sign in has changed",
                "Dear {name},\n\njust now {what_en}.\n\nIf it was you, there is nothing to do. If it was not, go to ‘My learning > Ways to"
                " sign in’ on the province's site at once, sign out everywhere, change your password, and call the desk.",
                "How you sign in has changed: {what_en}. If it was not you, tell the desk.",
            ),
        },
    )
)
