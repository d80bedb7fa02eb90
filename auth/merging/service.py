"""Proposing, merging and parting IDs. No row moves: a merge says who is who, and its end says it no longer (PRV-06)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.merging.models import Likeness, Merge
from maru import forms
from maru.db import session
from maru.errors import N_, Invalid, MaruError, NotFound, Refused

PAGE = 50
LONGEST_REASON = 500
REFUSALS: Mapping[str, str] = {
    "decided": N_("그 사이에 다른 담당자가 정했습니다. 지금 상태를 다시 봐 주세요."),
    "own": N_("요청한 사람은 승인할 수 없습니다. 다른 담당자가 살펴보고 승인해야 합니다."),
    "too-old": N_("요청한 지 오래되어 승인할 수 없습니다. 요청을 거두고 다시 살펴봐 주세요."),
    "asked": N_(
        "이 두 ID에는 이미 합치기 요청이 있습니다. ‘승인을 기다리는 요청’에서 승인하거나 거둔 다음 정해 주세요."
    ),
    "merged-already": N_("둘 가운데 하나는 이미 다른 ID와 합쳐져 있습니다. 그 ID로 다시 살펴봐 주세요."),
    "staff": N_("없어질 ID에 담당자 역할이 있습니다. 역할을 먼저 끝내거나, 반대로 합쳐 주세요."),
    "two-identities": N_("본인확인에서 서로 다른 분으로 나왔습니다. 합칠 수 없습니다."),
    "not-proven": N_("본인확인을 한 지 30분이 지났습니다. 본인확인을 다시 하시면 합칠 수 있습니다."),
}
NOBODY = N_("찾으시는 합치기가 없습니다.")
NO_REASON = N_("왜 그렇게 보시는지 적어 주세요. 두 번째 담당자가 읽습니다.")


@dataclass(frozen=True)
class Compared:
    """What those who decide see of one ID; counts are of rows that stand under this very ID."""

    id: UUID
    name: str
    birth_date: Any
    email: str | None
    phone: str | None
    has_account: bool
    verified_at: datetime | None
    created_at: datetime
    applications: int
    lines: int
    staff: bool


@dataclass(frozen=True)
class Mine:
    """Another ID that an identity check has just shown to be the signed-in person's."""

    id: UUID
    made_at: datetime
    applications: int
    lines: int


def open_likenesses(limit: int = PAGE) -> Sequence[Likeness]:
    """Pairs of IDs in use that nobody has decided about and nobody has asked to merge, the surest rule and the oldest first."""
    places = {"ci": 0, "name-birth-phone": 1, "name-birth-email": 2, "account": 3, "birth-phone": 4}
    surest = sa.case(places, value=Likeness.rule, else_=5)
    found = sa.select(Likeness).where(_waits())
    return session().scalars(found.order_by(surest, Likeness.found_at).limit(limit)).all()


def count_open() -> int:
    """How many pairs wait for a decision."""
    return session().scalars(sa.select(sa.func.count()).select_from(Likeness).where(_waits())).one()


def _waits() -> sa.ColumnElement[bool]:
    asked = sa.exists().where(Merge.ended_at.is_(None), _of(Likeness.person_id, Likeness.other_id))
    merged = sa.exists().where(
        Merge.approved_at.is_not(None),
        Merge.ended_at.is_(None),
        Merge.merged_id.in_((Likeness.person_id, Likeness.other_id)),
    )
    return sa.and_(Likeness.decision.is_(None), ~asked, ~merged)


def _of(one: Any, other: Any) -> sa.ColumnElement[bool]:
    """That a merge is of these two, in whichever direction."""
    return sa.or_(
        sa.and_(Merge.kept_id == one, Merge.merged_id == other), sa.and_(Merge.kept_id == other, Merge.merged_id == one)
    )


def likeness(likeness_id: UUID) -> Likeness:
    """One pair. Raises NotFound."""
    found = session().get(Likeness, likeness_id)
    if found is None:
        raise NotFound(N_("찾으시는 두 ID가 없습니다."))
    return found


def asked() -> Sequence[Merge]:
    """Merges that wait for a second member of staff, the oldest first."""
    waiting = sa.select(Merge).where(Merge.approved_at.is_(None), Merge.ended_at.is_(None))
    return session().scalars(waiting.order_by(Merge.asked_at)).all()


