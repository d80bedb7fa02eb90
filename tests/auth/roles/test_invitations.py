"""Inviting, accepting and ending: once, by the right person, within the time; a city always keeps an administrator."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auth.messages import letters
from auth.messages.kinds import declared
from auth.messages.letters import Letterhead
from auth.roles import service as roles
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import Forbidden, Invalid, MaruError, NotFound, Refused, TooMany
from maru.migrating import engine_connection
from tests.auth.roles.conftest import Office
from tests.client import opened
from tests.conftest import Maker

TOLD = sa.text("SELECT person_id, tenant_id, kind, details FROM messages WHERE about = :grant")


def address() -> str:
    return f"{uuid4().hex}@example.go.kr"


def test_the_invited_person_takes_the_role_once(office: Office) -> None:
    email = address()
    token, person = office.sent(office.invite(email.upper()), uuid4().hex), office.person(email)
    with office.as_person(None):
        offered = roles.offered(token)
        assert (offered.role, offered.email, offered.standing) == ("course_operator", email, "open")
    with office.as_person(person):
        assert roles.accept(token, person) == "course_operator"
    assert office.roles_of(person) == {"course_operator"}
    with pytest.raises(Refused, match="한 번만"), office.as_person(person):
        roles.accept(token, person)


def test_nobody_but_whose_address_it_went_to(office: Office) -> None:
    """Also not who has the link: it may have been passed on, or read over a shoulder."""
    token = office.sent(office.invite(address()), uuid4().hex)
    for person in (office.person(address()), office.make.person()):
        with pytest.raises(Refused, match="다른 분의"), office.as_person(person):
            roles.accept(token, person)
        assert office.roles_of(person) == set()


def test_nobody_says_themselves_that_an_address_is_theirs(office: Office) -> None:
    """Where Maru writes to is no proof: a person may change it, and lists of cities and desks bring addresses too."""
    email = address()
    token, thief = office.sent(office.invite(email), uuid4().hex), office.make.person()
    with office.as_person(thief):
        session().execute(sa.text("UPDATE people SET email = :email WHERE id = :id"), {"email": email, "id": thief})
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), office.as_person(thief):
        session().execute(sa.text("UPDATE people SET vouched_email = email WHERE id = :id"), {"id": thief})
    with pytest.raises(Refused, match="다른 분의"), office.as_person(thief):
        roles.accept(token, thief)
    assert office.roles_of(thief) == set()


def test_an_address_that_a_list_brought_takes_no_role_by_a_merge(office: Office) -> None:
    """The ID that is kept came in by a city's list, with whatever address stood there; the account has its own."""
    listed, own = address(), address()
    kept, account = office.make.person(), office.person(own)
    office.execute("UPDATE people SET email = :email WHERE id = :id", email=listed, id=kept)
    office.execute("UPDATE people SET merged_into = :kept WHERE id = :id", kept=kept, id=account)
    office.execute("UPDATE people SET aliases = ARRAY[CAST(:id AS uuid)] WHERE id = :kept", kept=kept, id=account)
    token = office.sent(office.invite(listed), uuid4().hex)
    with pytest.raises(Refused, match="다른 분의"), office.as_person(kept):
        roles.accept(token, kept)
    token = office.sent(office.invite(own), uuid4().hex)
    with office.as_person(kept):
        assert roles.accept(token, kept) == "course_operator"
    assert office.roles_of(kept) == {"course_operator"}


def test_nobody_raises_themselves(office: Office) -> None:
    email = address()
    office.execute("UPDATE people SET vouched_email = :email WHERE id = :id", email=email, id=office.admin)
    token = office.sent(office.invite(email), uuid4().hex)
    with pytest.raises(Refused, match="자신이 보낸"), office.as_person(office.admin):
        roles.accept(token, office.admin)
    assert office.roles_of(office.admin) == {"city_admin"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("expires_at = now() - interval '1 second'", "기한이 지난"),
        ("withdrawn_at = now()", "거둔"),
    ],
)
def test_not_after_its_time_nor_after_it_was_taken_back(office: Office, change: str, words: str) -> None:
    email = address()
    invitation = office.invite(email)
    token, person = office.sent(invitation, uuid4().hex), office.person(email)
    office.execute(f"UPDATE invitations SET {change} WHERE id = :id", id=invitation)
    with pytest.raises(Refused, match=words), office.as_person(person):
        roles.accept(token, person)
    assert office.roles_of(person) == set()


