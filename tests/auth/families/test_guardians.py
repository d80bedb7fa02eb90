"""A guardian's consent and what it opens, for as long as it stands (PRV 7.2)."""

import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auth.families import guardians
from auth.families import service as families_service
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import Invalid, NotFound, Refused, TooMany
from maru.migrating import owner_connection
from maru.web import dates
from tests.auth.families.conftest import HISTORY, NUMBER, Families, born
from tests.client import Web
from tests.conftest import Maker

CHILD_NAME = "SELECT child_name FROM guardian_requests WHERE id = :id"
DAY_OF_14 = "UPDATE people SET birth_date = :birth WHERE id = :child"


def host_of(make: Maker, city: UUID) -> str:
    return f"{make.slug(city)}.localhost"


def test_prv_7_2_a_guardian_applies_for_the_child_and_it_is_the_childs(
    web: Web, families: Families, make: Maker, city: UUID
) -> None:
    guardian, run = make.person(), make.run(city)
    child, host, who = families.child(guardian), host_of(make, city), make.session(guardian, city)
    page = web.get(host, f"/courses/{run}", who).text
    assert "누구를 위해 신청하시나요?" in page
    assert f'href="/courses/{run}?for={child}#apply-box"' in page
    assert "김하늘 님을 위해 신청합니다." in web.get(host, f"/courses/{run}?for={child}", who).text
    answer = web.post(host, f"/courses/{run}/apply?for={child}", who)
    assert answer.status_code == 303
    shown = web.get(host, answer.headers["Location"], who)
    assert "김하늘 님의 신청입니다." in shown.text
    row = families.get("SELECT person_id, applied_by FROM applications WHERE run_id = :run", run=run)
    assert [(one.person_id, one.applied_by) for one in row] == [(child, guardian)]
    assert "선착순 강좌 견본" in web.get(host, f"/my/for/{child}", who).text
    assert "선착순 강좌 견본" not in web.get(host, "/my", who).text


def test_the_rules_of_the_run_look_at_the_child(web: Web, families: Families, make: Maker, city: UUID) -> None:
    guardian, run = make.person(), make.run(city)
    child, host, who = families.child(guardian, birth=born(8)), host_of(make, city), make.session(guardian, city)
    families.change_run(run, min_age=19)
    assert web.post(host, f"/courses/{run}/apply?for={child}", who).status_code == 403
    assert web.post(host, f"/courses/{run}/apply", who).status_code == 303
    assert [
        one.person_id for one in families.get("SELECT person_id FROM applications WHERE run_id = :run", run=run)
    ] == [guardian]


def test_prv_7_2_a_child_alone_cannot_apply(web: Web, make: Maker, city: UUID) -> None:
    child, run = make.person(birth=born(9)), make.run(city)
    answer = web.post(host_of(make, city), f"/api/v1/runs/{run}/applications", make.session(child, city))
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/guardian-missing")


def test_nobody_is_asked_for_whom_who_stands_for_nobody(web: Web, make: Maker, city: UUID) -> None:
    page = web.get(host_of(make, city), f"/courses/{make.run(city)}", make.session(make.person(), city)).text
    assert "누구를 위해" not in page


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_forged_person_opens_nothing(web: Web, families: Families, make: Maker, city: UUID, method: str) -> None:
    guardian, stranger, run = make.person(), make.person(), make.run(city)
    mine, theirs, host = families.child(guardian), families.child(stranger), host_of(make, city)
    who = make.session(guardian, city)
    paths = {
        "POST": [f"/courses/{run}/apply?for={{}}", f"/api/v1/runs/{run}/applications?for={{}}"],
        "GET": [f"/courses/{run}?for={{}}", "/my/for/{}"],
    }[method]
    for forged in (theirs, stranger, make.person(), uuid4()):
        for path in paths:
            assert web.ask(method, host, path.format(forged), who).status_code == 404, path
    assert families.get("SELECT FROM applications WHERE run_id = :run", run=run) == []
    assert web.get(host, f"/my/for/{mine}", who).status_code == 200


