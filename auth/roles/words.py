"""Roles and what they may do, as people are told who can do something. Message ids in Korean."""

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
PERMISSION_WORDS = {
    "console:enter": N_("업무실에 들어와 오늘 할 일과 도의 콘텐츠 보기"),
    "courses:read": N_("강좌 보기"),
    "courses:write": N_("강좌 만들고 고치기, 공개하기, 폐강하기"),
    "applicants:read": N_("신청자 보기"),
    "people:read": N_("참여한 분 찾기"),
    "people:export": N_("신청자 명단 내려받기"),
    "attendance:write": N_("출석 적기"),
    "runs:close": N_("강좌 마치고 수료 정하기"),
    "certificates:read": N_("수료증 보기"),
    "certificates:revoke": N_("수료증 취소하기"),
    "questions:answer": N_("문의에 답하고 자주 묻는 것 쓰기"),
    "notices:write": N_("알림, 팝업, 배너 쓰기"),
    "messages:read": N_("보낸 안내 보기"),
    "messages:send": N_("안내를 다시 보내기"),
    "messages:write": N_("안내 문구 고치기"),
    "figures:read": N_("우리 시군의 통계 보기"),
    "looks:read": N_("우리 시군의 열람 기록 보기"),
    "library:adopt": N_("도의 콘텐츠를 우리 누리집에 두고 빼기"),
    "site:read": N_("누리집 꾸미기에 들어와 초안과 지난 판 보기"),
    "site:write": N_("누리집의 이름, 색, 메뉴, 글, 도메인 고치고 공개하기"),
    "province:enter": N_("도 업무실에 들어와 시군 보기"),
    "province-figures:read": N_("모든 시군의 통계 보기"),
    "people:look": N_("까닭을 적고 한 분의 통합 학습이력 보기"),
    "province-looks:read": N_("누가 누구를 보았는지 열람 기록 보기"),
    "library:read": N_("콘텐츠 보기"),
    "library:write": N_("콘텐츠 쓰고 영상과 자막 올리기"),
    "library:publish": N_("콘텐츠 승인하고 공개하기, 거두기"),
}
"""What each permission lets somebody do, in the words of those who work with it."""
