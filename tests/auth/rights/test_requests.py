"""Requests: who may ask whom, the ten-day clock, answers with reasons, and that every step is told (PRV 7.3, PIPA §35-38)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.consents import service as consents
from auth.rights import service as rights
from auth.rights.clock import last_day
from auth.rights.service import HOLIDAYS, Asking
from maru.db import Scope, session
from maru.errors import Invalid, NotFound, Refused
from maru.web import dates
from tests.auth.rights.conftest import Rights
from tests.client import Web
from tests.conftest import Maker

PORTAL = "localhost"


def learner(rooms: Rights, city: UUID) -> UUID:
    person = rooms.make.person()
    rooms.make.enrolment(city, person)
    return person


def test_the_clock_begins_with_the_request_and_the_person_is_told(rooms: Rights) -> None:
    person = rooms.make.person()
    request = rooms.asks(person)
    seen, today = rooms.seen(person, request), dates.today()
    with rooms.database.transaction(Scope.PUBLIC) as opened:
        span = {"first": today, "last": today + timedelta(days=60)}
        holidays = set(opened.scalars(HOLIDAYS, span))
    assert (seen.received_on, seen.due_on) == (today, last_day(today, 10, holidays))
    assert seen.state == "waiting"
    assert rooms.steps(person, request) == ["received"]
    assert rooms.told(person) == [("rights.received", "")]


def test_the_same_is_asked_once_at_a_time(rooms: Rights) -> None:
    person = rooms.make.person()
    request = rooms.asks(person)
    with pytest.raises(Refused, match="같은 요구"):
        rooms.asks(person)
    rooms.asks(person, "deletion")
    with rooms.database.transaction(Scope.PERSON, person=person):
        rights.withdraw(person, request)
    assert rooms.seen(person, request).state == "withdrawn"
    rooms.asks(person)


@pytest.mark.parametrize(
    ("kind", "words", "field"),
    [
        ("nothing", "글", "kind"),
        ("correction", " ", "words"),
        ("deletion", "x" * 2001, "words"),
        ("correction", "800101-1234567 아닙니다", "words"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(rooms: Rights, kind: str, words: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rooms.asks(rooms.make.person(), kind, words=words)
    assert set(refused.value.errors) == {field}


def test_a_city_is_asked_what_the_city_holds(rooms: Rights) -> None:
    here, there = rooms.make.city(), rooms.make.city()
    person = learner(rooms, here)
    with rooms.database.transaction(Scope.PERSON, person=person):
        assert [city.id for city in rights.cities(person)] == [here]
    request = rooms.asks(person, tenant=here)
    clerk = rooms.make.person()
    for city, found in ((here, [request]), (there, [])):
        with rooms.database.transaction(Scope.STAFF, tenant=city, person=clerk):
            assert [one.id for one, _ in rights.queue(city)] == found
    with rooms.office():
        assert request not in [one.id for one, _ in rights.queue(None)]
        with pytest.raises(NotFound):
            rights.get(request)


def test_everything_at_once_is_always_the_provinces(rooms: Rights) -> None:
    here = rooms.make.city()
    person = learner(rooms, here)
    assert rooms.seen(person, rooms.asks(person, "access", here, "")).tenant_id is None


def test_what_is_due_first_stands_first(rooms: Rights) -> None:
    people = [rooms.make.person() for _ in range(3)]
    asked = [rooms.asks(person) for person in people]
    rooms.ages(asked[1], 20)
    rooms.ages(asked[2], 5)
    with rooms.office():
        order = [one.id for one, _ in rights.queue(None) if one.id in asked]
    assert order == [asked[1], asked[2], asked[0]]


def test_other_staff_of_the_province_see_no_request(rooms: Rights) -> None:
    person, editor = rooms.make.person(), rooms.make.person()
    rooms.make.grant(editor, "province_admin")
    request = rooms.asks(person)
    with rooms.database.transaction(Scope.PROVINCE, person=editor) as opened:
        assert rights.queue(None) == []
        assert not opened.scalars(sa.text("SELECT id FROM people WHERE id = :p"), {"p": person}).all()
    with rooms.office() as opened:
        assert request in [one.id for one, _ in rights.queue(None)]
        assert opened.scalars(sa.text("SELECT id FROM people WHERE id = :p"), {"p": person}).all()


def test_an_answer_needs_words_and_stays(rooms: Rights) -> None:
    person = rooms.make.person()
    granted, refused = rooms.asks(person), rooms.asks(person, "deletion")
    for decide, request in ((rights.grant, granted), (rights.refuse, refused)):
        with pytest.raises(Invalid), rooms.office():
            decide(request, None, " ", rooms.officer)
    with rooms.office():
        rights.grant(granted, None, "고쳤습니다.", rooms.officer)
        rights.refuse(refused, None, "법이 남기라고 합니다.", rooms.officer)
    assert [rooms.seen(person, one).state for one in (granted, refused)] == ["done", "refused"]
    assert rooms.told(person)[2:] == [("rights.done", "고쳤습니다."), ("rights.refused", "법이 남기라고 합니다.")]
    with pytest.raises(Refused, match="이미 답한"), rooms.office():
        rights.refuse(granted, None, "아닙니다", rooms.officer)
    with pytest.raises(sa.exc.IntegrityError, match="set once"), rooms.office() as opened:
        opened.execute(sa.text("UPDATE rights_requests SET answer = 'x' WHERE id = :id"), {"id": granted})


def test_it_is_put_off_once_and_within_the_period(rooms: Rights) -> None:
    person = rooms.make.person()
    request = rooms.asks(person, "suspension")
    due = rooms.seen(person, request).due_on
    for until, reason in (
        (due, "까닭"),
        (due + timedelta(days=40), "까닭"),
        (None, "까닭"),
        (due + timedelta(days=3), ""),
    ):
        with pytest.raises(Invalid), rooms.office():
            rights.extend(request, None, until, reason, rooms.officer)
    with rooms.office():
        rights.extend(request, None, due + timedelta(days=3), "자료를 찾고 있습니다.", rooms.officer)
    assert rooms.seen(person, request).last_day == due + timedelta(days=3)
    assert rooms.told(person)[-1] == ("rights.extended", "자료를 찾고 있습니다.")
    with pytest.raises(Refused, match="한 번만"), rooms.office():
        rights.extend(request, None, due + timedelta(days=5), "또", rooms.officer)
    late = rooms.asks(person, "correction")
    rooms.ages(late, 30)
    due = rooms.seen(person, late).due_on
    with pytest.raises(Refused, match="기한 안에"), rooms.office():
        rights.extend(late, None, due + timedelta(days=5), "늦었습니다", rooms.officer)


def test_what_rests_on_consent_stops_when_the_province_grants_it(rooms: Rights) -> None:
    person, other = rooms.make.person(), rooms.make.person()
    for one in (person, other):
        with rooms.database.transaction(Scope.PERSON, person=one):
            consents.give(one, consents.PROVINCE_HISTORY)
    request = rooms.asks(person, "suspension")
    with pytest.raises(sa.exc.ProgrammingError, match="just granted"), rooms.office() as opened:
        opened.execute(rights.SUSPEND, {"request": request})
    with rooms.office():
        rights.grant(request, None, "멈추었습니다.", rooms.officer)
    for one, stands in ((person, False), (other, True)):
        with rooms.database.transaction(Scope.PERSON, person=one):
            assert consents.has(one, consents.PROVINCE_HISTORY) is stands
    for scope, who in ((Scope.PERSON, person), (Scope.STAFF, person), (Scope.PROVINCE, other)):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="just granted"),
            rooms.database.transaction(scope, person=who) as opened,
        ):
            opened.execute(rights.SUSPEND, {"request": request})


def test_nobody_grants_their_own_request(rooms: Rights) -> None:
    person = rooms.make.person()
    request = rooms.asks(person)
    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        rooms.database.transaction(Scope.PERSON, person=person) as opened,
    ):
        opened.execute(
            sa.text("UPDATE rights_requests SET state = 'done', decided_at = now() WHERE id = :id"), {"id": request}
        )


def test_no_officer_answers_their_own(rooms: Rights) -> None:
    request = rooms.asks(rooms.officer, "deletion")
    due = rooms.seen(rooms.officer, request).due_on
    for decide in (
        lambda: rights.grant(request, None, "지웠습니다", rooms.officer),
        lambda: rights.refuse(request, None, "안 됩니다", rooms.officer),
        lambda: rights.extend(request, None, due + timedelta(days=1), "까닭", rooms.officer),
    ):
        with pytest.raises(Refused, match="다른 담당자"), rooms.office():
            decide()
    with rooms.office() as opened:
        done = opened.execute(
            sa.text("UPDATE rights_requests SET answer = 'x' WHERE id = :id RETURNING id"), {"id": request}
        )
        assert done.all() == [], "nor does the database let them"
    assert rooms.seen(rooms.officer, request).state == "waiting"
    other = rooms.make.person()
    rooms.make.grant(other, "privacy_officer")
    with rooms.database.transaction(Scope.PROVINCE, person=other):
        rights.grant(request, None, "지웠습니다", other)


def test_an_officer_is_told_so_on_the_page(rooms: Rights, web: Web) -> None:
    request = rooms.asks(rooms.officer, "deletion")
    who = rooms.make.session(rooms.officer, None)
    page = web.get(PORTAL, f"/province/rights/{request}", who)
    assert "다른 담당자가 답해야 합니다" in page.text
    assert 'value="grant"' not in page.text
    answer = web.post(PORTAL, f"/province/rights/{request}", who, data={"act": "grant", "answer": "예"})
    assert answer.status_code == 409


def test_pressed_twice_it_is_asked_once(rooms: Rights, web: Web) -> None:
    """At the desk and on one's own page: the second press is told, and nothing falls over."""
    here = rooms.make.city()
    person, admin = learner(rooms, here), rooms.make.person()
    rooms.make.grant(admin, "city_admin", here)
    host, who, clerk = (
        f"{rooms.make.slug(here)}.localhost",
        rooms.make.session(person, here),
        rooms.make.session(admin, here),
    )
    form = {"kind": "correction", "whom": str(here), "words": "이름이 틀렸습니다"}
    desk = {"kind": "suspension", "whom": "city", "words": "그만 써 주세요", "channel": "desk"}
    for path, asker, data in (("/my/rights", who, form), (f"/console/rights/new/{person}", clerk, desk)):
        with ThreadPoolExecutor(6) as pool:
            answers = pool.map(lambda _, p=path, a=asker, d=data: web.post(host, p, a, data=d).status_code, range(6))
        assert sorted(answers) == [303, 409, 409, 409, 409, 409]
    assert [kind for kind, _ in rooms.told(person)].count("rights.received") == 2


