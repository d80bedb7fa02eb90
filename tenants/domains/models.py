"""Table of the names that cities say are their own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded, TenantKey, Words
from maru.db import Model


class DomainClaim(Model):
    """A name and the token that proves it; what was proven is served from `tenant_hosts`.

    `finding` is what the last check saw: "asked" until it ends, "proven", "missing" (no record), "wrong" (another token),
    "held" (proven by another city), "silent" (no answer, which proves nothing either way).
    """

    __tablename__ = "domain_claims"
    __table_args__ = (
        CheckConstraint(
            r"host ~ '^([a-z0-9-]+\.)+[a-z][a-z0-9-]+$' AND host !~ '(^|\.)(localhost|local|internal|invalid)$'"
        ),
        CheckConstraint("finding IN ('', 'asked', 'proven', 'missing', 'wrong', 'held', 'silent')"),
    )

    tenant_id: Mapped[TenantKey]
    host: Mapped[str] = mapped_column(Text, primary_key=True)
    token: Mapped[str] = mapped_column(Text)
    finding: Mapped[Words]
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    proven_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    claimed_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    claimed_at: Mapped[Recorded]
