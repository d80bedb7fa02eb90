"""Publishing and deleting drafts, withdrawing runs in the console: each asks first, and says what it is about."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from maru.access import staff
from maru.dispatch import here, me
from maru.errors import N_, NotFound
from maru.problems import for_page
from maru.web import dates, notices
from tenants.console import service as console
from tenants.console.doubts import DOUBTS, doubts_about
from tenants.console.narrowing import NAMES, Narrowing, address
from tenants.courses import service as courses
from tenants.courses.models import Run
from tenants.publishing import service as publishing

blueprint = Blueprint("publishing", __name__, template_folder="templates", url_prefix="/console")
MOST_TITLES = 5
CHOICE = ("run", "all", *NAMES)
"""The fields that say which drafts are meant: single ones, or all that the list is narrowed to."""
OTHERS_CAME = N_("그사이 강좌가 늘거나 줄었습니다. 다시 확인해 주세요.")


@blueprint.get("/courses/publish")
@staff("courses:write")
def ask_publish() -> str | Response:
    """How many runs are about to be published, and of what kinds; doubtful ones are ticked apart."""
    runs = publishing.drafts(_chosen(request.args))
    return _question(runs, request.args) if runs else _nothing_chosen(request.args)


def _question(runs: list[Run], given: "MultiDict[str, str]", error: str = "") -> str:
    kinds = Counter(kind for run in runs for kind in doubts_about(run, dates.today()))
    return render_template(
        "publishing/publish.html",
        errors={"with": error} if error else {},
        total=len(runs),
        mark=_mark(runs),
        plain=len(publishing.undoubted(runs)),
        kinds=[(kind, words, kinds[kind]) for kind, words in DOUBTS.items() if kinds[kind]],
        titles=[run.course.title for run in runs[:MOST_TITLES]],
        fields=_choice(given),
        back=_back(runs, given),
    )


@blueprint.post("/courses/publish")
@staff("courses:write")
def publish() -> Response | tuple[str, int]:
    """Make the chosen drafts public, doubtful ones only where their kind was ticked."""
    runs = publishing.drafts(_chosen(request.form))
    if not runs:
        return _nothing_chosen(request.form)
    if _others_came(runs, request.form):
        return _question(runs, request.form, _(OTHERS_CAME)), 409
    wanted = publishing.undoubted(runs, frozenset(request.form.getlist("with")))
    if not wanted:
        return _question(
            runs, request.form, _("그대로 공개할 수 있는 강좌가 없습니다. 공개하실 것을 아래에서 고르세요.")
        ), 422
    published = publishing.publish(wanted)
    notices.leave(_("강좌 %(count)s개를 공개했습니다.", count=published))
    return redirect(_back(runs, request.form), 303)


@blueprint.get("/courses/delete")
@staff("courses:write")
def ask_delete() -> str | Response:
    """How many runs are about to be deleted, and which come first."""
    runs = publishing.never_public(_chosen(request.args))
    return _question_of_deleting(runs, request.args) if runs else _nothing_chosen(request.args)


def _question_of_deleting(runs: list[Run], given: "MultiDict[str, str]", error: str = "") -> str:
    return render_template(
        "publishing/delete.html",
        error=error,
        total=len(runs),
        mark=_mark(runs),
        titles=[run.course.title for run in runs[:MOST_TITLES]],
        fields=_choice(given),
        back=_back(runs, given),
    )


@blueprint.post("/courses/delete")
@staff("courses:write")
def delete() -> Response | tuple[str, int]:
    """Delete the chosen runs that were never published."""
    runs = publishing.never_public(_chosen(request.form))
    if not runs:
        return _nothing_chosen(request.form)
    if _others_came(runs, request.form):
        return _question_of_deleting(runs, request.form, _(OTHERS_CAME)), 409
    deleted = publishing.remove(runs)
    notices.leave(ngettext("강좌 %(num)s개를 지웠습니다.", "강좌 %(num)s개를 지웠습니다.", deleted))
    return redirect("/console/courses?show=drafts", 303)


@blueprint.get("/courses/withdraw")
@staff("courses:write")
def ask_withdraw_several() -> str | Response:
    """How many runs are about to be taken back; those that somebody applied to stay."""
    chosen = _chosen(request.args)
    runs = publishing.withdrawable(chosen)
    return _question_of_withdrawing(runs, len(chosen), request.args) if runs else _nothing_chosen(request.args)


def _question_of_withdrawing(runs: list[Run], chosen: int, given: "MultiDict[str, str]", error: str = "") -> str:
    return render_template(
        "publishing/withdraw_several.html",
        error=error,
        total=len(runs),
        staying=chosen - len(runs),
        mark=_mark(runs),
        titles=[run.course.title for run in runs[:MOST_TITLES]],
        fields=_choice(given),
        back=_back(runs, given),
    )


@blueprint.post("/courses/withdraw")
@staff("courses:write")
def withdraw_several() -> Response | tuple[str, int]:
    """Take the chosen runs back, as far as nobody has applied."""
    chosen = _chosen(request.form)
    runs = publishing.withdrawable(chosen)
    if not runs:
        return _nothing_chosen(request.form)
    if _others_came(runs, request.form):
        return _question_of_withdrawing(runs, len(chosen), request.form, _(OTHERS_CAME)), 409
    count = publishing.withdraw_several(runs)
    notices.leave(ngettext("강좌 %(num)s개의 공개를 거두었습니다.", "강좌 %(num)s개의 공개를 거두었습니다.", count))
    return redirect(_back(runs, request.form), 303)


@blueprint.get("/runs/<uuid:run_id>/withdraw")
@staff("courses:write")
def ask_withdraw(run_id: UUID) -> str:
    """Whether to take it back, or why that cannot be asked."""
    run = courses.get(run_id)
    obstacle = publishing.obstacle_to_withdrawing(run)
    return render_template(
        "publishing/withdraw.html",
        line=console.line(run),
        tab="about",
        obstacle=for_page(obstacle) if obstacle else None,
    )


@blueprint.post("/runs/<uuid:run_id>/withdraw")
@staff("courses:write")
def withdraw(run_id: UUID) -> Response:
    """Take a published run back to which nobody has applied."""
    publishing.withdraw(run_id)
    return redirect(f"/console/runs/{run_id}", 303)


def _chosen(given: "MultiDict[str, str]") -> Sequence[Run]:
    """The runs that were ticked, or all drafts of the list; refuses ids that are not this city's."""
    if given.get("all"):
        return console.drafts(here(), Narrowing.read(given, me()))
    return publishing.chosen([_id(written) for written in given.getlist("run")])


