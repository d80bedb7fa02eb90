"""What the console says to a city's staff."""

import re

from tests.tenants.console.conftest import Console


def test_the_menu_names_its_pages_in_both_languages(console: Console) -> None:
    for language, names in (
        ("ko", ["오늘 할 일", "강좌 목록", "파일로 올리기"]),
        ("en", ["Today", "Courses", "Upload a file"]),
    ):
        page = console("/courses", lang=language)
        menu = page[page.index('id="menu"') : page.index("<main")]
        assert re.findall(r"</svg>([^<]+)</a></li>", menu) == names
        assert f"<h1>{names[1]}</h1>" in page
