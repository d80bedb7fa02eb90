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
    "families:record": N_("보호자의 동의와 대신하는 분을 창구에서 적기"),
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
    "staff:manage": N_("담당자 초대하고 역할 끝내기"),
    "library:adopt": N_("도의 콘텐츠를 우리 누리집에 두고 빼기"),
    "site:read": N_("누리집 꾸미기에 들어와 초안과 지난 판 보기"),
    "site:write": N_("누리집의 이름, 색, 메뉴, 글, 도메인 고치고 공개하기"),
    "province:enter": N_("도 업무실에 들어와 시군 보기"),
    "province-figures:read": N_("모든 시군의 통계 보기"),
    "people:look": N_("까닭을 적고 한 분의 통합 학습이력 보기"),
    "province-looks:read": N_("누가 누구를 보았는지 열람 기록 보기"),
    "province-looks:export": N_("열람 기록을 까닭을 적고 파일로 내려받기"),
    "cities:manage": N_("시군 만들기, 열기, 쉬게 하기, 닫기"),
    "cities:export": N_("시군의 자료 모두 내려받기"),
    "province-staff:manage": N_("도의 담당자 초대하고 역할 끝내기"),
    "notices:announce": N_("모든 시군에 소식 알리기"),
    "library:read": N_("콘텐츠 보기"),
    "library:write": N_("콘텐츠 쓰고 영상과 자막 올리기"),
    "library:publish": N_("콘텐츠 승인하고 공개하기, 거두기"),
}
"""What each permission lets somebody do, in the words of those who work with it."""
DUTIES = {
    "city_admin": N_("누리집을 꾸미고 열며, 담당자를 초대하고, 시군의 모든 일을 합니다."),
    "course_operator": N_("강좌를 열고, 신청을 받고, 출석과 수료를 처리합니다."),
    "instructor": N_("맡은 강좌의 신청자를 보고 출석을 적습니다."),
    "desk_clerk": N_("신청자와 수료증을 보고 창구에서 도와드립니다."),
    "province_admin": N_("시군을 만들고 열고 쉬게 하며, 도의 담당자를 초대합니다."),
    "library_editor": N_("함께 쓰는 콘텐츠를 쓰고 영상을 올립니다."),
    "library_approver": N_("콘텐츠를 살펴 공개하거나 돌려보냅니다."),
    "privacy_officer": N_("누가 누구의 정보를 왜 보았는지 살핍니다."),
    "auditor": N_("모든 기록을 볼 수 있고 아무것도 바꾸지 않습니다."),
}
"""What a role is for, told to those who give it and to those who take it."""
