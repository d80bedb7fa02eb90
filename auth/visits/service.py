"""Beginning and ending a visit, and who has visited; `engine.enter` opens the console while one stands (migration 0034)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from auth.people.models import Person
from auth.visits.models import Visit
from maru import forms
from maru.db import session
from maru.errors import N_, NotFound, Refused
from maru.limits import limit

LONGEST_REASON, LONGEST_REFERENCE, MOST_SHOWN = 300, 100, 50
ENTERED = N_("도 담당자가 시군 업무실에 들어감")
SHOWN = (N_("강좌"), N_("통계"))
NO_REASON = N_("무슨 일로 들어가시는지 적어 주세요. 시군 관리자가 읽습니다.")
BEGIN = sa.text(
    "SELECT engine.begin_visit(:city, :reason, :reference, :task, CAST(:shown AS text[]), CAST(:address AS inet), :request)"
)
END = sa.text("SELECT engine.end_visit(:visit)")


@dataclass(frozen=True)
class Visited:
    """A visit and who made it."""

    visit: Visit
    person: Person

    @property
    def stands(self) -> bool:
        return self.visit.expires_at > datetime.now(UTC)


def begin(city: UUID, reason: str, reference: str, address: str | None, request: str | None) -> None:
    """State what for; the console of `city` opens to the caller's reading for the minutes of `city-visit-minutes`.

    A line goes into the access log that the city reads. Raises Invalid without a reason.
    """
    values = {
        "city": city,
        "reason": forms.purpose("reason", reason, LONGEST_REASON, NO_REASON),
        "reference": forms.words("reference", reference, LONGEST_REFERENCE),
        "task": ENTERED,
        "shown": list(SHOWN),
        "address": address,
        "request": request,
    }
    if session().execute(BEGIN, values).scalar_one() is None:
        raise NotFound(N_("찾으시는 시군이 없습니다."))


def end(visit: UUID) -> None:
    """Done with looking: the next request is refused. Refused for another's visit, which ends by itself; NotFound for none."""
    if session().scalar(END, {"visit": visit}):
        return
    found = session().scalar(sa.select(Visit).where(Visit.id == visit).execution_options(populate_existing=True))
    if found is None:
        raise NotFound(N_("찾으시는 방문이 없습니다."))
    if found.expires_at > datetime.now(UTC):
        raise Refused(
            N_("다른 담당자의 방문은 끝낼 수 없습니다. 그분이 끝내시거나 시간이 지나면 저절로 끝납니다."),
            slug="not-yours",
        )


def standing(city: UUID, person: UUID) -> Visit | None:
    """The visit that somebody is on in a city."""
    mine = sa.select(Visit).where(Visit.tenant_id == city, Visit.actor_id == person)
    return session().scalar(mine.where(Visit.expires_at > sa.func.now()).order_by(Visit.id.desc()).limit(1))


def of_city(city: UUID) -> Sequence[Visited]:
    """The latest visits to a city, as long as such records are kept; newest first."""
    since = datetime.now(UTC) - timedelta(days=limit("ended-grant-days"))
    made = sa.select(Visit, Person).join(Person, Person.id == Visit.actor_id)
    latest = made.where(Visit.tenant_id == city, Visit.expires_at > since).order_by(Visit.id.desc()).limit(MOST_SHOWN)
    return [Visited(*row) for row in session().execute(latest)]
