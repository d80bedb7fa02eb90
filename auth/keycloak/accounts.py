"""Accounts of people at the identity provider."""

from keycloak.exceptions import KeycloakDeleteError, raise_error_from_response

from auth.keycloak.connection import administrator, found
from maru.config import Config


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
