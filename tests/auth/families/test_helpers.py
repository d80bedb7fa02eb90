"""Helpers act visibly, within their scope and time, and either side ends it at once."""

import re
import secrets
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.families import helping
from auth.families import service as families_service
from maru.db import Database, Scope, session
from maru.errors import Invalid, NotFound
from maru.web import dates
from tenants.enrolments import service as enrolments
from tests.auth.families.conftest import Families
from tests.auth.families.test_guardians import host_of
from tests.client import Web
from tests.conftest import Maker

PERSONAL = ("people", "applications", "attendance", "completions", "records", "certificates", "residences", "messages")


def test_a_helper_applies_and_the_person_reads_who_it_was(
    web: Web, families: Families, make: Maker, city: UUID
) -> None:
    helped, run, host = make.person(), make.run(city), host_of(make, city)
    helper = families.helper(helped)
    name = families.get("SELECT name FROM people WHERE id = :id", id=helper)[0].name
    place = web.post(host, f"/courses/{run}/apply?for={helped}", make.session(helper, city)).headers["Location"]
    own = make.session(helped, city)
    assert web.get(host, place, own).status_code == 200
    page = web.get(host, "/my/families", own).text
    assert f"<b>{name}</b> · 강좌를 대신 신청" in page
    row = families.get("SELECT person_id, applied_by FROM applications WHERE run_id = :run", run=run)
    assert [tuple(one) for one in row] == [(helped, helper)]
    told = families.get("SELECT kind, details FROM messages WHERE person_id = :id ORDER BY id", id=helped)
    assert [(one.kind, one.details.get("helper")) for one in told] == [
        ("families.helper-accepted", name), ("applications.placed", None), ("families.helped-apply", name),
    ]  # fmt: skip
    assert web.post(host, f"{place}/cancel", make.session(helper, city)).status_code == 303
    told = families.get("SELECT kind FROM messages WHERE person_id = :id ORDER BY id", id=helped)
    assert [one.kind for one in told][3:] == ["applications.cancelled", "families.helped-cancel"]


def test_the_scope_is_what_the_person_gave(web: Web, families: Families, make: Maker, city: UUID) -> None:
    helped, run, host = make.person(), make.run(city), host_of(make, city)
    looking = make.session(families.helper(helped, apply=False, see=True), city)
    assert web.post(host, f"/courses/{run}/apply?for={helped}", looking).status_code == 403
    place = f"/applications/{make.enrolment(city, helped)}"
    assert web.get(host, place, looking).status_code == 200
    assert web.post(host, f"{place}/cancel", looking).status_code == 403
    standing = families.get("SELECT state FROM applications WHERE person_id = :id", id=helped)
    assert [one.state for one in standing] == ["placed"]


def test_who_only_applies_sees_no_history(database: Database, families: Families, make: Maker, city: UUID) -> None:
    helped = make.person(home="41110")
    make.enrolment(city, helped)
    for see, opened in ((False, {"applications"}), (True, {"applications", "records"})):
        helper = families.helper(helped, see=see)
        families.set(
            "INSERT INTO messages (person_id, kind, about) VALUES (:id, 'applications.placed', :about)",
            id=helped,
            about=uuid4(),
        )
        with database.transaction(Scope.PERSON, tenant=city, person=helper):
            families_service.act_for(helped, families_service.SEE)
            assert session().scalar(sa.text("SELECT engine.acting('see')")) is see
            assert session().scalar(sa.text("SELECT engine.acting('guard')")) is False
            shown = {name for name in PERSONAL if session().scalar(sa.text(f"SELECT count(*) FROM {name}"))}
        assert shown <= opened
        assert "applications" in shown


@pytest.mark.parametrize("side", ["helper", "helped"])
def test_either_side_ends_it_for_the_next_request_on_another_host(
    web: Web, families: Families, make: Maker, city: UUID, side: str
) -> None:
    helped, elsewhere, run = make.person(), make.city(), make.run(city)
    helper = families.helper(helped, see=True)
    away = make.session(helper, elsewhere)
    there, here = host_of(make, elsewhere), host_of(make, city)
    assert web.get(there, f"/my/for/{helped}", away).status_code == 200
    held = families.get("SELECT id FROM representations WHERE person_id = :id", id=helped)[0].id
    ending = make.session(helper if side == "helper" else helped, city)
    assert web.post(here, f"/my/families/{held}/end", ending).status_code == 303
    assert web.get(there, f"/my/for/{helped}", away).status_code == 404
    answer = web.post(here, f"/courses/{run}/apply?for={helped}", make.session(helper, city))
    assert answer.status_code == 404


