"""Tables of a city's public face."""

from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded, TenantKey, Words
from maru.db import Model

Parts = Annotated[list[dict[str, Any]], mapped_column(JSONB, server_default=text("'[]'"), default=list)]


class Site(Model):
    """The version in force of one city's site (content.py); `version` is its number, so that caches know."""

    __tablename__ = "sites"
    __table_args__ = (
        CheckConstraint("colour ~ '^#[0-9a-f]{6}$'"),
        CheckConstraint("masthead IN ('deep', 'white')"),
        CheckConstraint("hero IN ('deep', 'light')"),
        CheckConstraint("shape IN ('plain', 'soft')"),
        CheckConstraint("font IN ('gothic', 'serif')"),
        CheckConstraint("logo ~ '^([0-9a-f]{64}[.](svg|png))?$'"),
    )

    tenant_id: Mapped[TenantKey]
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    short_name: Mapped[Words]
    short_name_en: Mapped[Words]
    tagline: Mapped[Words]
    tagline_en: Mapped[Words]
    question: Mapped[Words]
    question_en: Mapped[Words]
    colour: Mapped[str] = mapped_column(Text, server_default="#17495e")
    masthead: Mapped[str] = mapped_column(Text, server_default="white")
    hero: Mapped[str] = mapped_column(Text, server_default="light")
    shape: Mapped[str] = mapped_column(Text, server_default="plain")
    drawing: Mapped[str] = mapped_column(Text, server_default="floor")
    font: Mapped[str] = mapped_column(Text, server_default="gothic")
    logo: Mapped[Words]
    logo_alt: Mapped[Words]
    blocks: Mapped[Parts]
    own_title: Mapped[Words]
    own_text: Mapped[Words]
    menu: Mapped[Parts]
    pages: Mapped[Parts]
    phone: Mapped[Words]
    hours: Mapped[Words]
    address: Mapped[Words]
    map_url: Mapped[Words]
    controller: Mapped[Words]
    privacy_officer: Mapped[Words]
    privacy_phone: Mapped[Words]
    privacy_text: Mapped[Words]
    terms_text: Mapped[Words]
    head_title: Mapped[Words]
    head_name: Mapped[Words]
    updated_at: Mapped[Recorded]


class SiteVersion(Model):
    """A site as it was published, for good; `restored` is the former version that it brought back."""

    __tablename__ = "site_versions"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "restored"], ["site_versions.tenant_id", "site_versions.number"]),
        Index("site_versions_restored", "tenant_id", "restored"),
        CheckConstraint("number > 0"),
        CheckConstraint("restored < number"),
    )

    tenant_id: Mapped[TenantKey]
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    restored: Mapped[int | None]
    note: Mapped[Words]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    maker: Mapped[str] = mapped_column(Text, server_default="", default="", info={"personal": "name"})
    made_at: Mapped[Recorded]


class SiteText(Model):
    """What a city said on privacy or terms from a day on, public for good."""

    __tablename__ = "site_texts"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "number"], ["site_versions.tenant_id", "site_versions.number"]),
        Index("site_texts_version", "tenant_id", "number"),
        CheckConstraint("kind IN ('privacy', 'terms')"),
    )

    tenant_id: Mapped[TenantKey]
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[dict[str, str]] = mapped_column(JSONB)
    since: Mapped[Recorded]


class TenantChange(Model):
    """A city went from one state to another: who did it, when, and why. `changed_by` is null for a command of the server."""

    __tablename__ = "tenant_changes"

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    from_state: Mapped[str | None] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    changed_at: Mapped[Recorded]
