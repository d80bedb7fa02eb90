"""Tables of grants and of invitations; ended grants stay for three years as the proof that 7.4 asks for."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded
from maru.db import Model
from maru.tenancy import Tenant


class RoleGrant(Model):
    """A role of a person in one tenant, or in the province when `tenant_id` is null."""

    __tablename__ = "role_grants"
    __table_args__ = (
        Index(
            "role_grants_active",
            "person_id",
            "tenant_id",
            "role",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("role_grants_tenant_id", "tenant_id", "person_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    role: Mapped[str] = mapped_column(Text)
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    granted_at: Mapped[Recorded]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})


class Invitation(Model):
    """A role offered to whoever reads the mail of an address. `token_hash` is made when the mail is written, and only the
    engine reads it; `invited_by` is null for a command of the server.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            "invitations_open",
            "tenant_id",
            "role",
            "email",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
        Index("invitations_tenant_id", "tenant_id", "invited_at"),
    )

    id: Mapped[Id]
    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    role: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, info={"personal": "name"})
    email: Mapped[str] = mapped_column(Text, info={"personal": "contact"})
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True, deferred=True)
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    invited_at: Mapped[Recorded]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def open(self) -> bool:
        """Whether it can still be accepted, or is about to be sent."""
        lives = self.expires_at is None or self.expires_at > datetime.now(UTC)
        return lives and self.accepted_at is None and self.withdrawn_at is None
