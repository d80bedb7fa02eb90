"""Choosing the drafts to publish, withdrawing runs, deleting drafts; publishing itself is the catalogue's."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, NotFound, Refused, Remedy
from maru.web import dates
from tenants.catalogue import fresh
from tenants.catalogue import service as catalogue
from tenants.catalogue.models import Listing
from tenants.console.doubts import doubts_about
from tenants.courses import service as courses
from tenants.courses.models import Run


def chosen(runs: Collection[UUID]) -> Sequence[Run]:
    """The runs of these ids; NotFound where one is not the tenant's."""
    found = courses.several(runs)
    if len(found) != len(set(runs)):
        raise NotFound(N_("찾으시는 강좌가 없습니다."))
    return found


def drafts(runs: Sequence[Run]) -> list[Run]:
    """Those that can be published; refused where none of them is a draft any more."""
    found = [run for run in runs if run.published_at is None and run.cancelled_at is None]
    if runs and not found:
        raise _no_draft_left()
    return found


def never_public(runs: Sequence[Run]) -> list[Run]:
    """Those that can be deleted; refused where all were public once."""
    counted = catalogue.counted([run.id for run in runs])
    found = [run for run in runs if run.published_at is None and run.id not in counted]
    if runs and not found:
        raise Refused(
            N_("한 번 공개한 강좌는 지우지 않습니다."),
            slug="run-was-published",
            rule=N_("공개한 적이 없는 강좌만 지웁니다."),
            remedies=[Remedy(N_("강좌 목록 보기"), "/console/courses")],
        )
    return found


def undoubted(runs: Sequence[Run], allowed: frozenset[str] = frozenset()) -> list[Run]:
    """Those about which there is no doubt beyond the kinds `allowed` (console/doubts.py)."""
    today = dates.today()
    return [run for run in runs if doubts_about(run, today) <= allowed]


def publish(drafts: Collection[Run]) -> int:
    """Make drafts public that nobody else has published, called off or deleted since they were chosen; gives how many."""
    published = catalogue.publish([run.id for run in drafts])
    if not published:
        raise _no_draft_left()
    return published


def _no_draft_left() -> Refused:
    return Refused(
        N_("고르신 강좌는 그사이 이미 공개했거나, 폐강했거나, 지웠습니다."),
        slug="run-not-draft",
        remedies=[Remedy(N_("강좌 목록 보기"), "/console/courses")],
    )


def withdraw(run: UUID) -> None:
    """Take a published run back, as if it had not been published; refused once somebody has applied."""
    held = catalogue.hold(run)
    obstacle = obstacle_to_withdrawing(held)
    if obstacle:
        raise obstacle
    held.published_at = None
    session().flush()
    session().execute(sa.delete(Listing).where(Listing.tenant_id == held.tenant_id, Listing.run_id == run))
    fresh.forget()


def withdrawable(runs: Sequence[Run]) -> list[Run]:
    """Those that can be taken back; refused where none of them can."""
    found = [run for run in runs if obstacle_to_withdrawing(run) is None]
    if runs and not found:
        raise Refused(
            N_("고르신 강좌 가운데 공개를 거둘 수 있는 것이 없습니다."),
            slug="nothing-to-withdraw",
            rule=N_("공개는 아무도 신청하지 않은 동안에만 거둡니다."),
            remedies=[Remedy(N_("강좌 목록 보기"), "/console/courses")],
        )
    return found


def withdraw_several(runs: Sequence[Run]) -> int:
    """Take back those of `runs` that nobody has applied to meanwhile; gives how many."""
    courses.hold_several([run.id for run in runs])
    taken = [
        run for run in sorted(runs, key=lambda one: one.id) if obstacle_to_withdrawing(catalogue.hold(run.id)) is None
    ]
    for run in taken:
        withdraw(run.id)
    return len(taken)


def obstacle_to_withdrawing(run: Run) -> Refused | None:
    """Why a run cannot be taken back."""
    seats = catalogue.seats_of(run)
    if run.published_at is None or seats is None:
        return Refused(N_("공개하지 않은 강좌입니다."), slug="run-not-published")
    if run.cancelled_at is not None:
        return Refused(
            N_("폐강한 강좌의 공개는 거두지 않습니다."),
            slug="run-cancelled",
            rule=N_("폐강했다는 것과 그 까닭은 누리집에 그대로 보입니다."),
            remedies=[Remedy(N_("강좌 보기"), f"/console/runs/{run.id}")],
        )
    if seats.untouched:
        return None
    return Refused(
        N_("신청하신 분이 있어 공개를 거둘 수 없습니다."),
        slug="run-has-applications",
        rule=N_("공개는 아무도 신청하지 않은 동안에만 거둡니다."),
        remedies=[Remedy(N_("열지 못하게 되었다면 폐강하기"), f"/console/runs/{run.id}/cancel")],
    )


def remove(runs: Collection[Run]) -> int:
    """Delete those of `runs` that were never published, and that nobody else has deleted; gives how many."""
    held = courses.hold_several([run.id for run in runs])
    if not held:
        raise _no_draft_left()
    removable = never_public(held)
    courses.remove(removable)
    return len(removable)
