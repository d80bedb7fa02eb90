"""User enumeration: nobody learns from Keycloak's pages or ours who has an account, an invitation or an ID."""

import re
import secrets
from html import unescape
from uuid import uuid4

import pytest
import requests

from auth.keycloak.applying import RealmPlan, UserPlan, apply
from auth.keycloak.connection import administrator
from maru.config import Config
from maru.db import Database, Scope
from tenants.enrolments import service as enrolments
from tests.auth.attacks.conftest import Person, token_of
from tests.auth.conftest import PASSWORD
from tests.client import Web
from tests.conftest import Maker

WRONG = "a wrong password"


class Form:
    """Keycloak's sign-in form, and what it says to a name and a password."""

    def __init__(self, web: Web, house: str, language: str) -> None:
        self._person = Person(web)
        self._address = f"{self._person.begins(house).replace('ui_locales=ko', f'ui_locales={language}')}"

    def says(self, username: str, password: str) -> tuple[int, str]:
        """Status and words of the page."""
        page = self._person.asks_keycloak(self._address)
        action = unescape(re.search(r'<form[^>]+action="([^"]+)"', page.text)[1])  # type: ignore[index]
        answer = self._person._kept(
            self._person.keycloak.post(
                action, {"username": username, "password": password}, allow_redirects=False, timeout=20
            )
        )
        return answer.status_code, words(answer.text)


def words(page: str) -> str:
    """What a page says in its main part, the faults of fields included."""
    main = re.sub(r"<script.*?</script>", "", page.partition("<main")[2].partition("</main>")[0], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", f"<main{main}").split())


@pytest.fixture(scope="module")
def locked(whole: Config) -> str:
    """Somebody whom too many wrong passwords have locked out for a while."""
    name = f"locked-{secrets.token_hex(4)}"
    apply(whole, RealmPlan(users=[UserPlan(name, PASSWORD, "김하늘", f"{name}@example.kr")]))
    return name


@pytest.fixture(scope="module")
def disabled(whole: Config) -> str:
    name = f"disabled-{secrets.token_hex(4)}"
    made = apply(whole, RealmPlan(users=[UserPlan(name, PASSWORD, "김하늘", f"{name}@example.kr")]))
    with administrator(whole) as admin:
        admin.update_user(made.subjects[name], {"enabled": False})
    return name


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_form_says_the_same_whether_there_is_an_account(
    web: Web, house: str, locked: str, disabled: str, language: str
) -> None:
    """Also after so many guesses that it is locked, with the right password then, and where the office has shut it."""
    form = Form(web, house, language)
    nobody = form.says("nobody-has-this-name", WRONG)
    assert nobody[0] == 200
    assert form.says(disabled, WRONG) == nobody
    for guess in range(7):
        assert form.says(locked, f"{WRONG} {guess}") == nobody, guess
    assert form.says(locked, PASSWORD) == nobody
    assert form.says(f"{locked}@example.kr", PASSWORD) == nobody, "an address is no name"


@pytest.mark.parametrize(
    "path", ["login-actions/reset-credentials?client_id=maru", "login-actions/registration?client_id=maru", "protocol/openid-connect/registrations?client_id=maru&response_type=code&scope=openid"],
)  # fmt: skip
def test_nobody_asks_for_a_password_by_mail_or_registers(whole: Config, path: str) -> None:
    """Where a form would say "we have written to you", or "this name is taken"."""
    page = requests.get(f"{whole.oidc_issuer}/{path}", timeout=10)
    assert 'name="email"' not in page.text
    assert "user.attributes" not in page.text
    with administrator(whole) as admin:
        realm = admin.get_realm(admin.get_current_realm())
    assert (realm["resetPasswordAllowed"], realm["registrationAllowed"], realm["loginWithEmailAllowed"]) == (False,) * 3


def test_forgotten_passwords_by_mail_that_somebody_turns_on_are_turned_off(whole: Config) -> None:
    with administrator(whole) as admin:
        admin.update_realm(admin.get_current_realm(), {"resetPasswordAllowed": True})
    (change,) = (change for change in apply(whole, RealmPlan()).changes if change.kind == "realm")
    assert change.fields == ("resetPasswordAllowed: true -> false",)


@pytest.mark.parametrize("who", ["a stranger", "somebody signed in"])
def test_an_invitation_that_is_not_there_looks_like_any_other(web: Web, house: str, who: str) -> None:
    """The link is the secret: whatever was guessed, the same page, and no word of an address or a name."""
    person = Person(web)
    if who != "a stranger":
        person.signs_in(house, "resident")
    pages = [person.get(house, f"/invitations/{token}") for token in ("x", secrets.token_urlsafe(32), "a" * 300)]
    assert {page.status_code for page in pages} == {404}
    assert len({words(page.text) for page in pages}) == 1
    assert "이 초대는 없습니다" in pages[0].text


def test_a_token_says_nothing_about_people_who_have_never_signed_in(web: Web, whole: Config, house: str) -> None:
    """Keycloak knows them, Maru does not: as somebody whom nobody knows."""
    token = token_of(whole, "unseen")
    answer = web.get(house, "/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_what_others_own_looks_like_what_was_never_there(
    web: Web, person: Person, house: str, make: Maker, database: Database
) -> None:
    """Somebody's application, and their person, by their very numbers; and numbers that nobody has."""
    person.signs_in(house, "resident")
    tenant, somebody = make.city(), make.person()
    run = make.run(tenant)
    with database.transaction(Scope.PERSON, tenant=tenant, person=somebody):
        theirs = enrolments.apply(run, tenant).id
    for path, known in (("/applications/{}", theirs), ("/api/v1/applications/{}", theirs), ("/my/for/{}", somebody)):
        there, never = (person.get(house, path.format(number)) for number in (known, uuid4()))
        assert there.status_code == never.status_code, path
        assert there.status_code in (403, 404), path
        assert words(there.text) == words(never.text), path
