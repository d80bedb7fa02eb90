"""What was destroyed and when, for the privacy officer; each run with its certificate."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from auth.rights.titles import TABLES
from maru.access import province
from maru.dispatch import me
from maru.errors import N_, Refused
from maru.web import notices
from records.destruction import service as destruction
from records.destruction.document import Line, Paper, render
from records.destruction.models import Removal
from records.destruction.words import AFTER, KEPT, KINDS, METHOD, OUTSIDE, PROBLEMS

blueprint = Blueprint("destruction", __name__, template_folder="templates", url_prefix="/province/destruction")


@blueprint.get("")
@province("destruction:confirm")
def runs() -> str:
    """Runs, the schedule, and granted deletions that wait."""
    return render_template(
        "destruction/runs.html", runs=destruction.runs(), schedule=destruction.schedule(), waiting=destruction.waiting(),
        staying=destruction.kept(),
        **_words(),
    )  # fmt: skip


@blueprint.get("/<uuid:run_id>")
@province("destruction:confirm")
def one(run_id: UUID) -> str:
    """One run as its certificate says it."""
    return render_template(
        "destruction/run.html", run=destruction.get(run_id), lines=destruction.lines(run_id),
        tombstones=destruction.tombstones(run_id), removals=destruction.removals(run_id), **_words(),
    )  # fmt: skip


@blueprint.post("/<uuid:run_id>/confirm")
@province("destruction:confirm")
def confirm(run_id: UUID) -> Redirect:
    """Stand for it by name; from then on there is a paper."""
    destruction.confirm(run_id, me())
    notices.leave(_("파기를 확인했습니다."), _("이제 파기 확인서를 내려받을 수 있습니다."))
    return redirect(f"/province/destruction/{run_id}", 303)


@blueprint.get("/<uuid:run_id>.pdf")
@province("destruction:confirm")
def paper(run_id: UUID) -> Response:
    """The certificate as a PDF, in Korean."""
    run = destruction.get(run_id)
    if run.confirmed_at is None:
        raise Refused(N_("먼저 파기를 확인해 주세요. 확인한 분의 이름이 확인서에 들어갑니다."), slug="not-confirmed")
    with force_locale("ko"):
        lines = [
            Line(_(KINDS.get(one.kind, one.kind)), one.count, _period(one.kind, one.days), one.citation)
            for one in destruction.lines(run_id)
        ]
        pdf = render(
            Paper(
                run.number, run.at, lines, len(destruction.tombstones(run_id)), _outside(destruction.removals(run_id)), _(METHOD),
                run.confirmed_name, run.confirmed_at,
            )
        )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="destruction-{run.number}.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _period(kind: str, days: int) -> str:
    if days == 0:
        return str(_("%(after)s 바로", after=_(AFTER.get(kind, kind))))
    return str(ngettext("%(after)s %(num)s일", "%(after)s %(num)s일", days, after=_(AFTER.get(kind, kind))))


def _outside(removals: Sequence[Removal]) -> str:
    """How many accounts and files are gone, stay, or wait, as one line of the paper."""
    said = []
    for kind, words in OUTSIDE.items():
        of_kind = [one for one in removals if one.kind == kind]
        kept = sum(one.problem == "used-again" for one in of_kind)
        gone = sum(one.removed_at is not None for one in of_kind) - kept
        waits = len(of_kind) - gone - kept
        counted = (
            (gone, ngettext("%(num)s개 지움", "%(num)s개 지움", gone)),
            (kept, ngettext("%(num)s개 다시 가입해 남김", "%(num)s개 다시 가입해 남김", kept)),
            (waits, ngettext("%(num)s개 지우기를 기다림", "%(num)s개 지우기를 기다림", waits)),
        )
        said += [f"{_(words)} {text}" for number, text in counted if number]
    return ", ".join(said) or _("없음")


def _words() -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "kept_words": KEPT,
        "titles": TABLES,
        "period": _period,
        "method": METHOD,
        "outside": OUTSIDE,
        "problems": PROBLEMS,
    }