def lately(limit: int = PAGE) -> Sequence[Merge]:
    """What was merged, parted or taken back, the latest first."""
    done = sa.select(Merge).where(sa.or_(Merge.approved_at.is_not(None), Merge.ended_at.is_not(None)))
    latest = sa.func.greatest(Merge.approved_at, Merge.ended_at)
    return session().scalars(done.order_by(latest.desc()).limit(limit)).all()


def merge(merge_id: UUID) -> Merge:
    """One merge that the caller may see. Raises NotFound."""
    found = session().get(Merge, merge_id)
    if found is None:
        raise NotFound(NOBODY)
    return found


def compared(people: Collection[UUID]) -> dict[UUID, Compared]:
    """What those who decide may see of the people of a pair or a merge; log the look first."""
    rows = session().execute(sa.text("SELECT * FROM engine.compared(:people)"), {"people": list(people)})
    return {row.id: Compared(**row._mapping) for row in rows}


def ask(pair: Likeness, kept: UUID, reason: str, actor: UUID) -> Merge:
    """Ask that a pair be merged into `kept`, one of the two; another member of staff must approve it.

    Raises Invalid, and Refused where somebody has decided or asked already, in whichever direction.
    """
    if kept not in (pair.person_id, pair.other_id):
        raise Invalid(N_("남길 ID를 골라 주세요."), {"kept": N_("남길 ID를 골라 주세요.")})
    merged = pair.other_id if kept == pair.person_id else pair.person_id
    wish = {"kept_id": kept, "merged_id": merged, "reason": _reason(reason), "asked_by": actor}
    _hold_undecided(pair)
    try:
        with session().begin_nested():
            made = session().execute(sa.insert(Merge).values(wish).returning(Merge.id)).scalar_one()
    except sa.exc.IntegrityError as taken:
        raise _refusal("asked") from taken
    return merge(made)


def are_different(pair: Likeness, actor: UUID) -> None:
    """Note that a pair is of two humans; it is not proposed again. Raises Refused, also while a request for it waits."""
    _hold_undecided(pair)
    if session().scalar(sa.select(Merge.id).where(Merge.ended_at.is_(None), _of(pair.person_id, pair.other_id))):
        raise _refusal("asked")
    said = {"decision": "different", "decided_by": actor, "decided_at": sa.func.now()}
    session().execute(sa.update(Likeness).where(Likeness.id == pair.id).values(said))


def _hold_undecided(pair: Likeness) -> None:
    """Let nobody else decide about a pair or ask for it until this is done. Raises Refused where somebody has decided."""
    undecided = sa.select(Likeness.id).where(Likeness.id == pair.id, Likeness.decision.is_(None)).with_for_update()
    if session().scalar(undecided) is None:
        raise _refusal("decided")


def approve(merge_id: UUID) -> None:
    """Merge, as the second of two. Raises Refused, NotFound."""
    _carry_out(sa.func.engine.approve_merge(merge_id))


def end(merge_id: UUID, reason: str) -> None:
    """Part what was merged, or take back what was asked for; everything is where it was. Raises Refused, NotFound."""
    _carry_out(sa.func.engine.end_merge(merge_id, _reason(reason)))


def same_as_me() -> Mine | None:
    """The ID that the signed-in person has just proven to be theirs too; None half an hour later."""
    row: Any = session().execute(sa.text("SELECT * FROM engine.same_as_me()")).one()
    return Mine(row.other, row.made_at, row.applications, row.lines) if row.other else None


def merge_mine() -> UUID:
    """Take the ID that the signed-in person has just proven to be theirs into the one they are using. Raises Refused."""
    other = same_as_me()
    if other is None:
        raise _refusal("not-proven")
    row: Any = session().execute(sa.text("SELECT * FROM engine.merge_own(:other)"), {"other": other.id}).one()
    if row.refusal:
        raise _refusal(row.refusal)
    return UUID(str(row.merge))


def _carry_out(asked: sa.ColumnElement[Any]) -> None:
    refusal = session().scalar(sa.select(asked))
    session().expire_all()
    if refusal:
        raise _refusal(refusal)


def _refusal(code: str) -> MaruError:
    return NotFound(NOBODY) if code == "not-found" else Refused(REFUSALS[code], slug=f"merge-{code}")


def _reason(words: str) -> str:
    return forms.words("reason", words, LONGEST_REASON, NO_REASON)
