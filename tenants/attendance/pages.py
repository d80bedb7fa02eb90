"""The roster and the closing of a run, in the console."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from maru.access import staff
from maru.dispatch import here, me
from maru.errors import N_, Invalid, NotFound
from maru.problems import for_page
from maru.web import dates, notices
from maru.web.mount import language
from tenants.attendance import closing
from tenants.attendance import service as attendance
from tenants.attendance.closing import Outcome
from tenants.attendance.service import Cell, Learner, Roster
from tenants.console import service as console
from tenants.console.reach import insist
from tenants.courses import service as courses

MARK_WORDS: Mapping[str, str] = {
    "present": N_("출석"),
    "late": N_("지각"),
    "left-early": N_("조퇴"),
    "absent": N_("결석"),
    "excused": N_("공결"),
}
blueprint = Blueprint("attendance", __name__, template_folder="templates", url_prefix="/console/runs/<uuid:run_id>")


@blueprint.get("/attendance")
@staff("attendance:write")
def roster(run_id: UUID) -> str:
    """Who came to which meeting; the look is written to the access log."""
    insist("attendance:write", run_id)
    found, one = attendance.roster(run_id), request.args.get("meeting")
    people, telling = [one.person_id for one in found.learners], _telling(_notes(found.learners))
    _log_look(N_("출석부 보기"), found.run.course.title, people, [*telling, N_("출석")])
    action = url_for("attendance.mark", run_id=run_id, seen=found.seen_at.isoformat())
    sheet = _sheet(found)
    if one is not None and sheet["open"]:
        return _class_page(found, sheet, one, action)
    return render_template("attendance/roster.html", line=console.line(found.run), sheet=sheet, action=action)


def _class_page(found: Roster, sheet: dict[str, Any], wanted: str, action: str) -> str:
    """One class of the run: on a phone there is no room for more."""
    meetings = sheet["meetings"]
    place = next((place for place, one in enumerate(meetings) if str(one["id"]) == wanted), None)
    if place is None:
        raise NotFound(N_("찾으시는 회차가 없습니다."))
    return render_template(
        "attendance/meeting.html",
        line=console.line(found.run),
        people=sheet["people"],
        meeting=meetings[place],
        day=dates.in_seoul(found.meetings[place].starts_at).date(),
        before=meetings[place - 1] if place else None,
        after=meetings[place + 1] if place + 1 < len(meetings) else None,
        action=action,
    )


@blueprint.get("/attendance/changes")
@staff("attendance:write")
def changes(run_id: UUID) -> str:
    """Who changed which mark, and when; the look is written to the access log."""
    insist("attendance:write", run_id)
    run, found = courses.get(run_id), attendance.changes(run_id)
    _log_look(N_("출석을 고친 기록 보기"), run.course.title, {one.person_id for one in found}, [N_("출석")])
    words = {mark: _(name) for mark, name in MARK_WORDS.items()}
    return render_template(
        "attendance/changes.html", line=console.line(run), changes=attendance.named(found), words=words
    )


@blueprint.post("/attendance")
@staff("attendance:write")
def mark(run_id: UUID) -> Response | tuple[str, int]:
    """Save one cell at a time (roster.js), or the whole sheet, which never undoes what others marked meanwhile; nor does
    a cell that could not be sent at once (`late`)."""
    insist("attendance:write", run_id)
    at_once = request.accept_mimetypes.best == "application/json"
    fresh = at_once and "late" not in request.form
    saved = attendance.mark_sheet(run_id, _cells(), me(), seen_at=None if fresh else _seen_at())
    if at_once:
        return jsonify(rates=_rates(attendance.roster(run_id)), left=saved.left)
    if saved.changed or not saved.left:
        notices.leave(
            _("%(count)s칸을 저장했습니다.", count=saved.changed) if saved.changed else _("바뀐 칸이 없습니다.")
        )
    if saved.left:
        notices.leave(
            _("%(count)s칸은 그 사이 다른 분이 고쳐서 그대로 두었습니다.", count=saved.left),
            _("아래에 지금 적힌 대로 보입니다. 고치려면 다시 적어 주세요."),
            "soon",
        )
    return redirect(url_for("attendance.roster", run_id=run_id, meeting=request.form.get("back") or None), 303)


@blueprint.get("/close")
@staff("runs:close")
def close(run_id: UUID) -> str:
    """Before: who would complete and who would not. After: who did, and their certificates."""
    return _close_page(run_id, {})


@blueprint.post("/close")
@staff("runs:close")
def close_now(run_id: UUID) -> Response | tuple[str, int]:
    """Decide, certify, remember, settle."""
    try:
        closed = closing.close(run_id, me(), agreed_blanks=request.form.get("blanks", 0, type=int))
    except Invalid as invalid:
        return _close_page(run_id, {name: _(words) for name, words in invalid.errors.items()}), 422
    notices.leave(
        _("마쳤습니다. %(count)s명이 수료하셨습니다.", count=len(closed.completed)), _("수료증은 곧 만들어집니다.")
    )
    return redirect(url_for("attendance.close", run_id=run_id), 303)


def _close_page(run_id: UUID, errors: dict[str, str]) -> str:
    before = closing.preview(run_id)
    settled = before.run.settled_at is not None
    shown = closing.outcome(run_id) if settled else before
    people = [one.person_id for one in shown.outcomes]
    born = _notes(shown.outcomes)
    kept = [N_("학습이력")] if settled else []
    _log_look(N_("수료 보기"), shown.run.course.title, people, [*_telling(born), N_("출석"), N_("수료"), *kept])
    return render_template(
        "attendance/settled.html" if settled else "attendance/close.html",
        line=console.line(shown.run),
        closing=shown,
        obstacle=for_page(before.obstacle) if before.obstacle else None,
        born=born,
        errors=errors,
    )


@blueprint.post("/certificates/<uuid:application_id>")
@staff("runs:close")
def issue(run_id: UUID, application_id: UUID) -> Response:
    """Issue the certificate that is missing, or another one after the first was revoked."""
    paper = closing.issue_certificate(run_id, application_id)
    notices.leave(_("수료증을 냈습니다."), _("번호는 %(number)s입니다. 곧 만들어집니다.", number=paper.number))
    return redirect(url_for("attendance.close", run_id=run_id), 303)


def _cells() -> dict[Cell, str | None]:
    """The fields `mark.<application>.<meeting>` of the form; `fill` names a meeting whose blanks are all present."""
    cells: dict[Cell, str | None] = {}
    fill = request.form.get("fill")
    for name, value in request.form.items():
        if not name.startswith("mark."):
            continue
        try:
            _kind, application, meeting = name.split(".")
            cells[UUID(application), UUID(meeting)] = value or ("present" if meeting == fill else None)
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
    born = _notes(found.learners)
    days = {meeting.id: dates.in_seoul(meeting.starts_at).date() for meeting in found.meetings}
    return {
        "meetings": [
            {
                "id": meeting.id,
                "label": _("%(number)s회", number=meeting.number),
                "day": f"{days[meeting.id].month}. {days[meeting.id].day}.",
                "today": days[meeting.id] == today,
                "held": days[meeting.id] <= today,
                "blanks": sum(meeting.id not in learner.marks for learner in found.learners),
            }
            for meeting in found.meetings
        ],
        "people": [_line(found, learner, born[learner.application_id]) for learner in found.learners],
        "open": found.run.settled_at is None and found.run.cancelled_at is None,
    }


def _rates(found: Roster) -> dict[str, dict[str, Any]]:
    """By application, as roster.js shows them: the share in per cent, and whether it is below the threshold."""
    lines = [_line(found, learner, "") for learner in found.learners]
    return {str(line["id"]): {"rate": line["rate"], "low": line["low"]} for line in lines}


def _line(found: Roster, learner: Learner, note: str) -> dict[str, Any]:
    so_far = found.so_far(learner)
    return {
        "id": learner.application_id,
        "name": learner.name,
        "note": note,
        "marks": learner.marks,
        "rate": so_far.percent,
        "low": so_far.held > 0 and not so_far.completed,
    }


def _notes(people: Sequence[Learner] | Sequence[Outcome]) -> dict[UUID, str]:
    """What tells people of the same name apart, by application: the year of birth, the whole day where that is the same."""
    names = Counter(one.name for one in people)
    years = Counter((one.name, one.birth_date.year) for one in people if one.birth_date)
    return {one.application_id: _born(one, names[one.name], years) for one in people}


def _telling(notes: Mapping[UUID, str]) -> list[str]:
    """What a look at these notes adds to the fields of the access log."""
    return [N_("생년월일")] if any(notes.values()) else []


def _born(one: Learner | Outcome, namesakes: int, years: Counter[tuple[str, int]]) -> str:
    day = one.birth_date
    if namesakes == 1 or day is None:
        return ""
    if years[one.name, day.year] > 1:
        return str(_("%(day)s생", day=dates.document_day(day, language())))
    return str(_("%(year)s년생", year=day.year))


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