def test_whom_one_has_nothing_with_is_not_asked(rooms: Rights, web: Web) -> None:
    here, there = rooms.make.city(), rooms.make.city()
    person, admin = learner(rooms, here), rooms.make.person()
    rooms.make.grant(admin, "city_admin", here)
    host, who, clerk = (
        f"{rooms.make.slug(here)}.localhost",
        rooms.make.session(person, here),
        rooms.make.session(admin, here),
    )
    form = {"kind": "correction", "words": "이름이 틀렸습니다", "channel": "desk"}
    for whom in (str(there), "province-of-nowhere"):
        for path, asker in (("/my/rights", who), (f"/console/rights/new/{person}", clerk)):
            answer = web.post(host, path, asker, data={**form, "whom": whom})
            assert answer.status_code == 422
            assert 'id="whom-error"' in answer.text
    with rooms.database.transaction(Scope.PERSON, person=person):
        assert rights.mine(person) == []


def test_at_the_desk_for_somebody_or_their_agent(rooms: Rights) -> None:
    """PIPA §38: of a power of attorney its kind and its date are kept, nothing else."""
    here = rooms.make.city()
    person, clerk = learner(rooms, here), rooms.make.person()
    today = dates.today()
    with rooms.database.transaction(Scope.STAFF, tenant=here, person=clerk):
        for document, seen_on in (("", today), ("mandate", None), ("mandate", today + timedelta(days=1))):
            with pytest.raises(Invalid):
                rights.ask(person, Asking("access", None, "", "agent", document, seen_on), clerk=clerk, at=here)
        with pytest.raises(Invalid):
            rights.ask(person, Asking("access", None, "", "web"), clerk=clerk, at=here)
        made = rights.ask(person, Asking("access", None, "", "agent", "mandate", today), clerk=clerk, at=here).id
        rights.ask(person, Asking("correction", here, "이름", "desk"), clerk=clerk, at=here)
    seen = rooms.seen(person, made)
    assert (seen.channel, seen.agent_document, seen.recorded_by) == ("agent", "mandate", clerk)
    assert [kind for kind, _ in rooms.told(person) if kind.startswith("rights.")] == ["rights.received"] * 2


