"""The page of a course with its apply box, applying, and what follows; cancelling a place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from auth.families import service as families
from auth.families.service import Held, Represented
from auth.messages import service as messages
from maru.access import everyone, signed_in
from maru.dispatch import caller, here
from maru.errors import N_, NotFound
from maru.problems import for_page
from maru.web.mount import language
from tenants.catalogue import service as catalogue
from tenants.catalogue import structured, words
from tenants.catalogue.rows import Row, row_of
from tenants.enrolments import service as enrolments
from tenants.reminders import service as reminders

blueprint = Blueprint("enrolments", __name__, template_folder="templates")
APPLIABLE = ("open", "waiting", "scheduled")


@dataclass(frozen=True)
class Shown:
    """All that a course's page says to everybody, in the language of the page; without the counters, which never rest."""

    run: Any
    row: Row
    meetings: tuple[catalogue.PublicMeeting, ...]
    changes: tuple[catalogue.PublicChange, ...]
    category: str
    summary: str
    city: str


@blueprint.get("/courses/<uuid:run_id>")
@everyone("city")
def course(run_id: UUID) -> str:
    """Everything about one run, and whether this person can apply."""
    run = catalogue.get(run_id, here())
    now = datetime.now(UTC)
    state = catalogue.state(run, now)
    choices, chosen = _for_whom()
    person = chosen.id if chosen else caller().person_id
    application = enrolments.active(person, run_id) if person else None
    judged = person if chosen is None or chosen.guarded else None
    obstacle = enrolments.obstacle(run, judged) if not application and state in APPLIABLE else None
    return render_template(
        "enrolments/course.html",
        choices=choices,
        chosen=chosen,
        shown=_shown(run, now),
        structured=structured.course(run, state),
        box=_box(run, state, now),
        mine=_mine(application) if application else None,
        refusal=for_page(obstacle) if obstacle else None,
        opens_later=state == "scheduled" and run.opens_at is not None,
        reminder=reminders.of_run(run_id, person) if person and not chosen and state == "scheduled" else None,
        way=messages.way_to(person) if person and not chosen and state == "scheduled" else "",
    )


def _for_whom() -> tuple[Sequence[Held], Represented | None]:
    """For whom the caller may act, and for whom this page is, which the rest of the request is then about."""
    choices = families.represented() if caller().represents else []
    chosen = request.args.get("for", "")
    if not chosen or caller().person_id is None:
        return choices, None
    return choices, families.act_for(_identity(chosen), families.LOOK)


def _identity(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(N_("찾으시는 분이 없습니다.")) from error


@blueprint.post("/courses/<uuid:run_id>/apply")
@signed_in("city")
def apply(run_id: UUID) -> Response:
    """Take a place, or a place in line; then the page that says which."""
    whom = request.args.get("for", "")
    if whom:
        families.act_for(_identity(whom), families.APPLY)
    placed = enrolments.apply(run_id, here())
    return redirect(f"/applications/{placed.id}", code=303)


@blueprint.get("/applications/<uuid:application_id>")
@signed_in("city")
def application(application_id: UUID) -> str:
    """Where an application stands, and what comes next."""
    whom = _act_on(application_id, families.LOOK)
    placed = enrolments.get(application_id)
    run = catalogue.get(placed.run_id, here())
    return render_template("enrolments/application.html", whom=whom, **_standing(placed, run))


@blueprint.get("/applications/<uuid:application_id>/cancel")
@signed_in("city")
def ask_cancel(application_id: UUID) -> str | Response:
    """The question before a place is given back; there is none where the place or the course is gone already."""
    _act_on(application_id, families.LOOK)
    placed = enrolments.get(application_id)
    run = catalogue.get(placed.run_id, here())
    if run.cancelled_at is not None or placed.state == "cancelled":
        return redirect(f"/applications/{application_id}")
    return render_template("enrolments/cancel.html", **_standing(placed, run))


@blueprint.post("/applications/<uuid:application_id>/cancel")
@signed_in("city")
def cancel(application_id: UUID) -> Response:
    """Give the place back."""
    _act_on(application_id, families.CANCEL)
    enrolments.cancel(application_id)
    return redirect(f"/applications/{application_id}", code=303)


def _act_on(application: UUID, act: str) -> Represented | None:
    """Act for whoever the application is of, where the caller stands for them."""
    return families.act_on(application, act) if caller().represents else None


def _mine(placed: enrolments.Placed) -> dict[str, Any]:
    return {"state": placed.state, "position": placed.position, "href": f"/applications/{placed.id}"}


def _box(run: Any, state: str, now: datetime) -> dict[str, Any]:
    """What the apply box says of a run, as of `now`."""
    soon = state == "open" and catalogue.soon(run, now)
    return {**run._asdict(), "state": state, "soon": soon, "full": catalogue.full(run, now), "as_of": now}


def _shown(run: Any, now: datetime) -> Shown:
    english = language() == "en"
    return Shown(
        run=run._replace(placed=0, waiting=0, meetings=(), meeting_changes=()),
        row=replace(row_of(run, now), placed=0, waiting=0),
        meetings=tuple(catalogue.meetings(run)),
        changes=tuple(catalogue.changes(run)),
        category=words.CATEGORIES.get(run.category, ""),
        summary=(english and run.summary_en) or run.summary,
        city=run.name_en if english else run.city,
    )


def _standing(placed: enrolments.Placed, run: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    state, meetings = catalogue.state(run, now), catalogue.meetings(run)
    return {
        "placed": placed,
        "run": run,
        "row": row_of(run, now),
        "meetings": meetings,
        "begun": bool(meetings) and meetings[0].starts_at <= now,
        "over": state in ("ended", "settled"),
        "run_state": state,
        "cancellable": placed.state != "cancelled" and state not in ("ended", "settled", "cancelled"),
    }
