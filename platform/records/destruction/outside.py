"""What a run has left outside the database is removed by a round, which tries until it is gone (PRV 7.3, §21)."""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog

from auth.keycloak import accounts
from maru.db import session
from maru.errors import ConfigurationError, Unavailable
from maru.jobs import every, tools
from records.destruction.models import Removal

AT_ONCE = 20
TAKE = sa.text("SELECT id, kind, what, used_again FROM engine.take_removals(:most)")
log = structlog.get_logger()


class Taken(NamedTuple):
    """Something to be removed; `used_again`: somebody has signed in with the account since."""

    id: UUID
    kind: str
    what: str
    used_again: bool


@every("destruction.remove_outside", seconds=30)
def remove_outside() -> None:
    """Remove what is due; what does not go is tried again after one, four, nine ... minutes, at the latest after a day."""
    with tools().transaction():
        taken = [Taken(*row) for row in session().execute(TAKE, {"most": AT_ONCE})]
    for one in taken:
        problem = _remove(one)
        with tools().transaction():
            _settle(one, problem)


def _remove(one: Taken) -> str:
    """Why it could not be removed, a word of `words.PROBLEMS`; nothing where it is gone."""
    if one.used_again:
        return "used-again"
    try:
        if one.kind == "file":
            tools().storage.delete([one.what])
        elif tools().config.keycloak_admin:
            accounts.remove(tools().config, one.what)
        else:
            return "not-allowed"
    except (ConfigurationError, Unavailable) as error:
        log.warning("not removed", removal=str(one.id), kind=one.kind, error=type(error).__name__)
        return "away"
    return ""


def _settle(one: Taken, problem: str) -> None:
    changed: dict[str, object] = {"problem": problem}
    if problem in ("", "used-again"):
        changed |= {"what": None, "removed_at": datetime.now(UTC)}
    session().execute(sa.update(Removal).where(Removal.id == one.id).values(changed))
