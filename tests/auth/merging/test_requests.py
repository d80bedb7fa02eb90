"""Of one pair of IDs one request stands at a time, and nobody decides otherwise while it waits (PRV-06)."""

from http import HTTPStatus
from uuid import UUID

import sqlalchemy as sa

from auth.merging import service as merging
from maru.db import Scope
from tests.auth.merging.test_merging import LIST, PORTAL, House, house, web

__all__ = ["house", "web"]


def standing(house: House, *pair: UUID) -> list[UUID]:
    rows = house.run("SELECT merged_id FROM merges WHERE ended_at IS NULL AND kept_id = ANY (:pair)", pair=list(pair))
    return [row.merged_id for row in rows]


def test_opposite_requests_do_not_stand_together(house: House) -> None:
    one, other = house.person(0), house.person(0)
    pair = house.alike(one, other)
    asked = [
        house.web.post(PORTAL, f"{LIST}/{pair}", who, data={"kept": str(kept), "reason": "확인", "decision": "same"})
        for who, kept in ((house.one, one), (house.other, other))
    ]
    assert [answer.status_code for answer in asked] == [HTTPStatus.SEE_OTHER, HTTPStatus.CONFLICT]
    assert "이미 합치기 요청이 있습니다" in asked[1].text
    assert standing(house, one, other) == [other]
    (merge,) = house.run("SELECT id FROM merges WHERE kept_id = :kept", kept=one)
    assert house.ends(merge.id) == HTTPStatus.SEE_OTHER
    assert house.asks(other, one), "once it is taken back the other way is open"


def test_a_pair_is_not_of_two_humans_while_a_request_waits(house: House) -> None:
    one, other = house.person(0), house.person(0)
    merge = house.asks(one, other)
    pair = house.run("SELECT id FROM likenesses WHERE :a IN (person_id, other_id)", a=one)[0].id
    refused = house.web.post(PORTAL, f"{LIST}/{pair}", house.other, data={"decision": "different"})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert house.approves(merge) == HTTPStatus.SEE_OTHER


def test_nobody_asks_for_a_pair_that_was_decided(house: House) -> None:
    one, other = house.person(0), house.person(0)
    pair, form = house.alike(one, other), {"kept": str(one), "reason": "확인", "decision": "same"}
    answers = [
        house.web.post(PORTAL, f"{LIST}/{pair}", house.one, data=data).status_code
        for data in ({"decision": "different"}, form, {"decision": "different"})
    ]
    assert answers == [HTTPStatus.SEE_OTHER, HTTPStatus.CONFLICT, HTTPStatus.CONFLICT]
    assert standing(house, one, other) == []


def test_what_staff_asked_for_is_settled_by_whoever_merges_their_own(house: House) -> None:
    """In both directions; a check of identity has shown more than two members of staff can."""
    for turned in (False, True):
        mine, other = house.person(0), house.person(0)
        asked = house.asks(*((other, mine) if turned else (mine, other)))
        house.run(
            "UPDATE likenesses SET rule = 'ci', proven_by = :who, found_at = now() WHERE :who IN (person_id, other_id)",
            who=mine,
        )
        with house.database.transaction(Scope.PERSON, person=mine) as opened:
            done = opened.execute(sa.text("SELECT * FROM engine.merge_own(:other)"), {"other": other}).one()
        assert done.refusal is None
        (row,) = house.run("SELECT * FROM merges WHERE id = :id", id=asked)
        assert (row.ended_by, row.approved_at) == (mine, None)
        assert standing(house, mine, other) == [other]


def test_what_staff_asked_for_stands_where_the_own_merge_is_refused(house: House) -> None:
    mine, other = house.person(0), house.person(0)
    asked = house.asks(mine, other)
    house.make.grant(other, "auditor")
    house.run(
        "UPDATE likenesses SET rule = 'ci', proven_by = :who, found_at = now() WHERE :who IN (person_id, other_id)",
        who=mine,
    )
    with house.database.transaction(Scope.PERSON, person=mine) as opened:
        done = opened.execute(sa.text("SELECT * FROM engine.merge_own(:other)"), {"other": other}).one()
    assert (done.refusal, done.merge) == ("staff", None)
    assert [row.ended_at for row in house.run("SELECT ended_at FROM merges WHERE id = :id", id=asked)] == [None]


def test_whoever_looked_like_a_merged_id_looks_like_the_one_in_use(house: House) -> None:
    kept, gone, third = house.person(0), house.person(0), house.person(0)
    old = house.alike(gone, third, "ci")
    merge = house.merges(kept, gone)

    def waiting() -> set[frozenset[UUID]]:
        with house.database.transaction(Scope.PROVINCE, person=house.one.person_id):
            pairs = merging.open_likenesses(500)
            return {frozenset((one.person_id, one.other_id)) for one in pairs if third in (one.person_id, one.other_id)}

    assert waiting() == {frozenset((kept, third))}
    assert house.ends(merge) == HTTPStatus.SEE_OTHER
    assert frozenset((gone, third)) in waiting()
    assert house.run("SELECT decision FROM likenesses WHERE id = :id", id=old)[0].decision is None
