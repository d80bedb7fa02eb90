"""Two IDs of one human become one by two members of staff, and can be parted again with everything in its place (PRV-06)."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.merging import finding
from auth.roles.permissions import PROVINCE_ROLES, permits
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import Refused
from maru.migrating import engine_connection
from records.history import service as history
from records.history.service import Entry
from tenants.enrolments import service as enrolments
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL, LIST = "localhost", "/province/same-people"
MONTH = {"starts_on": date(2026, 1, 5), "ends_on": date(2026, 2, 5), "completed_on": date(2026, 2, 5)}


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@dataclass
class House:
    """The province's two decision-makers, and people with histories."""

    web: Web
    config: Config
    database: Database
    make: Maker
    city: UUID
    one: Resident
    other: Resident

    def person(self, records: int = 1) -> UUID:
        person = self.make.person()
        for _ in range(records):
            source = self.make.enrolment(self.city, person)
            title = f"강좌 {secrets.token_hex(4)}"
            entry = Entry(
                person, self.city, title, "1차", "01", Decimal(10), **MONTH, source_id=source, ground="law:시험"
            )
            with self.database.transaction(Scope.JOB, tenant=self.city):
                history.record(entry)
        return person

    def run(self, statement: str, **values: Any) -> Any:
        with engine_connection(self.config.database_url) as connection:
            done = connection.execute(sa.text(statement), values)
            return done.all() if done.returns_rows else None

    def alike(self, a: UUID, b: UUID, rule: str = "name-birth") -> UUID:
        pair = sorted((a, b))
        made = self.run(
            "INSERT INTO likenesses (person_id, other_id, rule) VALUES (:a, :b, :rule) ON CONFLICT (person_id, other_id)"
            " DO UPDATE SET decision = NULL, decided_by = NULL, decided_at = NULL RETURNING id",
            a=pair[0], b=pair[1], rule=rule,
        )  # fmt: skip
        return UUID(str(made[0].id))

    def asks(self, kept: UUID, merged: UUID, who: Resident | None = None) -> UUID:
        pair = self.alike(kept, merged)
        form = {"kept": str(kept), "reason": "창구에서 확인", "decision": "same"}
        answer = self.web.post(PORTAL, f"{LIST}/{pair}", who or self.one, data=form)
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        (row,) = self.run("SELECT id FROM merges WHERE merged_id = :merged AND ended_at IS NULL", merged=merged)
        return UUID(str(row.id))

    def approves(self, merge: UUID, who: Resident | None = None) -> int:
        return self.web.post(PORTAL, f"{LIST}/merges/{merge}/approve", who or self.other).status_code

    def ends(self, merge: UUID, reason: str = "다른 분이었음") -> int:
        return self.web.post(PORTAL, f"{LIST}/merges/{merge}/end", self.other, data={"reason": reason}).status_code

    def merges(self, kept: UUID, merged: UUID) -> UUID:
        merge = self.asks(kept, merged)
        assert self.approves(merge) == HTTPStatus.SEE_OTHER
        return merge

    def history(self, person: UUID) -> set[str]:
        """What somebody finds in their history, as who they now are."""
        with self.database.transaction(Scope.PERSON, person=person):
            return {line.title for line in history.history_of(person)}

    def applications(self, person: UUID) -> set[UUID]:
        with self.database.transaction(Scope.PERSON, person=person):
            return {one.id for one in enrolments.mine(person)}


@pytest.fixture(scope="module")
def house(web: Web, config: Config, database: Database, make: Maker) -> House:
    staff = []
    for role in ("province_admin", "privacy_officer"):
        person = make.person()
        make.grant(person, role)
        staff.append(make.session(person, None))
    return House(web, config, database, make, make.city(region=make.code()), *staff)


