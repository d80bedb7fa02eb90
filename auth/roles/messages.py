"""What somebody is told whose role has ended: whoever ends it does not do so behind their back."""

from auth.messages.kinds import Field, Kind, Text, declare
from maru.errors import N_

IN_ENGLISH = {
    "city_admin": "city administrator",
    "course_operator": "course operator",
    "instructor": "class instructor",
    "desk_clerk": "desk clerk",
    "province_admin": "provincial administrator",
    "library_editor": "library editor",
    "library_approver": "library approver",
    "privacy_officer": "privacy officer",
    "auditor": "auditor",
}
"""Roles as the letter calls them; in Korean it says words.ROLES."""
ENDED = declare(
    Kind(
        "roles.ended",
        N_("맡은 역할이 끝났을 때"),
        (
            Field("name", N_("받는 분 이름"), {"ko": "정하늘", "en": "Jeong Haneul"}),
            Field("role", N_("끝난 역할"), {"ko": "창구 담당자", "en": "창구 담당자"}),
            Field("role_en", N_("끝난 역할(영어)"), {"ko": "desk clerk", "en": "desk clerk"}),
        ),
        {
            "ko": Text(
                "맡으신 역할이 끝났습니다: {role}",
                "{name} 님, 맡고 계시던 ‘{role}’ 역할을 관리자가 끝냈습니다. 그 역할로는 이제 업무실에 들어오실 수 없습니다."
                " 하신 일의 기록은 그대로 남습니다.\n\n아시는 일이 아니면 다른 관리자나 도의 담당자에게 바로 알려 주세요.",
            ),
            "en": Text(
                "Your role has ended: {role_en}",
                "Dear {name},\n\nan administrator has ended your role as {role_en}. It opens the console no longer; the records of"
                " what you did stay.\n\nIf you do not know why, tell another administrator or the province at once.",
            ),
        },
    )
)
