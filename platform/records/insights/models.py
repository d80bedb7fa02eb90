"""Tables of figures as they may be read."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from maru.columns import Id, Recorded
from maru.db import Model
from maru.tenancy import Tenant


class Figure(Model):
    """One figure of the twelve months that end on `until`: of a city, or of the province where `tenant_id` is null.

    `key` is the month, category or age group; dimension and key are empty for the whole. Null is a hidden figure.
    """

    __tablename__ = "figures"
    __table_args__ = (
        UniqueConstraint(
            "until", "tenant_id", "measure", "dimension", "key", name="figures_once", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("value >= 0"),
    )

    id: Mapped[Id]
    until: Mapped[date]
    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id), index=True)
    measure: Mapped[str] = mapped_column(Text)
    dimension: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    value: Mapped[int | None] = mapped_column(BigInteger)
    counted_at: Mapped[Recorded]