def test_merged_ids_show_one_history_and_parted_ones_their_own(house: House) -> None:
    kept, merged = house.person(2), house.person(1)
    before = house.history(kept), house.history(merged), house.applications(kept), house.applications(merged)
    merge = house.merges(kept, merged)
    assert house.history(kept) == before[0] | before[1]
    assert house.applications(kept) == before[2] | before[3]
    assert house.ends(merge) == HTTPStatus.SEE_OTHER
    assert (house.history(kept), house.history(merged), house.applications(kept), house.applications(merged)) == before


def test_one_human_has_one_seat_under_whatever_id(house: House) -> None:
    kept, merged, run = house.person(0), house.person(0), house.make.run(house.city)
    with house.database.transaction(Scope.PERSON, tenant=house.city, person=merged):
        seat = enrolments.apply(run, house.city).id
    house.merges(kept, merged)
    with house.database.transaction(Scope.PERSON, tenant=house.city, person=kept), pytest.raises(Refused) as refused:
        enrolments.apply(run, house.city)
    assert refused.value.slug == "already-applied"
    with house.database.transaction(Scope.PERSON, tenant=house.city, person=kept):
        assert enrolments.active(kept, run) is not None
        assert enrolments.cancel(seat).state == "cancelled"
    with house.database.transaction(Scope.PERSON, tenant=house.city, person=kept):
        assert enrolments.apply(run, house.city).state == "placed"


def test_who_signs_in_with_either_account_is_the_kept_person(house: House, make: Maker) -> None:
    kept, merged = house.person(), house.person()
    for person in (kept, merged):
        house.run("UPDATE people SET subject = :subject WHERE id = :id", subject=str(person), id=person)
    merge = house.merges(kept, merged)
    who = lambda subject: house.run("SELECT engine.recognise(:s, NULL, NULL, NULL) AS id", s=str(subject))[0].id  # noqa: E731
    assert who(merged) == who(kept) == kept
    (entered,) = house.run("SELECT person_id, current_setting('maru.people') AS ids FROM engine.enter(NULL, NULL, NULL, :s, NULL)", s=str(merged))  # fmt: skip
    assert entered.person_id == kept
    house.ends(merge)
    assert who(merged) == merged


def test_sessions_of_both_are_over_when_ids_are_merged_or_parted(house: House, make: Maker) -> None:
    kept, merged = house.person(), house.person()
    there = [make.session(person, None) for person in (kept, merged)]
    merge = house.merges(kept, merged)
    assert [house.web.get(PORTAL, "/api/v1/me", one).status_code for one in there] == [HTTPStatus.UNAUTHORIZED] * 2
    again = make.session(kept, None)
    house.ends(merge)
    assert house.web.get(PORTAL, "/api/v1/me", again).status_code == HTTPStatus.UNAUTHORIZED


def test_who_asked_does_not_approve_and_nobody_approves_twice(house: House) -> None:
    merge = house.asks(house.person(), house.person())
    assert house.approves(merge, house.one) == HTTPStatus.CONFLICT
    assert house.approves(merge) == HTTPStatus.SEE_OTHER
    assert house.approves(merge) == HTTPStatus.CONFLICT


def test_an_old_request_is_not_approved(house: House) -> None:
    merge = house.asks(house.person(), house.person())
    house.run("UPDATE merges SET asked_at = now() - interval '15 days' WHERE id = :id", id=merge)
    assert house.approves(merge) == HTTPStatus.CONFLICT


def test_the_database_itself_refuses_one_who_does_both(house: House) -> None:
    a, b = house.person(0), house.person(0)
    both = "INSERT INTO merges (kept_id, merged_id, reason, asked_by, approved_by, approved_at) VALUES (:a, :b, 'x', :w, :w, now())"
    with pytest.raises(sa.exc.IntegrityError):
        house.run(both, a=a, b=b, w=house.one.person_id)


