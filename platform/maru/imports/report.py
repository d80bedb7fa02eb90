"""What became of each record of a file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from maru.errors import N_

Outcome = Literal["accepted", "warned", "refused", "unchanged"]
OUTCOMES: dict[Outcome, str] = {
    "accepted": N_("넣음"),
    "warned": N_("확인 필요"),
    "refused": N_("넣지 못함"),
    "unchanged": N_("그대로"),
}


@dataclass(frozen=True)
class ReportRow:
    """What became of one record: the line where it begins, a stable code, and a Korean sentence."""

    line: int
    outcome: Outcome
    code: str
    message: str
    title: str = ""


@dataclass(frozen=True)
class Report:
    """All rows of a file, and how many there are of each outcome."""

    rows: Sequence[ReportRow]

    @property
    def totals(self) -> dict[str, int]:
        counted = Counter(row.outcome for row in self.rows)
        return {"records": len(self.rows), **{outcome: counted[outcome] for outcome in OUTCOMES}}

    @property
    def stored(self) -> list[dict[str, Any]]:
        """The rows as the database keeps them."""
        return [asdict(row) for row in self.rows]
