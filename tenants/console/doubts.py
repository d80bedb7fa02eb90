"""What makes a clerk look twice before a run is published; pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from maru.errors import N_
from maru.web import dates
from tenants.courses.models import Run

DOUBTS: Mapping[str, str] = {
    "ended": N_("이미 끝난 강좌"),
    "elsewhere": N_("다른 시군의 기관으로 보이는 강좌"),
    "no-seats": N_("정원이 없어 아무도 신청할 수 없는 강좌"),
    "no-window": N_("접수 시작일이 없어 아직 아무도 신청할 수 없는 강좌"),
    "not-first-come": N_("추첨이나 심사로 뽑아 마루에서는 안내만 하는 강좌"),
    "late-window": N_("교육이 끝난 뒤까지 신청을 받는 강좌"),
    "odd-times": N_("끝나는 시각이 시작하는 시각보다 늦지 않은 강좌"),
}
"""Each kind of doubt in words."""


def doubts_about(run: Run, today: date) -> frozenset[str]:
    """The kinds of doubt about a run, as of a day in Seoul."""
    standing = {
        "ended": run.ends_on < today,
        "elsewhere": bool(run.elsewhere),
        "no-seats": not run.capacity,
        "no-window": run.opens_at is None,
        "not-first-come": not run.first_come,
        "late-window": run.closes_at is not None and _last_day(run.closes_at) > run.ends_on,
        "odd-times": run.starts_at is not None and run.ends_at is not None and run.ends_at <= run.starts_at,
    }
    return frozenset(kind for kind, stands in standing.items() if stands)


def _last_day(closes_at: datetime) -> date:
    """The day in Seoul to whose end, or to an hour of which, one can apply."""
    return dates.in_seoul(closes_at - timedelta(seconds=1)).date()
