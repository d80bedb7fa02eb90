"""What is asked often: written in the console, read on /faq and on the help page."""

from collections.abc import Iterator

import pytest

from maru.config import Config
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


class Desk:
    def __init__(self, web: Web, make: Maker, role: str = "desk_clerk") -> None:
        city, person = make.city(), make.person()
        make.grant(person, role, city)
        self.web, self.host = web, f"{make.slug(city)}.localhost"
        self.who: Resident = make.session(person, city)

    def writes(self, path: str = "/new", status: int = 303, **fields: str) -> str:
        form = {
            "category": "applying",
            "question": "어떻게 신청하나요?",
            "answer": "누르시면 됩니다.",
            "published": "1",
        }
        answer = self.web.post(self.host, f"/console/faq{path}", self.who, data={**form, **fields})
        assert answer.status_code == status
        return answer.text

    def reads(self, path: str) -> str:
        answer = self.web.get(self.host, path)
        assert answer.status_code == 200
        return answer.text

    def written(self) -> str:
        return self.web.get(self.host, "/console/faq", self.who).text


@pytest.fixture
def desk(web: Web, make: Maker) -> Desk:
    return Desk(web, make)


def test_what_staff_write_stands_in_order_and_is_found(desk: Desk) -> None:
    desk.writes(question="둘째 질문", position="2")
    desk.writes(question="첫째 질문", position="1", answer="- 하나\n- [강좌](/courses)")
    desk.writes(question="수료증 질문", category="certificates")
    desk.writes(question="초안 질문", published="")
    page = desk.reads("/faq")
    assert page.index("첫째 질문") < page.index("둘째 질문") < page.index("수료증 질문")
    assert '<a href="/courses">강좌</a>' in page
    assert "초안 질문" not in page + desk.reads("/help")
    assert "첫째 질문" in desk.reads("/help")
    assert "둘째 질문" not in desk.reads("/faq?q=첫째")
    assert "첫째 질문" not in desk.reads("/faq?category=certificates")
    assert "낱말이 들어간 것이 없습니다" in desk.reads("/faq?q=없는낱말")
    assert "첫째 질문" in desk.reads("/faq?category=no-such")
    assert "초안 질문" in desk.written()


def test_changing_and_deleting(desk: Desk) -> None:
    desk.writes()
    address = f"/{desk.written().split('/console/faq/')[2][:36]}"
    assert "누르시면 됩니다." in desk.web.get(desk.host, f"/console/faq{address}", desk.who).text
    desk.writes(address, answer="고친 답")
    assert "고친 답" in desk.reads("/faq")
    assert "정말 지울까요?" in desk.web.get(desk.host, f"/console/faq{address}/delete", desk.who).text
    assert desk.web.post(desk.host, f"/console/faq{address}/delete", desk.who).status_code == 303
    assert "아직 모아 둔 것이 없습니다" in desk.reads("/faq")


@pytest.mark.parametrize(
    ("field", "value"),
    [("question", ""), ("answer", " "), ("category", "no-such"), ("question", "가" * 201), ("answer", "가" * 8001)],
)
def test_what_is_missing_is_said_at_its_field(desk: Desk, field: str, value: str) -> None:
    assert f'id="{field}-error"' in desk.writes(status=422, **{field: value})


def test_teachers_do_not_write_it(web: Web, make: Maker) -> None:
    Desk(web, make, "instructor").writes(status=403)


def test_the_portal_has_none(web: Web) -> None:
    assert web.get("localhost", "/faq").status_code == 404
    assert web.get("localhost", "/help").status_code == 200
