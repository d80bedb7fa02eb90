"""What the console says to a city's staff."""

import re
from uuid import UUID

import pytest

from tests.client import Web
from tests.conftest import Maker
from tests.tenants.console.conftest import Console


def test_the_menu_names_its_pages_in_both_languages(console: Console) -> None:
    for language, names in (
        (
            "ko",
            (
                "오늘 할 일/강좌 목록/파일로 올리기/신청자/참여한 분/달력·교육장"
                "/알림·게시/안내 발송/온라인 콘텐츠/누리집 꾸미기/통계/열람 기록/역할과 권한"
            ),
        ),
        (
            "en",
            (
                "Today/Courses/Upload a file/Applicants/Participants/Calendar and venues"
                "/Notices and banners/Messages sent/Online items/Your site/Figures/Access log/Roles and permissions"
            ),
        ),
    ):
        page = console("/courses", lang=language)
        menu = page[page.index('id="menu"') : page.index("<main")]
        assert set(names.split("/")) <= set(re.findall(r"</svg>([^<]+)</a></li>", menu))
        assert f"<h1>{names.split('/')[1]}</h1>" in page


@pytest.mark.parametrize(
    ("language", "term", "public_term"), [("ko", "요일과 시간", "언제"), ("en", "Days and times", "When")]
)
def test_a_run_takes_place_when_its_public_page_says(
    console: Console, web: Web, make: Maker, city: UUID, language: str, term: str, public_term: str
) -> None:
    run = make.run(city)

    def said(page: str, under: str) -> str:
        found = re.search(rf"<dt>{under}</dt><dd>(.*?)(?:<small|</dd>)", page, re.DOTALL)
        return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""

    public = said(web.get(f"{make.slug(city)}.localhost", f"/courses/{run}?lang={language}").text, public_term)
    assert public.startswith({"ko": "매주 ", "en": "every "}[language])
    assert said(console(f"/runs/{run}", lang=language), term) == public
