"""The console's pages: runs, one run with its applicants, calling off."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from auth.people import service as people
from auth.residence import service as residence
from auth.residence.words import SOURCES
from maru import masking, spreadsheets
from maru.access import staff
from maru.dispatch import caller, here, me
from maru.errors import N_, Invalid, Refused
from maru.limits import limit
from maru.problems import for_page
from maru.web import dates
from maru.web.mount import language
from records.classification import CATEGORIES
from tenants.catalogue import service as catalogue
from tenants.catalogue.rows import hours_of
from tenants.console import columns
from tenants.console import service as console
from tenants.console.narrowing import Narrowing
from tenants.console.reach import insist, may
from tenants.courses import service as courses
from tenants.courses.methods import METHODS
from tenants.courses.models import Run
from tenants.enrolments import service as enrolments
from tenants.enrolments.models import Application
from tenants.timetable import service as timetable

MOST_ROWS = 5_000
"""Of a sheet that is made while somebody waits."""
STATE_WORDS = {
    "draft": N_("작성 중"),
    "scheduled": N_("모집 예정"),
    "open": N_("모집 중"),
    "waiting": N_("대기 접수"),
    "closed": N_("접수 마감"),
    "running": N_("교육 중"),
    "ended": N_("교육 종료"),
    "settled": N_("수료 처리 완료"),
    "cancelled": N_("폐강"),
}
blueprint = Blueprint("console", __name__, template_folder="templates", url_prefix="/console")


@blueprint.get("/courses")
@staff("courses:read")
def runs() -> str:
    """The list; `mine` are the classes of the caller, which a teacher sees first."""
    narrowing = Narrowing.read(request.args, me())
    lines, following = console.lines(here(), narrowing, request.args.get("after"))
    shown = columns.chosen(request.args.getlist("col"))
    kept = shown if shown != list(columns.USUAL) else []
    return render_template(
        "console/courses.html",
        lines=lines,
        narrowing=narrowing,
        asked=narrowing.asked,
        chosen_columns=kept,
        link=partial(_link, narrowing.asked, kept),
        most=limit("runs-per-term"),
        categories=CATEGORIES,
        total=console.count(here(), narrowing),
        next=following,
        drafts=console.count_drafts(here(), narrowing) if may("courses:write") else 0,
        teaches=bool(courses.taught_by(me())),
        columns=columns.COLUMNS,
        shown=shown,
        choices=_choices(),
    )


def _choices() -> dict[str, list[tuple[str, str]]]:
    """What the panel offers."""
    found = {
        "states": [(name, _(words)) for name, words in STATE_WORDS.items()],
        "categories": [(code, _(words)) for code, words in CATEGORIES.items()],
        "venues": [(str(venue.id), venue.name) for venue in console.venues(here())],
        "terms": [(term, term) for term in console.terms(here())],
        "methods": [(method, _(method)) for method in METHODS],
    }
    return {name: [("", _("모두")), *pairs] for name, pairs in found.items()}


def _link(asked: dict[str, str], shown: list[str], **changes: str) -> str:
    """The list with other words in its address; its columns stay."""
    query = {**asked, **changes, "col": shown}
    return f"/console/courses?{urlencode(query, doseq=True)}"


@blueprint.get("/courses/export.xlsx")
@staff("courses:read")
def sheet() -> Response:
    """The list as it is narrowed, as a spreadsheet."""
    narrowing = Narrowing.read(request.args, me())
    if console.count(here(), narrowing) > MOST_ROWS:
        words = N_("한 번에 %(most)s개까지 내려받습니다. 학기나 날짜로 좁혀 주세요.")
        raise Refused(words, slug="too-many-rows", values={"most": f"{MOST_ROWS:,}"})
    lines = console.every(here(), narrowing, MOST_ROWS)
    headings = [_(heading) for heading, _value in columns.SHEET]
    rows = (
        [
            _(STATE_WORDS[line.state]),
            _(CATEGORIES.get(line.run.course.category, "")) if line.run.course.category else "",
        ]
        + [value(line) for _heading, value in columns.SHEET]
        for line in lines
    )
    data = spreadsheets.write(_("강좌 목록"), [_("상태"), _("분야"), *headings], rows)
    name = f"{caller().slug}-courses-{dates.today():%Y%m%d}.xlsx"
    return Response(
        data, mimetype=spreadsheets.MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@blueprint.get("/runs/<uuid:run_id>")
@staff("courses:read")
def run(run_id: UUID) -> str:
    """One run: its facts and what can be done with it."""
    found = courses.get(run_id)
    seats = catalogue.seats_of(found)
    public = found.published_at is not None
    return render_template(
        "console/run.html",
        line=console.line(found),
        hours=hours_of(found),
        teachers=people.several(timetable.teachers_of([run_id]).get(run_id, set())),
        tab="about",
        now=datetime.now(UTC),
        cancellable=catalogue.obstacle_to_cancelling(found) is None,
        withdrawable=public and seats is not None and seats.untouched and found.cancelled_at is None,
        removable=not public and seats is None,
    )


@blueprint.get("/runs/<uuid:run_id>/applicants")
@staff("applicants:read")
def applicants(run_id: UUID) -> str:
    """Who applied, in the order of receipt; the look is written to the access log."""
    found = courses.get(run_id)
    insist("applicants:read", run_id)
    applications = enrolments.of_run(run_id)
    _log_look(applications, found)
    by_id = {person.id: person for person in people.several({one.person_id for one in applications})}
    positions = enrolments.positions(applications)
    rows = [(one, by_id[one.person_id], positions.get(one.id)) for one in applications if one.person_id in by_id]
    return render_template(
        "console/applicants.html",
        line=console.line(found),
        rows=rows,
        homes=_region_names() if found.resident_only else None,
        sources=SOURCES,
        mask_phone=masking.phone,
        tab="applicants",
    )


@blueprint.get("/runs/<uuid:run_id>/cancel")
@staff("courses:write")
def ask_cancel(run_id: UUID) -> str:
    """The question before a run is called off, or why it cannot be."""
    return _cancel_page(courses.get(run_id), {})


@blueprint.post("/runs/<uuid:run_id>/cancel")
@staff("courses:write")
def cancel(run_id: UUID) -> Response | tuple[str, int]:
    """Call a run off, with the reason that its page will show."""
    try:
        catalogue.cancel_run(run_id, request.form.get("reason", "").strip()[:500])
    except Invalid as invalid:
        return _cancel_page(courses.get(run_id), invalid.errors), 422
    return redirect(f"/console/runs/{run_id}", 303)


def _cancel_page(run: Run, errors: dict[str, str]) -> str:
    obstacle = catalogue.obstacle_to_cancelling(run)
    return render_template(
        "console/cancel.html",
        line=console.line(run),
        tab="about",
        errors=errors,
        obstacle=for_page(obstacle) if obstacle else None,
    )


def _region_names() -> dict[str, str]:
    english = language() == "en"
    known = residence.known()
    return {code: region.name_en if english else region.name_ko for code, region in known.items()}


def _log_look(applications: Sequence[Application], run: Run) -> None:
    access_log.look(
        me(),
        {one.person_id for one in applications},
        tenant=here(),
        task=N_("신청자 명단 보기"),
        purpose=run.course.title,
        fields=[N_("이름"), N_("생년월일"), N_("전화번호"), *([N_("사는 곳")] if run.resident_only else [])],
        address=request.remote_addr,
        request_id=g.request_id,
    )
