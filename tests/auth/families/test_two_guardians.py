"""A child's other guardian, vouched for by the first; and consent that an identity check proves (PRV 7.2)."""

from uuid import UUID

import pytest

from auth.families import guardians, helping
from auth.families import service as families_service
from maru.db import Database, Scope
from maru.errors import Invalid, NotFound, Refused
from tests.auth.families.conftest import Families, born
from tests.client import Web
from tests.conftest import Maker

CHECKED = "INSERT INTO verifications (person_id, method, agency) VALUES (:person, 'agency', 'test')"


def invited(database: Database, guardian: UUID, child: UUID, email: str = "") -> str:
    with database.transaction(Scope.PERSON, person=guardian):
        return helping.invite_guardian(child, email)[0]


def accepted(database: Database, person: UUID, code: str) -> str | None:
    with database.transaction(Scope.PERSON, person=person):
        return helping.accept(code)


def can_act(database: Database, person: UUID, child: UUID) -> bool:
    try:
        with database.transaction(Scope.PERSON, person=person):
            families_service.act_for(child, families_service.SEE)
    except NotFound:
        return False
    return True


def test_both_guardians_see_the_child_and_one_withdrawal_leaves_the_other(
    web: Web, database: Database, families: Families, make: Maker, city: UUID
) -> None:
    mother, father, run = make.person(), make.person(), make.run(city)
    child, host = families.child(mother), f"{make.slug(city)}.localhost"
    code = invited(database, mother, child)
    his = make.session(father, city)
    page = web.post(host, "/my/helpers/accept", his, data={"code": code}).text
    assert "김하늘 님의 보호자로 등록하시겠어요?" in page
    unticked = web.post(host, "/my/helpers/accept", his, data={"code": code, "yes": "1"})
    assert unticked.status_code == 422
    assert not can_act(database, father, child)
    answer = web.post(host, "/my/helpers/accept", his, data={"code": code, "yes": "1", "agreed": "1"})
    assert answer.status_code == 303
    assert web.post(host, f"/courses/{run}/apply?for={child}", his).status_code == 303
    held = families.get(
        "SELECT method, text_version, vouched_by FROM representations WHERE representative_id = :him", him=father
    )
    assert [tuple(one) for one in held] == [("online", guardians.TEXT_VERSION, mother)]
    told = families.get(
        "SELECT details FROM messages WHERE person_id = :her AND kind = 'families.guardian-accepted'", her=mother
    )
    assert [one.details["child"] for one in told] == ["김하늘"]
    with database.transaction(Scope.PERSON, person=mother):
        families_service.end(next(one.id for one in families_service.mine() if one.mine))
    assert not can_act(database, mother, child)
    assert can_act(database, father, child)
    kept = families.get("SELECT state FROM applications WHERE person_id = :child", child=child)
    assert [one.state for one in kept] == ["placed"]


def test_whoever_vouched_ends_it_and_a_stranger_does_not(database: Database, families: Families, make: Maker) -> None:
    mother, father, stranger = make.person(), make.person(), make.person()
    child = families.child(mother)
    assert accepted(database, father, invited(database, mother, child)) is None
    with database.transaction(Scope.PERSON, person=mother):
        other = helping.fellows()
        assert [(one.child_id, one.may_end) for one in other] == [(child, True)]
    with database.transaction(Scope.PERSON, person=stranger):
        assert helping.fellows() == []
        with pytest.raises(NotFound):
            families_service.end(other[0].id)
    with database.transaction(Scope.PERSON, person=mother):
        families_service.end(other[0].id)
        assert helping.fellows() == []
    assert not can_act(database, father, child)
    assert can_act(database, mother, child)


def named_by_hand(families: Families, child: UUID, who: UUID, by: UUID) -> UUID:
    """A guardian whom one named who was vouched for themselves, as it could be before."""
    families.set(
        "INSERT INTO representations (person_id, representative_id, kind, may_apply, may_see, method, text_version, vouched_by)"
        " VALUES (:child, :who, 'guardian', true, true, 'online', '2026-11', :by)",
        child=child, who=who, by=by,
    )  # fmt: skip
    found: UUID = families.get("SELECT id FROM representations WHERE representative_id = :who", who=who)[0].id
    return found


def kinds(families: Families, person: UUID) -> list[str]:
    rows = families.get(
        "SELECT kind FROM messages WHERE person_id = :id AND kind LIKE 'families.%' ORDER BY id", id=person
    )
    return [one.kind for one in rows]


def fellows(database: Database, person: UUID) -> list[tuple[str, bool]]:
    with database.transaction(Scope.PERSON, person=person):
        return [(one.name, one.may_end) for one in helping.fellows()]


