"""Writing and finding what is asked often."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, Invalid, NotFound
from tenants.faqs.models import Faq
from tenants.faqs.words import CATEGORIES

LONGEST_QUESTION, LONGEST_ANSWER, MOST = 200, 8000, 300


def published(tenant: UUID, words: str = "", category: str = "") -> Sequence[Faq]:
    """What everybody may read, with every one of `words` in question or answer."""
    query = _ordered(tenant).where(Faq.published)
    for word in words.split():
        query = query.where(sa.or_(*(one.icontains(word, autoescape=True) for one in (Faq.question, Faq.answer))))
    if category:
        query = query.where(Faq.category == category)
    return session().scalars(query).all()


def written(tenant: UUID) -> Sequence[Faq]:
    """Everything that staff have written."""
    return session().scalars(_ordered(tenant)).all()


def get(tenant: UUID, faq: UUID, *, hold: bool = False) -> Faq:
    """One that staff have written; `hold` keeps others from changing it until the end of the transaction."""
    found = session().get(Faq, {"tenant_id": tenant, "id": faq}, with_for_update=hold or None)
    if found is None:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return found


def write(tenant: UUID, faq: UUID | None, given: Mapping[str, str], by: UUID) -> Faq:
    """Write a new one, or anew what was written; Invalid where something is missing."""
    held = get(tenant, faq) if faq else Faq(tenant_id=tenant)
    question, answer = " ".join(given.get("question", "").split()), given.get("answer", "").strip()
    category, position = given.get("category", ""), given.get("position", "").strip()
    if errors := _flaws(question, answer, category):
        raise Invalid(N_("적으신 내용을 확인해 주세요."), errors)
    held.question, held.answer, held.category = question, answer, category
    held.position = int(position) if re.fullmatch("[0-9]{1,3}", position) else 0
    held.published, held.written_by, held.written_at = bool(given.get("published")), by, datetime.now(UTC)
    session().add(held)
    session().flush()
    return held


def _flaws(question: str, answer: str, category: str) -> dict[str, str]:
    flaws = {
        "question": N_("질문을 적어 주세요.") if not question else "",
        "answer": N_("답을 적어 주세요.") if not answer else "",
        "category": N_("종류를 골라 주세요.") if category not in CATEGORIES else "",
    }
    if len(question) > LONGEST_QUESTION or len(answer) > LONGEST_ANSWER:
        flaws["question" if len(question) > LONGEST_QUESTION else "answer"] = N_("너무 깁니다. 줄여서 적어 주세요.")
    return {name: sentence for name, sentence in flaws.items() if sentence}


def remove(tenant: UUID, faq: UUID) -> None:
    """Take it away for good."""
    session().delete(get(tenant, faq))
    session().flush()


def _ordered(tenant: UUID) -> sa.Select[Faq]:
    kinds = sa.case({kind: place for place, kind in enumerate(CATEGORIES)}, value=Faq.category)
    return sa.select(Faq).where(Faq.tenant_id == tenant).order_by(kinds, Faq.position, Faq.id).limit(MOST)
