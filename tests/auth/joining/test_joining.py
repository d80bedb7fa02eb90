"""An account, or another password, by a letter: for whoever reads the address's mail, and nobody learns who has one (issue 5.2, 5.9)."""

import re
import secrets
from dataclasses import replace

import pytest
import sqlalchemy as sa

from auth.joining import accounts
from auth.joining import service as joining
from auth.keycloak.accounts import never_used
from auth.keycloak.connection import administrator
from auth.oidc import Provider
from maru.config import Config
from maru.db import Scope
from maru.errors import ConfigurationError, Invalid, NotFound, TooMany
from maru.mail import Unreachable
from maru.migrating import engine_connection
from tests.auth.conftest import PASSWORD, Browser
from tests.auth.joining.conftest import LINK, Street
from tests.auth.test_accounts import first_form
from tests.post import text_of

ONCE = re.compile(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}")


def somebody(keycloak: Config, name: str) -> None:
    """With an account in use; the realm itself stays as it is for whoever else tries something there."""
    known = {"type": "password", "value": PASSWORD, "temporary": False}
    about = {
        "username": name,
        "email": f"{name}@example.kr",
        "emailVerified": True,
        "firstName": "김하늘",
        "enabled": True,
    }
    with administrator(keycloak) as admin:
        admin.create_user(about | {"credentials": [known]})


def once_of(page: str) -> str:
    found = ONCE.search(page)
    assert found, page
    return found[0]


def test_whoever_reads_the_letter_gets_an_account(street: Street, keycloak: Config, provider: Provider) -> None:
    email = street.address()
    letter = street.gets("join", email.upper())
    assert "이도담" not in letter, "whoever asks puts no words into our letters"
    assert street.host in letter
    with administrator(keycloak) as admin:
        assert admin.get_users({"email": email, "exact": True}) == [], "a letter alone makes no account"
    page = street.opens(letter)
    assert email in page
    with administrator(keycloak) as admin:
        user = admin.get_user(admin.get_users({"email": email, "exact": True})[0]["id"])
    assert (user["firstName"], user["emailVerified"], never_used(user)) == ("이도담", True, True)
    assert "password-new" in first_form(Browser(provider, keycloak), email, once_of(page))


def test_another_password_for_whoever_forgot_theirs(street: Street, keycloak: Config, provider: Provider) -> None:
    """Also for somebody whom their guesses have locked out; the old password opens nothing from then on."""
    name = f"absent-{secrets.token_hex(4)}"
    somebody(keycloak, name)
    letter = street.gets("password", f"{name}@example.kr")
    assert f"아이디: {name}" in letter
    for _ in range(6):
        first_form(Browser(provider, keycloak), name, "a wrong guess of it")
    page = street.opens(letter)
    assert "password-new" in first_form(Browser(provider, keycloak), name, once_of(page))
    assert "password-new" not in first_form(Browser(provider, keycloak), name, PASSWORD)


@pytest.mark.parametrize(
    ("kind", "email", "says"),
    [
        ("join", "haneul@example.kr", "이미 있습니다|아이디: haneul|/forgotten"),
        ("password", "nobody-at-all@example.kr", "계정이 없습니다|/join"),
    ],
)
def test_the_letter_alone_tells_who_has_an_account(street: Street, kind: str, email: str, says: str) -> None:
    letter = street.gets(kind, email)
    for words in says.split("|"):
        assert words in letter
    assert not LINK.search(letter)


def test_a_closed_account_is_not_opened(street: Street, keycloak: Config) -> None:
    email = street.address()
    street.opens(street.gets("join", email))
    with administrator(keycloak) as admin:
        user = admin.get_users({"email": email, "exact": True})[0]
        admin.update_user(user["id"], {"enabled": False})
    street.works(accounts.write, street.asks("password", email))
    assert "쓸 수 없게" in text_of(street.post.to(email)[-1])


