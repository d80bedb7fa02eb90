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


def chosen_drafts(runs: Collection[UUID]) -> list[Run]:
    """The drafts among `runs`; NotFound where one is not the tenant's."""
    found = courses.several(runs)
    if len(found) != len(set(runs)):
        raise NotFound(N_("찾으시는 강좌가 없습니다."))
    return [run for run in found if run.published_at is None and run.cancelled_at is None]


def undoubted(runs: Sequence[Run], allowed: frozenset[str] = frozenset()) -> list[Run]:
    """Those about which there is no doubt beyond the kinds `allowed` (console/doubts.py)."""
    today = dates.today()
    return [run for run in runs if doubts_about(run, today) <= allowed]


def withdraw(run: Run) -> None:
    """Take a published run back, as if it had not been published; refused once somebody has applied."""
    catalogue.hold_seats(run)
    obstacle = obstacle_to_withdrawing(run)
    if obstacle:
        raise obstacle
    run.published_at = None
    session().flush()
    session().execute(sa.delete(Listing).where(Listing.tenant_id == run.tenant_id, Listing.run_id == run.id))
    fresh.forget()


def obstacle_to_withdrawing(run: Run) -> Refused | None:
    """Why a run cannot be taken back."""
    seats = catalogue.seats_of(run)
    if run.published_at is None or seats is None:
        return Refused(N_("공개하지 않은 강좌입니다."), slug="run-not-published")
    if seats.untouched:
        return None
    return Refused(
        N_("신청하신 분이 있어 공개를 거둘 수 없습니다."),
        slug="run-has-applications",
        rule=N_("공개는 아무도 신청하지 않은 동안에만 거둡니다."),
        remedies=[Remedy(N_("열지 못하게 되었다면 폐강하기"), f"/console/runs/{run.id}/cancel")],
    )


def remove(run: Run) -> None:
    """Delete a run that was never published."""
    obstacle = obstacle_to_removing(run)
    if obstacle:
        raise obstacle
    courses.remove(run)


def obstacle_to_removing(run: Run) -> Refused | None:
    """Why a run cannot be deleted."""
    if run.published_at is None and catalogue.seats_of(run) is None:
        return None
    return Refused(
        N_("한 번 공개한 강좌는 지우지 않습니다."),
        slug="run-was-published",
        rule=N_("공개한 적이 없는 강좌만 지웁니다."),
        remedies=[Remedy(N_("강좌 보기"), f"/console/runs/{run.id}")],
    )
