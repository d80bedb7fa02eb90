"""The roster and the closing of a run, in the console."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from maru.access import staff
from maru.dispatch import here, me
from maru.errors import N_, Invalid
from maru.problems import for_page
from maru.web import dates
from tenants.attendance import closing
from tenants.attendance import service as attendance
from tenants.attendance.service import Cell, Learner, Roster
from tenants.console import service as console
from tenants.console.reach import insist

blueprint = Blueprint("attendance", __name__, template_folder="templates", url_prefix="/console/runs/<uuid:run_id>")


@blueprint.get("/attendance")
@staff("attendance:write")
def roster(run_id: UUID) -> str:
    """Who came to which meeting; the look is written to the access log."""
    insist("attendance:write", run_id)
    found = attendance.roster(run_id)
    _log_look(N_("출석부 보기"), found.run.course.title, [one.person_id for one in found.learners], [N_("출석")])
    return render_template(
        "attendance/roster.html",
        line=console.line(found.run),
        sheet=_sheet(found),
        action=url_for("attendance.mark", run_id=run_id, seen=found.seen_at.isoformat()),
        saved=request.args.get("saved", type=int),
        left=request.args.get("left", 0, type=int),
    )


@blueprint.post("/attendance")
@staff("attendance:write")
def mark(run_id: UUID) -> Response | tuple[str, int]:
    """Save one cell at a time (roster.js), or the whole sheet, which never undoes what others marked meanwhile."""
    insist("attendance:write", run_id)
    at_once = request.accept_mimetypes.best == "application/json"
    saved = attendance.mark_sheet(run_id, _cells(), me(), seen_at=None if at_once else _seen_at())
    if at_once:
        return "", 204
    return redirect(url_for("attendance.roster", run_id=run_id, saved=saved.changed, left=saved.left), 303)


@blueprint.get("/close")
@staff("runs:close")
def close(run_id: UUID) -> str:
    """Before: who would complete and who would not. After: who did, and their certificates."""
    before = closing.preview(run_id)
    settled = before.run.settled_at is not None
    shown = closing.outcome(run_id) if settled else before
    people = [one.person_id for one in shown.outcomes]
    _log_look(N_("수료 보기"), shown.run.course.title, people, [N_("출석"), N_("수료")])
    return render_template(
        "attendance/settled.html" if settled else "attendance/close.html",
        line=console.line(shown.run),
        closing=shown,
        obstacle=for_page(before.obstacle) if before.obstacle else None,
        just_closed="closed" in request.args,
    )


@blueprint.post("/close")
@staff("runs:close")
def close_now(run_id: UUID) -> Response:
    """Decide, certify, remember, settle."""
    closing.close(run_id, me())
    return redirect(url_for("attendance.close", run_id=run_id, closed=1), 303)


@blueprint.post("/certificates/<uuid:application_id>")
@staff("runs:close")
def issue(run_id: UUID, application_id: UUID) -> Response:
    """Issue the certificate that is missing, or another one after the first was revoked."""
    closing.issue_certificate(run_id, application_id)
    return redirect(url_for("attendance.close", run_id=run_id), 303)


def _cells() -> dict[Cell, str | None]:
    """The fields `mark.<application>.<meeting>` of the form."""
    cells: dict[Cell, str | None] = {}
    for name, value in request.form.items():
        if not name.startswith("mark."):
            continue
        try:
            _kind, application, meeting = name.split(".")
            cells[UUID(application), UUID(meeting)] = value or None
        except ValueError as error:
            raise Invalid(N_("출석부의 칸을 알아볼 수 없습니다. 출석부를 새로 열어 주세요.")) from error
    return cells


def _seen_at() -> datetime | None:
    """The moment at which the form's sheet was read; without one, nothing is protected from being overwritten."""
    try:
        seen = datetime.fromisoformat(request.args.get("seen", ""))
    except ValueError:
        return None
    return seen if seen.tzinfo else None


def _sheet(found: Roster) -> dict[str, Any]:
    """The roster as components/staff.html wants it; `open` says whether cells can still be changed."""
    today = dates.today()
    names = Counter(one.name for one in found.learners)
    days = {meeting.id: dates.in_seoul(meeting.starts_at).date() for meeting in found.meetings}
    return {
        "meetings": [
            {
                "id": meeting.id,
                "label": _("%(number)s회", number=meeting.number),
                "day": f"{days[meeting.id].month}. {days[meeting.id].day}.",
                "today": days[meeting.id] == today,
                "held": days[meeting.id] <= today,
            }
            for meeting in found.meetings
        ],
        "people": [_line(found, learner, twice=names[learner.name] > 1) for learner in found.learners],
        "open": found.run.settled_at is None and found.run.cancelled_at is None,
    }


def _line(found: Roster, learner: Learner, *, twice: bool) -> dict[str, Any]:
    so_far = found.so_far(learner)
    return {
        "id": learner.application_id,
        "name": learner.name,
        "note": _born(learner.birth_date) if twice else "",
        "marks": learner.marks,
        "rate": so_far.percent,
        "low": so_far.held > 0 and not so_far.completed,
    }


def _born(day: date | None) -> str:
    return _("%(year)s년생", year=day.year) if day else ""


def _log_look(task: str, title: str, people: Iterable[UUID], fields: Sequence[str]) -> None:
    access_log.look(
        me(),
        people,
        tenant=here(),
        task=task,
        purpose=title,
        fields=[N_("이름"), *fields],
        address=request.remote_addr,
        request_id=g.request_id,
    )
