"""Tables of a city's public face."""

from sqlalchemy import CheckConstraint, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from maru.columns import Recorded, TenantKey, Words
from maru.db import Model


class Site(Model):
    """Name, look and contact of one city; `version` grows with every change, so that caches know."""

    __tablename__ = "sites"
    __table_args__ = (
        CheckConstraint("colour ~ '^#[0-9a-f]{6}$'"),
        CheckConstraint("masthead IN ('deep', 'white')"),
        CheckConstraint("hero IN ('deep', 'light')"),
        CheckConstraint("shape IN ('plain', 'soft')"),
    )

    tenant_id: Mapped[TenantKey]
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    tagline: Mapped[Words]
    tagline_en: Mapped[Words]
    question: Mapped[Words]
    question_en: Mapped[Words]
    colour: Mapped[str] = mapped_column(Text, server_default="#17495e")
    masthead: Mapped[str] = mapped_column(Text, server_default="white")
    hero: Mapped[str] = mapped_column(Text, server_default="light")
    shape: Mapped[str] = mapped_column(Text, server_default="plain")
    drawing: Mapped[str] = mapped_column(Text, server_default="floor")
    phone: Mapped[Words]
    hours: Mapped[Words]
    address: Mapped[Words]
    head_title: Mapped[Words]
    head_name: Mapped[Words]
    updated_at: Mapped[Recorded]
