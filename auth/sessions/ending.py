"""Sign-ins that ended here while the identity provider was away, which still holds them.

It needs `KEYCLOAK_ADMIN`, as the worker has it for accounts of the invited; without it they end there by their own time.
"""

from auth.keycloak import accounts
from maru.jobs import job, tools


@job("sessions.end_at_provider", calls_out=True)
def end_at_provider(identity_session: str) -> None:
    """End a sign-in at Keycloak too, so that the next person at that browser is asked who they are.

    Raises ConfigurationError where Keycloak does not answer, and is tried again.
    """
    if tools().config.keycloak_admin and identity_session:
        accounts.end_session(tools().config, identity_session)
