"""Two clerks with the same form open: the second is shown what the first has saved, and loses nothing that was typed."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest

from maru.config import Config
from maru.db import Database, Scope, session
from tenants.courses.models import Institution, Venue
from tenants.faqs.models import Faq
from tenants.notices.models import Banner, Notice
from tenants.questions import service as questions
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker

FORMS = {
    "questions": ("answer", {}),
    "faq": ("question", {"answer": "답", "category": "other"}),
    "notices": ("title", {"body": "글", "when": "draft"}),
    "banners": ("title", {"link": "/courses", "when": "draft"}),
    "venues": ("name", {"address": "길 1"}),
    "institutions": ("name", {"phone": "031-555-0100"}),
}
"""By the page: the field that both change, and what else the form needs."""


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


class Desks:
    """A city with one thing of each kind, and two clerks."""

    def __init__(self, web: Web, database: Database, make: Maker) -> None:
        self.web, self.database, self.city = web, database, make.city()
        self.host = f"{make.slug(self.city)}.localhost"
        self.first, self.second = (self._clerk(make) for _ in range(2))
        with database.transaction(Scope.PERSON, tenant=self.city, person=make.person()):
            self.things = {"questions": questions.ask(None, "주차", "할 수 있나요?", openly=False)}
        rows = {
            "faq": Faq(tenant_id=self.city, category="other", question="물음", answer="답"),
            "notices": Notice(tenant_id=self.city, title="알림", body="글"),
            "banners": Banner(tenant_id=self.city, title="배너", link="/courses"),
            "venues": Venue(tenant_id=self.city, name="평생학습관"),
            "institutions": Institution(tenant_id=self.city, name="평생학습관"),
        }
        with database.transaction(Scope.JOB, tenant=self.city):
            session().add_all(rows.values())
            session().flush()
            self.things |= {kind: row.id for kind, row in rows.items()}

    def _clerk(self, make: Maker) -> Resident:
        person: UUID = make.person()
        make.grant(person, "course_operator", self.city)
        return make.session(person, self.city)

    def opens(self, kind: str, who: Resident) -> tuple[str, str]:
        """Address and mark of the form."""
        path = f"/console/{kind}/{self.things[kind]}"
        page = self.web.get(self.host, path, who)
        assert page.status_code == 200
        return path, mark_of(page.text)

    def saves(self, kind: str, who: Resident, form: tuple[str, str], words: str) -> tuple[int, str]:
        (path, mark), (field, others) = form, FORMS[kind]
        answer = self.web.post(self.host, path, who, data={**others, field: words, "seen": mark, "act": "save"})
        return answer.status_code, answer.text


def mark_of(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("kind", FORMS)
def test_nobody_overwrites_unread_what_a_colleague_saved(web: Web, database: Database, make: Maker, kind: str) -> None:
    desks = Desks(web, database, make)
    first, second = desks.opens(kind, desks.first), desks.opens(kind, desks.second)
    assert desks.saves(kind, desks.first, first, "먼저 쓴 글")[0] == 303
    status, page = desks.saves(kind, desks.second, second, "나중에 쓴 글")
    assert status == 409
    assert "그사이 다른 담당자가 고쳤습니다" in page
    assert "먼저 쓴 글" in page
    assert "나중에 쓴 글" in page
    assert "먼저 쓴 글" in web.get(desks.host, first[0], desks.first).text
    assert desks.saves(kind, desks.second, (second[0], mark_of(page)), "나중에 쓴 글")[0] == 303
    assert "먼저 쓴 글" not in web.get(desks.host, first[0], desks.first).text


def test_saving_twice_from_one_page_after_another_is_no_conflict(web: Web, database: Database, make: Maker) -> None:
    desks = Desks(web, database, make)
    for words in ("한 번", "두 번"):
        assert desks.saves("faq", desks.first, desks.opens("faq", desks.first), words)[0] == 303