def _nothing_chosen(given: "MultiDict[str, str]") -> Response:
    notices.leave(_("강좌를 하나 이상 골라 주세요."), kind="soon")
    return redirect(_back([], given), 303)


def _others_came(runs: list[Run], given: "MultiDict[str, str]") -> bool:
    """Whether these are others than were asked about: a file may have been read, somebody applied, a colleague been
    quicker. One run may be acted on from its own page, without a question."""
    return ("all" in given or "shown" in given) and given.get("shown", "") != _mark(runs)


def _mark(runs: list[Run]) -> str:
    """The same for the same runs only."""
    return hashlib.sha256("".join(sorted(run.id.hex for run in runs)).encode()).hexdigest()


def _choice(given: "MultiDict[str, str]") -> list[tuple[str, str]]:
    """What was chosen, for the form that asks once more."""
    return [(name, value) for name, value in given.items(multi=True) if name in CHOICE]


def _back(runs: list[Run], given: "MultiDict[str, str]") -> str:
    """Where the choice was made: the page of the one run, else the list as it was narrowed."""
    if len(runs) == 1 and not given.get("all"):
        return f"/console/runs/{runs[0].id}"
    return address("/console/courses", Narrowing.read(given, me()))


def _id(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise NotFound(N_("찾으시는 강좌가 없습니다.")) from error
