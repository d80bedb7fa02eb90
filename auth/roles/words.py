"""Names of roles, as people are told who can do something. Message ids in Korean."""

from maru.errors import N_

ROLES = {
    "city_admin": N_("시군 관리자"),
    "course_operator": N_("강좌 담당자"),
    "instructor": N_("맡은 강사"),
    "desk_clerk": N_("창구 담당자"),
    "province_admin": N_("도 관리자"),
    "library_editor": N_("콘텐츠 편집자"),
    "library_approver": N_("콘텐츠 승인자"),
    "privacy_officer": N_("개인정보 보호책임자"),
    "auditor": N_("감사자"),
}
