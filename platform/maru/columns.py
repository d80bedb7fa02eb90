"""Column shorthands that all tables share."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Text, text
from sqlalchemy.orm import mapped_column

Id = Annotated[UUID, mapped_column(primary_key=True, server_default=text("uuidv7()"))]
TenantKey = Annotated[UUID, mapped_column(ForeignKey("tenants.id"), primary_key=True)]
"""First column of the key of a tenant's own rows."""
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Recorded = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=text("now()"))]
Words = Annotated[str, mapped_column(Text, server_default="", default="")]
"""Text that may be empty but never null."""