def test_an_application_of_somebody_elses_child_is_not_found(
    web: Web, families: Families, make: Maker, city: UUID
) -> None:
    guardian, other, run = make.person(), make.person(), make.run(city)
    child, host = families.child(guardian), host_of(make, city)
    families.child(other)
    place = web.post(host, f"/courses/{run}/apply?for={child}", make.session(guardian, city)).headers["Location"]
    theirs = make.session(other, city)
    for method, path in (("GET", place), ("GET", f"{place}/cancel"), ("POST", f"{place}/cancel")):
        assert web.ask(method, host, path, theirs).status_code == 404
    assert web.get(host, f"/api/v1{place}", theirs).status_code == 404
    assert web.ask("DELETE", host, f"/api/v1{place}", theirs).status_code == 404
    assert web.post(host, f"{place}/cancel", make.session(guardian, city)).status_code == 303
    row = families.get("SELECT state, cancelled_by FROM applications WHERE run_id = :run", run=run)
    assert [(one.state, one.cancelled_by) for one in row] == [("cancelled", guardian)]


def test_a_child_sees_nothing_of_the_guardian(database: Database, families: Families, make: Maker, city: UUID) -> None:
    guardian = make.person()
    child = families.child(guardian)
    make.enrolment(city, guardian)
    with database.transaction(Scope.PERSON, person=child), pytest.raises(NotFound):
        families_service.act_for(guardian, families_service.LOOK)
    with database.transaction(Scope.PERSON, person=child):
        held = families_service.mine()
        assert [(one.mine, one.name, one.kind) for one in held] == [(False, None, "guardian")]
        assert session().scalar(sa.text("SELECT count(*) FROM applications")) == 0
        assert session().scalar(sa.text("SELECT count(*) FROM people")) == 1


def test_messages_go_to_the_guardian(database: Database, families: Families, make: Maker, city: UUID) -> None:
    guardian = make.person()
    families.set("UPDATE people SET email = 'guardian@example.kr', language = 'en' WHERE id = :id", id=guardian)
    child = families.child(guardian)
    families.set(
        "INSERT INTO messages (person_id, kind, about) VALUES (:child, 'applications.placed', :child)", child=child
    )

    def due() -> list[tuple[str, str | None, str]]:
        with database.transaction(Scope.JOB) as job:
            rows = job.execute(sa.text("SELECT * FROM engine.take_messages(10000, 0)")).all()
        return [(one.name, one.email, one.language) for one in rows if one.person_id == child]

    assert due() == [("김하늘", "guardian@example.kr", "en")]
    families.set(
        "UPDATE representations SET ended_at = now(), ended_by = representative_id WHERE person_id = :child",
        child=child,
    )
    assert due() == [("김하늘", None, "ko")]


@pytest.mark.parametrize(
    ("birth", "ends"),
    [
        (date(2016, 2, 29), date(2030, 3, 1)),  # Civil Act, article 160: 2030 has no such day
        (date(2014, 2, 28), date(2028, 2, 28)),
        (date(2013, 12, 31), date(2027, 12, 31)),
    ],
)
def test_prv_7_2_own_rights_begin_on_the_14th_birthday(database: Database, birth: date, ends: date) -> None:
    with database.transaction(Scope.PUBLIC) as anybody:
        assert anybody.scalar(sa.text("SELECT walls.own_from(:birth)"), {"birth": birth}) == ends
        age = "SELECT extract(year FROM age(CAST(:day AS date), CAST(:birth AS date)))"
        for day, years in ((ends, 14), (ends - timedelta(days=1), 13)):
            assert anybody.scalar(sa.text(age), {"day": day, "birth": birth}) == years


def test_prv_7_2_on_the_14th_birthday_the_guardians_access_is_over(
    web: Web, families: Families, make: Maker, city: UUID
) -> None:
    guardian, run = make.person(), make.run(city)
    child, host, who = families.child(guardian), host_of(make, city), make.session(guardian, city)
    place = web.post(host, f"/courses/{run}/apply?for={child}", who).headers["Location"]
    families.set(
        DAY_OF_14,
        child=child,
        birth=born(14, days=1) if dates.today().day < 28 else date(dates.today().year - 14, 12, 31),
    )
    assert web.get(host, place, who).status_code == 200
    families.set(DAY_OF_14, child=child, birth=born(14))
    for method, path in (
        ("GET", place), ("GET", f"/my/for/{child}"), ("POST", f"{place}/cancel"), ("POST", f"/courses/{run}/apply?for={child}"),
    ):  # fmt: skip
        assert web.ask(method, host, path, who).status_code == 404, path
    assert "만 14세가 되어 보호자의 대신하기와 보기가 끝났습니다" in web.get(host, "/my/families", who).text
    standing = families.get("SELECT state FROM applications WHERE person_id = :child", child=child)
    assert [one.state for one in standing] == ["placed"]


