"""The checklist of a city's site, and a page for each step; everything is saved to the draft."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from maru.access import staff
from maru.dispatch import caller, here, me
from maru.errors import N_, Invalid, NotFound
from maru.web import notices
from tenants.domains import service as domains
from tenants.editor import forms, pictures
from tenants.editor import service as editor
from tenants.editor.changes import LABELS, between, choices
from tenants.editor.checklist import checklist
from tenants.editor.forms import Entered
from tenants.editor.models import SiteDraft
from tenants.editor.steps import EDITED, STEPS
from tenants.editor.swatches import swatches
from tenants.sites import brand, logos
from tenants.sites.content import BLOCKS, Content, Page

blueprint = Blueprint("editor", __name__, template_folder="templates", url_prefix="/console/site")
blueprint.add_app_template_filter(lambda pairs: [(value, _(words)) for value, words in pairs], "translated")
STEP = f"/<any({', '.join(EDITED)}):step>"
LONGEST_TOLD, MOST_TOLD = 30, 10
"""What a cookie can carry of the names that a file gave to its parts."""
ANSWER = AnyResponse | str | tuple[str, int]


@blueprint.get("")
@staff("site:read")
def overview() -> str:
    """What is done and what is to do."""
    present, draft = editor.in_force(here()), editor.draft(here())
    return render_template(
        "editor/checklist.html",
        lines=checklist(here()),
        changes=between(present, Content.read(draft.content)),
        draft=draft,
        failing=domains.failing(here()),
        grace=domains.GRACE,
    )


@blueprint.get(STEP)
@staff("site:read")
def step(step: str) -> str:
    """The form of a step; that of the menu begins with a line to the page of the city's own that is to be in it (`add`)."""
    now = editor.content(here())
    menu = forms.with_page(now.menu, now.page(request.args.get("add", "")))
    return _form(step, now, Entered({"menu": menu}, {}))


@blueprint.post(STEP)
@staff("site:write")
def save(step: str) -> ANSWER:
    """Keep a step in the draft and go on to the next one."""
    now = editor.content(here())
    entered = forms.read(step, request.form, now)
    if entered.errors:
        return _form(step, now, entered), 422
    return _kept(step, entered, _after(step))


@blueprint.post("/logo")
@staff("site:write", uploads=True)
def save_logo() -> ANSWER:
    """Take a picture in, cleaned, or take it away; its words are kept either way."""
    now, sent = editor.content(here()), request.files.get("file")
    entered = forms.read("logo", request.form, now)
    if "remove" in request.form:
        entered.values.update(logo="", logo_alt="")
    elif sent is not None and sent.filename:
        try:
            sign = pictures.read(sent.read())
        except Invalid as problem:
            entered.errors["file"] = _(problem.detail)
        else:
            entered.values["logo"] = logos.keep(here(), sign.picture, sign.kind, current_app.extensions["maru-storage"])
            _tell_dropped(sign.dropped)
    if entered.values["logo"] and not entered.values["logo_alt"]:
        entered.errors["logo_alt"] = _("로고를 볼 수 없는 분께 읽어 드릴 글을 적어 주세요. 예: 과천시 로고")
    if entered.errors:
        return _form("logo", now, entered), 422
    return _kept("logo", entered, _after("logo"))


@blueprint.get("/colours.css")
@staff("site:read")
def sheet() -> Response:
    """The colours that follow from one, for the small preview beside the form."""
    asked = f"#{request.args.get('c', '').lower()}"
    colour = asked if brand.HEX.fullmatch(asked) else editor.content(here()).colour
    derived = brand.derive(colour)
    return Response(
        brand.stylesheet(brand.derive(editor.in_force(here()).colour), {"draft": derived}), mimetype="text/css"
    )


@blueprint.get("/pages/new")
@staff("site:write")
def new_page() -> str:
    return _page_form("")


@blueprint.get("/pages/<slug>")
@staff("site:read")
def page(slug: str) -> str:
    return _page_form(_known(slug))


@blueprint.post("/pages/new")
@staff("site:write")
def add_page() -> ANSWER:
    return _save_page("")


@blueprint.post("/pages/<slug>")
@staff("site:write")
def save_page(slug: str) -> ANSWER:
    return _save_page(_known(slug))


