"""Tables of those who act for others; the engine's functions alone write them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Instant, Recorded
from maru.db import Model
from maru.tenancy import Tenant


class Representation(Model):
    """`representative_id` acts for `person_id`, as `guardian` or `helper`; `only_in` one city, or everywhere.

    `method` is how it was agreed to, `text_version` to what; `recorded_by` the clerk who saw the paper or called,
    `vouched_by` the guardian who has named this second one. It stands until `ended_at`, before `ends_on`, and a guardian's before the child's 14th birthday.
    """

    __tablename__ = "representations"
    __table_args__ = (
        CheckConstraint("kind IN ('guardian', 'helper')"),
        CheckConstraint("method IN ('sms', 'identity', 'email', 'paper', 'phone', 'online')"),
        Index(
            "representations_one",
            "person_id",
            "representative_id",
            "kind",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("representations_representative", "representative_id", "person_id"),
        Index("representations_vouched_by", "vouched_by", postgresql_where=text("vouched_by IS NOT NULL")),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    representative_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    kind: Mapped[str] = mapped_column(Text)
    may_apply: Mapped[bool]
    may_see: Mapped[bool]
    only_in: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    method: Mapped[str] = mapped_column(Text)
    text_version: Mapped[str] = mapped_column(Text)
    vouched_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    recorded_in: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    begun_at: Mapped[Recorded]
    ends_on: Mapped[date | None] = mapped_column(info={"personal": "day"})
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})


class RepresentationAct(Model):
    """A helper did or looked at something for a person, who reads it."""

    __tablename__ = "representation_acts"
    __table_args__ = (
        Index("representation_acts_person", "person_id", "id"),
        Index("representation_acts_actor", "actor_id"),
    )

    id: Mapped[Id]
    at: Mapped[Recorded]
    representation_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    actor_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    done_in: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    act: Mapped[str] = mapped_column(Text)


class ConsentMethod(Model):
    """A way in which a guardian's consent is taken while it is in force; `citation` names the law that accepts it."""

    __tablename__ = "consent_methods"

    method: Mapped[str] = mapped_column(Text, primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    citation: Mapped[str] = mapped_column(Text)


class GuardianRequest(Model):
    """What a guardian (`person_id`) has said of a child, until consent is proven; then nothing of the child is left here.

    `reference` is the number that the desk asks for; `history_version` the text of the one history that was agreed to for
    the child, None where it was not.
    """

    __tablename__ = "guardian_requests"
    __table_args__ = (Index("guardian_requests_person", "person_id", "asked_at"),)

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    child_name: Mapped[str] = mapped_column(Text, info={"personal": "name"})
    birth_date: Mapped[date | None] = mapped_column(info={"personal": "birth date"})
    method: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text, server_default="", info={"personal": "contact"})
    history_version: Mapped[str | None] = mapped_column(Text)
    text_version: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text, unique=True)
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    asked_at: Mapped[Recorded]
    expires_at: Mapped[Instant]
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class HelperInvitation(Model):
    """A person names a helper, or a guardian the other guardian of `child_id`: whoever has the code, and where `email` is
    given, that address.
    """

    __tablename__ = "helper_invitations"
    __table_args__ = (
        Index("helper_invitations_person", "person_id", "asked_at"),
        Index("helper_invitations_child", "child_id", postgresql_where=text("child_id IS NOT NULL")),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    child_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    email: Mapped[str] = mapped_column(Text, server_default="", info={"personal": "contact"})
    may_apply: Mapped[bool]
    may_see: Mapped[bool]
    ends_on: Mapped[date] = mapped_column(info={"personal": "day"})
    asked_at: Mapped[Recorded]
    expires_at: Mapped[Instant]
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TakeoverCode(Model):
    """With it a child of fourteen links their own sign-in to what is theirs."""

    __tablename__ = "takeover_codes"
    __table_args__ = (
        Index("takeover_codes_person", "person_id"),
        Index("takeover_codes_made_by", "made_by"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    made_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[Recorded]
    expires_at: Mapped[Instant]
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class CodeTry(Model):
    """A code that was typed and is none; so that nobody tries them all."""

    __tablename__ = "code_tries"
    __table_args__ = (Index("code_tries_person", "person_id", "at"),)

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    at: Mapped[Recorded]