def test_only_who_proved_consent_names_another(
    web: Web, database: Database, families: Families, make: Maker, city: UUID
) -> None:
    mother, father, third = make.person(), make.person(), make.person()
    child, host = families.child(mother), f"{make.slug(city)}.localhost"
    assert accepted(database, father, invited(database, mother, child)) is None
    with pytest.raises(Refused) as refused:
        invited(database, father, child)
    assert refused.value.slug == "guardian-vouched-for"
    his, page = make.session(father, city), f"/my/children/{child}/guardians/new"
    for answer in (web.get(host, page, his), web.post(host, page, his, data={"email": ""})):
        assert (answer.status_code, str(helping.ONLY_PROVEN) in answer.text) == (409, True)
    assert page not in web.get(host, "/my/families", his).text
    assert page in web.get(host, "/my/families", make.session(mother, city)).text
    code = invited(database, mother, child)
    families.set("UPDATE helper_invitations SET person_id = :him WHERE person_id = :her", him=father, her=mother)
    assert accepted(database, third, code) == helping.REFUSALS["withdrawn"], "a code that he made before"
    assert not can_act(database, third, child)


def test_all_guardians_see_all_and_are_told(
    web: Web, database: Database, families: Families, make: Maker, city: UUID
) -> None:
    mother, father, grandmother = make.person(), make.person(), make.person()
    names = {mother: "어머니", father: "아버지", grandmother: "할머니"}
    for person, name in names.items():
        families.set("UPDATE people SET name = :name WHERE id = :id", name=name, id=person)
    child, other = families.child(mother), families.child(mother, "김바다")
    assert accepted(database, father, invited(database, mother, child)) is None
    assert kinds(families, mother) == ["families.guardian-accepted"]
    assert accepted(database, grandmother, invited(database, mother, child)) is None
    assert fellows(database, mother) == [("아버지", True), ("할머니", True)]
    assert fellows(database, father) == [("어머니", False), ("할머니", False)]
    assert fellows(database, grandmother) == [("어머니", False), ("아버지", False)]
    assert fellows(database, make.person()) == fellows(database, child) == []
    assert kinds(families, mother) == ["families.guardian-accepted"] * 2
    assert kinds(families, father) == ["families.guardian-added"]
    assert kinds(families, grandmother) == []
    told = families.get("SELECT details FROM messages WHERE person_id = :him AND about IS NOT NULL", him=father)
    assert [one.details for one in told] == [{"helper": "할머니", "person": "어머니", "child": "김하늘"}]
    host = f"{make.slug(city)}.localhost"
    page = web.get(host, "/my/families", make.session(father, city)).text
    assert "할머니" in page
    assert "어머니 님이 더하신 분" in page
    with database.transaction(Scope.PERSON, person=mother):
        assert {one.child_id for one in helping.fellows()} == {child} != {other}
    held = families.get("SELECT id FROM representations WHERE representative_id = :her", her=grandmother)[0].id
    his = make.session(father, city)
    assert web.get(host, f"/my/families/{held}/end", his).status_code == 404
    assert web.post(host, f"/my/families/{held}/end", his).status_code == 404
    assert can_act(database, grandmother, child)


def test_the_first_ends_also_whom_the_second_had_named(database: Database, families: Families, make: Maker) -> None:
    mother, father, friend = make.person(), make.person(), make.person()
    child = families.child(mother)
    assert accepted(database, father, invited(database, mother, child)) is None
    held = named_by_hand(families, child, friend, father)
    assert [may for _, may in fellows(database, mother)] == [True, True]
    with database.transaction(Scope.PERSON, person=mother):
        families_service.end(next(one.id for one in helping.fellows() if one.id != held))
    assert [may for _, may in fellows(database, mother)] == [True], "seen also after the one between has ended"
    assert (can_act(database, father, child), can_act(database, friend, child)) == (False, True)
    with database.transaction(Scope.PERSON, person=father), pytest.raises(NotFound):
        families_service.end(held)
    with database.transaction(Scope.PERSON, person=mother):
        families_service.end(held)
    assert not can_act(database, friend, child)
    assert kinds(families, friend)[-1:] == ["families.guardianship-ended"]


def test_whoever_is_ended_and_whoever_stays_are_told(database: Database, families: Families, make: Maker) -> None:
    mother, father, grandmother = make.person(), make.person(), make.person()
    child = families.child(mother)
    for person in (father, grandmother):
        assert accepted(database, person, invited(database, mother, child)) is None
    before = {person: kinds(families, person) for person in (mother, father, grandmother)}
    held = families.get("SELECT id FROM representations WHERE representative_id = :him", him=father)[0].id
    with database.transaction(Scope.PERSON, person=mother):
        families_service.end(held)
    assert kinds(families, father) == [*before[father], "families.guardianship-ended"]
    assert kinds(families, grandmother) == [*before[grandmother], "families.guardian-ended"]
    assert kinds(families, mother) == before[mother]


