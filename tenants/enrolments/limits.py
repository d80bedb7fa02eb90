"""Dated figures that protect against floods, as they are today."""

import sqlalchemy as sa

from maru.db import session
from maru.web import dates
from tenants.enrolments.models import Limit


def limit(name: str) -> int:
    """The figure in force."""
    return (
        session().scalars(sa.select(Limit.value).where(Limit.name == name, Limit.valid.contains(dates.today()))).one()
    )