def test_staff_are_not_merged_away_and_two_proven_humans_never_are(house: House, make: Maker) -> None:
    clerk, kept = house.person(), house.person()
    make.grant(clerk, "desk_clerk", house.city)
    assert house.approves(house.asks(kept, clerk)) == HTTPStatus.CONFLICT
    a, b = house.person(), house.person()
    for person in (a, b):
        house.run("INSERT INTO cis (person_id, ci_hash, ci_sealed, key_id, agency) VALUES (:p, :h, 'x', 'k', 'a')",
                  p=person, h=secrets.token_bytes(32))  # fmt: skip
    assert house.approves(house.asks(a, b)) == HTTPStatus.CONFLICT
    assert house.history(a) != house.history(b)


@pytest.mark.parametrize("role", PROVINCE_ROLES)
def test_only_those_who_may_decide_do(house: House, make: Maker, role: str) -> None:
    person = make.person()
    make.grant(person, role)
    who, merge = make.session(person, None), house.asks(house.person(), house.person())
    assert (house.approves(merge, who) == HTTPStatus.SEE_OTHER) == permits(frozenset({role}), "people:merge")
    page = house.web.get(PORTAL, LIST, who)
    assert (page.status_code == HTTPStatus.OK) == permits(frozenset({role}), "people:merge-read")


def test_other_roles_of_the_province_see_no_pair_in_the_database_either(house: House, make: Maker) -> None:
    house.asks(house.person(), house.person())
    editor = make.person()
    make.grant(editor, "library_editor")
    with house.database.transaction(Scope.PROVINCE, person=editor):
        assert session().execute(sa.text("SELECT 1 FROM merges UNION ALL SELECT 1 FROM likenesses")).all() == []
        everybody = list(house.run("SELECT array_agg(kept_id) AS ids FROM merges")[0].ids)
        assert session().execute(sa.text("SELECT * FROM engine.compared(:ids)"), {"ids": everybody}).all() == []


def test_what_is_shown_is_shown_in_part_and_written_down(house: House) -> None:
    a, b = house.person(), house.person()
    house.run(
        "UPDATE people SET name = '독고탁이', email = 'tak@example.kr', phone = '01098765432' WHERE id IN (:a, :b)",
        a=a,
        b=b,
    )
    pair = house.alike(a, b)
    assert "독고탁이" not in house.web.get(PORTAL, LIST, house.one).text
    page = house.web.get(PORTAL, f"{LIST}/{pair}", house.one).text
    assert "tak@example.kr" not in page
    assert "98765432" not in page
    looks = house.run(
        "SELECT person_id FROM access_log WHERE person_id IN (:a, :b) AND actor_id = :w",
        a=a,
        b=b,
        w=house.one.person_id,
    )
    assert {row.person_id for row in looks} == {a, b}


