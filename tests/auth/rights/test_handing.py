"""Whoever cannot be written to and does not sign in gets their file at a desk, after a clerk has seen a document (PIPA §35, §38)."""

import html
import re
from collections.abc import Iterator
from urllib.request import urlopen
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.messages.kinds import declared
from auth.messages.texts import LONGEST
from auth.rights import exporting
from auth.rights import service as rights
from auth.rights.service import Asking
from maru.config import Config
from maru.db import Scope, session
from maru.errors import Invalid, NotFound
from maru.migrating import engine_connection
from maru.storage import connect
from tests.auth.rights.conftest import Rights
from tests.client import Web, opened


@pytest.fixture
def desk(storing: Rights) -> tuple[Rights, UUID, UUID, UUID]:
    """A city, its clerk, and somebody without e-mail, telephone and account who asked there; their file is ready."""
    city, person, clerk = storing.make.city(), storing.make.person(), storing.make.person()
    storing.make.grant(clerk, "desk_clerk", city)
    storing.make.enrolment(city, person)
    with engine_connection(storing.config.database_url) as engine:
        engine.execute(sa.text("UPDATE people SET email = NULL, phone = NULL WHERE id = :id"), {"id": person})
    with storing.database.transaction(Scope.STAFF, tenant=city, person=clerk):
        rights.ask(person, Asking("access", None, "", "desk"), clerk=clerk, at=city)
    storing.round()
    return storing, city, person, clerk


@pytest.fixture
def storing_web(stored: Config) -> Iterator[Web]:
    with opened(stored) as asked:
        yield asked


def test_the_clerk_is_told_and_hands_it_over(desk: tuple[Rights, UUID, UUID, UUID], storing_web: Web) -> None:
    storing, city, person, _ = desk
    colleague = storing.make.person()
    storing.make.grant(colleague, "desk_clerk", city)
    host, who = f"{storing.make.slug(city)}.localhost", storing.make.session(colleague, city)
    page = storing_web.get(host, f"/console/rights/new/{person}", who).text
    assert "연락처가 없는 분" in page
    with storing.database.transaction(Scope.STAFF, tenant=city, person=colleague):
        ((request, _file),) = exporting.at_the_desk(person)
        number = request.id
    hand = f"/console/rights/new/{person}/hand/{number}"
    assert hand in page
    unseen = storing_web.post(host, hand, who)
    assert unseen.status_code == 422
    assert 'href="#seen_paper"' in unseen.text
    answer = storing_web.post(host, hand, who, data={"seen_paper": "1"})
    link = re.search('href="(http[^"]+)">파일 내려받기', answer.text)
    assert link
    with urlopen(html.unescape(link[1])) as file:
        assert file.read(2) == b"PK"
    assert storing.steps(person, number) == ["received", "file", "handed"]
    with storing.database.transaction(Scope.PERSON, person=person):
        assert "창구에서 내 정보 파일 드리기" in session().scalars(sa.text("SELECT task FROM access_log")).all()


def test_another_city_and_what_was_asked_online_are_not_handed(desk: tuple[Rights, UUID, UUID, UUID]) -> None:
    storing, city, person, clerk = desk
    storage = connect(storing.config.s3)
    with storing.database.transaction(Scope.STAFF, tenant=city, person=clerk):
        ((request, _file),) = exporting.at_the_desk(person)
        number = request.id
        with pytest.raises(Invalid, match="신분증"):
            exporting.hand_over(number, person, clerk, storage, seen=False)
    stranger = storing.make.person()
    with storing.database.transaction(Scope.STAFF, tenant=storing.make.city(), person=stranger):
        assert exporting.at_the_desk(person) == []
        with pytest.raises(NotFound):
            exporting.hand_over(number, person, stranger, storage, seen=True)
    online = storing.make.person()
    storing.make.enrolment(city, online)
    asked = storing.asks(online, "transfer", words="")
    storing.round()
    with storing.database.transaction(Scope.STAFF, tenant=city, person=clerk):
        assert exporting.at_the_desk(online) == []
        with pytest.raises(NotFound):
            exporting.hand_over(asked, online, clerk, storage, seen=True)


@pytest.mark.parametrize("kind", ["received", "extended", "done", "refused", "file", "withdrawn"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_step_is_told_by_sms_too(kind: str, language: str) -> None:
    said = declared[f"rights.{kind}"].texts[language].sms
    assert 0 < len(said) <= LONGEST["sms"]
