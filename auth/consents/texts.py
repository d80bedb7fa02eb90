"""Consent texts as the privacy officer writes them: a draft for each purpose, then a version from a day on (PRV 7.2)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from auth.consents.models import ConsentText
from auth.consents.wording import KINDS, LANGUAGES, PARTS, Words, digest, faults, parts_of
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from maru.web import dates

GONE = N_("찾으시는 동의서가 없습니다.")

ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('drafts of consent texts', 0))")
"""A press of the button twice, and two officers at once: the later finds the draft of the earlier."""


def current(day: date | None = None) -> dict[str, ConsentText]:
    """The text in force of each purpose, today or on `day` in Seoul."""
    found = sa.select(ConsentText).where(
        ConsentText.published_at.is_not(None), ConsentText.in_force_on <= (day or dates.today())
    )
    newest = found.ext(distinct_on(ConsentText.purpose)).order_by(ConsentText.purpose, ConsentText.in_force_on.desc())
    return {text.purpose: text for text in session().scalars(newest)}


def version_of(purpose: str, version: str) -> ConsentText:
    """A version that was published, as it stays."""
    found = session().scalar(
        sa.select(ConsentText).where(ConsentText.purpose == purpose, ConsentText.version == version)
    )
    return _known(found)


def get(text: UUID) -> ConsentText:
    """A text that the caller may see."""
    return _known(session().get(ConsentText, text))


def every() -> Sequence[ConsentText]:
    """All versions and drafts: by purpose, drafts first, then the newest."""
    order = (ConsentText.purpose, ConsentText.in_force_on.desc().nulls_first())
    return session().scalars(sa.select(ConsentText).order_by(*order)).all()


def begin(kind: str, by: UUID) -> ConsentText:
    """An empty draft for a new purpose of this kind; one that nobody has written at yet is taken up."""
    if kind not in KINDS:
        raise Invalid(N_("어떤 동의인지 골라 주세요."), {"kind": N_("어떤 동의인지 골라 주세요.")})
    session().execute(ONE_AT_A_TIME)
    untouched = sa.select(ConsentText).where(ConsentText.kind == kind, ConsentText.published_at.is_(None))
    for draft in session().scalars(untouched):
        if draft.words == _empty():
            return draft
    base, taken = kind.replace("_", "-"), set(session().scalars(sa.select(ConsentText.purpose)))
    purpose = next(name for number in range(1, 1000) if (name := f"{base}-{number}") not in taken)
    return _add(ConsentText(purpose=purpose, kind=kind, words=_empty(), drafted_by=by))


def draft_from(purpose: str, by: UUID) -> ConsentText:
    """The draft of a purpose: the one that is there, or a copy of its newest version."""
    session().execute(ONE_AT_A_TIME)
    versions = sa.select(ConsentText).where(ConsentText.purpose == purpose)
    newest = session().scalar(versions.order_by(ConsentText.in_force_on.desc().nulls_first()).limit(1))
    former = _known(newest)
    if former.published_at is None:
        return former
    return _add(ConsentText(purpose=purpose, kind=former.kind, words=former.words, drafted_by=by))


def save(text: UUID, words: Words) -> ConsentText:
    """Keep a draft as it is written so far."""
    draft = _draft(text)
    draft.words = {language: {part: words[language].get(part, "").strip() for part in PARTS} for language in LANGUAGES}
    session().flush()
    return draft


def publish(text: UUID, in_force_on: date | None, old_until: date | None, *, substantial: bool, by: UUID) -> None:
    """Let a draft come into force on a day, for ever as it is. Raises Invalid with the fields that are wrong.

    Where it is `substantial`, people are asked again and consents to the texts before end when `old_until` begins.
    """
    draft = _draft(text)
    errors = faults(draft.kind, draft.words) | _wrong_days(draft.purpose, in_force_on, old_until, substantial)
    if errors:
        raise Invalid(N_("적으신 것을 확인해 주세요."), errors)
    assert in_force_on
    draft.words = {
        language: {part: draft.words[language].get(part, "") if part in parts_of(draft.kind) else "" for part in PARTS}
        for language in LANGUAGES
    }
    draft.version, draft.text_hash = in_force_on.isoformat(), digest(draft.words)
    draft.in_force_on, draft.old_until = in_force_on, old_until if substantial else None
    draft.published_by, draft.published_at = by, sa.func.now()
    session().flush()


def drop(text: UUID) -> None:
    """Throw a draft away."""
    session().delete(_draft(text))


def _wrong_days(purpose: str, begins: date | None, old_until: date | None, substantial: bool) -> dict[str, str]:
    if begins is None or begins < dates.today():
        return {"in_force_on": N_("오늘이나 그 뒤의 날을 적어 주세요. 예: 2026-12-01")}
    last = session().scalar(sa.select(sa.func.max(ConsentText.in_force_on)).where(ConsentText.purpose == purpose))
    if last and begins <= last:
        return {"in_force_on": N_("먼저 낸 글이 시작한 날보다 뒤여야 합니다.")}
    if substantial and last and (old_until is None or old_until < begins):
        return {"old_until": N_("지난 동의가 끝나는 날을 적어 주세요. 새 글이 시작하는 날이나 그 뒤입니다.")}
    return {}


def _draft(text: UUID) -> ConsentText:
    found = session().get(ConsentText, text, with_for_update=True, populate_existing=True)
    if _known(found).published_at is not None:
        raise Refused(N_("이미 낸 동의서는 고칠 수 없습니다. 새 글을 쓰면 새 판이 됩니다."), slug="already-published")
    return _known(found)


def _add(draft: ConsentText) -> ConsentText:
    session().add(draft)
    session().flush()
    return draft


def _empty() -> dict[str, dict[str, str]]:
    return {language: dict.fromkeys(PARTS, "") for language in LANGUAGES}


def _known(found: ConsentText | None) -> ConsentText:
    if found is None:
        raise NotFound(GONE)
    return found
