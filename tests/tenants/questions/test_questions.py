"""Asking and answering: whose question it is, what everybody reads of it, and how often one may ask (PRV-04, 7.4)."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import Invalid, NotFound, TooMany
from tenants.questions import service as questions
from tenants.questions.messages import find
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


class City:
    """A city, a resident who asks and a clerk who answers."""

    def __init__(self, web: Web, make: Maker, database: Database) -> None:
        self.web, self.make, self.database = web, make, database
        self.tenant, self.person = make.city(), make.person()
        self.host = f"{make.slug(self.tenant)}.localhost"
        self.resident = make.session(self.person, self.tenant)
        self.clerk = self.staff("desk_clerk")

    def staff(self, role: str) -> Resident:
        person = self.make.person()
        self.make.grant(person, role, self.tenant)
        return self.make.session(person, self.tenant)

    def asks(self, title: str = "휠체어", body: str = "갈 수 있나요?", *, openly: bool = False, **more: str) -> UUID:
        fields = {"title": title, "body": body, **({"openly": "1"} if openly else {}), **more}
        answer = self.web.post(self.host, "/questions/new", self.resident, data=fields)
        assert answer.status_code == 303, answer.text
        return UUID(answer.location.rsplit("/", 1)[1])

    def answers(self, asked: UUID, words: str = "네, 승강기가 있습니다.", status: int = 303, **more: str) -> str:
        path = f"/console/questions/{asked}"
        answer = self.web.post(self.host, path, self.clerk, data={"answer": words, **more})
        assert answer.status_code == status
        return answer.text

    def reads(self, path: str, who: Resident | None = None, status: int = 200) -> str:
        answer = self.web.get(self.host, path, who)
        assert answer.status_code == status
        return answer.text


@pytest.fixture
def city(web: Web, make: Maker, database: Database) -> City:
    return City(web, make, database)


def test_a_resident_asks_and_reads_the_answer(city: City) -> None:
    question = city.asks("휠체어로 302호에 갈 수 있나요?")
    assert "아직 답이 없습니다." in city.reads(f"/questions/{question}", city.resident)
    assert "답을 기다립니다" in city.reads("/my", city.resident)
    listed = city.reads("/console/questions", city.clerk)
    assert "휠체어로 302호에 갈 수 있나요?" in listed
    city.answers(question)
    assert "문의에 답이 왔을 때" in city.reads("/my/messages", city.resident)
    assert "네, 승강기가 있습니다." in city.reads(f"/questions/{question}", city.resident)
    assert "답이 왔습니다" in city.reads("/my", city.resident)
    assert str(question) not in city.reads("/console/questions", city.clerk)
    assert str(question) in city.reads("/console/questions?show=answered", city.clerk)


def test_the_letter_says_which_question_about_which_course(city: City) -> None:
    run = city.make.run(city.tenant)
    asked, general = city.asks("주차할 곳이 있나요?", run=str(run)), city.asks("휠체어")
    with city.database.transaction(Scope.JOB, tenant=city.tenant, person=city.person):
        assert find(asked, "ko")["question"] == "주차할 곳이 있나요? (선착순 강좌 견본)"
        assert find(general, "ko")["question"] == "휠체어"


def test_a_question_is_its_askers_and_the_citys(city: City, make: Maker) -> None:
    question = city.asks(openly=True)
    other = make.session(make.person(), city.tenant)
    city.reads(f"/questions/{question}", other, 404)
    assert city.web.post(city.host, f"/questions/{question}/delete", other).status_code == 404
    city.reads(f"/console/questions/{question}", city.staff("instructor"), 403)
    elsewhere = City(city.web, make, city.database)
    elsewhere.reads(f"/console/questions/{question}", elsewhere.clerk, 404)
    assert str(question) not in city.reads("/questions"), "unanswered questions are not public"


def test_a_private_question_never_becomes_public(city: City) -> None:
    question = city.asks()
    city.answers(question, public="1", title="드러난 제목", question="드러난 글")
    assert "드러난" not in city.reads("/questions")
    with (
        pytest.raises(sa.exc.IntegrityError, match="whose asker agreed"),
        city.database.transaction(Scope.STAFF, tenant=city.tenant, person=city.person),
    ):
        questions.publish(questions.get(city.tenant, question), "제목", "글", [])


def test_what_becomes_public_is_masked_and_can_be_withdrawn(city: City) -> None:
    with city.database.transaction(Scope.PERSON, person=city.person) as opened:
        name = opened.execute(sa.text("SELECT name FROM people")).scalar_one()
    question = city.asks(f"{name}입니다", "010-1234-5678로 전화 주세요. hong@example.com", openly=True)
    page = city.reads(f"/console/questions/{question}", city.clerk)
    assert "010-****-5678로 전화 주세요. ho***@example.com" in page
    city.answers(
        question, f"{name} 님, 네.", public="1", title=f"{name}입니다", question="010-1234-5678 hong@example.com"
    )
    public = city.reads("/questions")
    assert "010-****-5678 ho***@example.com" in public
    assert name not in public
    assert name in city.reads(f"/questions/{question}", city.resident), "the asker reads the answer as it was written"
    assert "이름 없이" in city.reads(f"/questions/{question}", city.resident)
    city.answers(question, "다시 답합니다.")
    assert "ho***" not in city.reads("/questions")


def test_taking_a_question_back_takes_all_of_it(city: City) -> None:
    question = city.asks("지울 문의", openly=True)
    city.answers(question, public="1", title="지울 문의", question="글")
    assert "지울 문의" in city.reads("/questions")
    assert "되돌릴 수 없습니다" in city.reads(f"/questions/{question}/delete", city.resident)
    assert city.web.post(city.host, f"/questions/{question}/delete", city.resident).status_code == 303
    assert "지울 문의" not in city.reads("/questions")
    city.reads(f"/console/questions/{question}", city.clerk, 404)


def test_questions_of_a_day_are_limited_also_when_taken_back(city: City) -> None:
    for _ in range(10):
        question = city.asks()
        city.web.post(city.host, f"/questions/{question}/delete", city.resident)
    with pytest.raises(TooMany), city.database.transaction(Scope.PERSON, tenant=city.tenant, person=city.person):
        questions.ask(None, "제목", "글", openly=False)
    answer = city.web.post(city.host, "/questions/new", city.resident, data={"title": "제목", "body": "글"})
    assert answer.status_code == 429
    assert "내일 다시 보내실 수 있습니다" in answer.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": "", "body": "글"}, "title"),
        ({"title": "제목", "body": " "}, "body"),
        ({"title": "가" * 121, "body": "글"}, "title"),
        ({"title": "제목", "body": "가" * 4001}, "body"),
        ({"title": "제목", "body": "제 번호는 900101-1234567 입니다"}, "body"),
        ({"title": "9001011234567", "body": "글"}, "title"),
    ],
)
def test_what_cannot_be_sent_is_said_at_its_field(city: City, fields: dict[str, str], field: str) -> None:
    answer = city.web.post(city.host, "/questions/new", city.resident, data=fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    with (
        pytest.raises(Invalid) as refused,
        city.database.transaction(Scope.PERSON, tenant=city.tenant, person=city.person),
    ):
        questions.ask(None, fields["title"], fields["body"], openly=False)
    assert list(refused.value.errors) == [field]


def test_as_much_as_the_field_takes_is_taken(city: City) -> None:
    """A browser counts the end of a line once and sends it as two letters."""
    asked = city.asks(body="가\r\n" * 1999 + "가나")
    assert city.reads(f"/questions/{asked}", city.resident).count("가") >= 2000
    city.answers(asked, "답\r\n" * 3999 + "답")


def test_a_question_about_a_course(city: City) -> None:
    run = city.make.run(city.tenant)
    page = city.reads(f"/questions/new?run={run}", city.resident)
    assert "선착순 강좌 견본" in page
    question = city.asks(openly=True, run=str(run))
    assert f"/console/runs/{run}" in city.reads(f"/console/questions/{question}", city.clerk)
    city.answers(question, public="1", title="휠체어", question="갈 수 있나요?")
    assert "갈 수 있나요?" in city.reads(f"/questions?run={run}")
    other = city.make.run(city.tenant)
    assert "갈 수 있나요?" not in city.reads(f"/questions?run={other}")
    assert f"/questions/new?run={run}" in city.reads(f"/courses/{run}")


@pytest.mark.parametrize("run", ["x", "01a20000-0000-7000-8000-000000000000"])
def test_a_course_that_is_not_there(city: City, run: str) -> None:
    city.reads(f"/questions/new?run={run}", city.resident, 404)
    city.reads(f"/questions?run={run}", None, 404)
    fields = {"title": "제목", "body": "글", "run": run}
    assert city.web.post(city.host, "/questions/new", city.resident, data=fields).status_code == 404


def test_another_citys_course_is_not_asked_about(city: City, make: Maker) -> None:
    foreign = make.run(make.city())
    with pytest.raises(NotFound), city.database.transaction(Scope.PERSON, tenant=city.tenant, person=city.person):
        questions.ask(foreign, "제목", "글", openly=False)


def test_reading_a_question_is_a_look_at_its_asker(city: City) -> None:
    question = city.asks("수술 뒤에 다녀도 될까요")
    city.reads("/console/questions", city.clerk)
    assert looks(city) == [], "the list names nobody"
    city.reads(f"/console/questions/{question}", city.clerk)
    assert looks(city) == [("문의 보기", "")], "what was asked about can be taken back, the log cannot"


def looks(city: City) -> list[tuple[str, str]]:
    with city.database.transaction(Scope.PERSON, person=city.person):
        rows = session().execute(sa.text("SELECT task, purpose FROM access_log ORDER BY id"))
        return [(row.task, row.purpose) for row in rows]


def test_an_empty_answer_keeps_the_page(city: City) -> None:
    question = city.asks()
    assert "답을 적어 주세요." in city.answers(question, " ", status=422)
    assert "답을 적어 주세요." not in city.answers(question)


def test_the_search_finds_every_word(city: City) -> None:
    for title, words in (("주차", "차를 어디에 두나요?"), ("수료증", "언제 받나요?")):
        city.answers(city.asks(title, words, openly=True), public="1", title=title, question=words)
    found = city.reads("/questions?q=차를 어디에")
    assert "주차" in found
    assert "수료증</summary>" not in found.replace(
        '<svg class="icon" aria-hidden="true"><use href="#i-down"/></svg>', ""
    )
    assert "낱말이 들어간 문의가 없습니다" in city.reads("/questions?q=%25_")


def test_who_is_not_signed_in_signs_in_first(city: City) -> None:
    assert city.web.get(city.host, "/questions/new").location.startswith("/auth/sign-in?next=")
    assert city.web.post(city.host, "/questions/new").status_code == 401
