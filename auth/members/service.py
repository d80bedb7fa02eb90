"""Taking a city's members over."""

import json

import sqlalchemy as sa

from auth.members import roll
from auth.members.roll import Member, Unread, finding_of
from maru import masking
from maru.db import session
from maru.imports.report import Outcome, Report, ReportRow

TAKE = sa.text("SELECT line, code FROM engine.take_members(:members)")
OUTCOMES: dict[str, Outcome] = {
    "created": "accepted",
    "updated": "accepted",
    "unchanged": "unchanged",
    "looks-like": "warned",
    "own-now": "warned",
    "somebody-else": "refused",
}


def import_file(data: bytes, filename: str, *, dry_run: bool = False) -> Report:
    """Take a list of members over for the city of the job, with a report row for every line; FileRefused for no list.

    Whoever comes again with the same number stays one person; whoever looks like somebody of this or another city is
    made anew and proposed as the same, never merged. A dry run reports the same and changes nothing.
    """
    lines = list(roll.read(data, filename))
    members = {one.line: one for one in lines if isinstance(one, Member)}
    trial = session().begin_nested() if dry_run else None
    taken = session().execute(TAKE, {"members": _told(list(members.values()))}).all()
    if trial:
        trial.rollback()
    rows = [_row(members[line], code) for line, code in taken]
    rows += [
        ReportRow(one.line, "refused", one.finding.code, one.finding.message)
        for one in lines
        if isinstance(one, Unread)
    ]
    return Report(sorted(rows, key=lambda row: row.line))


def _told(members: list[Member]) -> str:
    return json.dumps(
        [
            {
                "line": one.line,
                "number": one.number,
                "name": one.name,
                "birth_date": one.birth_date.isoformat(),
                "phone": one.phone,
                "email": one.email,
            }
            for one in members
        ]
    )


def _row(member: Member, code: str) -> ReportRow:
    outcome = OUTCOMES[code]
    messages = [finding_of(code).message, *(one.message for one in member.warnings)]
    if member.warnings and outcome == "accepted":
        outcome, code = "warned", member.warnings[0].code
    return ReportRow(member.line, outcome, code, " ".join(messages), masking.name(member.name))
