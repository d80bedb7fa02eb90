"""The library in the province's console: writing, handing in, approving and publishing items."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from contentlib.items import finding, several
from contentlib.items import service as library
from contentlib.items.finding import KINDS, Narrowing
from contentlib.items.models import Item
from contentlib.items.words import LEVELS, LICENCES, SAID, STATES
from contentlib.media.words import LANGUAGES
from maru import security
from maru.access import province
from maru.dispatch import me
from maru.errors import N_, Invalid
from maru.problems import say
from maru.storage import Storage
from maru.web import notices
from records.classification import CATEGORIES

blueprint = Blueprint("library", __name__, template_folder="templates", url_prefix="/province/library")
MOST_LETTERS = 300
MOST_TOLD = 5
"""Refused items whose reasons are told at once."""
NO_DAY = N_("날짜로 적어 주세요. 예: 2026-11-22")


@blueprint.get("")
@province("library:read")
def items() -> str:
    """The library, what was changed last first."""
    chosen = Narrowing.of(request.args)
    return render_template(
        "items/items.html",
        page=finding.page(chosen, request.args.get("page", 1, type=int)),
        chosen=chosen,
        states=STATES,
        counts=finding.counts(chosen),
        kinds=KINDS,
        categories=CATEGORIES,
        levels=LEVELS,
    )


@blueprint.get("/new")
@province("library:write")
def new() -> str:
    return _form(None, dict.fromkeys(SAID, ""), {})


@blueprint.post("/new")
@province("library:write")
def create() -> Response | tuple[str, int]:
    """Write a new draft."""
    return _written(None, lambda values: library.write(values, me()))


@blueprint.post("/submit")
@province("library:write")
def submit_several() -> Response:
    """Hand the ticked items in for approval, or all that were found."""
    return _told(several.SUBMIT)


@blueprint.post("/classify")
@province("library:write")
def classify_several() -> Response:
    """Give the ticked items a category or a level, or all that were found."""
    category, level = request.form.get("category", ""), request.form.get("level", "")
    if category in CATEGORIES or level in LEVELS:
        return _told(several.CLASSIFY, category if category in CATEGORIES else "", level if level in LEVELS else "")
    notices.leave(_("분야나 수준을 골라 주세요."))
    return _to_list()


@blueprint.post("/publish")
@province("library:publish")
def publish_several() -> Response:
    """Publish the ticked items, or all that were found."""
    return _told(several.PUBLISH)


@blueprint.get("/<uuid:item_id>")
@province("library:read")
def item(item_id: UUID) -> str:
    """One item: what it is, what it still needs, its versions, and what can be done with it."""
    return _page(library.get(item_id), {})


@blueprint.get("/<uuid:item_id>/edit")
@province("library:write")
def edit(item_id: UUID) -> str:
    found = library.get(item_id)
    library.open_to_changes(found)
    return _form(found, {name: getattr(found, name) or "" for name in SAID}, {})


@blueprint.post("/<uuid:item_id>/edit")
@province("library:write")
def change(item_id: UUID) -> Response | tuple[str, int]:
    """Write an item anew."""
    found = library.hold(item_id)
    return _written(found, lambda values: library.change(found, values))


@blueprint.post("/<uuid:item_id>/submit")
@province("library:write")
def submit(item_id: UUID) -> Response:
    """Hand an item in for approval."""
    library.submit(library.hold(item_id))
    notices.leave(_("승인을 요청했습니다."), _("승인하시는 분이 보시고 공개하거나 돌려보냅니다."))
    return _back(item_id)


@blueprint.post("/<uuid:item_id>/recall")
@province("library:write")
def recall(item_id: UUID) -> Response:
    """Take an item back that was handed in."""
    library.recall(library.hold(item_id))
    return _back(item_id)


@blueprint.post("/<uuid:item_id>/return")
@province("library:publish")
def send_back(item_id: UUID) -> Response | tuple[str, int]:
    """Give an item back to those who write it."""
    found = library.hold(item_id)
    try:
        library.send_back(found, request.form.get("reason", "").strip())
    except Invalid as invalid:
        return _page(found, {name: _(words) for name, words in invalid.errors.items()}), 422
    notices.leave(_("돌려보냈습니다."))
    return _back(item_id)


@blueprint.post("/<uuid:item_id>/publish")
@province("library:publish")
def publish(item_id: UUID) -> Response:
    """Publish the item as it is now, as its next version."""
    version = library.publish(library.hold(item_id), me(), request.form.get("note", "").strip()[:MOST_LETTERS])
    notices.leave(_("%(number)s판을 공개했습니다.", number=version.number))
    return _back(item_id)


@blueprint.get("/<uuid:item_id>/withdraw")
@province("library:publish")
def ask_withdraw(item_id: UUID) -> str:
    return _withdrawing(library.get(item_id), {})


@blueprint.post("/<uuid:item_id>/withdraw")
@province("library:publish")
def withdraw(item_id: UUID) -> Response | tuple[str, int]:
    """Take an item out of every city."""
    found = library.hold(item_id)
    try:
        library.withdraw(found, request.form.get("because", "").strip()[:MOST_LETTERS])
    except Invalid as invalid:
        return _withdrawing(found, {name: _(words) for name, words in invalid.errors.items()}), 422
    notices.leave(_("모든 시군에서 거두었습니다."))
    return _back(item_id)


def _withdrawing(found: Item, errors: dict[str, str]) -> str:
    return render_template("items/withdraw.html", item=found, errors=errors)


def _page(found: Item, errors: dict[str, str]) -> str:
    video, captions = library.parts(found)
    storage: Storage = current_app.extensions["maru-storage"]
    security.allow_store(storage.origin)
    return render_template(
        "items/item.html",
        item=found,
        video=video,
        captions=captions,
        missing=library.missing(found, video, captions),
        changed=library.changed(found, video, captions),
        versions=library.versions(found),
        states=STATES,
        categories=CATEGORIES,
        levels=LEVELS,
        licences=LICENCES,
        languages=LANGUAGES,
        errors=errors,
    )


def _written(found: Item | None, keep: Callable[[dict[str, Any]], Item]) -> Response | tuple[str, int]:
    """Keep what was written in the form and show the item; or the form again, with what is wrong beside each field."""
    values, errors = _values()
    if not errors:
        try:
            kept = keep(values)
            notices.leave(_("저장했습니다."))
            return _back(kept.id)
        except Invalid as invalid:
            errors = {name: say(words, invalid.values) for name, words in invalid.errors.items()}
    return _form(found, {**request.form}, errors), 422


def _form(found: Item | None, values: dict[str, Any], errors: dict[str, str]) -> str:
    return render_template(
        "items/form.html",
        item=found,
        values=values,
        errors=errors,
        categories=CATEGORIES,
        levels=LEVELS,
        licences=LICENCES,
    )


def _values() -> tuple[dict[str, Any], dict[str, str]]:
    """What was written in the form, and the sentences of the fields that could not be read."""
    values: dict[str, Any] = {name: request.form.get(name, "").strip() for name in SAID}
    errors = {}
    for name, choices in (("category", CATEGORIES), ("level", LEVELS), ("licence", LICENCES)):
        if values[name] not in ("", *choices):
            errors[name] = _("목록에서 골라 주세요.")
    written = values["licence_ends_on"]
    try:
        values["licence_ends_on"] = date.fromisoformat(written) if written else None
    except ValueError:
        errors["licence_ends_on"] = _(NO_DAY)
    return values, errors


def _told(act: str, category: str = "", level: str = "") -> Response:
    """Do it with the ticked items now, with all that were found in a job; and say what became of them."""
    chosen = Narrowing.of(request.args)
    if "all" in request.form:
        several.to_all.later(act, me(), category, level, *chosen.written)
        notices.leave(
            _("찾은 콘텐츠 모두에 하고 있습니다."),
            _(
                "많으면 몇십 초 걸립니다. 이 화면을 다시 열면 바뀐 것이 보입니다. 모자란 것이 있는 콘텐츠는 그대로 남고,"
                " 열어 보시면 까닭이 있습니다."
            ),
        )
        return _to_list()
    done, refused = several.act(act, request.form.getlist("item", type=UUID), me(), category, level)
    words = ngettext("콘텐츠 %(num)s개를 처리했습니다.", "콘텐츠 %(num)s개를 처리했습니다.", done)
    notices.leave(words, " ".join(f"{title}: {why}" for title, why in refused[:MOST_TOLD]))
    return _to_list()


def _to_list() -> Response:
    """The list as it was narrowed."""
    query = urlencode(request.args.to_dict())
    return redirect(url_for("library.items") + (f"?{query}" if query else ""), 303)


def _back(item_id: UUID) -> Response:
    return redirect(url_for("library.item", item_id=item_id), 303)