def take_over(web: Web, host: str, page: str, who: object) -> int:
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page.split("<main")[1])
    assert code
    return web.post(
        host, "/my/take-over", who, data={"code": code[0].lower(), "agreed": "1", "shown": HISTORY}
    ).status_code


def test_at_14_the_child_takes_over_with_their_own_sign_in_and_consent(
    web: Web, families: Families, make: Maker, city: UUID
) -> None:
    guardian, run = make.person(), make.run(city)
    child, host, who = families.child(guardian), host_of(make, city), make.session(guardian, city)
    place = web.post(host, f"/courses/{run}/apply?for={child}", who).headers["Location"]
    assert web.post(host, f"/my/children/{child}/code", who).status_code == 409
    families.set(DAY_OF_14, child=child, birth=born(14))
    page = web.post(host, f"/my/children/{child}/code", who).text
    newcomer = make.person()
    families.set(
        "UPDATE people SET subject = :s, birth_date = NULL, verified_at = NULL, email = 'sky@example.kr' WHERE id = :id",
        id=newcomer,
        s=str(newcomer),
    )
    own = make.session(newcomer, city)
    assert take_over(web, host, page, own) == 303
    assert web.get(host, place, own).status_code == 200
    person = families.get("SELECT subject, name, email FROM people WHERE id = :child", child=child)[0]
    assert tuple(person) == (str(newcomer), "김하늘", "sky@example.kr")
    assert families.get("SELECT FROM people WHERE id = :id", id=newcomer) == []
    consents = (
        "SELECT purpose, given_by, withdrawn_at IS NULL AS stands FROM consents WHERE person_id = :child ORDER BY id"
    )
    assert [tuple(one) for one in families.get(consents, child=child)] == [
        ("province-history", guardian, False), ("own-account", None, True),
    ]  # fmt: skip
    told = families.get("SELECT kind FROM messages WHERE person_id = :id", id=guardian)
    assert [one.kind for one in told] == ["families.taken-over"]
    assert take_over(web, host, page, make.session(make.person(), city)) == 422


def test_who_has_anything_already_is_not_joined_by_a_code(
    web: Web, families: Families, make: Maker, city: UUID
) -> None:
    guardian = make.person()
    child, host = families.child(guardian), host_of(make, city)
    families.set(DAY_OF_14, child=child, birth=born(14))
    page = web.post(host, f"/my/children/{child}/code", make.session(guardian, city)).text
    busy = make.person(birth=born(14))
    make.enrolment(city, busy)
    who = make.session(busy, city)
    assert take_over(web, host, page, who) == 422
    assert families.get("SELECT subject FROM people WHERE id = :child", child=child)[0].subject is None
    assert web.get(host, "/my", who).status_code == 200


def test_a_code_of_fourteen_is_no_use_before_the_day_or_to_the_guardian(
    web: Web, families: Families, make: Maker, city: UUID
) -> None:
    guardian = make.person()
    child, host = families.child(guardian), host_of(make, city)
    families.set(DAY_OF_14, child=child, birth=born(14))
    page = web.post(host, f"/my/children/{child}/code", make.session(guardian, city)).text
    assert take_over(web, host, page, make.session(guardian, city)) == 422
    families.set(DAY_OF_14, child=child, birth=born(13))
    assert take_over(web, host, page, make.session(make.person(birth=born(13)), city)) == 422


def test_guardians_are_told_before_and_on_the_day_once(database: Database, families: Families, make: Maker) -> None:
    guardian = make.person()
    child = families.child(guardian)

    def told() -> list[str]:
        with database.transaction(Scope.JOB) as job:
            job.execute(sa.text("SELECT engine.tell_coming_of_age()"))
        kinds = families.get("SELECT kind FROM messages WHERE person_id = :id ORDER BY id", id=guardian)
        return [one.kind for one in kinds]

    assert told() == []
    ahead = dates.today() + timedelta(days=20)
    families.set(DAY_OF_14, child=child, birth=date(ahead.year - 14, ahead.month, min(ahead.day, 28)))
    assert told() == told() == ["families.own-rights-soon"]
    families.set(DAY_OF_14, child=child, birth=born(14))
    assert told() == told() == ["families.own-rights-soon", "families.own-rights"]


