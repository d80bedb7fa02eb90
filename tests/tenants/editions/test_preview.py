"""Staff see the draft on the real host; nobody else does, and no cache keeps it (GP-05)."""

import re
from collections.abc import Callable

from tenants.sites.preview import COOKIE
from tests.tenants.editor.conftest import Desk
from tests.tenants.editor.test_steps import NAME, open_and_post

PALE = {"colour": "#7a3fb0", "masthead": "white", "hero": "light"}


def sheet_of(page: str) -> str:
    found = re.search(r"/brand\.css\?v=\w+", page)
    assert found
    return found[0]


def test_the_whole_site_is_seen_as_it_will_be(admin: Desk, resident: Desk) -> None:
    open_and_post(admin, "name", **NAME)
    opened = admin.get("/preview")
    assert COOKIE in opened.headers["Set-Cookie"]
    assert "HttpOnly" in opened.headers["Set-Cookie"]
    for path in ("/", "/courses", "/help", "/privacy"):
        page = admin.sees(path, previewing=True)
        assert "과천배움터" in page.text
        assert "초안 미리보기" in page.text
        assert page.headers["Cache-Control"] == "private, no-store"
        assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
        usual = admin.sees(path)
        assert "과천배움터" not in usual.text
        assert "frame-ancestors 'none'" in usual.headers["Content-Security-Policy"]
        assert "과천배움터" not in resident.sees(path).text


def test_the_cookie_alone_shows_nothing(desk: Callable[[str], Desk], admin: Desk) -> None:
    open_and_post(admin, "name", **NAME)
    host, cookie = admin.host, {"Cookie": f"{COOKIE}=1"}
    assert "과천배움터" not in admin.web.get(host, "/", headers=cookie).text
    for role in ("desk_clerk", "instructor"):
        assert "과천배움터" not in desk(role).sees(previewing=True).text
    assert "과천배움터" in desk("course_operator").sees(previewing=True).text


def test_no_cache_keeps_the_colours_of_a_draft_under_an_address_of_the_site(admin: Desk, resident: Desk) -> None:
    open_and_post(admin, "colours", **PALE)
    public, drafted = sheet_of(resident.sees().text), sheet_of(admin.sees(previewing=True).text)
    assert public != drafted
    published = resident.sees(public)
    assert "immutable" in published.headers["Cache-Control"]
    assert admin.sees(public, previewing=True).text == published.text
    assert "#7a3fb0" in admin.sees(drafted, previewing=True).text
    assert admin.sees(drafted, previewing=True).headers["Cache-Control"] == "private, no-store"
    early = resident.sees(drafted)
    assert "#7a3fb0" not in early.text
    assert early.headers["Cache-Control"] == "private, no-store", "it is not kept until the draft is published"


def test_nobody_applies_by_trying(admin: Desk) -> None:
    admin.get("/preview")
    assert admin.who
    headers = {"Cookie": f"{admin.who.cookie}; {COOKIE}=1", "X-CSRF-Token": admin.who.csrf}
    answer = admin.web.ask("POST", admin.host, "/my/consents", None, headers=headers)
    assert (answer.status_code, "미리보기를 끝내고" in answer.text) == (409, True)


def test_the_preview_is_ended(admin: Desk) -> None:
    ended = admin.post("/preview/end")
    assert ended.status_code == 303
    assert f"{COOKIE}=;" in ended.headers["Set-Cookie"]


def test_looking_counts_until_the_draft_changes(admin: Desk) -> None:
    def looked() -> bool:
        line = admin.get().text.split("미리보기</a>")[1].split("</li>")[0]
        return "다시 보기" in line

    assert looked(), "an open site without changes is seen by everybody"
    open_and_post(admin, "name", **NAME)
    assert not looked()
    admin.get("/preview")
    assert looked()
    open_and_post(admin, "name", **NAME | {"tagline": "느리게"})
    assert not looked()
