"""The pages of the console that a search reaches by name, and who may open each. Message ids in Korean."""

from collections.abc import Sequence
from typing import NamedTuple

from maru.errors import N_


class Place(NamedTuple):
    """A page by its name; `also` are other words under which people look for it."""

    label: str
    url: str
    permission: str
    also: str = ""


PLACES: Sequence[Place] = (
    Place(N_("오늘 할 일"), "/console", "console:enter", N_("처음 홈")),
    Place(N_("강좌 목록"), "/console/courses", "courses:read", N_("차수 접수 정원")),
    Place(N_("새 강좌"), "/console/courses/new", "courses:write", N_("만들기 개설")),
    Place(N_("다음 학기 열기"), "/console/courses", "courses:write", N_("학기 열기 복사")),
    Place(N_("작성 중인 강좌"), "/console/courses?show=drafts", "courses:write", N_("초안 공개")),
    Place(N_("마치지 않은 강좌"), "/console/courses?show=to-close", "runs:close", N_("수료 마감")),
    Place(N_("출석을 적지 않은 수업"), "/console/unmarked", "attendance:write", N_("출석부")),
    Place(N_("신청자"), "/console/applicants", "applicants:read", N_("대기 명단 접수")),
    Place(N_("참여한 분"), "/console/people", "people:read", N_("회원 수강생 전화")),
    Place(N_("달력"), "/console/calendar", "courses:read", N_("일정 교육장 강의실 겹침")),
    Place(N_("교육장"), "/console/venues", "courses:read", N_("강의실 장소 주소")),
    Place(N_("운영기관"), "/console/institutions", "courses:read", N_("기관 전화")),
    Place(N_("파일로 올리기"), "/console/imports", "courses:write", N_("엑셀 표준 파일")),
    Place(N_("문의"), "/console/questions", "questions:answer", N_("질문 답하기")),
    Place(N_("자주 묻는 것"), "/console/faq", "questions:answer", N_("질문 도움말")),
    Place(N_("자주 묻는 것 쓰기"), "/console/faq/new", "questions:answer"),
    Place(N_("알림·게시"), "/console/notices", "console:enter", N_("공지 소식 팝업 띠")),
    Place(N_("알림 쓰기"), "/console/notices/new", "notices:write", N_("공지 소식 팝업 띠")),
    Place(N_("첫 화면 배너"), "/console/banners", "console:enter", N_("그림 첫 화면")),
    Place(N_("배너 만들기"), "/console/banners/new", "notices:write"),
    Place(N_("온라인 콘텐츠"), "/console/library", "console:enter", N_("영상 채택")),
    Place(N_("보낸 안내"), "/console/messages/outbox", "messages:read", N_("이메일 문자 발송")),
    Place(N_("안내 문구"), "/console/messages", "messages:read", N_("이메일 문자 글")),
    Place(N_("누리집 꾸미기"), "/console/site", "site:read", N_("이름 로고 색 메뉴 점검표")),
    Place(N_("누리집 미리 보기"), "/console/site/preview", "site:read", N_("초안")),
    Place(N_("누리집의 지난 판"), "/console/site/versions", "site:read", N_("되돌리기 이력")),
    Place(N_("우리 도메인"), "/console/site/domains", "site:write", N_("주소 TXT")),
    Place(N_("통계"), "/console/figures", "figures:read", N_("실적 현황")),
    Place(N_("열람 기록"), "/console/looks", "looks:read", N_("접속 기록 개인정보")),
    Place(N_("담당자"), "/console/staff", "staff:manage", N_("직원 강사 초대")),
    Place(N_("역할과 권한"), "/console/roles", "console:enter", N_("직원 담당자")),
)
