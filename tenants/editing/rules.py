"""What of a run may change, and when: once it is public, once people have applied, once attendance is taken; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maru.errors import N_
from tenants.courses.models import Run
from tenants.editing.fields import SCHEDULE, SHARES, Fault


@dataclass(frozen=True)
class Standing:
    """How far a run has come. `applied`: somebody has ever applied; `marked`: attendance was ever written down."""

    now: datetime
    applied: bool = False
    placed: int = 0
    waiting: int = 0
    marked: bool = False


@dataclass(frozen=True)
class Fixed:
    """Values that stay as they are, from when on, and what the form says beside them."""

    names: Sequence[str]
    field: str
    since: Callable[[Run, Standing], bool]
    words: str


RULES: Sequence[Fixed] = (
    Fixed(
        ("opens_at",),
        "opens_on",
        lambda run, standing: (
            run.published_at is not None and run.opens_at is not None and run.opens_at <= standing.now
        ),
        N_("이미 접수를 시작해서 시작한 때는 바꾸지 않습니다."),
    ),
    Fixed(
        ("selection",),
        "selection",
        lambda _run, standing: standing.applied,
        N_("신청하신 분이 있어서 뽑는 방법은 바꾸지 않습니다."),
    ),
    Fixed(
        SCHEDULE,
        "starts_on",
        lambda _run, standing: standing.marked,
        N_("출석을 적기 시작해서 기간을 통째로 바꾸지 않습니다. 회차 화면에서 하루씩 옮기거나 더하세요."),
    ),
    Fixed(
        tuple(SHARES),
        "threshold",
        lambda _run, standing: standing.marked,
        N_("출석을 적기 시작해서 수료 기준은 바꾸지 않습니다."),
    ),
)


def fixed(run: Run, standing: Standing) -> dict[str, str]:
    """By field, why it can no longer be changed."""
    return {rule.field: rule.words for rule in RULES if rule.since(run, standing)}


def faults(run: Run, values: Mapping[str, Any], standing: Standing) -> dict[str, Fault]:
    """By field, why a run must not become what `values` say."""
    found = {
        rule.field: Fault(rule.words)
        for rule in RULES
        if rule.since(run, standing) and any(values[name] != getattr(run, name) for name in rule.names)
    }
    if (values["capacity"] or 0) < standing.placed:
        words = N_("이미 %(placed)s명의 자리가 정해졌습니다. 정원을 %(placed)s 이상으로 적어 주세요.")
        found["capacity"] = Fault(words, {"placed": standing.placed})
    limit = values["waiting_limit"]
    if limit is not None and limit < standing.waiting:
        words = N_("이미 %(waiting)s명이 기다립니다. 대기 인원을 %(waiting)s 이상으로 적거나 비워 주세요.")
        found["waiting_limit"] = Fault(words, {"waiting": standing.waiting})
    if standing.applied and run.fee is not None and (values["fee"] is None or values["fee"] > run.fee):
        words = N_("신청하신 분이 보신 수강료보다 올리거나 비우지 않습니다. 내리는 것은 됩니다.")
        found["fee"] = Fault(words)
    if standing.applied and run.opens_at is not None and values["opens_at"] is None:
        found["opens_on"] = Fault(N_("신청하신 분이 있어서 접수 기간을 비우지 않습니다."))
    return found


TOLD = ("instructor", "room", *SCHEDULE)
"""What people applied for, besides title and venue."""


def to_tell(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether people who applied should hear of a change; both as the form writes a run."""
    return any(before[name] != after[name] for name in (*TOLD, "title", "venue"))
