"""Accounts of people at the identity provider."""

from auth.keycloak.connection import administrator, found
from maru.config import Config


def remove(config: Config, subject: str) -> None:
    """Delete somebody's account and end their sessions there; one that is gone is no error.

    Raises ConfigurationError where Keycloak does not answer or does not let us in.
    """
    with administrator(config) as keycloak:
        if found(keycloak.get_user, subject) is not None:
            keycloak.delete_user(subject)