def test_prv_7_2_withdrawal_ends_the_next_request_on_every_host(
    web: Web, families: Families, make: Maker, city: UUID
) -> None:
    guardian, waiting, run = make.person(), make.person(), make.run(city, capacity=1, waiting=5)
    child, elsewhere = families.child(guardian), make.city()
    here, there = host_of(make, city), host_of(make, elsewhere)
    at_home, away = make.session(guardian, city), make.session(guardian, elsewhere)
    place = web.post(here, f"/courses/{run}/apply?for={child}", at_home).headers["Location"]
    web.post(here, f"/courses/{run}/apply", make.session(waiting, city))
    begun = make.enrolment(city, child)
    begun_run = families.get("SELECT run_id FROM applications WHERE id = :id", id=begun)[0].run_id
    families.change_run(begun_run, starts_on=dates.today())
    assert web.get(there, f"/my/for/{child}", away).status_code == 200
    held = families.get("SELECT id FROM representations WHERE person_id = :child", child=child)[0].id
    assert "아직 시작하지 않은 강좌의 신청은 취소되고" in web.get(here, f"/my/families/{held}/end", at_home).text
    assert web.post(here, f"/my/families/{held}/end", at_home).status_code == 303
    assert "신청 1건을 취소했습니다" in (after := web.get(here, "/my/families", at_home).text)
    assert "이미 시작한 강좌 1개" in after
    assert web.get(there, f"/my/for/{child}", away).status_code == 404
    assert web.get(here, place, at_home).status_code == 404
    states = families.get(
        "SELECT person_id, state, run_id FROM applications WHERE person_id IN (:child, :waiting)",
        child=child,
        waiting=waiting,
    )
    assert {(one.person_id, one.run_id == run): one.state for one in states} == {
        (child, True): "cancelled", (child, False): "placed", (waiting, True): "placed",
    }  # fmt: skip
    consent = families.get("SELECT withdrawn_at FROM consents WHERE person_id = :child", child=child)
    assert all(one.withdrawn_at for one in consent)
    assert consent


def test_another_guardians_consent_keeps_the_places(
    database: Database, families: Families, make: Maker, city: UUID
) -> None:
    first, second = make.person(), make.person()
    child = families.child(first)
    families.set(
        "INSERT INTO representations (person_id, representative_id, kind, may_apply, may_see, method, text_version)"
        " VALUES (:child, :second, 'guardian', true, true, 'sms', '2026-11')",
        child=child, second=second,
    )  # fmt: skip
    make.enrolment(city, child)
    with database.transaction(Scope.PERSON, person=first):
        ended = families_service.end(families_service.held(families_service.mine()[0].id).id)
    assert (ended.given_back, ended.kept) == (0, 0)
    standing = families.get("SELECT state FROM applications WHERE person_id = :child", child=child)
    assert [one.state for one in standing] == ["placed"]


def test_nobody_ends_what_is_not_theirs(database: Database, families: Families, make: Maker) -> None:
    guardian = make.person()
    child = families.child(guardian)
    held = families.get("SELECT id FROM representations WHERE person_id = :child", child=child)[0].id
    for person in (make.person(), child):
        with database.transaction(Scope.PERSON, person=person), pytest.raises(NotFound):
            families_service.end(held)


def test_a_wrong_code_is_counted_and_ends_the_request(database: Database, families: Families, make: Maker) -> None:
    guardian = make.person()
    asked = families.ask(guardian)
    families.sent(asked)
    for _ in range(5):
        with database.transaction(Scope.PERSON, person=guardian):
            assert guardians.confirm(asked, "000000") == guardians.CODE_REFUSALS["wrong"]
    with database.transaction(Scope.PERSON, person=guardian):
        assert guardians.confirm(asked, NUMBER) == guardians.CODE_REFUSALS["too-many-tries"]
    assert families.get("SELECT FROM representations WHERE representative_id = :id", id=guardian) == []


