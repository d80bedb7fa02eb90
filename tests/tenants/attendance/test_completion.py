"""Completion is exact: attended over held minutes against the threshold (CAM-6.9)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.attendance.completion import Result, decide, weights_of
from tenants.attendance.models import MARKS


@dataclass(frozen=True)
class Day:
    id: UUID
    minutes: int


@dataclass(frozen=True)
class Rules:
    threshold: Decimal = Decimal("0.8")
    late_weight: Decimal = Decimal(1)
    left_early_weight: Decimal = Decimal(1)
    excused_weight: Decimal = Decimal(1)


def days(*minutes: int) -> list[Day]:
    return [Day(uuid4(), length) for length in minutes]


def marked(meetings: list[Day], *marks: str | None) -> dict[UUID, str]:
    return {day.id: mark for day, mark in zip(meetings, marks, strict=False) if mark}


def result(minutes: list[int], marks: list[str | None], **rules: Decimal) -> Result:
    meetings = days(*minutes)
    return decide(meetings, marked(meetings, *marks), Rules(**rules))


def test_eight_of_ten_hours_are_enough_and_a_minute_less_is_not() -> None:
    assert result([480, 120], ["present"]) == Result(600, Decimal(480), completed=True)
    assert not result([479, 121], ["present"]).completed


def test_no_mark_is_an_absence() -> None:
    assert result([60] * 5, ["present"] * 4 + [None]).percent == 80
    assert result([60] * 5, [None] * 5) == Result(300, Decimal(0), completed=False)


def test_a_threshold_that_was_missed_is_never_shown_as_reached() -> None:
    missed = result([7995, 2005], ["present"])
    assert (missed.percent, missed.completed) == (79, False)


def test_three_times_late_is_once_absent() -> None:
    late = Decimal("0.667")
    assert result([60] * 15, ["late"] * 3 + ["absent"] * 2 + ["present"] * 10, late_weight=late).completed
    assert not result([60] * 15, ["late"] * 3 + ["absent"] * 3 + ["present"] * 9, late_weight=late).completed


@pytest.mark.parametrize(("mark", "rule"), [("left-early", "left_early_weight"), ("excused", "excused_weight")])
def test_each_mark_has_its_weight(mark: str, rule: str) -> None:
    assert result([60], [mark], **{rule: Decimal("0.5")}).attended == 30


def test_nothing_held_completes_nobody() -> None:
    assert result([], [], threshold=Decimal(0)) == Result(0, Decimal(0), completed=False)
    assert result([], []).percent is None


shares = st.decimals(0, 1, places=3)
rules = st.builds(Rules, shares, shares, shares, shares)
sheets = st.lists(st.tuples(st.integers(1, 720), st.sampled_from([*MARKS, None])), min_size=1, max_size=60)


@given(sheets, rules)
def test_agrees_with_fractions(sheet: list[tuple[int, str | None]], terms: Rules) -> None:
    meetings = days(*(minutes for minutes, _ in sheet))
    found = decide(meetings, marked(meetings, *(mark for _, mark in sheet)), terms)
    weights = {mark: Fraction(weight) for mark, weight in weights_of(terms).items()}
    attended = sum((minutes * weights[mark or "absent"] for minutes, mark in sheet), start=Fraction(0))
    held = sum(minutes for minutes, _ in sheet)
    assert Fraction(found.attended) == attended
    assert found.completed == (attended >= Fraction(terms.threshold) * held)
    assert 0 <= found.attended <= found.held == held


@given(sheets, rules, st.data())
def test_a_better_mark_never_takes_a_completion_away(
    sheet: list[tuple[int, str | None]], terms: Rules, data: st.DataObject
) -> None:
    meetings = days(*(minutes for minutes, _ in sheet))
    before = marked(meetings, *(mark for _, mark in sheet))
    chosen = data.draw(st.sampled_from(meetings))
    after = {**before, chosen.id: "present"}
    assert decide(meetings, after, terms).attended >= decide(meetings, before, terms).attended
    assert decide(meetings, after, terms).completed >= decide(meetings, before, terms).completed


@given(sheets, rules)
def test_the_order_of_meetings_does_not_matter(sheet: list[tuple[int, str | None]], terms: Rules) -> None:
    meetings = days(*(minutes for minutes, _ in sheet))
    marks = marked(meetings, *(mark for _, mark in sheet))
    assert decide(meetings, marks, terms) == decide(reversed(meetings), marks, terms)


@given(st.lists(st.integers(1, 720), min_size=1, max_size=60), rules)
def test_who_was_always_there_has_completed(minutes: list[int], terms: Rules) -> None:
    meetings = days(*minutes)
    assert decide(meetings, {day.id: "present" for day in meetings}, terms).completed
