"""The administrative data share is asked on consent (PRV-07), answers over HTTP, and only yes, no and when are kept."""

from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.consents import service as consents
from auth.residence import sharing
from auth.residence.counterpart import Entry
from auth.residence.models import Question
from auth.residence.sharing import HttpShare, Resident, put_to_share
from maru import jobs
from maru.config import Config
from maru.db import Scope, session
from maru.errors import Invalid, Unavailable
from maru.jobs import Tools
from maru.storage import connect
from tests.auth.residence.conftest import TODAY, Hall, Share, days
from tests.client import opened
from tests.tables import TABLES

SHOWN = "2026-11"


def ask(hall: Hall, person: UUID, config: Config, *, agreed: bool = True) -> UUID:
    with hall.as_person(person):
        sharing.ask(person, config, agreed=agreed, shown=SHOWN)
        return sharing.mine(person)[0].id


def work(hall: Hall, config: Config, question: UUID) -> None:
    """As the worker does."""
    tools = Tools(config, connect(config.s3), hall.database.transaction)
    with jobs.having(tools), hall.database.transaction(Scope.JOB, tenant=hall.city):
        put_to_share(question)


def told(hall: Hall, person: UUID) -> list[str]:
    return [
        row.kind for row in hall.execute("SELECT kind FROM messages WHERE person_id = :who ORDER BY id", who=person)
    ]


def question_of(hall: Hall, person: UUID) -> Question:
    with hall.as_person(person):
        return sharing.mine(person)[0]


@pytest.fixture
def resident(hall: Hall) -> UUID:
    """Somebody who says that they live here."""
    person = hall.person("공유이웃")
    hall.lived(person, hall.region, days(50))
    return person


def register(hall: Hall, share: Share, person: UUID, region: str) -> None:
    (row,) = hall.execute("SELECT name, birth_date FROM people WHERE id = :id", id=person)
    share.register.append(Entry(row.name, row.birth_date, region, days(500)))


def test_yes_confirms_the_home_from_that_day_on(hall: Hall, share: Share, resident: UUID) -> None:
    register(hall, share, resident, hall.region)
    work(hall, share.config, ask(hall, resident, share.config))
    assert hall.homes(resident) == [
        (hall.region, days(50), TODAY, "declared"),
        (hall.region, TODAY, None, "data-share"),
    ]
    question = question_of(hall, resident)
    assert (question.answer, question.answered_at is not None, question.given_up_at) == (True, True, None)
    assert told(hall, resident) == ["residence.shared"]


def test_no_changes_no_home_and_says_what_to_do(hall: Hall, share: Share, resident: UUID) -> None:
    register(hall, share, resident, hall.elsewhere)
    work(hall, share.config, ask(hall, resident, share.config))
    assert hall.homes(resident) == [(hall.region, days(50), None, "declared")]
    assert question_of(hall, resident).answer is False
    assert told(hall, resident) == ["residence.unconfirmed"]


def test_nothing_but_yes_no_and_when_is_kept() -> None:
    (table,) = (one for one in TABLES if one.name == "share_questions")
    assert {column.name for column in table.columns} == {
        "id", "person_id", "region_code", "day", "asked_at", "answer", "answered_at", "given_up_at",
    }  # fmt: skip


def test_nobody_is_asked_about_without_consent(hall: Hall, share: Share, resident: UUID) -> None:
    with pytest.raises(Invalid, match="동의하셔야"):
        ask(hall, resident, share.config, agreed=False)
    with hall.as_person(resident):
        assert sharing.mine(resident) == []
        row = session().execute(sa.text("SELECT * FROM engine.ask_share(:p)"), {"p": sharing.PURPOSE}).one()
        assert row.refusal == "no-consent", "the database asks itself"


def test_a_consent_taken_back_stops_a_question_that_waits(hall: Hall, share: Share, resident: UUID) -> None:
    register(hall, share, resident, hall.region)
    question = ask(hall, resident, share.config)
    with hall.as_person(resident):
        consents.withdraw(resident, sharing.PURPOSE)
    work(hall, share.config, question)
    assert question_of(hall, resident).answered_at is None
    assert hall.homes(resident) == [(hall.region, days(50), None, "declared")]


def test_a_share_that_is_down_is_asked_again_and_then_given_up(hall: Hall, share: Share, resident: UUID) -> None:
    down = replace(share.config, data_share_url="http://key@127.0.0.1:9/")
    question = ask(hall, resident, down)
    with pytest.raises(Unavailable):
        work(hall, down, question)
    assert told(hall, resident) == []
    hall.execute("UPDATE share_questions SET asked_at = now() - interval '61 minutes' WHERE id = :id", id=question)
    work(hall, down, question)
    assert question_of(hall, resident).given_up_at is not None
    assert told(hall, resident) == ["residence.silent"]
    register(hall, share, resident, hall.region)
    work(hall, share.config, question)
    assert hall.homes(resident) == [(hall.region, days(50), None, "declared")], (
        "an answer that comes too late is not asked for"
    )