def test_reasons_are_asked_for(house: House) -> None:
    a, b = house.person(), house.person()
    pair = house.alike(a, b)
    answer = house.web.post(
        PORTAL, f"{LIST}/{pair}", house.one, data={"kept": str(a), "reason": " ", "decision": "same"}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    stranger = house.person(0)
    answer = house.web.post(
        PORTAL, f"{LIST}/{pair}", house.one, data={"kept": str(stranger), "reason": "x", "decision": "same"}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    merge = house.merges(a, b)
    assert house.ends(merge, " ") == HTTPStatus.UNPROCESSABLE_ENTITY


def test_two_humans_are_not_proposed_again(house: House, config: Config, database: Database) -> None:
    a, b = twins(house)
    found(database)
    (pair,) = house.run("SELECT id FROM likenesses WHERE person_id = :a AND other_id = :b", a=min(a, b), b=max(a, b))
    answer = house.web.post(PORTAL, f"{LIST}/{pair.id}", house.one, data={"decision": "different"})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    found(database)
    assert house.run("SELECT decision FROM likenesses WHERE id = :id", id=pair.id)[0].decision == "different"
    again = house.web.post(PORTAL, f"{LIST}/{pair.id}", house.other, data={"decision": "different"})
    assert again.status_code == HTTPStatus.CONFLICT


def twins(house: House) -> tuple[UUID, UUID]:
    """Two IDs of the same name and birth date."""
    name, born = f"김{secrets.token_hex(3)}", date(1900, 1, 1) + timedelta(days=secrets.randbelow(30_000))
    people = house.person(0), house.person(0)
    for person in people:
        house.run("UPDATE people SET name = :name, birth_date = :born WHERE id = :id", name=name, born=born, id=person)
    return people


def found(database: Database) -> None:
    with database.transaction(Scope.JOB):
        finding.find(datetime.now(UTC) - timedelta(hours=1))


@pytest.mark.parametrize(
    ("mine", "theirs", "rule"),
    [
        (("김 하늘", "010-1234-5678", None), ("김하늘", "+82 10 1234 5678", None), "name-birth-phone"),
        (("Kim Ha-neul", None, "a@example.kr"), ("KIM HANEUL", None, "A@example.kr"), "name-birth-email"),
        (("김하늘", "01012345678", None), ("이하늘", "010-1234-5678", None), "birth-phone"),
        (("김하늘", "01012345678", None), ("김하늘", "01099998888", None), "name-birth"),
        (("김하늘", "01012345678", None), ("이도담", "01099998888", None), None),
        (("김하늘", None, "x@example.kr"), ("이도담", None, "x@example.kr"), None),
        (("김하늘", "1234", None), ("이도담", "1234", None), None),
    ],
)
def test_pairs_are_found_by_rule(
    house: House, database: Database, mine: tuple[Any, ...], theirs: tuple[Any, ...], rule: str | None
) -> None:
    people, born = (house.person(0), house.person(0)), date(1850, 1, 1) + timedelta(days=secrets.randbelow(10_000))
    for person, (name, phone, email) in zip(people, (mine, theirs), strict=True):
        house.run("UPDATE people SET name = :n, phone = :p, email = :e, birth_date = :b WHERE id = :id",
                  n=name, p=phone, e=email, b=born, id=person)  # fmt: skip
    found(database)
    rows = house.run("SELECT rule FROM likenesses WHERE person_id = :a AND other_id = :b", a=min(people), b=max(people))
    assert [row.rule for row in rows] == ([rule] if rule else [])


ACTS = st.lists(st.tuples(st.sampled_from(["merge", "part"]), st.integers(0, 3), st.integers(0, 3)), max_size=8)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_is_merged_and_parted_histories_are_of_those_who_stand_together(house: House, acts: list[Any]) -> None:
    """Property: at every moment each top ID reads exactly the rows of its group, and after all is parted, its own."""
    people = [house.person() for _ in range(4)]
    own = {person: house.history(person) for person in people}
    standing: dict[UUID, tuple[UUID, UUID]] = {}
    for act, first, second in acts:
        if act == "merge":
            tops = [top(standing, people[place]) for place in (first, second)]
            if tops[0] != tops[1]:
                standing[house.merges(*tops)] = (tops[0], tops[1])
        elif standing:
            merge = list(standing)[(first + second) % len(standing)]
            assert house.ends(merge) == HTTPStatus.SEE_OTHER
            del standing[merge]
        for person in people:
            if top(standing, person) == person:
                group = [one for one in people if top(standing, one) == person]
                assert house.history(person) == set().union(*(own[one] for one in group))
    for merge in standing:
        house.ends(merge)
    assert {person: house.history(person) for person in people} == own
    rows = house.run("SELECT merged_into, aliases FROM people WHERE id = ANY (:ids)", ids=people)
    assert all(row.merged_into is None and row.aliases == [] for row in rows)


def top(standing: dict[UUID, tuple[UUID, UUID]], person: UUID) -> UUID:
    """Who a person is, by the merges that stand."""
    above = {merged: kept for kept, merged in standing.values()}
    while person in above:
        person = above[person]
    return person
