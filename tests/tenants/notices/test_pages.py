"""Notices, strips and banners as residents read them and staff write them (GP-05: each city tells its own)."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from maru.config import Config
from maru.web import dates
from tenants.notices.closed import COOKIE, MOST
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker

SOON = f"{dates.today() + timedelta(days=3)}T09:00"
YESTERDAY = str(dates.today() - timedelta(days=1))


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


class Desk:
    """A city's console in the hands of one member of staff."""

    def __init__(self, web: Web, make: Maker, role: str = "course_operator") -> None:
        self.city, person = make.city(), make.person()
        make.grant(person, role, self.city)
        self.web, self.host = web, f"{make.slug(self.city)}.localhost"
        self.who: Resident = make.session(person, self.city)

    def writes(self, kind: str = "notices", status: int = 303, path: str = "/new", **fields: str) -> str:
        form = {"title": "알림", "body": "글", "link": "/courses", "when": "now", **fields}
        answer = self.web.post(self.host, f"/console/{kind}{path}", self.who, data=form)
        assert answer.status_code == status, answer.text
        return answer.text

    def reads(self, path: str = "/", cookie: str = "") -> str:
        """As anybody."""
        answer = self.web.get(self.host, path, headers={"Cookie": cookie} if cookie else {})
        assert answer.status_code == 200
        return answer.text

    def console(self, path: str) -> str:
        return self.web.get(self.host, f"/console/{path}", self.who).text


@pytest.fixture
def desk(web: Web, make: Maker) -> Desk:
    return Desk(web, make)


def id_of(page: str, title: str, kind: str = "notices") -> str:
    return page[: page.index(f">{title}<")].rsplit(f"/{kind}/", 1)[1][:36]


def test_what_goes_up_now_is_read_by_all(desk: Desk) -> None:
    desk.writes(title="강의실이 바뀝니다", body="- 3층에서\n- [강좌](/courses) 1층으로", pinned="1")
    desk.writes(title="나중 것")
    listed = desk.reads("/notices")
    assert listed.index("강의실이 바뀝니다") < listed.index("나중 것"), "the pinned one stands first"
    assert "중요" in listed
    assert "강의실이 바뀝니다" in desk.reads("/")
    page = desk.reads(f"/notices/{id_of(desk.console('notices'), '강의실이 바뀝니다')}")
    assert '<li><a href="/courses">강좌</a> 1층으로</li>' in page


def test_drafts_plans_and_what_is_over_are_the_citys_own(desk: Desk) -> None:
    desk.writes(title="초안입니다", when="draft")
    desk.writes(title="예정입니다", when="at", at=SOON)
    desk.writes(title="지났습니다", when="at", at="2020-01-01T09:00", until=YESTERDAY)
    console = desk.console("notices")
    for title, state in (("초안입니다", "초안"), ("예정입니다", "올릴 예정"), ("지났습니다", "내림")):
        assert title not in desk.reads("/notices") + desk.reads("/")
        assert state in console[console.index(f">{title}<") :].split("</tr>")[0]
        address = f"/notices/{id_of(console, title)}"
        assert desk.web.get(desk.host, address).status_code == 404
        assert desk.web.get(desk.host, address, desk.who).status_code == 404, "not on the site, for staff either"


def test_a_wrong_form_keeps_what_was_typed(desk: Desk) -> None:
    page = desk.writes(status=422, title="", body="길게 쓴 글", until="언젠가")
    assert "제목을 적어 주세요." in page
    assert "내리는 날을 적어 주세요" in page
    assert "길게 쓴 글" in page
    assert "<title>오류: " in page


def test_changing_and_deleting(desk: Desk) -> None:
    desk.writes(title="첫 제목")
    address = f"/{id_of(desk.console('notices'), '첫 제목')}"
    assert "첫 제목" in desk.console(f"notices{address}")
    desk.writes(path=address, title="고친 제목", when="now")
    assert "고친 제목" in desk.reads("/notices")
    assert "고친 제목" in desk.console(f"notices{address}/delete")
    assert desk.web.post(desk.host, f"/console/notices{address}/delete", desk.who).status_code == 303
    assert "고친 제목" not in desk.reads("/notices")
    assert "소식을 지웠습니다" in desk.console("notices")


def test_a_strip_is_closed_for_one_browser(desk: Desk) -> None:
    desk.writes(title="승강기를 고칩니다", strip="1")
    desk.writes(title="띠가 아닙니다")
    front = desk.reads("/")
    strips = front[front.index('class="strips"') :].split("</section>")[0]
    assert "승강기를 고칩니다" in strips
    assert "띠가 아닙니다" not in strips
    notice = strips.split("/notices/")[1][:36]
    answer = desk.web.post(desk.host, f"/notices/{notice}/close")
    assert (answer.status_code, answer.location) == (303, "/")
    (set_cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    assert "HttpOnly" in set_cookie
    cookie = set_cookie.split(";")[0]
    assert 'class="strips"' not in desk.reads("/", cookie)
    assert "승강기를 고칩니다" in desk.reads("/", cookie), "it stays in the list of notices"
    assert 'class="strips"' in desk.reads("/"), "another browser still shows it"


@pytest.mark.parametrize("cookie", ["x", "." * 5, "0" * 32 + ".x", "a" * 4000])
def test_a_cookie_that_is_none_closes_nothing(desk: Desk, cookie: str) -> None:
    desk.writes(title="승강기를 고칩니다", strip="1")
    assert 'class="strips"' in desk.reads("/", f"{COOKIE}={cookie}")


def test_a_browser_remembers_the_latest_only(desk: Desk) -> None:
    cookie = f"{COOKIE}=" + ".".join(UUID(int=number).hex for number in range(MOST))
    desk.writes(title="승강기를 고칩니다", strip="1")
    notice = desk.reads("/").split('class="strip"')[1].split("/notices/")[1][:36]
    answer = desk.web.post(desk.host, f"/notices/{notice}/close", headers={"Cookie": cookie})
    kept = answer.headers["Set-Cookie"].split(";")[0].split("=")[1].split(".")
    assert len(kept) == MOST
    assert kept[0] == UUID(notice).hex


def test_banners_stand_in_the_citys_order(desk: Desk) -> None:
    assert "살펴보실 곳" not in desk.reads("/")
    desk.writes("banners", title="둘째", position="2", drawing="book")
    desk.writes("banners", title="첫째", position="1", body="먼저 보세요", link="https://www.gg.go.kr/")
    desk.writes("banners", title="아직", when="draft")
    front = desk.reads("/")
    assert front.index("첫째") < front.index("둘째")
    assert 'href="https://www.gg.go.kr/"' in front
    assert "아직" not in front.split("살펴보실 곳")[1].split("</section>")[0]
    address = f"/{id_of(desk.console('banners'), '첫째', 'banners')}"
    desk.writes("banners", path=address, title="고침", link="javascript:x", status=422)
    assert desk.web.post(desk.host, f"/console/banners{address}/delete", desk.who).status_code == 303
    assert "첫째" not in desk.reads("/")


def test_who_does_not_write_reads(web: Web, make: Maker) -> None:
    clerk = Desk(web, make, "desk_clerk")
    assert "알림 쓰기" not in clerk.console("notices")
    clerk.writes(status=403)
