"""Table of those who ask for an account, or for another password; it says of nobody whether they have one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text, true
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from maru.columns import Id, Instant, Recorded
from maru.db import Model
from maru.tenancy import Tenant


class AccountRequest(Model):
    """Somebody asked, on the host of a city (`asked_in`) or on the portal, that a letter goes to an address; who reads it opens
    its link. It is no row of that city, which only writes the letter.

    `token_hash` is made when the letter is written, if one was (`lettered`); `opened_at` is when the link was used, and
    `done_at` when the account `username` then had its password for once, or `problem` says why not.
    """

    __tablename__ = "account_requests"
    __table_args__ = (
        CheckConstraint("kind IN ('join', 'password')"),
        CheckConstraint("problem IN ('', 'known', 'refused')"),
        Index("account_requests_email", "email", "asked_at"),
        Index("account_requests_asked_from", "asked_from", "asked_at"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, info={"personal": "contact"})
    name: Mapped[str] = mapped_column(Text, info={"personal": "name"})
    language: Mapped[str] = mapped_column(Text)
    asked_in: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id), index=True)
    asked_from: Mapped[str | None] = mapped_column(INET, info={"personal": "address"})
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    username: Mapped[str] = mapped_column(Text, server_default="", info={"personal": "login"})
    lettered: Mapped[bool] = mapped_column(server_default=true())
    problem: Mapped[str] = mapped_column(Text, server_default="")
    asked_at: Mapped[Recorded]
    expires_at: Mapped[Instant]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