def test_a_desk_writes_for_its_own_people_and_for_no_other_city(rooms: Rights) -> None:
    here, there = rooms.make.city(), rooms.make.city()
    mine, stranger, clerk = learner(rooms, here), learner(rooms, there), rooms.make.person()
    for person, tenant in ((stranger, here), (stranger, None), (mine, there)):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
            rooms.database.transaction(Scope.STAFF, tenant=here, person=clerk),
        ):
            rights.ask(person, Asking("correction", tenant, "글", "desk"), clerk=clerk, at=here)


def test_steps_stay_as_they_are(rooms: Rights) -> None:
    person = rooms.make.person()
    rooms.asks(person)
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        rooms.database.transaction(Scope.PERSON, person=person),
    ):
        session().execute(sa.text("DELETE FROM rights_steps"))


def test_on_pages(rooms: Rights, web: Web, make: Maker) -> None:
    here = make.city()
    person, admin = learner(rooms, here), make.person()
    make.grant(admin, "city_admin", here)
    host = f"{make.slug(here)}.localhost"
    who, clerk, officer = make.session(person, here), make.session(admin, here), make.session(rooms.officer, None)
    assert web.post(host, "/my/rights", who, data={"kind": "correction"}).status_code == 422
    form = {"kind": "correction", "whom": str(here), "words": "이름이 틀렸습니다"}
    mine = web.post(host, "/my/rights", who, data=form).headers["Location"]
    assert "이름이 틀렸습니다" in web.get(host, mine, who).text
    stranger = make.session(make.person(), here)
    assert web.get(host, mine, stranger).status_code == 404
    assert web.post(host, f"{mine}/withdraw", stranger).status_code == 404
    page = f"/console/rights/{mine.rsplit('/', 1)[1]}"
    assert page in web.get(host, "/console/rights", clerk).text
    assert "이름이 틀렸습니다" in web.get(host, page, clerk).text
    with rooms.database.transaction(Scope.PERSON, person=person):
        looks = session().execute(sa.text("SELECT task FROM access_log")).scalars().all()
    assert looks == ["개인정보 요구 보기"], "the person sees who has read it"
    rooms.ages(UUID(mine.rsplit("/", 1)[1]), 40)
    assert "기한이 지났습니다" in web.get(host, "/console/rights", clerk).text
    assert "답을 드릴 날이 지났습니다" in web.get(host, mine, who).text
    assert web.post(host, page, clerk, data={"act": "grant"}).status_code == 422
    assert web.post(host, page, clerk, data={"act": "grant", "answer": "고쳤습니다"}).status_code == 303
    assert web.post(host, page, clerk, data={"act": "grant", "answer": "고쳤습니다"}).status_code == 409
    assert "들어드렸습니다" in web.get(host, mine, who).text
    assert web.get(PORTAL, f"/province/rights/{mine.rsplit('/', 1)[1]}", officer).status_code == 404
    desk = {
        "channel": "agent",
        "document": "mandate",
        "document_on": "2026-11-20",
        "kind": "deletion",
        "words": "지워 주세요",
    }
    new = f"/console/rights/new/{person}"
    assert web.post(host, new, clerk, data={**desk, "document": ""}).status_code == 422
    assert web.post(host, new, clerk, data={**desk, "whom": "province"}).status_code == 303
    assert "삭제: 내 정보를 지우기" in web.get(PORTAL, "/province/rights", officer).text
