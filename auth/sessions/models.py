"""Tables of sign-in and sessions. Secrets are kept as SHA-256 digests; the application reads them only by functions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Instant, Recorded
from maru.db import Model


class SessionRow(Model):
    """A signed-in browser on one host."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("sessions_identity_session", "identity_session", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    host: Mapped[str] = mapped_column(Text)
    identity_session: Mapped[str | None] = mapped_column(Text)
    id_token: Mapped[str | None] = mapped_column(Text, info={"personal": "identity token"})
    strong: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether a second factor stands behind it."""
    created_at: Mapped[Recorded]
    last_seen_at: Mapped[Recorded]
    expires_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SignIn(Model):
    """A sign-in under way: bound to the browser on the portal and on the host where it began.

    The callback takes it, once, and has a minute from then on to turn it into a ticket.
    """

    __tablename__ = "sign_ins"

    state_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    portal_binding: Mapped[bytes] = mapped_column(LargeBinary)
    city_binding: Mapped[bytes] = mapped_column(LargeBinary)
    nonce: Mapped[str] = mapped_column(Text)
    code_verifier: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(Text)
    return_to: Mapped[str] = mapped_column(Text)
    called_back_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[Instant] = mapped_column(index=True)


class Ticket(Model):
    """Carries a person from the portal's callback to the host where sign-in began: once, within 60 seconds."""

    __tablename__ = "tickets"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    binding: Mapped[bytes] = mapped_column(LargeBinary)
    host: Mapped[str] = mapped_column(Text)
    return_to: Mapped[str] = mapped_column(Text)
    identity_session: Mapped[str | None] = mapped_column(Text)
    id_token: Mapped[str | None] = mapped_column(Text, info={"personal": "identity token"})
    strong: Mapped[bool] = mapped_column(server_default=text("false"))
    expires_at: Mapped[Instant] = mapped_column(index=True)


class SignInAttempt(Model):
    """A sign-in begun from an address; kept for ten minutes, to slow down floods."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("sign_in_attempts_address_at", "address", "at"),)

    id: Mapped[Id]
    address: Mapped[str] = mapped_column(INET, info={"personal": "address"})
    at: Mapped[Recorded]
