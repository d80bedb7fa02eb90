"""The functions that pass the walls do it for their caller alone: applications, seats, consents, papers, homes."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auth.consents import service as consents
from auth.consents.service import PROVINCE_HISTORY
from maru.config import Config
from maru.db import Database, Scope
from maru.migrating import engine_connection, owner_connection
from maru.web import dates
from tenants.editor import service as editor
from tests.conftest import Maker

TRIED_HERE = {
    "site_draft", "teachers",
    "apply", "ask", "cancel", "consents_of", "count_copy", "find_certificate", "hold_seats", "move", "move_up", "position_of", "positions",
    "set_seats",
}  # fmt: skip
TRIED_AT_THE_DOOR = {
    "begin_sign_in", "end_elsewhere", "end_session", "enter", "issue_ticket", "recognise", "redeem_ticket", "take_sign_in",
}  # fmt: skip
"""In test_entering.py."""
TRIED_WHILE_WATCHING = {
    "begin_watching", "captions_playing", "playing", "remember_all_watched", "remember_watched", "watch",
}  # fmt: skip
"""In tests/contentlib/progress/test_watching.py."""
TRIED_WHILE_SENDING = {"forget_messages", "take_messages"}
"""In tests/auth/messages/test_trouble.py."""
TRIED_WHILE_WATCHING_ACCOUNTS = {"tell_account_changes"}
"""In tests/auth/account/test_watching.py."""
TRIED_WHILE_COUNTING = {"count_figures"}
"""In tests/records/insights/test_counting.py."""
TRIED_WHILE_INQUIRING = {"begin_inquiry", "count_search", "end_inquiry"}
"""In tests/records/inquiries/test_inquiries.py."""
TRIED_IN_PRODUCTION = {"count_sample_people"}
"""In tests/api/test_production.py."""
TRIED_AMONG_CITIES = {
    "accept_invitation", "ask_export", "city_health", "count_messages", "end_grant", "go_live", "offered",
}  # fmt: skip
"""In tests/auth/roles, tests/tenants/sites, tests/tenants/leaving and tests/tenants/province."""
TRIED_AT_HOME = {
    "ask_share",
    "close_question",
    "home_of_applicant",
    "known_at_desk",
    "meet",
    "open_question",
    "prove_home",
}
"""In tests/auth/residence."""
TRIED_AMONG_STAFF = {
    "ask_approval", "begin_visit", "decide", "end_visit", "forget_grants", "take_approved",
}  # fmt: skip
"""In tests/auth/approvals, tests/auth/visits and tests/auth/roles."""
TRIED_OVER_THE_LOG = {"await_seal", "forget_looks", "seal_looks", "state_of_log", "unusual_looks"}
"""In tests/auth/access_log."""
TRIED_WHILE_PROVING = {
    "ask_correction", "begin_proof", "correct_identity", "count_ci_keys", "is_another", "prove", "prove_at_desk", "take_proof",
}  # fmt: skip
"""In tests/auth/verification."""
TRIED_WHILE_MERGING = {
    "approve_merge", "compared", "end_merge", "find_likenesses", "ids_of", "join_people", "merge_own", "take_members", "regroup", "same_as_me", "top_of",
}  # fmt: skip
"""In tests/auth/merging, tests/auth/members and tests/auth/verification."""
TRIED_WITH_CONSENTS = {
    "asks_again", "cities_keeping", "consent_at_desk", "consents_at_desk", "correct_in_city", "correctable", "desk_of_consent", "destroy_due", "end_outdated_consents", "erase_in_city", "held_in_city", "hindrances", "rows_about",
    "stop_processing", "take_removals", "text_of_consent",
}  # fmt: skip
"""In tests/auth/consents, tests/auth/rights and tests/records/destruction."""
TRIED_IN_FAMILIES = {
    "close_representation", "end_guardianship_at_desk", "guardians_at_desk", "accept_help", "act_for", "acting", "acts_for_me", "consent_for_child", "ask_guardianship", "confirm_guardianship", "withdraw_guardianship", "end_recorded_helper", "end_representation", "enrol_member",
    "find_guardian_request", "give_back", "hold_acting", "invite_guardian", "invite_helper", "is_guarded", "fellow_guardians", "may_end_guardian", "tell_guardians", "make_child", "make_takeover_code",
    "my_representations", "offered_help", "place", "record_guardianship", "record_helper", "recorded_helpers", "set_guardian_secret", "take_over",
    "tell_coming_of_age", "tell_helped", "whose_application",
}  # fmt: skip
"""In tests/auth/families."""
TRIED_WHILE_JOINING = {"account_request", "ask_account", "open_account"}
"""In tests/auth/joining."""
REFUSED = pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.STAFF, Scope.PROVINCE, Scope.JOB])


class Asking:
    """Calls a function of the engine as somebody."""

    def __init__(
        self, database: Database, scope: Scope, tenant: UUID | None = None, person: UUID | None = None
    ) -> None:
        self._database, self._scope, self._tenant, self._person = database, scope, tenant, person

    def __call__(self, function: str, **values: Any) -> Any:
        """The one row, or the one value of it."""
        rows = self.rows(function, **values)
        assert len(rows) == 1
        return rows[0] if len(rows[0]) > 1 else rows[0][0]

    def rows(self, function: str, **values: Any) -> list[Any]:
        arguments = ", ".join(f":{name}" for name in values)
        with self._database.transaction(self._scope, tenant=self._tenant, person=self._person) as opened:
            return list(opened.execute(sa.text(f"SELECT * FROM engine.{function}({arguments})"), values))


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city(region=make.region())


def applied(database: Database, city: UUID, run: UUID, person: UUID) -> Any:
    row = Asking(database, Scope.PERSON, city, person)("apply", run=run, key=None)
    assert row.refusal is None
    return row


def standing(config: Config, application: UUID) -> str:
    with engine_connection(config.database_url) as connection:
        state = sa.text("SELECT state FROM applications WHERE id = :id")
        return str(connection.execute(state, {"id": application}).scalar_one())


def test_every_function_that_passes_the_walls_is_tried(config: Config) -> None:
    with owner_connection(config.database_url) as connection:
        names = connection.exec_driver_sql("SELECT proname::text FROM pg_proc WHERE prosecdef AND proname !~ '^pg_'")
        assert (
            set(names.scalars())
            == TRIED_HERE
            | TRIED_AT_THE_DOOR
            | TRIED_WHILE_WATCHING
            | TRIED_WHILE_SENDING
            | TRIED_WHILE_WATCHING_ACCOUNTS
            | TRIED_WHILE_COUNTING
            | TRIED_WHILE_INQUIRING
            | TRIED_IN_PRODUCTION
            | TRIED_AMONG_CITIES
            | TRIED_OVER_THE_LOG
            | TRIED_WHILE_PROVING
            | TRIED_WHILE_MERGING
            | TRIED_AMONG_STAFF
            | TRIED_AT_HOME
            | TRIED_WITH_CONSENTS
            | TRIED_IN_FAMILIES
            | TRIED_WHILE_JOINING
        )


@REFUSED
def test_only_a_person_applies(database: Database, make: Maker, city: UUID, scope: Scope) -> None:
    run = make.run(city)
    with pytest.raises(sa.exc.ProgrammingError, match="needs a person and a city"):
        Asking(database, scope, city, make.person())("apply", run=run, key=None)


def test_an_application_needs_a_person_and_a_city(database: Database, make: Maker, city: UUID) -> None:
    run = make.run(city)
    for tenant, person in ((None, make.person()), (city, None)):
        with pytest.raises(sa.exc.ProgrammingError, match="needs a person and a city"):
            Asking(database, Scope.PERSON, tenant, person)("apply", run=run, key=None)


def test_nobody_applies_to_a_run_of_another_city_or_to_one_that_is_not_published(
    database: Database, make: Maker, city: UUID
) -> None:
    run, elsewhere = make.run(city), make.run(make.city())
    asking = Asking(database, Scope.PERSON, city, make.person())
    assert asking("apply", run=elsewhere, key=None).refusal == "not-found"
    assert asking("apply", run=uuid4(), key=None).refusal == "not-found"
    with database.transaction(Scope.STAFF, tenant=city) as opened:
        opened.execute(sa.text("UPDATE runs SET published_at = NULL WHERE id = :run"), {"run": run})
    assert asking("apply", run=run, key=None).refusal == "not-found"


def test_a_key_of_somebody_else_is_not_mine(database: Database, make: Maker, city: UUID) -> None:
    run = make.run(city)
    first, second = (Asking(database, Scope.PERSON, city, make.person())("apply", run=run, key="k") for _ in range(2))
    assert first.id != second.id
    assert second.refusal is None


def test_only_its_owner_and_the_citys_staff_cancel_an_application(
    config: Config, database: Database, make: Maker, city: UUID
) -> None:
    owner, other, elsewhere = make.person(), make.person(), make.city()
    application = applied(database, city, make.run(city), owner).id
    attempts = [
        (Scope.PERSON, city, other), (Scope.PERSON, elsewhere, owner), (Scope.PERSON, city, None), (Scope.PERSON, None, owner),
        (Scope.PUBLIC, city, owner), (Scope.JOB, city, owner), (Scope.PROVINCE, city, owner), (Scope.STAFF, elsewhere, owner),
        (Scope.STAFF, None, owner),
    ]  # fmt: skip
    for scope, tenant, person in attempts:
        assert Asking(database, scope, tenant, person)("cancel", id=application).refusal == "not-found"
        assert standing(config, application) == "placed"
    assert Asking(database, Scope.STAFF, city, other)("cancel", id=application).refusal is None
    assert standing(config, application) == "cancelled"


def test_places_in_line_are_told_to_their_owner_and_the_citys_staff(
    database: Database, make: Maker, city: UUID
) -> None:
    run, people = make.run(city, capacity=0), [make.person() for _ in range(3)]
    ids = [applied(database, city, run, person).id for person in people]

    def told(scope: Scope, tenant: UUID | None, person: UUID | None) -> list[tuple[UUID, int]]:
        return [tuple(row) for row in Asking(database, scope, tenant, person).rows("positions", ids=ids)]

    assert told(Scope.PERSON, city, people[1]) == [(ids[1], 2)]
    assert sorted(told(Scope.STAFF, city, None)) == sorted(zip(ids, (1, 2, 3), strict=True))
    for scope, tenant, person in [
        (Scope.STAFF, make.city(), people[1]), (Scope.PUBLIC, city, people[1]), (Scope.PERSON, city, make.person()),
        (Scope.PERSON, city, None), (Scope.JOB, city, people[1]), (Scope.PROVINCE, city, people[1]),
    ]:  # fmt: skip
        assert told(scope, tenant, person) == []


@pytest.mark.parametrize("call", ["position_of(:city, :run, 1, 'waiting')", "move_up(:city, :run)"])
def test_the_engines_own_steps_are_closed_to_the_application(database: Database, city: UUID, call: str) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), database.transaction(Scope.STAFF) as opened:
        opened.execute(sa.text(f"SELECT engine.{call}"), {"city": city, "run": uuid4()})


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.PROVINCE])
def test_only_the_city_sets_its_seats(database: Database, make: Maker, city: UUID, scope: Scope) -> None:
    run = make.run(city)
    with pytest.raises(sa.exc.ProgrammingError, match="staff only"):
        Asking(database, scope, city, make.person())("set_seats", run=run, capacity=9, waiting=None)


def test_seats_are_set_in_ones_own_city_and_never_below_those_taken(
    database: Database, make: Maker, city: UUID
) -> None:
    run, people = make.run(city, capacity=1), [make.person() for _ in range(3)]
    for person in people:
        applied(database, city, run, person)
    for tenant in (make.city(), None):
        stranger = Asking(database, Scope.STAFF, tenant)
        assert stranger("set_seats", run=run, capacity=9, waiting=None) == "not-found"
    staff = Asking(database, Scope.STAFF, city)
    assert staff("set_seats", run=run, capacity=0, waiting=None) == "below-placed"
    assert staff("set_seats", run=run, capacity=2, waiting=0) is None
    with database.transaction(Scope.PUBLIC) as opened:
        seats = opened.execute(sa.text("SELECT capacity, placed, waiting FROM seats WHERE run_id = :run"), {"run": run})
        assert tuple(seats.one()) == (2, 2, 1), "a new seat goes to the first in line"


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.PROVINCE])
def test_only_the_city_holds_its_seats(database: Database, make: Maker, city: UUID, scope: Scope) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="staff only"):
        Asking(database, scope, city, make.person())("hold_seats", run=make.run(city))


def test_seats_are_held_in_ones_own_city_only(config: Config, database: Database, make: Maker, city: UUID) -> None:
    run = make.run(city)

    def free() -> bool:
        taking = sa.text("SELECT FROM seats WHERE run_id = :run FOR UPDATE SKIP LOCKED")
        with engine_connection(config.database_url) as connection:
            return connection.execute(taking, {"run": run}).rowcount == 1

    for tenant, left in ((make.city(), True), (None, True), (city, False)):
        with database.transaction(Scope.STAFF, tenant=tenant) as opened:
            opened.execute(sa.text("SELECT engine.hold_seats(:run)"), {"run": run})
            assert free() is left
    assert free()


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.PROVINCE])
def test_consents_are_told_to_a_city_only(database: Database, make: Maker, city: UUID, scope: Scope) -> None:
    person = make.person()
    with pytest.raises(sa.exc.ProgrammingError, match="staff only"):
        Asking(database, scope, city, person)("consents_of", people=[person], purpose="province-history")


def test_consents_are_told_of_a_citys_own_learners_only(database: Database, make: Maker, city: UUID) -> None:
    learner, stranger = make.person(), make.person()
    applied(database, city, make.run(city), learner)
    asked = {"people": [learner, stranger], "purpose": PROVINCE_HISTORY}
    for person in (learner, stranger):
        with database.transaction(Scope.PERSON, person=person):
            consents.give(person, PROVINCE_HISTORY)
    assert [row.person_id for row in Asking(database, Scope.STAFF, city).rows("consents_of", **asked)] == [learner]
    for elsewhere in (make.city(), None):
        assert Asking(database, Scope.JOB, elsewhere).rows("consents_of", **asked) == []
    assert Asking(database, Scope.STAFF, city).rows("consents_of", people=[learner], purpose="other") == []


@pytest.fixture
def paper(database: Database, make: Maker, city: UUID) -> tuple[UUID, UUID, str, str]:
    """A certificate: its id, its holder, its number and its code."""
    holder, code = make.person(), f"C-{uuid4()}"
    insert = (
        "INSERT INTO certificates (tenant_id, person_id, number, code, content, issued_on, source_id)"
        " SELECT id, :holder, region_code || '-2026-000001', :code, '{\"name\": \"-\"}', '2026-11-02', :source"
        " FROM tenants WHERE id = :city RETURNING id, number"
    )
    values = {"city": city, "holder": holder, "code": code, "source": make.enrolment(city, holder)}
    with database.transaction(Scope.STAFF, tenant=city) as opened:
        made = opened.execute(sa.text(insert), values).one()
        return made.id, holder, made.number, code


def test_copies_are_counted_for_the_holder_and_the_city(
    database: Database, make: Maker, city: UUID, paper: tuple[UUID, UUID, str, str]
) -> None:
    certificate, holder, _, _ = paper
    for scope, tenant, person in [
        (Scope.PUBLIC, city, holder), (Scope.PERSON, city, make.person()), (Scope.PERSON, city, None),
        (Scope.STAFF, make.city(), holder), (Scope.STAFF, None, holder), (Scope.JOB, city, holder),
    ]:  # fmt: skip
        assert Asking(database, scope, tenant, person)("count_copy", id=certificate) is None
    assert Asking(database, Scope.PERSON, None, holder)("count_copy", id=certificate) == 1
    assert Asking(database, Scope.STAFF, city, make.person())("count_copy", id=certificate) == 2


def test_a_certificate_is_found_by_number_and_code_together(
    database: Database, city: UUID, paper: tuple[UUID, UUID, str, str]
) -> None:
    _, _, number, code = paper
    asking = Asking(database, Scope.PUBLIC)
    assert asking("find_certificate", number=number, code=code).tenant_id == city
    for wrong in ((number, ""), (number, None), ("", code), (None, code), (number, "%"), (code, number)):
        assert asking("find_certificate", number=wrong[0], code=wrong[1]).content is None


@REFUSED
def test_only_a_person_moves(database: Database, make: Maker, scope: Scope) -> None:
    moving = {"city": "41110", "district": None, "since": dates.today()}
    for asking in (Asking(database, scope, None, make.person()), Asking(database, Scope.PERSON)):
        with pytest.raises(sa.exc.ProgrammingError, match="nobody is signed in"):
            asking("move", **moving)


def test_a_move_touches_nobody_elses_home(config: Config, database: Database, make: Maker) -> None:
    region, here = make.region(), make.region()
    with database.transaction(Scope.PROVINCE) as opened:
        known = "INSERT INTO regions (code, name_ko, name_en, kind, valid) VALUES (:code, 'x', 'x', 'city', '[2000-01-01,)')"
        opened.execute(sa.text(known), {"code": region})
    mover, other = make.person(home=here), make.person(home=here)
    since: date = dates.today() - timedelta(days=1)
    asking = Asking(database, Scope.PERSON, None, mover)
    assert asking("move", city=region, district=None, since=since).refusal is None
    homes = sa.text("SELECT region_code FROM residences WHERE person_id = :person ORDER BY lower(valid)")
    with engine_connection(config.database_url) as connection:
        assert connection.execute(homes, {"person": mover}).scalars().all() == [here, region]
        assert connection.execute(homes, {"person": other}).scalars().all() == [here]


def test_a_draft_of_a_site_is_seen_by_staff_of_that_city_alone(database: Database, make: Maker, city: UUID) -> None:
    """GP-05: they look at it as residents do, in whatever scope; nobody else learns what a city is about to say."""
    with database.transaction(Scope.JOB, tenant=city):
        editor.draft(city)
    staff, former, stranger, other = make.person(), make.person(), make.person(), make.city()
    make.grant(staff, "course_operator", city)
    make.grant(stranger, "city_admin", other)
    make.grant(former, "city_admin", city)
    with engine_connection(make.config.database_url) as connection:
        ended = sa.text("UPDATE role_grants SET ended_at = now() WHERE person_id = :person")
        connection.execute(ended, {"person": former})
    assert Asking(database, Scope.PERSON, city, staff)("site_draft")["name"]
    for scope, tenant, person in (
        (Scope.PUBLIC, city, None), (Scope.PERSON, city, stranger), (Scope.PERSON, city, former),
        (Scope.PERSON, other, staff), (Scope.PERSON, None, staff), (Scope.STAFF, city, stranger),
    ):  # fmt: skip
        assert Asking(database, scope, tenant, person)("site_draft") is None


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.PROVINCE, Scope.JOB])
def test_teachers_are_told_to_a_citys_staff_only(database: Database, make: Maker, city: UUID, scope: Scope) -> None:
    make.grant(make.person(), "instructor", city)
    assert Asking(database, scope, city, make.person()).rows("teachers") == []


def test_only_teachers_of_the_city_are_told(config: Config, database: Database, make: Maker, city: UUID) -> None:
    teacher, clerk, elsewhere, former = (make.person() for _ in range(4))
    make.grant(teacher, "instructor", city)
    make.grant(clerk, "desk_clerk", city)
    make.grant(elsewhere, "instructor", make.city())
    make.grant(former, "instructor", city)
    with engine_connection(config.database_url) as connection:
        ended = sa.text("UPDATE role_grants SET ended_at = now() WHERE person_id = :person")
        connection.execute(ended, {"person": former})
    assert [row.person_id for row in Asking(database, Scope.STAFF, city).rows("teachers")] == [teacher]