def test_an_address_that_nobody_vouches_for_is_whoevers_reads_its_mail(street: Street, keycloak: Config) -> None:
    """Somebody's account at another provider told of it: that account loses it and is not opened by its mail."""
    email = street.address()
    with administrator(keycloak) as admin:
        stranger = admin.create_user({"username": email.split("@")[0], "email": email, "enabled": True})
    letter = street.gets("join", email)
    with administrator(keycloak) as admin:
        assert admin.get_user(stranger)["email"] == email, "whoever asks has shown nothing yet"
    street.opens(letter)
    with administrator(keycloak) as admin:
        assert not admin.get_user(stranger).get("email")
        assert admin.get_users({"email": email, "exact": True})[0]["username"] == email


def test_the_page_says_the_same_whoever_has_an_account(street: Street) -> None:
    pages = []
    for email in ("haneul@example.kr", street.address()):
        for path, more in (("/join", {"name": "이도담", "old_enough": "1"}), ("/forgotten", {})):
            asked = street.web.post(street.host, path, data={"email": email, **more})
            pages.append((asked.status_code, asked.location, street.web.get(street.host, asked.location).text))
    assert pages[:2] == pages[2:]
    assert "메일을 열어 주세요" in pages[0][2]


def test_what_is_wrong_is_said_at_its_field(street: Street) -> None:
    with street.database.transaction(Scope.PUBLIC), pytest.raises(Invalid) as refused:
        joining.ask_to_join("<b>x</b>", "kim@@example", old_enough=False, language="ko", address=None)
    assert set(refused.value.errors) == {"name", "email", "old_enough"}
    page = street.web.post(street.host, "/join", data={"name": "", "email": "kim", "old_enough": ""})
    assert page.status_code == 422
    for words in ("이름을 적어 주세요", "이메일 주소를 확인해 주세요", "만 14세 미만 자녀는 보호자께서"):
        assert words in page.text
    assert street.web.post(street.host, "/forgotten", data={"email": "kim"}).status_code == 422


def test_a_link_works_once_and_a_look_at_it_changes_nothing(street: Street) -> None:
    found = LINK.search(street.gets("join", street.address()))
    assert found
    page = f"/accounts/{found[1]}"
    assert "계정 만들기" in street.web.get(street.host, page).text, "a scanner of mail has opened it"
    with street.database.transaction(Scope.PUBLIC, tenant=street.city) as opened:
        assert opened.execute(joining.OPEN, {"token": accounts.digest(found[1])}).scalar_one() is not None
        assert opened.execute(joining.OPEN, {"token": accounts.digest(found[1])}).scalar_one() is None
    with engine_connection(street.config.database_url) as connection:
        past = sa.text("UPDATE account_requests SET expires_at = now() - interval '1 second' WHERE token_hash = :hash")
        connection.execute(past, {"hash": accounts.digest(found[1])})
    for answer in (street.web.get(street.host, page), street.web.post(street.host, page, follow_redirects=True)):
        assert "기한이 지났거나 이미" in answer.text
        assert not ONCE.search(answer.text)
    assert street.web.get(street.host, f"/accounts/{secrets.token_urlsafe(32)}").status_code == 404
    with street.database.transaction(Scope.PUBLIC), pytest.raises(NotFound):
        joining.use("x")


def test_the_password_for_once_rests_nowhere(street: Street) -> None:
    letter = street.gets("join", street.address())
    found = LINK.search(letter)
    assert found
    password = once_of(street.opens(letter))
    with engine_connection(street.config.database_url) as connection:
        kept = connection.execute(sa.text("SELECT r::text FROM account_requests r")).scalars().all()
        connection.exec_driver_sql("RESET ROLE")
        asked = "SELECT coalesce(string_agg(args::text, ' '), '') FROM queue.procrastinate_jobs"
        queued = connection.exec_driver_sql(asked).scalar_one()
    for secret in (password, found[1]):
        assert not [row for row in kept if secret in row]
        assert secret not in queued
    other = replace(street.config, secret_key="another secret of this installation")
    assert accounts.once(other, accounts.digest(found[1])) != password


