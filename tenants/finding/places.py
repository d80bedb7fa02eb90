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
    Place(N_("작성 중인 강좌"), "/console/courses?show=drafts", "courses:write", N_("초안 공개")),
    Place(N_("마치지 않은 강좌"), "/console/courses?show=to-close", "runs:close", N_("수료 마감")),
    Place(N_("출석을 적지 않은 수업"), "/console/unmarked", "attendance:write", N_("출석부")),
    Place(N_("파일로 올리기"), "/console/imports", "courses:write", N_("엑셀 표준 파일")),
    Place(N_("문의"), "/console/questions", "questions:answer", N_("질문 답하기")),
    Place(N_("자주 묻는 것"), "/console/faq", "questions:answer", N_("질문 도움말")),
    Place(N_("자주 묻는 것 쓰기"), "/console/faq/new", "questions:answer"),
    Place(N_("알림·게시"), "/console/notices", "console:enter", N_("공지 소식 팝업 띠")),
    Place(N_("알림 쓰기"), "/console/notices/new", "notices:write", N_("공지 소식 팝업 띠")),
    Place(N_("첫 화면 배너"), "/console/banners", "console:enter", N_("그림 첫 화면")),
    Place(N_("배너 만들기"), "/console/banners/new", "notices:write"),
    Place(N_("온라인 콘텐츠"), "/console/library", "console:enter", N_("영상 채택")),
    Place(N_("역할과 권한"), "/console/roles", "console:enter", N_("직원 담당자")),
)