@blueprint.get("/pages/<slug>/remove")
@staff("site:write")
def ask_remove_page(slug: str) -> str:
    return render_template("editor/remove.html", page=editor.content(here()).page(_known(slug)))


@blueprint.post("/pages/<slug>/remove")
@staff("site:write")
def remove_page(slug: str) -> ANSWER:
    """Take a page of the city's own out of the draft; former versions keep it."""
    editor.remove_page(here(), _known(slug), me(), caller().person_name or "")
    notices.leave(_("초안에서 뺐습니다."), _("공개하기 전까지 주민에게는 그대로 보입니다."))
    return redirect("/console/site/menu", 303)


def _save_page(former: str) -> ANSWER:
    page, errors = forms.read_page(request.form, former, editor.content(here()))
    if errors:
        return _page_form(former, page, errors), 422
    try:
        editor.save_page(here(), former, page, request.form.get("seen", ""), me(), caller().person_name or "")
    except editor.ChangedMeanwhile as problem:
        return _page_form(former, page, conflict=problem.draft), 409
    listed = page.url in [entry.url for entry in editor.content(here()).menu]
    way = _("공개하기 전까지 주민에게는 보이지 않습니다.") if listed else _("메뉴에 넣으셔야 주민이 찾아옵니다.")
    notices.leave(_("초안에 저장했습니다."), way)
    return redirect("/console/site/menu", 303)


def _kept(step: str, entered: Entered, following: str) -> ANSWER:
    """Save to the draft; where a colleague was quicker, show both and let the reader decide."""
    who = caller()
    try:
        editor.save(here(), step, entered.values, request.form.get("seen", ""), me(), who.person_name or "")
    except editor.ChangedMeanwhile as problem:
        return _form(step, Content.read(problem.draft.content), entered, problem), 409
    notices.leave(_("초안에 저장했습니다."), _("공개하기 전까지 주민에게는 보이지 않습니다."))
    return redirect(following, 303)


def _form(
    step: str, now: Content, entered: Entered | None = None, conflict: editor.ChangedMeanwhile | None = None
) -> str:
    """The page of a step: what the draft says, or what was typed into it and what is wrong with that."""
    given = now.having(entered.values) if entered else now
    more: dict[str, Any] = {}
    if step == "colours":
        more = {"swatches": swatches(given.colour), "nearest": _nearest(given.colour)}
    return render_template(
        f"editor/{step}.html",
        step=EDITED[step],
        position=[one.key for one in STEPS].index(step) + 1,
        total=len(STEPS),
        given=given,
        errors=entered.errors if entered else {},
        seen=now.mark(*EDITED[step].fields),
        conflict=conflict and conflict.draft,
        differences=between(now, given) if conflict else [],
        labels=LABELS,
        choices=choices,
        block_names=BLOCKS,
        **more,
    )


def _page_form(
    slug: str, typed: Page | None = None, errors: dict[str, str] | None = None, conflict: SiteDraft | None = None
) -> str:
    """The form of one page: as the draft has it, or as it was typed, and what a colleague has saved meanwhile."""
    saved = editor.content(here()).page(slug) if slug else None
    return render_template(
        "editor/page.html",
        slug=slug,
        given=typed or saved,
        saved=saved,
        errors=errors or {},
        conflict=conflict,
        seen=request.form.get("seen") if errors else editor.page_mark(saved),
    )


def _known(slug: str) -> str:
    if editor.content(here()).page(slug) is None:
        raise NotFound(N_("그런 글이 없습니다. 그사이 다른 담당자가 지웠을 수 있습니다."))
    return slug


def _nearest(colour: str) -> str:
    return brand.nearest_passing(colour) if brand.HEX.fullmatch(colour) else ""


def _after(step: str) -> str:
    """The page of the next step, or the checklist where the reader asked for that."""
    if request.form.get("then") == "list":
        return "/console/site"
    keys = [one.key for one in STEPS]
    return STEPS[keys.index(step) + 1].url if STEPS[keys.index(step) + 1].fields else "/console/site"


def _tell_dropped(dropped: list[str]) -> None:
    if dropped:
        names = ", ".join(name[:LONGEST_TOLD] for name in dropped[:MOST_TOLD])
        notices.leave(_("그림에서 안전하지 않거나 쓰지 않는 것을 뺐습니다: %(names)s", names=names), kind="soon")