def test_after_too_many_wrong_codes_there_is_no_form_but_a_way_to_begin_again(
    web: Web, families: Families, make: Maker, city: UUID
) -> None:
    guardian, host = make.person(), host_of(make, city)
    asked, who = families.ask(guardian), make.session(guardian, city)
    families.sent(asked)
    page = f"/my/children/requests/{asked}"
    for _ in range(4):
        answer = web.post(host, page, who, data={"code": "000000"})
        assert (answer.status_code, 'name="code"' in answer.text) == (422, True)
    assert page in web.get(host, "/my/families", who).text
    fifth, sixth = (web.post(host, page, who, data={"code": code}) for code in ("000000", NUMBER))
    assert (fifth.status_code, sixth.status_code) == (422, 422)
    for answer in (fifth, sixth, web.get(host, page, who)):
        assert "여러 번 틀려 이 번호는 더 쓸 수 없습니다." in answer.text
        assert "보내고 있습니다" not in answer.text
        assert 'name="code"' not in answer.text
        assert 'href="/my/children/new"' in answer.text
        assert "24시간 안에 9번 더 등록을 시작하실 수 있습니다." in answer.text
    assert page not in web.get(host, "/my/families", who).text, "it waits for nothing"


def test_how_many_registrations_are_left_is_said(web: Web, families: Families, make: Maker, city: UUID) -> None:
    guardian, host = make.person(), host_of(make, city)
    who = make.session(guardian, city)
    assert "번 더 등록을 시작" not in web.get(host, "/my/children/new", who).text
    asked = [families.ask(guardian, f"아이{number}") for number in range(9)]
    assert "24시간 안에 1번 더" in web.get(host, "/my/children/new", who).text
    families.ask(guardian, "막내")
    assert "하루에 할 수 있는 등록을 모두 하셨습니다" in web.get(host, "/my/children/new", who).text
    assert web.post(host, f"/my/children/requests/{asked[0]}/withdraw", who).status_code == 303
    over = web.get(host, f"/my/children/requests/{asked[0]}", who).text
    assert "하루에 할 수 있는 등록을 모두 하셨습니다" in over
    assert 'href="/my/children/new"' not in over


def test_a_code_is_its_guardians_alone_and_for_its_time(database: Database, families: Families, make: Maker) -> None:
    guardian = make.person()
    asked = families.ask(guardian)
    families.sent(asked)
    with database.transaction(Scope.PERSON, person=make.person()):
        assert guardians.confirm(asked, NUMBER) == guardians.CODE_REFUSALS["unknown"]
    families.set("UPDATE guardian_requests SET expires_at = now() WHERE id = :id", id=asked)
    with database.transaction(Scope.PERSON, person=guardian):
        assert guardians.confirm(asked, NUMBER) == guardians.CODE_REFUSALS["expired"]


def test_the_proof_is_kept_and_the_request_forgets_the_child(families: Families, make: Maker) -> None:
    guardian = make.person(home="41110")
    child = families.child(guardian)
    proof = families.get(
        "SELECT method, text_version, begun_at, recorded_by FROM representations WHERE person_id = :c", c=child
    )[0]
    assert (proof.method, proof.text_version, proof.recorded_by) == ("sms", "2026-11", None)
    asked = families.get(
        "SELECT child_name, birth_date, address, secret_hash FROM guardian_requests WHERE person_id = :g", g=guardian
    )
    assert [tuple(one) for one in asked] == [("", None, "", None)]
    home = families.get("SELECT region_code, source FROM residences WHERE person_id = :c", c=child)
    assert [tuple(one) for one in home] == [("41110", "declared")]


@pytest.mark.parametrize("method", ["paper", "phone"])
def test_at_the_desk_a_clerk_records_what_they_have_seen(
    web: Web, families: Families, make: Maker, city: UUID, method: str
) -> None:
    guardian, clerk = make.person(), make.person()
    make.grant(clerk, "desk_clerk", city)
    asked = families.ask(guardian, method=method)
    number = families.get("SELECT reference FROM guardian_requests WHERE id = :id", id=asked)[0].reference
    host, who = host_of(make, city), make.session(clerk, city)
    assert "기다리는 요청이 없습니다" in web.get(host, "/console/families?number=00000000", who).text
    assert "김하늘" in web.get(host, f"/console/families?number={number[:4]}+{number[4:]}", who).text
    looks = families.get("SELECT person_id FROM access_log WHERE actor_id = :clerk", clerk=clerk)
    assert [one.person_id for one in looks] == [guardian]
    assert web.post(host, f"/console/families/requests/{asked}", who).status_code == 422
    assert web.post(host, f"/console/families/requests/{asked}", who, data={"seen_paper": "1"}).status_code == 303
    proof = families.get(
        "SELECT method, recorded_by, recorded_in FROM representations WHERE representative_id = :g", g=guardian
    )
    assert [tuple(one) for one in proof] == [(method, clerk, city)]
    assert web.post(host, f"/console/families/requests/{asked}", who, data={"seen_paper": "1"}).status_code == 409