def test_when_who_vouched_withdraws_the_others_stay_and_are_told(
    database: Database, families: Families, make: Maker
) -> None:
    """They consented themselves; but whoever is no guardian any more ends nobody."""
    mother, father = make.person(), make.person()
    child = families.child(mother)
    assert accepted(database, father, invited(database, mother, child)) is None
    his = families.get("SELECT id FROM representations WHERE representative_id = :him", him=father)[0].id
    with database.transaction(Scope.PERSON, person=mother):
        families_service.end(next(one.id for one in families_service.mine() if one.mine))
        assert helping.fellows() == []
        with pytest.raises(NotFound):
            families_service.end(his)
    assert can_act(database, father, child)
    assert kinds(families, father) == ["families.guardian-ended"]
    assert "families.guardianship-ended" not in kinds(families, mother)
    with pytest.raises(Refused):
        invited(database, father, child)


def test_only_a_standing_guardian_vouches(database: Database, families: Families, make: Maker) -> None:
    mother, stranger = make.person(), make.person()
    child = families.child(mother)
    helper = families.helper(child)
    for person in (stranger, helper):
        with pytest.raises(NotFound):
            invited(database, person, child)
    code = invited(database, mother, child)
    with database.transaction(Scope.PERSON, person=mother):
        families_service.end(next(one.id for one in families_service.mine() if one.mine))
        assert helping.invitations() == [], "none waits that nobody can take"
    assert accepted(database, stranger, code) == helping.REFUSALS["withdrawn"]
    assert not can_act(database, stranger, child)


def test_who_cannot_be_the_other_guardian(database: Database, families: Families, make: Maker) -> None:
    mother, minor = make.person(), make.person(birth=born(16))
    child = families.child(mother)
    code = invited(database, mother, child, "father@example.kr")
    assert accepted(database, mother, code) == helping.REFUSALS["own"]
    assert accepted(database, make.person(), code) == helping.REFUSALS["other-person"]
    assert accepted(database, minor, invited(database, mother, child)) == helping.REFUSALS["guardian-too-young"]
    father = make.person()
    assert accepted(database, father, invited(database, mother, child)) is None
    assert accepted(database, father, invited(database, mother, child)) == helping.REFUSALS["already"]
    waiting = invited(database, mother, child)
    for _ in range(2):
        assert accepted(database, make.person(), invited(database, mother, child)) is None
    assert accepted(database, make.person(), waiting) == helping.REFUSALS["too-many"]
    with pytest.raises(Refused):
        invited(database, mother, child)


def test_a_second_guardians_right_ends_at_fourteen(database: Database, families: Families, make: Maker) -> None:
    mother, father = make.person(), make.person()
    child = families.child(mother, birth=born(13))
    assert accepted(database, father, invited(database, mother, child)) is None
    families.set("UPDATE people SET birth_date = :birth WHERE id = :child", birth=born(14), child=child)
    assert not can_act(database, father, child)


def test_prv_7_2_an_identity_check_after_the_request_proves_consent(
    web: Web, families: Families, make: Maker, city: UUID
) -> None:
    guardian, host = make.person(), f"{make.slug(city)}.localhost"
    who = make.session(guardian, city)
    families.set(CHECKED, person=guardian)
    entered = {"name": "김하늘", "birth_date": "2018-05-05", "method": "identity", "agreed": "1"}
    with_agency = web.app.extensions
    assert with_agency["maru-agency"] is None
    refused = web.post(host, "/my/children/new", who, data=entered)
    assert refused.status_code == 422
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(with_agency, "maru-agency", object())
        asked = web.post(host, "/my/children/new", who, data=entered).headers["Location"]
    assert f'href="/my/identity?next={asked}"' in web.get(host, asked, who).text
    early = web.post(host, asked, who)
    assert (early.status_code, "아직 본인확인을 하지 않으셨습니다" in early.text) == (422, True)
    families.set(CHECKED, person=make.person())
    assert web.post(host, asked, who).status_code == 422
    families.set(CHECKED, person=guardian)
    assert "본인확인을 마치셨습니다" in web.get(host, asked, who).text
    assert web.post(host, asked, who).status_code == 303
    held = families.get("SELECT method FROM representations WHERE representative_id = :who", who=guardian)
    assert [one.method for one in held] == ["identity"]


def test_nobody_proves_by_an_empty_code_what_an_sms_is_to_prove(
    database: Database, families: Families, make: Maker
) -> None:
    guardian = make.person()
    asked = families.ask(guardian)
    families.set(CHECKED, person=guardian)
    with database.transaction(Scope.PERSON, person=guardian):
        assert guardians.confirm(asked, "") == guardians.CODE_REFUSALS["wrong"]


def test_an_address_that_is_none_is_said_at_its_field(database: Database, families: Families, make: Maker) -> None:
    mother = make.person()
    child = families.child(mother)
    with pytest.raises(Invalid) as refused:
        invited(database, mother, child, "아빠 주소")
    assert set(refused.value.errors) == {"email"}
