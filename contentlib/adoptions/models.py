"""Which items a city shows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from contentlib.items.models import Item
from maru.columns import Recorded, TenantKey
from maru.db import Model


class Adoption(Model):
    """A city shows an item until `ended_at`; lower positions first, featured ones on the front page."""

    __tablename__ = "adoptions"

    tenant_id: Mapped[TenantKey]
    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(server_default="0", default=0)
    featured: Mapped[bool] = mapped_column(server_default="false", default=False)
    adopted_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    adopted_at: Mapped[Recorded]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
