"""The columns that a list of runs can show, in pages and in sheets; which ones stands in the address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maru.errors import N_
from tenants.console.service import Line


@dataclass(frozen=True)
class Column:
    """One column: its heading, its value for a sheet, what a list is ordered by at its head, and whether it is a figure."""

    heading: str
    value: Callable[[Line], Any]
    sort: str = ""
    figure: bool = False


def _placed(line: Line) -> Any:
    return line.seats.placed if line.seats else None


COLUMNS: Mapping[str, Column] = {
    "state": Column(N_("상태"), lambda line: line.state),
    "term": Column(N_("학기"), lambda line: line.run.term),
    "number": Column(N_("차수"), lambda line: line.run.number, figure=True),
    "period": Column(N_("기간"), lambda line: line.run.starts_on, "starts"),
    "times": Column(N_("수업 시각"), lambda line: line.run.starts_at),
    "window": Column(N_("접수"), lambda line: line.run.opens_at, "opens"),
    "venue": Column(N_("교육장"), lambda line: line.run.venue.name if line.run.venue else ""),
    "room": Column(N_("방"), lambda line: line.run.room),
    "instructor": Column(N_("강사"), lambda line: line.run.instructor, "instructor"),
    "institution": Column(N_("운영기관"), lambda line: line.run.institution.name if line.run.institution else ""),
    "category": Column(N_("분야"), lambda line: line.run.course.category),
    "method": Column(N_("방법"), lambda line: line.run.method),
    "fee": Column(N_("수강료"), lambda line: line.run.fee, figure=True),
    "placed": Column(N_("신청/정원"), _placed, "placed", figure=True),
    "waiting": Column(N_("대기"), lambda line: line.seats.waiting if line.seats else None, figure=True),
}
USUAL = ("state", "period", "instructor", "placed", "waiting")
SHEET: Sequence[tuple[str, Callable[[Line], Any]]] = (
    (N_("강좌"), lambda line: line.run.course.title),
    (N_("차수"), lambda line: line.run.number),
    (N_("학기"), lambda line: line.run.term),
    (N_("시작하는 날"), lambda line: line.run.starts_on),
    (N_("끝나는 날"), lambda line: line.run.ends_on),
    (N_("시작 시각"), lambda line: line.run.starts_at),
    (N_("끝 시각"), lambda line: line.run.ends_at),
    (N_("접수를 시작하는 때"), lambda line: line.run.opens_at),
    (N_("접수가 끝나는 때"), lambda line: line.run.closes_at),
    (N_("교육장"), lambda line: line.run.venue.name if line.run.venue else ""),
    (N_("방"), lambda line: line.run.room),
    (N_("강사"), lambda line: line.run.instructor),
    (N_("운영기관"), lambda line: line.run.institution.name if line.run.institution else ""),
    (N_("대상"), lambda line: line.run.target),
    (N_("방법"), lambda line: line.run.method),
    (N_("뽑는 방법"), lambda line: line.run.selection),
    (N_("수강료"), lambda line: line.run.fee),
    (N_("정원"), lambda line: line.seats.capacity if line.seats else line.run.capacity),
    (N_("자리 정해짐"), _placed),
    (N_("대기"), lambda line: line.seats.waiting if line.seats else None),
)
"""What a sheet of runs holds besides state and category, which are put into words."""


def chosen(names: Sequence[str]) -> list[str]:
    """The columns that an address asks for, in their own order; the usual ones where it asks for none."""
    return [name for name in COLUMNS if name in names] or list(USUAL)
