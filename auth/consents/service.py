"""Giving consent, taking it back, and what processing for a purpose rests on (PRV 7.2)."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from uuid import UUID

import sqlalchemy as sa

from auth.consents.models import Consent, LegalGround
from auth.people.models import Person
from maru.db import session

PROVINCE_HISTORY = "province-history"
"""That what a person completes in a city enters the one history, which the province keeps."""
CHILD, OWN_ACCOUNT, HELPER = "child", "own-account", "helper"
"""A guardian's for a child under 14; one's own from 14 on; the paper that names a helper at the desk (auth.families)."""
TEXTS = {PROVINCE_HISTORY: "2026-11", CHILD: "2026-11", OWN_ACCOUNT: "2026-11", HELPER: "2026-11"}
"""The version of each purpose's text that people are shown now."""


def give(person: UUID, purpose: str) -> None:
    """Record the signed-in person's consent to the present text; one that stands for it already stays as it is."""
    _hold(person)
    standing = _standing(person, purpose)
    if standing is not None and standing.text_version == TEXTS[purpose]:
        return
    if standing is not None:
        standing.withdrawn_at = datetime.now(UTC)
        session().flush()
    session().add(Consent(person_id=person, purpose=purpose, text_version=TEXTS[purpose]))
    session().flush()


def withdraw(person: UUID, purpose: str) -> None:
    """Take the consent back: nothing more is done on it; what was recorded until then stays, with its ground."""
    _hold(person)
    standing = _standing(person, purpose)
    if standing is not None:
        standing.withdrawn_at = datetime.now(UTC)


def has(person: UUID, purpose: str) -> bool:
    """Whether the signed-in person consents to the purpose."""
    return _standing(person, purpose) is not None


def stands(person: UUID, purpose: str, day: date) -> bool:
    """Whether processing for the purpose may rest on something on `day`: the signed-in person's consent, or a law."""
    law = sa.exists().where(LegalGround.purpose == purpose, LegalGround.valid.contains(day))
    return has(person, purpose) or bool(session().scalar(sa.select(law)))


def grounds(people: Collection[UUID], purpose: str, day: date) -> dict[UUID, str]:
    """What processing may rest on, for a city's own learners: `consent:<id>`, or `law:<citation>` in force on `day`.

    Who is missing has neither. For staff and jobs; until the transaction ends, nobody's consent changes.
    """
    rows = session().execute(
        sa.text("SELECT * FROM engine.consents_of(:people, :purpose)"), {"people": list(people), "purpose": purpose}
    )
    consents = {row.person_id: f"consent:{row.consent_id}" for row in rows}
    law = session().scalar(
        sa.select(LegalGround.citation).where(LegalGround.purpose == purpose, LegalGround.valid.contains(day))
    )
    by_law = dict.fromkeys(people, f"law:{law}") if law else {}
    return by_law | consents


def _standing(person: UUID, purpose: str) -> Consent | None:
    standing = sa.select(Consent).where(
        Consent.person_id == person, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return session().scalar(standing)


def _hold(person: UUID) -> None:
    """Let a city that is deciding about the person finish first (see `grounds`)."""
    session().execute(sa.select(Person.id).where(Person.id == person).with_for_update(key_share=True))
