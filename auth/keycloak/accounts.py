"""Accounts of people at the identity provider."""

import secrets
from http import HTTPStatus
from typing import Any

from keycloak.exceptions import KeycloakDeleteError, KeycloakPostError, KeycloakPutError, raise_error_from_response

from auth.keycloak.connection import Administrator, administrator, found
from maru.config import Config

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for each other on paper."""
CHANGE_PASSWORD = "UPDATE_PASSWORD"  # noqa: S105  # what Keycloak calls the act

PARENTHESES = str.maketrans("()", "（）")
"""Keycloak takes no others in a name: 김영숙（金英淑）."""


class NoAccount(ValueError):
    """Keycloak refuses a name or an address; it would do so at another try too."""


def password_of(numbers: bytes) -> str:
    """A password to be typed once, of sixteen bytes: as many letters, in groups of four."""
    said = "".join(LETTERS[number % len(LETTERS)] for number in numbers)
    return "-".join(said[start : start + 4] for start in range(0, len(said), 4))


def holder(keycloak: Administrator, email: str) -> dict[str, Any] | None:
    """The account whose holder has shown that an address is theirs, as Keycloak describes it."""
    user = _named(keycloak, email)
    return user if user and user.get("emailVerified") else None


def _named(keycloak: Administrator, email: str) -> dict[str, Any] | None:
    there = keycloak.get_users({"email": email, "exact": True})
    return keycloak.get_user(there[0]["id"]) if there else None


def never_used(user: dict[str, Any]) -> bool:
    """Whether an account still waits for its holder to choose a password."""
    return CHANGE_PASSWORD in user.get("requiredActions", [])


def make(keycloak: Administrator, email: str, name: str, password: str) -> str:
    """An account of an address that `holder` knows nobody for, with a password for once; gives the name to sign in with.

    The password goes to the address alone, so whoever signs in reads its mail. An account that another provider only told of
    the address loses it. Raises NoAccount where Keycloak takes the name or the address for none.
    """
    if other := _named(keycloak, email):
        keycloak.update_user(other["id"], other | {"email": ""})
    name = name.translate(PARENTHESES)
    first = {"type": "password", "value": password, "temporary": True}
    about = {"username": email, "email": email, "emailVerified": True, "firstName": name, "enabled": True}
    about |= {"credentials": [first], "requiredActions": [CHANGE_PASSWORD]}
    try:
        keycloak.create_user(about)
    except KeycloakPostError as error:
        if error.response_code == HTTPStatus.BAD_REQUEST:
            raise NoAccount(f"{error.response_body!r}") from error
        if error.response_code != HTTPStatus.CONFLICT:
            raise
        about["username"] = f"{email}-{secrets.token_hex(2)}"  # somebody signs in by what was their address once
        keycloak.create_user(about)
    return str(about["username"])


def give_password(keycloak: Administrator, user: dict[str, Any], password: str) -> None:
    """For once: whoever signs in by it chooses another, and at once, also when guesses have locked them out.

    Where it is theirs already, an earlier try has come as far as that.
    """
    try:
        keycloak.set_user_password(user["id"], password, temporary=True)
    except KeycloakPutError as error:
        if b"invalidPasswordHistory" not in (error.response_body or b""):
            raise
    keycloak.clear_bruteforce_attempts_for_user(user["id"])


def remove(config: Config, subject: str) -> None:
    """Delete somebody's account and end their sessions there; one that is gone is no error.

    Raises ConfigurationError where Keycloak does not answer or does not let us in.
    """
    with administrator(config) as keycloak:
        if found(keycloak.get_user, subject) is not None:
            keycloak.delete_user(subject)


def end_session(config: Config, identity_session: str) -> None:
    """End one sign-in of somebody there; one that is over is no error. Raises ConfigurationError as above."""
    with administrator(config) as keycloak:
        address = f"admin/realms/{keycloak.get_current_realm()}/sessions/{identity_session}"
        answer = keycloak.connection.raw_delete(address)
        raise_error_from_response(answer, KeycloakDeleteError, expected_codes=[204, 404])
