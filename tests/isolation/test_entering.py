"""The functions at the door: signing in by ticket, sessions on one host each, and what a request is found to be."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auth.sessions import service as sessions
from auth.sessions.service import Begun
from auth.tokens import Identity, SignedOut
from maru import security
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import TooMany
from maru.migrating import engine_connection
from maru.tenancy import ENTER
from tests.conftest import Maker

STRANGER = Identity(subject="s", username="", name="", email="", session_id="", id_token="hint")
HOST, OTHER_HOST = "suwon.localhost", "seongnam.localhost"


class Door:
    """The functions of sign-in, each in a transaction of its own as the pages call them."""

    def __init__(self, config: Config, database: Database) -> None:
        self._config, self._database = config, database

    def begin(self, *, state: str, portal: str, city: str, address: str | None = None) -> None:
        with self._database.transaction(Scope.PUBLIC):
            sessions.begin(
                state=state, portal_binding=portal, city_binding=security.digest(city), nonce="nonce",
                code_verifier="verifier", host=HOST, return_to="/my", address=address,
            )  # fmt: skip

    def take(self, state: str, portal: str) -> Begun | None:
        with self._database.transaction(Scope.PUBLIC):
            return sessions.take(state, portal)

    def ticket(self, person: UUID, city: str, identity_session: str = "") -> str:
        """A ticket for HOST and the browser with the binding `city`."""
        state = self.called_back(city)
        self.change("UPDATE people SET subject = id::text WHERE id = :person", person=person)
        ticket = self.issue(state, subject=str(person), session_id=identity_session)
        assert ticket
        return ticket

    def called_back(self, city: str) -> str:
        """The state of a sign-in that the callback has taken."""
        state, portal = name(), name()
        self.begin(state=state, portal=portal, city=city)
        assert self.take(state, portal)
        return state

    def issue(self, state: str, **known: str) -> str | None:
        """A ticket for HOST and the person whom the provider names."""
        ticket = security.new_token()
        with self._database.transaction(Scope.PUBLIC):
            return ticket if sessions.issue_ticket(state, ticket, replace(STRANGER, **known)) else None

    def person(self, subject: str) -> Any:
        with engine_connection(self._config.database_url) as connection:
            known = sa.text("SELECT id, username, name, email FROM people WHERE subject = :subject")
            return connection.execute(known, {"subject": subject}).one()

    def rows(self, question: str, **values: Any) -> list[Any]:
        with engine_connection(self._config.database_url) as connection:
            return list(connection.execute(sa.text(question), values))

    def redeem(self, ticket: str, city: str, host: str = HOST) -> str | None:
        """The token of the opened session."""
        token = security.new_token()
        with self._database.transaction(Scope.PUBLIC):
            return token if sessions.redeem(ticket, city, host, token) else None

    def end(self, token: str, host: str = HOST) -> str | None:
        with self._database.transaction(Scope.PUBLIC):
            return sessions.end(token, host)

    def end_elsewhere(self, told: SignedOut) -> int:
        with self._database.transaction(Scope.PUBLIC):
            return sessions.end_elsewhere(told)

    def enter(
        self, token: str | None = None, *, host: str = HOST, slug: str | None = None, bearer: str | None = None,
        wanted: str = "person", strong: bool = True,
    ) -> Any:  # fmt: skip
        digest = security.digest(token) if token else None
        with self._database.entering(ENTER, (host, slug, digest, bearer, wanted, strong)) as row:
            settings = sa.text("SELECT walls.tenant() AS tenant, walls.person() AS person, walls.scope() AS scope")
            told = session().execute(settings).one()
            assert (row.tenant_id, row.person_id, row.scope) == tuple(told), "what is answered is what is set"
            return row

    def change(self, statement: str, **values: Any) -> None:
        """Let time pass, or somebody else act."""
        with engine_connection(self._config.database_url) as connection:
            assert connection.execute(sa.text(statement), values).rowcount > 0


@pytest.fixture
def door(config: Config, database: Database) -> Door:
    return Door(config, database)


def name() -> str:
    return secrets.token_urlsafe(8)


def test_a_sign_in_is_taken_once_by_the_browser_that_began_it(door: Door) -> None:
    state, portal = name(), name()
    door.begin(state=state, portal=portal, city=name())
    assert door.take(state, name()) is None
    assert door.take(name(), portal) is None
    begun = door.take(state, portal)
    assert begun is not None
    assert (begun.host, begun.nonce, begun.code_verifier) == (HOST, "nonce", "verifier")
    assert door.take(state, portal) is None


def test_a_sign_in_that_took_too_long_is_not_taken(door: Door) -> None:
    state, portal = name(), name()
    door.begin(state=state, portal=portal, city=name())
    door.change("UPDATE sign_ins SET expires_at = now() WHERE state_hash = :state", state=security.digest(state))
    assert door.take(state, portal) is None


def test_sign_ins_are_counted_by_address_for_a_minute(door: Door) -> None:
    address = "203.0.113.77"

    def begin(address: str | None) -> None:
        door.begin(state=name(), portal=name(), city=name(), address=address)

    for _ in range(30):
        begin(address)
    with pytest.raises(TooMany):
        begin(address)
    begin("203.0.113.78")
    begin(None)
    door.change("UPDATE sign_in_attempts SET at = at - interval '61 seconds' WHERE address = :address", address=address)
    begin(address)


def test_a_burst_of_sign_ins_meets_the_same_limit(config: Config) -> None:
    """Every process of the web has connections of its own, and each begins when the others have not committed yet."""
    wide = Database(config.database_app_url, size=12)
    door = Door(config, wide)

    def begin(_: int) -> bool:
        try:
            door.begin(state=name(), portal=name(), city=name(), address="203.0.113.79")
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        begun = sum(pool.map(begin, range(60)))
    wide.engine.dispose()
    assert begun == 30


def test_a_ticket_opens_one_session(door: Door, make: Maker) -> None:
    person, browser = make.person(), name()
    ticket = door.ticket(person, browser)
    token = door.redeem(ticket, browser)
    assert token
    assert door.enter(token).person_id == person
    assert door.redeem(ticket, browser) is None


@pytest.mark.parametrize("wrong", ["browser", "host"])
def test_a_ticket_in_the_wrong_hands_is_used_up(door: Door, make: Maker, wrong: str) -> None:
    browser = name()
    ticket = door.ticket(make.person(), browser)
    stolen = door.redeem(ticket, name()) if wrong == "browser" else door.redeem(ticket, browser, OTHER_HOST)
    assert stolen is None
    assert door.redeem(ticket, browser) is None


def test_a_ticket_lives_for_a_minute(door: Door, make: Maker) -> None:
    browser = name()
    ticket = door.ticket(make.person(), browser)
    door.change(
        "UPDATE tickets SET expires_at = expires_at - interval '60 seconds' WHERE token_hash = :ticket",
        ticket=security.digest(ticket),
    )
    assert door.redeem(ticket, browser) is None


def test_a_session_is_known_on_its_own_host_only(door: Door, make: Maker) -> None:
    token = door.redeem(door.ticket(make.person(), "b"), "b")
    assert door.enter(token).scope == "person"
    for host in (OTHER_HOST, "localhost", "", "SUWON.LOCALHOST"):
        assert (door.enter(token, host=host).person_id, door.enter(token, host=host).scope) == (None, "public")


@pytest.mark.parametrize("change", ["ended_at = now()", "expires_at = now()"])
def test_an_ended_or_expired_session_is_nobody(door: Door, make: Maker, change: str) -> None:
    token = door.redeem(door.ticket(make.person(), "b"), "b")
    assert token
    door.change(f"UPDATE sessions SET {change} WHERE token_hash = :token", token=security.digest(token))
    assert door.enter(token).scope == "public"
    assert door.enter(security.new_token()).scope == "public"


def test_a_session_in_use_lives_on_but_not_beyond_twelve_hours(config: Config, door: Door, make: Maker) -> None:
    token = door.redeem(door.ticket(make.person(), "b"), "b")
    assert token
    age = "UPDATE sessions SET created_at = now() - interval '11 hours', last_seen_at = now() - interval '11 minutes'"
    door.change(
        f"{age}, expires_at = now() + interval '1 minute' WHERE token_hash = :token", token=security.digest(token)
    )
    door.enter(token)
    left = sa.text("SELECT extract(epoch FROM expires_at - now()) / 60 FROM sessions WHERE token_hash = :token")
    with engine_connection(config.database_url) as connection:
        minutes = connection.execute(left, {"token": security.digest(token)}).scalar_one()
    assert 59 < minutes <= 60


def test_signing_out_ends_this_sign_in_on_all_hosts_and_no_other(door: Door, make: Maker) -> None:
    person, signed_in = make.person(), name()

    def opened(who: UUID, identity_session: str) -> str:
        token = door.redeem(door.ticket(who, "b", identity_session), "b")
        assert token
        return token

    mine, elsewhere = opened(person, signed_in), opened(person, signed_in)
    other_sign_in, somebody = opened(person, name()), opened(make.person(), signed_in)
    door.change("UPDATE sessions SET host = :host WHERE token_hash = :t", host=OTHER_HOST, t=security.digest(elsewhere))
    assert door.end(mine, OTHER_HOST) is None
    assert door.enter(mine).scope == "person", "the session of another host cannot be ended"
    assert door.end(mine) == "hint"
    assert door.end(mine) is None
    assert door.enter(mine).scope == "public"
    assert door.enter(elsewhere, host=OTHER_HOST).scope == "public"
    assert door.enter(other_sign_in).scope == "person"
    assert door.enter(somebody).scope == "person"


def signed_in_at(door: Door, who: UUID, identity_session: str) -> str:
    token = door.redeem(door.ticket(who, "b", identity_session), "b")
    assert token
    return token


def test_what_the_provider_ends_is_over_on_all_hosts(door: Door, make: Maker) -> None:
    """That sign-in of that person: neither another one of theirs, nor somebody who was told the same number."""
    person, somebody, at_provider = make.person(), make.person(), name()
    mine, elsewhere = signed_in_at(door, person, at_provider), signed_in_at(door, person, at_provider)
    another, of_somebody = signed_in_at(door, person, name()), signed_in_at(door, somebody, at_provider)
    on_its_way = door.ticket(person, "b", at_provider)
    now = datetime.now(UTC)
    assert door.end_elsewhere(SignedOut(str(uuid4()), at_provider, now)) == 0
    assert door.end_elsewhere(SignedOut(str(person), at_provider, now)) == 2
    assert [door.enter(token).scope for token in (mine, elsewhere)] == ["public", "public"]
    assert [door.enter(token).scope for token in (another, of_somebody)] == ["person", "person"]
    assert door.redeem(on_its_way, "b") is None
    assert door.end(mine) is None, "its ID token is gone"
    assert door.end_elsewhere(SignedOut(str(person), at_provider, now)) == 0


def test_without_a_sign_in_all_of_the_person_end_that_had_begun(door: Door, make: Maker) -> None:
    person = make.person()
    first, second = signed_in_at(door, person, name()), signed_in_at(door, person, name())
    told = SignedOut(str(person), "", datetime.now(UTC))
    assert door.end_elsewhere(told) == 2
    assert {door.enter(first).scope, door.enter(second).scope} == {"public"}
    later = signed_in_at(door, person, name())
    assert door.end_elsewhere(told) == 0, "a word that comes again ends nothing that began since"
    assert door.enter(later).scope == "person"


def test_sessions_without_a_common_sign_in_end_alone(door: Door, make: Maker) -> None:
    """Made sessions have no session at the provider; null is not the same as null."""
    first, second = (make.session(make.person(), None) for _ in range(2))
    door.end(first.cookie.split("=")[1], "localhost")
    assert door.enter(second.cookie.split("=")[1], host="localhost").scope == "person"


def test_a_role_opens_the_console_of_its_own_house(door: Door, make: Maker) -> None:
    here, there, person = make.city(), make.city(), make.person()
    make.grant(person, "desk_clerk", here)
    make.grant(person, "auditor")
    token = make.session(person, None).cookie.split("=")[1]

    def scope(wanted: str, tenant: UUID | None) -> str:
        return str(door.enter(token, host="localhost", slug=make.slug(tenant) if tenant else "", wanted=wanted).scope)

    assert (scope("staff", here), scope("staff", there), scope("staff", None)) == ("staff", "person", "person")
    assert (scope("province", None), scope("person", here), scope("owner", here)) == ("province", "person", "person")
    door.change("UPDATE role_grants SET ended_at = now() WHERE person_id = :person", person=person)
    assert (scope("staff", here), scope("province", None)) == ("person", "person")


def test_the_staffs_scopes_open_to_a_second_factor_alone(door: Door, make: Maker) -> None:
    """Domain 7.4: whatever the roles, a password opens what residents see."""
    city, person, subject = make.city(), make.person(), str(uuid4())
    make.grant(person, "city_admin", city)
    make.grant(person, "province_admin")
    door.change("UPDATE people SET subject = :subject WHERE id = :person", subject=subject, person=person)
    token = make.session(person, None).cookie.split("=")[1]

    def scopes(**asked: Any) -> list[str]:
        houses = (("staff", make.slug(city)), ("province", ""))
        rows = [door.enter(host="localhost", slug=slug, wanted=wanted, **asked) for wanted, slug in houses]
        assert all(row.roles or row.province_roles for row in rows), "roles are known in any case"
        return [row.scope for row in rows]

    assert scopes(token=token) == ["staff", "province"]
    assert scopes(bearer=subject) == ["staff", "province"]
    assert scopes(bearer=subject, strong=False) == ["person", "person"]
    door.change("UPDATE sessions SET strong = false WHERE token_hash = :token", token=security.digest(token))
    assert scopes(token=token) == ["person", "person"]
    assert scopes(token=token, strong=True) == ["person", "person"], "a bearer's strength is not the session's"


@pytest.mark.parametrize("strong", [True, False])
def test_a_session_is_as_strong_as_the_sign_in(config: Config, door: Door, strong: bool) -> None:
    subject = str(uuid4())
    state = door.called_back("b")
    ticket = security.new_token()
    with door._database.transaction(Scope.PUBLIC):
        assert sessions.issue_ticket(state, ticket, replace(STRANGER, subject=subject, strong=strong))
    token = door.redeem(ticket, "b")
    assert token
    assert door.enter(token).strong is strong


def test_a_house_is_found_by_its_name_or_its_own_domain(door: Door, make: Maker, database: Database) -> None:
    city = make.city()
    with database.transaction(Scope.STAFF, tenant=city) as opened:
        own = "INSERT INTO tenant_hosts (host, tenant_id) VALUES (:host, :city)"
        opened.execute(sa.text(own), {"host": f"{make.slug(city)}.example", "city": city})
    assert door.enter(slug=make.slug(city)).tenant_id == city
    assert door.enter(host=f"{make.slug(city)}.example").tenant_id == city
    assert door.enter(slug="nowhere").tenant_id is None
    assert door.enter(host=make.slug(city)).tenant_id is None


def test_a_bearer_is_the_person_behind_the_subject(door: Door) -> None:
    subject = str(uuid4())
    assert door.enter(bearer=subject).scope == "public"
    assert door.issue(door.called_back("b"), subject=subject, name="김하늘")
    row = door.enter(bearer=subject)
    assert (row.person_id, row.person_name, row.scope) == (door.person(subject).id, "김하늘", "person")


def test_without_a_sign_in_that_was_called_back_there_is_no_ticket(door: Door) -> None:
    state, portal = name(), name()
    assert door.issue(name()) is None
    door.begin(state=state, portal=portal, city="b")
    assert door.issue(state) is None, "begun is not called back"
    assert door.take(state, name()) is None
    assert door.issue(state) is None
    assert door.take(state, portal)
    ticket = door.issue(state)
    assert ticket
    assert door.redeem(ticket, "b")
    assert door.issue(state) is None, "one sign-in, one ticket"


def test_a_sign_in_becomes_a_ticket_within_a_minute_of_its_callback(door: Door) -> None:
    state = door.called_back("b")
    later = "UPDATE sign_ins SET expires_at = expires_at - interval '60 seconds' WHERE state_hash = :state"
    door.change(later, state=security.digest(state))
    assert door.issue(state) is None


def test_a_ticket_that_was_not_issued_makes_nobody_known(door: Door) -> None:
    subject = str(uuid4())
    assert door.issue(name(), subject=subject) is None
    with pytest.raises(sa.exc.NoResultFound):
        door.person(subject)


def test_the_application_names_nobody_itself(database: Database) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        database.transaction(Scope.PUBLIC) as opened,
    ):
        opened.execute(sa.text("SELECT engine.recognise('s', 'u', 'n', 'e')"))


def test_name_and_address_follow_the_provider(door: Door) -> None:
    subject, called = str(uuid4()), name()

    def signs_in(**known: str) -> Any:
        assert door.issue(door.called_back("b"), subject=subject, **known)
        row = door.person(subject)
        return row.username, row.name, row.email

    assert signs_in(username=called) == (called, called, None)
    first = door.person(subject).id
    assert signs_in(username=called, name="김하늘", email="a@example.kr") == (called, "김하늘", "a@example.kr")
    assert signs_in(username=f"{called}2", name="이하늘", email="b@example.kr") == (
        f"{called}2",
        "이하늘",
        "b@example.kr",
    )
    assert signs_in() == (f"{called}2", "이하늘", "b@example.kr"), "what is not told is kept"
    assert door.person(subject).id == first


def test_an_address_is_vouched_for_by_the_last_sign_in_alone(door: Door) -> None:
    """Maru goes on writing to it; but who has lost it at the provider, or now signs in by another account, is not its owner."""
    kept, other = str(uuid4()), str(uuid4())

    def signs_in(subject: str, email: str) -> dict[str, str | None]:
        assert door.issue(door.called_back("b"), subject=subject, email=email)
        asked = "SELECT subject, vouched_email FROM people WHERE subject = ANY (:both)"
        return {row.subject: row.vouched_email for row in door.rows(asked, both=[kept, other])}

    assert signs_in(kept, "a@example.kr") == {kept: "a@example.kr"}
    assert signs_in(kept, "") == {kept: None}
    assert door.person(kept).email == "a@example.kr"
    assert signs_in(kept, "b@example.kr") == {kept: "b@example.kr"}
    assert signs_in(other, "c@example.kr") == {kept: "b@example.kr", other: "c@example.kr"}
    ids = {"kept": door.person(kept).id, "other": door.person(other).id}
    door.change("UPDATE people SET merged_into = :kept WHERE id = :other", **ids)
    door.change("UPDATE people SET aliases = ARRAY[CAST(:other AS uuid)] WHERE id = :kept", **ids)
    assert signs_in(other, "c@example.kr") == {kept: None, other: "c@example.kr"}
    assert signs_in(kept, "b@example.kr") == {kept: "b@example.kr", other: None}


def test_a_verified_name_stays_whatever_the_provider_says(door: Door) -> None:
    subject, called = str(uuid4()), name()
    assert door.issue(door.called_back("b"), subject=subject, username=called, name="김하늘", email="a@example.kr")
    door.change("UPDATE people SET verified_at = now() WHERE subject = :subject", subject=subject)
    assert door.issue(door.called_back("b"), subject=subject, username=called, name="홍길동", email="b@example.kr")
    row = door.person(subject)
    assert (row.username, row.name, row.email) == (called, "김하늘", "b@example.kr")


def test_a_username_that_is_given_again_lets_its_new_owner_in_and_nobody_else(door: Door) -> None:
    """Deleted and made again at the provider: another subject, so another person, who inherits nothing."""
    called, subjects = name(), [str(uuid4()) for _ in range(2)]
    for subject in subjects:
        for _ in range(2):
            assert door.issue(door.called_back("b"), subject=subject, username=called, name="김하늘")
    first, second = (door.person(subject) for subject in subjects)
    assert first.id != second.id
    assert (first.username, second.username) == (None, called)


def test_several_people_without_a_username_get_in(door: Door) -> None:
    subjects = [str(uuid4()) for _ in range(2)]
    for subject in subjects:
        assert door.issue(door.called_back("b"), subject=subject)
    assert [door.person(subject).name for subject in subjects] == subjects