def test_an_address_gets_few_letters_an_hour_and_a_place_makes_few_requests(street: Street) -> None:
    email, place = street.address(), "198.51.100.77"
    asked = [street.asks("join", email) for _ in range(3)]
    assert len(set(asked)) == 3
    queued = "SELECT count(*) FROM queue.procrastinate_jobs WHERE args->'arguments'->>'request' = :id OR args::text LIKE '%' || :id || '%'"
    street.asks("join", email)
    with engine_connection(street.config.database_url) as connection:
        latest = connection.scalar(
            sa.text("SELECT id::text FROM account_requests WHERE email = :email ORDER BY id DESC LIMIT 1"),
            {"email": email},
        )
        connection.exec_driver_sql("RESET ROLE")
        assert connection.scalar(sa.text(queued), {"id": str(asked[0])}) == 1
        assert connection.scalar(sa.text(queued), {"id": latest}) == 0, (
            "the fourth is written down, and nobody is written to"
        )
    for _ in range(30):
        street.asks("password", street.address(), address=place)
    with pytest.raises(TooMany):
        street.asks("password", street.address(), address=place)
    street.asks("password", street.address(), address="198.51.100.78")


def test_a_letter_that_cannot_go_waits(street: Street) -> None:
    email = street.address()
    asked = street.asks("join", email)
    for wrong, error in (
        ({"mail_url": "smtp://127.0.0.1:9"}, Unreachable),
        ({"keycloak_admin": ""}, ConfigurationError),
    ):
        with pytest.raises(error):
            street.works(accounts.write, asked, replace(street.config, **wrong))
    street.works(accounts.write, asked)
    street.works(accounts.write, asked)
    assert len(street.post.to(email)) == 1


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE])
def test_nobody_reads_who_asked(street: Street, scope: Scope) -> None:
    street.asks("join", street.address())
    person, count = street.make.person(), sa.text("SELECT count(*) FROM account_requests")
    with street.database.transaction(scope, tenant=street.city, person=person) as opened:
        assert opened.execute(count).scalar_one() == 0
    with street.database.transaction(Scope.JOB, tenant=street.make.city()) as opened:
        assert opened.execute(count).scalar_one() == 0, "another city's worker"


def test_english(street: Street) -> None:
    asked = street.asks("join", email := street.address(), language="en")
    street.works(accounts.write, asked)
    (letter,) = street.post.to(email)
    assert letter["Subject"] == "Open this message to create your account"
    assert "?lang=en" in text_of(letter), "on whatever device it is opened"


def test_a_link_serves_on_the_host_that_wrote_it(street: Street) -> None:
    found = LINK.search(street.gets("join", street.address()))
    assert found
    page = f"/accounts/{found[1]}"
    for host in ("localhost", f"{street.make.slug(street.make.city())}.localhost"):
        assert street.web.get(host, page).status_code == 404
        assert street.web.post(host, page).status_code == 404
    assert "계정 만들기" in street.web.get(street.host, page).text


def test_nobody_keeps_anothers_letters_away(street: Street) -> None:
    """Requests that sent nothing count for nothing, and those to join not for passwords."""
    email = street.address()
    for _ in range(6):
        street.asks("join", email)
    asked = street.asks("password", email)
    street.works(accounts.write, asked)
    assert len(street.post.to(email)) == 1
    with engine_connection(street.config.database_url) as connection:
        old = sa.text(
            "UPDATE account_requests SET asked_at = asked_at - interval '61 minutes' WHERE email = :email AND lettered"
        )
        connection.execute(old, {"email": email})
    street.works(accounts.write, street.asks("join", email))
    assert len(street.post.to(email)) == 2


def test_one_link_ends_the_others_and_never_an_account_in_use(street: Street, keycloak: Config) -> None:
    email = street.address()
    first, second = (street.gets_another("join", email) for _ in range(2))
    street.opens(second)
    found = LINK.search(first)
    assert found
    assert "기한이 지났거나" in street.web.get(street.host, f"/accounts/{found[1]}").text
    late = street.gets_another("join", email)
    with administrator(keycloak) as admin:
        user = admin.get_users({"email": email, "exact": True})[0]
        admin.update_user(user["id"], {"requiredActions": []})
    page = street.opens(late)
    assert "이미 계정이 있습니다" in page
    assert not ONCE.search(page)


def test_what_keycloak_takes_for_no_account_is_said(street: Street, keycloak: Config) -> None:
    email = street.address()
    letter = street.gets("join", email)
    with engine_connection(street.config.database_url) as connection:
        connection.execute(
            sa.text("UPDATE account_requests SET name = '이<도담' WHERE email = :email"), {"email": email}
        )
    page = street.opens(letter)
    assert "만들 수 없습니다" in page
    assert not ONCE.search(page)
    with administrator(keycloak) as admin:
        assert admin.get_users({"email": email, "exact": True}) == []


