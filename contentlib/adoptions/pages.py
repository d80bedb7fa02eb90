"""The library in a city's console: finding items, adopting many with one press, ordering and featuring them."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from contentlib.adoptions import service as adoptions
from contentlib.adoptions.service import Wanted
from contentlib.items.finding import KINDS
from contentlib.items.words import LEVELS
from maru.access import staff
from maru.dispatch import here, me
from maru.search import to_tsquery
from maru.web import notices
from records.classification import CATEGORIES

blueprint = Blueprint("adoptions", __name__, template_folder="templates", url_prefix="/console/library")
blueprint.add_app_template_filter(lambda level: _(LEVELS[level]), "level_words")
ASKED = ("q", "category", "kind", "new", "mine")
"""What narrows the list, as it stands in an address."""


@blueprint.get("")
@staff("console:enter")
def library() -> str:
    """What the province offers, or what the city shows."""
    asked = {name: value for name in ASKED if (value := request.args.get(name, "").strip())}
    words, mine = asked.get("q", ""), "mine" in asked
    query = to_tsquery(words)
    category = asked["category"] if asked.get("category") in CATEGORIES else None
    kind = asked["kind"] if asked.get("kind") in KINDS else ""
    wanted = Wanted(query, category, kind, new_only="new" in asked and not mine)
    finds = adoptions.shown if mine else adoptions.library
    found, following = ([], None) if words and query is None else finds(here(), wanted, request.args.get("after"))
    return render_template(
        "adoptions/library.html",
        found=found,
        next=following,
        asked=asked,
        words=words,
        mine=mine,
        gone=adoptions.gone(here()),
        ending=adoptions.ending(here()),
        categories=CATEGORIES,
        kinds=KINDS,
        levels=LEVELS,
    )


@blueprint.post("/adopt")
@staff("library:adopt")
def adopt_several() -> Response:
    """Show the ticked items on the city's site."""
    chosen = request.form.getlist("item", type=UUID)
    if not chosen:
        notices.leave(_("채택할 콘텐츠를 골라 주세요."), kind="soon")
        return _back()
    count = adoptions.adopt_several(here(), chosen, me())
    words = ngettext("콘텐츠 %(num)s개를 채택했습니다.", "콘텐츠 %(num)s개를 채택했습니다.", count)
    notices.leave(words, _("누리집의 온라인 강좌에 바로 보입니다."))
    return _back()


@blueprint.post("/<uuid:item_id>/adopt")
@staff("library:adopt")
def adopt(item_id: UUID) -> Response:
    """Show an item on the city's site."""
    adoptions.adopt(here(), item_id, me())
    notices.leave(_("채택했습니다."), _("누리집의 온라인 강좌에 바로 보입니다."))
    return _back()


@blueprint.post("/<uuid:item_id>/drop")
@staff("library:adopt")
def drop(item_id: UUID) -> Response:
    """Show an item no longer."""
    adoptions.drop(here(), item_id)
    notices.leave(_("누리집에서 뺐습니다."), _("주민이 배운 기록은 그대로 남습니다."))
    return _back()


@blueprint.post("/<uuid:item_id>/feature")
@staff("library:adopt")
def feature(item_id: UUID) -> Response:
    """Show an item on the front page, or no longer there."""
    adoptions.feature(here(), item_id, request.form.get("featured") == "1")
    return _back(item_id)


@blueprint.post("/<uuid:item_id>/top")
@staff("library:adopt")
def top(item_id: UUID) -> Response:
    """Put an item before all others."""
    adoptions.move_to_top(here(), item_id)
    return _back(item_id)


@blueprint.post("/<uuid:item_id>/up")
@staff("library:adopt")
def up(item_id: UUID) -> Response:
    """Move an item one place up."""
    adoptions.move(here(), item_id)
    return _back(item_id)


@blueprint.post("/<uuid:item_id>/down")
@staff("library:adopt")
def down(item_id: UUID) -> Response:
    """Move an item one place down."""
    adoptions.move(here(), item_id, down=True)
    return _back(item_id)


def _back(item_id: UUID | None = None) -> Response:
    """The list as it was narrowed, at the line that was moved: the keyboard goes on from there."""
    query = request.query_string.decode("ascii", "replace")
    line = f"#item-{item_id}" if item_id else ""
    return redirect(f"/console/library{f'?{query}' if query else ''}{line}", 303)