def test_after_the_last_day_nothing_opens(web: Web, families: Families, make: Maker, city: UUID) -> None:
    helped, host = make.person(), host_of(make, city)
    who = make.session(families.helper(helped, see=True, days=1), city)
    assert web.get(host, f"/my/for/{helped}", who).status_code == 200
    families.set("UPDATE representations SET ended_at = now(), ended_by = person_id WHERE person_id = :id", id=helped)
    families.set(
        "INSERT INTO representations (person_id, representative_id, kind, may_apply, may_see, method, text_version, ends_on)"
        " VALUES (:id, :helper, 'helper', true, true, 'online', '', :day)",
        id=helped,
        helper=who.person_id,
        day=dates.today(),
    )
    assert web.get(host, f"/my/for/{helped}", who).status_code == 404


def test_a_code_is_for_one_helper_once_and_for_the_address_it_names(
    database: Database, families: Families, make: Maker
) -> None:
    helped, right, wrong = make.person(), make.person(), make.person()
    address = f"{right}@example.kr"
    families.set(
        "UPDATE people SET email = :email, vouched_email = :email WHERE id = :id", id=right, email=address.upper()
    )
    with database.transaction(Scope.PERSON, person=helped):
        code, _until = helping.invite(address, dates.today() + timedelta(days=3), applying=True, seeing=False)
        assert helping.accept(code) == helping.REFUSALS["own"]
    with database.transaction(Scope.PERSON, person=wrong):
        assert helping.accept(code) == helping.REFUSALS["other-person"]
        session().execute(sa.text("UPDATE people SET email = :email WHERE id = :id"), {"email": address, "id": wrong})
        assert helping.accept(code) == helping.REFUSALS["other-person"], "nobody says themselves that it is theirs"
    with database.transaction(Scope.PERSON, person=right):
        assert helping.offered(code.lower().replace("-", " ")).may_apply
        assert helping.accept(code) is None
    with database.transaction(Scope.PERSON, person=right):
        assert helping.accept(code) == helping.REFUSALS["used"]


def test_nobody_tries_all_codes(database: Database, make: Maker) -> None:
    guesser = make.person()
    for _ in range(10):
        with database.transaction(Scope.PERSON, person=guesser):
            assert helping.accept("AAAA-BBBB-CCCC") == helping.REFUSALS["unknown"]
    with database.transaction(Scope.PERSON, person=guesser):
        assert helping.accept("AAAA-BBBB-CCCC") == helping.REFUSALS["rate-limited"]


def test_a_code_that_was_taken_back_is_no_use(database: Database, make: Maker) -> None:
    helped = make.person()
    with database.transaction(Scope.PERSON, person=helped):
        code, _until = helping.invite("", dates.today() + timedelta(days=3), applying=True, seeing=False)
    with database.transaction(Scope.PERSON, person=helped):
        held = helping.invitations()[0].id
    with database.transaction(Scope.PERSON, person=make.person()), pytest.raises(NotFound):
        helping.withdraw(held)
    with database.transaction(Scope.PERSON, person=helped):
        helping.withdraw(held)
    with database.transaction(Scope.PERSON, person=make.person()):
        assert helping.accept(code) == helping.REFUSALS["withdrawn"]


