"""Tables of institutions' lists, and of who came in by them."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded, TenantKey
from maru.db import Model
from maru.imports.kept import KeptImport


class GroupImport(KeptImport, Model):
    """A list for one run. `institution` says that `collected_by` has taken each person's consent on paper, on that day."""

    __tablename__ = "group_imports"
    __table_args__ = (
        *KeptImport.checks(),
        ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"]),
        Index("group_imports_run", "tenant_id", "run_id"),
    )

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    run_id: Mapped[UUID]
    institution: Mapped[str] = mapped_column(Text)
    collected_by: Mapped[str] = mapped_column(Text, info={"personal": "name"})
    collected_on: Mapped[date] = mapped_column(info={"personal": "day"})


class GroupMember(Model):
    """Somebody of an institution's list as the institution wrote them; `made_here` says that the list made the person."""

    __tablename__ = "group_members"
    __table_args__ = (
        UniqueConstraint("tenant_id", "institution", "name", "birth_date", "phone", "email"),
        ForeignKeyConstraint(["tenant_id", "import_id"], ["group_imports.tenant_id", "group_imports.id"]),
        Index("group_members_person", "person_id"),
        Index("group_members_import", "tenant_id", "import_id"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    import_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    institution: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, info={"personal": "name"})
    birth_date: Mapped[date] = mapped_column(info={"personal": "birth date"})
    phone: Mapped[str] = mapped_column(Text, info={"personal": "contact"})
    email: Mapped[str] = mapped_column(Text, info={"personal": "contact"})
    guardian: Mapped[str] = mapped_column(Text, info={"personal": "name"})
    guardian_phone: Mapped[str] = mapped_column(Text, info={"personal": "contact"})
    made_here: Mapped[bool]
    added_at: Mapped[Recorded]