def test_a_link_opens_in_its_own_house_alone(office: Office, database: Database, make: Maker) -> None:
    email = address()
    token, person = office.sent(office.invite(email), uuid4().hex), office.person(email)
    for tenant in (make.city(), None):
        with pytest.raises(NotFound), database.transaction(Scope.PERSON, tenant=tenant, person=person):
            roles.accept(token, person)
        with pytest.raises(NotFound), database.transaction(Scope.PUBLIC, tenant=tenant):
            roles.offered(token)
    with pytest.raises(NotFound), office.as_person(person):
        roles.accept("no-such-token", person)


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.STAFF, Scope.PROVINCE, Scope.JOB])
def test_only_a_signed_in_person_accepts(office: Office, database: Database, scope: Scope) -> None:
    email = address()
    token, person = office.sent(office.invite(email), uuid4().hex), office.person(email)
    for who in (person, None):
        with pytest.raises(sa.exc.ProgrammingError), database.transaction(scope, tenant=office.city, person=who):
            roles.accept(token, person)


def test_the_token_is_read_by_the_engine_alone(office: Office, database: Database) -> None:
    office.sent(office.invite(address()), uuid4().hex)
    for scope in (Scope.STAFF, Scope.JOB, Scope.PROVINCE):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
            database.transaction(scope, tenant=office.city, person=office.admin) as opened,
        ):
            opened.execute(sa.text("SELECT token_hash FROM invitations"))


def test_only_administrators_invite_whatever_the_page_thinks(office: Office, database: Database, make: Maker) -> None:
    """The wall itself: a colleague, somebody else's name, another city, a job, a role of the province."""
    clerk, other = make.person(), make.city()
    make.grant(clerk, "course_operator", office.city)
    insert = sa.text(
        "INSERT INTO invitations (tenant_id, role, name, email, invited_by) VALUES (:city, :role, 'x', 'x@y.kr', :by)"
    )
    attempts = [
        (Scope.STAFF, clerk, {"city": office.city, "role": "city_admin", "by": clerk}),
        (Scope.STAFF, clerk, {"city": office.city, "role": "city_admin", "by": office.admin}),
        (Scope.STAFF, clerk, {"city": office.city, "role": "city_admin", "by": None}),
        (Scope.STAFF, office.admin, {"city": other, "role": "city_admin", "by": office.admin}),
        (Scope.STAFF, office.admin, {"city": None, "role": "province_admin", "by": office.admin}),
        (Scope.JOB, office.admin, {"city": office.city, "role": "city_admin", "by": office.admin}),
        (Scope.PERSON, office.admin, {"city": office.city, "role": "city_admin", "by": office.admin}),
        (Scope.PROVINCE, clerk, {"city": office.city, "role": "city_admin", "by": clerk}),
        (Scope.PROVINCE, clerk, {"city": office.city, "role": "city_admin", "by": None}),
    ]
    for scope, person, row in attempts:
        with (
            pytest.raises(sa.exc.ProgrammingError),
            database.transaction(scope, tenant=office.city, person=person) as on,
        ):
            on.execute(insert, row)


def test_inviting_again_takes_the_earlier_offer_back(office: Office) -> None:
    email = address()
    first = office.invite(email)
    token, person = office.sent(first, uuid4().hex), office.person(email)
    second = office.invite(email)
    with office.at_work():
        assert [one.id for one in roles.invitations(office.city)] == [second]
    with pytest.raises(Refused, match="거둔"), office.as_person(person):
        roles.accept(token, person)