@pytest.mark.parametrize(
    ("field", "days", "more"),
    [
        ("until", 0, {}),
        ("until", 400, {}),
        ("scope", 3, {"applying": False}),
        ("email", 3, {"email": "nobody"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    database: Database, make: Maker, field: str, days: int, more: dict[str, object]
) -> None:
    said = {"email": "", "applying": True, "seeing": False, **more}
    with database.transaction(Scope.PERSON, person=make.person()), pytest.raises(Invalid) as wrong:
        helping.invite(said.pop("email"), dates.today() + timedelta(days=days), **said)
    assert set(wrong.value.errors) == {field}


def test_at_the_desk_a_paper_names_a_helper_for_that_city_alone(
    web: Web, database: Database, families: Families, make: Maker, city: UUID
) -> None:
    helped, helper, clerk, elsewhere = make.person(), make.person(), make.person(), make.city()
    families.set(
        "UPDATE people SET email = :email, vouched_email = :email, subject = :email WHERE id = :id",
        id=helper,
        email=f"{helper}@example.kr",
    )
    make.grant(clerk, "desk_clerk", city)
    make.enrolment(city, helped)
    host, who = host_of(make, city), make.session(clerk, city)
    form = {"email": f"{helper}@example.kr", "until": (dates.today() + timedelta(days=90)).isoformat()}
    assert web.post(host, f"/console/families/{helped}/helpers", who, data=form).status_code == 422
    form["seen_paper"] = "1"
    assert web.post(host, f"/console/families/{helped}/helpers", who, data=form).status_code == 303
    proof = families.get("SELECT * FROM representations WHERE person_id = :id", id=helped)[0]
    assert (proof.method, proof.recorded_by, proof.only_in, proof.may_see) == ("paper", clerk, city, False)
    here, there = make.run(city), make.run(elsewhere)
    away = web.post(host_of(make, elsewhere), f"/courses/{there}/apply?for={helped}", make.session(helper, elsewhere))
    assert away.status_code == 404
    assert web.post(host, f"/courses/{here}/apply?for={helped}", make.session(helper, city)).status_code == 303
    foreign = make.enrolment(elsewhere, helped)
    with database.transaction(Scope.PERSON, tenant=city, person=helper):
        families_service.act_for(helped, families_service.LOOK)
        assert foreign not in set(session().scalars(sa.text("SELECT id FROM applications")))
        assert session().scalar(sa.text("SELECT count(*) FROM applications")) == 2
    end = f"/console/families/{helped}/helpers/{proof.id}/end"
    assert end in web.get(host, f"/console/families/{helped}", who).text
    other = make.person()
    make.grant(other, "desk_clerk", elsewhere)
    assert web.post(host_of(make, elsewhere), end, make.session(other, elsewhere)).status_code == 404
    assert web.post(host, end, who).status_code == 303
    assert (
        web.post(host, f"/courses/{make.run(city)}/apply?for={helped}", make.session(helper, city)).status_code == 404
    )


def test_a_clerk_records_no_helper_for_strangers_or_for_themselves(
    database: Database, families: Families, make: Maker, city: UUID
) -> None:
    clerk, stranger = make.person(), make.person()
    families.set(
        "UPDATE people SET email = :e, vouched_email = :e, subject = :e WHERE id = :id",
        id=clerk,
        e=f"{clerk}@example.kr",
    )
    until = dates.today() + timedelta(days=9)
    with database.transaction(Scope.STAFF, tenant=city, person=clerk), pytest.raises(NotFound):
        helping.record(stranger, f"{clerk}@example.kr", until, seen=True)
    make.enrolment(city, stranger)
    for address, words in ((f"{clerk}@example.kr", "담당자 자신"), ("nobody@example.kr", "로그인한 분이 없습니다")):
        with database.transaction(Scope.STAFF, tenant=city, person=clerk), pytest.raises(Invalid, match=words):
            helping.record(stranger, address, until, seen=True)


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.STAFF, Scope.PROVINCE, Scope.JOB, Scope.ACTING])
def test_only_a_signed_in_person_acts_for_somebody(
    database: Database, families: Families, make: Maker, scope: Scope
) -> None:
    helped = make.person()
    helper = families.helper(helped)
    with (
        database.transaction(scope, person=helper),
        pytest.raises(sa.exc.ProgrammingError, match="nobody is signed in"),
    ):
        families_service.act_for(helped, families_service.LOOK)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_acting_for_never_yields_rows_of_anybody_else(
    database: Database, families: Families, make: Maker, city: UUID, data: st.DataObject
) -> None:
    """Whoever acts for whomever, as guardian or helper, in whatever scope, ended or not: rows are of the one person."""
    run = make.run(city, capacity=50)
    people = [make.person() for _ in range(3)]
    for one in people:
        with database.transaction(Scope.PERSON, tenant=city, person=one):
            enrolments.apply(run, city)
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(people), st.booleans(), st.booleans()), max_size=4))
    actor, standing = make.person(), {}
    for helped, guarding, ended in pairs:
        child = families.child(actor, name=f"아이{secrets.token_hex(2)}") if guarding else None
        if child:
            with database.transaction(Scope.PERSON, tenant=city, person=actor):
                families_service.act_for(child, families_service.APPLY)
                enrolments.apply(run, city)
            person = child
        elif helped not in standing:
            with database.transaction(Scope.PERSON, person=helped):
                code, _until = helping.invite("", dates.today() + timedelta(days=3), applying=True, seeing=True)
            with database.transaction(Scope.PERSON, person=actor):
                assert helping.accept(code) is None
            person = helped
        else:
            continue
        standing[person] = not ended
        if ended:
            with database.transaction(Scope.PERSON, person=actor):
                held = next(one for one in families_service.mine() if one.person_id == person)
                families_service.end(held.id)
    asked = data.draw(st.sampled_from([*people, *standing, actor]))
    with database.transaction(Scope.PERSON, tenant=city, person=actor):
        try:
            families_service.act_for(asked, families_service.SEE)
            allowed = {asked}
        except NotFound:
            allowed = {actor}
        assert (allowed == {asked}) == (standing.get(asked, False) or asked == actor)
        for name in PERSONAL:
            column = "id" if name == "people" else "person_id"
            found = set(session().scalars(sa.text(f"SELECT {column} FROM {name}")))
            assert found <= allowed, name


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("9999-12-31", "일 안의 날로 적어 주세요"),
        ("0001-01-01", "끝나는 날은 내일부터 적을 수 있습니다"),
        ("", "끝나는 날을 적어 주세요"),
        ("2026-13-40", "끝나는 날을 적어 주세요"),
    ],
)
def test_a_day_that_was_given_is_not_called_missing(web: Web, make: Maker, city: UUID, until: str, said: str) -> None:
    answer = web.post(
        host_of(make, city),
        "/my/helpers/new",
        make.session(make.person(), city),
        data={"apply": "1", "until": until},
    )
    assert (answer.status_code, said in answer.text) == (422, True)


