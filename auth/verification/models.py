"""Tables of identity checks. The CI stands apart, in a table that only functions of the engine read (PRV-03)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded, TenantKey
from maru.db import Model
from maru.tenancy import Tenant


class Verification(Model):
    """One identity check that succeeded: which agency said it, or which member of a city's staff looked at which document.

    Of a document only its kind is kept (PRV-04, PRV-05).
    """

    __tablename__ = "verifications"
    __table_args__ = (
        CheckConstraint("method IN ('agency', 'document')"),
        CheckConstraint("(method = 'agency') = (agency IS NOT NULL)"),
        CheckConstraint(
            "(method = 'document') = (document IS NOT NULL AND tenant_id IS NOT NULL AND verified_by IS NOT NULL)"
        ),
        Index("verifications_person", "person_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    method: Mapped[str] = mapped_column(Text)
    agency: Mapped[str | None] = mapped_column(Text)
    document: Mapped[str | None] = mapped_column(Text)
    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    verified_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    verified_at: Mapped[Recorded]


class Ci(Model):
    """The one CI of a person: a keyed hash to find it by, and the value sealed (`sealing.py`), from which agency and when.

    `old_hash` is the hash under the key before, by which a process that has that key alone still finds it (`rotating.py`).
    """

    __tablename__ = "cis"
    __table_args__ = (CheckConstraint("old_hash <> ci_hash"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), primary_key=True, info={"personal": "identifier"})
    ci_hash: Mapped[bytes] = mapped_column(unique=True, info={"personal": "identifier"})
    ci_sealed: Mapped[bytes] = mapped_column(info={"personal": "identifier"})
    key_id: Mapped[str] = mapped_column(Text)
    old_hash: Mapped[bytes | None] = mapped_column(unique=True, info={"personal": "identifier"})
    agency: Mapped[str] = mapped_column(Text)
    received_at: Mapped[Recorded]


class ProofRequest(Model):
    """A check that somebody began at an agency; its answer is taken once, within a quarter of an hour."""

    __tablename__ = "proof_requests"
    __table_args__ = (Index("proof_requests_person", "person_id"),)

    number_hash: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    agency: Mapped[str] = mapped_column(Text)
    return_to: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class FormerName(Model):
    """Name and birth date that were proven of somebody from `proven_at` (the last time) and stood `until` they were changed.

    `changed_by` and the city are empty where no member of staff did it, or no city's. `corrected` where two members of a
    city's staff found that they had been wrong: whoever is compared with what was proven is no longer compared with these.
    Written by a trigger on people (0044).
    """

    __tablename__ = "former_names"
    __table_args__ = (Index("former_names_person", "person_id"),)

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    name: Mapped[str] = mapped_column(Text, info={"personal": "name"})
    birth_date: Mapped[date | None] = mapped_column(info={"personal": "birth date"})
    proven_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    corrected: Mapped[bool] = mapped_column(server_default=text("false"))


class IdentityCorrection(Model):
    """What a document says of somebody of whom both name and birth date were proven to be others, as one member of a city's
    staff read it: until a second has seen it too (auth.approvals), or for as long as such a request waits.
    """

    __tablename__ = "identity_corrections"
    __table_args__ = (CheckConstraint("recorded_by <> person_id"),)

    tenant_id: Mapped[TenantKey]
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    name: Mapped[str] = mapped_column(Text, info={"personal": "name"})
    birth_date: Mapped[date] = mapped_column(info={"personal": "birth date"})
    document: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    recorded_at: Mapped[Recorded]
