"""Copying one run, and moving a set of them into a new term."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from maru.access import staff
from maru.dispatch import here, me
from maru.errors import N_, NotFound
from maru.web import dates, notices
from maru.web.mount import language
from tenants.console import service as console
from tenants.console.narrowing import Narrowing, address
from tenants.courses import service as courses
from tenants.courses.models import Run
from tenants.editing.fields import moment, read_clock, read_day
from tenants.editing.preview import in_words
from tenants.terms import service as terms
from tenants.terms.service import Plan
from tenants.terms.shifting import NewDates, Window, next_start, shifted, whole_weeks
from tenants.timetable import service as timetable

blueprint = Blueprint("terms", __name__, template_folder="templates", url_prefix="/console")
LONGEST_TERM = 60
NO_DAY = N_("날짜로 적어 주세요. 예: 2026-11-22")


@dataclass(frozen=True)
class Row:
    """One line of the table: a run with its new dates, and in words what to look at twice."""

    plan: Plan
    picked: bool
    doubts: Sequence[str]
    done: Run | None
    error: str = ""


@blueprint.get("/runs/<uuid:run_id>/copy")
@staff("courses:write")
def ask_copy(run_id: UUID) -> str:
    """The next run of a course: everything kept, new dates proposed."""
    run = courses.get(run_id)
    first = read_day(request.args.get("first", "")) or next_start(run.starts_on, run.ends_on, dates.today())
    return _copy_page(run, first, request.args.get("term", ""), {})


@blueprint.post("/runs/<uuid:run_id>/copy")
@staff("courses:write")
def copy(run_id: UUID) -> Response | tuple[str, int]:
    """Make the draft; once more only if that is wanted."""
    run = courses.get(run_id)
    first, term = read_day(request.form.get("first", "")), request.form.get("term", "").strip()[:LONGEST_TERM]
    if first is None:
        shown = next_start(run.starts_on, run.ends_on, dates.today())
        return _copy_page(run, shown, term, {"first": _(NO_DAY)}), 422
    courses.number_alone(here())
    new = shifted(run, (first - run.starts_on).days)
    (plan,) = terms.plan(here(), {run: new})
    if plan.done_for(term) and not request.form.get("again"):
        return _copy_page(run, first, term, {}), 409
    (made,) = terms.make(here(), {run: new}, term)
    notices.leave(_("다음 차수를 작성 중으로 만들었습니다."), _("보시고 공개하시면 누리집에 보입니다."))
    return redirect(f"/console/runs/{made.id}", 303)


def _copy_page(run: Run, first: date, term: str, errors: Mapping[str, str]) -> str:
    (plan,) = terms.plan(here(), {run: shifted(run, (first - run.starts_on).days)})
    return render_template(
        "terms/copy.html",
        line=console.line(run),
        plan=plan,
        doubts=_doubts(plan),
        done=plan.done_for(term),
        first=first,
        term=term,
        terms=console.terms(here()),
        errors=errors,
    )


@blueprint.get("/terms/open")
@staff("courses:write")
def ask_open() -> str | Response:
    """The chosen runs with new dates, whole weeks later."""
    runs = _chosen(request.args)
    if not runs:
        notices.leave(_("옮길 강좌를 하나 이상 골라 주세요."), kind="soon")
        return redirect(address("/console/courses", Narrowing.read(request.args, me())), 303)
    first = min(run.starts_on for run in runs)
    start = next_start(first, _last_end(runs), dates.today())
    return _page(runs, start, MultiDict(request.args), fresh=True)


@blueprint.post("/terms/open")
@staff("courses:write")
def open_term() -> Response | tuple[str, int]:
    """Reckon anew, or make the drafts of the ticked rows."""
    runs = _several(request.form.getlist("row"))
    start = read_day(request.form.get("start", ""))
    errors = _errors(runs, start)
    if errors or start is None:
        return _page(runs, start or dates.today(), request.form, errors=errors), 422
    if request.form.get("act") != "make":
        return _page(runs, start, request.form), 200
    courses.number_alone(here())
    picked = set(request.form.getlist("run"))
    wanted = {run: new for run, new in _wanted(runs, start, request.form).items() if str(run.id) in picked}
    term = _term()
    repeated = [plan for plan in terms.plan(here(), wanted) if plan.done_for(term)]
    if not wanted:
        return _page(runs, start, request.form, errors={"run": _("옮길 강좌를 하나 이상 골라 주세요.")}), 422
    if repeated and not request.form.get("again"):
        return _page(runs, start, request.form, repeated=len(repeated)), 409
    made = terms.make(here(), wanted, term)
    words = ngettext(
        "강좌 %(num)s개를 작성 중으로 만들었습니다.", "강좌 %(num)s개를 작성 중으로 만들었습니다.", len(made)
    )
    notices.leave(words, _("보시고 ‘모두 공개하기’를 누르시면 함께 공개합니다."))
    return redirect(address("/console/courses", Narrowing(term=term, show="drafts")), 303)


def _term() -> str:
    return " ".join(request.form.get("term", "").split())[:LONGEST_TERM]


def _errors(runs: Sequence[Run], start: date | None) -> dict[str, str]:
    errors = {} if start else {"start": _(NO_DAY)}
    if request.form.get("act") == "make" and not _term():
        errors["term"] = _("새 학기의 이름을 적어 주세요. 예: 2027년 1기")
    window = _window(request.form)
    if window and window.opens_at and window.closes_at and window.closes_at <= window.opens_at:
        errors["closes_on"] = _("접수가 끝나는 때가 시작하는 때보다 뒤여야 합니다.")
    if request.form.get("closes_on") and not request.form.get("opens_on"):
        errors["opens_on"] = _("접수를 시작하는 날도 적어 주세요.")
    for run in runs:
        written = request.form.get(f"first.{run.id}", "")
        if written and read_day(written) is None:
            errors[f"first.{run.id}"] = _(NO_DAY)
    return errors


def _page(
    runs: Sequence[Run],
    start: date,
    given: "MultiDict[str, str]",
    *,
    errors: Mapping[str, str] | None = None,
    repeated: int = 0,
    fresh: bool = False,
) -> str:
    wanted = _wanted(runs, start, given)
    term = " ".join(given.get("term", "").split()) if not fresh else ""
    plans = terms.plan(here(), wanted)
    feasts = _feasts(plans)
    rows = [_row(plan, term, given, feasts, errors or {}, fresh) for plan in plans]
    last_known = timetable.known_until()
    return render_template(
        "terms/open.html",
        rows=rows,
        start=start,
        term=term,
        given={} if fresh else given,
        errors=errors or {},
        repeated=repeated,
        doubtful=sum(bool(row.doubts) for row in rows),
        picked=sum(row.picked for row in rows),
        unknown_from=last_known if last_known and any(_last_day(plan) > last_known for plan in plans) else None,
        terms=console.terms(here()),
        from_term=", ".join(sorted({run.term for run in runs if run.term})),
    )


def _row(
    plan: Plan,
    term: str,
    given: "MultiDict[str, str]",
    feasts: Mapping[date, str],
    errors: Mapping[str, str],
    fresh: bool,
) -> Row:
    done = plan.done_for(term)
    picked = not done if fresh else str(plan.run.id) in given.getlist("run")
    return Row(plan, picked, _doubts(plan, feasts), done, errors.get(f"first.{plan.run.id}", ""))


def _wanted(runs: Sequence[Run], start: date, given: "MultiDict[str, str]") -> dict[Run, NewDates]:
    """New dates of each run: by its own day where one was written, else as all move."""
    if not runs:
        return {}
    days = whole_weeks(min(run.starts_on for run in runs), start)
    window = _window(given)
    own = {run: read_day(given.get(f"first.{run.id}", "")) for run in runs}
    before = read_day(given.get("reckoned", ""))
    kept = {  # a day that was only proposed for another first day of the term moves along
        run: day
        for run, day in own.items()
        if day
        and (before is None or day != shifted(run, whole_weeks(min(r.starts_on for r in runs), before)).starts_on)
    }
    return {run: shifted(run, (kept[run] - run.starts_on).days if run in kept else days, window) for run in runs}


def _window(given: Mapping[str, str]) -> Window | None:
    """One window for the whole term, where it was written."""
    opens, closes = read_day(given.get("opens_on", "")), read_day(given.get("closes_on", ""))
    if opens is None:
        return None
    closing = read_clock(given.get("closes_time", ""))
    closes_at = moment(closes + timedelta(days=closing is None), closing or time()) if closes else None
    return Window(moment(opens, read_clock(given.get("opens_time", "")) or time()), closes_at)


def _doubts(plan: Plan, feasts: Mapping[date, str] | None = None) -> list[str]:
    """What to look at twice, in words."""
    known = feasts if feasts is not None else _feasts([plan])
    said = []
    now, new = dates.today(), plan.dates
    if new.starts_on <= now:
        said.append(_("시작하는 날이 지났습니다."))
    if new.window.opens_at and dates.in_seoul(new.window.opens_at).date() < now:
        said.append(_("접수를 시작하는 날이 지났습니다."))
    if new.window.closes_at and dates.in_seoul(new.window.closes_at).date() > new.ends_on:
        said.append(_("접수가 강좌보다 늦게 끝납니다."))
    if plan.meetings_before and len(plan.blocks) != plan.meetings_before:
        values = {"before": plan.meetings_before, "after": len(plan.blocks)}
        said.append(_("지난번 %(before)s회, 이번 %(after)s회입니다.", **values))
    hall = plan.run.venue.capacity if plan.run.venue else None
    if hall and plan.run.capacity and plan.run.capacity > hall:
        said.append(_("정원이 교육장에 들어가는 %(most)s명보다 많습니다.", most=hall))
    said += [
        _("%(day)s 쉬는 날: %(name)s", day=dates.staff_day(day, language()), name=known[day])
        for day in sorted({dates.in_seoul(block.starts_at).date() for block in plan.blocks})
        if day in known
    ]
    return said + _overlaps(plan)


def _overlaps(plan: Plan) -> list[str]:
    """Each class that stands in the way, once, with how often."""
    counted: dict[tuple[str, UUID], list[Any]] = {}
    for one in plan.overlaps:
        other = one.second if one.first.run == plan.run.id else one.first
        counted.setdefault((one.kind, other.run), []).append(other)
    return [
        in_words(kind, others[0]) + (f" ({ngettext('%(num)s회', '%(num)s회', len(others))})" if len(others) > 1 else "")
        for (kind, _run), others in counted.items()
    ]


def _feasts(plans: Sequence[Plan]) -> dict[date, str]:
    days = [dates.in_seoul(block.starts_at).date() for plan in plans for block in plan.blocks]
    return timetable.holidays(min(days), max(days), english=language() == "en") if days else {}


def _last_day(plan: Plan) -> date:
    return max((dates.in_seoul(block.starts_at).date() for block in plan.blocks), default=plan.dates.starts_on)


def _last_end(runs: Sequence[Run]) -> date:
    """When the last of them ends that ends at all."""
    return max((run.ends_on for run in runs if run.ends_on.year < 2099), default=max(run.starts_on for run in runs))


def _chosen(given: "MultiDict[str, str]") -> Sequence[Run]:
    """The ticked runs, or all that the list is narrowed to."""
    if not given.get("all"):
        return _several(given.getlist("run"))
    ids = console.ids(here(), Narrowing.read(given, me()))
    terms.check_number(ids)
    return _ordered(courses.several(ids))


def _several(written: Sequence[str]) -> Sequence[Run]:
    terms.check_number(written)
    try:
        ids = {UUID(one) for one in written}
    except ValueError as error:
        raise NotFound(N_("찾으시는 강좌가 없습니다.")) from error
    found = courses.several(ids)
    if len(found) != len(ids):
        raise NotFound(N_("찾으시는 강좌가 없습니다."))
    return _ordered(found)


def _ordered(runs: Sequence[Run]) -> Sequence[Run]:
    return sorted(runs, key=lambda run: (run.starts_on, run.course.title, run.id))
