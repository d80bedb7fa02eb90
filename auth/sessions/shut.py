"""Accounts that were disabled at Keycloak: whoever is signed in by one is signed out, as Keycloak itself tells of sign-outs
alone.

It needs `KEYCLOAK_ADMIN`, as the worker has it for accounts of the invited.
"""

from collections.abc import Iterator

import sqlalchemy as sa
import structlog

from auth.keycloak.connection import Administrator, administrator
from maru.db import session
from maru.errors import ConfigurationError
from maru.jobs import every, tools

SECONDS = 30
"""Between two looks: an account that is shut is out within a minute. A program's token lives on to its end, 5 minutes."""
AT_A_TIME = 1000
END = sa.text(
    "SELECT coalesce(sum(engine.end_elsewhere(shut, NULL, now())), 0) FROM unnest(CAST(:shut AS text[])) AS shut"
)
log = structlog.get_logger()


@every("sessions.shut", seconds=SECONDS)
def end_shut() -> None:
    """End the sessions of every account that is disabled now; while Keycloak is away there is nothing to be known."""
    config = tools().config
    if not config.keycloak_admin:
        return
    try:
        with administrator(config) as admin:
            shut = list(_disabled(admin))
    except ConfigurationError as away:
        log.info("accounts not looked at", reason=str(away))
        return
    with tools().transaction():
        ended = session().scalar(END, {"shut": shut})
    if ended:
        log.info("sessions of disabled accounts ended", sessions=ended)


def _disabled(admin: Administrator) -> Iterator[str]:
    first = 0
    while page := admin.get_users({"enabled": "false", "briefRepresentation": True, "first": first, "max": AT_A_TIME}):
        yield from (user["id"] for user in page)
        first += len(page)