def test_the_code_page_says_whom_it_is_for_and_until_when(
    web: Web, families: Families, make: Maker, city: UUID
) -> None:
    person, host = make.person(), host_of(make, city)
    child, who = families.child(person), make.session(person, city)
    until = (dates.today() + timedelta(days=1)).isoformat()
    helper = web.post(host, "/my/helpers/new", who, data={"apply": "1", "until": until}).text
    guardian = web.post(host, f"/my/children/{child}/guardians/new", who, data={"email": ""}).text
    named = web.post(host, f"/my/children/{child}/guardians/new", who, data={"email": "kim@example.kr"}).text
    assert "대신하실 분께 이 번호를 알려 주세요." in helper
    assert "김하늘 님을 함께 맡을 보호자께만 이 번호를 알려 주세요." in guardian
    assert "대신하실 분" not in guardian
    assert "함께 맡을 보호자로 kim@example.kr 주소로 로그인하는 분께" in named
    made = families.get("SELECT ends_on, expires_at FROM helper_invitations WHERE person_id = :p ORDER BY id", p=person)
    ends = datetime.combine(made[0].ends_on, time(), dates.SEOUL)
    with web.app.test_request_context():
        first, last = (dates.moment(at, dates.today(), "ko") for at in (ends, made[1].expires_at))
    assert f"{first}까지 쓸 수 있습니다." in re.sub("<[^>]*>", "", helper)
    assert f"{last}까지 쓸 수 있습니다." in re.sub("<[^>]*>", "", guardian)


def test_many_waiting_registrations_stand_folded(web: Web, families: Families, make: Maker, city: UUID) -> None:
    guardian, host = make.person(), host_of(make, city)
    who = make.session(guardian, city)
    for number in range(2):
        families.ask(guardian, f"아이{number}")
    assert "기다리는 등록" not in web.get(host, "/my/families", who).text
    families.ask(guardian, "막내")
    page = web.get(host, "/my/families", who).text
    assert "동의 확인을 기다리는 등록 3건" in page
    assert page.count("님 등록은 동의 확인을 기다립니다") == 3
