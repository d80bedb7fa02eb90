"""Forms for courses and runs in the console, and for single class days."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from maru import seen
from maru.access import staff
from maru.dispatch import here
from maru.errors import Invalid
from maru.limits import limit
from maru.problems import for_page, say
from maru.web import notices
from maru.web.mount import language
from records.classification import CATEGORIES
from tenants.console import service as console
from tenants.courses import service as courses
from tenants.courses.methods import METHODS
from tenants.courses.models import Run
from tenants.editing import meetings, preview
from tenants.editing import service as editing
from tenants.editing.fields import BLANK, NEW, Given, Sheet, read, read_clock, read_day
from tenants.editing.rules import fixed
from tenants.venues import service as venues

blueprint = Blueprint("editing", __name__, template_folder="templates", url_prefix="/console")
SELECTIONS = ("선착순", "추첨", "심사")


@blueprint.get("/courses/new")
@staff("courses:write")
def new() -> str:
    """An empty form."""
    return _form(None, BLANK, {})


@blueprint.post("/courses/new")
@staff("courses:write")
def create() -> Response | tuple[str, int]:
    """Save a draft; or show which class days would follow."""
    sheet = read(_given())
    if request.form.get("preview"):
        return _form(None, _typed(), _faults(sheet), preview_of=sheet), 200
    if sheet.faults:
        return _form(None, _typed(), _faults(sheet)), 422
    run = editing.create(here(), sheet.values)
    notices.leave(_("작성 중인 강좌로 저장했습니다."), _("공개하기 전에는 누리집에 보이지 않습니다."))
    return redirect(f"/console/runs/{run.id}", 303)


@blueprint.get("/runs/<uuid:run_id>/edit")
@staff("courses:write")
def edit(run_id: UUID) -> str:
    """The form of a run and its course."""
    run = courses.get(run_id)
    return _form(run, editing.shown(run), {})


@blueprint.post("/runs/<uuid:run_id>/edit")
@staff("courses:write")
def change(run_id: UUID) -> Response | tuple[str, int]:
    """Save a run and its course; what may no longer change says why, and nothing is half saved."""
    sheet = read(_given())
    if request.form.get("preview"):
        return _form(courses.get(run_id), _typed(), _faults(sheet), preview_of=sheet), 200
    if sheet.faults:
        return _form(courses.get(run_id), _typed(), _faults(sheet)), 422
    try:
        changed = editing.change(run_id, sheet.values, request.form.get("seen", ""))
    except editing.Newer as newer:
        return _form(courses.get(run_id), _typed(), {}, newer=say(newer.detail, {})), 409
    if changed.faults:
        wrong = {name: say(fault.message, fault.values) for name, fault in changed.faults.items()}
        return _form(courses.get(run_id), _typed(), wrong), 422
    notices.leave(_("저장했습니다."), _will_be_told(changed.told))
    return redirect(f"/console/runs/{run_id}", 303)


def _form(
    run: Run | None,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    preview_of: Sheet | None = None,
    newer: str = "",
) -> str:
    standing = editing.standing(run) if run else None
    stops = editing.obstacle(run) if run else None
    now = editing.shown(run) if run else BLANK
    return render_template(
        "editing/form.html",
        run=run,
        line=console.line(run) if run else None,
        values=values,
        errors=errors,
        newer=newer,
        differing=[name for name in now if newer and now[name] != values.get(name)],
        now=now,
        seen=seen.mark(now) if run else "",
        obstacle=for_page(stops) if stops else None,
        fixed={name: _(words) for name, words in fixed(run, standing).items()} if run and standing else {},
        standing=standing,
        others=editing.others_of(run) if run else 0,
        preview=_preview(run, preview_of) if preview_of else None,
        **_choices(values),
    )


def _choices(values: Mapping[str, Any]) -> dict[str, Any]:
    city = here()
    rooms = sorted({room for several in venues.rooms(city).values() for room in several})
    english = language() == "en"
    return {
        "categories": [("", _("정하지 않음")), *((code, _(name)) for code, name in CATEGORIES.items())],
        "institutions": [(str(one.id), _beside(one.name, one.phone)) for one in venues.all_institutions(city)],
        "venues": [(str(one.id), _beside(one.name, one.address)) for one in venues.all_venues(city)],
        "rooms": rooms,
        "terms": console.terms(city),
        "teachers": [(str(one.id), one.name) for one in editing.teachers()],
        "methods": [("", _("정하지 않음")), *_known(METHODS, values["method"])],
        "selections": _known(SELECTIONS, values["selection"]),
        "weekdays": list(
            enumerate((["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]) if english else "월화수목금토일")
        ),
        "NEW": NEW,
    }


def _beside(name: str, more: str) -> str:
    return f"{name} ({more})" if more else name


def _known(choices: tuple[str, ...], now: str) -> list[tuple[str, str]]:
    """The usual ones, and the one that a file brought."""
    return [(one, _(one)) for one in (*choices, *([now] if now and now not in choices else []))]


def _given() -> Given:
    return Given(request.form, request.form.getlist)


def _typed() -> dict[str, Any]:
    """What was typed, whatever it was."""
    several = {name: request.form.getlist(name) for name in ("weekdays", "teachers")}
    return {**dict.fromkeys(BLANK, ""), **request.form, **several}


def _faults(sheet: Sheet) -> dict[str, str]:
    return {name: say(fault.message, fault.values) for name, fault in sheet.faults.items()}


def _preview(run: Run | None, sheet: Sheet) -> preview.Preview | None:
    return preview.of_sheet(here(), sheet, run.id if run else None, english=language() == "en")


@blueprint.get("/runs/<uuid:run_id>/meetings")
@staff("courses:write")
def class_days(run_id: UUID) -> str:
    """Every class day of a run, and a form for one more."""
    return _class_days(courses.get(run_id), {})


@blueprint.post("/runs/<uuid:run_id>/meetings")
@staff("courses:write")
def add_class_day(run_id: UUID) -> Response | tuple[str, int]:
    """One more class day."""
    try:
        told = meetings.add(run_id, meetings.When.read(_when()), request.form.get("topic", "").strip())
    except Invalid as invalid:
        return _class_days(courses.get(run_id), {name: _(words) for name, words in invalid.errors.items()}), 422
    return _saved(run_id, _("수업하는 날을 더했습니다."), told)


@blueprint.get("/runs/<uuid:run_id>/meetings/<uuid:meeting_id>")
@staff("courses:write")
def class_day(run_id: UUID, meeting_id: UUID) -> str:
    """One class day: move it, call it off, hold it after all."""
    return _class_day(courses.get(run_id), meeting_id, {})


@blueprint.post("/runs/<uuid:run_id>/meetings/<uuid:meeting_id>")
@staff("courses:write")
def change_class_day(run_id: UUID, meeting_id: UUID) -> Response | tuple[str, int]:
    """What the pressed button says: move, call-off or restore."""
    act, reason = request.form.get("act"), request.form.get("reason", "").strip()[:500]
    try:
        if act == "call-off":
            told = meetings.call_off(run_id, meeting_id, reason)
            return _saved(run_id, _("이 회차를 쉬기로 했습니다."), told)
        if act == "restore":
            told = meetings.restore(run_id, meeting_id)
            return _saved(run_id, _("이 회차를 다시 엽니다."), told)
        meetings.get(run_id, meeting_id)
        topic = request.form.get("topic", "").strip()
        told = meetings.move(run_id, meeting_id, meetings.When.read(_when()), topic, reason)
    except Invalid as invalid:
        wrong = {name: _(words) for name, words in invalid.errors.items()}
        return _class_day(courses.get(run_id), meeting_id, wrong), 422
    return _saved(run_id, _("이 회차를 저장했습니다."), told)


def _when() -> dict[str, Any]:
    return {
        "day": read_day(request.form.get("day", "")),
        "begins": read_clock(request.form.get("begins", "")),
        "ends": read_clock(request.form.get("ends", "")),
    }


def _saved(run_id: UUID, words: str, told: int) -> Response:
    notices.leave(words, _will_be_told(told))
    return redirect(f"/console/runs/{run_id}/meetings", 303)


def _will_be_told(told: int) -> str:
    """When those who applied hear of a change, so that nobody calls them for it."""
    if not told:
        return ""
    minutes = limit("change-told-minutes")
    words: str = ngettext(
        "신청하신 %(num)s명에게 %(minutes)s분 뒤에 알립니다. 그 안에 더 고치시면 한 번에 알립니다.",
        "신청하신 %(num)s명에게 %(minutes)s분 뒤에 알립니다. 그 안에 더 고치시면 한 번에 알립니다.",
        told,
        minutes=minutes,
    )
    return words


def _class_days(run: Run, errors: Mapping[str, str]) -> str:
    stops = editing.obstacle(run)
    return render_template(
        "editing/meetings.html",
        line=console.line(run),
        obstacle=for_page(stops) if stops else None,
        notes=preview.notes_of(run, english=language() == "en"),
        errors=errors,
        typed=request.form,
        hours={"begins": run.starts_at, "ends": run.ends_at},
    )


def _class_day(run: Run, meeting_id: UUID, errors: Mapping[str, str]) -> str:
    meeting = meetings.get(run.id, meeting_id)
    stops = editing.obstacle(run)
    return render_template(
        "editing/meeting.html",
        line=console.line(run),
        meeting=meeting,
        obstacle=for_page(stops) if stops else None,
        errors=errors,
        typed=request.form,
    )