def test_an_answer_comes_once(hall: Hall, share: Share, resident: UUID) -> None:
    register(hall, share, resident, hall.region)
    question = ask(hall, resident, share.config)
    work(hall, share.config, question)
    share.register.clear()
    work(hall, share.config, question)
    assert question_of(hall, resident).answer is True
    with pytest.raises(sa.exc.DatabaseError, match="set once"):
        hall.execute("UPDATE share_questions SET answer = false WHERE id = :id", id=question)


def test_what_is_asked_again_too_often_or_needs_no_answer_is_refused(hall: Hall, share: Share, resident: UUID) -> None:
    question = ask(hall, resident, share.config)
    with pytest.raises(Invalid, match="지금 확인하고"):
        ask(hall, resident, share.config)
    for _ in range(2):
        work(hall, share.config, question)
        question = ask(hall, resident, share.config)
    work(hall, share.config, question)
    with pytest.raises(Invalid, match="오늘은 더"):
        ask(hall, resident, share.config)
    homeless, proven = hall.person(), hall.person()
    hall.lived(proven, hall.region, days(9), source="document")
    for person, words in ((homeless, "먼저 사시는 시군"), (proven, "이미 확인된")):
        with pytest.raises(Invalid, match=words):
            ask(hall, person, share.config)
    with pytest.raises(Invalid, match="지금은 행정정보로"):
        ask(hall, resident, replace(share.config, data_share_url=""))


def test_a_move_meanwhile_is_not_confirmed_by_an_answer_about_the_old_home(
    hall: Hall, share: Share, resident: UUID
) -> None:
    register(hall, share, resident, hall.region)
    question = ask(hall, resident, share.config)
    hall.execute("DELETE FROM residences WHERE person_id = :who", who=resident)
    hall.lived(resident, hall.elsewhere, TODAY)
    work(hall, share.config, question)
    assert hall.homes(resident) == [(hall.elsewhere, TODAY, None, "declared")]


@pytest.mark.parametrize("scope", [Scope.PERSON, Scope.STAFF, Scope.PROVINCE, Scope.PUBLIC])
def test_only_jobs_read_and_answer_questions(hall: Hall, share: Share, resident: UUID, scope: Scope) -> None:
    question = ask(hall, resident, share.config)
    for call in ("engine.open_question(:id, 'residence-share')", "engine.close_question(:id, true)"):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="jobs only"),
            hall.database.transaction(scope, tenant=hall.city, person=resident),
        ):
            session().execute(sa.text(f"SELECT * FROM {call}"), {"id": question})


@pytest.mark.parametrize("scope", [Scope.JOB, Scope.STAFF, Scope.PROVINCE, Scope.PUBLIC])
def test_only_the_person_asks(hall: Hall, resident: UUID, scope: Scope) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="nobody is signed in"),
        hall.database.transaction(scope, tenant=hall.city, person=resident),
    ):
        session().execute(sa.text("SELECT * FROM engine.ask_share('residence-share')"))


def test_the_adapter_speaks_http(share: Share) -> None:
    share.register.append(Entry("김하늘", days(9000), "41590", days(30)))
    line = HttpShare(share.config.data_share_url)
    assert line.lives_in(Resident("김하늘", days(9000)), "41590", TODAY)
    assert not line.lives_in(Resident("김하늘", days(9000)), "41590", days(31))
    assert not line.lives_in(Resident("김하늘", days(9001)), "41590", TODAY)
    for wrong in (share.config.data_share_url.replace("key@", "other@"), "http://key@127.0.0.1:9/"):
        with pytest.raises(Unavailable):
            HttpShare(wrong).lives_in(Resident("김하늘", days(9000)), "41590", TODAY)


def test_the_page_names_what_the_law_wants_named(hall: Hall, share: Share, resident: UUID) -> None:
    """Purpose, information and scope, institution (PRV-07); refusing costs nothing, and what to do when it is down."""
    who = hall.make.session(resident, hall.city)
    with opened(share.config) as web:
        page = web.get(hall.host, "/my/residence", who).text
        with hall.as_person(resident):
            stated = consents.text_of(sharing.PURPOSE).words["ko"]
        for part in ("recipient", "aim", "items", "period", "refusal"):
            assert stated[part] in page
        assert "하지 않으셔도 강좌를 신청하실 수 있고" in page
        assert web.post(hall.host, "/my/residence/share", who).status_code == 422
        for unread in ({"agreed": "1"}, {"agreed": "1", "shown": "2025-01-01"}):
            assert web.post(hall.host, "/my/residence/share", who, data=unread).status_code == 409
        agreed = {"agreed": "1", "shown": SHOWN}
        assert f'name="shown" value="{SHOWN}"' in page
        assert web.post(hall.host, "/my/residence/share", who, data=agreed).status_code == 303
        assert "창구로 와 주세요" in web.get(hall.host, "/my/residence", who).text
        assert web.post(hall.host, "/my/residence/share/withdraw", who).status_code == 303
    with hall.as_person(resident):
        assert not consents.has(resident, sharing.PURPOSE)