def test_a_name_with_parentheses_becomes_an_account(street: Street, keycloak: Config) -> None:
    email = street.address()
    with street.database.transaction(Scope.PUBLIC, tenant=street.city):
        joining.ask_to_join("김영숙(金英淑)", email, old_enough=True, language="ko", address=None)
    street.works(accounts.write, street.latest(email))
    street.opens(text_of(street.post.to(email)[0]))
    with administrator(keycloak) as admin:
        assert admin.get_users({"email": email, "exact": True})[0]["firstName"] == "김영숙（金英淑）"


def test_another_password_ends_every_sign_in(street: Street, keycloak: Config, provider: Provider) -> None:
    name = f"afraid-{secrets.token_hex(4)}"
    somebody(keycloak, name)
    intruder = Browser(provider, keycloak)
    intruder.sign_in(name)
    assert intruder.ask().status_code == 302, "signed in"
    street.opens(street.gets("password", f"{name}@example.kr"))
    assert intruder.ask().status_code == 200, "the form again"


@pytest.mark.parametrize(
    "email",
    ["a&b@x.kr", "a/b@x.kr", "/ab@x.kr", "x..y@x.kr", ".x@x.kr", "x@-x.kr", "한글@x.kr", "ｋ@x.kr", "a\u200bb@x.kr", "l" * 65 + "@x.kr", "a@b"],
)  # fmt: skip
def test_an_address_that_no_account_can_have_is_said_at_once(street: Street, email: str) -> None:
    for path, more in (("/join", {"name": "이도담", "old_enough": "1"}), ("/forgotten", {})):
        answer = street.web.post(street.host, path, data={"email": email, **more})
        assert answer.status_code == 422
        assert "이메일 주소를 확인해 주세요" in answer.text


def test_another_site_sends_no_letters(street: Street) -> None:
    for path in ("/join", "/forgotten", f"/accounts/{secrets.token_urlsafe(32)}"):
        answer = street.web.post(
            street.host, path, data={"email": "kim@example.kr"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 403


def test_what_comes_too_late_changes_nothing(street: Street, keycloak: Config) -> None:
    """Keycloak was away for longer than the link holds: nothing is done that its page calls over."""
    email = street.address()
    found = LINK.search(street.gets("join", email))
    assert found
    assert street.web.post(street.host, f"/accounts/{found[1]}").status_code == 303
    with engine_connection(street.config.database_url) as connection:
        past = sa.text("UPDATE account_requests SET expires_at = now() - interval '1 second' WHERE email = :email")
        connection.execute(past, {"email": email})
    street.works(accounts.open_account, street.latest(email))
    with administrator(keycloak) as admin:
        assert admin.get_users({"email": email, "exact": True}) == []


def test_a_closed_account_gets_no_password(street: Street, keycloak: Config) -> None:
    """Also when it was closed after the letter."""
    name = f"closed-{secrets.token_hex(4)}"
    somebody(keycloak, name)
    letter = street.gets("password", f"{name}@example.kr")
    with administrator(keycloak) as admin:
        admin.update_user(admin.get_user_id(name), {"enabled": False})
    assert not ONCE.search(street.opens(letter))


def test_an_address_that_is_somebodys_name_becomes_another_name(street: Street, keycloak: Config) -> None:
    """The office has given the first one another address; they still sign in by the old one."""
    email = street.address()
    with administrator(keycloak) as admin:
        admin.create_user({"username": email, "email": f"new-{email}", "emailVerified": True, "enabled": True})
    page = street.opens(street.gets("join", email))
    assert f"{email}-" in page
    assert ONCE.search(page)


def test_whoever_is_signed_in_signs_out_first(street: Street) -> None:
    letter = street.gets("join", street.address())
    street.opens(letter)
    found = LINK.search(letter)
    assert found
    other = street.make.session(street.make.person(), street.city)
    page = street.web.get(street.host, f"/accounts/{found[1]}", other).text
    assert "먼저 로그아웃하신 뒤" in page
    assert "next=/my" not in page.partition("<main")[2].partition("</main>")[0]