def test_nobody_confirms_their_own_child(database: Database, families: Families, make: Maker, city: UUID) -> None:
    clerk = make.person()
    asked = families.ask(clerk, method="paper")
    with database.transaction(Scope.STAFF, tenant=city, person=clerk), pytest.raises(Refused):
        guardians.record(asked, seen=True)
    by_sms = families.ask(clerk, name="김바다")
    with database.transaction(Scope.STAFF, tenant=city, person=make.person()), pytest.raises(NotFound):
        guardians.record(by_sms, seen=True)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "김하늘 180505-3123456"}),
        ("name", {"name": "880101-3234567"}),
        ("name", {"name": "아이 8801013234567"}),
        ("name", {"name": "아이 2018-05-05"}),
        ("name", {"name": "<b>x</b>"}),
        ("name", {"name": "  \u200b "}),
        ("name", {"name": "문\u202e아이"}),
        ("name", {"name": "가" * 41}),
        ("birth_date", {"born": None}),
        ("birth_date", {"born": date(2000, 1, 1)}),
        ("birth_date", {"born": date(2999, 1, 1)}),
        ("method", {"method": "card"}),
        ("address", {"address": "02-123-4567"}),
        ("address", {"method": "email", "address": "nobody"}),
        ("agreed", {"agreed": False}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    database: Database, make: Maker, field: str, changes: dict[str, object]
) -> None:
    right = {
        "name": "김하늘",
        "born": date(2018, 5, 5),
        "method": "sms",
        "address": "010-1234-5678",
        "agreed": True,
        "history": None,
    }
    given = {**right, **changes}
    with database.transaction(Scope.PERSON, person=make.person()), pytest.raises(Invalid) as wrong:
        guardians.ask(given.pop("name"), given.pop("born"), given.pop("method"), given.pop("address"), **given)
    assert set(wrong.value.errors) == {field}


@pytest.mark.parametrize("name", ["김하늘", "김하늘2", "마이클·리", "Jean-Luc O'Brien", "김영숙(金英淑)"])
def test_names_as_they_are_written(database: Database, families: Families, make: Maker, name: str) -> None:
    asked = families.ask(make.person(), name)
    assert [one.child_name for one in families.get(CHILD_NAME, id=asked)] == [name]


@pytest.mark.parametrize("method", ["paper", "identity"])
def test_an_address_that_the_method_does_not_use_is_not_kept(
    database: Database, families: Families, make: Maker, method: str
) -> None:
    with database.transaction(Scope.PERSON, person=make.person()):
        asked = guardians.ask("김하늘", date(2018, 5, 5), method, "가" * 500, agreed=True, history=None)
    assert [one.address for one in families.get("SELECT address FROM guardian_requests WHERE id = :id", id=asked)] == [
        ""
    ]


def test_a_method_that_is_not_in_force_is_not_offered(
    config: Config, database: Database, families: Families, make: Maker
) -> None:
    change = "UPDATE consent_methods SET valid = daterange('2026-01-01', :until) WHERE method = 'phone'"
    with database.transaction(Scope.PERSON, person=make.person()):
        assert guardians.methods(agency=True) == ["sms", "identity", "email", "paper", "phone"]
    try:
        with owner_connection(config.database_url) as owner:
            owner.execute(sa.text(change), {"until": "2026-01-02"})
            owner.commit()
        with database.transaction(Scope.PERSON, person=make.person()):
            assert guardians.methods(agency=False) == ["sms", "email", "paper"]
        with pytest.raises(Invalid) as wrong:
            families.ask(make.person(), method="phone")
        assert set(wrong.value.errors) == {"method"}
    finally:
        with owner_connection(config.database_url) as owner:
            owner.execute(sa.text(change), {"until": None})
            owner.commit()


def test_limits_hold(database: Database, families: Families, make: Maker) -> None:
    young = make.person(birth=born(17))
    with pytest.raises(Invalid, match="성인"):
        families.ask(young)
    guardian = make.person()
    families.child(guardian)
    with pytest.raises(Invalid, match="이미 등록하신"):
        families.ask(guardian)
    for number in range(9):
        families.ask(guardian, name=f"아이{number}")
    with pytest.raises(TooMany):
        families.ask(guardian, name="하나 더")


