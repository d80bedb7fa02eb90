"""A city's items of the shared library, and watching one."""

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from contentlib.adoptions import offers, structured
from contentlib.adoptions import service as adoptions
from contentlib.adoptions.service import Wanted
from contentlib.adoptions.similar import similar
from contentlib.items.models import PublishedItem
from contentlib.items.words import LEVELS, LICENCES
from contentlib.media import captions as webvtt
from contentlib.media import playback as media
from contentlib.progress import service as progress
from contentlib.progress.watching import playback
from maru import security
from maru.access import everyone
from maru.dispatch import caller, here, settings
from maru.errors import N_, NotFound, Remedy
from maru.search import to_tsquery
from maru.storage import Storage
from records.classification import CATEGORIES

blueprint = Blueprint("items", __name__, template_folder="templates", url_prefix="/items")


@blueprint.get("")
@everyone("city")
def items() -> str:
    """What the city shows, in its own order."""
    words, category = request.args.get("q", "").strip(), request.args.get("category", "")
    category = category if category in CATEGORIES else ""
    query = to_tsquery(words)
    nothing = bool(words) and query is None
    found, following = (
        ([], None) if nothing else adoptions.shown(here(), Wanted(query, category or None), request.args.get("after"))
    )
    return render_template(
        "progress/items.html",
        items=[one.item for one in found],
        similar=similar(words, here()) if words and not found else [],
        next=following,
        words=words,
        category=category,
    )


@blueprint.get("/<uuid:item_id>")
@everyone("city")
def item(item_id: UUID) -> str:
    """One item with its player; who is signed in goes on where they stopped, in whichever city."""
    found = _shown(item_id)
    if found.link:
        where = (urlsplit(found.link).hostname or "").removeprefix("www.")
        return render_template("progress/outside.html", item=found, where=where, categories=CATEGORIES, levels=LEVELS)
    security.allow_store(_storage().origin)
    played = playback(item_id, found.languages, caller().person_id)
    for one in played["captions"]:
        one["cues"] = webvtt.read(progress.captions(item_id, one["language"]).encode()).cues
    origin = settings().origin(caller().slug)
    return render_template(
        "progress/item.html",
        item=found,
        structured=structured.course(found, f"{origin}/items/{item_id}", caller().tenant_name or "", origin),
        playback=played,
        categories=CATEGORIES,
        levels=LEVELS,
        licences=LICENCES,
    )


@blueprint.get("/<uuid:item_id>/master.m3u8")
@everyone("city")
def master(item_id: UUID) -> Response:
    """What a player reads first."""
    return _text(media.master(progress.playing(item_id)), media.PLAYLIST)


@blueprint.get("/<uuid:item_id>/<name>.m3u8")
@everyone("city")
def variant(item_id: UUID, name: str) -> Response:
    """One size, with its signed address."""
    return _text(media.variant(progress.playing(item_id), name, _storage()), media.PLAYLIST)


@blueprint.get("/<uuid:item_id>/poster.jpg")
@everyone("city")
def poster(item_id: UUID) -> ResponseReturnValue:
    return redirect(media.poster(progress.playing(item_id), _storage()))


@blueprint.get("/<uuid:item_id>/<language>.vtt")
@everyone("city")
def captions(item_id: UUID, language: str) -> Response:
    """Captions as players read them."""
    return _text(progress.captions(item_id, language), "text/vtt")


def _shown(item_id: UUID) -> PublishedItem:
    """An item that the city shows; where it does not, the ways on: to who does, if any city, and to what it shows."""
    try:
        return adoptions.one_shown(here(), item_id)
    except NotFound as missing:
        ways = [Remedy(N_("온라인 강좌 모두 보기"), "/items")]
        if offers.can_be_watched(item_id):
            ways.insert(0, Remedy(N_("이 강좌를 볼 수 있는 시군 보기"), f"{settings().origin()}/library/{item_id}"))
        raise NotFound(missing.detail, remedies=ways) from missing


def _text(text: str, mimetype: str) -> Response:
    return Response(text, mimetype=mimetype, headers={"Cache-Control": "private, no-store"})


def _storage() -> Storage:
    storage: Storage = current_app.extensions["maru-storage"]
    return storage
