"""What makes a clerk look twice before a run is published; pure."""

from collections.abc import Mapping
from datetime import date

from maru.errors import N_
from tenants.courses.models import Run

DOUBTS: Mapping[str, str] = {
    "ended": N_("이미 끝난 강좌"),
    "elsewhere": N_("다른 시군의 기관으로 보이는 강좌"),
    "no-seats": N_("정원이 없어 아무도 신청할 수 없는 강좌"),
}
"""Each kind of doubt in words."""


def doubts_about(run: Run, today: date) -> frozenset[str]:
    """The kinds of doubt about a run, as of a day in Seoul."""
    standing = {"ended": run.ends_on < today, "elsewhere": bool(run.elsewhere), "no-seats": not run.capacity}
    return frozenset(kind for kind, stands in standing.items() if stands)