def test_a_guardian_moves_the_child_and_decides_about_the_history(
    web: Web, database: Database, families: Families, make: Maker, city: UUID
) -> None:
    guardian = make.person()
    child, host, who = families.child(guardian), host_of(make, city), make.session(guardian, city)
    region = make.region()
    with database.transaction(Scope.PROVINCE):
        known = "INSERT INTO regions (code, name_ko, name_en, kind, valid) VALUES (:code, '새말시', 'x', 'city', '[2000-01-01,)')"
        session().execute(sa.text(known), {"code": region})
    form = {"region": region, "since": dates.today().isoformat()}
    assert web.post(host, f"/my/residence?for={child}", who, data=form).status_code == 303
    homes = families.get(
        "SELECT person_id, region_code FROM residences WHERE person_id IN (:c, :g)", c=child, g=guardian
    )
    assert [tuple(one) for one in homes] == [(child, region)]
    assert "새말시" in web.get(host, f"/my/for/{child}", who).text
    stands = "SELECT given_by FROM consents WHERE person_id = :c AND withdrawn_at IS NULL"
    assert web.post(host, f"/my/for/{child}/consent", who, data={"answer": "withdraw"}).status_code == 303
    assert families.get(stands, c=child) == []
    for unread in ({"answer": "give"}, {"answer": "give", "shown": "2025-01-01"}):
        assert web.post(host, f"/my/for/{child}/consent", who, data=unread).status_code == 409
    assert web.post(host, f"/my/for/{child}/consent", who, data={"answer": "?"}).status_code == 422
    given = {"answer": "give", "shown": HISTORY}
    assert web.post(host, f"/my/for/{child}/consent", who, data=given).status_code == 303
    assert [one.given_by for one in families.get(stands, c=child)] == [guardian]
    for unclear in ({}, {"answer": "nonsense"}):
        assert web.post(host, f"/my/for/{child}/consent", who, data=unclear).status_code == 422
    assert [one.given_by for one in families.get(stands, c=child)] == [guardian], "nothing was taken back"


def test_only_a_guardian_moves_or_consents_for_another(
    web: Web, database: Database, families: Families, make: Maker, city: UUID
) -> None:
    helped, host = make.person(), host_of(make, city)
    helper = families.helper(helped, see=True)
    who = make.session(helper, city)
    form = {"region": "41130", "since": dates.today().isoformat()}
    assert web.post(host, f"/my/residence?for={helped}", who, data=form).status_code == 404
    assert families.get("SELECT FROM residences WHERE person_id = :id", id=helped) == []
    for scope in (Scope.PERSON, Scope.ACTING, Scope.STAFF):
        with (
            database.transaction(scope, person=helped) as asked,
            pytest.raises(sa.exc.ProgrammingError, match="guardians only"),
        ):
            asked.execute(sa.text("SELECT engine.consent_for_child('province-history', 'x', true)"))


def test_a_waiting_registration_is_given_up_by_its_guardian_alone(
    web: Web, families: Families, database: Database, make: Maker, city: UUID
) -> None:
    """Its number is good for nothing then; it still counts among those of the day."""
    guardian, stranger, host = make.person(), make.person(), host_of(make, city)
    asked = families.ask(guardian)
    families.sent(asked)
    page = f"/my/children/requests/{asked}"
    assert web.post(host, f"{page}/withdraw", make.session(stranger, city)).status_code == 404
    who = make.session(guardian, city)
    assert "등록 그만두기" in web.get(host, page, who).text
    answer = web.post(host, f"{page}/withdraw", who)
    assert answer.status_code == 303
    assert "김하늘 님의 등록을 그만두었습니다." in web.get(host, answer.headers["Location"], who).text
    assert page not in web.get(host, "/my/families", who).text
    for answer in (web.get(host, page, who), web.post(host, page, who, data={"code": NUMBER})):
        assert (answer.status_code, "그만두신 등록입니다" in answer.text) == (404, True)
        assert 'name="code"' not in answer.text
        assert 'href="/my/children/new"' in answer.text
    assert web.post(host, f"{page}/withdraw", who).status_code == 404
    with database.transaction(Scope.PERSON, person=guardian):
        assert guardians.confirm(asked, NUMBER) == guardians.CODE_REFUSALS["expired"]
    assert [one.expires_at for one in families.get("SELECT expires_at FROM guardian_requests WHERE id = :a", a=asked)]
