"""Looking at the draft, publishing it, going back to former versions, and opening the doors."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from maru.access import staff
from maru.dispatch import caller, here, me, settings
from maru.tenancy import SERVED
from maru.web import notices
from tenants.catalogue import service as catalogue
from tenants.catalogue.filters import Filters
from tenants.editions import service as editions
from tenants.editor import service as editor
from tenants.editor.checklist import missing
from tenants.sites import preview

blueprint = Blueprint("editions", __name__, template_folder="templates", url_prefix="/console/site")
LONGEST_NOTE = 200
ANSWER = Response | str | tuple[str, int]


@blueprint.get("/preview")
@staff("site:read")
def look() -> Response:
    """The draft on the real host, side by side on a phone and on a computer; from now on in this browser."""
    editor.look(here())
    shown = {"front": "/", "list": "/courses", "course": _a_course()}
    which = request.args.get("page", "front")
    width = request.args.get("width", "both")
    page = render_template(
        "editions/preview.html",
        shown=shown,
        which=which if shown.get(which) else "front",
        width=width if width in ("both", "phone", "desktop") else "both",
        changes=editions.changes(here()),
    )
    answer = make_response(page)
    preview.begin(answer, settings())
    return answer


@blueprint.post("/preview/end")
@staff("site:read")
def stop_looking() -> Response:
    """Show this browser the site as residents see it."""
    answer = make_response(redirect("/console/site", 303))
    preview.end(answer, settings())
    return answer


@blueprint.get("/publish")
@staff("site:write")
def ask_publish() -> str:
    """What residents will see otherwise than now."""
    return _question()


@blueprint.post("/publish")
@staff("site:write")
def publish() -> ANSWER:
    """Make the draft public as a new version."""
    note = request.form.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        return _question(_("%(most)s글자까지 적을 수 있습니다.", most=LONGEST_NOTE)), 422
    try:
        made = editions.publish(here(), request.form.get("seen", ""), me(), caller().person_name or "", note)
    except editor.ChangedMeanwhile:
        return _question(_("그사이 초안이 바뀌었습니다. 다시 확인해 주세요.")), 409
    notices.leave(_("공개했습니다. %(number)s판입니다.", number=made.number))
    return redirect("/console/site", 303)


@blueprint.get("/versions")
@staff("site:read")
def versions() -> str:
    """All versions, and what each changed."""
    found = editions.versions(here())
    told = [(one, editions.changed_by(one)) for one in found]
    return render_template("editions/versions.html", versions=told)


@blueprint.get("/versions/<int:version>/restore")
@staff("site:write")
def ask_restore(version: int) -> str:
    """What going back would change."""
    return render_template(
        "editions/restore.html",
        version=editions.version(here(), version),
        changes=editions.against_present(here(), version),
    )


@blueprint.post("/versions/<int:version>/restore")
@staff("site:write")
def restore(version: int) -> Response:
    """Bring a former version back, as a new one."""
    made = editions.restore(here(), version, me(), caller().person_name or "")
    notices.leave(_("%(former)s판으로 되돌려 %(number)s판으로 공개했습니다.", former=version, number=made.number))
    return redirect("/console/site/versions", 303)


@blueprint.get("/live")
@staff("site:write")
def ask_live() -> str:
    """What is missing before residents may come in."""
    return render_template(
        "editions/live.html",
        missing=missing(here()),
        changes=editions.changes(here()),
        open=caller().state in SERVED,
        seen=editor.content(here()).mark(),
    )


@blueprint.post("/live")
@staff("site:write")
def go_live() -> ANSWER:
    """Publish the draft and open the doors."""
    try:
        editions.open_doors(here(), request.form.get("seen", ""), me(), caller().person_name or "")
    except editor.ChangedMeanwhile:
        notices.leave(_("그사이 초안이 바뀌었습니다. 다시 확인해 주세요."), kind="soon")
        return redirect("/console/site/live", 303)
    notices.leave(_("누리집을 열었습니다."), _("이제 누구나 볼 수 있습니다."))
    return redirect("/console/site", 303)


def _question(error: str = "") -> str:
    return render_template(
        "editions/publish.html",
        changes=editions.changes(here()),
        seen=editor.content(here()).mark(),
        note=request.form.get("note", ""),
        errors={"note": error} if error else {},
    )


def _a_course() -> str:
    """The address of a course that is on the site, if there is one."""
    found = catalogue.find(Filters(), tenant=here(), limit=1).rows
    return f"/courses/{found[0].run_id}" if found else ""