@pytest.mark.parametrize(
    ("role", "name", "email", "field"),
    [
        ("province_admin", "이도담", "a@b.kr", "role"), ("", "이도담", "a@b.kr", "role"), ("city_admin", " ", "a@b.kr", "name"),
        ("city_admin", "가" * 41, "a@b.kr", "name"), ("city_admin", "<b>이도담</b>", "a@b.kr", "name"), ("city_admin", "이도담", "a@b", "email"),
        ("city_admin", "이도담", "a b@c.kr", "email"), ("city_admin", "이도담", "", "email"),
        ("city_admin", "이도담", "a@b.kr\nBcc: c@d.kr", "email"), ("city_admin", "이도담", f"{'a' * 250}@b.kr", "email"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_said(office: Office, role: str, name: str, email: str, field: str) -> None:
    with pytest.raises(Invalid) as refused, office.at_work():
        roles.invite(office.city, role, name, email, office.admin)
    assert set(refused.value.errors) == {field}


def test_who_has_the_role_is_not_invited_to_it(office: Office) -> None:
    email = address()
    office.make.grant(office.person(email), "desk_clerk", office.city)
    with pytest.raises(Invalid, match="이미 이 역할"), office.at_work():
        roles.invite(office.city, "desk_clerk", "이도담", email, office.admin)


def grant_of(office: Office, role: str) -> roles.Held:
    with office.at_work():
        return next(one for one in roles.staff(office.city) if one.grant.role == role)


def test_a_role_ends_at_once_and_stays_known(office: Office) -> None:
    clerk = office.make.person()
    office.make.grant(clerk, "desk_clerk", office.city)
    with office.at_work():
        roles.end(grant_of(office, "desk_clerk").grant.id, office.city)
    assert office.roles_of(clerk) == set()
    ended = grant_of(office, "desk_clerk").grant
    assert (ended.ended_by, ended.ended_at is not None) == (office.admin, True)
    office.execute(
        "INSERT INTO role_grants (person_id, tenant_id, role, granted_at, ended_at)"
        " VALUES (:who, :city, 'instructor', now() - interval '9 years', now() - interval '4 years')",
        who=clerk,
        city=office.city,
    )
    with office.at_work():
        assert {one.grant.role for one in roles.staff(office.city)} == {"city_admin", "desk_clerk"}


def test_a_city_always_keeps_an_administrator(office: Office) -> None:
    """Nobody ends their own administration; two who end each other's do not both succeed."""
    own = grant_of(office, "city_admin").grant.id
    with pytest.raises(Refused, match="스스로"), office.at_work():
        roles.end(own, office.city)
    second = office.make.person()
    office.make.grant(second, "city_admin", office.city)
    with office.at_work(second):
        roles.end(own, office.city)
    with pytest.raises(MaruError), office.at_work():
        roles.end(grant_of_second(office), office.city)
    assert office.roles_of(second) == {"city_admin"}


def grant_of_second(office: Office) -> object:
    with office.at_work():
        held = session().scalars(
            sa.text("SELECT id FROM role_grants WHERE tenant_id = :c AND ended_at IS NULL"), {"c": office.city}
        )
        return held.one()


def test_nobody_else_ends_a_role(office: Office, database: Database, make: Maker) -> None:
    clerk = office.make.person()
    office.make.grant(clerk, "desk_clerk", office.city)
    grant = grant_of(office, "desk_clerk").grant.id
    other, foreign, province = make.city(), make.person(), make.person()
    make.grant(foreign, "city_admin", other)
    make.grant(province, "province_admin")
    for scope, tenant, person, refusal in (
        (Scope.STAFF, office.city, clerk, "not-admin"), (Scope.STAFF, office.city, foreign, "not-admin"),
        (Scope.STAFF, other, foreign, "unknown"), (Scope.PERSON, office.city, office.admin, "not-admin"),
        (Scope.JOB, office.city, office.admin, "not-admin"), (Scope.PROVINCE, None, province, "unknown"),
        (Scope.PROVINCE, None, office.admin, "not-admin"),
    ):  # fmt: skip
        with database.transaction(scope, tenant=tenant, person=person):
            assert session().scalar(sa.select(sa.func.engine.end_grant(grant))) == refusal
    assert office.roles_of(clerk) == {"desk_clerk"}


def test_what_an_administrator_offered_ends_with_their_role(office: Office) -> None:
    second = office.make.person()
    office.make.grant(second, "city_admin", office.city)
    email = address()
    token, person = office.sent(office.invite(email), uuid4().hex), office.person(email)
    own = grant_of_admin(office)
    with office.at_work(second):
        roles.end(own, office.city)
    with pytest.raises(Refused, match="거둔"), office.as_person(person):
        roles.accept(token, person)


def grant_of_admin(office: Office) -> object:
    with office.at_work():
        return next(one.grant.id for one in roles.staff(office.city) if one.person.id == office.admin)


def test_an_accepted_invitation_is_not_withdrawn(office: Office) -> None:
    email = address()
    invitation = office.invite(email)
    token, person = office.sent(invitation, uuid4().hex), office.person(email)
    with office.as_person(person):
        roles.accept(token, person)
    with pytest.raises(Refused), office.at_work():
        roles.withdraw(invitation, office.city)
    with pytest.raises(NotFound), office.at_work():
        roles.withdraw(uuid4(), office.city)


def test_provincial_staff_are_invited_by_their_administrator_alone(office: Office, database: Database) -> None:
    admin, editor = office.make.person(), office.make.person()
    office.make.grant(admin, "province_admin")
    office.make.grant(editor, "library_editor")
    with database.transaction(Scope.PROVINCE, person=admin):
        offered = roles.invite(None, "auditor", "감사", address(), admin)
        assert offered.tenant_id is None
    with pytest.raises(sa.exc.ProgrammingError), database.transaction(Scope.PROVINCE, person=editor):
        roles.invite(None, "province_admin", "나", address(), editor)
    with database.transaction(Scope.PROVINCE, person=editor):
        held = next(one for one in roles.staff(None) if one.person.id == admin)
    with pytest.raises(Forbidden), database.transaction(Scope.PROVINCE, person=editor):
        roles.end(held.grant.id, None)


def test_a_house_sends_so_many_invitations_a_day(office: Office) -> None:
    """Each makes an account and a letter in the province's name: a stolen session must not send thousands."""
    office.execute(
        "INSERT INTO invitations (tenant_id, role, name, email, withdrawn_at)"
        " SELECT :city, 'desk_clerk', 'x', n || 'x@example.kr', now() FROM generate_series(1, 100) n",
        city=office.city,
    )
    with pytest.raises(TooMany):
        office.invite(address())
    office.execute(
        "UPDATE invitations SET invited_at = now() - interval '25 hours' WHERE tenant_id = :c", c=office.city
    )
    office.invite(address())


def test_only_administrators_revive_an_offer_whatever_the_page_thinks(office: Office, database: Database) -> None:
    """The wall itself: a clerk could give an offer that was taken back a token of their own making, and take it."""
    email = address()
    clerk = office.person(email)
    office.make.grant(clerk, "desk_clerk", office.city)
    invitation = office.invite(email, "city_admin")
    with office.at_work():
        roles.withdraw(invitation, office.city)
    revive = sa.text(
        "UPDATE invitations SET withdrawn_at = NULL, token_hash = sha256('x'), expires_at = now() + interval '1 day'"
        " WHERE id = :id RETURNING id"
    )
    for scope in (Scope.STAFF, Scope.PROVINCE, Scope.PERSON):
        with database.transaction(scope, tenant=office.city, person=clerk) as on:
            assert on.execute(revive, {"id": invitation}).all() == []


def test_the_page_offers_the_role_to_nobody_else(office: Office, config: Config) -> None:
    """Who opens the link signed in as somebody else reads so at once; who sent it too."""
    email = address()
    token, slug = office.sent(office.invite(email), uuid4().hex), office.make.slug(office.city)
    invited, stranger = office.person(email), office.person(address())
    with opened(config) as web:

        def page(person: UUID) -> str:
            return web.get(f"{slug}.localhost", f"/invitations/{token}", office.make.session(person, office.city)).text

        assert "역할 받기" in page(invited)
        for person, words in ((stranger, "다른 분의 이메일 주소로 보낸"), (office.admin, "자신이 보낸 초대는")):
            assert words in page(person)
            assert "역할 받기" not in page(person)


def test_whose_role_ends_is_told_once(office: Office) -> None:
    clerk = office.make.person()
    office.make.grant(clerk, "desk_clerk", office.city)
    ended = grant_of(office, "desk_clerk").grant.id
    with office.at_work():
        roles.end(ended, office.city)
    with engine_connection(office.config.database_url) as connection:
        told = connection.execute(TOLD, {"grant": ended}).one()
    assert (told.person_id, told.tenant_id, told.kind) == (clerk, office.city, "roles.ended")
    head = Letterhead("수원시", "031", "https://suwon.example.kr")
    for language, words in (("ko", "창구 담당자"), ("en", "desk clerk")):
        facts = {"name": "정하늘", **told.details}
        written = letters.write(declared[told.kind].texts[language], facts, head, language, to_a_person=True)
        assert words in written.subject


@pytest.mark.usefixtures("no_officer")
def test_the_last_privacy_officer_is_not_sent_away(config: Config, database: Database, make: Maker) -> None:
    """Somebody other than who ends it must go on reading the log, and the officer who leaves is told."""
    admin, officer, successor = (make.person() for _ in range(3))
    make.grant(admin, "province_admin")
    make.grant(officer, "privacy_officer")
    with database.transaction(Scope.PROVINCE, person=admin):
        (grant,) = [
            one.grant.id for one in roles.staff(None) if one.person.id == officer and one.grant.ended_at is None
        ]

    def end() -> None:
        with database.transaction(Scope.PROVINCE, person=admin):
            roles.end(grant, None)

    with pytest.raises(Refused, match="하나뿐인"):
        end()
    make.grant(admin, "privacy_officer")
    with pytest.raises(Refused, match="하나뿐인"):
        end()
    with engine_connection(config.database_url) as connection:
        assert connection.execute(TOLD, {"grant": grant}).all() == []
    make.grant(successor, "privacy_officer")
    end()
    with engine_connection(config.database_url) as connection:
        assert connection.execute(TOLD, {"grant": grant}).one().person_id == officer
