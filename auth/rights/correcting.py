"""What a city itself has written about somebody, corrected on their request after the clerk saw what changes (PIPA §36)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from auth.rights.models import RightsRequest
from auth.rights.words import CORRECTED, FIELDS, PARTS
from maru import forms
from maru.db import session
from maru.errors import N_, Invalid, Refused
from maru.seen import mark
from maru.web import dates

CORRECTABLE = sa.text("SELECT part, id, field, value FROM engine.correctable(:request)")
CORRECT = sa.text("SELECT engine.correct_in_city(:request, :part, :row, :field, :value)")
LONGEST = 100
NEEDED = ("name", "birth_date")
"""Fields that are never empty."""
NAMES = ("name", "guardian")
"""Fields that hold the name of a person."""


@dataclass(frozen=True)
class Line:
    """One field of a row: `part` is a group's `list`, or the `person` who came in by one and has no account."""

    part: str
    row: UUID
    field: str
    value: str

    @property
    def key(self) -> str:
        """Its name in the form."""
        return f"{self.part}-{self.row}-{self.field}"


@dataclass(frozen=True)
class Change:
    """A field and what it is to say."""

    line: Line
    after: str


def lines(request: RightsRequest) -> Sequence[Line]:
    """What the city that is asked may correct; nothing for other requests."""
    if request.kind != "correction" or request.tenant_id is None:
        return []
    found = [Line(*row) for row in session().execute(CORRECTABLE, {"request": request.id})]
    order = list(FIELDS)
    return sorted(found, key=lambda line: (line.part, line.row, order.index(line.field)))


def wanted(held: Sequence[Line], given: Mapping[str, str]) -> list[Change]:
    """What a form changes. Raises Invalid with the fields that are wrong."""
    changes = [
        Change(line, after) for line in held if (after := given.get(line.key, line.value).strip()) != line.value.strip()
    ]
    errors = {change.line.key: fault for change in changes if (fault := _fault(change))}
    if errors:
        raise Invalid(N_("고칠 내용을 확인해 주세요."), errors)
    return changes


def shown(changes: Sequence[Change]) -> str:
    """The mark of what was shown before the button was pressed: the same rows, from and to the same."""
    return mark([[change.line.key, change.line.value, change.after] for change in changes]) if changes else ""


def carry_out(request: UUID, changes: Sequence[Change]) -> None:
    """Correct them, in the transaction in which the request was granted."""
    try:
        for change in changes:
            line = change.line
            values = {"part": line.part, "row": line.row, "field": line.field, "value": change.after}
            session().execute(CORRECT, {"request": request, **values})
    except sa.exc.IntegrityError as error:
        raise Refused(
            N_("고치면 같은 명단의 다른 줄과 똑같아집니다. 명단을 먼저 확인해 주세요."), slug="same-line"
        ) from error


def told(changes: Sequence[Change], language: str) -> str:
    """What was corrected, as the person is told."""
    said = CORRECTED[language]
    return "\n".join([said["done"], *(_line(change, language) for change in changes)])


def _line(change: Change, language: str) -> str:
    line = change.line
    return CORRECTED[language]["line"].format(
        part=PARTS[line.part][language],
        field=FIELDS[line.field][language],
        before=line.value or "-",
        after=change.after or "-",
    )


def _fault(change: Change) -> str:
    field, after = change.line.field, change.after
    if field in NEEDED and not after:
        return N_("비워 둘 수 없습니다.")
    if field == "birth_date" and not _day(after):
        return N_("지난 날을 적어 주세요. 예: 1954-03-02")
    if wrong := forms.name_flaw(after, LONGEST) if field in NAMES and after else forms.flaw(after, LONGEST):
        return wrong
    if field == "email" and after and "@" not in after[1:-1]:
        return N_("이메일 주소를 확인해 주세요. 예: hong@example.kr")
    return ""


def _day(written: str) -> bool:
    try:
        return date(1900, 1, 1) <= date.fromisoformat(written) <= dates.today()
    except ValueError:
        return False
